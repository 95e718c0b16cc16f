// sorted_batch: the rows of a batch in ascending order of their row ids, so that rows of one leaf come one after the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "btree/row_batch.h"
#include "btree/table_schema.h"
#include "record/batch_arena.h"
#include "record/vector.h"

namespace ddb {

// For one thread; reusable: warm, it allocates nothing. Throws std::bad_alloc.
class SortedBatch {
 public:
  // Below it a descent per row is cheaper than sorting.
  static constexpr uint32_t kRowsMin = 16;
  // Of the copy; wider batches stay as they are.
  static constexpr uint64_t kBytesMax = uint64_t{4} << 20;

  explicit SortedBatch(const TableSchema& schema);

  // Whether the rows are in no order and few bytes enough. REQUIRES: batch.rows <= kVectorRowsMax.
  bool wants(const RowBatch& batch) const;
  // Copies the rows in order; strings are those of the batch. False: two rows have one id, or there is no room; there is no copy then.
  // REQUIRES: wants(batch).
  bool sort(const RowBatch& batch);
  // Lives until the next sort(), at most as long as the strings of the batch.
  RowBatch rows() const { return {rows_, row_ids_.data(), columns_}; }

 private:
  void order_rows(const RowBatch& batch);
  void take_column(const Vector& source, Vector& to);

  const TableSchema& schema_;
  uint64_t row_bytes_ = 0;
  uint32_t rows_ = 0;
  // A row id above the smallest, and the row's place in the lowest bits.
  std::vector<uint64_t> order_, scratch_;
  std::vector<uint16_t> from_;  // row i comes from this row of the batch
  std::vector<int64_t> row_ids_;
  BatchArena memory_;
  std::unique_ptr<Vector[]> vectors_;
  std::vector<const Vector*> columns_;
};

}  // namespace ddb
