// frame_pool: allocation and recycling of page frames.
#include "pager/frame_pool.h"

#include <algorithm>
#include <bit>
#include <new>

#include "pager/huge_pages.h"

namespace ddb {

Result<std::unique_ptr<FramePool>> FramePool::create(Runtime& runtime, MemoryBudget& budget,
                                                     size_t page_bytes) {
  std::unique_ptr<FramePool> pool(new (std::nothrow) FramePool(runtime, budget));
  if (pool == nullptr) return Status::out_of_memory();
  pool->shift_ = static_cast<uint32_t>(std::countr_zero(page_bytes));
  pool->frames_max_ = static_cast<uint32_t>(budget.limit() / page_bytes);
  pool->headroom_ = std::max<uint64_t>(budget.limit() / 64, 16 * 1024);
  // Large allocations come from fresh mappings: untouched frames cost address space only.
  const size_t region_bytes = size_t{pool->frames_max_} << pool->shift_;
  pool->region_ =
      static_cast<std::byte*>(::operator new (region_bytes, std::align_val_t{kHugePageBytes}, std::nothrow));
  pool->infos_.reset(new (std::nothrow) FrameInfo[pool->frames_max_]);
  pool->checked_.reset(new (std::nothrow) std::atomic<uint8_t>[pool->frames_max_]());
  pool->stack_.reset(new (std::nothrow) uint32_t[pool->frames_max_]);
  if (pool->region_ == nullptr || pool->infos_ == nullptr || pool->checked_ == nullptr ||
      pool->stack_ == nullptr)
    return Status::out_of_memory();
  prefer_huge_pages(pool->region_, region_bytes);
  budget.take(uint64_t{pool->frames_max_} * (sizeof(FrameInfo) + sizeof(uint32_t) + 1));
  // The reserve is charged from the start: growing bookkeeping must not eat it.
  budget.take(kWriterLeaves * page_bytes);
  MutexLock lock(pool->mutex_);
  for (; pool->charged_ < kWriterLeaves; ++pool->charged_) pool->stack_[pool->charged_] = pool->charged_;
  pool->touched_.store(kWriterLeaves, std::memory_order_relaxed);
  return pool;
}

FramePool::~FramePool() { ::operator delete (region_, std::align_val_t{kHugePageBytes}); }

std::byte* FramePool::try_allocate(uint32_t leave) {
  MutexLock lock(mutex_);
  const uint64_t page_bytes = uint64_t{1} << shift_;
  const uint64_t used = budget_.used();
  const uint64_t limit = budget_.limit() - headroom_;
  const uint64_t room = charged_ + (limit > used ? (limit - used) / page_bytes : 0);
  if (room <= leave) return nullptr;
  uint32_t index = 0;
  if (charged_ > 0) {
    index = stack_[--charged_];
  } else {
    const uint32_t fresh = touched_.load(std::memory_order_relaxed);
    if ((uncharged_ == 0 && fresh >= frames_max_) || !budget_.try_take(page_bytes)) return nullptr;
    if (uncharged_ > 0) {
      index = stack_[frames_max_ - uncharged_--];
    } else {
      index = fresh;
      touched_.store(fresh + 1, std::memory_order_relaxed);
    }
  }
  used_.fetch_add(1, std::memory_order_relaxed);
  checked_[index].store(0, std::memory_order_relaxed);
  return frame(index);
}

uint32_t FramePool::frames_affordable() {
  MutexLock lock(mutex_);
  const uint64_t page_bytes = uint64_t{1} << shift_;
  const uint64_t frames = (uint64_t{used_.load(std::memory_order_relaxed)} + charged_) * page_bytes;
  const uint64_t others = budget_.used() - std::min(budget_.used(), frames);
  const uint64_t limit = budget_.limit() - headroom_;
  return static_cast<uint32_t>(limit > others ? (limit - others) / page_bytes : 0);
}

void FramePool::free(std::byte* frame) {
  MutexLock lock(mutex_);
  const uint32_t index = index_of(frame);
  used_.fetch_sub(1, std::memory_order_relaxed);
  if (budget_.used() > budget_.limit() - headroom_ &&
      charged_ >= kWriterLeaves) {  // bookkeeping grew: this frame's share goes to it
    budget_.give_back(uint64_t{1} << shift_);
    stack_[frames_max_ - ++uncharged_] = index;
  } else {
    stack_[charged_++] = index;
  }
}

}  // namespace ddb
