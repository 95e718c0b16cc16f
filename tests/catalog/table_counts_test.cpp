// table_counts_test: estimates follow acknowledged commits and nothing else, within their bound of tables.
#include "catalog/table_counts.h"

#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "catalog/statistics_world.h"

namespace ddb {
namespace {

// --- Transactions -------------------------------------------------------------------------------------------------------

TEST(TransactionCounts, RolledBackCountsGoAway) {
  TransactionCounts counts;
  counts.note(1, {10, 0, 0});
  counts.savepoint();
  counts.note(1, {5, 1, 0});
  counts.note(2, {1, 0, 0});
  EXPECT_EQ(counts.changes_of(1), (RowChanges{15, 1, 0}));
  counts.rollback_to(1);
  EXPECT_EQ(counts.changes_of(1), (RowChanges{10, 0, 0}));
  EXPECT_EQ(counts.changes_of(2), RowChanges());
  counts.note(2, {0, 0, 3});
  counts.rollback_to(1);  // the savepoint stays
  EXPECT_EQ(counts.changes_of(2), RowChanges());
  counts.note(1, {1, 0, 0});
  counts.release(1);
  EXPECT_EQ(counts.totals().size(), 1u);
  EXPECT_EQ(counts.totals()[0].changes, (RowChanges{11, 0, 0}));
  counts.clear();
  EXPECT_TRUE(counts.totals().empty());
}

// Against a stack of maps.
TEST(TransactionCounts, AgreeWithAStackOfMaps) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SeededRandom random(seed);
    TransactionCounts counts;
    std::vector<std::map<int64_t, RowChanges>> states(1);  // the whole state at each savepoint, then now
    for (int step = 0; step < 300; ++step) {
      const size_t depth = states.size() - 1;
      switch (random.below(depth > 0 ? 6 : 4)) {
        case 0:
          if (depth == 8) break;
          counts.savepoint();
          states.push_back(states.back());
          break;
        case 4: {
          const uint64_t to = 1 + random.below(depth);
          counts.rollback_to(static_cast<uint32_t>(to));
          states.resize(to);
          states.push_back(states.back());
          break;
        }
        case 5: {
          const uint64_t to = 1 + random.below(depth);
          counts.release(static_cast<uint32_t>(to));
          states[to - 1] = states.back();
          states.resize(to);
          break;
        }
        default: {
          const auto table = static_cast<int64_t>(random.below(5));
          const RowChanges changes{random.below(9), random.below(9), random.below(9)};
          counts.note(table, changes);
          states.back()[table] += changes;
        }
      }
      for (int64_t table = 0; table < 5; ++table) {
        const auto at = states.back().find(table);
        ASSERT_EQ(counts.changes_of(table), at == states.back().end() ? RowChanges() : at->second);
      }
    }
    for (const TableChanges& total : counts.totals()) EXPECT_EQ(total.changes, states.back()[total.table_id]);
  }
}

TEST(TransactionCounts, BeyondTheBoundNothingIsCounted) {
  TransactionCounts counts;
  for (size_t i = 0; i < TransactionCounts::kEntriesMax; ++i) counts.note(static_cast<int64_t>(i), {1, 0, 0});
  counts.note(-1, {2, 3, 4});
  counts.note(0, {1, 0, 0});
  EXPECT_EQ(counts.totals().size(), TransactionCounts::kEntriesMax);
  EXPECT_EQ(counts.changes_not_counted(), 9u);
  EXPECT_EQ(counts.changes_of(0).inserted, 2u);
}

// --- Tables --------------------------------------------------------------------------------------------------------------

TableStatistics stored(uint64_t rows, uint64_t analyzed = 0, uint64_t changes = 0) {
  TableStatistics statistics;
  statistics.rows = rows;
  statistics.rows_analyzed = analyzed;
  statistics.changes = changes;
  return statistics;
}

