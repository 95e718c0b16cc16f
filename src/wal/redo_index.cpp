// redo_index: chunks of entries that never move, and an open-addressing table of heads.
#include "wal/redo_index.h"

#include <algorithm>

namespace ddb {
namespace {

constexpr uint32_t kFirstTableBits = 10;
// place: bits 0..35 block offset / 16, 36..59 frame offset, 60..61 kind
constexpr uint64_t kBlockMask = (uint64_t{1} << 36) - 1;

uint64_t pack(const FramePlace& place) {
  return place.block_offset / kBlockAlign | uint64_t{place.frame_offset} << 36 | static_cast<uint64_t>(place.kind) << 60;
}

}  // namespace

FramePlace RedoIndex::unpack(uint64_t place) {
  return {(place & kBlockMask) * kBlockAlign, static_cast<uint32_t>(place >> 36 & 0xFFFFFF),
          static_cast<FrameKind>(place >> 60 & 3)};
}

void RedoIndex::charge(uint64_t bytes) {
  budget_.take(bytes);
  charged_ += bytes;
}

bool RedoIndex::stage(PageNo page, const FramePlace& place, uint32_t lsn_delta) {
  const uint64_t index = uint64_t{entries_} + staged_pages_.size();
  if (index >= kNone) return false;
  if (index >> kChunkBits == chunks_.size()) {
    chunks_.push_back(std::make_unique_for_overwrite<Entry[]>(size_t{1} << kChunkBits));
    charge(sizeof(Entry) << kChunkBits);
  }
  staged_pages_.push_back(page.value);
  at(static_cast<uint32_t>(index)) = {pack(place), kNone, lsn_delta};
  return true;
}

void RedoIndex::merge_staged() {
  for (const uint32_t page : staged_pages_) {
    Entry& entry = at(entries_);
    if (2 * (keys_ + 1) > table_.size()) grow_table();
    Slot& slot = table_[slot_of(page)];
    if (slot.page != page) {
      slot.page = page;
      ++keys_;
    }
    if (slot.head == kNone) ++pages_;
    if (unpack(entry.place).kind == FrameKind::kDelta) entry.previous = slot.head;
    slot.head = entries_++;
  }
  staged_pages_.clear();
}

void RedoIndex::drop_staged() { staged_pages_.clear(); }

size_t RedoIndex::slot_of(uint32_t page) const {
  const size_t mask = table_.size() - 1;
  size_t i = (page * 0x9E3779B1u) >> shift_;
  while (table_[i].page != page && table_[i].page != kNoPage.value) i = (i + 1) & mask;
  return i;
}

void RedoIndex::grow_table() {
  const uint32_t bits = table_.empty() ? kFirstTableBits : 32 - shift_ + 1;
  std::vector<Slot> old(size_t{1} << bits);
  charge((old.size() - table_.size()) * sizeof(Slot));
  old.swap(table_);
  shift_ = 32 - bits;
  for (const Slot& slot : old) {
    if (slot.page != kNoPage.value) table_[slot_of(slot.page)] = slot;
  }
}

uint32_t RedoIndex::head(PageNo page) const {
  if (table_.empty() || page == kNoPage) return kNone;
  const Slot& slot = table_[slot_of(page.value)];
  return slot.page == page.value ? slot.head : kNone;
}

void RedoIndex::erase(PageNo page) {
  if (table_.empty() || page == kNoPage) return;
  Slot& slot = table_[slot_of(page.value)];
  if (slot.page != page.value || slot.head == kNone) return;
  slot.head = kNone;
  --pages_;
}

void RedoIndex::build_order() {
  order_.clear();
  order_.reserve(pages_);
  for (const Slot& slot : table_) {
    if (slot.page != kNoPage.value && slot.head != kNone) order_.push_back(slot.page);
  }
  std::sort(order_.begin(), order_.end());
  next_alive_.resize(order_.size() + 1);
  for (uint32_t i = 0; i < next_alive_.size(); ++i) next_alive_[i] = i;
  charge((order_.capacity() + next_alive_.capacity()) * sizeof(uint32_t));
}

// The first i' ≥ i whose page is still indexed; order_.size() if none. Skipped stretches are remembered.
uint32_t RedoIndex::live_from(uint32_t i) {
  uint32_t live = i;
  while (live < order_.size()) {
    if (next_alive_[live] != live) {
      live = next_alive_[live];
    } else if (head(PageNo(order_[live])) == kNone) {
      next_alive_[live] = live + 1;
    } else {
      break;
    }
  }
  while (i < live) {
    const uint32_t next = next_alive_[i];
    next_alive_[i] = live;
    i = next;
  }
  return live;
}

std::optional<PageNo> RedoIndex::first_from(PageNo from) {
  if (pages_ == 0) return std::nullopt;
  if (next_alive_.empty()) build_order();
  const auto i = std::lower_bound(order_.begin(), order_.end(), from.value) - order_.begin();
  const uint32_t live = live_from(static_cast<uint32_t>(i));
  if (live == order_.size()) return std::nullopt;
  return PageNo(order_[live]);
}

}  // namespace ddb
