// statistics_table_test: stored statistics are versioned with their snapshot and survive a reopen.
#include "catalog/statistics_table.h"

#include <gtest/gtest.h>

#include "btree/verify.h"
#include "catalog/statistics_world.h"
#include "vfs/memory_vfs.h"

namespace ddb {
namespace {

class StoredStatistics : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(open());
    ASSERT_TRUE(session_->begin_write().is_ok());
    tree_ = create_statistics_tree(*session_, TreeId(9)).value();
    ASSERT_TRUE(session_->commit().is_ok());
  }
  void open() {
    Options options;
    options.vfs = &vfs_;
    options.page_bytes = 4096;
    options.background_threads = false;
    auto opened = Database::open("s.ddb", options);
    ASSERT_TRUE(opened.is_ok()) << opened.status().to_string();
    database_ = std::move(*opened);
    session_ = database_->new_session().value();
  }
  std::optional<TableStatistics> read(int64_t table) {
    EXPECT_TRUE(session_->begin_read().is_ok());
    Result<std::optional<TableStatistics>> found = StatisticsTable(tree_).read(*session_, table);
    EXPECT_TRUE(found.is_ok()) << found.status().to_string();
    EXPECT_TRUE(session_->rollback().is_ok());
    return std::move(found).value();
  }
  void write(int64_t table, const TableStatistics& statistics) {
    ASSERT_TRUE(session_->begin_write().is_ok());
    const Status written = StatisticsTable(tree_).write(*session_, table, statistics);
    ASSERT_TRUE(written.is_ok()) << written.to_string();
    ASSERT_TRUE(session_->commit().is_ok());
  }
  // With a record of several pages.
  static TableStatistics long_statistics() {
    StatisticsWorld world({{SqlTypeId::kText, kNoTypmod}, {SqlTypeId::kBigint, kNoTypmod}});
    world.insert(1, 700, [](uint64_t id) {
      return std::vector<Value>{text_value(std::string(150, 'a') + std::to_string(id)),
                                big_value(static_cast<int64_t>(id % 150))};
    });
    return world.analyze();
  }

  MemoryVfs vfs_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Session> session_;
  TableTree tree_;
};

TEST_F(StoredStatistics, AreReadAsWritten) {
  EXPECT_FALSE(read(1).has_value());
  TableStatistics counts;
  counts.rows = 12;
  const TableStatistics longer = long_statistics();
  write(1, counts);
  write(-5, longer);
  write(INT64_MAX, counts);
  EXPECT_EQ(read(1), counts);
  EXPECT_EQ(read(-5), longer);
  EXPECT_FALSE(read(2).has_value());
  write(1, longer);
  write(-5, counts);
  EXPECT_EQ(read(1), longer);
  EXPECT_EQ(read(-5), counts);

  session_.reset();
  ASSERT_TRUE(database_->close().is_ok());
  database_.reset();
  ASSERT_NO_FATAL_FAILURE(open());
  EXPECT_EQ(read(1), longer);

  ASSERT_TRUE(session_->begin_write().is_ok());
  EXPECT_TRUE(StatisticsTable(tree_).remove(*session_, 1).value());
  EXPECT_FALSE(StatisticsTable(tree_).remove(*session_, 1).value());
  ASSERT_TRUE(session_->commit().is_ok());
  EXPECT_FALSE(read(1).has_value());
  EXPECT_EQ(read(-5), counts);
}

TEST_F(StoredStatistics, BelongToTheirTransaction) {
  TableStatistics counts;
  counts.rows = 1;
  write(1, counts);
  auto reader = database_->new_session().value();
  ASSERT_TRUE(reader->begin_read(Isolation::kRepeatableRead).is_ok());
  ASSERT_TRUE(session_->begin_write().is_ok());
  TableStatistics other;
  other.rows = 2;
  ASSERT_TRUE(StatisticsTable(tree_).write(*session_, 1, other).is_ok());
  ASSERT_TRUE(session_->rollback().is_ok());
  EXPECT_EQ(read(1), counts);
  write(1, other);
  EXPECT_EQ(read(1), other);
  EXPECT_EQ(StatisticsTable(tree_).read(*reader, 1).value(), counts);
  EXPECT_TRUE(reader->rollback().is_ok());
}

TEST_F(StoredStatistics, UnsoundOnesAreNotWritten) {
  TableStatistics wrong;
  wrong.columns.emplace_back();
  ASSERT_TRUE(session_->begin_write().is_ok());
  EXPECT_TRUE(StatisticsTable(tree_).write(*session_, 1, wrong).is(sqlstate::kCorrupted));
  ASSERT_TRUE(session_->commit().is_ok());
  EXPECT_FALSE(read(1).has_value());
}

TEST_F(StoredStatistics, ADamagedRecordIsToldAndCanBeReplaced) {
  TableStatistics counts;
  counts.rows = 1;
  const TableSchema schema = statistics_schema();
  ASSERT_TRUE(session_->begin_write().is_ok());
  BatchArena arena(1 << 16);
  Vector record;
  ASSERT_TRUE(record.allocate(PhysicalKind::kString, 2, arena).is_ok());
  record.set<StringView16>(0, StringView16(std::string_view("\x01junk")));
  record.set_null(1);
  const int64_t ids[] = {1, 2};
  const Vector* columns[] = {nullptr, &record};
  ASSERT_EQ(TableWriter(*session_, tree_, schema).insert({2, ids, columns}).value(), 2u);
  ASSERT_TRUE(session_->commit().is_ok());
  ASSERT_TRUE(session_->begin_read().is_ok());
  for (const int64_t id : ids) {
    const Status status = StatisticsTable(tree_).read(*session_, id).status();
    EXPECT_TRUE(status.is(sqlstate::kCorrupted));
    EXPECT_NE(status.message().find("table " + std::to_string(id)), std::string_view::npos);
  }
  ASSERT_TRUE(session_->rollback().is_ok());
  write(1, counts);
  EXPECT_EQ(read(1), counts);
}

}  // namespace
}  // namespace ddb
