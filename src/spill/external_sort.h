// external_sort: records ordered by key, equal keys by arrival, however many there are. Keeps: never holds more memory than
// its tracker allows, opens a temp file only when that is full, and holds nothing after an error.
//
//   adding ──finish()──► delivering ──next() gives null──► ended
//   any but ended ──error──► failed (every call gives the error again)        any ──reset()──► adding
//
// Records gather in an arena. Full, it is sorted and written to the temp file as a run. At the end, runs are merged until
// one merge can hold a block of each, and that last merge is what next() reads from (ADR 0015). Only neighbouring runs are
// merged, so that arrival breaks ties. For one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "spill/memory_tracker.h"
#include "spill/record_arena.h"
#include "spill/run_merge.h"
#include "spill/sort_record.h"
#include "spill/spill_file.h"
#include "spill/temp_space.h"
#include "spill/work_watch.h"

namespace ddb {

class ExternalSort {
 public:
  // What a sort has done since it was made or reset.
  struct Statistics {
    uint64_t records = 0;
    uint64_t runs = 0;           // written to the temp file by adding; 0: everything was in memory
    uint64_t merges = 0;         // that wrote a run, before the last merge
    uint64_t bytes_written = 0;  // to the temp file
  };

  // `memory` is the operator's own tracker; with `temp` it outlives the sort. About 64 KiB are the least that works well.
  ExternalSort(MemoryTracker& memory, TempSpace& temp, WorkWatch watch = WorkWatch());
  ~ExternalSort() { release(); }
  ExternalSort(const ExternalSort&) = delete;
  ExternalSort& operator=(const ExternalSort&) = delete;

  // Adds a copy. Keys order as memcmp, a key before those it begins. REQUIRES: finish() was not called.
  // Errors: 53200 (no memory, or one record takes more than about 2/5 of it while all do not fit, or temp files are not
  // allowed), 53400 (temp_file_limit), 53100 (disk full), 58030, 57014 and those of the watch, XX001.
  Status add(std::string_view key, std::string_view payload);
  // Orders what was added. Errors as add(). REQUIRES: adding.
  Status finish();
  // The next record, or null after the last; its views are dead at the next call of anything here. After null or an error
  // everything is given back. Errors: 57014 and those of the watch, 58030, XX001. REQUIRES: finish() was ok.
  Result<const SortRecord*> next();
  // Gives everything back and begins again with nothing added. Statistics and progress begin at 0.
  void reset();

  const Statistics& statistics() const { return statistics_; }

 private:
  enum class State { kAdding, kDelivering, kEnded, kFailed };

  // Calls the step; after an error releases everything and remembers it.
  template <typename F>
  Status guarded(F&& step);
  Status add_to_run(std::string_view key, std::string_view payload);
  Status sort_run();
  Status write_run();
  Status prepare_spill();
  Status check_longest() const;
  Status finish_runs();
  Status reduce_runs(size_t target);
  Result<size_t> merge_before(size_t end, size_t wanted);
  Result<TrackedBytes> merge_slab(size_t end, size_t& count);
  Status deliver(const SortRecord*& record);
  void release();

  uint64_t spill_bytes() const { return block_bytes_ + runs_max_ * sizeof(SortRun); }
  SortRun* runs() { return reinterpret_cast<SortRun*>(spill_memory_.data() + block_bytes_); }

  MemoryTracker& memory_;
  TempSpace& temp_;
  WorkWatch watch_;
  const uint64_t limit_;
  const uint32_t block_bytes_;
  const size_t runs_max_;

  State state_ = State::kAdding;
  Status error_;
  Statistics statistics_;
  RecordArena arena_;
  std::span<SortEntry> entries_;  // of the arena, sorted
  size_t delivered_ = 0;          // of entries_
  bool reserved_ = false;         // spill_bytes() are charged, so that there is memory to spill with
  TrackedBytes spill_memory_;     // a block to write from, then room for runs_max_ runs
  std::unique_ptr<SpillFile> file_;
  size_t run_count_ = 0;
  RunMerge merge_;
  SortRecord record_;
};

}  // namespace ddb
