// row_layout: where the columns of a row lie outside leaves: in spills and in hash tables. Keeps: any column is found
// in O(1), from the layout and at most two numbers in the row; one row of vectors has exactly one encoding.
//
//   offset      size
//        0      (n + 7) / 8   bit i % 8 of byte i / 8 is 1 when column i is NULL; bits behind the last column are 0
//        then   sum of slots  per column in order, unaligned, little endian; 0 when NULL:
//                               kBool 1 (0 or 1), kInt16 2, kInt32 4, kInt64 8, kInt128 16, kFloat 4, kDouble 8,
//                               kUuid 16, kInterval 16: months 4, days 4, µs 8
//                               kString 4: where its bytes end in the heap; they begin where those of the kString
//                               column before it end (the first: at 0); NULL has no bytes
//        then   heap          the bytes of the kString columns in order
//
// Equal SQL values may differ here (numeric's display scale, −0, padding, intervals): for equality use keys.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/status.h"
#include "record/physical_kind.h"

namespace ddb {

// Immutable; may be shared between threads.
class RowLayout {
 public:
  static constexpr uint32_t kColumnsMax = 65535;
  static constexpr uint64_t kRowBytesMax = UINT32_MAX;
  static constexpr uint32_t kNoColumn = UINT32_MAX;

  // 54000 for more than kColumnsMax columns. Throws std::bad_alloc.
  static Result<RowLayout> create(std::span<const PhysicalKind> kinds);
  static Result<RowLayout> create(std::span<const SqlType> types);

  uint32_t column_count() const { return static_cast<uint32_t>(columns_.size()); }
  PhysicalKind kind(uint32_t column) const { return columns_[column].kind; }
  // From the start of the row.
  uint32_t slot(uint32_t column) const { return columns_[column].slot; }
  // The kString column before this kString column, or kNoColumn.
  uint32_t string_before(uint32_t column) const { return columns_[column].string_before; }
  uint32_t last_string() const { return last_string_; }
  uint32_t null_bytes() const { return (column_count() + 7) / 8; }
  // The bytes of a row without its heap; where the heap begins.
  uint32_t fixed_bytes() const { return fixed_bytes_; }

  static constexpr uint32_t slot_bytes(PhysicalKind kind) {
    return kind == PhysicalKind::kString ? 4 : static_cast<uint32_t>(bytes_per_value(kind));
  }

 private:
  struct Column {
    PhysicalKind kind;
    uint32_t slot;
    uint32_t string_before;
  };
  std::vector<Column> columns_;
  uint32_t fixed_bytes_ = 0;
  uint32_t last_string_ = kNoColumn;
};

}  // namespace ddb
