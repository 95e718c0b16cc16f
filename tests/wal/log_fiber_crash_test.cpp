// log_fiber_crash: several committers, a keeper and a checkpoint over the simulated disk, interleaved by a seed. At I/O
// points the disk is crashed and recovered, and once more inside the take-over.
#include <algorithm>

#include "base/fiber_scheduler.h"
#include "log_world.h"

namespace ddb {
namespace {

class Storm {
 public:
  explicit Storm(uint64_t seed, FiberStackPool* stacks)
      : seed_(seed),
        random_(mix64(seed)),
        scheduler_(seed, stacks),
        disk_(seed % 2 == 0 ? 512 : 4096),
        vfs_(disk_, scheduler_),
        world_(vfs_, scheduler_, seed, config(seed)),
        write_lock_(scheduler_) {}

  void run() {
    ASSERT_OK(world_.create());
    const bool errors = random_.chance(200);
    const uint64_t error_at = vfs_.io_count() + random_.below(400);
    vfs_.set_faults([errors, error_at](IoCall, const std::string&, uint64_t index) {
      return errors && index == error_at ? InjectedFault::kShortIoError : InjectedFault::kNone;
    });
    vfs_.set_hook([this](uint64_t index) {
      if (random_.chance(60) && !testing::Test::HasFatalFailure()) {
        scheduler_.call_outside([&] { crash_and_check(index); });
      }
    });
    const int committers = 2 + static_cast<int>(random_.below(5));
    for (int i = 0; i < committers; ++i) {
      scheduler_.spawn("committer", [this] {
        commit_many();
        ++ended_;
      });
    }
    scheduler_.spawn("keeper", [this, committers] {
      while (ended_ < committers) {
        (void)world_.log().keeper_step(scheduler_.now_ns());
        scheduler_.advance_clock(world_.random().below(30'000'000));
        scheduler_.yield();
      }
    });
    ASSERT_OK(scheduler_.run());
  }

 private:
  static LogConfig config(uint64_t seed) {
    LogConfig config = small_config(16 * 1024, 80 * 1024 + seed % 7 * 16 * 1024);
    config.relaxed_tail_bytes_max = 8 * 1024;
    config.stream_sync_bytes = 24 * 1024;
    config.unsynced_commits_max = 3;
    return config;
  }

  void commit_many() {
    for (int i = 0; i < 12 && !world_.poison().is_set(); ++i) {
      const bool full = random_.chance(600);
      Lsn lsn;
      {
        MutexLock lock(write_lock_);
        const size_t changes = random_.chance(50) ? 12 : random_.below(3);
        const uint64_t bytes_before = world_.log().stats().bytes_written;
        if (!world_.append_run(changes, full).is_ok()) return;
        lsn = world_.log().appended_lsn();
        bytes_[lsn.value] = world_.log().stats().bytes_written - bytes_before;
        if (random_.chance(60) && !world_.checkpoint(world_.log().synced_lsn()).is_ok()) return;
      }
      if (!world_.log().wait_visible(lsn).is_ok()) return;
      if (world_.horizon() < lsn.value) horizon_ok_ = false;
      Lsn& acknowledged = full ? full_ : relaxed_;
      acknowledged = std::max(acknowledged, lsn);
    }
  }

  void crash_and_check(uint64_t index) {
    SCOPED_TRACE("I/O point " + std::to_string(index));
    auto dead = random_.chance(850) ? disk_.crash(random_.next()) : disk_.clone_as_is();
    InlineRuntime runtime(random_.next());
    Lsn last;
    {
      SimVfs vfs(*dead, runtime);
      auto recovered = world_.scan_on(vfs);
      ASSERT_OK(recovered.status());
      ASSERT_TRUE(horizon_ok_);
      last = (*recovered)->last_lsn();
      check(**recovered, last);
      if (testing::Test::HasFatalFailure()) return;
      const uint64_t die_at = vfs.io_count() + 1 + random_.below(40);
      vfs.set_faults([die_at](IoCall, const std::string&, uint64_t at) {
        return at < die_at ? InjectedFault::kNone : InjectedFault::kShortIoError;
      });
      Poison poison(runtime);
      std::atomic<uint64_t> horizon{last.value};
      auto log = Log::take_over(vfs, runtime, poison, horizon, world_.config(), **recovered);
      if (log.is_ok()) durable_ = last;
      recovered.value().reset();
    }
    auto dead_again = random_.chance(850) ? dead->crash(random_.next()) : dead->clone_as_is();
    SimVfs vfs(*dead_again, runtime);
    auto recovered = world_.scan_on(vfs);
    ASSERT_OK(recovered.status());
    if (durable_ == last) {
      ASSERT_EQ((*recovered)->last_lsn(), last) << "seen after a take-over, then lost";
    }
    durable_ = kNoLsn;
    check(**recovered, (*recovered)->last_lsn());
  }

  void check(const RecoveredLog& recovered, Lsn last) {
    ASSERT_EQ(recovered.presence(), LogPresence::kPresent);
    ASSERT_GE(recovered.end_lsn(), world_.checkpoint_lsn());
    ASSERT_GE(last, full_);
    uint64_t lost = 0;
    uint64_t largest = 0;
    for (uint64_t lsn = last.value + 1; lsn <= relaxed_.value; ++lsn) {
      lost += bytes_[lsn];
      largest = std::max(largest, bytes_[lsn]);
    }
    ASSERT_LE(lost, std::max<uint64_t>(largest, world_.config().relaxed_tail_bytes_max));
    world_.check(recovered);
  }

  const uint64_t seed_;
  SeededRandom random_;
  FiberScheduler scheduler_;
  SimDisk disk_;
  SimVfs vfs_;
  LogWorld world_;
  Mutex write_lock_;
  int ended_ = 0;
  bool horizon_ok_ = true;
  Lsn full_;
  Lsn relaxed_;
  Lsn durable_;
  std::map<uint64_t, uint64_t> bytes_;
};

TEST(LogFiberCrash, NothingAcknowledgedIsLostWhateverTheInterleaving) {
  FiberStackPool stacks;
  for (uint64_t seed = 1; seed <= 250; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Storm storm(seed, &stacks);
    storm.run();
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace ddb
