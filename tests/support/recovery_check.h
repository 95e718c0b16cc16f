// recovery_check: what a crash at this moment leaves, recovered and compared with the model; then one further crash at a
// seeded I/O point of that very recovery or of what follows it, recovered and compared again.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "support/history.h"
#include "support/sim_config.h"
#include "txn/database.h"
#include "vfs/sim_disk.h"

namespace ddb::sim {

struct CheckInput {
  const SimDisk& disk;  // is cloned, not changed
  const History& history;
  const SimConfig& config;
  bool created = true;  // false: the database may not exist yet
  bool power_failed =
      false;  // on the way here, and nobody knows yet what that left: a kill now tells no more
  RelaxedBound bound;
  uint64_t now_ns = 0;
  uint64_t seed = 0;               // of this check; decides everything in it
  std::string dump_folder;         // the files of the disks go there; empty: nowhere
  bool every_header_copy = false;  // each copy lost in turn as well, read-only
  bool trace = false;              // steps of what is written after the recovery on stderr
};

struct CheckOutput {
  std::string failure;      // empty: all is as it must be
  uint64_t recoveries = 0;  // opens of a crashed disk that were compared
  uint64_t digest = 0;      // of what was recovered
};

CheckOutput check_recovery(const CheckInput& input);

// A recovered database against the history. `by_power`: which floor holds.
struct Recovered {
  std::string failure;
  uint64_t lsn = 0;
  bool with = true;  // the newest commit counts, if its outcome was open
};
Recovered compare_recovered(Database& database, const History& history, bool by_power,
                            const RelaxedBound& bound, uint64_t now_ns);

}  // namespace ddb::sim
