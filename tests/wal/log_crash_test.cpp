// log_crash: power fails at any I/O call, also while the log is being taken over, again and again. Keeps: every
// acknowledged full commit comes back, and what comes back is a prefix of the log.
#include "log_world.h"

namespace ddb {
namespace {

// A machine that dies at one I/O call: that call and all later ones fail, and of the later ones nothing is done.
struct Machine {
  explicit Machine(std::unique_ptr<SimDisk> with, uint64_t seed)
      : disk(std::move(with)), runtime(seed), vfs(*disk, runtime) {}
  void die_after(uint64_t calls) {
    const uint64_t last = vfs.io_count() + calls;
    vfs.set_faults([last](IoCall, const std::string&, uint64_t index) {
      if (index <= last) return InjectedFault::kNone;
      // The call at which it dies may have done a part of its work.
      return index == last + 1 ? InjectedFault::kShortIoError : InjectedFault::kIoError;
    });
  }
  std::unique_ptr<SimDisk> disk;
  InlineRuntime runtime;
  SimVfs vfs;
};

Status work(LogWorld& world) {
  for (int i = 0; i < 30; ++i) {
    const uint64_t what = world.random().below(100);
    const size_t changes = world.random().chance(60) ? 20 : world.random().below(4);
    if (what < 45) {
      DDB_RETURN_IF_ERROR(world.commit_run(changes, true));
    } else if (what < 85) {
      DDB_RETURN_IF_ERROR(world.commit_run(changes, false));
    } else if (what < 92) {
      DDB_RETURN_IF_ERROR(world.abort_run(changes));
    } else if (what < 95) {
      DDB_RETURN_IF_ERROR(world.begin_and_leave(30));
      return Status::error(sqlstate::kQueryCanceled, "the process ends in the middle of a run");
    } else {
      DDB_RETURN_IF_ERROR(world.checkpoint(world.log().appended_lsn()));
    }
  }
  return Status::ok();
}

void recover(LogWorld& world, Vfs& vfs, std::unique_ptr<RecoveredLog>* out) {
  auto recovered = world.scan_on(vfs);
  ASSERT_OK(recovered.status());
  ASSERT_EQ((*recovered)->presence(), LogPresence::kPresent);
  ASSERT_GE((*recovered)->end_lsn(), world.checkpoint_lsn());
  ASSERT_GE((*recovered)->last_lsn(), world.acknowledged());
  world.check(**recovered);
  *out = std::move(recovered).value();
}

void live_and_die(uint64_t seed, uint32_t sector_bytes, bool power_fails) {
  SeededRandom random(seed);
  std::vector<std::unique_ptr<Machine>> machines;
  machines.push_back(std::make_unique<Machine>(std::make_unique<SimDisk>(sector_bytes), seed));
  LogWorld world(machines[0]->vfs, machines[0]->runtime, seed, small_config(16 * 1024, 96 * 1024));
  ASSERT_OK(world.create());
  machines[0]->die_after(1 + random.below(150));
  (void)work(world).is_ok();
  for (int life = 0; life < 12; ++life) {
    const SimDisk& dead = *machines.back()->disk;
    auto disk = power_fails && random.chance(700) ? dead.crash(random.next()) : dead.clone_as_is();
    machines.push_back(std::make_unique<Machine>(std::move(disk), random.next()));
    Machine& machine = *machines.back();
    std::unique_ptr<RecoveredLog> recovered;
    ASSERT_NO_FATAL_FAILURE(recover(world, machine.vfs, &recovered)) << "life " << life;
    machine.die_after(random.chance(400) ? random.below(12) : random.below(150));
    if (!world.take_over(machine.vfs, *recovered).is_ok()) continue;
    // The first checkpoint persists the redo index; before it, recycling keeps what the index refers to.
    if (random.chance(500)) (void)world.checkpoint(world.log().appended_lsn()).is_ok();
    (void)work(world).is_ok();
  }
}

TEST(LogCrash, AcknowledgedCommitsSurvivePowerLoss) {
  for (uint64_t seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    live_and_die(seed, seed % 2 == 0 ? 512 : 4096, true);
    if (HasFatalFailure()) return;
  }
}

TEST(LogCrash, EverythingAppendedSurvivesAKilledProcess) {
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    live_and_die(seed, 512, false);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace ddb
