// reader_slot: the registry of slots.
#include "pager/reader_slot.h"

#include <new>

namespace ddb {

Result<ReaderSlot*> SlotRegistry::acquire() {
  MutexLock lock(mutex_);
  for (const auto& slot : slots_) {
    if (!slot->in_use.load(std::memory_order_relaxed)) {
      slot->ended.store(0, std::memory_order_relaxed);
      slot->in_use.store(true, std::memory_order_release);
      in_use_.fetch_add(1, std::memory_order_relaxed);
      return slot.get();
    }
  }
  if (slots_.size() >= slots_max_) {
    return Status::error(sqlstate::kLimitExceeded,
                         "too many sessions: the limit is " + std::to_string(slots_max_))
        .with_hint("close sessions or raise sessions_max");
  }
  try {
    slots_.reserve(slots_.size() + 1);
    slots_.push_back(std::make_unique<ReaderSlot>());
  } catch (const std::bad_alloc&) {
    return Status::out_of_memory();
  }
  ReaderSlot* slot = slots_.back().get();
  slot->global_epoch = &global_epoch;
  slot->asymmetric = asymmetric_fences();
  slot->in_use.store(true, std::memory_order_release);
  in_use_.fetch_add(1, std::memory_order_relaxed);
  return slot;
}

void SlotRegistry::release(ReaderSlot* slot) {
  MutexLock lock(mutex_);
  slot->snapshot.store(0, std::memory_order_release);
  slot->in_use.store(false, std::memory_order_release);
  in_use_.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace ddb
