// sim_config: draws a configuration. Small files, so that logs wrap, caches evict and limits are reached within a
// few dozen transactions.
#include "support/sim_config.h"

#include <algorithm>

#include "base/seeded_random.h"

namespace ddb::sim {
namespace {

constexpr uint32_t kFramesMin = 64;  // below that open() refuses the memory limit (ADR 0006)

void draw_sizes(SeededRandom& random, Options& options) {
  const uint64_t size = random.below(20);
  options.page_bytes = size < 15 ? 4096 : size < 18 ? 8192 : 16384;
  options.wal_segment_bytes = options.page_bytes == 16384 || random.chance(400) ? 32 * 1024 : 16 * 1024;
  options.wal_initial_segments = 4;
  const uint64_t initial = uint64_t{4} * options.wal_segment_bytes;
  // Half of the logs are as short as they can be: their segments are used again soon after a checkpoint.
  options.wal_limit =
      random.chance(500) ? initial : std::max<uint64_t>(initial, (64 + 32 * random.below(7)) * 1024);
  options.double_write_slots = static_cast<uint32_t>(2 + random.below(7));
  // Some just work: what open() asks for, and room for the bookkeeping of small files.
  const uint64_t slice = 4096 + uint64_t{options.double_write_slots} * options.page_bytes;
  const uint64_t floor = uint64_t{kFramesMin} * options.page_bytes + slice;
  options.memory_limit = random.chance(350)
                             ? floor + 128 * 1024 + random.below(24) * options.page_bytes
                             : floor + 64 * uint64_t{options.page_bytes} + random.below(1 << 20);
  options.relaxed_tail_bytes_max = uint64_t{4096} << random.below(4);
  options.temp_directory = "/tmp";
}

void draw_limits(SeededRandom& random, SimConfig& config) {
  Options& options = config.options;
  options.temp_file_limit = 32 << 20;
  if (random.chance(100)) {
    options.temp_file_limit = random.chance(250) ? 0 : (64 + random.below(128)) * 1024;
    config.tolerance.temp_space = true;
    if (options.temp_file_limit == 0) config.tolerance.memory = true;
    options.spill_policy = random.chance(500) ? SpillPolicy::kEndReader : SpillPolicy::kFailWrites;
  }
  if (random.chance(60)) {
    options.transaction_bytes_max = (24 + random.below(64)) * 1024;
    config.tolerance.transaction_bytes = true;
  }
  if (random.chance(100)) {
    options.write_queue_max = static_cast<uint32_t>(1 + random.below(3));
    config.tolerance.queue = true;
  }
  if (random.chance(100)) options.savepoint_depth_max = static_cast<uint32_t>(1 + random.below(4));
}

void draw_workload(SeededRandom& random, SimConfig& config) {
  WorkloadConfig& work = config.workload;
  const uint32_t scale = config.options.page_bytes / 4096;
  work.writers = static_cast<uint32_t>(4 + random.below(3));
  work.readers = static_cast<uint32_t>(2 + random.below(3));
  // Many short lives see more than few long ones; some are long, for what only ages.
  const bool is_long = random.chance(200);
  work.transactions_per_writer = static_cast<uint32_t>(is_long ? 5 + random.below(8) : 2 + random.below(4));
  config.boots = static_cast<uint32_t>(is_long ? 3 + random.below(2) : 2 + random.below(2));
  work.pages_target = static_cast<uint32_t>(12 + random.below(50)) / scale + 6;
  if (random.chance(200)) work.pages_target = static_cast<uint32_t>(90 + random.below(90)) / scale;
  work.pages_max = work.pages_target * 3 / 2 + 8;
  work.large_chance = random.chance(300) ? static_cast<uint32_t>(random.below(150)) : 10;
  work.bulk_chance = static_cast<uint32_t>(20 + random.below(180));
  work.relaxed_chance = static_cast<uint32_t>(random.chance(200) ? 900 : random.below(500));
  work.rollback_chance = static_cast<uint32_t>(50 + random.below(200));
  work.timeout_chance = static_cast<uint32_t>(random.below(150));
  work.upgrade_chance = static_cast<uint32_t>(50 + random.below(250));
  work.idle_chance = static_cast<uint32_t>(random.below(350));
  work.idle_ns_max = uint64_t{1'000'000} << random.below(8);
  work.checkpoint_pause_steps =
      static_cast<uint32_t>(random.chance(300) ? 5 + random.below(40) : 20 + random.below(400));
  work.hot_pages = random.chance(300);
}

void draw_faults(SeededRandom& random, SimConfig& config) {
  if (random.chance(550)) return;
  config.fault_plan = static_cast<FaultPlan>(1 + random.below(7));
  config.tolerance.io_errors = true;
  if (config.fault_plan == FaultPlan::kSmallDisk) {
    const Options& options = config.options;
    const uint64_t log = std::max<uint64_t>(options.wal_limit / 2, uint64_t{4} * options.wal_segment_bytes);
    const uint64_t pages =
        uint64_t{config.workload.pages_target} * options.page_bytes * (6 + random.below(8)) / 10;
    config.disk_capacity = 16 * 1024 + uint64_t{options.double_write_slots} * options.page_bytes + log +
                           2 * options.wal_segment_bytes + pages;
  }
}

}  // namespace

const char* fault_plan_name(FaultPlan plan) {
  static constexpr const char* kNames[] = {"none",      "one sync",       "one sync of the main file",
                                           "one write", "no-space spell", "some reads",
                                           "any call",  "small disk"};
  return kNames[static_cast<int>(plan)];
}

SimConfig SimConfig::from_seed(uint64_t seed) {
  SeededRandom random(seed ^ 0xC0F16ull);
  SimConfig config;
  config.seed = seed;
  config.sector_bytes = random.chance(500) ? 512 : 4096;
  config.threads = !random.chance(150);
  config.schedule = SchedulePolicy::from_seed(random.next());
  draw_sizes(random, config.options);
  if (random.chance(40)) {
    // The least that open() accepts: it may turn out too little for what is held at once.
    config.options.memory_limit = uint64_t{kFramesMin} * config.options.page_bytes + 4096 +
                                  uint64_t{config.options.double_write_slots} * config.options.page_bytes;
    config.tolerance.memory = true;
  }
  draw_limits(random, config);
  draw_workload(random, config);
  draw_faults(random, config);
  return config;
}

std::string SimConfig::to_string() const {
  auto number = [](uint64_t value) { return std::to_string(value); };
  std::string text = "page " + number(options.page_bytes) + ", sector " + number(sector_bytes) +
                     ", segment " + number(options.wal_segment_bytes) + ", wal limit " +
                     number(options.wal_limit) + ", slots " + number(options.double_write_slots) +
                     ", memory " + number(options.memory_limit) + ", relaxed tail " +
                     number(options.relaxed_tail_bytes_max) + ", temp " + number(options.temp_file_limit) +
                     ", boots " + number(boots) + ", writers " + number(workload.writers) + ", readers " +
                     number(workload.readers) + ", transactions " + number(workload.transactions_per_writer) +
                     ", pages " + number(workload.pages_target) + ", faults: " + fault_plan_name(fault_plan);
  if (disk_capacity != 0) text += ", capacity " + number(disk_capacity);
  if (!threads) text += ", no threads";
  if (workload.hot_pages) text += ", hot pages";
  if (schedule.priorities) text += ", priorities";
  if (schedule.keep_per_mille != 0) text += ", sticky";
  return text + ", tick " + number(schedule.tick_ns_max);
}

}  // namespace ddb::sim
