// log_limits: space is promised before the first byte, growth and its failures, the keeper, recycling.
#include <algorithm>

#include "log_world.h"

namespace ddb {
namespace {

struct Simulated {
  explicit Simulated(uint64_t capacity = 0) : disk(512, capacity) {}
  SimDisk disk;
  InlineRuntime runtime{1};
  SimVfs vfs{disk, runtime};
};

// Runs of frames of any size keep within what reserve() promised, for every page and segment size.
TEST(LogLimits, WhatWasReservedSuffices) {
  for (uint64_t seed = 1; seed <= 150; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SeededRandom random(seed);
    Simulated sim;
    LogConfig config = small_config();
    config.page_bytes = 4096u << random.below(4);
    const uint32_t smallest = config.page_bytes + 2 * kSectorBytes;
    config.segment_bytes =
        random.chance(300) ? smallest : smallest + static_cast<uint32_t>(random.below(150)) * 4096;
    config.bytes_max = uint64_t{config.segment_bytes} * (3 + random.below(12));
    config.stream_sync_bytes = 32 * 1024 << random.below(4);
    Poison poison(sim.runtime);
    std::atomic<uint64_t> horizon{1};
    auto created = Log::create(sim.vfs, sim.runtime, poison, horizon, config, Lsn(1));
    ASSERT_OK(created.status());
    Log& log = **created;
    const PageBytes page(config.page_bytes, std::byte{7});
    for (int run = 0; run < 12; ++run) {
      std::vector<PageRange> frames;
      uint64_t bytes = 0;
      const uint64_t count = random.chance(300) ? random.below(200) : random.below(6);
      for (uint64_t i = 0; i < count; ++i) {
        const uint64_t most =
            random.chance(400) ? config.page_bytes - kPageLoggedFrom : 1 + random.below(200);
        frames.push_back({16, static_cast<uint16_t>(random.chance(500) ? most : 1 + random.below(most))});
        bytes += kFrameHeaderBytes + kRangeHeaderBytes + frames.back().length;
      }
      auto space = log.reserve(bytes, count, random.chance(300));
      ASSERT_OK(space.status());
      if (*space == Space::kNeedsCheckpoint) {
        ASSERT_OK(log.wait_durable(log.appended_lsn()));
        log.recycle(log.appended_lsn(), false);
        space = log.reserve(bytes, count, true);
        ASSERT_OK(space.status());
        ASSERT_EQ(*space, Space::kReady);
      }
      log.begin_run(log.appended_lsn().next());
      for (const PageRange& range : frames) {
        ASSERT_OK(log.add_frame(FrameKind::kImage, PageNo(1), 0, {&range, 1}, page.data()));
        // Others sync meanwhile, so that the next block starts on a fresh sector.
        if (random.chance(100)) ASSERT_OK(log.wait_durable(log.appended_lsn()));
      }
      ASSERT_OK(random.chance(200) ? log.write_abort() : log.write_commit(false));
      log.register_commit(log.appended_lsn().next(), false);
    }
    EXPECT_FALSE(poison.is_set()) << poison.cause().to_string();
  }
}

TEST(LogLimits, AFullLogAsksForACheckpointAndGoesOnAfterIt) {
  Simulated sim;
  LogWorld world(sim.vfs, sim.runtime, 2, small_config(16 * 1024, 64 * 1024));
  ASSERT_OK(world.create());
  Log& log = world.log();
  while (true) {
    auto space = log.reserve(9000, 2, false);
    ASSERT_OK(space.status());
    if (*space == Space::kNeedsCheckpoint) break;
    ASSERT_OK(world.append_run(1, false));
    ASSERT_LT(log.appended_lsn().value, 1000u);
  }
  EXPECT_EQ(log.stats().file_bytes, 64u * 1024);
  EXPECT_EQ(log.stats().segments_free, 1u);  // the spare
  const uint64_t used = log.used_bytes();
  ASSERT_OK(world.checkpoint(log.appended_lsn()));
  EXPECT_LT(log.used_bytes(), used);
  auto space = log.reserve(9000, 2, false);
  ASSERT_OK(space.status());
  EXPECT_EQ(*space, Space::kReady);
}

TEST(LogLimits, NoSpaceOnTheDiskIsACleanRefusal) {
  Simulated sim(100 * 1024);
  LogWorld world(sim.vfs, sim.runtime, 2, small_config(16 * 1024, 1 << 20));
  ASSERT_OK(world.create());
  Status status;
  while (status.is_ok()) {
    auto space = world.log().reserve(6000, 2, false);
    status = space.status();
    if (status.is_ok()) ASSERT_OK(world.append_run(2, true));
    ASSERT_LT(world.log().appended_lsn().value, 1000u);
  }
  EXPECT_TRUE(status.is(sqlstate::kDiskFull)) << status.to_string();
  EXPECT_FALSE(world.poison().is_set());
  auto recovered = world.scan();
  ASSERT_OK(recovered.status());
  EXPECT_EQ((*recovered)->last_lsn(), world.log().appended_lsn());
  world.check(**recovered);
  sim.disk.set_capacity(0);
  ASSERT_OK(world.commit_run(2, true));
}

TEST(LogLimits, EveryErrorOfGrowthLeavesTheLogAsItWas) {
  for (const InjectedFault fault :
       {InjectedFault::kIoError, InjectedFault::kNoSpace, InjectedFault::kShortNoSpace}) {
    for (const IoCall call : {IoCall::kAllocate, IoCall::kWrite}) {
      Simulated sim;
      LogWorld world(sim.vfs, sim.runtime, 2, small_config(16 * 1024, 1 << 20));
      ASSERT_OK(world.create());
      while (world.log().stats().segments_free > 1) ASSERT_OK(world.append_run(1, false));
      const uint64_t bytes = world.log().stats().file_bytes;
      sim.vfs.set_faults([&](IoCall one, const std::string&, uint64_t) {
        return one == call ? fault : InjectedFault::kNone;
      });
      auto space = world.log().reserve(20000, 5, false);
      EXPECT_FALSE(space.is_ok());
      EXPECT_FALSE(world.poison().is_set());
      EXPECT_EQ(world.log().stats().file_bytes, bytes);
      sim.vfs.set_faults(nullptr);
      space = world.log().reserve(20000, 5, false);
      ASSERT_OK(space.status());
      EXPECT_EQ(*space, Space::kReady);
      ASSERT_OK(world.commit_run(5, true));
    }
  }
}

TEST(LogLimits, AFailedSyncOfGrowthPoisons) {
  Simulated sim;
  LogWorld world(sim.vfs, sim.runtime, 2, small_config(16 * 1024, 1 << 20));
  ASSERT_OK(world.create());
  while (world.log().stats().segments_free > 1) ASSERT_OK(world.append_run(1, false));
  sim.vfs.set_faults([&](IoCall call, const std::string&, uint64_t) {
    return call == IoCall::kSync ? InjectedFault::kIoError : InjectedFault::kNone;
  });
  EXPECT_TRUE(world.log().reserve(20000, 5, false).status().is(sqlstate::kIoError));
  EXPECT_TRUE(world.poison().is_set());
  EXPECT_TRUE(world.log().wait_durable(world.log().appended_lsn()).is(sqlstate::kOutcomeUnknown));
}

TEST(LogLimits, TheKeeperSyncsRelaxedBytesInTime) {
  Simulated sim;
  LogConfig config = small_config();
  config.initial_segments = 16;
  LogWorld world(sim.vfs, sim.runtime, 2, config);
  ASSERT_OK(world.create());
  Log& log = world.log();
  int called = 0;
  log.set_on_work([&] { ++called; });
  EXPECT_EQ(log.keeper_step(sim.runtime.now_ns()), kNoDeadline);
  ASSERT_OK(world.commit_run(1, false));
  EXPECT_EQ(called, 1);
  const uint64_t now = sim.runtime.now_ns();
  const uint64_t due = log.keeper_step(now);
  EXPECT_GT(due, now + 99'000'000);
  EXPECT_LE(due, now + 100'000'000);
  EXPECT_LT(log.synced_lsn(), log.appended_lsn());
  ASSERT_OK(world.commit_run(1, false));
  EXPECT_EQ(called, 1);  // the keeper knows already
  EXPECT_EQ(log.keeper_step(due), kNoDeadline);
  EXPECT_EQ(log.synced_lsn(), log.appended_lsn());
  ASSERT_OK(world.commit_run(1, false));
  EXPECT_EQ(called, 2);
  ASSERT_OK(world.commit_run(1, true));  // its sync covers the relaxed one
  EXPECT_EQ(log.keeper_step(sim.runtime.now_ns()), kNoDeadline);
}

TEST(LogLimits, TheKeeperGrowsAheadAndWaitsWhenThereIsNoSpace) {
  Simulated sim;
  LogWorld world(sim.vfs, sim.runtime, 2, small_config(16 * 1024, 1 << 20));
  ASSERT_OK(world.create());
  Log& log = world.log();
  bool called = false;
  log.set_on_work([&] { called = true; });
  ASSERT_OK(world.commit_run(1, true));
  while (!called) ASSERT_OK(world.commit_run(1, true));
  const uint64_t before = log.stats().segments;
  sim.vfs.set_faults([](IoCall call, const std::string&, uint64_t) {
    return call == IoCall::kAllocate ? InjectedFault::kNoSpace : InjectedFault::kNone;
  });
  const uint64_t now = sim.runtime.now_ns();
  const uint64_t again = log.keeper_step(now);
  EXPECT_EQ(again, now + 1'000'000'000);
  EXPECT_EQ(log.stats().segments, before);
  sim.vfs.set_faults(nullptr);
  EXPECT_EQ(log.keeper_step(now + 1), again);  // not before it is due
  (void)log.keeper_step(again);
  EXPECT_EQ(log.stats().segments, 2 * before);
  EXPECT_FALSE(world.poison().is_set());
}

TEST(LogLimits, AnAbortedRunFindsRoomInAFullLog) {
  Simulated sim;
  LogWorld world(sim.vfs, sim.runtime, 3, small_config(16 * 1024, 64 * 1024));
  ASSERT_OK(world.create());
  for (int round = 0; round < 30; ++round) {
    // The largest run that reserve() allows, ended by an abort record.
    size_t changes = 20;
    while (changes > 0) {
      auto space = world.log().reserve(changes * (4096 + 64), changes, false);
      ASSERT_OK(space.status());
      if (*space == Space::kReady) break;
      --changes;
    }
    ASSERT_OK(world.abort_run(changes));
    ASSERT_FALSE(world.poison().is_set());
    ASSERT_OK(world.commit_run(1, true));
  }
}

TEST(LogLimits, UnfitSizesAreRefused) {
  Simulated sim;
  Poison poison(sim.runtime);
  std::atomic<uint64_t> horizon{1};
  for (const uint32_t segment : {0u, 4096u, 8192u, 16u * 1024 + 1, 32u << 20}) {
    LogConfig config = small_config();
    config.segment_bytes = segment;
    auto log = Log::create(sim.vfs, sim.runtime, poison, horizon, config, Lsn(1));
    EXPECT_TRUE(log.status().is(sqlstate::kInvalidParameter)) << segment;
  }
}

TEST(LogLimits, EveryErrorOfCreationLeavesNoLog) {
  for (uint64_t at = 1; at < 40; ++at) {
    Simulated sim;
    LogWorld world(sim.vfs, sim.runtime, 2);
    sim.vfs.set_faults([&](IoCall call, const std::string&, uint64_t index) {
      return index == at && call != IoCall::kUnlink ? InjectedFault::kNoSpace : InjectedFault::kNone;
    });
    const Status status = world.create();
    if (status.is_ok()) continue;
    auto exists = sim.vfs.exists(world.config().path);
    ASSERT_OK(exists.status());
    EXPECT_FALSE(*exists) << at;
  }
}

}  // namespace
}  // namespace ddb
