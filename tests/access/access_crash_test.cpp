// access_crash_test: statements over tables with indexes and foreign keys, cascades, index builds and shrinking on a simulated disk that loses
// power at I/O calls: what is recovered is the newest acknowledged transaction or the one under way, whole: rows, every index, constraints.
// DDB_TRACE_COUNT and DDB_TRACE_SEED choose more and other seeds.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <map>

#include "base/inline_runtime.h"
#include "statement_trace.h"
#include "vfs/sim_disk.h"
#include "vfs/sim_vfs.h"

namespace ddb::access_world {
namespace {

constexpr uint64_t kPointsMax = 60;  // a seed

class AccessCrash : public testing::Test {
 protected:
  struct Point {
    std::unique_ptr<SimDisk> disk;
    uint64_t acknowledged;
    uint64_t io;
  };

  static Options options(SimVfs& vfs, InlineRuntime& runtime) {
    Options options;
    options.vfs = &vfs;
    options.runtime = &runtime;
    options.page_bytes = 4096;
    options.background_threads = false;
    options.wal_segment_bytes = 32 * 1024;
    options.wal_limit = 256 * 1024;
    options.memory_limit = 2 << 20;
    options.double_write_slots = 4;
    options.temp_directory = "/tmp";
    return options;
  }

  void run_seed(uint64_t seed) {
    InlineRuntime runtime(seed);
    SimDisk disk(4096);
    SimVfs vfs(disk, runtime);
    std::vector<Point> points;
    std::map<uint64_t, Model> states;  // by LSN
    uint64_t acknowledged = 0;
    SeededRandom hook_random(mix64(seed));
    vfs.set_hook([&](uint64_t io) {
      if (acknowledged == 0 || points.size() >= kPointsMax || !hook_random.chance(60)) return;
      points.push_back({disk.crash(hook_random.next()), acknowledged, io});
    });
    Trace trace(seed, seed % 2 == 0 ? 1 : 25);
    Trace::Watch watch;
    // The next LSN is known: one writer.
    watch.before_commit = [&](const Model& model) {
      states.insert_or_assign(states.empty() ? 2 : states.rbegin()->first + 1, model);
    };
    watch.after_commit = [&](uint64_t lsn) {
      if (lsn < states.rbegin()->first) states.erase(states.rbegin()->first);  // it changed nothing
      EXPECT_EQ(lsn, states.rbegin()->first);
      acknowledged = lsn;
    };
    const std::string wrong = trace.run(options(vfs, runtime), 200, watch);
    ASSERT_EQ(wrong, "") << "seed " << seed;
    moved_ += trace.moved();
    vfs.set_hook({});
    for (const Point& point : points) {
      // Crashed once more inside the recovery or the checkpoint after it.
      SeededRandom random(mix64(seed) + point.io);
      std::unique_ptr<SimDisk> second;
      uint64_t calls_left = random.below(60);
      const std::string where = "seed " + std::to_string(seed) + ", I/O call " + std::to_string(point.io);
      recover(*point.disk, trace.world(), states, point.acknowledged, seed + point.io, where,
              [&](SimDisk& now) {
                if (second == nullptr && calls_left-- == 0) second = now.crash(random.next());
              });
      if (HasFatalFailure()) return;
      if (second != nullptr)
        recover(*second, trace.world(), states, point.acknowledged, seed + point.io + 1,
                where + ", crashed again", {});
      if (HasFatalFailure()) return;
    }
    points_ += points.size();
  }

  void recover(SimDisk& disk, const World& world, const std::map<uint64_t, Model>& states,
               uint64_t acknowledged, uint64_t seed, const std::string& where,
               const std::function<void(SimDisk&)>& at_io) {
    InlineRuntime runtime(seed);
    SimVfs vfs(disk, runtime);
    if (at_io) vfs.set_hook([&](uint64_t) { at_io(disk); });
    Result<std::unique_ptr<Database>> opened = Database::open("/a.ddb", options(vfs, runtime));
    ASSERT_TRUE(opened.is_ok()) << where << ": " << opened.status().to_string();
    std::unique_ptr<Session> session = (*opened)->new_session().value();
    ASSERT_TRUE(session->begin_read().is_ok());
    const uint64_t lsn = session->snapshot().value;
    ASSERT_GE(lsn, acknowledged) << where;
    const auto state = states.find(lsn);
    ASSERT_NE(state, states.end()) << where << ", LSN " << lsn;
    ASSERT_EQ(differs(*session, world, state->second), "") << where << ", LSN " << lsn;
    session.reset();
    if (at_io) {
      ASSERT_TRUE((*opened)->checkpoint().is_ok()) << where;
    }
    ++recoveries_;
  }

  uint64_t points_ = 0, recoveries_ = 0, moved_ = 0;
};

TEST_F(AccessCrash, EveryRecoveredStateIsWhole) {
  const auto number = [](const char* name, uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
  };
  const uint64_t count = number("DDB_TRACE_COUNT", 15);
  const uint64_t first = number("DDB_TRACE_SEED", 1);
  for (uint64_t seed = first; seed < first + count; ++seed) {
    run_seed(seed);
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
  if (count >= 15) {
    EXPECT_GT(points_, count * 10);
    EXPECT_GT(recoveries_, points_);
    EXPECT_GT(moved_, 0u);
  }
  const auto shown = [](uint64_t n) { return static_cast<unsigned long long>(n); };
  std::printf("access campaign: seeds %llu from %llu, points %llu, recoveries %llu, pages moved %llu\n",
              shown(count), shown(first), shown(points_), shown(recoveries_), shown(moved_));
}

}  // namespace
}  // namespace ddb::access_world
