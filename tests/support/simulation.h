// simulation: the life of one simulated machine, from an empty disk through several boots, driven by one seed. At each I/O
// point of it the disk is cloned, recovered and compared (recovery_check); the run itself goes on undisturbed, so that
// any point can be looked at alone.
#pragma once

#include <cstdint>
#include <string>

#include "base/fiber_scheduler.h"
#include "support/sim_config.h"

namespace ddb::sim {

struct SimulationLimits {
  uint64_t first_io = 1;  // I/O points before this are not checked
  uint64_t points_max = ~uint64_t{0};
  uint64_t every = 1;              // only one I/O point in so many is checked, drawn from the seed
  bool verbose = false;            // a line per boot on stderr
  bool trace = false;              // a line per step of a writer on stderr
  bool every_header_copy = false;  // at each point, each header copy is lost in turn as well
  std::string dump_folder;         // files of the disks of each check go there; empty: nowhere
};

struct SimulationResult {
  uint64_t points = 0;  // I/O points at which the disk was cloned, recovered and compared
  uint64_t recoveries = 0;
  uint64_t io_calls =
      0;  // I/O points in all; those where nothing can differ from the last check are no points
  uint64_t commits = 0;
  uint64_t digest = 0;           // equal seeds and limits give equal digests
  std::string failure;           // empty: none
  uint64_t failed_io = 0;        // the I/O point at or after which it was found
  bool failed_in_check = false;  // by a recovery, not by the running database
};

// `stacks` may be shared by many runs of one thread. Uses the calling thread only.
SimulationResult simulate(const SimConfig& config, const SimulationLimits& limits, FiberStackPool& stacks);

}  // namespace ddb::sim
