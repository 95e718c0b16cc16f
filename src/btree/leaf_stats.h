// leaf_stats: what the rows of a leaf to be need of a column's array, added up row by row. Keeps: adding rows never makes it less.
#pragma once

#include <cstdint>
#include <limits>

#include "btree/leaf_source.h"

namespace ddb {

struct ColumnStats {
  static constexpr uint32_t kNoString = ~uint32_t{0};
  static constexpr uint32_t kLengthsVary = kNoString - 1;

  int64_t low = std::numeric_limits<int64_t>::max();  // of what is not NULL; low > high if nothing is
  int64_t high = std::numeric_limits<int64_t>::min();
  uint64_t heap_bytes = 0;      // of all strings
  uint32_t length = kNoString;  // of all strings, or that lengths vary or there are references
  bool nulls = false;

  bool has_integers() const { return low <= high; }
};

struct RowIdStats {
  uint64_t rows = 0;
  int64_t first = 0;
  int64_t last = 0;
  // REQUIRES: rows > 0
  uint64_t span() const { return static_cast<uint64_t>(last) - static_cast<uint64_t>(first); }
};

// Adds rows [from, from + count) of the source.
void add_rows(const ColumnSource& source, PhysicalKind kind, uint32_t from, uint32_t count,
              ColumnStats* stats);
void add_row_ids(const LeafSource& source, uint32_t from, uint32_t count, RowIdStats* stats);

}  // namespace ddb
