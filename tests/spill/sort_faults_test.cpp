// external_sort under failures: of every call of the disk, of every allocation, of what the disk gives back, by
// cancellation. Each leaves nothing behind, and the sort can be used again.
#include <atomic>

#include "base/failing_new.h"
#include "sort_world.h"
#include "spill/external_sort.h"

namespace ddb {
namespace {

constexpr uint64_t kMemory = 16384;  // the run list holds 16 runs: merges of both kinds

Rows some_rows() {
  SeededRandom random(17);
  return random_rows(random, KeyShape::kMixed, 1200);
}

// Sorts once more without faults: the same object is of use again.
void expect_works(ExternalSort& sort, const Rows& rows, const Rows& model) {
  sort.reset();
  Rows sorted;
  const Status outcome = sort_rows(sort, rows, sorted);
  ASSERT_TRUE(outcome.is_ok()) << outcome.to_string();
  ASSERT_TRUE(sorted == model);
}

TEST(SortFaults, EveryCallOfTheDiskMayFail) {
  const Rows rows = some_rows();
  const Rows model = model_of(rows);
  uint64_t calls = 0;
  {
    SortWorld world(kMemory);
    ExternalSort sort(world.memory, world.temp);
    expect_works(sort, rows, model);
    calls = world.vfs.calls;
    ASSERT_GT(sort.statistics().merges, 1u);
    ASSERT_GT(calls, 100u);
  }
  for (const SqlState state : {sqlstate::kIoError, sqlstate::kDiskFull}) {
    for (uint64_t at = 1; at <= calls; ++at) {
      SCOPED_TRACE("call " + std::to_string(at) + " of " + std::to_string(calls));
      SortWorld world(kMemory);
      world.vfs.fail_at = at;
      world.vfs.fail_with = state;
      world.vfs.short_write = at % 2 == 0;
      ExternalSort sort(world.memory, world.temp);
      Rows sorted;
      const Status outcome = sort_rows(sort, rows, sorted);
      ASSERT_TRUE(outcome.is(state)) << outcome.to_string();
      ASSERT_LT(sorted.size(), model.size());
      ASSERT_TRUE(std::equal(sorted.begin(), sorted.end(), model.begin()))
          << "what came before the error is right";
      auto again = sort.next();
      EXPECT_TRUE(again.status().is(state)) << "an error stays";
      world.expect_nothing_held();
      if (at % 16 == 0) expect_works(sort, rows, model);
    }
  }
}

TEST(SortFaults, EveryAllocationMayFail) {
  const Rows rows = some_rows();
  const Rows model = model_of(rows);
  uint64_t failed = 0;
  for (uint64_t at = 1;; at += at < 40 ? 1 : 1 + at / 16) {
    SCOPED_TRACE("allocation " + std::to_string(at));
    SortWorld world(kMemory);
    ExternalSort sort(world.memory, world.temp);
    Rows sorted;
    sorted.reserve(rows.size());
    Status outcome;
    {
      // Reading copies rows, which must not count: only the sort's own allocations fail.
      FailingNew failing(at, at % 2 == 0);
      outcome = add_all(sort, rows);
      if (outcome.is_ok()) outcome = sort.finish();
    }
    if (outcome.is_ok() && FailingNew::failures() == 0) break;
    ++failed;
    if (outcome.is_ok()) {  // it could do with less
      ASSERT_TRUE(read_all(sort, sorted).is_ok());
      ASSERT_TRUE(sorted == model);
    } else {
      ASSERT_TRUE(outcome.is(sqlstate::kOutOfMemory)) << outcome.to_string();
    }
    world.expect_nothing_held();
    expect_works(sort, rows, model);
  }
  EXPECT_GT(failed, 50u);
}

// A read that gives other bytes than were written: one bit, a shorter block, or another block of the file.
TEST(SortFaults, DamagedBlockIsXX001) {
  const Rows rows = some_rows();
  const Rows model = model_of(rows);
  uint64_t reads = 0;
  {
    SortWorld world(kMemory);
    world.vfs.on_read = [&](uint64_t, std::span<std::byte>, size_t&) { ++reads; };
    ExternalSort sort(world.memory, world.temp);
    expect_works(sort, rows, model);
  }
  ASSERT_GT(reads, 60u);
  for (uint64_t damaged = 1; damaged <= reads; ++damaged) {
    for (int kind = 0; kind < 5; ++kind) {
      SCOPED_TRACE("read " + std::to_string(damaged) + " kind " + std::to_string(kind));
      SeededRandom random(damaged * 8 + static_cast<uint64_t>(kind));
      SortWorld world(kMemory);
      uint64_t seen = 0;
      std::vector<std::byte> earlier;
      bool stale = false;
      world.vfs.on_read = [&](uint64_t, std::span<std::byte> bytes, size_t& got) {
        ++seen;
        if (seen + 1 == damaged)
          earlier.assign(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(got));
        if (seen != damaged) return;
        uint32_t length = 0;
        std::memcpy(&length, bytes.data() + 4, 4);
        const size_t used = kSpillBlockHeaderBytes + length;
        if (kind == 0) bytes[random.below(used)] ^= static_cast<std::byte>(1u << random.below(8));
        if (kind == 1) bytes[random.below(kSpillBlockHeaderBytes)] ^= std::byte{0x80};
        if (kind == 2) got = random.below(used);
        if (kind == 3) std::fill(bytes.begin(), bytes.end(), std::byte{0});
        if (kind == 4 && !earlier.empty()) {
          stale = true;
          got = earlier.size();
          std::copy(earlier.begin(), earlier.end(), bytes.begin());
        }
      };
      ExternalSort sort(world.memory, world.temp);
      Rows sorted;
      const Status outcome = sort_rows(sort, rows, sorted);
      if (kind == 4 && !stale) continue;
      ASSERT_TRUE(outcome.is(sqlstate::kCorrupted)) << outcome.to_string();
      EXPECT_NE(outcome.message().find("came back damaged"), std::string::npos);
      world.expect_nothing_held();
    }
  }
}

TEST(SortFaults, EndsAtAnyPoll) {
  SeededRandom random(44);
  const Rows rows = random_rows(random, KeyShape::kMixed, 60'000, 4);
  const Rows model = model_of(rows);
  for (const uint64_t memory : {uint64_t{64} << 20, uint64_t{256} << 10}) {
    uint64_t polls = 0;
    uint64_t last_added = 0, last_merged = 0;
    const auto count = [&](const SortProgress& progress) -> Status {
      ++polls;
      EXPECT_LE(last_added, progress.records_added);
      EXPECT_LE(last_merged, progress.records_merged);
      last_added = progress.records_added;
      last_merged = progress.records_merged;
      return Status::ok();
    };
    SortWorld world(memory);
    {
      ExternalSort sort(world.memory, world.temp, WorkWatch(nullptr, count));
      Rows sorted;
      ASSERT_TRUE(sort_rows(sort, rows, sorted).is_ok());
      ASSERT_TRUE(sorted == model);
      EXPECT_EQ(last_added, rows.size());
      EXPECT_GT(last_merged, rows.size() / 2);
    }
    ASSERT_GT(polls, 15u);
    const uint64_t all = polls;
    for (uint64_t stop = 1; stop <= all; stop += 1 + all / 40) {
      SCOPED_TRACE("poll " + std::to_string(stop) + " of " + std::to_string(all));
      std::atomic<bool> cancel{false};
      uint64_t seen = 0;
      ExternalSort sort(world.memory, world.temp, WorkWatch(&cancel, [&](const SortProgress&) -> Status {
                          // The flag is seen at the next poll, so that it has to be set one earlier.
                          if (++seen + 1 >= stop) cancel = true;
                          return Status::ok();
                        }));
      Rows sorted;
      const Status outcome = sort_rows(sort, rows, sorted);
      ASSERT_TRUE(outcome.is(sqlstate::kQueryCanceled)) << outcome.to_string();
      EXPECT_LE(seen, stop);
      world.expect_nothing_held();
      cancel = false;
      seen = 0;
    }
  }
}

// The work between two polls is bounded, counted in records: no loop over records forgets to report.
TEST(SortFaults, PollsWhileAddingSortingMergingAndReading) {
  SeededRandom random(45);
  const Rows rows = random_rows(random, KeyShape::kRandom, 100'000, 0);
  // At 60 ns a record and more.
  const uint64_t records_between = WorkWatch::kPollNanoseconds / 60 + 1;
  for (const uint64_t memory : {uint64_t{64} << 20, uint64_t{2} << 20, uint64_t{64} << 10}) {
    SCOPED_TRACE("memory " + std::to_string(memory));
    uint64_t polls = 0, written = 0;
    SortProgress last;
    SortWorld world(memory);
    ExternalSort sort(world.memory, world.temp,
                      WorkWatch(nullptr, [&](const SortProgress& progress) -> Status {
                        ++polls;
                        EXPECT_LE(progress.records_added - last.records_added, records_between);
                        EXPECT_LE(progress.records_merged - last.records_merged, records_between);
                        // A byte costs a nanosecond at least, and comes to the file in blocks.
                        EXPECT_LE(world.temp.written() - written, WorkWatch::kPollNanoseconds + memory / 64);
                        written = world.temp.written();
                        last = progress;
                        return Status::ok();
                      }));
    ASSERT_TRUE(add_all(sort, rows).is_ok());
    const uint64_t adding = polls;
    ASSERT_TRUE(sort.finish().is_ok());
    const uint64_t finishing = polls - adding;
    Rows sorted;
    ASSERT_TRUE(read_all(sort, sorted).is_ok());
    const uint64_t once = rows.size() / records_between;
    const bool spilled = memory < (1u << 20);
    EXPECT_EQ(spilled, sort.statistics().merges > 0);
    EXPECT_EQ(memory<(64u << 20), sort.statistics().runs> 0);
    // With little memory runs are sorted, written and merged while rows are still added.
    EXPECT_GE(adding, spilled ? 3 * once : once);
    EXPECT_GE(finishing, sort.statistics().runs > 0 ? 1u : once / 2);
    EXPECT_GE(polls - adding - finishing, once);
    EXPECT_GE(last.records_merged + records_between, rows.size());
  }
}

TEST(SortFaults, ErrorOfThePollEndsTheWork) {
  SortWorld world(kMemory);
  ExternalSort sort(world.memory, world.temp, WorkWatch(nullptr, [](const SortProgress&) -> Status {
                      return Status::error(sqlstate::kQueryCanceled, "statement timeout");
                    }));
  Rows sorted;
  const Status outcome = sort_rows(sort, some_rows(), sorted);
  EXPECT_EQ(outcome.message(), "statement timeout");
  world.expect_nothing_held();
}

}  // namespace
}  // namespace ddb
