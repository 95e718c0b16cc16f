// segments: the table of physical segments, and the growth of the file behind it.
#include "wal/segments.h"

#include <algorithm>
#include <array>
#include <new>

#include "base/assert.h"
#include "base/faults.h"

namespace ddb {
namespace {

constexpr uint64_t kGrowthBytesMax = 4ull << 20;  // of one step of the keeper
constexpr size_t kZeroBytes = 64 * 1024;
alignas(4096) constexpr std::array<std::byte, kZeroBytes> kZeros{};

}  // namespace

Segments::Segments(Runtime& runtime, std::unique_ptr<File> file, uint32_t segment_bytes, uint64_t bytes_max)
    : runtime_(runtime),
      file_(std::move(file)),
      segment_bytes_(segment_bytes),
      count_max_(static_cast<uint32_t>(std::min<uint64_t>(bytes_max / segment_bytes, 0x7FFFFFFF))),
      growth_mutex_(runtime),
      mutex_(runtime) {}

Status Segments::adopt(uint32_t count) {
  MutexLock lock(mutex_);
  try {
    slots_.resize(slots_.size() + count);
  } catch (const std::bad_alloc&) {
    return Status::out_of_memory();
  }
  count_.store(static_cast<uint32_t>(slots_.size()), std::memory_order_relaxed);
  free_.fetch_add(count, std::memory_order_relaxed);
  return Status::ok();
}

void Segments::mark_used(uint32_t index, const Use& use) {
  MutexLock lock(mutex_);
  Slot& slot = slots_[index];
  if (!slot.in_use) free_.fetch_sub(1, std::memory_order_relaxed);
  slot = {true, use};
}

Status Segments::write_zeros(uint64_t offset, uint64_t length) {
  DDB_RETURN_IF_ERROR(file_->allocate(offset, length));
  while (length > 0) {
    const size_t part = std::min<uint64_t>(length, kZeroBytes);
    DDB_RETURN_IF_ERROR(file_->write(offset, std::span(kZeros).first(part)));
    offset += part;
    length -= part;
  }
  return Status::ok();
}

Status Segments::extend_file(uint32_t old_count, uint32_t count) {
  const uint64_t end = uint64_t{old_count} * segment_bytes_;
  Status outcome = write_zeros(end, uint64_t{count} * segment_bytes_);
  if (!outcome.is_ok()) (void)file_->truncate(end).is_ok();  // gives the space back if it can
  return outcome;
}

Status Segments::extend(uint32_t count) {
  {
    MutexLock growth(growth_mutex_);
    DDB_RETURN_IF_ERROR(extend_file(this->count(), count));
  }
  return adopt(count);
}

Status Segments::sync() { return file_->sync(); }

bool Segments::reserve(uint32_t count) {
  MutexLock lock(mutex_);
  reserved_ = count;  // also if it must grow first: a cut of the file may not take away what is being added
  return free_count() >= count + kSpare;
}

uint32_t Segments::find_free() {
  uint32_t index = lowest_free_;
  while (index < slots_.size() && slots_[index].in_use) ++index;
  lowest_free_ = index;
  return index < slots_.size() ? index : kNone;
}

uint32_t Segments::take_free(const Use& use) {
  MutexLock lock(mutex_);
  const uint32_t index = find_free();
  if (index == kNone) return kNone;
  slots_[index] = {true, use};
  free_.fetch_sub(1, std::memory_order_relaxed);
  return index;
}

uint32_t Segments::activate(const Use& use, Lsn newest_of_current) {
  MutexLock lock(mutex_);
  if (current_ != kNone) slots_[current_].use.newest = newest_of_current;
  const uint32_t index = find_free();
  if (index == kNone) return kNone;
  slots_[index] = {true, use};
  slots_[index].use.newest = kMaxLsn;
  current_ = index;
  free_.fetch_sub(1, std::memory_order_relaxed);
  if (reserved_ > 0) --reserved_;
  return index;
}

void Segments::set_current(uint32_t index) {
  MutexLock lock(mutex_);
  current_ = index;
}

Status Segments::grow(uint32_t from_count, uint32_t count, bool* sync_failed) {
  *sync_failed = false;
  MutexLock growth(growth_mutex_);
  const uint32_t old_count = this->count();
  if (old_count != from_count)
    return Status::ok();  // writer and keeper decided at the same time: together beyond the limit
  {
    MutexLock lock(mutex_);
    try {
      slots_.reserve(old_count + count);
    } catch (const std::bad_alloc&) {
      return Status::out_of_memory();
    }
  }
  DDB_RETURN_IF_ERROR(extend_file(old_count, count));
  // Not for safety (the sync of the first commit in it covers the growth as well): it keeps the new size out of that one.
  if (Status failed = file_->sync(); !failed.is_ok()) {
    *sync_failed = true;
    return failed;
  }
  DDB_SWITCH_POINT(runtime_);
  MutexLock lock(mutex_);
  slots_.resize(old_count + count);
  ++growths_;
  count_.store(old_count + count, std::memory_order_relaxed);
  free_.fetch_add(count, std::memory_order_relaxed);
  return Status::ok();
}

void Segments::recycle(Lsn checkpoint_lsn, Lsn synced_lsn, bool keep_recovered) {
  MutexLock growth(growth_mutex_);
  {
    MutexLock lock(mutex_);
    uint64_t start = 0;  // position where a scan starts even if nothing unsynced reached the disk
    for (const Slot& slot : slots_) {
      const bool durable = slot.in_use && !slot.use.superseded && slot.use.durable_from <= synced_lsn;
      if (durable && slot.use.prior <= checkpoint_lsn) start = std::max(start, slot.use.position);
    }
    for (uint32_t i = 0; i < slots_.size(); ++i) {
      const Use& use = slots_[i].use;
      if (!slots_[i].in_use || i == current_ || use.newest > checkpoint_lsn) continue;
      if (use.recovered && keep_recovered) continue;
      if (!use.superseded && use.position >= start) continue;
      slots_[i] = {};
      lowest_free_ = std::min(lowest_free_, i);
      free_.fetch_add(1, std::memory_order_relaxed);
      ++recycled_;
    }
  }
  shrink();
}

// What a run beyond the limit added goes back. Its stale blocks are older than the current segment, so that it does no
// harm if a crash undoes the cut.
void Segments::shrink() {
  uint32_t old_count = 0;
  uint32_t new_count = 0;
  {
    MutexLock lock(mutex_);
    old_count = new_count = static_cast<uint32_t>(slots_.size());
    uint32_t may_go = free_count() > reserved_ + 2 ? free_count() - reserved_ - 2 : 0;
    while (new_count > count_max_ && may_go > 0 && !slots_[new_count - 1].in_use) {
      --new_count;
      --may_go;
    }
    if (new_count == old_count) return;
    slots_.resize(new_count);
    lowest_free_ = std::min(lowest_free_, new_count);
    count_.store(new_count, std::memory_order_relaxed);
    free_.fetch_sub(old_count - new_count, std::memory_order_relaxed);
  }
  // Outside of the table nobody uses them. If the cut fails the bytes stay in the file until growth reuses them.
  (void)file_->truncate(uint64_t{new_count} * segment_bytes_).is_ok();
}

uint32_t Segments::growth_due() const {
  MutexLock lock(mutex_);
  const auto count = static_cast<uint32_t>(slots_.size());
  const uint32_t free = free_count();
  if (count >= count_max_ || free >= std::max(2u, (count - free) / 4)) return 0;
  const uint32_t step = std::max<uint32_t>(1, static_cast<uint32_t>(kGrowthBytesMax / segment_bytes_));
  return std::min({count, step, count_max_ - count});
}

Segments::Counts Segments::counts() const {
  MutexLock lock(mutex_);
  return {slots_.size(), free_count(), growths_, recycled_};
}

}  // namespace ddb
