// memory_tracker: all levels or none, limits that hold under threads, messages that name the level.
#include "spill/memory_tracker.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "base/seeded_random.h"
#include "spill/tracked_bytes.h"

namespace ddb {
namespace {

TEST(MemoryTracker, TakesAtAllLevelsOrAtNone) {
  MemoryTracker database({"database", "memory_limit"}, 1000, nullptr);
  MemoryTracker statement({"statement", "statement_memory"}, 600, database);
  MemoryTracker sort({"sort", "work_mem"}, 400, statement);
  MemoryTracker hash({"hash", "work_mem"}, 400, statement);
  EXPECT_TRUE(sort.try_take(400));
  EXPECT_FALSE(sort.try_take(1));
  EXPECT_TRUE(hash.try_take(200));
  EXPECT_FALSE(hash.try_take(1)) << "the statement is full";
  EXPECT_EQ(hash.used(), 200u);
  EXPECT_EQ(hash.most(), 200u) << "a refusal is no peak";
  EXPECT_EQ(statement.used(), 600u);
  EXPECT_EQ(database.used(), 600u);
  sort.give_back(400);
  EXPECT_EQ(database.used(), 200u);
  EXPECT_EQ(database.most(), 600u);
  EXPECT_EQ(sort.reachable_limit(), 400u);
  EXPECT_TRUE(sort.try_take(0));
  hash.give_back(200);
}

TEST(MemoryTracker, RefusalNamesTheFullLevel) {
  MemoryTracker database({"database", "memory_limit"}, 1000, nullptr);
  MemoryTracker statement({"statement", ""}, 600, database);
  MemoryTracker sort({"sort", "work_mem"}, 400, statement);
  ASSERT_TRUE(statement.take(500).is_ok());
  Status refused = sort.take(200);
  EXPECT_TRUE(refused.is(sqlstate::kOutOfMemory));
  EXPECT_EQ(refused.message(),
            "out of memory: 200 more bytes for the statement, which holds 500 of 600 bytes");
  EXPECT_EQ(refused.hint(), "");
  refused = sort.take(401);
  EXPECT_EQ(refused.message(), "out of memory: 401 more bytes for the sort, which holds 0 of 400 bytes");
  EXPECT_NE(refused.hint().find("work_mem"), std::string::npos);
  EXPECT_EQ(sort.used(), 0u);
  EXPECT_EQ(database.used(), 500u);
  statement.give_back(500);
}

TEST(MemoryTracker, HugeRequestsDoNotWrap) {
  MemoryTracker database({"database", ""}, MemoryTracker::kNoLimit, nullptr);
  MemoryTracker sort({"sort", ""}, 1000, database);
  ASSERT_TRUE(sort.try_take(10));
  EXPECT_FALSE(sort.try_take(UINT64_MAX));
  EXPECT_FALSE(sort.try_take(UINT64_MAX - 5));
  EXPECT_FALSE(database.try_take(UINT64_MAX));
  EXPECT_EQ(database.used(), 10u);
  sort.give_back(10);
}

TEST(MemoryTracker, ChargesTheCachesBudget) {
  MemoryBudget budget(1000);
  budget.take(900);  // the cache, which gives way later
  MemoryTracker database({"database", "memory_limit"}, 750, &budget);
  MemoryTracker sort({"sort", "work_mem"}, MemoryTracker::kNoLimit, database);
  EXPECT_TRUE(sort.try_take(700));
  EXPECT_EQ(budget.used(), 1600u);
  EXPECT_FALSE(sort.try_take(51));
  EXPECT_EQ(budget.used(), 1600u);
  sort.give_back(700);
  EXPECT_EQ(budget.used(), 900u);
}

TEST(MemoryTracker, LimitsHoldWhenThreadsTakeAtOnce) {
  MemoryTracker database({"database", ""}, 1000, nullptr);
  std::vector<std::thread> threads;
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    threads.emplace_back([&database, seed] {
      SeededRandom random(seed);
      MemoryTracker sort({"sort", ""}, 600, database);
      std::vector<uint64_t> held;
      for (int i = 0; i < 20'000; ++i) {
        const uint64_t bytes = random.below(300);
        if (random.chance(500) && sort.try_take(bytes)) held.push_back(bytes);
        if (!held.empty() && random.chance(500)) {
          sort.give_back(held.back());
          held.pop_back();
        }
      }
      for (const uint64_t bytes : held) sort.give_back(bytes);
      EXPECT_LE(sort.most(), 600u);
      EXPECT_EQ(sort.used(), 0u);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(database.most(), 1000u);
  EXPECT_GT(database.most(), 0u);
  EXPECT_EQ(database.used(), 0u);
}

TEST(MemoryTracker, TrackedBytesGiveBackWhatTheyTook) {
  MemoryTracker database({"database", ""}, 1000, nullptr);
  {
    TrackedBytes bytes;
    ASSERT_TRUE(bytes.allocate(database, 600).is_ok());
    TrackedBytes other;
    EXPECT_FALSE(other.try_allocate(database, 500));
    EXPECT_TRUE(other.allocate(database, 500).is(sqlstate::kOutOfMemory));
    ASSERT_TRUE(other.try_allocate(database, 400));
    other = std::move(bytes);
    EXPECT_EQ(database.used(), 600u);
    EXPECT_EQ(other.size(), 600u);
    EXPECT_TRUE(bytes.empty());
  }
  EXPECT_EQ(database.used(), 0u);
}

#if !defined(NDEBUG)
TEST(MemoryTrackerDeathTest, DestructorAssertsThatAllWasGivenBack) {
  EXPECT_DEATH(
      {
        MemoryTracker database({"database", ""}, 1000, nullptr);
        (void)database.try_take(1);
      },
      "");
}
#endif

}  // namespace
}  // namespace ddb
