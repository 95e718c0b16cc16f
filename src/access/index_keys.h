// index_keys: the entries that the rows of a batch have in one index, sorted.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "access/table_rules.h"
#include "base/status.h"
#include "btree/index_entry.h"
#include "btree/row_batch.h"
#include "record/batch_arena.h"
#include "record/byte_buffer.h"
#include "record/row_layout.h"

namespace ddb {

// Appends the key bytes of one column of a row, of the row id's column too.
Status append_column_key(const TableSchema& schema, uint32_t column, const KeyColumn& order,
                         const RowBatch& rows, uint32_t row, ByteBuffer& out);
// Whether the column is NULL in the row; the row id's column never is.
bool is_null_in(const TableSchema& schema, uint32_t column, const RowBatch& rows, uint32_t row);

// For one thread; reusable: warm, it allocates nothing. Throws std::bad_alloc.
class IndexKeys {
 public:
  struct Key {
    uint64_t head = 0;  // first bytes of the key, highest first
    uint32_t row = 0;   // of the batch
    uint32_t begin = 0, columns_end = 0, end = 0;
    uint32_t payload_begin = 0, payload_end = 0;
    bool has_null = false;  // a key column is NULL
  };
  static constexpr uint64_t kExpressionBytesMax = uint64_t{64} << 20;

  IndexKeys() : memory_(kExpressionBytesMax) {}

  enum class Order { kOfKeys, kOfRows };
  // The entries of all rows that the index takes, sorted by their bytes unless asked otherwise. 54000 for a batch whose keys pass 4 GiB; errors of expressions.
  Status build(const TableRules& table, const IndexRules& index, const RowBatch& rows,
               Order order = Order::kOfKeys);
  // Only those of rows whose bit in `rows_wanted` is set.
  void keep(const uint64_t* rows_wanted);

  std::span<const Key> keys() const { return keys_; }
  // Columns without the row id; with it; beside it.
  std::string_view columns(const Key& key) const { return cut(bytes_, key.begin, key.columns_end); }
  std::string_view whole(const Key& key) const { return cut(bytes_, key.begin, key.end); }
  std::string_view payload(const Key& key) const {
    return cut(payloads_, key.payload_begin, key.payload_end);
  }

 private:
  static std::string_view cut(const ByteBuffer& bytes, uint32_t begin, uint32_t end) {
    return bytes.view().substr(begin, end - begin);
  }
  Status append_key(const TableRules& table, const IndexRules& index, const RowBatch& rows, uint32_t row,
                    Key* key);
  Status append_payload(const RowLayout& layout, uint32_t row, Key* key);
  Status fill_row_ids(PhysicalKind kind, const RowBatch& rows);

  std::vector<Key> keys_;
  ByteBuffer bytes_, payloads_;
  BatchArena memory_;                              // of expressions
  BatchArena row_ids_memory_{uint64_t{64} << 10};  // never reset: the vector keeps its buffer
  std::vector<const Vector*> parts_, stored_;
  Vector row_ids_;  // of an index that stores the row id's column
};

}  // namespace ddb
