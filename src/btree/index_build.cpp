// index_build: sizes of pages, and their bytes.
#include "btree/index_build.h"

#include <cstring>

#include "base/assert.h"

namespace ddb {
namespace {

uint32_t payload_cell(const IndexEntry& entry, uint16_t kind) {
  return kind != kVariablePayload ? kind : 2 + static_cast<uint32_t>(entry.payload.size());
}

uint64_t entry_bytes(const IndexEntry& entry, size_t prefix, uint16_t kind) {
  const size_t rest = entry.key.size() > prefix ? entry.key.size() - prefix : 0;
  return uint64_t{kIndexSlotBytes} + payload_cell(entry, kind) +
         (rest > kIndexHeadBytes ? rest - kIndexHeadBytes : 0);
}

// Bytes that all keys begin with; key 0 of an inner page does not count.
size_t prefix_of(std::span<const IndexEntry> entries, IndexPageKind kind) {
  const size_t first = kind.level > 0 ? 1 : 0;
  // Of a single key nothing would be shared.
  if (entries.size() < first + 2) return 0;
  return shared_bytes(entries[first].key, entries.back().key);
}

}  // namespace

size_t IndexScratch::bytes_of(const IndexNode& node) {
  size_t bytes = 0;
  for (uint32_t i = 0; i < node.count(); ++i) bytes += node.key_bytes(i) + node.payload(i).size();
  return bytes;
}

std::string_view IndexScratch::copy(std::string_view bytes) {
  DDB_ASSERT(bytes.size() <= bytes_.size() - used_);
  char* to = bytes_.data() + used_;
  if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
  used_ += bytes.size();
  return {to, bytes.size()};
}

void IndexScratch::add(const IndexNode& node, uint32_t i) {
  const uint32_t bytes = node.key_bytes(i);
  DDB_ASSERT(bytes <= bytes_.size() - used_);
  char* key = bytes_.data() + used_;
  node.copy_key(i, key);
  used_ += bytes;
  entries_.push_back({{key, bytes}, copy(node.payload(i))});
}

uint64_t index_bytes(std::span<const IndexEntry> entries, IndexPageKind kind) {
  const size_t prefix = prefix_of(entries, kind);
  uint64_t bytes = index_prefix_room(prefix);
  for (size_t i = 0; i < entries.size(); ++i) {
    const bool is_empty = kind.level > 0 && i == 0;
    bytes += entry_bytes(is_empty ? IndexEntry{{}, entries[i].payload} : entries[i], prefix, kind.payload);
  }
  return bytes;
}

void build_index_node(PageWriter& page, uint32_t content_bytes, IndexPageKind kind,
                      std::span<const IndexEntry> entries) {
  const size_t prefix = prefix_of(entries, kind);
  std::byte* const data = page.change(kPageHeaderBytes, content_bytes - kPageHeaderBytes) - kPageHeaderBytes;
  const auto put = [&](size_t at, size_t value) {
    store_le<uint16_t>(data + at, static_cast<uint16_t>(value));
  };
  uint32_t heap = content_bytes;
  const auto push = [&](std::string_view bytes) {
    heap -= static_cast<uint32_t>(bytes.size());
    if (!bytes.empty()) std::memcpy(data + heap, bytes.data(), bytes.size());
  };
  const uint32_t slots = kIndexPrefix + index_prefix_room(prefix);
  std::memset(data + kIndexPrefix, 0, slots - kIndexPrefix);
  if (prefix != 0) std::memcpy(data + kIndexPrefix, entries.back().key.data(), prefix);
  put(32, kind.level);
  put(34, entries.size());
  put(38, 0);
  put(40, prefix);
  put(42, 0);
  put(44, kind.payload);
  put(46, 0);
  for (size_t i = 0; i < entries.size(); ++i) {
    const bool is_empty = kind.level > 0 && i == 0;
    const std::string_view rest = is_empty ? std::string_view() : entries[i].key.substr(prefix);
    if (rest.size() > kIndexHeadBytes) push(rest.substr(kIndexHeadBytes));
    push(entries[i].payload);
    if (kind.payload == kVariablePayload) {
      heap -= 2;
      put(heap, entries[i].payload.size());
    }
    std::byte* slot = data + slots + i * kIndexSlotBytes;
    store_le<uint32_t>(slot, index_head(rest));
    store_le<uint16_t>(slot + 4, static_cast<uint16_t>(heap));
    store_le<uint16_t>(slot + 6, static_cast<uint16_t>(rest.size()));
  }
  put(36, heap);
  DDB_ASSERT(slots + entries.size() * kIndexSlotBytes <= heap);
}

void cut_into_pages(std::span<const IndexEntry> entries, IndexPageKind kind, uint32_t content_bytes,
                    uint64_t fill_bytes, std::vector<uint32_t>* ends) {
  ends->clear();
  const uint64_t room = index_room(content_bytes);
  // Any piece shares at least what all share: each byte more saves one an entry and costs one, up to seven to fill up, once.
  const size_t prefix = prefix_of(entries, kind);
  const uint64_t shared = index_prefix_room(prefix);
  uint64_t all = shared;
  for (const IndexEntry& entry : entries) all += entry_bytes(entry, prefix, kind.payload);
  uint64_t target = fill_bytes;
  if (target == 0) target = (all + (all + room - 1) / room - 1) / ((all + room - 1) / room);
  uint64_t piece = shared;
  uint32_t first = 0;
  for (uint32_t i = 0; i < entries.size(); ++i) {
    const uint64_t bytes = entry_bytes(entries[i], prefix, kind.payload);
    if (i > first && (piece + bytes + 7 > room || piece >= target)) {
      ends->push_back(i);
      first = i;
      piece = shared;
    }
    piece += bytes;
  }
  ends->push_back(static_cast<uint32_t>(entries.size()));
}

}  // namespace ddb
