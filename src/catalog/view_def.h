// view_def: a query with a name.
#pragma once

#include <string>
#include <vector>

#include "catalog/object_id.h"
#include "catalog/stored_expression.h"
#include "record/sql_type.h"

namespace ddb {

struct ViewColumn {
  std::string name;
  SqlType type;
  std::string newer_fields;
};

struct ViewDef {
  ViewId id;
  SchemaId schema;
  std::string name;
  std::vector<ViewColumn> columns;
  StoredExpression query;
  std::string newer_fields;
};

}  // namespace ddb
