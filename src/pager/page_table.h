// page_table: the array by page number from which versions hang, three levels deep so that 2^32 pages need no resizing.
// find() is lock-free; everything else runs under the chain mutex. Keeps: levels, once made, stay until the end.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/ids.h"
#include "base/memory_budget.h"
#include "base/status.h"

namespace ddb {

struct Version;

class PageTable {
 public:
  static constexpr uint32_t kLeafSlots = 512;
  static constexpr uint32_t kMiddleSlots = 4096;
  static constexpr uint32_t kRootSlots = 2048;

  explicit PageTable(MemoryBudget& budget) : budget_(budget) {}
  ~PageTable();
  PageTable(const PageTable&) = delete;
  PageTable& operator=(const PageTable&) = delete;

  // The newest version's slot, null if the page was never touched.
  std::atomic<Version*>* find(PageNo page) const {
    const Middle* middle = root_[page.value / (kLeafSlots * kMiddleSlots)].load(std::memory_order_acquire);
    if (middle == nullptr) return nullptr;
    Leaf* leaf = middle->leaves[page.value / kLeafSlots % kMiddleSlots].load(std::memory_order_acquire);
    return leaf == nullptr ? nullptr : &leaf->heads[page.value % kLeafSlots];
  }
  // Makes the slot. Null if there is no memory.
  std::atomic<Version*>* ensure(PageNo page);

  // Pages whose newest version is not in the main file. REQUIRES for set_dirty: ensure() succeeded.
  void set_dirty(PageNo page);
  void clear_dirty(PageNo page);
  uint64_t dirty_pages() const { return dirty_.load(std::memory_order_relaxed); }
  // The smallest dirty page ≥ from.
  std::optional<PageNo> next_dirty(PageNo from) const;

 private:
  struct Leaf {
    std::atomic<Version*> heads[kLeafSlots] = {};
    uint64_t dirty[kLeafSlots / 64] = {};
    uint32_t dirty_count = 0;
  };
  struct Middle {
    std::atomic<Leaf*> leaves[kMiddleSlots] = {};
    uint64_t dirty_count = 0;
  };
  Leaf* leaf_of(PageNo page, Middle** middle) const;

  MemoryBudget& budget_;
  uint64_t charged_ = 0;
  std::atomic<uint64_t> dirty_{0};
  std::atomic<Middle*> root_[kRootSlots] = {};
};

}  // namespace ddb
