// page_table: growth and dirty bits.
#include "pager/page_table.h"

#include <bit>
#include <new>

#include "base/assert.h"

namespace ddb {

PageTable::~PageTable() {
  for (auto& entry : root_) {
    Middle* middle = entry.load(std::memory_order_relaxed);
    if (middle == nullptr) continue;
    for (auto& leaf : middle->leaves) delete leaf.load(std::memory_order_relaxed);
    delete middle;
  }
  budget_.give_back(charged_);
}

std::atomic<Version*>* PageTable::ensure(PageNo page) {
  auto& middle_entry = root_[page.value / (kLeafSlots * kMiddleSlots)];
  Middle* middle = middle_entry.load(std::memory_order_relaxed);
  if (middle == nullptr) {
    middle = new (std::nothrow) Middle;
    if (middle == nullptr) return nullptr;
    budget_.take(sizeof(Middle));
    charged_ += sizeof(Middle);
    middle_entry.store(middle, std::memory_order_release);
  }
  auto& leaf_entry = middle->leaves[page.value / kLeafSlots % kMiddleSlots];
  Leaf* leaf = leaf_entry.load(std::memory_order_relaxed);
  if (leaf == nullptr) {
    leaf = new (std::nothrow) Leaf;
    if (leaf == nullptr) return nullptr;
    budget_.take(sizeof(Leaf));
    charged_ += sizeof(Leaf);
    leaf_entry.store(leaf, std::memory_order_release);
  }
  return &leaf->heads[page.value % kLeafSlots];
}

PageTable::Leaf* PageTable::leaf_of(PageNo page, Middle** middle) const {
  *middle = root_[page.value / (kLeafSlots * kMiddleSlots)].load(std::memory_order_relaxed);
  if (*middle == nullptr) return nullptr;
  return (*middle)->leaves[page.value / kLeafSlots % kMiddleSlots].load(std::memory_order_relaxed);
}

void PageTable::set_dirty(PageNo page) {
  Middle* middle = nullptr;
  Leaf* leaf = leaf_of(page, &middle);
  DDB_ASSERT(leaf != nullptr);
  uint64_t& word = leaf->dirty[page.value % kLeafSlots / 64];
  const uint64_t bit = uint64_t{1} << (page.value % 64);
  if ((word & bit) != 0) return;
  word |= bit;
  ++leaf->dirty_count;
  ++middle->dirty_count;
  dirty_.fetch_add(1, std::memory_order_relaxed);
}

void PageTable::clear_dirty(PageNo page) {
  Middle* middle = nullptr;
  Leaf* leaf = leaf_of(page, &middle);
  if (leaf == nullptr) return;
  uint64_t& word = leaf->dirty[page.value % kLeafSlots / 64];
  const uint64_t bit = uint64_t{1} << (page.value % 64);
  if ((word & bit) == 0) return;
  word &= ~bit;
  --leaf->dirty_count;
  --middle->dirty_count;
  dirty_.fetch_sub(1, std::memory_order_relaxed);
}

std::optional<PageNo> PageTable::next_dirty(PageNo from) const {
  uint64_t page = from.value;
  while (page <= 0xFFFFFFFFull) {
    const Middle* middle = root_[page / (kLeafSlots * kMiddleSlots)].load(std::memory_order_relaxed);
    if (middle == nullptr || middle->dirty_count == 0) {
      page = (page / (kLeafSlots * kMiddleSlots) + 1) * (kLeafSlots * kMiddleSlots);
      continue;
    }
    const Leaf* leaf = middle->leaves[page / kLeafSlots % kMiddleSlots].load(std::memory_order_relaxed);
    if (leaf == nullptr || leaf->dirty_count == 0) {
      page = (page / kLeafSlots + 1) * kLeafSlots;
      continue;
    }
    const uint64_t word = leaf->dirty[page % kLeafSlots / 64] >> (page % 64);
    if (word != 0) return PageNo(static_cast<uint32_t>(page + static_cast<uint64_t>(std::countr_zero(word))));
    page = (page / 64 + 1) * 64;
  }
  return std::nullopt;
}

}  // namespace ddb
