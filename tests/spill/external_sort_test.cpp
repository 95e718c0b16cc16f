// external_sort: the order of every kind of key under every amount of memory, against std::stable_sort; limits.
#include "spill/external_sort.h"

#include "sort_world.h"

namespace ddb {
namespace {

uint64_t bytes_of(const Rows& rows) {
  uint64_t bytes = 0;
  for (const Row& row : rows) bytes += sort_record_bytes(row.first, row.second);
  return bytes;
}

TEST(ExternalSort, OrdersAsStableSortDoes) {
  for (uint64_t seed = 1; seed <= 250; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SeededRandom random(seed);
    const auto shape = static_cast<KeyShape>(seed % static_cast<uint64_t>(KeyShape::kCount));
    const Rows rows = random_rows(random, shape, random.below(uint64_t{1} << (2 + random.below(11))));
    SortWorld world(uint64_t{16384} << random.below(8));
    {
      ExternalSort sort(world.memory, world.temp);
      Rows sorted;
      const Status outcome = sort_rows(sort, rows, sorted);
      ASSERT_TRUE(outcome.is_ok()) << outcome.to_string();
      ASSERT_EQ(sorted, model_of(rows));
      EXPECT_EQ(sort.statistics().records, rows.size());
      auto again = sort.next();
      ASSERT_TRUE(again.is_ok());
      EXPECT_EQ(*again, nullptr) << "the end stays the end";
      world.expect_nothing_held();
    }
  }
}

// More entries than one piece of any loop, so that radix passes, their recursion and cycles are all taken.
TEST(ExternalSort, OrdersManyRecordsInMemory) {
  for (int shape = 0; shape < static_cast<int>(KeyShape::kCount); ++shape) {
    if (static_cast<KeyShape>(shape) == KeyShape::kLong) continue;
    SCOPED_TRACE("shape " + std::to_string(shape));
    SeededRandom random(static_cast<uint64_t>(shape) + 77);
    const Rows rows = random_rows(random, static_cast<KeyShape>(shape), 90'000, 2);
    SortWorld world(uint64_t{64} << 20);
    ExternalSort sort(world.memory, world.temp);
    Rows sorted;
    const Status outcome = sort_rows(sort, rows, sorted);
    ASSERT_TRUE(outcome.is_ok()) << outcome.to_string();
    ASSERT_TRUE(sorted == model_of(rows));
    EXPECT_EQ(sort.statistics().runs, 0u);
    EXPECT_EQ(world.vfs.calls, 0u) << "what fits in memory opens no file";
  }
}

// Keys whose groups nest deeper than the sort keeps levels for: each level leaves a few keys behind.
TEST(ExternalSort, OrdersKeysThatShareEverLongerBeginnings) {
  Rows rows;
  for (size_t level = 0; level < 400; ++level) {
    for (int twin = 0; twin < 3; ++twin)
      rows.emplace_back(std::string(level * 8, 'a') + "b" +
                            std::to_string((level * 7 + static_cast<size_t>(twin) * 5) % 11),
                        std::to_string(rows.size()));
  }
  SeededRandom random(9);
  for (size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[random.below(i)]);
  SortWorld world(uint64_t{16} << 20);
  ExternalSort sort(world.memory, world.temp);
  Rows sorted;
  ASSERT_TRUE(sort_rows(sort, rows, sorted).is_ok());
  EXPECT_TRUE(sorted == model_of(rows));
}

TEST(ExternalSort, MergesInSeveralPassesWithoutMoreDiskThanTheData) {
  for (const KeyShape shape : {KeyShape::kFewBytes, KeyShape::kEqual, KeyShape::kRandom}) {
    SeededRandom random(31);
    const Rows rows = random_rows(random, shape, 40'000);
    SortWorld world(16384);
    ExternalSort sort(world.memory, world.temp);
    Rows sorted;
    const Status outcome = sort_rows(sort, rows, sorted);
    ASSERT_TRUE(outcome.is_ok()) << outcome.to_string();
    ASSERT_TRUE(sorted == model_of(rows));
    // The list of runs was full many times over, and merged runs were merged again.
    EXPECT_GT(sort.statistics().runs, 64u);
    EXPECT_GT(sort.statistics().merges, 8u);
    EXPECT_GT(sort.statistics().bytes_written, 2 * bytes_of(rows));
    const uint64_t slack = (sort.statistics().runs + 64) * 1024;
    EXPECT_LE(world.temp.most(), bytes_of(rows) * 103 / 100 + slack);
    world.expect_nothing_held();
  }
}

TEST(ExternalSort, SpillsOnlyWhenItMust) {
  SeededRandom random(5);
  const Rows rows = random_rows(random, KeyShape::kRandom, 10'000);
  uint64_t most = 0;
  {
    SortWorld world(uint64_t{1} << 20);
    ExternalSort sort(world.memory, world.temp);
    Rows sorted;
    ASSERT_TRUE(sort_rows(sort, rows, sorted).is_ok());
    most = world.memory.most();
    EXPECT_EQ(sort.statistics().runs, 0u);
  }
  SortWorld world(most / 2);
  ExternalSort sort(world.memory, world.temp);
  Rows sorted;
  ASSERT_TRUE(sort_rows(sort, rows, sorted).is_ok());
  EXPECT_GE(sort.statistics().runs, 2u);
  EXPECT_EQ(sorted, model_of(rows));
}

TEST(ExternalSort, HandlesNothingAndEmptyKeys) {
  SortWorld world(16384);
  ExternalSort sort(world.memory, world.temp);
  Rows sorted;
  ASSERT_TRUE(sort_rows(sort, {}, sorted).is_ok());
  EXPECT_TRUE(sorted.empty());
  sort.reset();
  const Rows rows = {{"", "1"}, {std::string(1, '\0'), "2"}, {"", ""}, {std::string(9, '\0'), "3"},
                     {"", "4"}, {std::string(8, '\0'), "5"}};
  ASSERT_TRUE(sort_rows(sort, rows, sorted).is_ok());
  EXPECT_EQ(sorted, model_of(rows));
}

TEST(ExternalSort, LongRecordsAreMergedWithinTheLimit) {
  SeededRandom random(12);
  // Records of up to 2/5 of the memory, among short ones, so that few runs fit into one merge.
  const uint64_t limit = 256 * 1024;
  Rows rows;
  for (uint64_t i = 0; i < 400; ++i) {
    const size_t size = random.chance(100) ? random.below(limit * 2 / 5) : random.below(100);
    rows.emplace_back(random_bytes(random, size / 2, 3), std::to_string(i) + std::string(size / 2, 'p'));
  }
  SortWorld world(limit);
  ExternalSort sort(world.memory, world.temp);
  Rows sorted;
  const Status outcome = sort_rows(sort, rows, sorted);
  ASSERT_TRUE(outcome.is_ok()) << outcome.to_string();
  EXPECT_TRUE(sorted == model_of(rows));
  EXPECT_GT(sort.statistics().runs, 4u);
  world.expect_nothing_held();
}

TEST(ExternalSort, RecordThatNoMergeCouldHoldIs53200) {
  SortWorld world(64 * 1024);
  ExternalSort sort(world.memory, world.temp);
  // Alone it fits in memory.
  ASSERT_TRUE(sort.add("long", std::string(40'000, 'x')).is_ok());
  ASSERT_TRUE(sort.finish().is_ok());
  sort.reset();
  ASSERT_TRUE(sort.add("long", std::string(40'000, 'x')).is_ok());
  Status outcome;
  for (int i = 0; i < 2000 && outcome.is_ok(); ++i) outcome = sort.add(std::to_string(i), "");
  EXPECT_TRUE(outcome.is(sqlstate::kOutOfMemory));
  EXPECT_NE(outcome.message().find("too long to be sorted in 65536 bytes"), std::string::npos)
      << outcome.to_string();
  EXPECT_EQ(outcome.hint(), "raise work_mem");
  world.expect_nothing_held();
  sort.reset();
  // Alone it does not fit.
  outcome = sort.add("longer", std::string(70'000, 'x'));
  EXPECT_TRUE(outcome.is(sqlstate::kOutOfMemory));
  EXPECT_NE(outcome.message().find("for the sort, which holds"), std::string::npos) << outcome.to_string();
  world.expect_nothing_held();
}

TEST(ExternalSort, TempFileLimitIs53400AndNothingLeaks) {
  SeededRandom random(3);
  const Rows rows = random_rows(random, KeyShape::kRandom, 20'000);
  SortWorld world(32 * 1024, 200'000);
  ExternalSort sort(world.memory, world.temp);
  Rows sorted;
  const Status outcome = sort_rows(sort, rows, sorted);
  EXPECT_TRUE(outcome.is(sqlstate::kLimitExceeded)) << outcome.to_string();
  EXPECT_NE(outcome.message().find("temp_file_limit, which is 200000 bytes"), std::string::npos);
  EXPECT_LE(world.temp.most(), 200'000u);
  EXPECT_GT(world.temp.most(), 190'000u);
  world.expect_nothing_held();
  EXPECT_TRUE(sort.add("a", "").is(sqlstate::kLimitExceeded)) << "an error stays until reset()";
  EXPECT_TRUE(sort.finish().is(sqlstate::kLimitExceeded));
  sort.reset();
  const Rows fewer(rows.begin(), rows.begin() + 4000);
  sorted.clear();
  ASSERT_TRUE(sort_rows(sort, fewer, sorted).is_ok());
  EXPECT_TRUE(sorted == model_of(fewer));
  EXPECT_GT(sort.statistics().runs, 0u);
}

TEST(ExternalSort, WithoutTempFilesTheLimitIs53200) {
  SeededRandom random(4);
  const Rows rows = random_rows(random, KeyShape::kRandom, 5000);
  SortWorld world(32 * 1024, 0);
  TempSpace no_vfs(nullptr, "", 1 << 20);
  for (TempSpace* temp : {&world.temp, &no_vfs}) {
    ExternalSort sort(world.memory, *temp);
    Rows sorted;
    const Status outcome = sort_rows(sort, rows, sorted);
    EXPECT_TRUE(outcome.is(sqlstate::kOutOfMemory));
    EXPECT_NE(outcome.message().find("temp files are not allowed"), std::string::npos) << outcome.to_string();
    world.expect_nothing_held();
  }
}

// The operator's limit is not what is full: others of the statement hold the memory, and change their minds.
TEST(ExternalSort, WorksWithWhatTheStatementLeaves) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SeededRandom random(seed);
    const Rows rows = random_rows(random, KeyShape::kMixed, 3000);
    FlakyVfs vfs;
    TempSpace temp(&vfs, "", uint64_t{1} << 40);
    MemoryTracker statement({"statement", "memory_limit"}, 400'000, nullptr);
    MemoryTracker other({"hash", "work_mem"}, MemoryTracker::kNoLimit, statement);
    MemoryTracker memory({"sort", "work_mem"}, 300'000, statement);
    {
      ExternalSort sort(memory, temp);
      uint64_t held = 0;
      const auto change = [&] {
        other.give_back(held);
        held = random.below(330'000);
        if (!other.try_take(held)) held = 0;
      };
      Status outcome;
      for (size_t i = 0; i < rows.size() && outcome.is_ok(); ++i) {
        if (random.chance(5)) change();
        outcome = sort.add(rows[i].first, rows[i].second);
      }
      if (outcome.is_ok()) outcome = sort.finish();
      Rows sorted;
      if (outcome.is_ok()) outcome = read_all(sort, sorted);
      // It may be refused, but only as that.
      if (!outcome.is_ok()) {
        EXPECT_TRUE(outcome.is(sqlstate::kOutOfMemory)) << outcome.to_string();
      } else {
        EXPECT_TRUE(sorted == model_of(rows));
      }
      EXPECT_LE(statement.most(), 400'000u);
      sort.reset();
      EXPECT_EQ(memory.used(), 0u);
      other.give_back(held);
    }
  }
}

TEST(ExternalSort, ResetAtAnyTimeBeginsAgain) {
  SeededRandom random(8);
  const Rows rows = random_rows(random, KeyShape::kRandom, 3000);
  SortWorld world(20'000);
  ExternalSort sort(world.memory, world.temp);
  for (int round = 0; round < 30; ++round) {
    const auto some = static_cast<std::ptrdiff_t>(random.below(rows.size()));
    ASSERT_TRUE(add_all(sort, Rows(rows.begin(), rows.begin() + some)).is_ok());
    if (random.chance(500)) {
      ASSERT_TRUE(sort.finish().is_ok());
      for (uint64_t reads = random.below(100); reads > 0; --reads) ASSERT_TRUE(sort.next().is_ok());
    }
    sort.reset();
    world.expect_nothing_held();
    EXPECT_EQ(sort.statistics().records, 0u);
  }
  Rows sorted;
  ASSERT_TRUE(sort_rows(sort, rows, sorted).is_ok());
  EXPECT_TRUE(sorted == model_of(rows));
}

// Delivered views live until the next call, also when a record lies in two blocks of the temp file.
TEST(ExternalSort, ViewsLiveUntilTheNextCall) {
  SeededRandom random(21);
  const Rows rows = random_rows(random, KeyShape::kLong, 500);
  const Rows model = model_of(rows);
  SortWorld world(40'000);
  ExternalSort sort(world.memory, world.temp);
  ASSERT_TRUE(add_all(sort, rows).is_ok());
  ASSERT_TRUE(sort.finish().is_ok());
  for (const Row& row : model) {
    auto record = sort.next();
    ASSERT_TRUE(record.is_ok());
    ASSERT_NE(*record, nullptr);
    ASSERT_EQ((*record)->key, row.first);
    ASSERT_EQ((*record)->payload, row.second);
  }
}

}  // namespace
}  // namespace ddb
