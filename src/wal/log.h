// log: appending, group sync, horizon, growth and recycling of the write-ahead log (ADR 0002, 0003). Never read here.
// Keeps: synced_lsn() ≤ appended_lsn(); horizon() never passes a `full` commit that is not synced; blocks go to the file
// in LSN order; a byte after the start of a sync lies on a fresh sector.
//
// Locks: the caller's write lock covers the append side; segments_mutex_ and sync_mutex_ are inside (ADR 0007).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "base/ids.h"
#include "base/poison.h"
#include "base/runtime.h"
#include "base/status.h"
#include "format/log_format.h"
#include "vfs/vfs.h"

namespace ddb {

class RecoveredLog;

struct LogConfig {
  std::string path;
  FileUuid uuid{};
  uint32_t page_bytes = kDefaultPageBytes;
  uint32_t segment_bytes = kDefaultSegmentBytes;  // multiple of kSectorBytes, > page bytes + 4096
  uint32_t initial_segments = 4;
  uint64_t bytes_max = 64ull << 20;           // limit of the file; a single larger run may pass it once
  uint64_t relaxed_tail_bytes_max = 1 << 20;  // unsynced relaxed bytes before a commit syncs first
  uint64_t relaxed_delay_ns = 100'000'000;    // age of unsynced relaxed bytes before the keeper syncs
  uint64_t stream_sync_bytes = 4ull << 20;    // a run syncs each time it has written that much
  uint32_t unsynced_commits_max = 2048;       // full commits that may wait at once (sessions)
};

// A byte range of a page, within [kPageLoggedFrom, page bytes).
struct PageRange {
  uint16_t offset = 0;
  uint16_t length = 0;
};

enum class Space { kReady, kNeedsCheckpoint };

struct LogStats {
  uint64_t commits_full = 0, commits_relaxed = 0, syncs = 0, synced_commits = 0, largest_group = 0;
  uint64_t bytes_written = 0, blocks = 0, padding_bytes = 0, growths = 0, segments = 0, segments_free = 0;
  uint64_t recycled_segments = 0, file_bytes = 0;
};

class Log {
 public:
  // Creates the log file anew (an existing one at the path is replaced), preallocated, written, with the header of
  // position 1, synced together with its directory. `prior_lsn` is the checkpoint LSN; horizon is set by the caller.
  static Result<std::unique_ptr<Log>> create(Vfs& vfs, Runtime& runtime, Poison& poison,
                                             std::atomic<uint64_t>& horizon, const LogConfig& config,
                                             Lsn prior_lsn);
  // Continues a recovered log: copies its unsynced tail into fresh segments, syncs, starts a fresh segment with a new
  // salt for appending. After success everything recovered is durable. The segments of `recovered` that its redo index
  // refers to stay untouched until recycle(). Errors leave the old log valid.
  static Result<std::unique_ptr<Log>> take_over(Vfs& vfs, Runtime& runtime, Poison& poison,
                                                std::atomic<uint64_t>& horizon, const LogConfig& config,
                                                const RecoveredLog& recovered);
  virtual ~Log() = default;

  // --- Append side. REQUIRES the caller's write lock for every call of this group.

  // Makes room for a run whose frames take `frame_bytes` (headers of frames and ranges included) in `frame_count` frames.
  // Grows the file if needed (58030, 53100 leave everything as it was). kNeedsCheckpoint: only recycling or
  // `beyond_limit` can make room.
  virtual Result<Space> reserve(uint64_t frame_bytes, uint64_t frame_count, bool beyond_limit) = 0;
  // Starts the run of `lsn` (= appended_lsn() + 1). REQUIRES reserve() said kReady for all of the run.
  virtual void begin_run(Lsn lsn) = 0;
  // Adds a delta (extra = base LSN) or an image (extra = 0) made of `ranges` of `page_bytes`, or a direct frame (no
  // ranges, extra = CRC). Writes blocks as they fill and syncs each stream_sync_bytes. An error poisons; the run has no
  // commit record then, so it is the cause (58030, 53100), not 08007.
  virtual Status add_frame(FrameKind kind, PageNo page, uint64_t extra, std::span<const PageRange> ranges,
                           const std::byte* page_bytes) = 0;
  // Closes the run with its commit record; on return all of its bytes are with the operating system. An error poisons
  // and is 08007 (the cause, if the log was poisoned before the record was written). A relaxed commit syncs the earlier tail first if it would pass relaxed_tail_bytes_max.
  virtual Status write_commit(bool full) = 0;
  // Closes the run without effect; its LSN counts as an empty transaction (register it as relaxed).
  virtual Status write_abort() = 0;
  // Makes the LSN appended: from now on syncs acknowledge it and the horizon may cover it. Never fails.
  virtual void register_commit(Lsn lsn, bool full) = 0;

  // --- Waiting; no locks held by the caller.

  // Returns when the horizon covers `lsn` (leading a sync if none that covers it runs). 08007 if the log is poisoned first.
  virtual Status wait_visible(Lsn lsn) = 0;
  // Returns when everything up to `lsn` is synced. 08007 as above.
  virtual Status wait_durable(Lsn lsn) = 0;

  // --- State; thread-safe.
  virtual Lsn appended_lsn() const = 0;
  virtual Lsn synced_lsn() const = 0;
  virtual bool commits_in_flight() const = 0;  // a full commit is appended and not synced, or an append runs
  virtual uint64_t sync_count() const = 0;     // commit batches so far
  virtual uint64_t used_bytes() const = 0;     // segments that may not be recycled yet
  virtual uint64_t bytes_max() const = 0;
  virtual LogStats stats() const = 0;

  // --- Background.

  // Frees every segment whose blocks are all ≤ checkpoint_lsn, and gives back what a large run added beyond the limit.
  // REQUIRES: both header copies carry checkpoint_lsn, synced. `keep_recovered`: the redo index is still in use, keep
  // the segments that recovery read.
  virtual void recycle(Lsn checkpoint_lsn, bool keep_recovered) = 0;
  // Does what is due at `now_ns`: syncs relaxed bytes, grows the log ahead. Returns when to call next (kNoDeadline:
  // when `on_work` fires). Errors of a sync poison; ENOSPC of growth is remembered and tried again later.
  virtual uint64_t keeper_step(uint64_t now_ns) = 0;
  // Called (under the write lock) when keeper_step gets something to do. Must not block. Set before the first append.
  virtual void set_on_work(std::function<void()> on_work) = 0;
};

}  // namespace ddb
