// table_reader: rows of a table tree by row id.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/status.h"
#include "btree/column_map.h"
#include "btree/row_lines.h"
#include "btree/table_schema.h"
#include "btree/tree_page.h"
#include "record/vector.h"

namespace ddb {

// A row that was found. Keeps its page in place: strings refer to it.
struct FoundRow {
  PageRef page;
  uint32_t position = 0;
  uint32_t slot = 0;
};

// For one thread; usable with any session and snapshot of the database, in read and write transactions. `schema` outlives it.
// Warm, it allocates nothing and makes no system call, overflow values apart.
class TableReader {
 public:
  // Throws std::bad_alloc.
  TableReader(const TableTree& tree, const TableSchema& schema);

  // Whether the row exists; if so keeps its page in *row. XX001; the session's errors.
  Result<bool> find(Session& session, int64_t row_id, FoundRow* row);
  // Chosen columns (of the schema) of a found row as row `to` of owned vectors of their kinds, one per column. Short strings are
  // copied, longer ones refer to the page (they live as long as `row`), overflow values are copied to `heap`, as are
  // defaults of columns that the row was written before (53200 when that is full). Throws std::bad_alloc.
  Status read(Session& session, const FoundRow& row, std::span<const uint32_t> columns,
              std::span<Vector* const> out, uint32_t to, BatchArena& heap);

  const TableSchema& schema() const { return schema_; }
  const TableTree& tree() const { return tree_; }

 private:
  friend class TableWriter;
  const TableTree tree_;
  const TableSchema& schema_;
  ColumnMap map_;
  RowLines lines_;
  std::string value_;    // of an overflow chain
  std::string scratch_;  // for decompression
};

// Row `to` of a vector of kInt16…kInt64 becomes the row id (the integer primary key is no array of its own).
void set_row_id(int64_t row_id, PhysicalKind kind, Vector* out, uint32_t to);

// Replaces the reference to overflow pages in row `row` of an owned vector by the value, copied to `heap`. XX001, 53200.
Status resolve_overflow(Session& session, TreeId tree, Vector* strings, uint32_t row, BatchArena& heap,
                        std::string& value, std::string& scratch);

}  // namespace ddb
