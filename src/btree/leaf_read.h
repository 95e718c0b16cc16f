// leaf_read: values of a checked table leaf as vectors: whole columns in place or decoded, chosen rows, single cells, and simple
// predicates on the narrow arrays (STORAGE 32). Nothing here fails but for memory: the leaf was checked when loaded.
//
// Strings refer to the page: they live as long as its guard. Overflow references come out as their kOverflowRefBytes; the
// tree replaces them (is_overflow_cell).
#pragma once

#include <cstdint>
#include <span>

#include "btree/table_leaf.h"
#include "btree/table_schema.h"
#include "record/selection.h"
#include "record/vector.h"

namespace ddb {

// What leaf_index() gives for a column that has no array: its default, or the row id itself.
inline constexpr uint32_t kLeafMissing = ~uint32_t{0};
inline constexpr uint32_t kLeafRowId = ~uint32_t{0} - 1;

// Directory index (or kLeafMissing, kLeafRowId) of a schema column in this leaf.
uint32_t leaf_index(const TableLeaf& leaf, const TableSchema& schema, uint32_t column);

enum class CompareOp : uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kIsNull,
  kIsNotNull
};

// column ⟨op⟩ constant, with SQL's meaning: a NULL satisfies none but kIsNull. Doubles and reals order as PostgreSQL's: NaN
// equals NaN and is above everything, −0 equals 0. Strings by their bytes.
struct ScanPredicate {
  uint32_t column =
      0;  // of the schema; but for NULL tests not a numeric of kind kString, kInterval, kUuid (plan evaluates those)
  CompareOp op = CompareOp::kEqual;
  // The constant, as the column's kind: kBool…kInt64 in `integer`, kInt128 in `wide`, kFloat and kDouble in `real`.
  int64_t integer = 0;
  __int128 wide = 0;
  double real = 0;
  StringView16 string;
};

// True if leaves can evaluate it.
bool is_leaf_predicate(const TableSchema& schema, const ScanPredicate& predicate);

// Row ids of positions [first, first + count) in order.
void read_row_ids(const TableLeaf& leaf, uint32_t first, uint32_t count, int64_t* out);

// Below `index` is a directory index or kLeafRowId. An array that does not suit the kind (a damaged leaf) reads as NULLs.

// The values of positions [first, first + count) of directory entry `index`, as rows 0…count − 1 of `out`: a view into the
// page where the array's layout is the vector's (no permutation, full width and base 0, or kFixed; first % 64 == 0 where there is a
// validity bitmap), a constant where the width is 0 and nothing is NULL, else decoded into its buffer. REQUIRES: out is allocated
// for kVectorRowsMax rows or `count`; count <= its capacity; `kind` is the column's.
void read_column(const TableLeaf& leaf, uint32_t index, PhysicalKind kind, uint32_t first, uint32_t count,
                 Vector* out);

// The values at chosen positions, as rows `to`, `to` + 1, … of `out`, which is owned. For survivors of predicates.
void read_positions(const TableLeaf& leaf, uint32_t index, PhysicalKind kind, const uint16_t* positions,
                    uint32_t count, Vector* out, uint32_t to);

// The value in one slot as row `to` of an owned vector.
void read_cell(const TableLeaf& leaf, uint32_t index, PhysicalKind kind, uint32_t slot, Vector* out,
               uint32_t to);

// Whether the cell is an overflow reference; false for NULL. REQUIRES: `entry` is a kHeap array.
bool is_overflow_cell(const TableLeaf& leaf, const LeafEntry& entry, uint32_t slot);

// Of positions[0 … count) keeps those whose row satisfies the predicate, in place (out may be `positions`); `index` is
// leaf_index() of its column: a default or row id is compared too. A string that lies in overflow pages counts as kept and
// sets *unsure: the caller compares again with the whole value. Returns how many were kept.
uint32_t filter_positions(const TableLeaf& leaf, const TableSchema& schema, const ScanPredicate& predicate,
                          uint32_t index, const uint16_t* positions, uint32_t count, uint16_t* out,
                          bool* unsure);
// The same over all positions [first, first + count).
uint32_t filter_range(const TableLeaf& leaf, const TableSchema& schema, const ScanPredicate& predicate,
                      uint32_t index, uint32_t first, uint32_t count, uint16_t* out, bool* unsure);

}  // namespace ddb
