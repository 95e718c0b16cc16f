// leaf_edit: changes a table leaf in place where it fits; where it does not, it changes nothing and says so, and the tree
// rebuilds or splits. The leaf's schema version must be the schema's (the tree rebuilds older ones first).
//
// Changes touch as few 64-byte lines as they can: a random one-row insert or delete logs ≤ 600 bytes (STORAGE 30).
#pragma once

#include <cstdint>
#include <vector>

#include "btree/leaf_build.h"
#include "btree/row_batch.h"
#include "btree/table_leaf.h"
#include "btree/table_schema.h"
#include "txn/page_guard.h"

namespace ddb {

enum class LeafChange : uint8_t {
  kDone,
  kRebuild,  // an array is too narrow, an encoding or bitmap is missing, holes or garbage are in the way, or it is full
};

class LeafEditor {
 public:
  LeafEditor(const TableSchema& schema, uint32_t content_bytes);  // `schema` outlives this

  // Inserts one row at `position` (= lower_bound of its id, which is not there yet).
  LeafChange insert(PageWriter& leaf, uint32_t position, const RowBatch& batch, uint32_t row) const;
  // Appends rows [first, first + count) whose ids lie above every row of the leaf and ascend; column by column. Returns how
  // many were appended, from the front: fewer than `count` only when the next one needs a rebuild or does not fit.
  uint32_t append(PageWriter& leaf, const RowBatch& batch, uint32_t first, uint32_t count) const;
  // Sets schema column `column` of the row in `slot` to row `row` of `values` (a vector of the column's kind); `overflow` says
  // that the string is a reference to overflow pages.
  LeafChange update(PageWriter& leaf, uint32_t slot, uint32_t column, const Vector& values, uint32_t row,
                    bool overflow) const;
  // Removes the row at `position`. kRebuild only when the leaf has no permutation nor room for one and the row is not the last one.
  LeafChange erase(PageWriter& leaf, uint32_t position) const;

 private:
  struct Cell;
  struct Heap;

  bool is_current(const TableLeaf& leaf) const;
  bool cell_fits(const LeafEntry& entry, const Cell& cell, uint32_t* heap_bytes) const;
  uint32_t append_run(PageWriter& leaf, const RowBatch& batch, uint32_t first, uint32_t count) const;
  uint32_t rows_that_fit(const TableLeaf& leaf, const RowBatch& batch, uint32_t first, uint32_t count) const;
  LeafChange update_heap(PageWriter& leaf, const LeafEntry& entry, uint32_t slot, const Cell& cell) const;

  const TableSchema& schema_;
  const uint32_t content_bytes_;
  std::vector<uint32_t> schema_columns_;  // of each directory entry but the first
  std::vector<uint32_t> entries_;         // of each schema column
};

}  // namespace ddb
