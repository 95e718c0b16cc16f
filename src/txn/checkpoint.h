// checkpoint: brings the state at a target LSN into the main file, slice by slice, and lets the log recycle (ADR 0005).
//
//   idle --start: choose target--> running --slice…--> finishing: header 0, header 1, recycle, truncate --> idle
//
// Keeps: the target is synced before the first page write, and published in a slot of its own while it runs.
// step() is driven by the background thread, by checkpoint(), or inline; one driver at a time (checkpoint mutex, rank 2,
// the only lock held across a sync).
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "base/mutex.h"
#include "base/status.h"
#include "pager/page_file.h"
#include "pager/reader_slot.h"
#include "txn/stats.h"

namespace ddb {

struct Store;

class Checkpointer {
 public:
  Checkpointer(Store& store, Runtime& runtime);

  // One unit: start, one slice, or the finish. `force`: also below the thresholds, with the newest durable state as target.
  // Returns false if there is nothing to do. 53100 leaves everything as it was; other errors poison.
  Result<bool> step(bool force) DDB_EXCLUDES(mutex_);
  // Before the first append: both headers say that the file needs its log.
  Status mark_unclean();
  // Steps until everything appended at the call is in the main file. For Database::checkpoint and close.
  Status run_to_end() DDB_EXCLUDES(mutex_);
  // Asks the background thread for work and waits until a unit is done (true) or it gave up (false). Without a thread: step(true).
  Result<bool> await_progress();

  // Cheap: wakes the thread if a threshold is crossed.
  void kick_if_due();
  // Wakes the thread. False if there is none, as the options or the host want it: the work is the caller's.
  bool want();
  void background_loop();
  void set_thread_runs();
  bool thread_runs();
  void stop();
  void thread_ended();  // after the join
  // Sleeps as ADR 0005.4 says when the load is high. Called by writers without locks.
  void throttle();

  CheckpointStats stats() const;

 private:
  Result<bool> step_locked(bool force) DDB_REQUIRES(mutex_);
  Result<bool> start(bool force) DDB_REQUIRES(mutex_);
  Status ensure_slot() DDB_REQUIRES(mutex_);
  Result<PageNo> fill_slice() DDB_REQUIRES(mutex_);
  Result<bool> write_one_slice() DDB_REQUIRES(mutex_);
  Result<bool> forget_unused_redo(PageNo page) DDB_REQUIRES(mutex_);
  Status finish() DDB_REQUIRES(mutex_);
  void truncate_if_possible() DDB_REQUIRES(mutex_);
  bool may_run_slice() DDB_REQUIRES(wake_mutex_);
  void note_progress();

  Store& store_;
  Mutex mutex_;
  ReaderSlot* slot_ DDB_GUARDED_BY(mutex_) = nullptr;
  bool running_ DDB_GUARDED_BY(mutex_) = false;
  uint64_t target_ DDB_GUARDED_BY(mutex_) = 0;
  PageNo cursor_ DDB_GUARDED_BY(mutex_);
  uint64_t started_ns_ DDB_GUARDED_BY(mutex_) = 0;
  std::vector<std::byte> buffer_ DDB_GUARDED_BY(mutex_);
  std::vector<SlicePage> slice_ DDB_GUARDED_BY(mutex_);
  std::vector<uint64_t> snapshots_ DDB_GUARDED_BY(mutex_);

  Mutex wake_mutex_;
  CondVar wake_;      // of the thread
  CondVar progress_;  // of those who await it
  bool stop_ DDB_GUARDED_BY(wake_mutex_) = false;
  bool wanted_ DDB_GUARDED_BY(wake_mutex_) = false;  // a threshold was crossed
  bool forced_ DDB_GUARDED_BY(wake_mutex_) = false;  // somebody waits for it
  uint64_t units_ DDB_GUARDED_BY(wake_mutex_) = 0;   // units and give-ups so far
  uint64_t give_ups_ DDB_GUARDED_BY(wake_mutex_) = 0;
  Status last_error_ DDB_GUARDED_BY(wake_mutex_);
  bool thread_runs_ DDB_GUARDED_BY(wake_mutex_) = false;
  uint64_t last_slice_syncs_ DDB_GUARDED_BY(wake_mutex_) = 0;

  std::atomic<uint64_t> completed_{0}, slices_{0}, pages_{0}, total_ns_{0}, last_ns_{0}, retries_{0};
  std::atomic<bool> is_running_{false};
};

}  // namespace ddb
