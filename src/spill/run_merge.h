// run_merge: several sorted runs as one. Keeps: records come ordered by key, equal keys in the order of the runs; no more
// memory than the one slab it is given.
//
// A tree of losers (Knuth, The Art of Computer Programming 3, 5.4.1): one comparison per level and record, nearly always
// of two eight-byte heads. For one thread.
#pragma once

#include <cstdint>
#include <span>
#include <type_traits>

#include "spill/sort_record.h"
#include "spill/spill_file.h"
#include "spill/tracked_bytes.h"
#include "spill/work_watch.h"

namespace ddb {

// A chain of sort records in order.
struct SortRun {
  SpillChain chain;
  uint64_t longest = 0;  // bytes of its longest record
};

// Reads one run; a record that lies in two blocks is put together in a buffer of its own.
class RunReader {
 public:
  // `block` has file.block_bytes() bytes, `whole` run.longest.
  RunReader(SpillFile& file, const SortRun& run, std::byte* block, std::byte* whole, bool recycle)
      : chain_(file, run.chain, block, recycle), whole_(whole), longest_(run.longest) {}

  // Moves to the next record; the one before is dead. Errors: 58030, XX001.
  Status advance();
  // Nothing is left; advance() found the end.
  bool ended() const { return ended_; }
  uint64_t head() const { return head_; }
  const SortRecord& record() const { return record_; }

 private:
  Status advance_slow();
  Result<uint64_t> read_length();

  ChainReader chain_;
  std::byte* const whole_;
  const uint64_t longest_;
  bool ended_ = false;
  uint64_t head_ = 0;  // all bits set at the end
  SortRecord record_;
};

static_assert(std::is_trivially_destructible_v<RunReader>, "a slab of readers is freed as bytes");

class RunMerge {
 public:
  static constexpr size_t kRunsMax = 128;

  RunMerge() = default;
  // Bytes that a merge takes for each of its runs.
  static uint64_t bytes_per_run(const SpillFile& file, uint64_t longest_record);

  // Begins a merge of 1 to kRunsMax runs of `file`, which outlives it. `slab` has runs.size() * bytes_per_run() of the
  // longest record among them. `recycle`: the runs can be read only this once, and their blocks are written again.
  // Errors: 58030, XX001; nothing is held then.
  Status begin(SpillFile& file, std::span<const SortRun> runs, TrackedBytes slab, bool recycle);
  // The next record, or null at the end; dead at the next call. Errors: 58030, XX001.
  Result<const SortRecord*> next();
  void release();

 private:
  bool before(uint32_t a, uint32_t b) const {
    const uint64_t x = readers_[a].head(), y = readers_[b].head();
    if (x != y) [[likely]]
      return x < y;
    return before_slow(a, b);
  }
  bool before_slow(uint32_t a, uint32_t b) const;
  void play_all();
  void replay(uint32_t reader);

  TrackedBytes slab_;
  RunReader* readers_ = nullptr;  // [count_], at the begin of the slab
  uint32_t count_ = 0;
  uint32_t losers_[kRunsMax] = {};  // [0] is the winner, [n] the loser of the match at inner node n
  bool delivered_ = false;          // the winner's record was given out
};

}  // namespace ddb
