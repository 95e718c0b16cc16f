// frame_pool: page-sized, page-aligned buffers in one lazily touched region, recycled last in, first out.
// Keeps: frames in use and in the free list are charged to the budget; some are kept for readers and checkpoint.
// Thread-safe.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/memory_budget.h"
#include "base/mutex.h"
#include "base/status.h"

namespace ddb {

struct Version;

// What the pager knows of a frame; guarded by the chain mutex.
struct FrameInfo {
  Version* owner = nullptr;   // the version whose data lies here; null: private, retired, free
  uint64_t retire_tag = 0;    // global epoch at retirement
  uint64_t pinned_pass = 0;   // number of the last slot scan that found a pin on it
  uint32_t next_retired = 0;  // index + 1 of the next retired frame
};

class FramePool {
 public:
  // Frames that each kind of user leaves to those below it in this list, who need few and free more.
  static constexpr uint32_t kWriterLeaves = 8;
  static constexpr uint32_t kPreserveLeaves = 6;  // main copies kept for old snapshots
  static constexpr uint32_t kReaderLeaves = 2;
  static constexpr uint32_t kCheckpointLeaves = 0;

  static Result<std::unique_ptr<FramePool>> create(Runtime& runtime, MemoryBudget& budget, size_t page_bytes);
  ~FramePool();
  FramePool(const FramePool&) = delete;
  FramePool& operator=(const FramePool&) = delete;

  // Contents arbitrary. Null when no more than `leave` frames are to be had.
  std::byte* try_allocate(uint32_t leave);
  void free(std::byte* frame);

  uint32_t index_of(const std::byte* frame) const {
    return static_cast<uint32_t>(static_cast<size_t>(frame - region_) >> shift_);
  }
  std::byte* frame(uint32_t index) const { return region_ + (size_t{index} << shift_); }
  // Whether note_checked() was called since the frame was last allocated: what lies there, or what it was changed from,
  // passed the check of the layer that owns the page. REQUIRES: the caller keeps the frame (pin or private page).
  bool is_checked(const std::byte* frame) const {
    return checked_[index_of(frame)].load(std::memory_order_relaxed) != 0;
  }
  std::atomic<uint8_t>* checked_flags() const { return checked_.get(); }  // by index
  void note_checked(const std::byte* frame) { checked_[index_of(frame)].store(1, std::memory_order_relaxed); }
  void copy_checked(const std::byte* from, const std::byte* to) {
    if (is_checked(from)) note_checked(to);
  }
  FrameInfo& info(uint32_t index) { return infos_[index]; }
  FrameInfo& info_of(const std::byte* frame) { return infos_[index_of(frame)]; }
  uint32_t frames_touched() const {
    return touched_.load(std::memory_order_relaxed);
  }  // indexes below were ever used
  uint32_t frames_max() const { return frames_max_; }
  // Frames that the budget has room for beside everything else that is charged to it now.
  uint32_t frames_affordable();
  uint32_t frames_used() const { return used_.load(std::memory_order_relaxed); }

 private:
  FramePool(Runtime& runtime, MemoryBudget& budget) : mutex_(runtime), budget_(budget) {}
  Mutex mutex_;
  MemoryBudget& budget_;
  std::byte* region_ = nullptr;
  uint32_t shift_ = 0;
  uint32_t frames_max_ = 0;
  uint64_t headroom_ = 0;  // bytes of the budget that frames leave to growing bookkeeping
  std::unique_ptr<FrameInfo[]> infos_;
  std::unique_ptr<std::atomic<uint8_t>[]> checked_;
  std::unique_ptr<uint32_t[]> stack_;  // [0, charged_) free and charged; from the top end: free, not charged
  uint32_t charged_ DDB_GUARDED_BY(mutex_) = 0;
  uint32_t uncharged_ DDB_GUARDED_BY(mutex_) = 0;
  std::atomic<uint32_t> touched_{0};
  std::atomic<uint32_t> used_{0};
};

}  // namespace ddb