TEST(TableCounts, AnEstimateIsWhatWasStoredAndTheDelta) {
  TableCounts counts(Runtime::native());
  EXPECT_FALSE(counts.estimate(1).has_value());
  counts.add({{1, {10, 5, 3}}});
  EXPECT_FALSE(counts.estimate(1).has_value());
  counts.set_stored(1, stored(100));
  EXPECT_EQ(counts.estimate(1), 107u);
  counts.add({{1, {0, 0, 500}}});
  EXPECT_EQ(counts.estimate(1), 0u);  // never below none
  counts.forget(1);
  EXPECT_FALSE(counts.estimate(1).has_value());
  counts.set_stored(2, stored(~uint64_t{0}));
  counts.add({{2, {10, 0, 0}}});
  EXPECT_EQ(counts.estimate(2), ~uint64_t{0});
}

TEST(TableCounts, FiftyAndATenthOfTheRowsDeserveAnAnalysis) {
  EXPECT_FALSE(deserves_analysis(50, 0));
  EXPECT_TRUE(deserves_analysis(51, 0));
  EXPECT_FALSE(deserves_analysis(150, 1000));
  EXPECT_TRUE(deserves_analysis(151, 1000));
  TableCounts counts(Runtime::native());
  counts.set_stored(1, stored(1000, 1000, 100));
  EXPECT_FALSE(counts.needs_analysis(1));
  counts.add({{1, {20, 20, 10}}});
  EXPECT_FALSE(counts.needs_analysis(1));
  counts.add({{1, {0, 1, 0}}});
  EXPECT_TRUE(counts.needs_analysis(1));
  const RowChanges before = counts.begin_analysis(1);
  counts.add({{1, {7, 0, 0}}});  // acknowledged while it ran
  counts.analyzed(1, stored(1010, 1010), before);
  EXPECT_FALSE(counts.needs_analysis(1));
  EXPECT_EQ(counts.estimate(1), 1017u);
  EXPECT_FALSE(counts.needs_analysis(2));
}

TEST(TableCounts, AtTheBoundTablesWithoutADeltaMakeRoom) {
  TableCounts counts(Runtime::native(), 4);
  for (int64_t table = 1; table <= 4; ++table) counts.set_stored(table, stored(10));
  EXPECT_FALSE(counts.wants_write());
  counts.add({{1, {1, 0, 0}}, {2, {1, 0, 0}}});
  EXPECT_TRUE(counts.wants_write());
  counts.add({{5, {1, 0, 0}}, {6, {1, 0, 0}}});
  EXPECT_EQ(counts.tables(), 4u);
  EXPECT_FALSE(counts.estimate(3).has_value() || counts.estimate(4).has_value());
  EXPECT_EQ(counts.estimate(1), 11u);
  // All have deltas.
  counts.add({{7, {2, 2, 2}}});
  EXPECT_EQ(counts.changes_not_counted(), 6u);
  EXPECT_EQ(counts.tables(), 4u);
  counts.set_stored(7, stored(3));
  EXPECT_FALSE(counts.estimate(7).has_value());
  counts.written({{6, {1, 0, 0}}});
  counts.add({{7, {2, 0, 0}}});
  EXPECT_EQ(counts.tables(), 4u);
  counts.set_stored(7, stored(3));
  EXPECT_EQ(counts.estimate(7), 5u);
  counts.forget(7);
  counts.forget(1);
  EXPECT_EQ(counts.tables(), 2u);
  counts.add({{8, {1, 0, 0}}, {9, {1, 0, 0}}, {10, {1, 0, 0}}});
  EXPECT_EQ(counts.tables(), 4u);
  EXPECT_EQ(counts.changes_not_counted(), 7u);
}

class WrittenCounts : public testing::Test {
 protected:
  void SetUp() override {
    Options options;
    options.page_bytes = 4096;
    options.background_threads = false;
    database_ = Database::open(":memory:", options).value();
    session_ = database_->new_session().value();
    ASSERT_TRUE(session_->begin_write().is_ok());
    tree_ = create_statistics_tree(*session_, TreeId(9)).value();
    ASSERT_TRUE(session_->commit().is_ok());
    table_ = std::make_unique<StatisticsTable>(tree_);
  }
  TableStatistics read(int64_t table) {
    EXPECT_TRUE(session_->begin_read().is_ok());
    auto found = table_->read(*session_, table);
    EXPECT_TRUE(session_->rollback().is_ok());
    EXPECT_TRUE(found.is_ok() && found->has_value());
    return found.is_ok() && found->has_value() ? **found : TableStatistics();
  }
  std::unique_ptr<Database> database_;
  std::unique_ptr<Session> session_;
  TableTree tree_;
  std::unique_ptr<StatisticsTable> table_;
};

