// row_batch: rows on their way into a table tree.
#pragma once

#include <cstdint>
#include <span>

#include "record/vector.h"

namespace ddb {

// Row i is row_ids[i] and row i of each vector. A view: everything in it belongs to somebody else.
struct RowBatch {
  uint32_t rows = 0;
  const int64_t* row_ids = nullptr;
  // One per column of the schema, of its kind. That of the row id column is never read (may be null).
  std::span<const Vector* const> columns;
  // Null: every string is itself. Else per column null or a bitmap like a validity: a set bit says that this row's string is a
  // reference of kOverflowRefBytes to overflow pages. Only the tree sets this.
  const uint64_t* const* overflow = nullptr;

  bool is_overflow(uint32_t column, uint32_t row) const {
    return overflow != nullptr && overflow[column] != nullptr &&
           (overflow[column][row / 64] >> (row % 64) & 1) != 0;
  }
};

}  // namespace ddb
