// faults: named switches that break one rule on purpose, and named points where the simulation may switch fibers.
// Both exist only in builds with DDB_FAULTS (the simulation's libraries); elsewhere they are constants and nothing.
#pragma once

#include "base/runtime.h"

namespace ddb {

enum class Fault : int {
  kNone = 0,
  kSkipSync,               // a commit batch is acknowledged without its sync
  kAcknowledgeEarly,       // the commit returns before its sync
  kAcknowledgeOutOfOrder,  // a later LSN is acknowledged and visible before an earlier one
  kReuseSalt,              // a new open writes its blocks with the old salt and without fresh segments
  kPublishBeforeDurable,   // the horizon moves when a full commit is appended
  kCheckpointPastSynced,   // the checkpoint takes the appended LSN as target, unsynced
  kRecycleAfterOneHeader,  // log space is recycled when only one header carries the checkpoint LSN
  kNoDoubleWrite,          // pages are overwritten in place without their image in the double-write area
  kNoSnapshotRecheck,      // a reader does not re-read the horizon after publishing its slot
  kNoPreservation,         // the checkpoint overwrites a main copy that a snapshot still needs
  kReplayWithoutCommit,    // recovery applies a run that has no commit record
  kFailedReturnsEarly,     // a failed transaction returns before the horizon covers its base
  kNoDirectPriority,       // redo ignores direct frames
  kSkipNewLookingPage,     // the first checkpoint after recovery skips a page whose main copy looks new
  kNoFreshSector,          // appends after a sync go on in the same sector
  kDirectOverOuter,        // a direct write may overwrite what an outer savepoint goes back to
  kNoTailCopy,             // recovery trusts the unsynced tail of the log where it lies
  kCoreEnd,  // above: what campaigns over pages alone can catch; below: what needs tables (tests/faults)
  kRollbackKeepsPage,   // a rollback to a savepoint leaves pages as they were changed since
  kForgetIndexEntry,    // a row that goes or changes leaves its entry in one index
  kSkipDeferredChecks,  // what waits for the commit is not judged
  kLoseSequenceMark,    // a commit does not store where one of the sequences stands
  kKeepMark,            // a dropped sequence leaves its mark
  kKeepDependency,      // a dropped object leaves what it depended on
  kKeepSchemaVersion,   // a change of the catalog has the schema version of what was before
  kVersionGoesBack,     // after a rollback the same schema version names another content
  kTreeIdsTwice,        // a tree's id is given out again
  kCount
};

#if DDB_FAULTS
extern Fault active_fault;  // set by the test binary before a database is opened
const char* fault_name(Fault fault);
#define DDB_FAULT(name) (::ddb::active_fault == ::ddb::Fault::name)
// A point where a fiber may be switched; `runtime` is a Runtime&.
#define DDB_SWITCH_POINT(runtime)                                               \
  do {                                                                          \
    if (::ddb::CoopScheduler* coop_here = (runtime).coop()) coop_here->yield(); \
  } while (false)
#else
#define DDB_FAULT(name) false
#define DDB_SWITCH_POINT(runtime) \
  do {                            \
  } while (false)
#endif

}  // namespace ddb
