// row_scratch: one row of a table as vectors of one row, on its way from a leaf or a batch to a leaf.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "btree/row_batch.h"
#include "btree/table_writer.h"
#include "record/batch_arena.h"

namespace ddb {

struct TableWriter::RowScratch {
  RowScratch(const TableSchema& schema, uint64_t bytes_max) : buffers(bytes_max), heap(bytes_max) {
    vectors = std::make_unique<Vector[]>(schema.columns.size());
    overflow_words.resize(schema.columns.size());
    overflow.resize(schema.columns.size());
    columns.resize(schema.columns.size());
    for (size_t i = 0; i < columns.size(); ++i) {
      columns[i] = &vectors[i];
      overflow[i] = &overflow_words[i];
    }
  }
  // Forgets the row. 53200.
  Status clear(const TableSchema& schema) {
    heap.reset();
    for (size_t i = 0; i < columns.size(); ++i) {
      DDB_RETURN_IF_ERROR(vectors[i].allocate(schema.columns[i].kind, 1, buffers));
      overflow_words[i] = 0;
    }
    return Status::ok();
  }
  RowBatch batch() {
    return {1, &row_id, std::span<const Vector* const>(columns.data(), columns.size()), overflow.data()};
  }
  // Text of any length that the row's vector refers to: kept in memory of the scratch, whose size a row bounds.
  void set_text(uint32_t column, std::string_view text) {
    vectors[column].set_valid(0);
    vectors[column].set<StringView16>(0, StringView16(text));
  }

  int64_t row_id = 0;
  BatchArena buffers;
  BatchArena heap;
  std::unique_ptr<Vector[]> vectors;
  std::vector<const Vector*> columns;
  std::vector<uint64_t> overflow_words;
  std::vector<const uint64_t*> overflow;
  std::vector<std::string> references;  // of kOverflowRefBytes each
  std::string scratch;
};

}  // namespace ddb
