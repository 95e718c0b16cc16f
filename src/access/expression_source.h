// expression_source: makes what the catalog stores of expressions into something that runs over rows. Implemented above this layer, by
// whoever bound them.
#pragma once

#include <memory>

#include "access/table_rules.h"
#include "base/status.h"
#include "catalog/stored_expression.h"
#include "catalog/table_def.h"
#include "record/sql_type.h"

namespace ddb {

enum class ConditionUse : uint8_t { kCheck, kIndex };

struct TypedExpression {
  std::unique_ptr<RowExpression> run;
  SqlType type;
};

// Thread-safe. `schema` is the table's make_table_schema(): positions of columns in batches. It and `table` live no longer than the call.
// Errors: XX001 or 0A000 for bytes that it cannot read, its own. Throws std::bad_alloc.
class ExpressionSource {
 public:
  virtual ~ExpressionSource() = default;
  // A condition over rows of the table, with RowCondition's meaning of its bits for this use.
  virtual Result<std::unique_ptr<RowCondition>> condition(const BoundExpression& bound, ConditionUse use,
                                                          const TableDef& table,
                                                          const TableSchema& schema) = 0;
  // An expression over rows of the table: a column of an index.
  virtual Result<TypedExpression> expression(const BoundExpression& bound, const TableDef& table,
                                             const TableSchema& schema) = 0;
  // What INSERT gives a column that is not named: its default expression, or nextval of its identity. Of the column's type; it reads no
  // columns.
  virtual Result<std::unique_ptr<RowExpression>> column_default(const TableDef& table,
                                                                const ColumnDef& column) = 0;
};

}  // namespace ddb
