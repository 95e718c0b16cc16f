// fault_source: the plans.
#include "support/fault_source.h"

#include <string_view>

namespace ddb::sim {
namespace {

bool is_main_file(std::string_view path) { return path == kDatabasePath; }
bool is_log(std::string_view path) { return path.ends_with("-wal"); }

}  // namespace

PlannedFaults::PlannedFaults(FaultPlan plan, uint64_t seed) : plan_(plan), random_(seed) {
  switch (plan) {
    case FaultPlan::kOneSync:
      target_ = 1 + random_.below(50);
      break;
    case FaultPlan::kOneSyncMain:
      target_ = 1 + random_.below(20);
      break;
    case FaultPlan::kOneWrite:
      target_ = 1 + random_.below(90);
      break;
    case FaultPlan::kNoSpaceSpell:
      target_ = 1 + random_.below(10);
      spell_end_ = target_ + 1 + random_.below(20);
      break;
    case FaultPlan::kAnyCall:
      target_ = 1 + random_.below(300);
      break;
    case FaultPlan::kSomeReads:
      target_ = 20 + random_.below(200);
      break;
    default:
      break;
  }
}

InjectedFault PlannedFaults::next(IoCall call, const std::string& path) {
  if (paused_) return InjectedFault::kNone;
  const InjectedFault fault = decide(call, path);
  if (fault != InjectedFault::kNone) ++injected_;
  return fault;
}

InjectedFault PlannedFaults::decide(IoCall call, const std::string& path) {
  switch (plan_) {
    case FaultPlan::kOneSync:
      return call == IoCall::kSync && reached() ? InjectedFault::kIoError : InjectedFault::kNone;
    case FaultPlan::kOneSyncMain:
      return call == IoCall::kSync && is_main_file(path) && reached() ? InjectedFault::kIoError
                                                                      : InjectedFault::kNone;
    case FaultPlan::kOneWrite:
      return call == IoCall::kWrite && reached() ? any_error() : InjectedFault::kNone;
    case FaultPlan::kNoSpaceSpell: {
      // Only what takes new space runs out of it: growth of the files, and temp files.
      const bool grows =
          call == IoCall::kAllocate || (call == IoCall::kWrite && !is_main_file(path) && !is_log(path));
      if (!grows) return InjectedFault::kNone;
      ++counted_;
      if (counted_ < target_ || counted_ >= spell_end_) return InjectedFault::kNone;
      return call == IoCall::kWrite && random_.chance(300) ? InjectedFault::kShortNoSpace
                                                           : InjectedFault::kNoSpace;
    }
    case FaultPlan::kSomeReads:
      return call == IoCall::kRead && random_.below(target_) == 0 ? InjectedFault::kIoError
                                                                  : InjectedFault::kNone;
    case FaultPlan::kAnyCall:
      return reached() ? any_error() : InjectedFault::kNone;
    default:
      return InjectedFault::kNone;
  }
}

}  // namespace ddb::sim