TEST_F(WrittenCounts, DeltasAreStoredOnce) {
  TableCounts counts(Runtime::native());
  counts.set_stored(1, stored(0));
  counts.add({{1, {10, 0, 2}}, {2, {5, 0, 0}}});
  // A commit that fails leaves the deltas.
  ASSERT_TRUE(session_->begin_write().is_ok());
  ASSERT_TRUE(counts.write(*session_, *table_).is_ok());
  ASSERT_TRUE(session_->rollback().is_ok());
  EXPECT_EQ(counts.estimate(1), 8u);

  ASSERT_TRUE(session_->begin_write().is_ok());
  Result<TableCounts::Taken> taken = counts.write(*session_, *table_);
  ASSERT_TRUE(taken.is_ok()) << taken.status().to_string();
  EXPECT_EQ(taken->size(), 2u);
  counts.add({{1, {1, 0, 0}}});  // acknowledged before this commit is
  ASSERT_TRUE(session_->commit().is_ok());
  EXPECT_EQ(counts.estimate(1), 9u);
  counts.written(*taken);
  EXPECT_EQ(counts.estimate(1), 9u);
  EXPECT_EQ(read(1).rows, 8u);
  EXPECT_EQ(read(1).changes, 12u);
  EXPECT_EQ(read(2).rows, 5u);
  EXPECT_FALSE(read(2).analyzed);

  ASSERT_TRUE(session_->begin_write().is_ok());
  taken = counts.write(*session_, *table_);
  EXPECT_EQ(taken->size(), 1u);
  ASSERT_TRUE(session_->commit().is_ok());
  counts.written(*taken);
  EXPECT_EQ(read(1).rows, 9u);
  ASSERT_TRUE(session_->begin_write().is_ok());
  EXPECT_TRUE(counts.write(*session_, *table_)->empty());
  ASSERT_TRUE(session_->commit().is_ok());
}

TEST_F(WrittenCounts, KeepTheStatisticsOfTheLastAnalysis) {
  StatisticsWorld world({{SqlTypeId::kBigint, kNoTypmod}});
  world.insert(1, 50, [](uint64_t id) { return std::vector<Value>{big_value(static_cast<int64_t>(id))}; });
  TableStatistics statistics = world.analyze();
  ASSERT_TRUE(session_->begin_write().is_ok());
  ASSERT_TRUE(table_->write(*session_, 1, statistics).is_ok());
  TableCounts counts(Runtime::native());
  counts.set_stored(1, statistics);
  counts.add({{1, {100, 20, 30}}});
  const auto taken = counts.write(*session_, *table_);
  ASSERT_TRUE(taken.is_ok());
  ASSERT_TRUE(session_->commit().is_ok());
  counts.written(taken.value());
  statistics.rows = 120;
  statistics.changes = 150;
  EXPECT_EQ(read(1), statistics);
  EXPECT_TRUE(counts.needs_analysis(1));
}

TEST(TableCounts, ManyThreadsLoseNothing) {
  TableCounts counts(Runtime::native());
  for (int64_t table = 0; table < 4; ++table) counts.set_stored(table, stored(0));
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&counts] {
      for (int i = 0; i < 2000; ++i) {
        counts.add({{i % 4, {3, 0, 1}}});
        counts.written({{i % 4, {1, 0, 0}}});
        counts.estimate(i % 4);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int64_t table = 0; table < 4; ++table) EXPECT_EQ(counts.estimate(table), 4u * 500 * 2);
}

}  // namespace
}  // namespace ddb
