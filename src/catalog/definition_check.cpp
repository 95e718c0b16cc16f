// definition_check: by kind of object.
#include "catalog/definition_check.h"

#include <algorithm>
#include <limits>
#include <string>

#include "catalog/value_encoding.h"
#include "record/utf8.h"

namespace ddb {
namespace {

Status invalid(const std::string& what) { return Status::error(sqlstate::kInvalidDefinition, what); }
Status bad_parameter(const std::string& what) { return Status::error(sqlstate::kInvalidParameter, what); }

std::string quoted(std::string_view name) { return '"' + std::string(name) + '"'; }

Status check_expression(const std::optional<StoredExpression>& expression) {
  const BoundExpression* bound = expression ? expression->bound() : nullptr;
  if (bound == nullptr) return Status::ok();
  if (bound->references.size() > kReferencesMax) {
    return Status::error(sqlstate::kProgramLimit, "a stored expression can refer to at most " +
                                                      std::to_string(kReferencesMax) +
                                                      " objects and columns");
  }
  for (const ObjectReference& reference : bound->references) {
    if (reference.object.value == 0) return invalid("a stored expression refers to object 0");
  }
  return Status::ok();
}

Status check_type(const SqlType& type, const std::string& column) {
  if (is_sql_type(type)) return Status::ok();
  return bad_parameter("column " + quoted(column) + " has a type or modifier that does not exist");
}

bool is_integer(const SqlType& type) {
  return type.typmod == kNoTypmod &&
         (type.id == SqlTypeId::kSmallint || type.id == SqlTypeId::kInteger || type.id == SqlTypeId::kBigint);
}

// Of columns with a `name`.
template <typename Column>
Status check_column_names(const std::vector<Column>& columns) {
  if (columns.size() > TableSchema::kColumnsMax) {
    return Status::error(
        sqlstate::kTooManyColumns,
        "tables and views can have at most " + std::to_string(TableSchema::kColumnsMax) + " columns");
  }
  std::vector<std::string_view> names;
  for (const Column& column : columns) {
    DDB_RETURN_IF_ERROR(check_name(column.name));
    DDB_RETURN_IF_ERROR(check_type(column.type, column.name));
    names.push_back(column.name);
  }
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice == names.end()) return Status::ok();
  return Status::error(sqlstate::kDuplicateColumn, "column " + quoted(*twice) + " specified more than once");
}

Status check_column(const TableDef& table, const ColumnDef& column) {
  const std::string name = "column " + quoted(column.name);
  if (column.id.value == 0 || (table.next_column_id != 0 && column.id.value >= table.next_column_id)) {
    return invalid(name + " has id " + std::to_string(column.id.value) + ", the next one is " +
                   std::to_string(table.next_column_id));
  }
  DDB_RETURN_IF_ERROR(check_expression(column.default_value));
  const Value* constant = column.default_value ? column.default_value->constant() : nullptr;
  if (constant != nullptr && !(constant->type == column.type)) {
    return invalid(name + " has a default of another type");
  }
  if (column.missing && !(column.missing->type == column.type)) {
    return invalid(name + " has a value for older rows of another type");
  }
  if (column.generated && !column.default_value) return invalid(name + " is generated without an expression");
  const bool identity = column.identity != ColumnIdentity::kNone;
  if (identity != (column.sequence.value != 0)) return invalid(name + ": identity and sequence go together");
  if (identity && (column.default_value || !is_integer(column.type))) {
    return invalid(name + ": an identity column is an integer without a default");
  }
  return Status::ok();
}

Status check_tree(TreeId tree, PageNo root) {
  if (tree.value != 0 && root.value != 0 && root != kNoPage) return Status::ok();
  return invalid("tree " + std::to_string(tree.value) + " with root page " + std::to_string(root.value) +
                 " does not exist");
}

Status check(const SchemaDef& /*schema*/) { return Status::ok(); }

Status check(const TableDef& table) {
  DDB_RETURN_IF_ERROR(check_column_names(table.columns));
  DDB_RETURN_IF_ERROR(check_tree(table.tree.tree, table.tree.root));
  if (table.schema.value == 0 || table.version == 0) return invalid("a table needs a schema and a version");
  std::vector<ColumnId> ids;
  for (const ColumnDef& column : table.columns) {
    DDB_RETURN_IF_ERROR(check_column(table, column));
    ids.push_back(column.id);
  }
  std::sort(ids.begin(), ids.end());
  if (std::adjacent_find(ids.begin(), ids.end()) != ids.end()) return invalid("two columns have one id");
  if (table.row_id_column.value == 0) return Status::ok();
  const uint32_t position = table.position_of(table.row_id_column);
  if (position == kNoColumn || !is_integer(table.columns[position].type) ||
      !table.columns[position].not_null) {
    return invalid("the row id column must be an integer column that is not null");
  }
  return Status::ok();
}

Status check_key_columns(const std::vector<ColumnId>& columns) {
  std::vector<ColumnId> ids = columns;
  std::sort(ids.begin(), ids.end());
  if (!ids.empty() && ids.front().value == 0) return invalid("a key column has id 0");
  const auto twice = std::adjacent_find(ids.begin(), ids.end());
  if (twice == ids.end()) return Status::ok();
  return Status::error(sqlstate::kDuplicateColumn,
                       "column " + std::to_string(twice->value) + " appears twice in a key");
}

Status too_many_key_columns(const char* what) {
  return Status::error(sqlstate::kTooManyColumns, std::string("cannot use more than ") +
                                                      std::to_string(kKeyColumnsMax) + " columns in " + what);
}

Status check(const IndexDef& index) {
  DDB_RETURN_IF_ERROR(check_tree(index.tree.tree, index.tree.root));
  if (index.table.value == 0 || index.schema.value == 0)
    return invalid("an index needs a table and a schema");
  if (index.key.empty()) return invalid("an index needs a column");
  if (index.key.size() + index.included.size() > kKeyColumnsMax) return too_many_key_columns("an index");
  for (const IndexColumn& column : index.key) {
    if ((column.column.value != 0) == column.expression.has_value()) {
      return invalid("an index column is either a column or an expression");
    }
    DDB_RETURN_IF_ERROR(check_expression(column.expression));
  }
  DDB_RETURN_IF_ERROR(check_key_columns(index.included));
  return check_expression(index.condition);
}

Status check(const ViewDef& view) {
  if (view.schema.value == 0) return invalid("a view needs a schema");
  DDB_RETURN_IF_ERROR(check_column_names(view.columns));
  return check_expression(view.query);
}

Status check(const SequenceDef& sequence) {
  if (sequence.schema.value == 0) return invalid("a sequence needs a schema");
  int64_t low = std::numeric_limits<int64_t>::min();
  int64_t high = std::numeric_limits<int64_t>::max();
  if (!is_integer(sequence.type)) return bad_parameter("sequence type must be smallint, integer, or bigint");
  if (sequence.type.id == SqlTypeId::kSmallint) {
    low = std::numeric_limits<int16_t>::min();
    high = std::numeric_limits<int16_t>::max();
  } else if (sequence.type.id == SqlTypeId::kInteger) {
    low = std::numeric_limits<int32_t>::min();
    high = std::numeric_limits<int32_t>::max();
  }
  const std::string min = "MINVALUE (" + std::to_string(sequence.min) + ")";
  const std::string max = "MAXVALUE (" + std::to_string(sequence.max) + ")";
  if (sequence.increment == 0) return bad_parameter("INCREMENT must not be zero");
  if (sequence.min < low || sequence.max > high) {
    return bad_parameter(min + " or " + max + " is out of range for sequence data type " +
                         sql_type_name(sequence.type));
  }
  if (sequence.min >= sequence.max) return bad_parameter(min + " must be less than " + max);
  const std::string start = "START value (" + std::to_string(sequence.start) + ")";
  if (sequence.start < sequence.min) return bad_parameter(start + " cannot be less than " + min);
  if (sequence.start > sequence.max) return bad_parameter(start + " cannot be greater than " + max);
  const bool owned = sequence.owner.object.value != 0;
  if (owned != (sequence.owner.column.value != 0) || (sequence.identity && !owned)) {
    return invalid("a sequence is owned by a column or by nobody, that of an identity by a column");
  }
  return Status::ok();
}

Status check_foreign_key(const ConstraintDef& key) {
  if (key.referenced_table.value == 0 || key.referenced_columns.size() != key.columns.size()) {
    return Status::error(sqlstate::kInvalidForeignKey,
                         "number of referencing and referenced columns for foreign key disagree");
  }
  DDB_RETURN_IF_ERROR(check_key_columns(key.referenced_columns));
  DDB_RETURN_IF_ERROR(check_key_columns(key.on_delete_columns));
  if ((key.referenced_constraint.value != 0) == (key.referenced_index.value != 0)) {
    return invalid("a foreign key references either a constraint or a unique index");
  }
  for (const ColumnId column : key.on_delete_columns) {
    if (std::find(key.columns.begin(), key.columns.end(), column) == key.columns.end()) {
      return Status::error(sqlstate::kInvalidForeignKey, "column " + std::to_string(column.value) +
                                                             " of ON DELETE is not part of the foreign key");
    }
  }
  return Status::ok();
}

Status check(const ConstraintDef& constraint) {
  if (constraint.table.value == 0) return invalid("a constraint needs a table");
  if (constraint.initially_deferred && !constraint.deferrable) {
    return invalid("a constraint that is initially deferred must be deferrable");
  }
  const bool is_check = constraint.kind == ConstraintKind::kCheck;
  const bool is_foreign = constraint.kind == ConstraintKind::kForeignKey;
  if (constraint.check.has_value() != is_check) return invalid("a check constraint needs an expression");
  DDB_RETURN_IF_ERROR(check_expression(constraint.check));
  DDB_RETURN_IF_ERROR(check_key_columns(constraint.columns));
  if (!is_check && constraint.columns.empty()) return invalid("a key needs a column");
  if (!is_check && constraint.columns.size() > kKeyColumnsMax) return too_many_key_columns("a key");
  if (constraint.columns.size() > TableSchema::kColumnsMax) return invalid("a check with too many columns");
  if (constraint.kind == ConstraintKind::kUnique && constraint.index.value == 0) {
    return invalid("a unique constraint needs an index");
  }
  if ((is_check || is_foreign) && constraint.index.value != 0) {
    return invalid("only a unique or primary key constraint has an index");
  }
  if (is_foreign) return check_foreign_key(constraint);
  const bool references = constraint.referenced_table.value != 0 || !constraint.referenced_columns.empty() ||
                          constraint.referenced_constraint.value != 0 ||
                          constraint.referenced_index.value != 0 || !constraint.on_delete_columns.empty();
  return references ? invalid("only a foreign key references another table") : Status::ok();
}

}  // namespace

Status check_name(std::string_view name) {
  if (name.empty()) return invalid("a name cannot be empty");
  if (name.size() > kNameBytesMax) {
    return Status::error(sqlstate::kNameTooLong, "name " + quoted(name.substr(0, kNameBytesMax)) +
                                                     "… is longer than " + std::to_string(kNameBytesMax) +
                                                     " bytes");
  }
  return validate_utf8(name);
}

Status check_definition(const CatalogObject& object) {
  DDB_RETURN_IF_ERROR(check_name(name_of(object)));
  return std::visit([](const auto& def) { return check(def); }, object);
}

}  // namespace ddb
