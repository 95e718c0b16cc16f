// statistics_tree_test: statistics belong to the catalog: they go with their table, and a database that is older gets a place for them.
#include "catalog/catalog_trees.h"
#include "catalog/catalog_world.h"
#include "catalog/statistics_table.h"
#include "catalog/statistics_world.h"

namespace ddb {
namespace {

class StatisticsTreeTest : public CatalogWorld {
 protected:
  static TableStatistics some() {
    StatisticsWorld world({{SqlTypeId::kBigint, kNoTypmod}});
    world.insert(1, 50, [](uint64_t id) { return std::vector<Value>{big_value(static_cast<int64_t>(id))}; });
    return world.analyze();
  }
  bool has_statistics(TableId table) {
    const PageNo root = now()->roots().statistics;
    auto found = StatisticsTable({kStatisticsTree, root}).read(*session_, static_cast<int64_t>(table.value));
    EXPECT_TRUE(found.is_ok()) << found.status().to_string();
    return found.is_ok() && found->has_value();
  }
  void analyze(TableId table) {
    const TableTree tree = std::move(writer_->statistics_tree()).value();
    ASSERT_OK(StatisticsTable(tree).write(*session_, static_cast<int64_t>(table.value), some()));
  }
};

TEST_F(StatisticsTreeTest, StatisticsGoWithTheirTable) {
  begin();
  const TableId gone = table("gone");
  const TableId stays = table("stays");
  analyze(gone);
  analyze(stays);
  commit();
  begin();
  EXPECT_TRUE(has_statistics(gone));
  ASSERT_OK(writer_->drop(gone).status());
  EXPECT_FALSE(has_statistics(gone));
  EXPECT_TRUE(has_statistics(stays));
  expect_sound();
  rollback();
  begin();
  EXPECT_TRUE(has_statistics(gone));
  // Of a table that is not there.
  const PageNo root = now()->roots().statistics;
  ASSERT_OK(StatisticsTable({kStatisticsTree, root}).write(*session_, 123456, some()));
  CatalogReport report;
  ASSERT_OK(verify_catalog(*session_, 5, &report));
  ASSERT_EQ(report.findings_count, 1u);
  EXPECT_EQ(report.findings[0].text, "statistics of no table");
  rollback();
}

TEST_F(StatisticsTreeTest, AnOlderDatabaseGetsTheTreeWhenItIsWanted) {
  begin();
  const TableId id = table("t");
  const Catalog::Roots roots = now()->roots();
  ASSERT_OK(erase_object(*session_, roots.objects, kStatisticsTreeId));
  ASSERT_OK(drop_table_tree(*session_, {kStatisticsTree, roots.statistics}));
  commit();
  reopen();
  begin();
  EXPECT_EQ(now()->roots().statistics, kNoPage);
  expect_sound();
  ASSERT_OK(writer_->drop(id).status());
  rollback();
  begin();
  const uint64_t version = now()->version();
  analyze(id);
  EXPECT_GT(now()->version(), version);
  EXPECT_TRUE(has_statistics(id));
  rollback();
  begin();
  EXPECT_EQ(now()->roots().statistics, kNoPage);
  analyze(id);
  commit();
  reopen();
  begin();
  EXPECT_TRUE(has_statistics(id));
  expect_sound();
  rollback();
}

}  // namespace
}  // namespace ddb
