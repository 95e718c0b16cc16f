// log_round_trip: what is appended comes back, over random runs of every size, with and without recycling.
#include "log_world.h"

namespace ddb {
namespace {

struct Simulated {
  SimDisk disk{512};
  InlineRuntime runtime{1};
  SimVfs vfs{disk, runtime};
};

TEST(LogRoundTrip, AnEmptyLogRecoversToTheCheckpoint) {
  Simulated sim;
  LogWorld world(sim.vfs, sim.runtime, 1);
  ASSERT_OK(world.create());
  auto recovered = world.scan();
  ASSERT_OK(recovered.status());
  EXPECT_EQ((*recovered)->presence(), LogPresence::kPresent);
  EXPECT_EQ((*recovered)->last_lsn(), Lsn(1));
  EXPECT_EQ((*recovered)->end_lsn(), Lsn(1));
  EXPECT_EQ((*recovered)->page_count(), 0u);
}

TEST(LogRoundTrip, EveryRunComesBack) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Simulated sim;
    LogWorld world(sim.vfs, sim.runtime, seed);
    ASSERT_OK(world.create());
    const size_t runs = 1 + world.random().below(60);
    for (size_t i = 0; i < runs; ++i) {
      const size_t changes = world.random().chance(100) ? 20 : world.random().below(4);
      if (world.random().chance(100)) {
        ASSERT_OK(world.abort_run(changes));
      } else {
        ASSERT_OK(world.commit_run(changes, world.random().chance(500)));
      }
      if (world.random().chance(30)) ASSERT_OK(world.checkpoint(world.log().appended_lsn()));
      if (world.random().chance(100)) {
        auto recovered = world.scan();
        ASSERT_OK(recovered.status());
        ASSERT_EQ((*recovered)->last_lsn(), world.log().appended_lsn());
        world.check(**recovered);
      }
    }
    auto recovered = world.scan();
    ASSERT_OK(recovered.status());
    ASSERT_EQ((*recovered)->last_lsn(), world.log().appended_lsn());
    world.check(**recovered);
  }
}

TEST(LogRoundTrip, RecyclingForManyRoundsKeepsTheLogBounded) {
  Simulated sim;
  LogWorld world(sim.vfs, sim.runtime, 7, small_config(16 * 1024, 128 * 1024));
  ASSERT_OK(world.create());
  for (int i = 0; i < 600; ++i) {
    ASSERT_OK(world.commit_run(world.random().below(4), world.random().chance(300)));
    if (i % 37 == 0) {
      auto recovered = world.scan();
      ASSERT_OK(recovered.status());
      ASSERT_EQ((*recovered)->last_lsn(), world.log().appended_lsn());
      world.check(**recovered);
    }
  }
  EXPECT_LE(world.log().stats().file_bytes, 128u * 1024);
  EXPECT_GT(world.log().stats().recycled_segments, 20u);
}

TEST(LogRoundTrip, ARunMayBeLargerThanTheLimitAndTheFileShrinksBack) {
  Simulated sim;
  LogWorld world(sim.vfs, sim.runtime, 9, small_config(16 * 1024, 64 * 1024));
  world.set_pages(400);
  ASSERT_OK(world.create());
  for (int i = 0; i < 5; ++i) ASSERT_OK(world.commit_run(2, true));
  ASSERT_OK(world.commit_run(300, true, true));
  EXPECT_GT(world.log().stats().file_bytes, 64u * 1024);
  for (int i = 0; i < 5; ++i) ASSERT_OK(world.commit_run(1, true, true));
  auto recovered = world.scan();
  ASSERT_OK(recovered.status());
  ASSERT_EQ((*recovered)->last_lsn(), world.log().appended_lsn());
  world.check(**recovered);
  ASSERT_OK(world.checkpoint(world.log().appended_lsn()));
  EXPECT_LE(world.log().stats().file_bytes, 128u * 1024);
}

TEST(LogRoundTrip, TheScanStartsBehindTheCheckpoint) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Simulated sim;
    LogWorld world(sim.vfs, sim.runtime, seed);
    ASSERT_OK(world.create());
    for (int i = 0; i < 40; ++i) {
      ASSERT_OK(world.commit_run(world.random().chance(150) ? 15 : 1, true));
      if (world.random().chance(200)) {
        const uint64_t from = world.checkpoint_lsn().value;
        const uint64_t to = world.log().appended_lsn().value;
        ASSERT_OK(
            world.checkpoint(Lsn(from + world.random().below(to - from + 1)), world.random().chance(700)));
      }
      auto recovered = world.scan();
      ASSERT_OK(recovered.status());
      ASSERT_EQ((*recovered)->last_lsn(), world.log().appended_lsn());
      world.check(**recovered);
    }
  }
}

}  // namespace
}  // namespace ddb
