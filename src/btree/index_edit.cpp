// index_edit: slots make room, cells come to the front of the heap; what is erased becomes garbage.
#include "btree/index_edit.h"

#include <cstring>

#include "base/assert.h"

namespace ddb {
namespace {

size_t slot_at(const PageWriter& page, size_t i) {
  return IndexNode(page.data()).slots() + kIndexSlotBytes * i;
}

// Moves slots [first, end) to `to`.
void move_slots(PageWriter& page, size_t to, size_t first, size_t end) {
  if (first == end) return;
  std::byte* target = page.change(slot_at(page, to), (end - first) * kIndexSlotBytes);
  std::memmove(target, page.data() + slot_at(page, first), (end - first) * kIndexSlotBytes);
}

void put_header(PageWriter& page, uint32_t count, uint32_t heap, uint32_t garbage) {
  std::byte* header = page.change(34, 6);
  store_le<uint16_t>(header, static_cast<uint16_t>(count));
  store_le<uint16_t>(header + 2, static_cast<uint16_t>(heap));
  store_le<uint16_t>(header + 4, static_cast<uint16_t>(garbage));
}

// Writes cell and slot; returns the new heap start.
uint32_t put_entry(PageWriter& page, uint32_t slot, const IndexEntry& entry, size_t prefix, uint32_t kind,
                   uint32_t heap) {
  const std::string_view rest = entry.key.substr(prefix);
  const std::string_view tail = rest.substr(std::min<size_t>(rest.size(), kIndexHeadBytes));
  const auto length = static_cast<uint32_t>(entry.payload.size());
  const uint32_t cell = (kind == kVariablePayload ? 2 : 0) + length + static_cast<uint32_t>(tail.size());
  heap -= cell;
  if (cell != 0) {
    std::byte* to = page.change(heap, cell);
    if (kind == kVariablePayload) {
      store_le<uint16_t>(to, static_cast<uint16_t>(length));
      to += 2;
    }
    if (length != 0) std::memcpy(to, entry.payload.data(), length);
    if (!tail.empty()) std::memcpy(to + length, tail.data(), tail.size());
  }
  std::byte* at = page.change(slot_at(page, slot), kIndexSlotBytes);
  store_le<uint32_t>(at, index_head(rest));
  store_le<uint16_t>(at + 4, static_cast<uint16_t>(heap));
  store_le<uint16_t>(at + 6, static_cast<uint16_t>(rest.size()));
  return heap;
}

}  // namespace

IndexChange IndexEditor::insert(PageWriter& page, std::span<const IndexEntry> entries) {
  const IndexNode node(page.data());
  const uint32_t count = node.count();
  const uint32_t kind = node.payload_kind();
  const size_t prefix = node.prefix().size();
  // Keys between two that have the prefix have it too.
  if (!entries.front().key.starts_with(node.prefix()) || !entries.back().key.starts_with(node.prefix()))
    return IndexChange::kRebuild;
  uint64_t bytes = 0;
  for (const IndexEntry& entry : entries) {
    const size_t rest = entry.key.size() - prefix;
    bytes += kIndexSlotBytes + (kind == kVariablePayload ? 2 : 0) + entry.payload.size() +
             (rest > kIndexHeadBytes ? rest - kIndexHeadBytes : 0);
  }
  if (bytes > node.gap()) return IndexChange::kRebuild;
  positions_.clear();
  positions_.reserve(entries.size());
  const uint32_t from = node.level() > 0 ? 1 : 0;
  for (const IndexEntry& entry : entries) {
    const uint32_t at = node.lower_bound(entry.key, from);
    if (at < count && node.compare(at, entry.key) == 0) return IndexChange::kConflict;
    // Keys of a damaged page need not ascend.
    if (!positions_.empty() && at < positions_.back()) return IndexChange::kConflict;
    positions_.push_back(at);
  }
  uint32_t heap = node.heap_start();
  uint32_t end = count;
  for (size_t k = entries.size(); k-- > 0;) {
    const uint32_t at = positions_[k];
    move_slots(page, at + k + 1, at, end);
    end = at;
    heap = put_entry(page, at + static_cast<uint32_t>(k), entries[k], prefix, kind, heap);
  }
  put_header(page, count + static_cast<uint32_t>(entries.size()), heap, node.garbage());
  return IndexChange::kDone;
}

IndexChange IndexEditor::erase(PageWriter& page, std::span<const std::string_view> keys) {
  const IndexNode node(page.data());
  positions_.clear();
  positions_.reserve(keys.size());
  for (const std::string_view key : keys) {
    const uint32_t at = node.lower_bound(key);
    if (at == node.count() || node.compare(at, key) != 0) return IndexChange::kConflict;
    if (!positions_.empty() && at <= positions_.back()) return IndexChange::kConflict;
    positions_.push_back(at);
  }
  erase_positions(page);
  return IndexChange::kDone;
}

void IndexEditor::erase_at(PageWriter& page, uint32_t i) {
  positions_.assign(1, i);
  erase_positions(page);
}

void IndexEditor::erase_positions(PageWriter& page) {
  const IndexNode node(page.data());
  const uint32_t count = node.count();
  const uint32_t heap = node.heap_start();
  uint32_t garbage = node.garbage();
  // The heap never gives bytes back before the page is built anew: so cells that are there are never written over, even if a damaged page
  // has some that overlap.
  for (const uint32_t at : positions_) garbage += node.cell_bytes(at);
  for (size_t k = 0; k < positions_.size(); ++k) {
    const uint32_t next = k + 1 < positions_.size() ? positions_[k + 1] : count;
    move_slots(page, positions_[k] - k, positions_[k] + 1, next);
  }
  put_header(page, count - static_cast<uint32_t>(positions_.size()), heap, garbage);
}

}  // namespace ddb
