// table_leaf: the leaf page of a table tree (PAX; ADR 0011, 0013; STORAGE 29–31) and reading its structure in place.
//
//   offset size
//        0   32  page header (format/page.h): type kTableLeaf, owner = the tree
//       32    4  schema version its columns are those of
//       36    2  slots used: rows and holes lie in slots [0, used)
//       38    2  capacity: slots that each array has room for
//       40    2  rows
//       42    2  where the permutation lies: u16 slot numbers of the rows in row id order; 0 = the identity (no holes):
//                then the gap before the heap usually has room for one, 2 bytes a slot
//       44    2  where the heap starts: it fills downwards from the end of the content
//       46    2  bytes of the heap that no cell refers to
//       48    2  columns in the directory, row ids not counted
//       50    2  where the arrays end: the heap does not grow below it
//       52    4  zero
//       56   16  directory entry of the row ids
//       72   16  … of each column, column ids ascending
//     then       arrays, each 16-byte aligned: row ids, then per column its validity (if any) and its values; the permutation
//     heap       [heap start, content end)
//
// directory entry:
//        0    8  base (signed)
//        8    2  where the array lies (0 if width is 0)
//       10    1  width: bytes of a slot
//       11    1  encoding
//       12    2  where the validity bitmap lies, bit slot % 64 of u64 slot / 64 set = not NULL; 0 = no NULLs
//       14    2  column id; 0 for the row ids
//
// encodings of an array                width                slot
//   kNarrow  kBool kInt16 kInt32 kInt64  0, 1, 2, 4, 8      value − base, unsigned little endian; row ids are such too. Width 8 has
//                                                           base 0 (the value itself) but for row ids
//   kFixed   kFloat kDouble kInt128      4, 8, 16           the value, little endian; a uuid's 16 bytes; an interval's months 4,
//            kUuid kInterval                                days 4, µs 8
//   kEqual   kString, all of one length  1…255              the bytes; no value of another length, no overflow
//   kHeap    kString                     4                  u16 offset, u16 length of the bytes in the heap; an empty value {0, 0};
//                                                           length 0xFFFF: kOverflowRefBytes that name overflow pages
// A NULL keeps its slot, all zero. 16-bit offsets suffice: pages end at 32 KiB.
//
// Invariants (check_table_leaf shows them once per load, everything else relies on them):
//  L1 arrays, permutation, bitmaps and heap lie inside the content, in this order, and do not overlap
//  L2 rows ≤ used ≤ capacity; without a permutation rows = used; with one, its first `rows` entries are distinct slots < used
//  L3 row ids in permutation order strictly ascend
//  L4 every valid cell of a kHeap array, of rows, is {0, 0} or lies inside [heap start, content end)
//  L5 base + value stays within the column's kind; base + all that the width holds within int64
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/byte_order.h"
#include "base/ids.h"
#include "base/status.h"
#include "format/page.h"

namespace ddb {

inline constexpr PageType kTableLeaf = static_cast<PageType>(16);
inline constexpr PageType kTableInner = static_cast<PageType>(17);
inline constexpr PageType kOverflow = static_cast<PageType>(18);

inline constexpr size_t kLeafDirectory = 56;
inline constexpr size_t kLeafEntryBytes = 16;
inline constexpr uint16_t kOverflowLength = 0xFFFF;
inline constexpr size_t kOverflowRefBytes = 16;  // overflow.h has their meaning

enum class LeafEncoding : uint8_t { kNarrow = 0, kFixed = 1, kEqual = 2, kHeap = 3 };

struct LeafEntry {
  int64_t base = 0;
  uint16_t offset = 0;
  uint8_t width = 0;
  LeafEncoding encoding = LeafEncoding::kNarrow;
  uint16_t validity = 0;
  uint16_t column_id = 0;
};

// A view of a checked leaf; dead with the guard of its page. Copying is free.
class TableLeaf {
 public:
  explicit TableLeaf(const std::byte* page) : page_(page) {}

