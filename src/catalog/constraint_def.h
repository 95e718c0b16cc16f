// constraint_def: a constraint of a table. NOT NULL is a flag of the column and no constraint here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "catalog/object_id.h"
#include "catalog/stored_expression.h"

namespace ddb {

enum class ConstraintKind : uint8_t { kCheck, kUnique, kPrimaryKey, kForeignKey };
enum class ReferentialAction : uint8_t { kNoAction, kRestrict, kCascade, kSetNull, kSetDefault };
enum class MatchKind : uint8_t { kSimple, kFull };

struct ConstraintDef {
  ConstraintId id;
  TableId table;
  std::string name;  // unique among the table's constraints
  ConstraintKind kind = ConstraintKind::kCheck;
  std::vector<ColumnId> columns;          // of keys in key order; of a check what it reads (may be empty)
  std::optional<StoredExpression> check;  // of kCheck only
  bool deferrable = false;
  bool initially_deferred = false;
  // Of kUnique and kPrimaryKey: the index that enforces it; 0: the row id does (a primary key of that column alone).
  IndexId index;
  // Of kForeignKey. As many columns as `columns`.
  TableId referenced_table;
  std::vector<ColumnId> referenced_columns;
  ConstraintId referenced_constraint;  // the key they are, or 0 and an index
  IndexId referenced_index;            // a unique index that is no constraint, or 0
  ReferentialAction on_update = ReferentialAction::kNoAction;
  ReferentialAction on_delete = ReferentialAction::kNoAction;
  MatchKind match = MatchKind::kSimple;
  // Columns of ON DELETE SET NULL / SET DEFAULT (a, b); empty: all.
  std::vector<ColumnId> on_delete_columns;
  std::string newer_fields;
};

}  // namespace ddb
