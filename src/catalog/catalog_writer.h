// catalog_writer: changes the catalog within a write transaction. Keeps: each change takes a new schema version, which the session's
// root page carries, so that the session sees its own changes at once, others after the commit, and nobody what was rolled back.
//
//   add / replace / drop:  checks ── refused: nothing was changed
//                                 └ rows, then the schema version ── an error: only rollback is left (25P02)
//
// Trees of tables and indexes are their owners': made before the definition is added, given back after it was dropped.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/status.h"
#include "catalog/catalog.h"
#include "catalog/catalog_cache.h"
#include "catalog/catalog_object.h"
#include "txn/session.h"

namespace ddb {

// Makes the catalog of a database that has none: its trees, its header, schema "public". The session is writing. 42P06 if there is one;
// the session's errors.
Status create_catalog(CatalogCache& cache, Session& session);

enum class DropBehavior { kRestrict, kCascade };

struct Dropped {
  std::vector<CatalogObject> objects;  // as they were, by id: the caller gives their trees back
  std::vector<TableId> tables;         // that lost a column or a default
};

// For one session and thread, for as many changes and transactions as liked. REQUIRES of each call: the session is writing (25000).
class CatalogWriter {
 public:
  CatalogWriter(CatalogCache& cache, Session& session) : cache_(cache), session_(session) {}

  // As the session sees it now.
  Result<std::shared_ptr<const Catalog>> catalog() { return cache_.get(session_); }

  // Never given out before, in no transaction. 54000 when there are none left; the session's errors.
  Result<ObjectId> new_object_id();
  Result<TreeId> new_tree_id();

  // Where statistics are stored (StatisticsTable); a database that is older than their tree gets one, by a change of its schema version.
  Result<TableTree> statistics_tree();

  // Adds an object and returns its id: its own if it has one (of new_object_id()), else a new one. 42P06, 42P07, 42710 a name that is
  // taken; what check_definition() and check_references() say; 54000 a definition above kRecordBytesMax; the session's errors.
  Result<ObjectId> add(CatalogObject object);
  Result<SchemaId> add_schema(SchemaDef schema) { return added<SchemaId>(add(std::move(schema))); }
  Result<TableId> add_table(TableDef table) { return added<TableId>(add(std::move(table))); }
  Result<IndexId> add_index(IndexDef index) { return added<IndexId>(add(std::move(index))); }
  Result<ViewId> add_view(ViewDef view) { return added<ViewId>(add(std::move(view))); }
  Result<SequenceId> add_sequence(SequenceDef sequence) {
    return added<SequenceId>(add(std::move(sequence)));
  }
  Result<ConstraintId> add_constraint(ConstraintDef constraint) {
    return added<ConstraintId>(add(std::move(constraint)));
  }

  // Puts a definition in place of the one with its id. The indexes of a table follow it to another schema; a table's `version` is set
  // here: the old one, or the next if its stored columns differ. As add(), and 42P01, 42704, 3F000 if there is no such object; 2BP01 if
  // a column goes that others need; 42P16 if an object changes its kind, table or key columns, a column id is used again, or columns change
  // so that rows already stored would mean something else (unless the table has a new tree).
  Status replace(CatalogObject object);

  // Drops objects and columns with all that hangs on them. 2BP01 with the list if something does that CASCADE would take along; what
  // plan_drop() says; the session's errors.
  Result<Dropped> drop(std::span<const ObjectReference> roots, DropBehavior behavior);
  template <typename Id>
  Result<Dropped> drop(Id id, DropBehavior behavior = DropBehavior::kRestrict) {
    const ObjectReference root{object_id(id), ColumnId()};
    return drop(std::span<const ObjectReference>(&root, 1), behavior);
  }
  Result<Dropped> drop_column(TableId table, ColumnId column,
                              DropBehavior behavior = DropBehavior::kRestrict) {
    const ObjectReference root{object_id(table), column};
    return drop(std::span<const ObjectReference>(&root, 1), behavior);
  }

 private:
  struct Batch;
  template <typename Id>
  static Result<Id> added(Result<ObjectId> id) {
    if (!id.is_ok()) return id.status();
    return Id(id->value);
  }
  Result<ObjectId> add_checked(CatalogObject object);
  Status replace_checked(CatalogObject object);
  Result<Dropped> drop_checked(std::span<const ObjectReference> roots, DropBehavior behavior);
  Status check_writing();
  Result<Catalog::Roots> roots();
  Result<ObjectId> new_object_id(const Catalog::Roots& roots);
  Status check_name_free(const Catalog& catalog, const CatalogEntry& entry);
  Status check_key_change(const CatalogObject& old, const CatalogObject& object);
  Status check_table_change(const Catalog& catalog, const TableDef& old, TableDef& table);
  Status move_indexes(const Catalog& catalog, const TableDef& table, Batch* batch);
  Status apply(const Catalog& catalog, Batch batch);
  Status put(const Catalog& catalog, CatalogObject object, uint64_t version, Batch* batch);
  Status remove(const Catalog& catalog, ObjectId id, Batch* batch);
  Status remove_row(const Catalog& catalog, ObjectId id, Batch* batch);

  CatalogCache& cache_;
  Session& session_;
};

}  // namespace ddb
