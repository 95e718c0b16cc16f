// fault_source: which I/O calls of a running simulation fail, by plan and seed.
#pragma once

#include <cstdint>
#include <string>

#include "base/seeded_random.h"
#include "support/sim_config.h"
#include "vfs/sim_vfs.h"

namespace ddb::sim {

class PlannedFaults {
 public:
  PlannedFaults(FaultPlan plan, uint64_t seed);
  InjectedFault next(IoCall call, const std::string& path);
  uint64_t injected() const { return injected_; }
  void pause(bool paused) { paused_ = paused; }

 private:
  InjectedFault decide(IoCall call, const std::string& path);
  InjectedFault any_error() { return static_cast<InjectedFault>(1 + random_.below(4)); }
  bool reached() { return ++counted_ == target_; }

  FaultPlan plan_;
  SeededRandom random_;
  uint64_t target_ = 0;
  uint64_t spell_end_ = 0;
  uint64_t counted_ = 0;
  uint64_t injected_ = 0;
  bool paused_ = false;
};

}  // namespace ddb::sim
