// catalog_object: one object of the catalog of any kind, what every kind has, and what it needs to exist.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "catalog/constraint_def.h"
#include "catalog/index_def.h"
#include "catalog/object_id.h"
#include "catalog/schema_def.h"
#include "catalog/sequence_def.h"
#include "catalog/table_def.h"
#include "catalog/view_def.h"

namespace ddb {

// Stored; never renumbered. The kinds of constraints are kinds of their own, so that foreign keys are found without decoding them.
enum class ObjectKind : uint8_t {
  kInternalTree = 1,  // a tree that belongs to the catalog itself
  kSchema = 2,
  kTable = 3,
  kIndex = 4,
  kView = 5,
  kSequence = 6,
  kCheck = 7,
  kUnique = 8,
  kPrimaryKey = 9,
  kForeignKey = 10,
  kDependencyNormal = 11,    // dropped with CASCADE only
  kDependencyAuto = 12,      // goes with what it depends on
  kDependencyInternal = 13,  // likewise, and cannot be dropped alone
};
inline constexpr uint8_t kObjectKindLast = 13;

// "table", "foreign key constraint".
const char* object_kind_name(ObjectKind kind);
constexpr bool is_constraint(ObjectKind kind) {
  return kind >= ObjectKind::kCheck && kind <= ObjectKind::kForeignKey;
}
constexpr bool is_dependency(ObjectKind kind) { return kind >= ObjectKind::kDependencyNormal; }
// Tables, indexes, views and sequences of a schema share one space of names, as in PostgreSQL.
constexpr bool is_relation(ObjectKind kind) {
  return kind >= ObjectKind::kTable && kind <= ObjectKind::kSequence;
}
constexpr bool has_record(ObjectKind kind) {
  return kind >= ObjectKind::kSchema && kind <= ObjectKind::kForeignKey;
}

using CatalogObject = std::variant<SchemaDef, TableDef, IndexDef, ViewDef, SequenceDef, ConstraintDef>;

// What the catalog knows of an object without decoding its record: a row of the object tree (catalog_trees.h).
struct CatalogEntry {
  ObjectId id;
  ObjectKind kind = ObjectKind::kInternalTree;
  SchemaId schema;        // of a relation
  ObjectId parent;        // the table of an index or constraint; of a dependency: what depends
  ObjectId target;        // the table that a foreign key references; of a dependency: what it depends on
  TreeId tree;            // of a table, index or internal tree
  PageNo root;            // likewise, else 0
  uint32_t detail = 0;    // of a dependency: dependency_detail()
  uint64_t changed = 0;   // schema version of the last change
  std::string_view name;  // a view: who holds it says for how long

  // Where the name is unique: its schema, its table, or for schemas and internal trees the database (0).
  ObjectId name_space() const {
    return is_relation(kind) ? object_id(schema) : is_constraint(kind) ? parent : ObjectId();
  }
};

constexpr uint32_t dependency_detail(ColumnId object_column, ColumnId target_column) {
  return uint32_t{object_column.value} << 16 | target_column.value;
}

// `object` cannot exist without `target`. Column 0: the object as a whole.
struct Dependency {
  ObjectReference object;
  ObjectReference target;
  ObjectKind kind = ObjectKind::kDependencyNormal;
  friend auto operator<=>(const Dependency&, const Dependency&) = default;
};

ObjectId id_of(const CatalogObject& object);
void set_id(CatalogObject& object, ObjectId id);
const std::string& name_of(const CatalogObject& object);
ObjectKind kind_of(const CatalogObject& object);
// The row of the object; `changed` is left 0, the name refers to the object.
CatalogEntry entry_of(const CatalogObject& object);

// What a definition says that it (or, of a constraint, its index) depends on, each list sorted, each once. Not repeated is what
// the row says: an index and a constraint on their table, a relation on its schema, a foreign key on its target table.
struct Dependencies {
  // On objects elsewhere, by expressions and owners of sequences: rows of the catalog.
  std::vector<Dependency> stored;
  // On columns of its own table or of the table that it references, and on constraints and indexes there. These have no rows:
  // whoever asks decodes the few constraints and indexes of that table.
  std::vector<Dependency> near;
};
// Throws std::bad_alloc.
Dependencies dependencies_of(const CatalogObject& object);

}  // namespace ddb
