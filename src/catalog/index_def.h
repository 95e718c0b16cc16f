// index_def: an index of a table. The older of two indexes has the smaller id (unique ones are checked in that order, SQL.md 6).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "btree/index_page.h"
#include "catalog/object_id.h"
#include "catalog/stored_expression.h"

namespace ddb {

struct IndexColumn {
  ColumnId column;                             // 0: `expression`
  std::optional<StoredExpression> expression;  // exactly one of the two
  bool descending = false;
  bool nulls_first = false;  // as stored; the default of descending columns is the parser's business
  std::string newer_fields;
};

struct IndexDef {
  IndexId id;
  TableId table;
  SchemaId schema;  // the table's
  std::string name;
  IndexTree tree;
  bool unique = false;
  bool nulls_distinct = true;
  bool valid = true;  // false while it is being built: written to, never read from
  std::vector<IndexColumn> key;
  std::vector<ColumnId> included;
  std::optional<StoredExpression> condition;  // of a partial index
  std::string newer_fields;
};

}  // namespace ddb
