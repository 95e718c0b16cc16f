// table_rules: what the rows of a table must keep, resolved: positions of columns, trees, parents and children. Made once per schema
// version, by whoever knows the catalog; immutable in use and shared by sessions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/status.h"
#include "btree/index_page.h"
#include "btree/row_batch.h"
#include "btree/table_schema.h"
#include "btree/tree_page.h"
#include "record/key_column.h"
#include "record/value.h"

namespace ddb {

struct TableRules;

// A condition or expressions over rows, evaluated by a layer above. Called with a whole batch; thread-safe. Columns of the batch are those
// of the table's schema; of the row id column only row_ids.
class RowCondition {
 public:
  virtual ~RowCondition() = default;
  // Bit i of `holds` (a word per 64 rows) becomes 1 where row i is to be taken: for an index where its condition is true; for a CHECK
  // where it is not false. An error of evaluation ends the statement.
  virtual Status evaluate(const RowBatch& rows, uint64_t* holds) const = 0;
};
class RowExpression {
 public:
  virtual ~RowExpression() = default;
  // A vector of the expression's kind with a row for each of the batch; it lives until the next call from the same thread with `memory`.
  virtual Result<const Vector*> evaluate(const RowBatch& rows, BatchArena& memory) const = 0;
};

struct IndexKeyPart {
  uint32_t column = 0;                        // of the schema, unless there is an expression
  const RowExpression* expression = nullptr;  // or this
  std::string text;                           // of the expression, for messages
  KeyColumn order;                            // its type too
};

// A constraint's time of judgement.
enum class Deferral : uint8_t { kNotDeferrable, kInitiallyImmediate, kInitiallyDeferred };

struct IndexRules {
  uint64_t id = 0;
  std::string name;  // of the index; of a unique one's constraint too
  IndexTree tree;
  std::vector<IndexKeyPart> key;
  std::vector<uint32_t> stored;         // columns whose values lie beside the key (SQL 15, INCLUDE)
  const RowCondition* where = nullptr;  // of a partial index
  bool unique = false;
  bool nulls_distinct = true;
  Deferral deferral = Deferral::kNotDeferrable;
};

struct CheckRules {
  std::string name;
  const RowCondition* condition = nullptr;
};

enum class KeyAction : uint8_t { kNoAction, kRestrict, kCascade, kSetNull, kSetDefault };

struct ForeignKeyRules {
  uint64_t id = 0;
  std::string name;
  const TableRules* child = nullptr;
  std::vector<uint32_t> columns;  // of the child
  const TableRules* parent = nullptr;
  std::vector<uint32_t> parent_columns;
  // The parent's unique index over parent_columns in this order (position in parent->indexes); kNoIndex: its row id.
  static constexpr uint32_t kNoIndex = ~uint32_t{0};
  uint32_t parent_index = kNoIndex;
  // The child's index that begins with `columns` in this order, without a condition; kNoIndex: none, children are found by a scan.
  uint32_t child_index = kNoIndex;
  KeyAction on_delete = KeyAction::kNoAction;
  KeyAction on_update = KeyAction::kNoAction;
  // Of `columns`, those that ON DELETE SET NULL or SET DEFAULT sets; empty: all.
  std::vector<uint32_t> on_delete_columns;
  bool match_full = false;
  Deferral deferral = Deferral::kNotDeferrable;
};

struct ColumnRules {
  std::string name;
  bool not_null = false;
  // The default, for SET DEFAULT: an expression without columns, called for as many rows as get it, or a constant (NULL if there is none).
  const RowExpression* default_expression = nullptr;
  Value default_value;
};

struct TableRules {
  uint64_t id = 0;
  std::string schema_name;
  std::string name;
  TableTree tree;
  TableSchema schema;
  std::vector<ColumnRules> columns;  // one per column of the schema
  // The constraint of the key that is the row id, and how many of `indexes` are older than it; empty: the row id is no column.
  std::string row_id_constraint;
  uint32_t row_id_age = 0;
  std::vector<IndexRules> indexes;                    // by age
  std::vector<CheckRules> checks;                     // by name
  std::vector<const ForeignKeyRules*> foreign_keys;   // of which this is the child
  std::vector<const ForeignKeyRules*> referenced_by;  // of which this is the parent
};

}  // namespace ddb
