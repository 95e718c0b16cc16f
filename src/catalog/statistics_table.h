// statistics_table: the stored statistics of all tables: a table tree of its own, one row per table: (table id bigint = row id,
// record bytea, which statistics_codec.h describes).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/status.h"
#include "btree/table_schema.h"
#include "btree/table_writer.h"
#include "btree/tree_page.h"
#include "catalog/statistics.h"
#include "txn/session.h"

namespace ddb {

// The columns of such a tree. Throws std::bad_alloc.
TableSchema statistics_schema();
// An empty tree, in a write transaction. The session's errors.
Result<TableTree> create_statistics_tree(Session& session, TreeId tree);

// For one thread, with any sessions of the database. Everything throws std::bad_alloc.
class StatisticsTable {
 public:
  explicit StatisticsTable(const TableTree& tree) : tree_(tree), schema_(statistics_schema()) {}
  StatisticsTable(const StatisticsTable&) = delete;
  StatisticsTable& operator=(const StatisticsTable&) = delete;

  // As of the session's snapshot; nothing if there is no row. XX001 damaged, 0A000 newer (the planner goes on without; ANALYZE
  // mends both); the session's errors.
  Result<std::optional<TableStatistics>> read(Session& session, int64_t table_id) const;
  // In a write transaction; replaces what there is. XX001 for statistics that check_statistics() refuses; 54000; the session's errors.
  Status write(Session& session, int64_t table_id, const TableStatistics& statistics) const;
  // In a write transaction; false if there was no row. When the table is dropped.
  Result<bool> remove(Session& session, int64_t table_id) const;

 private:
  const TableTree tree_;
  const TableSchema schema_;
};

}  // namespace ddb
