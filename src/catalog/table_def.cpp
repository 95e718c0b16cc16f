// table_def: columns found, and the table as its tree sees it.
#include "catalog/table_def.h"

#include <algorithm>

#include "record/physical_kind.h"

namespace ddb {

uint32_t TableDef::position_of(ColumnId column) const {
  for (uint32_t i = 0; i < columns.size(); ++i) {
    if (columns[i].id == column) return i;
  }
  return kNoColumn;
}

uint32_t TableDef::position_of(std::string_view column_name) const {
  for (uint32_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == column_name) return i;
  }
  return kNoColumn;
}

TableSchema make_table_schema(const TableDef& table) {
  TableSchema schema;
  schema.version = table.version;
  schema.columns.reserve(table.columns.size());
  for (const ColumnDef& column : table.columns) {
    TableColumn made;
    made.id = column.id.value;
    made.type = column.type;
    made.kind = physical_kind(column.type);
    made.missing = column.missing ? *column.missing : Value{column.type, Null{}};
    schema.columns.push_back(std::move(made));
  }
  std::sort(schema.columns.begin(), schema.columns.end(),
            [](const TableColumn& a, const TableColumn& b) { return a.id < b.id; });
  for (uint32_t i = 0; i < schema.columns.size(); ++i) {
    if (table.row_id_column.value != 0 && schema.columns[i].id == table.row_id_column.value)
      schema.row_id_column = i;
  }
  return schema;
}

}  // namespace ddb
