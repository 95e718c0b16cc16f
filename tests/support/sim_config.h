// sim_config: everything that one seed decides about a simulation before it starts: the disk, the options of the
// database, the workload, and what goes wrong.
#pragma once

#include <cstdint>
#include <string>

#include "base/fiber_scheduler.h"
#include "txn/options.h"

namespace ddb::sim {

// Chances are per mille.
struct WorkloadConfig {
  uint32_t writers = 4;
  uint32_t readers = 2;
  uint32_t transactions_per_writer = 6;
  uint32_t pages_target = 40;  // in use, about
  uint32_t pages_max = 80;     // in use, never more
  uint32_t large_chance = 20;  // transactions that touch most pages
  uint32_t bulk_chance = 60;   // allocate many pages, write some directly
  uint32_t relaxed_chance = 250;
  uint32_t rollback_chance = 120;
  uint32_t timeout_chance = 60;
  uint32_t upgrade_chance = 150;
  uint32_t idle_chance = 150;  // a pause between transactions
  uint64_t idle_ns_max = 60'000'000;
  uint32_t checkpoint_pause_steps = 60;  // of the fiber that calls checkpoint()
  bool hot_pages = false;                // most changes hit a few pages
};

// What may go wrong, so that an error of this kind is no failure.
struct Tolerance {
  bool io_errors = false;          // 58030, 53100, 08007 and the poison that follows
  bool memory = false;             // 53200
  bool temp_space = false;         // 53100, 53200, 72000 for want of temp file
  bool transaction_bytes = false;  // 54000 at commit
  bool queue = false;              // 53400
};

enum class FaultPlan {
  kNone,
  kOneSync,       // one sync fails
  kOneSyncMain,   // one sync of the main file fails
  kOneWrite,      // one write fails, perhaps in its middle
  kNoSpaceSpell,  // for some calls nothing can grow
  kSomeReads,     // reads fail now and then
  kAnyCall,       // any one call fails
  kSmallDisk,     // the disk has a small capacity
};
const char* fault_plan_name(FaultPlan plan);

struct SimConfig {
  uint64_t seed = 0;
  uint32_t sector_bytes = 512;
  uint64_t disk_capacity = 0;
  FaultPlan fault_plan = FaultPlan::kNone;
  uint32_t boots = 3;
  bool threads = true;  // the host allows threads
  SchedulePolicy schedule;
  WorkloadConfig workload;
  Tolerance tolerance;
  Options options;  // vfs and runtime are not set

  static SimConfig from_seed(uint64_t seed);
  std::string to_string() const;
};

inline constexpr const char* kDatabasePath = "/db/app.ddb";

}  // namespace ddb::sim
