// catalog: lookups in an index and a few changes to it.
#include "catalog/catalog.h"

#include <algorithm>
#include <iterator>

#include "catalog/catalog_trees.h"

namespace ddb {
namespace {

Status undefined(ObjectId id, SqlState state, const char* what) {
  return Status::error(state, std::string(what) + " " + std::to_string(id.value) + " does not exist");
}

// What a missing object of the definition's kind is.
Status undefined(const SchemaDef* /*kind*/, ObjectId id) {
  return undefined(id, sqlstate::kUndefinedSchema, "schema");
}
Status undefined(const TableDef* /*kind*/, ObjectId id) {
  return undefined(id, sqlstate::kUndefinedTable, "table");
}
Status undefined(const IndexDef* /*kind*/, ObjectId id) {
  return undefined(id, sqlstate::kUndefinedObject, "index");
}
Status undefined(const ViewDef* /*kind*/, ObjectId id) {
  return undefined(id, sqlstate::kUndefinedTable, "view");
}
Status undefined(const SequenceDef* /*kind*/, ObjectId id) {
  return undefined(id, sqlstate::kUndefinedTable, "sequence");
}
Status undefined(const ConstraintDef* /*kind*/, ObjectId id) {
  return undefined(id, sqlstate::kUndefinedObject, "constraint");
}

bool by_id(const CatalogEntry* a, const CatalogEntry* b) { return a->id < b->id; }

}  // namespace

Result<std::shared_ptr<const Catalog>> Catalog::load(Session& session) {
  auto catalog = std::make_shared<Catalog>();
  DDB_TRY(catalog->version_, session.schema_version());
  DDB_TRY(catalog->roots_.objects, session.catalog_root());
  catalog->lsn_ = session.snapshot();
  if (!catalog->exists()) {
    catalog->index_ = CatalogIndex::make({});
    return std::shared_ptr<const Catalog>(std::move(catalog));
  }
  DDB_TRY(catalog->index_, CatalogIndex::load(session, catalog->roots_.objects));
  const CatalogEntry* records = catalog->find(kRecordTreeId);
  const CatalogEntry* marks = catalog->find(kMarkTreeId);
  if (records == nullptr || records->kind != ObjectKind::kInternalTree || records->tree != kRecordTree ||
      marks == nullptr || marks->kind != ObjectKind::kInternalTree || marks->tree != kMarkTree) {
    return Status::corruption("the catalog does not say where its records and marks are");
  }
  catalog->roots_.records = records->root;
  catalog->roots_.marks = marks->root;
  const CatalogEntry* statistics = catalog->find(kStatisticsTreeId);
  if (statistics != nullptr) {
    if (statistics->kind != ObjectKind::kInternalTree || statistics->tree != kStatisticsTree)
      return Status::corruption("the catalog has another tree where its statistics are");
    catalog->roots_.statistics = statistics->root;
  }
  // A header that this version cannot read refuses the whole catalog.
  DDB_TRY(const std::optional<std::string> header, read_record(session, records->root, kHeaderId));
  if (!header) return Status::corruption("the catalog has no header");
  DDB_RETURN_IF_ERROR(decode_header(*header).status());
  return std::shared_ptr<const Catalog>(std::move(catalog));
}

std::shared_ptr<const Catalog> Catalog::with(
    uint64_t version, std::vector<std::shared_ptr<const CatalogChange>> changes) const {
  auto made = std::make_shared<Catalog>();
  made->version_ = version;
  made->lsn_ = lsn_;
  made->roots_ = roots_;
  made->index_ = index_;
  const auto order = [](const auto& a, const auto& b) { return a->entry.id < b->entry.id; };
  std::sort(changes.begin(), changes.end(), order);
  // Of two changes of an object the newer one comes first.
  std::merge(changes.begin(), changes.end(), changes_.begin(), changes_.end(),
             std::back_inserter(made->changes_), order);
  made->changes_.erase(std::unique(made->changes_.begin(), made->changes_.end(),
                                   [](const auto& a, const auto& b) { return a->entry.id == b->entry.id; }),
                       made->changes_.end());
  if (made->changes_.size() > made->changes_max()) made->rebuild();
  return made;
}

void Catalog::rebuild() {
  std::vector<CatalogEntry> entries;
  for (const CatalogEntry* entry : all()) entries.push_back(*entry);
  index_ = CatalogIndex::make(entries);
  changes_.clear();
}

const CatalogChange* Catalog::change_of(ObjectId id) const {
  const auto at =
      std::lower_bound(changes_.begin(), changes_.end(), id,
                       [](const auto& change, ObjectId wanted) { return change->entry.id < wanted; });
  return at == changes_.end() || (*at)->entry.id != id ? nullptr : at->get();
}

Catalog::Place Catalog::place_of(ObjectId id) const {
  if (const CatalogChange* change = change_of(id)) {
    return change->removed ? Place{} : Place{&change->entry, &change->definition};
  }
  const uint32_t position = index_->find(id);
  if (position == CatalogIndex::kNone) return {};
  return {&index_->entry(position), &index_->slot(position)};
}

const CatalogEntry* Catalog::find(ObjectId id) const { return place_of(id).entry; }

std::optional<SchemaId> Catalog::find_schema(std::string_view name) const {
  for (const auto& change : changes_) {
    if (!change->removed && change->entry.kind == ObjectKind::kSchema && change->name == name) {
      return SchemaId(change->entry.id.value);
    }
  }
  const uint32_t position = index_->find_name(ObjectId(), name);
  if (position == CatalogIndex::kNone) return std::nullopt;
  const CatalogEntry& entry = index_->entry(position);
  if (entry.kind != ObjectKind::kSchema || change_of(entry.id) != nullptr) return std::nullopt;
  return SchemaId(entry.id.value);
}

const CatalogEntry* Catalog::find_relation(SchemaId schema, std::string_view name) const {
  for (const auto& change : changes_) {
    if (!change->removed && is_relation(change->entry.kind) && change->entry.schema == schema &&
        change->name == name) {
      return &change->entry;
    }
  }
  const uint32_t position = index_->find_name(object_id(schema), name);
  if (position == CatalogIndex::kNone) return nullptr;
  const CatalogEntry& entry = index_->entry(position);
  return is_relation(entry.kind) && change_of(entry.id) == nullptr ? &entry : nullptr;
}

template <typename Id>
std::optional<Id> Catalog::find_kind(SchemaId schema, std::string_view name, ObjectKind kind) const {
  const CatalogEntry* entry = find_relation(schema, name);
  if (entry == nullptr || entry->kind != kind) return std::nullopt;
  return Id(entry->id.value);
}

std::optional<TableId> Catalog::find_table(SchemaId schema, std::string_view name) const {
  return find_kind<TableId>(schema, name, ObjectKind::kTable);
}
std::optional<IndexId> Catalog::find_index(SchemaId schema, std::string_view name) const {
  return find_kind<IndexId>(schema, name, ObjectKind::kIndex);
}
std::optional<ViewId> Catalog::find_view(SchemaId schema, std::string_view name) const {
  return find_kind<ViewId>(schema, name, ObjectKind::kView);
}
std::optional<SequenceId> Catalog::find_sequence(SchemaId schema, std::string_view name) const {
  return find_kind<SequenceId>(schema, name, ObjectKind::kSequence);
}

std::optional<ConstraintId> Catalog::find_constraint(TableId table, std::string_view name) const {
  for (const CatalogEntry* entry : children_of(object_id(table))) {
    if (is_constraint(entry->kind) && entry->name == name) return ConstraintId(entry->id.value);
  }
  return std::nullopt;
}

Result<const CatalogObject*> Catalog::definition(Session& session, ObjectId id) const {
  const Place place = place_of(id);
  if (place.entry == nullptr || !has_record(place.entry->kind)) {
    return undefined(id, sqlstate::kUndefinedObject, "object");
  }
  if (const CatalogObject* decoded = place.slot->get()) return decoded;
  DDB_TRY(const uint64_t version, session.schema_version());
  if (version != version_) {
    return Status::error(sqlstate::kInternal, "a catalog of schema version " + std::to_string(version_) +
                                                  " was used by a session that sees version " +
                                                  std::to_string(version));
  }
  DDB_TRY(const std::optional<std::string> record, read_record(session, roots_.records, id));
  if (!record) {
    return Status::corruption(std::string("the catalog has no record of ") +
                              object_kind_name(place.entry->kind) + " " + std::to_string(id.value));
  }
  DDB_TRY(CatalogObject object, decode_object(*place.entry, *record));
  return place.slot->set(std::make_unique<const CatalogObject>(std::move(object)));
}

template <typename Def, typename Id>
Result<const Def*> Catalog::definition_of(Session& session, Id id) const {
  if (find(object_id(id)) == nullptr) return undefined(static_cast<const Def*>(nullptr), object_id(id));
  DDB_TRY(const CatalogObject* object, definition(session, object_id(id)));
  const Def* def = std::get_if<Def>(object);
  if (def == nullptr) return undefined(def, object_id(id));
  return def;
}

Result<const SchemaDef*> Catalog::schema(Session& session, SchemaId id) const {
  return definition_of<SchemaDef>(session, id);
}
Result<const TableDef*> Catalog::table(Session& session, TableId id) const {
  return definition_of<TableDef>(session, id);
}
Result<const IndexDef*> Catalog::index(Session& session, IndexId id) const {
  return definition_of<IndexDef>(session, id);
}
Result<const ViewDef*> Catalog::view(Session& session, ViewId id) const {
  return definition_of<ViewDef>(session, id);
}
Result<const SequenceDef*> Catalog::sequence(Session& session, SequenceId id) const {
  return definition_of<SequenceDef>(session, id);
}
Result<const ConstraintDef*> Catalog::constraint(Session& session, ConstraintId id) const {
  return definition_of<ConstraintDef>(session, id);
}

std::vector<IndexId> Catalog::indexes_of(TableId table) const {
  std::vector<IndexId> indexes;
  for (const CatalogEntry* entry : children_of(object_id(table))) {
    if (entry->kind == ObjectKind::kIndex) indexes.emplace_back(entry->id.value);
  }
  return indexes;
}

std::vector<ConstraintId> Catalog::constraints(const std::vector<const CatalogEntry*>& entries,
                                               ObjectKind first, ObjectKind last) const {
  std::vector<ConstraintId> found;
  for (const CatalogEntry* entry : entries) {
    if (entry->kind >= first && entry->kind <= last) found.emplace_back(entry->id.value);
  }
  return found;
}

std::vector<ConstraintId> Catalog::checks_of(TableId table) const {
  std::vector<const CatalogEntry*> entries = children_of(object_id(table));
  std::sort(entries.begin(), entries.end(),
            [](const CatalogEntry* a, const CatalogEntry* b) { return a->name < b->name; });
  return constraints(entries, ObjectKind::kCheck, ObjectKind::kCheck);
}

std::vector<ConstraintId> Catalog::keys_of(TableId table) const {
  return constraints(children_of(object_id(table)), ObjectKind::kUnique, ObjectKind::kPrimaryKey);
}
std::vector<ConstraintId> Catalog::foreign_keys_of(TableId table) const {
  return constraints(children_of(object_id(table)), ObjectKind::kForeignKey, ObjectKind::kForeignKey);
}
std::vector<ConstraintId> Catalog::foreign_keys_to(TableId table) const {
  return constraints(referrers_of(object_id(table)), ObjectKind::kForeignKey, ObjectKind::kForeignKey);
}

std::vector<const CatalogEntry*> Catalog::all() const {
  std::vector<const CatalogEntry*> found;
  auto change = changes_.begin();
  const auto take_changes = [&](ObjectId before) {
    for (; change != changes_.end() && (*change)->entry.id < before; ++change) {
      if (!(*change)->removed) found.push_back(&(*change)->entry);
    }
  };
  for (uint32_t i = 0; i < index_->size(); ++i) {
    const CatalogEntry& entry = index_->entry(i);
    take_changes(entry.id);
    if (change == changes_.end() || (*change)->entry.id != entry.id) found.push_back(&entry);
  }
  take_changes(ObjectId(~uint64_t{0}));
  return found;
}

std::vector<const CatalogEntry*> Catalog::in_schema(SchemaId schema) const {
  std::vector<const CatalogEntry*> found;
  for (const CatalogEntry* entry : all()) {
    if (is_relation(entry->kind) && entry->schema == schema) found.push_back(entry);
  }
  return found;
}

std::vector<const CatalogEntry*> Catalog::children_of(ObjectId parent) const {
  std::vector<const CatalogEntry*> found;
  index_->for_parent(parent, [&](uint32_t i) {
    if (change_of(index_->entry(i).id) == nullptr) found.push_back(&index_->entry(i));
  });
  for (const auto& change : changes_) {
    if (!change->removed && change->entry.parent == parent) found.push_back(&change->entry);
  }
  std::sort(found.begin(), found.end(), by_id);
  return found;
}

std::vector<const CatalogEntry*> Catalog::referrers_of(ObjectId target) const {
  std::vector<const CatalogEntry*> found;
  index_->for_target(target, [&](uint32_t i) {
    if (change_of(index_->entry(i).id) == nullptr) found.push_back(&index_->entry(i));
  });
  for (const auto& change : changes_) {
    if (!change->removed && change->entry.target == target) found.push_back(&change->entry);
  }
  std::sort(found.begin(), found.end(), by_id);
  return found;
}

}  // namespace ddb
