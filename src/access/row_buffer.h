// row_buffer: rows of a table read by their ids, as a batch of their own.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/status.h"
#include "btree/row_batch.h"
#include "btree/table_reader.h"
#include "record/batch_arena.h"
#include "record/vector.h"

namespace ddb {

// For one thread; reusable. Throws std::bad_alloc.
class RowBuffer {
 public:
  explicit RowBuffer(const TableSchema& schema);

  // Reads these columns (a bit per column of the schema) of the rows that exist. Columns not asked for are null in rows(). 53200 when the
  // values take more than the buffer may hold; XX001; the session's errors. REQUIRES: at most kVectorRowsMax ids.
  Status load(Session& session, TableReader& reader, std::span<const int64_t> row_ids,
              std::span<const uint32_t> columns);
  // Dead at the next load.
  RowBatch rows() const { return {count_, row_ids_.data(), columns_}; }
  const Vector& column(uint32_t i) const { return vectors_[i]; }

 private:
  static constexpr uint64_t kBytesMax = uint64_t{256} << 20;

  const TableSchema& schema_;
  BatchArena buffers_;
  BatchArena heap_;
  std::unique_ptr<Vector[]> vectors_;
  std::vector<const Vector*> columns_;
  std::vector<int64_t> row_ids_;
  uint32_t count_ = 0;
};

}  // namespace ddb
