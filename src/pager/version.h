// version: one state of one page, and the slab that versions come from. Versions of a page hang from its table slot,
// newest first. Readers walk `older` without a lock; everything else changes under the chain mutex.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/ids.h"
#include "base/memory_budget.h"
#include "base/status.h"

namespace ddb {

inline constexpr uint32_t kNoTempSlot = ~uint32_t{0};

enum class VersionList : uint8_t { kNone, kSuperseded, kHeld, kRetired };

struct alignas(64) Version {
  uint64_t lsn = 0;  // fixed before the version is linked
  std::atomic<Version*> older{nullptr};
  std::atomic<std::byte*> data{nullptr};  // null: in the temp file
  Version* newer = nullptr;
  Version* previous = nullptr;  // neighbours in the list named by `list`
  Version* next = nullptr;
  uint32_t page = 0;
  uint32_t temp_slot = kNoTempSlot;    // a valid copy in the temp file, also while data is set
  std::atomic<uint8_t> referenced{0};  // for the clock; written by readers only when clear
  bool backed = false;                 // the files (with the redo index) give exactly this version back
  bool busy = false;                   // being written to the temp file: not to be freed
  VersionList list = VersionList::kNone;
};
static_assert(sizeof(Version) == 64);

// Doubly linked list through previous/next.
struct VersionQueue {
  Version* first = nullptr;
  Version* last = nullptr;
  uint64_t size = 0;
  void push_back(Version* v, VersionList which) {
    v->list = which;
    v->previous = last;
    v->next = nullptr;
    (last != nullptr ? last->next : first) = v;
    last = v;
    ++size;
  }
  void remove(Version* v) {
    (v->previous != nullptr ? v->previous->next : first) = v->next;
    (v->next != nullptr ? v->next->previous : last) = v->previous;
    v->previous = v->next = nullptr;
    v->list = VersionList::kNone;
    --size;
  }
};

// Version structs in chunks, recycled, never given back before the end. Not thread-safe.
class VersionSlab {
 public:
  explicit VersionSlab(MemoryBudget& budget) : budget_(budget) {}
  ~VersionSlab() { budget_.give_back(chunks_.size() * kChunkVersions * sizeof(Version)); }
  // Null if there is no memory.
  Version* take();
  void give_back(Version* version);
  uint64_t in_use() const { return in_use_; }

 private:
  static constexpr size_t kChunkVersions = 64;
  MemoryBudget& budget_;
  Version* free_ = nullptr;  // linked through next
  uint64_t in_use_ = 0;
  std::vector<std::unique_ptr<Version[]>> chunks_;
};

}  // namespace ddb
