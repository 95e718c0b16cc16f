// whole_checks: one scan each.
#include "access/whole_checks.h"

#include <string>
#include <vector>

#include "access/foreign_key.h"
#include "access/violation.h"
#include "btree/index_cursor.h"
#include "btree/table_cursor.h"
#include "record/key_row_id.h"

namespace ddb {
namespace {

Status violation(const ForeignKeyRules& key, WaitingSides sides, const RowBatch& rows, uint32_t row) {
  if (sides.children) return no_parent_violation(key, describe_key(*key.child, key.columns, rows, row));
  // The parent's columns with the child's values, which are the key that the parent lost.
  const std::string of_child = describe_key(*key.child, key.columns, rows, row);
  std::string names = "(";
  for (size_t i = 0; i < key.parent_columns.size(); ++i) {
    if (i > 0) names += ", ";
    names += key.parent->columns[key.parent_columns[i]].name;
  }
  return has_children_violation(key, names + of_child.substr(of_child.find(")=(")));
}

}  // namespace

Status judge_all_children(TableChanger& child, TableChanger& parent, const ForeignKeyRules& key,
                          WaitingSides sides) {
  const TableSchema& schema = key.child->schema;
  std::vector<uint32_t> wanted;
  for (const uint32_t column : key.columns) {
    if (column != schema.row_id_column) wanted.push_back(column);
  }
  TableCursor cursor(key.child->tree, schema);
  ScanRequest request;
  request.columns = wanted;
  request.row_ids = true;
  DDB_RETURN_IF_ERROR(cursor.open(child.session(), request));
  std::vector<const Vector*> columns(schema.columns.size());
  for (uint32_t i = 0; i < wanted.size(); ++i) columns[wanted[i]] = &cursor.column(i);
  uint64_t missing[kValidityWordsMax];
  for (;;) {
    DDB_TRY(const uint32_t count, cursor.next_batch());
    if (count == 0) return Status::ok();
    const RowBatch rows{count, cursor.row_ids(), columns};
    DDB_RETURN_IF_ERROR(find_orphans(parent, key, rows, missing));
    for (uint32_t row = 0; row < count; ++row) {
      if ((missing[row / 64] >> (row % 64) & 1) != 0) return violation(key, sides, rows, row);
    }
  }
}

Status judge_all_keys(TableChanger& table, uint32_t index) {
  IndexCursor cursor(table.rules().indexes[index].tree);
  cursor.open(table.session(), {}, {.backwards = false, .keys = true, .payloads = false});
  std::string last;
  bool is_first = true;
  for (;;) {
    DDB_TRY(const uint32_t count, cursor.next_batch());
    if (count == 0) return Status::ok();
    for (uint32_t i = 0; i < count; ++i) {
      std::string_view columns = cursor.key(i);
      DDB_RETURN_IF_ERROR(take_key_row_id_from_end(columns).status());
      // Equal keys with NULLs may be distinct: the judge of single rows knows.
      if (!is_first && columns == last) DDB_RETURN_IF_ERROR(table.judge_later({index, cursor.row_ids()[i]}));
      is_first = false;
      last.assign(columns);
    }
  }
}

}  // namespace ddb
