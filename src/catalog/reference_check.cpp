// reference_check: by kind of object.
#include "catalog/reference_check.h"

#include <algorithm>
#include <string>
#include <vector>

namespace ddb {
namespace {

Status invalid(const std::string& what) { return Status::error(sqlstate::kInvalidDefinition, what); }

Status undefined_column(ColumnId column, const TableDef& table) {
  return Status::error(sqlstate::kUndefinedColumn, "column " + std::to_string(column.value) + " of table \"" +
                                                       table.name + "\" does not exist");
}

class References {
 public:
  References(Session& session, const Catalog& catalog) : session_(session), catalog_(catalog) {}

  Status check(const SchemaDef& /*schema*/) { return Status::ok(); }

  Status check(const TableDef& table) {
    DDB_RETURN_IF_ERROR(check_schema(table.schema));
    for (const ColumnDef& column : table.columns) {
      DDB_RETURN_IF_ERROR(check_expression(column.default_value, &table));
      if (column.sequence.value == 0) continue;
      DDB_RETURN_IF_ERROR(catalog_.sequence(session_, column.sequence).status());
    }
    return Status::ok();
  }

  Status check(const IndexDef& index) {
    DDB_RETURN_IF_ERROR(check_schema(index.schema));
    DDB_TRY(const TableDef* table, catalog_.table(session_, index.table));
    if (table->schema != index.schema) {
      return invalid("index \"" + index.name + "\" lies in another schema than its table");
    }
    for (const IndexColumn& column : index.key) {
      if (column.column.value != 0) DDB_RETURN_IF_ERROR(check_columns(*table, {column.column}));
      DDB_RETURN_IF_ERROR(check_expression(column.expression, nullptr));
    }
    DDB_RETURN_IF_ERROR(check_columns(*table, index.included));
    return check_expression(index.condition, nullptr);
  }

  Status check(const ViewDef& view) {
    DDB_RETURN_IF_ERROR(check_schema(view.schema));
    return check_expression(view.query, nullptr);
  }

  Status check(const SequenceDef& sequence) {
    DDB_RETURN_IF_ERROR(check_schema(sequence.schema));
    if (sequence.owner.object.value == 0) return Status::ok();
    DDB_TRY(const TableDef* table, catalog_.table(session_, TableId(sequence.owner.object.value)));
    return check_columns(*table, {sequence.owner.column});
  }

  Status check(const ConstraintDef& constraint) {
    DDB_TRY(const TableDef* table, catalog_.table(session_, constraint.table));
    DDB_RETURN_IF_ERROR(check_columns(*table, constraint.columns));
    if (constraint.kind == ConstraintKind::kCheck) return check_expression(constraint.check, nullptr);
    if (constraint.kind == ConstraintKind::kForeignKey) return check_foreign_key(constraint);
    if (constraint.index.value == 0) {
      const bool is_row_id = constraint.columns.size() == 1 && constraint.columns[0] == table->row_id_column;
      return is_row_id ? Status::ok()
                       : invalid("primary key \"" + constraint.name +
                                 "\" has no index and is not the row id of its table");
    }
    return check_key_index(constraint);
  }

 private:
  Status check_schema(SchemaId schema) { return catalog_.schema(session_, schema).status(); }

  Status check_columns(const TableDef& table, const std::vector<ColumnId>& columns) {
    for (const ColumnId column : columns) {
      if (table.position_of(column) == kNoColumn) return undefined_column(column, table);
    }
    return Status::ok();
  }

  // `self`: the table that holds the expression, whose columns may be new.
  Status check_expression(const std::optional<StoredExpression>& expression, const TableDef* self) {
    const BoundExpression* bound = expression ? expression->bound() : nullptr;
    if (bound == nullptr) return Status::ok();
    for (const ObjectReference& reference : bound->references) {
      if (self != nullptr && reference.object == object_id(self->id)) {
        if (reference.column.value != 0) DDB_RETURN_IF_ERROR(check_columns(*self, {reference.column}));
        continue;
      }
      const CatalogEntry* entry = catalog_.find(reference.object);
      if (entry == nullptr || !has_record(entry->kind)) {
        return Status::error(sqlstate::kUndefinedObject, "object " + std::to_string(reference.object.value) +
                                                             ", which an expression names, does not exist");
      }
      if (reference.column.value == 0) continue;
      DDB_RETURN_IF_ERROR(check_reference(*entry, reference.column));
    }
    return Status::ok();
  }

  // A view's columns are counted from 1.
  Status check_reference(const CatalogEntry& entry, ColumnId column) {
    DDB_TRY(const CatalogObject* object, catalog_.definition(session_, entry.id));
    if (const auto* table = std::get_if<TableDef>(object)) return check_columns(*table, {column});
    const auto* view = std::get_if<ViewDef>(object);
    if (view != nullptr && column.value <= view->columns.size()) return Status::ok();
    return Status::error(sqlstate::kUndefinedColumn, "column " + std::to_string(column.value) + " of \"" +
                                                         std::string(entry.name) + "\" does not exist");
  }

  static bool indexes_columns(const IndexDef& index, std::vector<ColumnId> columns) {
    std::vector<ColumnId> key;
    for (const IndexColumn& column : index.key) key.push_back(column.column);
    std::sort(key.begin(), key.end());
    std::sort(columns.begin(), columns.end());
    return key == columns;
  }

  Status check_key_index(const ConstraintDef& constraint) {
    DDB_TRY(const IndexDef* index, catalog_.index(session_, constraint.index));
    if (index->table == constraint.table && index->unique && !index->condition &&
        indexes_columns(*index, constraint.columns)) {
      return Status::ok();
    }
    return invalid("index \"" + index->name + "\" cannot enforce constraint \"" + constraint.name + "\"");
  }

  Status check_foreign_key(const ConstraintDef& key) {
    DDB_TRY(const TableDef* parent, catalog_.table(session_, key.referenced_table));
    DDB_RETURN_IF_ERROR(check_columns(*parent, key.referenced_columns));
    std::vector<ColumnId> columns = key.referenced_columns;
    std::sort(columns.begin(), columns.end());
    bool fits = false;
    if (key.referenced_constraint.value != 0) {
      DDB_TRY(const ConstraintDef* unique, catalog_.constraint(session_, key.referenced_constraint));
      std::vector<ColumnId> referenced = unique->columns;
      std::sort(referenced.begin(), referenced.end());
      const bool is_key =
          unique->kind == ConstraintKind::kUnique || unique->kind == ConstraintKind::kPrimaryKey;
      fits = is_key && unique->table == key.referenced_table && referenced == columns;
    } else {
      DDB_TRY(const IndexDef* index, catalog_.index(session_, key.referenced_index));
      fits = index->unique && !index->condition && index->table == key.referenced_table &&
             indexes_columns(*index, columns);
    }
    if (fits) return Status::ok();
    return Status::error(
        sqlstate::kInvalidForeignKey,
        "there is no unique constraint matching given keys for referenced table \"" + parent->name + "\"");
  }

  Session& session_;
  const Catalog& catalog_;
};

}  // namespace

Status check_references(Session& session, const Catalog& catalog, const CatalogObject& object) {
  References references(session, catalog);
  return std::visit([&](const auto& def) { return references.check(def); }, object);
}

}  // namespace ddb
