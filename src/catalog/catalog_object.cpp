// catalog_object: the parts that every kind has, by kind.
#include "catalog/catalog_object.h"

#include <algorithm>
#include <type_traits>

namespace ddb {
namespace {

ObjectKind constraint_object_kind(ConstraintKind kind) {
  switch (kind) {
    case ConstraintKind::kCheck:
      return ObjectKind::kCheck;
    case ConstraintKind::kUnique:
      return ObjectKind::kUnique;
    case ConstraintKind::kPrimaryKey:
      return ObjectKind::kPrimaryKey;
    case ConstraintKind::kForeignKey:
      break;
  }
  return ObjectKind::kForeignKey;
}

// Collects dependencies of one definition.
class Needs {
 public:
  // `table`: the table that the definition is, or belongs to; `own`: how its expressions depend on columns of that table.
  explicit Needs(ObjectId table, ObjectKind own = ObjectKind::kDependencyAuto) : table_(table), own_(own) {}

  void add_near(ObjectReference object, ObjectReference target, ObjectKind kind) {
    if (target.object.value != 0) found_.near.push_back({object, target, kind});
  }
  void add(ObjectReference object, ObjectReference target, ObjectKind kind) {
    if (target.object == table_) return add_near(object, target, own_);
    if (target.object.value != 0) found_.stored.push_back({object, target, kind});
  }
  void add(ObjectReference object, const std::optional<StoredExpression>& expression) {
    const BoundExpression* bound = expression ? expression->bound() : nullptr;
    if (bound == nullptr) return;
    for (const ObjectReference& reference : bound->references) {
      add(object, reference, ObjectKind::kDependencyNormal);
    }
  }
  void add_columns(ObjectReference object, const std::vector<ColumnId>& columns) {
    for (const ColumnId column : columns) add_near(object, {table_, column}, ObjectKind::kDependencyAuto);
  }
  Dependencies take() {
    for (std::vector<Dependency>* list : {&found_.stored, &found_.near}) {
      std::sort(list->begin(), list->end());
      list->erase(std::unique(list->begin(), list->end()), list->end());
    }
    return std::move(found_);
  }

 private:
  const ObjectId table_;
  const ObjectKind own_;
  Dependencies found_;
};

Dependencies collect(const SchemaDef& /*schema*/) { return {}; }

Dependencies collect(const TableDef& table) {
  // A generated column goes with a column that it reads only with CASCADE (PG).
  Needs needs(object_id(table.id), ObjectKind::kDependencyNormal);
  for (const ColumnDef& column : table.columns) {
    needs.add({object_id(table.id), column.id}, column.default_value);
  }
  return needs.take();
}

Dependencies collect(const IndexDef& index) {
  Needs needs(object_id(index.table));
  const ObjectReference self{object_id(index.id), ColumnId()};
  for (const IndexColumn& column : index.key) {
    if (column.column.value != 0) needs.add_columns(self, {column.column});
    needs.add(self, column.expression);
  }
  needs.add_columns(self, index.included);
  needs.add(self, index.condition);
  return needs.take();
}

Dependencies collect(const ViewDef& view) {
  Needs needs((ObjectId()));
  needs.add({object_id(view.id), ColumnId()}, view.query);
  return needs.take();
}

Dependencies collect(const SequenceDef& sequence) {
  Needs needs((ObjectId()));
  needs.add({object_id(sequence.id), ColumnId()}, sequence.owner,
            sequence.identity ? ObjectKind::kDependencyInternal : ObjectKind::kDependencyAuto);
  return needs.take();
}

Dependencies collect(const ConstraintDef& constraint) {
  Needs needs(object_id(constraint.table));
  const ObjectReference self{object_id(constraint.id), ColumnId()};
  needs.add_columns(self, constraint.columns);
  needs.add(self, constraint.check);
  // The index exists for the constraint.
  if (constraint.index.value != 0) {
    needs.add_near({object_id(constraint.index), ColumnId()}, self, ObjectKind::kDependencyInternal);
  }
  const auto key_of_parent = [&](ObjectId target, ColumnId column) {
    needs.add_near(self, {target, column}, ObjectKind::kDependencyNormal);
  };
  for (const ColumnId column : constraint.referenced_columns) {
    key_of_parent(object_id(constraint.referenced_table), column);
  }
  key_of_parent(object_id(constraint.referenced_constraint), ColumnId());
  key_of_parent(object_id(constraint.referenced_index), ColumnId());
  return needs.take();
}

}  // namespace

const char* object_kind_name(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kInternalTree:
      return "internal tree";
    case ObjectKind::kSchema:
      return "schema";
    case ObjectKind::kTable:
      return "table";
    case ObjectKind::kIndex:
      return "index";
    case ObjectKind::kView:
      return "view";
    case ObjectKind::kSequence:
      return "sequence";
    case ObjectKind::kCheck:
      return "check constraint";
    case ObjectKind::kUnique:
      return "unique constraint";
    case ObjectKind::kPrimaryKey:
      return "primary key constraint";
    case ObjectKind::kForeignKey:
      return "foreign key constraint";
    case ObjectKind::kDependencyNormal:
    case ObjectKind::kDependencyAuto:
    case ObjectKind::kDependencyInternal:
      break;
  }
  return "dependency";
}

ObjectId id_of(const CatalogObject& object) {
  return std::visit([](const auto& def) { return object_id(def.id); }, object);
}

void set_id(CatalogObject& object, ObjectId id) {
  std::visit([id](auto& def) { def.id = std::remove_reference_t<decltype(def.id)>(id.value); }, object);
}

const std::string& name_of(const CatalogObject& object) {
  return std::visit([](const auto& def) -> const std::string& { return def.name; }, object);
}

ObjectKind kind_of(const CatalogObject& object) {
  struct Visitor {
    ObjectKind operator()(const SchemaDef&) { return ObjectKind::kSchema; }
    ObjectKind operator()(const TableDef&) { return ObjectKind::kTable; }
    ObjectKind operator()(const IndexDef&) { return ObjectKind::kIndex; }
    ObjectKind operator()(const ViewDef&) { return ObjectKind::kView; }
    ObjectKind operator()(const SequenceDef&) { return ObjectKind::kSequence; }
    ObjectKind operator()(const ConstraintDef& constraint) { return constraint_object_kind(constraint.kind); }
  };
  return std::visit(Visitor{}, object);
}

CatalogEntry entry_of(const CatalogObject& object) {
  CatalogEntry entry;
  entry.id = id_of(object);
  entry.kind = kind_of(object);
  entry.name = name_of(object);
  if (const auto* table = std::get_if<TableDef>(&object)) {
    entry.schema = table->schema;
    entry.tree = table->tree.tree;
    entry.root = table->tree.root;
  } else if (const auto* index = std::get_if<IndexDef>(&object)) {
    entry.schema = index->schema;
    entry.parent = object_id(index->table);
    entry.tree = index->tree.tree;
    entry.root = index->tree.root;
  } else if (const auto* view = std::get_if<ViewDef>(&object)) {
    entry.schema = view->schema;
  } else if (const auto* sequence = std::get_if<SequenceDef>(&object)) {
    entry.schema = sequence->schema;
  } else if (const auto* constraint = std::get_if<ConstraintDef>(&object)) {
    entry.parent = object_id(constraint->table);
    entry.target = object_id(constraint->referenced_table);
  }
  return entry;
}

Dependencies dependencies_of(const CatalogObject& object) {
  return std::visit([](const auto& def) { return collect(def); }, object);
}

}  // namespace ddb
