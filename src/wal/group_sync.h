// group_sync: who syncs the log, for whom, and what that makes visible (ADR 0003). Knows LSNs and descriptors, no blocks.
// Keeps: synced_lsn() ≤ appended_lsn(); the horizon never passes a `full` LSN that is not synced and moves in log order;
// an append after the begin of a sync starts on a fresh sector; a waiter sleeps only while a sync runs, whose end wakes the
// first one that no other covers, or somebody awake is about to lead.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include "base/ids.h"
#include "base/mutex.h"
#include "base/poison.h"
#include "base/runtime.h"
#include "base/status.h"
#include "vfs/vfs.h"

namespace ddb {

// Thread-safe. "Append side" calls come from the holder of the write lock, one at a time.
class GroupSync {
 public:
  static constexpr uint64_t kNoPlace = ~uint64_t{0};

  struct Counters {
    uint64_t syncs = 0, synced_commits = 0, largest_group = 0, commits_full = 0, commits_relaxed = 0;
  };

  // Everything up to `synced` is durable. At most `unsynced_commits_max` full commits wait at once.
  GroupSync(Runtime& runtime, Poison& poison, std::atomic<uint64_t>& horizon, Lsn synced,
            uint32_t unsynced_commits_max);
  GroupSync(const GroupSync&) = delete;
  GroupSync& operator=(const GroupSync&) = delete;

  // The two descriptors that leaders sync; separate opens, made before the first write. Before any other call.
  void set_files(File* first, File* second);

  // --- Append side.

  // Decides where an append of `length` bytes that could go on at file offset `offset` starts, and marks it in flight.
  // kNoPlace (and nothing marked): it would pass `end`.
  uint64_t begin_append(uint64_t offset, uint64_t length, uint64_t end);
  // The bytes are with the operating system, or the write failed (length 0).
  void end_append(uint64_t length);
  // From now on syncs acknowledge `lsn`. Returns true if relaxed bytes begin to wait for the keeper. Never fails.
  bool register_commit(Lsn lsn, bool full);
  // True while a further full commit has no place to wait: sync_written() first.
  bool full_commits_at_limit() const;
  // Bytes handed over since the begin of the newest finished sync.
  uint64_t unsynced_bytes() const;
  // Returns when all bytes handed over before the call are synced. 08007 when that failed.
  Status sync_written();
  // The next append goes on where the last ended although a sync may have begun: for a broken test build only.
  void forget_sync_began();

  // --- Waiting; the caller holds no lock.
  Status wait_visible(Lsn lsn);
  Status wait_durable(Lsn lsn);

  // Poisons and wakes all who wait. `sync_failed`: bytes handed over may be lost, no sync counts any more.
  void fail(const Status& cause, bool sync_failed);

  Lsn appended_lsn() const { return Lsn(appended_.load(std::memory_order_acquire)); }
  Lsn synced_lsn() const { return Lsn(synced_.load(std::memory_order_acquire)); }
  bool commits_in_flight() const;
  // When the oldest unsynced relaxed commit was registered (or a moment before); kNoDeadline if there is none.
  uint64_t relaxed_since_ns() const;
  uint64_t sync_count() const { return sync_count_.load(std::memory_order_relaxed); }
  Counters counters() const;

 private:
  enum class FlightState { kIdle, kStarting, kRunning };
  struct Flight {
    FlightState state = FlightState::kIdle;
    Lsn target;             // kRunning: LSNs it covers
    uint64_t bytes = 0;     // kRunning: bytes it covers
    uint64_t begun_ns = 0;  // lower bound of the registration of anything it does not cover
    File* file = nullptr;
  };
  struct Need {
    Lsn lsn;
    uint64_t bytes = 0;
    bool commit = false;  // of a full commit: may be grouped with others
  };
  // One sleeper; lives on its stack, linked in LSN order while it waits.
  struct Waiter {
    explicit Waiter(Runtime& runtime) : wake(runtime) {}
    Need need;
    bool linked = false;
    CondVar wake;
    Waiter* previous = nullptr;
    Waiter* next = nullptr;
  };

  Status await(Need need) DDB_REQUIRES(mutex_);
  bool is_synced(const Need& need) const DDB_REQUIRES(mutex_);
  bool running_sync_covers(const Need& need) const DDB_REQUIRES(mutex_);
  Flight* idle_flight() DDB_REQUIRES(mutex_);
  bool worth_a_second(const Need& need) const DDB_REQUIRES(mutex_);
  void gather() DDB_REQUIRES(mutex_);
  void lead(Flight& flight, const Need& need) DDB_REQUIRES(mutex_);
  void finish(Flight& flight, const Status& outcome) DDB_REQUIRES(mutex_);
  void advance_horizon() DDB_REQUIRES(mutex_);
  void wake_waiters() DDB_REQUIRES(mutex_);
  void link(Waiter& waiter) DDB_REQUIRES(mutex_);
  void unlink(Waiter& waiter) DDB_REQUIRES(mutex_);
  // The newest unsynced full LSN ≤ lsn; 0 if there is none.
  Lsn newest_full_up_to(Lsn lsn) const DDB_REQUIRES(mutex_);
  Status outcome_unknown() const;

  Runtime& runtime_;
  Poison& poison_;
  std::atomic<uint64_t>& horizon_;  // written under mutex_ only
  mutable Mutex mutex_;
  std::atomic<uint64_t> appended_;  // written under mutex_ only
  std::atomic<uint64_t> synced_;    // written under mutex_ only
  std::atomic<uint64_t> sync_count_{0};
  std::atomic<bool> sync_failed_{
      false};  // set before the leader takes the mutex, so that no later sync acknowledges

  std::array<Flight, 2> flights_ DDB_GUARDED_BY(mutex_);
  bool sync_began_ DDB_GUARDED_BY(mutex_) = true;  // since the last append
  bool append_in_flight_ DDB_GUARDED_BY(mutex_) = false;
  bool append_shares_sector_ DDB_GUARDED_BY(mutex_) =
      false;  // the one in flight goes on in a partly written sector
  CondVar append_done_;
  uint64_t written_bytes_ DDB_GUARDED_BY(mutex_) = 0;
  uint64_t synced_bytes_ DDB_GUARDED_BY(mutex_) = 0;
  Lsn newest_relaxed_ DDB_GUARDED_BY(mutex_);
  uint64_t relaxed_since_ns_ DDB_GUARDED_BY(mutex_) = kNoDeadline;
  std::vector<uint64_t> full_ DDB_GUARDED_BY(mutex_);  // ring of unsynced full LSNs, oldest at full_begin_
  size_t full_begin_ DDB_GUARDED_BY(mutex_) = 0;
  size_t full_count_ DDB_GUARDED_BY(mutex_) = 0;
  size_t committers_ DDB_GUARDED_BY(mutex_) =
      1;  // full commits that waited when the last sync ended, its own among them
  uint64_t sync_ns_ DDB_GUARDED_BY(mutex_) = 0;  // duration of the last sync
  Waiter* first_waiter_ DDB_GUARDED_BY(mutex_) = nullptr;
  Waiter* last_waiter_ DDB_GUARDED_BY(mutex_) = nullptr;
  Counters counters_ DDB_GUARDED_BY(mutex_);
};

}  // namespace ddb
