// reader_slot: what one session shows to those who free memory: its snapshot, the epoch it is inside, and its pins.
// Written by its session only (but for `ended`), read by reclaim and checkpoint. Keeps: a snapshot is published before it is trusted,
// a pin before the epoch is left.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/ids.h"
#include "base/mutex.h"
#include "base/status.h"
#include "pager/fence.h"

namespace ddb {

inline constexpr uint32_t kPinsPerSlot = 32;
inline constexpr uint32_t kNoPin = ~uint32_t{0};
inline constexpr uint64_t kTentativeSnapshot = uint64_t{1} << 63;  // in ReaderSlot::snapshot: being taken
inline constexpr uintptr_t kWriterPin = 1;                         // tag of a PageWriter's pin in the low bit

struct alignas(128) ReaderSlot {
  std::atomic<uint64_t> snapshot{0};  // LSN, 0 = none
  std::atomic<uint64_t> epoch{0};     // global epoch at entry, 0 = outside a fetch
  std::atomic<uint32_t> ended{0};     // set by reclaim before it frees what this snapshot needs
  std::atomic<bool> exempt{false};    // writer or checkpoint: never ended
  uint32_t free_pins = ~uint32_t{0};  // bit set = free; of the owning session only
  const std::atomic<uint64_t>* global_epoch = nullptr;
  bool asymmetric = false;
  std::atomic<bool> in_use{false};
  alignas(128) std::atomic<uintptr_t> pins[kPinsPerSlot] = {};

  void enter() {
    epoch.store(global_epoch->load(std::memory_order_acquire), std::memory_order_relaxed);
    light_fence(asymmetric);
  }
  void leave() { epoch.store(0, std::memory_order_release); }

  // Names a frame that must stay. REQUIRES: inside the epoch or under the chain mutex. kNoPin if all are taken.
  uint32_t pin(const std::byte* data, uintptr_t tag = 0) {
    if (free_pins == 0) [[unlikely]]
      return kNoPin;
    const auto index = static_cast<uint32_t>(std::countr_zero(free_pins));
    free_pins &= free_pins - 1;
    pins[index].store(reinterpret_cast<uintptr_t>(data) | tag, std::memory_order_relaxed);
    return index;
  }
  void unpin(uint32_t index) {
    pins[index].store(0, std::memory_order_release);
    free_pins |= uint32_t{1} << index;
  }
  // Whether this slot itself pins the frame, by a reader's or a writer's guard.
  bool pins_frame(const std::byte* data, bool* by_reader, bool* by_writer) const {
    *by_reader = *by_writer = false;
    for (uint32_t used = ~free_pins; used != 0; used &= used - 1) {
      const uintptr_t pin_word = pins[std::countr_zero(used)].load(std::memory_order_relaxed);
      if ((pin_word & ~kWriterPin) != reinterpret_cast<uintptr_t>(data)) continue;
      ((pin_word & kWriterPin) != 0 ? *by_writer : *by_reader) = true;
    }
    return *by_reader || *by_writer;
  }
};

// All slots of a database. Slots have stable addresses and are recycled.
class SlotRegistry {
 public:
  SlotRegistry(Runtime& runtime, uint32_t slots_max) : mutex_(runtime), slots_max_(slots_max) {}
  // 53400 beyond slots_max, 53200.
  Result<ReaderSlot*> acquire();
  void release(ReaderSlot* slot);
  uint64_t in_use() const { return in_use_.load(std::memory_order_relaxed); }

  // Calls f(ReaderSlot&) for each slot that may be in use. REQUIRES: slots are acquired under the chain mutex, which the
  // caller holds, so that none appears unseen.
  template <typename F>
  void for_each(F&& f) {
    for (const auto& slot : slots_) {
      if (slot->in_use.load(std::memory_order_acquire)) f(*slot);
    }
  }

  std::atomic<uint64_t> global_epoch{1};

 private:
  Mutex mutex_;
  const uint32_t slots_max_;
  std::atomic<uint64_t> in_use_{0};
  std::vector<std::unique_ptr<ReaderSlot>> slots_;  // changed under the chain mutex
};

}  // namespace ddb
