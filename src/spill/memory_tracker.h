// memory_tracker: who holds how many bytes, as a tree: database, statement, operator. Keeps: used() of no level passes its
// limit, and a taking happens at all levels or at none.
//
// A tracker counts, it does not allocate: take before allocating, give back after freeing. Thread-safe: any thread may
// take from and give back to any level. While one thread's taking is being refused further up, its bytes count for a
// moment at the lower levels, so that another thread may be refused although there would just have been room.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "base/memory_budget.h"
#include "base/status.h"

namespace ddb {

class MemoryTracker {
 public:
  static constexpr uint64_t kNoLimit = UINT64_MAX;

  // What a level is called in messages. Both texts outlive the tracker (literals).
  struct Level {
    std::string_view name;     // "statement", "sort"
    std::string_view setting;  // what the user raises, "work_mem"; empty: nothing
  };

  // The database's level. `shared`, if any, is the budget of the page cache, which is charged with the same bytes: the
  // cache gives way to operators until they hold `limit_bytes`.
  MemoryTracker(Level level, uint64_t limit_bytes, MemoryBudget* shared)
      : level_(level), limit_(limit_bytes), parent_(nullptr), shared_(shared) {}
  // A level below `parent`, which outlives it.
  MemoryTracker(Level level, uint64_t limit_bytes, MemoryTracker& parent)
      : level_(level), limit_(limit_bytes), parent_(&parent), shared_(nullptr) {}
  ~MemoryTracker() { DDB_ASSERT(used() == 0); }
  MemoryTracker(const MemoryTracker&) = delete;
  MemoryTracker& operator=(const MemoryTracker&) = delete;

  // Takes `bytes` here and at every level above, or nothing.
  bool try_take(uint64_t bytes) { return take_or_name_full(bytes) == nullptr; }
  // The same as a Status: 53200 naming the level that was full.
  Status take(uint64_t bytes) {
    const MemoryTracker* full = take_or_name_full(bytes);
    return full == nullptr ? Status::ok() : full->refusal(bytes);
  }
  // REQUIRES: bytes were taken and not given back.
  void give_back(uint64_t bytes);

  uint64_t used() const { return used_.load(std::memory_order_relaxed); }
  // The most that was ever held at once.
  uint64_t most() const { return most_.load(std::memory_order_relaxed); }
  uint64_t limit() const { return limit_; }
  // The smallest limit of this level and those above: more can never be held here.
  uint64_t reachable_limit() const;
  const Level& level() const { return level_; }

 private:
  const MemoryTracker* take_or_name_full(uint64_t bytes);
  Status refusal(uint64_t bytes) const;

  const Level level_;
  const uint64_t limit_;
  MemoryTracker* const parent_;
  MemoryBudget* const shared_;
  std::atomic<uint64_t> used_{0};
  std::atomic<uint64_t> most_{0};
};

}  // namespace ddb
