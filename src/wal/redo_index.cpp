// redo_index: chunks of entries that never move, and an open-addressing table of heads.
#include "wal/redo_index.h"

#include <algorithm>
#include <new>

namespace ddb {
namespace {

constexpr uint32_t kFirstTableBits = 10;
constexpr uint64_t kGroupBytes = 4096;
constexpr size_t kMergeAtOnce = 1024;  // frames; merging many hides the misses of the table
constexpr size_t kPrefetchDistance = 12;

}  // namespace

void RedoIndex::charge(uint64_t bytes) {
  budget_.take(bytes);
  charged_ += bytes;
}

bool RedoIndex::stage(PageNo page, FrameKind kind, const FramePlace& place, uint32_t lsn_delta) {
  const uint64_t index = uint64_t{entries_} + staged_.size();
  if (index >= kNone) return false;
  const uint64_t offset = place.block_offset + place.frame_offset;
  if (break_group_ || offset - group_begin_ > kGroupBytes) {
    break_group_ = false;
    group_begin_ = offset;
    groups_.push_back({place.block_offset / kBlockAlign | uint64_t{place.frame_offset} << 36,
                       static_cast<uint32_t>(index), lsn_delta});
  }
  staged_.push_back({page.value, kind});
  return true;
}

void RedoIndex::commit_staged() {
  staged_committed_ = staged_.size();
  groups_committed_ = groups_.size();
  if (staged_committed_ >= kMergeAtOnce) merge_committed();
}

void RedoIndex::drop_staged() {
  staged_.resize(staged_committed_);
  groups_.resize(groups_committed_);
  break_group_ = true;
}

void RedoIndex::expect(uint64_t log_bytes) {
  try {
    groups_.reserve(log_bytes / kGroupBytes + 1);
  } catch (const std::bad_alloc&) {
    return;  // it will grow as needed
  }
}

void RedoIndex::break_group() { break_group_ = true; }

void RedoIndex::finish() {
  drop_staged();
  merge_committed();
  charge(groups_.size() * sizeof(Group));
  staged_ = {};
}

void RedoIndex::merge_committed() {
  if (table_.empty()) grow_table();
  for (size_t i = 0; i < staged_committed_; ++i) {
    if (i + kPrefetchDistance < staged_committed_) {
      __builtin_prefetch(&table_[first_slot(staged_[i + kPrefetchDistance].page)], 1);
    }
    const Staged& frame = staged_[i];
    if (5 * (keys_ + 1) > 4 * table_.size()) grow_table();
    if ((entries_ & kChunkMask) == 0) {
      chunks_.push_back(std::make_unique_for_overwrite<uint32_t[]>(size_t{1} << kChunkBits));
      charge(sizeof(uint32_t) << kChunkBits);
    }
    Slot& slot = table_[slot_of(frame.page)];
    if (slot.page != frame.page) {
      slot.page = frame.page;
      ++keys_;
    }
    if (slot.head == kNone) ++pages_;
    const uint32_t previous = frame.kind == FrameKind::kDelta ? slot.head : kNone;
    chunks_.back()[entries_ & kChunkMask] = previous | static_cast<uint32_t>(frame.kind) << 30;
    slot.head = entries_++;
  }
  staged_.erase(staged_.begin(), staged_.begin() + static_cast<std::ptrdiff_t>(staged_committed_));
  staged_committed_ = 0;
}

size_t RedoIndex::group_of(uint32_t index) const {
  const auto behind = std::upper_bound(groups_.begin(), groups_.end(), index,
                                       [](uint32_t i, const Group& group) { return i < group.first_entry; });
  return static_cast<size_t>(behind - groups_.begin()) - 1;
}

size_t RedoIndex::slot_of(uint32_t page) const {
  const size_t mask = table_.size() - 1;
  size_t i = first_slot(page);
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
