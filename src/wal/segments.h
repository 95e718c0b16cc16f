// segments: which physical segments of the log file are free, in use, or read by recovery; growth and shrinking.
// Keeps: a free segment is preallocated, written and synced, and holds nothing that a scan after a crash or the redo
// index needs. What a scan needs may be older than what it would like: see recycle().
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/ids.h"
#include "base/mutex.h"
#include "base/runtime.h"
#include "base/status.h"
#include "vfs/vfs.h"

namespace ddb {

// Thread-safe; activate() and reserve() come from the holder of the write lock.
class Segments {
 public:
  // Always kept free behind a reservation: an abort record or a take-over finds room.
  static constexpr uint32_t kSpare = 1;
  static constexpr uint32_t kNone = 0xFFFFFFFF;

  // A segment in use.
  struct Use {
    uint64_t position = 0;
    Lsn prior{};              // newest closed run before it
    Lsn durable_from{};       // its header is durable once this LSN is synced; 0: it is already
    Lsn newest{};             // of its blocks; kMaxLsn while it is the current one
    bool recovered = false;   // the redo index refers to it
    bool superseded = false;  // a copy has taken its place in the log
  };

  struct Counts {
    uint64_t segments = 0, free = 0, growths = 0, recycled = 0;
  };

  // `file`: the descriptor of growth and shrinking, opened before its first write.
  Segments(Runtime& runtime, std::unique_ptr<File> file, uint32_t segment_bytes, uint64_t bytes_max);

  // --- While opening.

  // Adds `count` free segments to the table that the file already has. 53200.
  Status adopt(uint32_t count);
  // Takes a segment out of the free ones.
  void mark_used(uint32_t index, const Use& use);
  // Takes the free segment of lowest index; kNone if no segment is free.
  uint32_t take_free(const Use& use);
  // For a broken test build: the segment in use that appending goes on in.
  void set_current(uint32_t index);
  // Extends the file by `count` segments of zeros, unsynced. Errors leave the table as it was.
  Status extend(uint32_t count);
  Status sync();
  File& file() { return *file_; }

  // --- Append side.

  // True if `count` free segments and the spare are there; they stay until the next call.
  bool reserve(uint32_t count);
  // Takes the free segment of lowest index as the current one; the one before is in use until `newest_of_current` is
  // checkpointed. Allocates nothing. Returns kNone if no segment is free.
  uint32_t activate(const Use& use, Lsn newest_of_current);

  // --- Any thread.

  // Extends the file by `count` segments and syncs them; does nothing if it no longer has `from_count`. `sync_failed` is set if the sync did; else errors (58030, 53100,
  // 53200) leave everything as it was.
  Status grow(uint32_t from_count, uint32_t count, bool* sync_failed);
  // Frees what a checkpoint made superfluous and cuts free segments beyond bytes_max off the end of the file. A scan
  // starts at the last segment with a prior LSN ≤ checkpoint_lsn; the header of the very last one may not be durable, so
  // the last durable one stays although all of its runs are checkpointed.
  void recycle(Lsn checkpoint_lsn, Lsn synced_lsn, bool keep_recovered);
  // Segments that the keeper should add now; 0 if there are enough free ones or the limit is reached.
  uint32_t growth_due() const;
  uint32_t count() const { return count_.load(std::memory_order_relaxed); }
  uint32_t free_count() const { return free_.load(std::memory_order_relaxed); }
  uint32_t count_max() const { return count_max_; }
  uint32_t segment_bytes() const { return segment_bytes_; }
  Counts counts() const;

 private:
  struct Slot {
    bool in_use = false;
    Use use;
  };

  void shrink() DDB_REQUIRES(growth_mutex_);
  uint32_t find_free() DDB_REQUIRES(mutex_);
  Status extend_file(uint32_t old_count, uint32_t count) DDB_REQUIRES(growth_mutex_);
  Status write_zeros(uint64_t offset, uint64_t length) DDB_REQUIRES(growth_mutex_);

  [[maybe_unused]] Runtime& runtime_;  // of the switch points
  const std::unique_ptr<File> file_;
  const uint32_t segment_bytes_;
  const uint32_t count_max_;
  Mutex growth_mutex_;  // one growth or cut of the file at a time; held during its I/O, taken before mutex_
  mutable Mutex mutex_;
  std::vector<Slot> slots_ DDB_GUARDED_BY(mutex_);
  uint32_t current_ DDB_GUARDED_BY(mutex_) = kNone;
  uint32_t lowest_free_ DDB_GUARDED_BY(mutex_) = 0;  // no free one lies below
  uint32_t reserved_ DDB_GUARDED_BY(mutex_) = 0;
  uint64_t growths_ DDB_GUARDED_BY(mutex_) = 0;
  uint64_t recycled_ DDB_GUARDED_BY(mutex_) = 0;
  std::atomic<uint32_t> count_{0};  // written under mutex_
  std::atomic<uint32_t> free_{0};   // written under mutex_
};

}  // namespace ddb
