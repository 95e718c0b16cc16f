// memory_tracker: taking walks up the levels and undoes what it did where one is full.
#include "spill/memory_tracker.h"

#include <algorithm>
#include <new>
#include <string>

namespace ddb {

const MemoryTracker* MemoryTracker::take_or_name_full(uint64_t bytes) {
  uint64_t used = used_.load(std::memory_order_relaxed);
  do {
    // used never passes the limit, so that the difference cannot wrap; the sum could.
    if (bytes > limit_ - used) return this;
  } while (!used_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed));
  if (parent_ != nullptr) {
    if (const MemoryTracker* full = parent_->take_or_name_full(bytes); full != nullptr) {
      used_.fetch_sub(bytes, std::memory_order_relaxed);
      return full;
    }
  } else if (shared_ != nullptr) {
    shared_->take(bytes);
  }
  // Only now: a refused taking is no peak.
  const uint64_t now = used + bytes;
  uint64_t most = most_.load(std::memory_order_relaxed);
  while (most < now && !most_.compare_exchange_weak(most, now, std::memory_order_relaxed)) {
  }
  return nullptr;
}

void MemoryTracker::give_back(uint64_t bytes) {
  for (MemoryTracker* level = this; level != nullptr; level = level->parent_) {
    const uint64_t before = level->used_.fetch_sub(bytes, std::memory_order_relaxed);
    DDB_ASSERT(before >= bytes);
    (void)before;
    if (level->shared_ != nullptr) level->shared_->give_back(bytes);
  }
}

uint64_t MemoryTracker::reachable_limit() const {
  uint64_t least = limit_;
  for (const MemoryTracker* level = parent_; level != nullptr; level = level->parent_)
    least = std::min(least, level->limit_);
  return least;
}

Status MemoryTracker::refusal(uint64_t bytes) const try {
  std::string message = "out of memory: " + std::to_string(bytes) + " more bytes for the " +
                        std::string(level_.name) + ", which holds " + std::to_string(used()) + " of " +
                        std::to_string(limit_) + " bytes";
  Status status = Status::error(sqlstate::kOutOfMemory, message);
  if (level_.setting.empty()) return status;
  return std::move(status).with_hint("raise " + std::string(level_.setting) +
                                     " or let fewer statements run at once");
} catch (const std::bad_alloc&) {
  return Status::out_of_memory();
}

}  // namespace ddb
