// catalog: every object of the database as of one schema version. Keeps: never changes; a schema version names one content only, also
// across rollbacks (the counter behind it never goes back, catalog_cache.h).
//
// Names, kinds, parents and targets are in memory. Definitions are decoded when first asked for, by a session whose own
// state has this schema version.
//
// May be shared between threads and sessions. Pointers and names that it hands out live as long as it does.
// All of this throws std::bad_alloc.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/status.h"
#include "catalog/catalog_index.h"
#include "catalog/catalog_object.h"
#include "txn/session.h"

namespace ddb {

// One object that differs from a catalog's index.
struct CatalogChange {
  CatalogEntry entry;  // its name refers to `name`
  std::string name;
  bool removed = false;
  DefinitionSlot definition;
};

class Catalog {
 public:
  // Of the session's state, all anew. Use CatalogCache::get(). Empty if the database has no catalog yet. XX001, 0A000, 54000; the
  // session's errors.
  static Result<std::shared_ptr<const Catalog>> load(Session& session);
  // This catalog with changes, one per object, in any order.
  std::shared_ptr<const Catalog> with(uint64_t version,
                                      std::vector<std::shared_ptr<const CatalogChange>> changes) const;

  uint64_t version() const { return version_; }
  // The snapshot it was loaded at, or of the session that changed it.
  Lsn lsn() const { return lsn_; }
  bool exists() const { return roots_.objects != kNoPage; }

  // --- Names. Nothing if there is no such object.
  std::optional<SchemaId> find_schema(std::string_view name) const;
  // A table, index, view or sequence.
  const CatalogEntry* find_relation(SchemaId schema, std::string_view name) const;
  std::optional<TableId> find_table(SchemaId schema, std::string_view name) const;
  std::optional<IndexId> find_index(SchemaId schema, std::string_view name) const;
  std::optional<ViewId> find_view(SchemaId schema, std::string_view name) const;
  std::optional<SequenceId> find_sequence(SchemaId schema, std::string_view name) const;
  std::optional<ConstraintId> find_constraint(TableId table, std::string_view name) const;
  // Null if there is none.
  const CatalogEntry* find(ObjectId id) const;

  // --- Definitions. 42P01, 42704 or 3F000 if there is none; XX001, 0A000 a bad record; 25000 outside a transaction, XX000 if the
  // session's state has another schema version; the session's errors. Decoded ones cost a lookup.
  Result<const CatalogObject*> definition(Session& session, ObjectId id) const;
  Result<const SchemaDef*> schema(Session& session, SchemaId id) const;
  Result<const TableDef*> table(Session& session, TableId id) const;
  Result<const IndexDef*> index(Session& session, IndexId id) const;
  Result<const ViewDef*> view(Session& session, ViewId id) const;
  Result<const SequenceDef*> sequence(Session& session, SequenceId id) const;
  Result<const ConstraintDef*> constraint(Session& session, ConstraintId id) const;

  // --- Relations between objects, without definitions.
  std::vector<IndexId> indexes_of(TableId table) const;            // oldest first
  std::vector<ConstraintId> checks_of(TableId table) const;        // by name, as they are checked
  std::vector<ConstraintId> keys_of(TableId table) const;          // unique and primary key, oldest first
  std::vector<ConstraintId> foreign_keys_of(TableId table) const;  // oldest first
  // Foreign keys that reference the table, also its own; oldest first.
  std::vector<ConstraintId> foreign_keys_to(TableId table) const;
  // By id: all objects, or those of a schema, whose parent or whose target it is (dependencies among them).
  std::vector<const CatalogEntry*> all() const;
  std::vector<const CatalogEntry*> in_schema(SchemaId schema) const;
  std::vector<const CatalogEntry*> children_of(ObjectId parent) const;
  std::vector<const CatalogEntry*> referrers_of(ObjectId target) const;

  struct Roots {
    PageNo objects = kNoPage, records = kNoPage, marks = kNoPage;
    PageNo statistics = kNoPage;  // kNoPage too in an older database: CatalogWriter::statistics_tree()
  };
  const Roots& roots() const { return roots_; }

 private:
  // With more changes than that the index is built anew: a chain of DDL costs a copy of some pointers each, not of all objects.
  size_t changes_max() const { return 64 + index_->size() / 128; }

  // An object where it is now.
  struct Place {
    const CatalogEntry* entry = nullptr;
    const DefinitionSlot* slot = nullptr;
  };
  Place place_of(ObjectId id) const;
  const CatalogChange* change_of(ObjectId id) const;
  void rebuild();
  template <typename Id>
  std::optional<Id> find_kind(SchemaId schema, std::string_view name, ObjectKind kind) const;
  template <typename Def, typename Id>
  Result<const Def*> definition_of(Session& session, Id id) const;
  std::vector<ConstraintId> constraints(const std::vector<const CatalogEntry*>& entries, ObjectKind first,
                                        ObjectKind last) const;

  uint64_t version_ = 0;
  Lsn lsn_;
  Roots roots_;
  std::shared_ptr<const CatalogIndex> index_;
  std::vector<std::shared_ptr<const CatalogChange>>
      changes_;  // ascending ids; each stands for its object in the index
};

}  // namespace ddb
