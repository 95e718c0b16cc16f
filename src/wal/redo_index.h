// redo_index: per page the places of its frames in the log since its last image or direct frame, newest first.
// Keeps: only frames of merged runs are found; 16 bytes a frame and 8 to 16 bytes a page, charged to the budget.
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

// Where a frame lies. Packed into 8 bytes.
struct FramePlace {
  uint64_t block_offset = 0;  // in the file, multiple of kBlockAlign, < 1 TiB
  uint32_t frame_offset = 0;  // in the block, < 16 MiB
  FrameKind kind = FrameKind::kDelta;
};

// Building is single-threaded. Afterwards head() of one page may run beside head() and erase() of others; erase() and
// first_from() exclude each other. Building throws std::bad_alloc.
class RedoIndex {
 public:
  static constexpr uint32_t kNone = 0xFFFFFFFF;
  static constexpr uint64_t kFileBytesMax = uint64_t{1} << 40;

  struct Entry {
    uint64_t place;      // FramePlace
    uint32_t previous;   // entry of the same page's frame before, kNone at the start
    uint32_t lsn_delta;  // LSN − base LSN of the index
  };

  explicit RedoIndex(MemoryBudget& budget) : budget_(budget) {}
  ~RedoIndex() { budget_.give_back(charged_); }
  RedoIndex(const RedoIndex&) = delete;
  RedoIndex& operator=(const RedoIndex&) = delete;

  // Adds a frame of the run being read. False if the index is full (2^32 frames).
  bool stage(PageNo page, const FramePlace& place, uint32_t lsn_delta);
  void merge_staged();  // the run is committed
  void drop_staged();   // the run is void

  uint32_t head(PageNo page) const;  // newest entry, kNone if the page is not indexed
  const Entry& entry(uint32_t index) const { return chunks_[index >> kChunkBits][index & kChunkMask]; }
  static FramePlace unpack(uint64_t place);
  uint64_t page_count() const { return pages_; }
  std::optional<PageNo> first_from(PageNo from);
  void erase(PageNo page);

 private:
  static constexpr uint32_t kChunkBits = 12;  // 64 KiB a chunk: a small log must not take a small memory_limit
  static constexpr uint32_t kChunkMask = (1u << kChunkBits) - 1;
  struct Slot {
    uint32_t page = kNoPage.value;  // kNoPage: empty
    uint32_t head = kNone;          // kNone: erased
  };

  Entry& at(uint32_t index) { return chunks_[index >> kChunkBits][index & kChunkMask]; }
  size_t slot_of(uint32_t page) const;  // its slot, or the empty one where it belongs
  void set_head(uint32_t page, uint32_t index);
  void grow_table();
  void charge(uint64_t bytes);
  void build_order();
  uint32_t live_from(uint32_t i);

  MemoryBudget& budget_;
  uint64_t charged_ = 0;
  std::vector<std::unique_ptr<Entry[]>> chunks_;
  uint32_t entries_ = 0;               // merged ones
  std::vector<uint32_t> staged_pages_;  // of the entries behind entries_
  std::vector<Slot> table_;            // open addressing, a power of two
  uint32_t shift_ = 32;
  uint64_t keys_ = 0;                  // pages in table_, erased ones included
  uint64_t pages_ = 0;
  // For first_from(): pages in order, and for each the next one that may be alive (union-find with path compression).
  std::vector<uint32_t> order_;
  std::vector<uint32_t> next_alive_;
};

}  // namespace ddb
