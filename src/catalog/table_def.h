// table_def: a table and its columns. Plain data: what makes it valid says check_definition().
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "btree/table_schema.h"
#include "btree/tree_page.h"
#include "catalog/object_id.h"
#include "catalog/stored_expression.h"
#include "record/sql_type.h"
#include "record/value.h"

namespace ddb {

enum class ColumnIdentity : uint8_t { kNone, kAlways, kByDefault };

struct ColumnDef {
  ColumnId id;
  std::string name;
  SqlType type;
  bool not_null = false;
  // Of INSERT without the column, or, if `generated`, what the column always holds.
  std::optional<StoredExpression> default_value;
  bool generated = false;
  // What rows hold that are older than the column; none: NULL.
  std::optional<Value> missing;
  ColumnIdentity identity = ColumnIdentity::kNone;
  SequenceId sequence;  // of an identity column, else 0
  std::string newer_fields;
};

struct TableDef {
  TableId id;
  SchemaId schema;
  std::string name;
  TableTree tree;
  uint32_t version = 1;  // TableSchema::version: rises with every ADD or DROP COLUMN
  std::vector<ColumnDef> columns;
  // The integer primary key that is the row id; 0: none. The primary key constraint is an object of its own.
  ColumnId row_id_column;
  uint16_t next_column_id = 1;  // above every id that a column ever had; 0 once 65535 is taken
  std::string newer_fields;

  // Position in `columns`; kNoColumn if there is none.
  uint32_t position_of(ColumnId column) const;
  uint32_t position_of(std::string_view column_name) const;
};

// What the trees know of the table's columns, in the order of their ids (a tree's columns ascend). `columns` of the table may
// stand in another order; ColumnDef::id = TableColumn::id joins them. Throws std::bad_alloc.
TableSchema make_table_schema(const TableDef& table);

}  // namespace ddb
