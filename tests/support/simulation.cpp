// simulation: boots, fibers, and the check at each I/O point.
#include "support/simulation.h"

#include <cstdio>
#include <memory>
#include <vector>

#include "base/seeded_random.h"
#include "support/fault_source.h"
#include "support/reader.h"
#include "support/recovery_check.h"
#include "support/writer.h"
#include "vfs/sim_vfs.h"

namespace ddb::sim {
namespace {

constexpr uint64_t kRelaxedDelayNs = 100'000'000;
constexpr uint64_t kSlackSteps = 4000;  // of the scheduler, until the log keeper surely ran
constexpr uint32_t kTransactionsAfterPoison = 3;

// What a boot starts from.
struct Machine {
  std::unique_ptr<SimDisk> disk;
  History history;
  bool created = false;  // the database surely exists
  bool by_power = true;  // it arrived here by a power loss (else: kill, or an orderly end)
};

class Simulation {
 public:
  Simulation(const SimConfig& config, const SimulationLimits& limits, FiberStackPool& stacks)
      : config_(config), limits_(limits), stacks_(stacks), store_(config.options.page_bytes) {}

  SimulationResult run() {
    machine_ = std::make_unique<Machine>(
        Machine{std::make_unique<SimDisk>(config_.sector_bytes, config_.disk_capacity),
                History(empty_state(), store_.page_bytes())});
    for (uint32_t boot = 0; boot < config_.boots && !verdict_.failed() && !enough_; ++boot) run_boot(boot);
    if (!verdict_.failed() && !enough_) check_point();
    result_.io_calls = io_index_;
    result_.failure = verdict_.text();
    if (verdict_.failed() && result_.failed_io == 0) result_.failed_io = io_index_;
    return result_;
  }

 private:
  // What creating the file makes: the root page and the first page of the free map.
  const DbState* empty_state() {
    DbState state;
    state.pages.assign(2, ImageStore::store_page());
    return store_.make_state(std::move(state));
  }

  void run_boot(uint32_t boot);
  void boot_fiber(uint32_t boot);
  bool open_database();
  void adopt();
  void spawn_workers(World& world, uint32_t boot, const std::vector<const DbState*>& lost);
  void spawn(std::string name, std::function<void()> body);
  void run_writer(World& world, uint64_t seed, const std::vector<const DbState*>& lost);
  void rest(World& world, SeededRandom& random);
  void run_reader(World& world, uint64_t seed);
  void run_checkpoints(World& world, uint64_t seed);
  void run_housekeeping(World& world, uint64_t seed);
  void end_boot(World& world);
  void close_database();
  void on_io();
  void capture_machine(uint64_t io_in_boot);
  bool worth_checking();
  void check_point();
  std::vector<const DbState*> lost_states(const History& before) const;
  RelaxedBound relaxed_bound() const;
  void report_boot(uint32_t boot) const;

