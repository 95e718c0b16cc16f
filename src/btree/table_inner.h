// table_inner: inner pages of table trees: where the leaf of a row id lies. Format, reading in place, and changes.
//
//   offset size
//        0   32  page header (format/page.h): type kTableInner, owner = the tree
//       32    2  level: 1 above leaves, 2 above those, …
//       34    2  children n (at least 1)
//       36    4  zero
//       40    8  zero
//       48  8·c  separators: [0] is unused (zero), [i] = the lowest row id of child i (signed); c = capacity
//     then  4·c  children's page numbers
// c = (content bytes − 48) / 12, rounded down to even. Child i holds row ids in [separator i, separator i + 1); child 0 everything
// below separator 1.
//
// Invariants (check_table_inner): N1 1 ≤ n ≤ c; level 1…kTreeLevelsMax; N2 separators 1…n − 1 strictly ascend; N3 no child is page 0, 1
// or the page itself. The descent checks type, owner and level of every page it reaches, so it ends whatever the bytes say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/byte_order.h"
#include "base/ids.h"
#include "base/status.h"
#include "btree/table_leaf.h"
#include "txn/page_guard.h"

namespace ddb {

inline constexpr uint32_t kTreeLevelsMax = 12;
inline constexpr size_t kInnerKeys = 48;

constexpr uint32_t inner_capacity(uint32_t content_bytes) {
  return (content_bytes - static_cast<uint32_t>(kInnerKeys)) / 12 / 2 * 2;
}

// A view of a checked inner page; dead with the guard of its page.
class TableInner {
 public:
  TableInner(const std::byte* page, uint32_t content_bytes)
      : page_(page), children_at_(kInnerKeys + size_t{8} * inner_capacity(content_bytes)) {}

  uint32_t level() const { return load_le<uint16_t>(page_ + 32); }
  uint32_t count() const { return load_le<uint16_t>(page_ + 34); }
  // REQUIRES: 0 < index < count()
  int64_t separator(uint32_t index) const {
    return static_cast<int64_t>(load_le<uint64_t>(page_ + kInnerKeys + size_t{8} * index));
  }
  PageNo child(uint32_t index) const {
    return PageNo(load_le<uint32_t>(page_ + children_at_ + size_t{4} * index));
  }
  // The child that holds `row_id` if any does: the last one whose separator is ≤ it.
  uint32_t find(int64_t row_id) const {
    uint32_t base = 0;  // the answer lies in [base, base + n]
    for (uint32_t n = count() - 1; n > 0;) {
      const uint32_t half = (n + 1) / 2;
      base = separator(base + half) <= row_id ? base + half : base;
      n -= half;
    }
    return base;
  }

 private:
  const std::byte* page_;
  size_t children_at_;
};

// XX001 naming page, offset and rule.
Status check_table_inner(std::span<const std::byte> page, uint32_t content_bytes);

// --- Changes. REQUIRES: the page is a checked inner page, or a fresh one before build_inner().

// Writes level, children and separators (separators[0] is ignored). REQUIRES: 1 ≤ children.size() ≤ capacity, equal sizes.
void build_inner(PageWriter& page, uint32_t content_bytes, uint32_t level,
                 std::span<const int64_t> separators, std::span<const PageNo> children);
// Makes `child` the one at `index` (> 0), with its separator; false when the page is full (nothing changed).
bool insert_child(PageWriter& page, uint32_t content_bytes, uint32_t index, int64_t separator, PageNo child);
// Takes child `index` out; child 0 too: then child 1 becomes child 0. REQUIRES: count() > 1.
void erase_child(PageWriter& page, uint32_t content_bytes, uint32_t index);
void set_child(PageWriter& page, uint32_t content_bytes, uint32_t index, PageNo child);
void set_separator(PageWriter& page, uint32_t index, int64_t separator);

}  // namespace ddb