  const std::byte* page() const { return page_; }
  uint32_t schema_version() const { return load_le<uint32_t>(page_ + 32); }
  uint32_t used() const { return load_le<uint16_t>(page_ + 36); }
  uint32_t capacity() const { return load_le<uint16_t>(page_ + 38); }
  uint32_t rows() const { return load_le<uint16_t>(page_ + 40); }
  uint32_t permutation() const { return load_le<uint16_t>(page_ + 42); }
  uint32_t heap_start() const { return load_le<uint16_t>(page_ + 44); }
  uint32_t heap_garbage() const { return load_le<uint16_t>(page_ + 46); }
  uint32_t columns() const { return load_le<uint16_t>(page_ + 48); }
  uint32_t arrays_end() const { return load_le<uint16_t>(page_ + 50); }

  LeafEntry row_ids() const { return entry_at(kLeafDirectory); }
  // REQUIRES: index < columns()
  LeafEntry column(uint32_t index) const { return entry_at(kLeafDirectory + (index + 1) * kLeafEntryBytes); }
  // The directory index of a column id, or columns().
  uint32_t find_column(uint16_t id) const {
    uint32_t low = 0;
    for (uint32_t high = columns(); low < high;) {
      const uint32_t middle = (low + high) / 2;
      const std::byte* entry = page_ + kLeafDirectory + (middle + 1) * kLeafEntryBytes;
      if (load_le<uint16_t>(entry + 14) < id) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low < columns() && column(low).column_id == id ? low : columns();
  }

  // Positions count rows in row id order. REQUIRES: position < rows()
  uint32_t slot(uint32_t position) const {
    const uint32_t order = permutation();
    return order == 0 ? position : load_le<uint16_t>(page_ + order + 2 * position);
  }
  int64_t row_id(uint32_t position) const { return integer(row_ids(), slot(position)); }
  // The first position whose row id is ≥ `row_id`, rows() if there is none.
  uint32_t lower_bound(int64_t row_id) const;

  // A cell of a kNarrow array.
  uint64_t narrow(const LeafEntry& entry, uint32_t slot) const {
    const std::byte* at = page_ + entry.offset + size_t{slot} * entry.width;
    switch (entry.width) {
      case 0:
        return 0;
      case 1:
        return static_cast<uint8_t>(*at);
      case 2:
        return load_le<uint16_t>(at);
      case 4:
        return load_le<uint32_t>(at);
      default:
        return load_le<uint64_t>(at);
    }
  }
  int64_t integer(const LeafEntry& entry, uint32_t slot) const {
    return static_cast<int64_t>(static_cast<uint64_t>(entry.base) + narrow(entry, slot));
  }
  bool is_valid(const LeafEntry& entry, uint32_t slot) const {
    return entry.validity == 0 ||
           (load_le<uint64_t>(page_ + entry.validity + slot / 64 * 8) >> (slot % 64) & 1) != 0;
  }

 private:
  LeafEntry entry_at(size_t at) const {
    LeafEntry entry;
    entry.base = static_cast<int64_t>(load_le<uint64_t>(page_ + at));
    entry.offset = load_le<uint16_t>(page_ + at + 8);
    entry.width = static_cast<uint8_t>(page_[at + 10]);
    entry.encoding = static_cast<LeafEncoding>(page_[at + 11]);
    entry.validity = load_le<uint16_t>(page_ + at + 12);
    entry.column_id = load_le<uint16_t>(page_ + at + 14);
    return entry;
  }

  const std::byte* page_;
};

// Shows L1–L4 for any bytes whatever, and L5 in so far as the kind is not needed; O(used × columns), allocates nothing.
// XX001 naming page, offset and rule. `page`: page_bytes long. Page number, owner and checksum are judged elsewhere.
Status check_table_leaf(std::span<const std::byte> page, uint32_t content_bytes);

}  // namespace ddb