  SimConfig config_;
  SimulationLimits limits_;
  FiberStackPool& stacks_;
  ImageStore store_;
  std::unique_ptr<Machine> machine_;
  std::unique_ptr<Machine> next_machine_;  // a moment of this boot at which the power failed
  SeededRandom random_{0};                 // of the boot's own decisions
  FiberScheduler* scheduler_ = nullptr;
  PlannedFaults* faults_ = nullptr;
  SimVfs* vfs_ = nullptr;
  World* world_ = nullptr;  // while the workers of a boot run
  std::unique_ptr<Database> database_;
  Verdict verdict_;
  SimulationResult result_;
  uint64_t io_index_ = 0;
  uint64_t io_before_boot_ = 0;
  uint64_t checked_disk_version_ = 0;
  uint64_t checked_history_version_ = 0;
  uint32_t live_workers_ = 0;
  uint32_t live_writers_ = 0;
  bool adopted_ = false;  // the model knows what this boot has recovered
  bool enough_ = false;   // as many points as asked for
};

void Simulation::run_boot(uint32_t boot) {
  random_ = SeededRandom(mix64(config_.seed ^ 0xB007ull) ^ boot);
  SchedulePolicy policy = config_.schedule;
  FiberScheduler scheduler(random_.next(), policy, &stacks_);
  scheduler.set_allows_threads(config_.threads);
  scheduler.set_step_limit(3'000'000);
  SimVfs vfs(*machine_->disk, scheduler);
  const bool spared = config_.fault_plan == FaultPlan::kSmallDisk || random_.chance(300);
  PlannedFaults faults(spared ? FaultPlan::kNone : config_.fault_plan, random_.next());
  config_.tolerance.io_errors = config_.fault_plan == FaultPlan::kSmallDisk;
  machine_->disk->set_capacity(config_.disk_capacity);
  vfs.set_hook([this](uint64_t) { on_io(); });
  vfs.set_faults([this, &faults](IoCall call, const std::string& path, uint64_t) {
    const InjectedFault fault = faults.next(call, path);
    if (fault != InjectedFault::kNone) config_.tolerance.io_errors = true;
    return fault;
  });
  scheduler_ = &scheduler;
  vfs_ = &vfs;
  faults_ = &faults;
  adopted_ = false;
  io_before_boot_ = io_index_;
  next_machine_.reset();
  scheduler.spawn("boot", [this, boot] { boot_fiber(boot); });
  const Status status = scheduler.run();
  if (!status.is_ok()) verdict_.fail("the scheduler: " + status.to_string());
  if (limits_.verbose) report_boot(boot);
  result_.digest =
      mix64(result_.digest ^ scheduler.steps() ^ mix64(io_index_) ^ (machine_->history.last() << 32));
  // After a failure fibers may still be inside of the database: it is left alone.
  if (verdict_.failed()) static_cast<void>(database_.release());
  scheduler_ = nullptr;
  // What a power loss took stays lost until a boot has opened the database and seen it.
  const bool lost_power = machine_->by_power && !adopted_;
  adopted_ = false;
  if (verdict_.failed()) return;
  if (next_machine_ != nullptr && random_.chance(450)) {
    machine_ = std::move(next_machine_);
  } else if (random_.chance(150)) {
    machine_->disk = machine_->disk->crash(random_.next());
    machine_->by_power = true;
  } else {
    machine_->by_power = lost_power;
  }
}

void Simulation::boot_fiber(uint32_t boot) {
  if (!open_database()) return;
  const History before = machine_->history;
  faults_->pause(true);
  adopt();
  faults_->pause(false);
  if (verdict_.failed()) return;
  World world{*database_, machine_->history, store_, config_, *scheduler_, verdict_, limits_.trace};
  world.stopping = enough_;
  spawn_workers(world, boot, lost_states(before));
  world_ = &world;
  while (live_workers_ > 0) scheduler_->wait(&live_workers_, kNoDeadline);
  world_ = nullptr;
  if (!verdict_.failed()) end_boot(world);
}

bool Simulation::open_database() {
  Options options = config_.options;
  options.vfs = vfs_;
  options.runtime = scheduler_;
  Result<std::unique_ptr<Database>> database = Database::open(kDatabasePath, options);
  if (database.is_ok()) {
    database_ = std::move(*database);
    return true;
  }
  const Status status = database.status();
  const bool fine =
      config_.tolerance.io_errors && (status.is(sqlstate::kIoError) || status.is(sqlstate::kDiskFull));
  if (!fine) verdict_.fail("open() gives " + status.to_string());
  // The next boot finds room.
  config_.disk_capacity = 0;
  return false;
}

// What the database shows after open() against what the way here allows. From now on it is durable.
void Simulation::adopt() {
  const Recovered found = compare_recovered(*database_, machine_->history, machine_->by_power,
                                            {config_.options.relaxed_tail_bytes_max, 0}, 0);
  if (!found.failure.empty()) return verdict_.fail("after open(): " + found.failure);
  machine_->history.adopt(found.lsn, found.with);
  machine_->created = true;
  adopted_ = true;
}

std::vector<const DbState*> Simulation::lost_states(const History& before) const {
  std::vector<const DbState*> states;
  const uint64_t recovered = machine_->history.last();
  if (recovered >= before.last()) return states;
  states.push_back(&machine_->history.state(recovered));
  for (uint64_t lsn = recovered + 1; lsn <= before.last() && states.size() < 4; ++lsn) {
    states.push_back(&before.state(lsn));
  }
  return states;
}

// --- Fibers ------------------------------------------------------------------------------------------------------------

void Simulation::spawn(std::string name, std::function<void()> body) {
  ++live_workers_;
  scheduler_->spawn(std::move(name), [this, body = std::move(body)] {
    body();
    --live_workers_;
    scheduler_->wake(&live_workers_, true);
  });
}

void Simulation::spawn_workers(World& world, uint32_t boot, const std::vector<const DbState*>& lost) {
  live_workers_ = 0;
  live_writers_ = config_.workload.writers;
  const uint64_t seed = mix64(config_.seed ^ mix64(boot));
  for (uint32_t i = 0; i < config_.workload.writers; ++i) {
    const bool repeats = i == 0 && random_.chance(700);
    spawn("writer " + std::to_string(i),
          [this, &world, seed, i, lost = repeats ? lost : std::vector<const DbState*>()] {
            run_writer(world, mix64(seed + i), lost);
          });
  }
  for (uint32_t i = 0; i < config_.workload.readers; ++i) {
    spawn("reader " + std::to_string(i),
          [this, &world, seed, i] { run_reader(world, mix64(seed + 100 + i)); });
  }
  spawn("checkpoints", [this, &world, seed] { run_checkpoints(world, mix64(seed + 200)); });
  spawn("housekeeping", [this, &world, seed] { run_housekeeping(world, mix64(seed + 300)); });
}

void Simulation::run_writer(World& world, uint64_t seed, const std::vector<const DbState*>& lost) {
  SeededRandom random(seed);
  {
    Writer writer(world, random.next());
    if (!lost.empty()) writer.repeat_lost(lost);
    const WorkloadConfig& work = config_.workload;
    for (uint32_t i = 0; i < work.transactions_per_writer && !world.over(); ++i) {
      if (random.chance(work.idle_chance)) world.pause(random.below(work.idle_ns_max));
      if (!world.over()) writer.run_one();
    }
    result_.commits += writer.committed();
  }
  if (--live_writers_ == 0) world.stopping = true;
}

// Nobody spins while all others sleep: the clock would crawl from tick to tick. After a few pauses of this length the time that a
// writer idles has passed.
void Simulation::rest(World& world, SeededRandom& random) {
  if (random.chance(400)) return world.yield();
  world.pause(random.below(config_.workload.idle_ns_max / 8) + config_.schedule.tick_ns_max);
}

void Simulation::run_reader(World& world, uint64_t seed) {
  SeededRandom random(mix64(seed));
  Reader reader(world, seed);
  uint32_t after_poison = 0;
  while (!world.stopping && !verdict_.failed() && after_poison < kTransactionsAfterPoison) {
    reader.run_one();
    if (world.saw_poison) ++after_poison;
    rest(world, random);
  }
}

void Simulation::run_checkpoints(World& world, uint64_t seed) {
  SeededRandom random(seed);
  while (!world.over()) {
    world.pause(random.below(2 * config_.workload.checkpoint_pause_steps) * config_.schedule.tick_ns_max);
    rest(world, random);
    if (world.over()) return;
    const uint64_t acknowledged = machine_->history.kill_floor();
    const Status status = database_->checkpoint();
    if (status.is_ok()) {
      machine_->history.make_durable(acknowledged);
    } else {
      world.tolerates(status, "checkpoint()");
    }
  }
}

// Counters, background work by hand, and an honest pause: time passes although nobody waits for it.
void Simulation::run_housekeeping(World& world, uint64_t seed) {
  SeededRandom random(seed);
  while (!world.over()) {
    world.pause(random.below(200) * config_.schedule.tick_ns_max);
    rest(world, random);
    if (world.over()) return;
    const Stats stats = database_->stats();
    // Before the first write there is no log to count.
    if (stats.horizon > stats.appended_lsn || stats.synced_lsn > stats.appended_lsn ||
        (stats.synced_lsn != 0 && stats.checkpoint_lsn > stats.synced_lsn)) {
      verdict_.fail("counters: horizon " + std::to_string(stats.horizon) + ", synced " +
                    std::to_string(stats.synced_lsn) + ", appended " + std::to_string(stats.appended_lsn) +
                    ", checkpoint " + std::to_string(stats.checkpoint_lsn));
    }
    if (!config_.threads || random.chance(100)) {
      const Status status = database_->background_step().status();
      if (!status.is_ok()) world.tolerates(status, "background_step()");
    }
    if (random.chance(200)) world.pause(random.below(200'000'000));
  }
}

// --- The end of a boot --------------------------------------------------------------------------------------------------

void Simulation::end_boot(World& world) {
  if (!database_->poisoned().is_ok() && !config_.tolerance.io_errors) {
    verdict_.fail("poisoned: " + database_->poisoned().to_string());
    return;
  }
  if (database_->poisoned().is_ok() && !world.saw_poison && random_.chance(550)) close_database();
  if (verdict_.failed()) return;
  database_.reset();
}

void Simulation::close_database() {
  const uint64_t acknowledged = machine_->history.kill_floor();
  const Status status = database_->close();
  if (!status.is_ok()) {
    const bool fine =
        config_.tolerance.io_errors && (status.is(sqlstate::kIoError) || status.is(sqlstate::kDiskFull) ||
                                        status.is(sqlstate::kOutcomeUnknown));
    if (!fine) verdict_.fail("close() gives " + status.to_string());
    return;
  }
  machine_->history.make_durable(acknowledged);
  if (machine_->disk->visible_content(std::string(kDatabasePath) + "-wal")) {
    verdict_.fail("close() leaves the log behind");
  }
}

// --- I/O points ---------------------------------------------------------------------------------------------------------

RelaxedBound Simulation::relaxed_bound() const {
  RelaxedBound bound{config_.options.relaxed_tail_bytes_max, 0};
  if (config_.threads && adopted_ && !config_.tolerance.io_errors) {
    bound.age_ns_max = kRelaxedDelayNs + kSlackSteps * config_.schedule.tick_ns_max;
  }
  return bound;
}

void Simulation::on_io() {
  ++io_index_;
  if (verdict_.failed() || enough_) return;
  capture_machine(io_index_ - io_before_boot_);
  if (io_index_ < limits_.first_io || !worth_checking()) return;
  if (limits_.every > 1 && mix64(config_.seed + io_index_) % limits_.every != 0) return;
  scheduler_->call_outside([this] { check_point(); });
  if (enough_ && world_ != nullptr) world_->stopping = true;
  if (verdict_.failed()) scheduler_->stop();
}

// The power fails for the next boot at any point of this one with the same chance.
void Simulation::capture_machine(uint64_t io_in_boot) {
  SeededRandom random(mix64(config_.seed ^ 0xCA97ull) ^ io_index_);
  if (random.below(io_in_boot) != 0) return;
  next_machine_ = std::make_unique<Machine>(
      Machine{machine_->disk->crash(random.next()), machine_->history, machine_->created, true});
}

bool Simulation::worth_checking() {
  const uint64_t disk_version = machine_->disk->version();
  const uint64_t history_version = machine_->history.version();
  const bool same = disk_version == checked_disk_version_ && history_version == checked_history_version_;
  checked_disk_version_ = disk_version;
  checked_history_version_ = history_version;
  // Without pending changes every crash leaves the same disk.
  return !same || machine_->disk->pending_changes() != 0;
}

void Simulation::check_point() {
  const CheckInput input{*machine_->disk,
                         machine_->history,
                         config_,
                         machine_->created,
                         machine_->by_power && !adopted_,
                         relaxed_bound(),
                         scheduler_ != nullptr ? scheduler_->now_ns() : 0,
                         mix64(mix64(config_.seed) ^ io_index_),
                         limits_.dump_folder,
                         limits_.every_header_copy,
                         limits_.trace};
  const CheckOutput output = check_recovery(input);
  ++result_.points;
  result_.recoveries += output.recoveries;
  result_.digest = mix64(result_.digest ^ output.digest ^ mix64(io_index_));
  if (result_.points >= limits_.points_max) enough_ = true;
  if (output.failure.empty()) return;
  verdict_.fail(output.failure);
  result_.failed_io = io_index_;
  result_.failed_in_check = true;
}

void Simulation::report_boot(uint32_t boot) const {
  std::fprintf(
      stderr, "  boot %u: I/O points %llu..%llu, LSN %llu, floors %llu/%llu, %zu pages, disk %llu KiB%s%s\n",
      boot, static_cast<unsigned long long>(io_before_boot_ + 1), static_cast<unsigned long long>(io_index_),
      static_cast<unsigned long long>(machine_->history.last()),
      static_cast<unsigned long long>(machine_->history.power_floor()),
      static_cast<unsigned long long>(machine_->history.kill_floor()),
      machine_->history.state(machine_->history.last()).pages.size(),
      static_cast<unsigned long long>(machine_->disk->visible_bytes() / 1024),
      config_.tolerance.io_errors ? ", I/O errors" : "", verdict_.failed() ? ", FAILED" : "");
}

}  // namespace

SimulationResult simulate(const SimConfig& config, const SimulationLimits& limits, FiberStackPool& stacks) {
  return Simulation(config, limits, stacks).run();
}

}  // namespace ddb::sim
