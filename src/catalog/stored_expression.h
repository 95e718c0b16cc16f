// stored_expression: an expression that lives in the catalog: a default, a check, a view's query. This layer keeps it and who it
// refers to, and never looks into it.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "catalog/object_id.h"
#include "record/value.h"

namespace ddb {

struct BoundExpression {
  std::string bytes;  // of the layer that bound it: ids, not names (SQL.md 18)
  std::string text;   // for messages
  // What `bytes` names, each once. Becomes dependencies of the column or object that holds the expression.
  std::vector<ObjectReference> references;
  std::string newer_fields;  // of a newer version of the program: kept as they are (record_fields.h)
};

struct StoredExpression {
  std::variant<Value, BoundExpression> content;  // a plain constant, or anything else
  std::string newer_fields;

  const Value* constant() const { return std::get_if<Value>(&content); }
  const BoundExpression* bound() const { return std::get_if<BoundExpression>(&content); }
};

}  // namespace ddb
