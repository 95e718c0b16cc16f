// faults: the active switch of a simulation build.
#include "base/faults.h"

namespace ddb {
#if DDB_FAULTS
Fault active_fault = Fault::kNone;

const char* fault_name(Fault fault) {
  static constexpr const char* kNames[] = {"none",
                                           "skip-sync",
                                           "acknowledge-early",
                                           "acknowledge-out-of-order",
                                           "reuse-salt",
                                           "publish-before-durable",
                                           "checkpoint-past-synced",
                                           "recycle-after-one-header",
                                           "no-double-write",
                                           "no-snapshot-recheck",
                                           "no-preservation",
                                           "replay-without-commit",
                                           "failed-returns-early",
                                           "no-direct-priority",
                                           "skip-new-looking-page",
                                           "no-fresh-sector",
                                           "direct-over-outer",
                                           "no-tail-copy",
                                           "(end of the core's)",
                                           "rollback-keeps-page",
                                           "forget-index-entry",
                                           "skip-deferred-checks",
                                           "lose-sequence-mark",
                                           "keep-mark",
                                           "keep-dependency",
                                           "keep-schema-version",
                                           "version-goes-back",
                                           "tree-ids-twice"};
  static_assert(sizeof(kNames) / sizeof(kNames[0]) == static_cast<size_t>(Fault::kCount));
  return kNames[static_cast<int>(fault)];
}
#endif
}  // namespace ddb
