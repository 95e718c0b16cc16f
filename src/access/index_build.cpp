// index_build: a scan of the columns that the index is made of, keys by batch.
#include "access/index_build.h"

#include <algorithm>
#include <vector>

#include "access/index_keys.h"
#include "access/row_buffer.h"
#include "access/violation.h"
#include "btree/table_cursor.h"

namespace ddb {
namespace {

std::vector<uint32_t> columns_to_read(const TableRules& table, const IndexRules& index) {
  std::vector<uint32_t> columns;
  const auto add = [&](uint32_t column) {
    if (column != table.schema.row_id_column && std::ranges::find(columns, column) == columns.end())
      columns.push_back(column);
  };
  bool all = index.where != nullptr;
  for (const IndexKeyPart& part : index.key) {
    if (part.expression != nullptr) {
      all = true;
    } else {
      add(part.column);
    }
  }
  for (const uint32_t column : index.stored) add(column);
  for (uint32_t column = 0; all && column < table.schema.columns.size(); ++column) add(column);
  return columns;
}

Status repeated(Session& session, const TableRules& table, const IndexRules& index, const RepeatedKey& key) {
  TableReader reader(table.tree, table.schema);
  RowBuffer row(table.schema);
  std::vector<uint32_t> columns;
  std::vector<uint32_t> read;
  for (const IndexKeyPart& part : index.key) {
    if (part.expression != nullptr) continue;
    columns.push_back(part.column);
    if (part.column != table.schema.row_id_column) read.push_back(part.column);
  }
  DDB_RETURN_IF_ERROR(row.load(session, reader, {&key.row_id, 1}, read));
  return Status::error(sqlstate::kUniqueViolation, "could not create unique index \"" + index.name + "\"")
      .with_detail("Key " + describe_key(table, columns, row.rows(), 0) + " is duplicated.")
      .with_object({table.schema_name, table.name, {}, index.name});
}

Status add_rows(Session& session, const TableRules& table, const IndexRules& index, IndexBuilder& builder) {
  const std::vector<uint32_t> columns = columns_to_read(table, index);
  TableCursor cursor(table.tree, table.schema);
  ScanRequest request;
  request.columns = columns;
  request.row_ids = true;
  DDB_RETURN_IF_ERROR(cursor.open(session, request));
  std::vector<const Vector*> vectors(table.schema.columns.size());
  for (uint32_t i = 0; i < columns.size(); ++i) vectors[columns[i]] = &cursor.column(i);
  IndexKeys keys;
  for (;;) {
    DDB_TRY(const uint32_t rows, cursor.next_batch());
    if (rows == 0) return Status::ok();
    DDB_RETURN_IF_ERROR(
        keys.build(table, index, {rows, cursor.row_ids(), vectors}, IndexKeys::Order::kOfRows));
    for (const IndexKeys::Key& key : keys.keys()) {
      const bool may_repeat = key.has_null && index.nulls_distinct;
      DDB_RETURN_IF_ERROR(builder.add({keys.whole(key), keys.payload(key)}, may_repeat));
    }
  }
}

}  // namespace

Status build_index(Session& session, const TableRules& table, const IndexRules& index, IndexBuildMeans& means,
                   uint64_t* rows) {
  IndexBuilder builder(session, index.tree, !index.stored.empty(), index.unique, means);
  if (Status added = add_rows(session, table, index, builder); !added.is_ok())
    return session.fail_transaction(std::move(added));
  DDB_TRY(const std::optional<RepeatedKey> repeat, builder.finish());
  if (repeat) return session.fail_transaction(repeated(session, table, index, *repeat));
  if (rows != nullptr) *rows = builder.entries();
  return Status::ok();
}

}  // namespace ddb
