// redo_index: per page the places of its frames in the log since its last image or direct frame, newest first.
// Keeps: only frames of merged runs are found. Small on purpose, since memory that opening a database touches first is
// what opening costs: 4 bytes a frame that link the frames of a page, one 16-byte group for each stretch of up to 4 KiB
// of log from which the frames are counted, 8 bytes a slot of the table of pages. All of it is charged to the budget.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/ids.h"
#include "base/memory_budget.h"
#include "format/log_format.h"

namespace ddb {

// Where a frame lies.
struct FramePlace {
  uint64_t block_offset = 0;  // in the file, multiple of kBlockAlign, < 1 TiB
  uint32_t frame_offset = 0;  // in the block, < 16 MiB
};

// Building is single-threaded. Afterwards head() of one page may run beside head() and erase() of others; erase() and
// first_from() exclude each other. Building throws std::bad_alloc.
class RedoIndex {
 public:
  static constexpr uint32_t kNone = 0x3FFFFFFF;
  static constexpr uint64_t kFileBytesMax = uint64_t{1} << 40;
  static constexpr uint32_t kCheckedBlockBytes = 16 * 1024;  // larger blocks share no group with other blocks

  struct Entry {
    uint32_t previous;  // the same page's frame before; kNone at the start
    FrameKind kind;
  };
  // Entries first_entry… are the frames from `place` on, in log order.
  struct Group {
    uint64_t packed_place;
    uint32_t first_entry;
    uint32_t lsn_delta;  // LSN of its first frame − base LSN of the index
    FramePlace place() const {
      return {(packed_place & 0xFFFFFFFFF) * kBlockAlign, static_cast<uint32_t>(packed_place >> 36)};
    }
  };

  explicit RedoIndex(MemoryBudget& budget) : budget_(budget) {}
  ~RedoIndex() { budget_.give_back(charged_); }
  RedoIndex(const RedoIndex&) = delete;
  RedoIndex& operator=(const RedoIndex&) = delete;

  // --- Building, in log order.

  // The log has about so many bytes: memory is set aside, not touched.
  void expect(uint64_t log_bytes);
  // Adds a frame of the run being read. False if the index is full (2^30 frames).
  bool stage(PageNo page, FrameKind kind, const FramePlace& place, uint32_t lsn_delta);
  void commit_staged();  // the run is committed
  void drop_staged();    // the run is void
  void
  break_group();  // the next frame does not follow the one before in the file, or frames between are not added
  void finish();  // before any call below

  // --- Looking up.

  uint32_t head(PageNo page) const;  // newest entry, kNone if the page is not indexed
  Entry entry(uint32_t index) const {
    const uint32_t packed = chunks_[index >> kChunkBits][index & kChunkMask];
    return {packed & kNone, static_cast<FrameKind>(packed >> 30)};
  }
  size_t group_of(uint32_t index) const;
  const Group& group(size_t i) const { return groups_[i]; }
  // No frame of the group is of a later LSN; ~0 if that is not known.
  uint32_t lsn_delta_max(size_t i) const {
    return i + 1 < groups_.size() ? groups_[i + 1].lsn_delta : ~uint32_t{0};
  }
  uint64_t page_count() const { return pages_; }
  std::optional<PageNo> first_from(PageNo from);
  void erase(PageNo page);

 private:
  static constexpr uint32_t kChunkBits =
      12;  // 16 KiB a chunk: a small log must not take a small memory_limit
  static constexpr uint32_t kChunkMask = (1u << kChunkBits) - 1;
  struct Staged {
    uint32_t page;
    FrameKind kind;
  };
  struct Slot {
    uint32_t page = kNoPage.value;  // kNoPage: empty
    uint32_t head = kNone;          // kNone: erased
  };

  size_t slot_of(uint32_t page) const;  // its slot, or the empty one where it belongs
  size_t first_slot(uint32_t page) const { return (page * 0x9E3779B1u) >> shift_; }
  void merge_committed();
  void grow_table();
  void charge(uint64_t bytes);
  void build_order();
  uint32_t live_from(uint32_t i);

  MemoryBudget& budget_;
  uint64_t charged_ = 0;
  std::vector<std::unique_ptr<uint32_t[]>> chunks_;  // of packed entries; never move
  uint32_t entries_ = 0;                             // merged ones
  std::vector<Group> groups_;
  size_t groups_committed_ = 0;
  uint64_t group_begin_ = 0;  // file offset of the newest group's first frame
  bool break_group_ = true;
  std::vector<Staged> staged_;   // frames behind entries_
  size_t staged_committed_ = 0;  // of them
  std::vector<Slot> table_;      // open addressing, a power of two
  uint32_t shift_ = 32;
  uint64_t keys_ = 0;  // pages in table_, erased ones included
  uint64_t pages_ = 0;
  // For first_from(): pages in order, and for each the next one that may be alive (union-find with path compression).
  std::vector<uint32_t> order_;
  std::vector<uint32_t> next_alive_;
};

}  // namespace ddb
