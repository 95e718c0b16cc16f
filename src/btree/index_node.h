// index_node: pages of index trees, leaves and inner pages alike: sorted entries of key and payload. Format and reading in place.
//
//   offset size
//        0   32  page header (format/page.h): type kIndexLeaf or kIndexInner, owner = the tree
//       32    2  level: 0 a leaf, 1 above leaves, …
//       34    2  entries n
//       36    2  heap start h: cells lie in [h, content bytes)
//       38    2  garbage: bytes of the heap that nothing refers to
//       40    2  prefix length: bytes that all keys of the page begin with
//       42    2  zero
//       44    2  payload bytes p of every entry, or kVariablePayload; 4 in inner pages: the child's page number
//       46    2  zero
//       48    q  prefix, filled up with zeros to a multiple of 8 bytes: it lies beside the header, since every search looks at it
//   48 + q  8·n  slots, in order of their keys
//            h  heap
// slot: 4 head · 2 cell offset · 2 key length l, both without the prefix. The head is the first four bytes of the key behind the prefix,
// highest first, filled up with zeros. cell: payload (p bytes, or 2 bytes length and the payload) · key bytes behind prefix and head
// (l − 4 of them, none if l ≤ 4). Child i of an inner page holds keys in [key i, key i + 1); key 0 is never looked at and stored empty.
//
// Invariants (check_index_node): I1 level ≤ kTreeLevelsMax, 0 exactly in leaves; n ≥ 1 in inner pages; slots end at or before h ≤ content
// bytes; I2 every cell lies in the heap; cells and garbage add up to it; I3 heads do not descend, and are those of keys
// of their length; I4 no child is page 0, 1 or the page itself. That whole keys ascend is for verify to judge: searches end whatever
// the bytes say.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "base/byte_order.h"
#include "base/ids.h"
#include "base/status.h"
#include "btree/table_inner.h"
#include "format/page.h"
#include "record/byte_buffer.h"

namespace ddb {

inline constexpr PageType kIndexLeaf = static_cast<PageType>(19);
inline constexpr PageType kIndexInner = static_cast<PageType>(20);

inline constexpr uint32_t kIndexPrefix = 48;  // where it begins, and the slots behind it
inline constexpr uint32_t kIndexSlotBytes = 8;
inline constexpr uint32_t kIndexHeadBytes = 4;
inline constexpr uint32_t kIndexChildBytes = 4;  // payload of inner pages
inline constexpr uint16_t kVariablePayload = 0xFFFF;

// Bytes that the entries of a page, their slots and the prefix share.
constexpr uint32_t index_room(uint32_t content_bytes) { return content_bytes - kIndexPrefix; }
// Bytes that a prefix takes.
constexpr uint32_t index_prefix_room(size_t prefix) { return static_cast<uint32_t>((prefix + 7) / 8 * 8); }
// Of one entry: key and payload, as bytes of slot and cell when nothing of the key is shared. Four fit a page, with a prefix of that size.
constexpr uint32_t index_entry_max(uint32_t content_bytes) { return index_room(content_bytes) / 5; }

// The first four bytes of a key's rest as a number that orders as they do.
inline uint32_t index_head(std::string_view rest) {
  if (rest.empty()) return 0;
  unsigned char bytes[kIndexHeadBytes] = {};
  std::memcpy(bytes, rest.data(), std::min<size_t>(rest.size(), kIndexHeadBytes));
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | bytes[3];
}

// A view of a checked page; dead with its guard.
class IndexNode {
 public:
  explicit IndexNode(const std::byte* page) : page_(page) {}

  uint32_t level() const { return load_le<uint16_t>(page_ + 32); }
  uint32_t count() const { return load_le<uint16_t>(page_ + 34); }
  uint32_t heap_start() const { return load_le<uint16_t>(page_ + 36); }
  uint32_t garbage() const { return load_le<uint16_t>(page_ + 38); }
  uint32_t payload_kind() const { return load_le<uint16_t>(page_ + 44); }
  uint32_t prefix_bytes() const { return load_le<uint16_t>(page_ + 40); }
  std::string_view prefix() const { return text(kIndexPrefix, prefix_bytes()); }
  uint32_t slots() const { return kIndexPrefix + index_prefix_room(prefix_bytes()); }
  uint32_t slots_end() const { return slots() + kIndexSlotBytes * count(); }
  // Free bytes between slots and heap.
  uint32_t gap() const { return heap_start() - slots_end(); }

  uint32_t head(uint32_t i) const { return load_le<uint32_t>(slot(i)); }
  uint32_t cell_offset(uint32_t i) const { return load_le<uint16_t>(slot(i) + 4); }
  // Of the key without the prefix.
  uint32_t rest_bytes(uint32_t i) const { return load_le<uint16_t>(slot(i) + 6); }
  // The key behind prefix and head.
  std::string_view tail(uint32_t i) const {
    const uint32_t bytes = rest_bytes(i);
    const uint32_t offset = cell_offset(i);
    return text(offset + payload_cell_bytes(offset), bytes > kIndexHeadBytes ? bytes - kIndexHeadBytes : 0);
  }
  std::string_view payload(uint32_t i) const {
    const uint32_t offset = cell_offset(i);
    const uint32_t kind = payload_kind();
    if (kind != kVariablePayload) return text(offset, kind);
    return text(offset + 2, load_le<uint16_t>(page_ + offset));
  }
  // REQUIRES: an inner page.
  PageNo child(uint32_t i) const { return PageNo(load_le<uint32_t>(page_ + cell_offset(i))); }
  uint32_t cell_bytes(uint32_t i) const {
    return payload_cell_bytes(cell_offset(i)) + static_cast<uint32_t>(tail(i).size());
  }
  uint32_t key_bytes(uint32_t i) const { return prefix_bytes() + rest_bytes(i); }
  // Writes key i, key_bytes(i) bytes.
  void copy_key(uint32_t i, char* to) const;
  void append_key(uint32_t i, ByteBuffer& out) const { copy_key(i, out.extend(key_bytes(i))); }

  // The first entry from `from` on whose key is ≥ `key`; count() if none. Of inner pages only entries from 1 on have a key.
  uint32_t lower_bound(std::string_view key, uint32_t from = 0) const;
  // −1, 0, 1 as key i is below, equal to or above `key`.
  int compare(uint32_t i, std::string_view key) const;
  bool starts_with(uint32_t i, std::string_view key) const;
  // Of an inner page: the child that holds `key` if any does.
  uint32_t find_child(std::string_view key) const;

  const std::byte* page() const { return page_; }
  const std::byte* slot(uint32_t i) const { return page_ + slots() + size_t{kIndexSlotBytes} * i; }

 private:
  std::string_view text(uint32_t offset, uint32_t bytes) const {
    return {reinterpret_cast<const char*>(page_) + offset, bytes};
  }
  uint32_t payload_cell_bytes(uint32_t offset) const {
    const uint32_t kind = payload_kind();
    return kind != kVariablePayload ? kind : 2u + load_le<uint16_t>(page_ + offset);
  }
  uint32_t lower_head(uint32_t head, uint32_t from, uint32_t to) const;

  const std::byte* page_;
};

// XX001 naming page, offset and rule.
Status check_index_node(std::span<const std::byte> page, uint32_t content_bytes);

}  // namespace ddb
