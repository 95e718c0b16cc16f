// catalog_writer: checks first, then rows, then the version.
#include "catalog/catalog_writer.h"

#include <algorithm>
#include <functional>
#include <new>
#include <string>
#include <utility>

#include "base/faults.h"
#include "btree/table_writer.h"
#include "catalog/catalog_trees.h"
#include "catalog/definition_check.h"
#include "catalog/dependents.h"
#include "catalog/object_encoding.h"
#include "catalog/reference_check.h"
#include "catalog/statistics_table.h"
#include "record/physical_kind.h"

namespace ddb {

// One change of the catalog: what is written, and how it looks in memory.
struct CatalogWriter::Batch {
  std::vector<CatalogObject> put;
  std::vector<ObjectId> removed;
  std::vector<std::shared_ptr<const CatalogChange>> changes;

  void note(const CatalogEntry& entry, bool is_removed, std::unique_ptr<const CatalogObject> object) {
    auto change = std::make_shared<CatalogChange>();
    change->entry = entry;
    change->name = std::string(entry.name);
    change->entry.name = change->name;
    change->removed = is_removed;
    if (object != nullptr) change->definition.set(std::move(object));
    changes.push_back(std::move(change));
  }
};

namespace {

// Whether rows that are stored under the one definition read the same under the other.
bool same_storage(const ColumnDef& a, const ColumnDef& b) {
  if (physical_kind(a.type) != physical_kind(b.type)) return false;
  if ((a.type.id == SqlTypeId::kNumeric) != (b.type.id == SqlTypeId::kNumeric)) return false;
  if (a.type.id == SqlTypeId::kNumeric && !(numeric_form(a.type.typmod) == numeric_form(b.type.typmod))) {
    return false;
  }
  if (a.missing.has_value() != b.missing.has_value()) return false;
  if (!a.missing) return true;
  Value from = *a.missing;
  from.type = b.missing->type;  // a modifier may have changed
  return a.missing->type.id == b.missing->type.id && identical_values(from, *b.missing);
}

Status invalid(const std::string& what) { return Status::error(sqlstate::kInvalidDefinition, what); }

Status needs_cascade(Session& session, const Catalog& catalog, ObjectReference root,
                     const std::vector<Dependency>& dependents) {
  constexpr size_t kListed = 100;
  std::string detail;
  for (size_t i = 0; i < dependents.size() && i < kListed; ++i) {
    if (i != 0) detail += '\n';
    detail += describe(session, catalog, dependents[i].object) + " depends on " +
              describe(session, catalog, dependents[i].target);
  }
  if (dependents.size() > kListed) {
    detail += "\nand " + std::to_string(dependents.size() - kListed) + " other objects";
  }
  return Status::error(sqlstate::kDependentObjects, "cannot drop " + describe(session, catalog, root) +
                                                        " because other objects depend on it")
      .with_detail(detail)
      .with_hint("Use DROP ... CASCADE to drop the dependent objects too.");
}

// Without memory between two changes, only rollback is left.
template <typename Outcome>
Outcome run_change(Session& session, const std::function<Outcome()>& change) {
  try {
    return change();
  } catch (const std::bad_alloc&) {
    return session.fail_transaction(Status::out_of_memory());
  }
}

Status put_tree(Session& session, PageNo objects, ObjectId id, const TableTree& tree, uint64_t version,
                const char* name) {
  CatalogEntry entry;
  entry.id = id;
  entry.kind = ObjectKind::kInternalTree;
  entry.tree = tree.tree;
  entry.root = tree.root;
  entry.changed = version;
  entry.name = name;
  return put_object(session, objects, entry);
}

Status write_new_catalog(Session& session, uint64_t version) {
  DDB_RETURN_IF_ERROR(session.set_schema_version(version));
  DDB_TRY(const TableTree object_tree, create_table_tree(session, kObjectTree, object_tree_schema()));
  DDB_TRY(const TableTree record_tree, create_table_tree(session, kRecordTree, record_tree_schema()));
  DDB_TRY(const TableTree mark_tree, create_table_tree(session, kMarkTree, mark_tree_schema()));
  DDB_TRY(const TableTree statistics_tree, create_statistics_tree(session, kStatisticsTree));
  const PageNo objects = object_tree.root;
  const PageNo records = record_tree.root;
  DDB_RETURN_IF_ERROR(put_tree(session, objects, kRecordTreeId, record_tree, version, "records"));
  DDB_RETURN_IF_ERROR(put_tree(session, objects, kMarkTreeId, mark_tree, version, "marks"));
  DDB_RETURN_IF_ERROR(put_tree(session, objects, kStatisticsTreeId, statistics_tree, version, "statistics"));
  std::string record;
  encode_header({kFirstObjectId, kFirstTreeId, ""}, record);
  DDB_RETURN_IF_ERROR(put_record(session, records, kHeaderId, record));
  SchemaDef schema;
  schema.id = kPublicSchema;
  schema.name = "public";
  const CatalogObject object(schema);
  CatalogEntry entry = entry_of(object);
  entry.changed = version;
  DDB_RETURN_IF_ERROR(put_object(session, objects, entry));
  record.clear();
  encode_object(object, record);
  DDB_RETURN_IF_ERROR(put_record(session, records, entry.id, record));
  return session.set_catalog_root(objects);
}

Result<CatalogHeader> read_header(Session& session, const Catalog::Roots& roots) {
  DDB_TRY(const std::optional<std::string> record, read_record(session, roots.records, kHeaderId));
  if (!record) return Status::corruption("the catalog has no header");
  return decode_header(*record);
}

Status write_header(Session& session, const Catalog::Roots& roots, const CatalogHeader& header) {
  std::string record;
  encode_header(header, record);
  return put_record(session, roots.records, kHeaderId, record);
}

}  // namespace

Status create_catalog(CatalogCache& cache, Session& session) {
  DDB_TRY(const PageNo root, session.catalog_root());
  if (root != kNoPage) {
    return Status::error(sqlstate::kDuplicateSchema, "the database has a catalog already");
  }
  DDB_TRY(const uint64_t stored, session.schema_version());
  const uint64_t version = cache.next_version(stored);
  return run_change<Status>(session, [&]() -> Status {
    Status made = write_new_catalog(session, version);
    return made.is_ok() ? made : session.fail_transaction(std::move(made));
  });
}

Status CatalogWriter::check_writing() {
  if (session_.writing()) return Status::ok();
  return Status::error(sqlstate::kInvalidState, "the catalog can be changed in a write transaction only");
}

Result<Catalog::Roots> CatalogWriter::roots() {
  DDB_RETURN_IF_ERROR(check_writing());
  DDB_TRY(const std::shared_ptr<const Catalog> now, catalog());
  if (!now->exists()) return Status::error(sqlstate::kUndefinedSchema, "the database has no catalog yet");
  return now->roots();
}

Result<ObjectId> CatalogWriter::new_object_id(const Catalog::Roots& roots) {
  DDB_TRY(CatalogHeader header, read_header(session_, roots));
  const ObjectId id(cache_.next_object_id(header.next_object_id));
  header.next_object_id = id.value + 1;
  DDB_RETURN_IF_ERROR(write_header(session_, roots, header));
  return id;
}

Result<ObjectId> CatalogWriter::new_object_id() {
  return run_change<Result<ObjectId>>(session_, [&]() -> Result<ObjectId> {
    DDB_TRY(const Catalog::Roots now, roots());
    return new_object_id(now);
  });
}

Result<TreeId> CatalogWriter::new_tree_id() {
  return run_change<Result<TreeId>>(session_, [&]() -> Result<TreeId> {
    DDB_TRY(const Catalog::Roots now, roots());
    DDB_TRY(CatalogHeader header, read_header(session_, now));
    if (DDB_FAULT(kTreeIdsTwice)) return TreeId(header.next_tree_id);
    DDB_TRY(const TreeId id, cache_.next_tree_id(header.next_tree_id));
    header.next_tree_id = id.value + 1;
    DDB_RETURN_IF_ERROR(write_header(session_, now, header));
    return id;
  });
}

Result<TableTree> CatalogWriter::statistics_tree() {
  return run_change<Result<TableTree>>(session_, [&]() -> Result<TableTree> {
    DDB_TRY(const Catalog::Roots now, roots());
    if (now.statistics != kNoPage) return TableTree{kStatisticsTree, now.statistics};
    DDB_TRY(const uint64_t stored, session_.schema_version());
    const uint64_t version = cache_.next_version(stored);
    const auto make = [&]() -> Result<TableTree> {
      DDB_RETURN_IF_ERROR(session_.set_schema_version(version));
      DDB_TRY(const TableTree tree, create_statistics_tree(session_, kStatisticsTree));
      DDB_RETURN_IF_ERROR(put_tree(session_, now.objects, kStatisticsTreeId, tree, version, "statistics"));
      return tree;
    };
    Result<TableTree> made = make();
    if (!made.is_ok()) return session_.fail_transaction(made.status());
    return made;
  });
}

Result<ObjectId> CatalogWriter::add(CatalogObject object) {
  return run_change<Result<ObjectId>>(session_, [&] { return add_checked(std::move(object)); });
}
Status CatalogWriter::replace(CatalogObject object) {
  return run_change<Status>(session_, [&] { return replace_checked(std::move(object)); });
}
Result<Dropped> CatalogWriter::drop(std::span<const ObjectReference> roots, DropBehavior behavior) {
  return run_change<Result<Dropped>>(session_, [&] { return drop_checked(roots, behavior); });
}

Status CatalogWriter::check_name_free(const Catalog& catalog, const CatalogEntry& entry) {
  const std::string name = '"' + std::string(entry.name) + '"';
  const CatalogEntry* there = nullptr;
  if (entry.kind == ObjectKind::kSchema) {
    const std::optional<SchemaId> schema = catalog.find_schema(entry.name);
    if (!schema || object_id(*schema) == entry.id) return Status::ok();
    return Status::error(sqlstate::kDuplicateSchema, "schema " + name + " already exists");
  }
  if (is_constraint(entry.kind)) {
    const std::optional<ConstraintId> constraint =
        catalog.find_constraint(TableId(entry.parent.value), entry.name);
    if (!constraint || object_id(*constraint) == entry.id) return Status::ok();
    const CatalogEntry* table = catalog.find(entry.parent);
    return Status::error(sqlstate::kDuplicateObject, "constraint " + name + " for relation \"" +
                                                         std::string(table != nullptr ? table->name : "") +
                                                         "\" already exists");
  }
  there = catalog.find_relation(entry.schema, entry.name);
  if (there == nullptr || there->id == entry.id) return Status::ok();
  return Status::error(sqlstate::kDuplicateTable, "relation " + name + " already exists");
}

Result<ObjectId> CatalogWriter::add_checked(CatalogObject object) {
  DDB_RETURN_IF_ERROR(check_writing());
  DDB_TRY(const std::shared_ptr<const Catalog> now, catalog());
  DDB_RETURN_IF_ERROR(check_definition(object));
  DDB_RETURN_IF_ERROR(check_name_free(*now, entry_of(object)));
  DDB_RETURN_IF_ERROR(check_references(session_, *now, object));
  ObjectId id = id_of(object);
  if (id.value == 0) {
    DDB_TRY(id, new_object_id(now->roots()));
    set_id(object, id);
  } else {
    DDB_TRY(const CatalogHeader header, read_header(session_, now->roots()));
    if (id.value >= header.next_object_id || now->find(id) != nullptr) {
      return invalid("object id " + std::to_string(id.value) + " is taken or was not given out");
    }
  }
  Batch batch;
  batch.put.push_back(std::move(object));
  DDB_RETURN_IF_ERROR(apply(*now, std::move(batch)));
  return id;
}

Status CatalogWriter::check_table_change(const Catalog& catalog, const TableDef& old, TableDef& table) {
  const bool same_tree = table.tree.tree == old.tree.tree;
  if (same_tree != (table.tree.root == old.tree.root)) {
    return invalid("a tree keeps its root page");
  }
  const uint32_t old_next = old.next_column_id == 0 ? 65536u : old.next_column_id;
  const uint32_t next = table.next_column_id == 0 ? 65536u : table.next_column_id;
  if (next < old_next) return invalid("column ids are never used again");
  bool changed = false;
  for (const ColumnDef& column : table.columns) {
    const uint32_t position = old.position_of(column.id);
    if (position == kNoColumn) {
      if (column.id.value < old_next) {
        return invalid("column id " + std::to_string(column.id.value) + " of a dropped column is used again");
      }
      changed = true;
    } else if (same_tree && !same_storage(old.columns[position], column)) {
      return invalid("column \"" + column.name + "\" cannot change how it is stored without a new tree");
    }
  }
  for (const ColumnDef& column : old.columns) {
    if (table.position_of(column.id) != kNoColumn) continue;
    changed = true;
    const ObjectReference gone{object_id(old.id), column.id};
    DDB_TRY(std::vector<Dependency> dependents, dependents_of(session_, catalog, gone));
    // Columns that read it may go in the same step, or no longer read it: the new definition is checked by itself.
    std::erase_if(dependents,
                  [&](const Dependency& dependent) { return dependent.object.object == object_id(old.id); });
    if (!dependents.empty()) return needs_cascade(session_, catalog, gone, dependents);
  }
  const bool row_id_stays =
      table.row_id_column == old.row_id_column ||
      (table.row_id_column.value == 0 && table.position_of(old.row_id_column) == kNoColumn);
  if (same_tree && !row_id_stays) return invalid("another row id column needs a new tree");
  table.version = changed ? old.version + 1 : old.version;
  return Status::ok();
}

Status CatalogWriter::check_key_change(const CatalogObject& old, const CatalogObject& object) {
  bool same = true;
  if (const auto* index = std::get_if<IndexDef>(&object)) {
    const auto& was = std::get<IndexDef>(old);
    same = index->unique == was.unique && index->key.size() == was.key.size();
    for (size_t i = 0; same && i < was.key.size(); ++i) same = index->key[i].column == was.key[i].column;
  } else if (const auto* constraint = std::get_if<ConstraintDef>(&object)) {
    const auto& was = std::get<ConstraintDef>(old);
    same = constraint->columns == was.columns && constraint->referenced_table == was.referenced_table;
  }
  return same ? Status::ok()
              : invalid("\"" + name_of(object) + "\" cannot change its key: drop it and add another");
}

Status CatalogWriter::move_indexes(const Catalog& catalog, const TableDef& table, Batch* batch) {
  for (const IndexId id : catalog.indexes_of(table.id)) {
    DDB_TRY(const IndexDef* index, catalog.index(session_, id));
    IndexDef moved = *index;
    moved.schema = table.schema;
    CatalogObject object(std::move(moved));
    DDB_RETURN_IF_ERROR(check_name_free(catalog, entry_of(object)));
    batch->put.push_back(std::move(object));
  }
  return Status::ok();
}

Status CatalogWriter::replace_checked(CatalogObject object) {
  DDB_RETURN_IF_ERROR(check_writing());
  DDB_TRY(const std::shared_ptr<const Catalog> now, catalog());
  DDB_TRY(const CatalogObject* old, now->definition(session_, id_of(object)));
  Batch batch;
  if (auto* table = std::get_if<TableDef>(&object)) {
    const auto* old_table = std::get_if<TableDef>(old);
    if (old_table != nullptr) {
      DDB_RETURN_IF_ERROR(check_table_change(*now, *old_table, *table));
      if (table->schema != old_table->schema) DDB_RETURN_IF_ERROR(move_indexes(*now, *table, &batch));
    }
  }
  const CatalogEntry entry = entry_of(object);
  if (kind_of(*old) != entry.kind || entry_of(*old).parent != entry.parent) {
    return invalid("object \"" + name_of(object) + "\" cannot change its kind or its table");
  }
  // Foreign keys may rely on it.
  DDB_RETURN_IF_ERROR(check_key_change(*old, object));
  DDB_RETURN_IF_ERROR(check_definition(object));
  DDB_RETURN_IF_ERROR(check_name_free(*now, entry));
  DDB_RETURN_IF_ERROR(check_references(session_, *now, object));
  batch.put.push_back(std::move(object));
  return apply(*now, std::move(batch));
}

Result<Dropped> CatalogWriter::drop_checked(std::span<const ObjectReference> roots, DropBehavior behavior) {
  DDB_RETURN_IF_ERROR(check_writing());
  DDB_TRY(const std::shared_ptr<const Catalog> now, catalog());
  DDB_TRY(const DropPlan plan, plan_drop(session_, *now, roots));
  if (behavior == DropBehavior::kRestrict && !plan.needs_cascade.empty()) {
    return needs_cascade(session_, *now, roots.front(), plan.needs_cascade);
  }
  Dropped dropped;
  Batch batch;
  for (const ObjectId id : plan.objects) {
    DDB_TRY(const CatalogObject* object, now->definition(session_, id));
    dropped.objects.push_back(*object);
    batch.removed.push_back(id);
  }
  std::vector<ObjectReference> columns = plan.columns;
  columns.insert(columns.end(), plan.defaults.begin(), plan.defaults.end());
  std::sort(columns.begin(), columns.end());
  for (const ObjectReference& column : columns) {
    const TableId id(column.object.value);
    if (dropped.tables.empty() || dropped.tables.back() != id) {
      DDB_TRY(const TableDef* table, now->table(session_, id));
      dropped.tables.push_back(id);
      batch.put.emplace_back(*table);
    }
    auto& table = std::get<TableDef>(batch.put.back());
    const uint32_t position = table.position_of(column.column);
    if (position == kNoColumn) {
      return Status::error(sqlstate::kUndefinedColumn, "column " + std::to_string(column.column.value) +
                                                           " of table \"" + table.name + "\" does not exist");
    }
    if (std::binary_search(plan.defaults.begin(), plan.defaults.end(), column)) {
      table.columns[position].default_value.reset();
      continue;
    }
    if (table.row_id_column == column.column) table.row_id_column = ColumnId();
    table.columns.erase(table.columns.begin() + position);
    DDB_TRY(const TableDef* old, now->table(session_, id));
    table.version = old->version + 1;
  }
  DDB_RETURN_IF_ERROR(apply(*now, std::move(batch)));
  return dropped;
}

Status CatalogWriter::apply(const Catalog& catalog, Batch batch) {
  for (const CatalogObject& object : batch.put) {
    std::string record;
    encode_object(object, record);
    if (record.size() <= kRecordBytesMax) continue;
    return Status::error(sqlstate::kProgramLimit, "the definition of \"" + name_of(object) + "\" takes " +
                                                      std::to_string(record.size()) + " bytes, at most " +
                                                      std::to_string(kRecordBytesMax) + " are allowed");
  }
  DDB_TRY(const uint64_t stored, session_.schema_version());
  const uint64_t version = DDB_FAULT(kKeepSchemaVersion) ? stored : cache_.next_version(stored);
  const auto write = [&]() -> Status {
    // First, so that rows that are there by half never look like a version that others see.
    DDB_RETURN_IF_ERROR(session_.set_schema_version(version));
    std::vector<CatalogObject> objects = std::move(batch.put);
    for (CatalogObject& object : objects) {
      DDB_RETURN_IF_ERROR(put(catalog, std::move(object), version, &batch));
    }
    for (const ObjectId id : batch.removed) DDB_RETURN_IF_ERROR(remove(catalog, id, &batch));
    return Status::ok();
  };
  Status written = write();
  // Some rows may be there and others not.
  if (!written.is_ok()) return session_.fail_transaction(std::move(written));
  cache_.keep(catalog.with(version, std::move(batch.changes)));
  return Status::ok();
}

Status CatalogWriter::put(const Catalog& catalog, CatalogObject object, uint64_t version, Batch* batch) {
  const Catalog::Roots& roots = catalog.roots();
  CatalogEntry entry = entry_of(object);
  entry.changed = version;
  DDB_RETURN_IF_ERROR(put_object(session_, roots.objects, entry));
  std::string record;
  encode_object(object, record);
  DDB_RETURN_IF_ERROR(put_record(session_, roots.records, entry.id, record));

  std::vector<Dependency> needs = dependencies_of(object).stored;
  for (const CatalogEntry* row : catalog.children_of(entry.id)) {
    if (!is_dependency(row->kind)) continue;
    const auto same = [&](const Dependency& need) {
      return need.kind == row->kind && need.target.object == row->target &&
             dependency_detail(need.object.column, need.target.column) == row->detail;
    };
    const auto at = std::find_if(needs.begin(), needs.end(), same);
    if (at == needs.end()) {
      DDB_RETURN_IF_ERROR(remove_row(catalog, row->id, batch));
    } else {
      needs.erase(at);
    }
  }
  for (const Dependency& need : needs) {
    CatalogEntry row;
    DDB_TRY(row.id, new_object_id(roots));
    row.kind = need.kind;
    row.parent = need.object.object;
    row.target = need.target.object;
    row.detail = dependency_detail(need.object.column, need.target.column);
    row.changed = version;
    DDB_RETURN_IF_ERROR(put_object(session_, roots.objects, row));
    batch->note(row, false, nullptr);
  }
  auto kept = std::make_unique<const CatalogObject>(std::move(object));
  entry.name = name_of(*kept);
  batch->note(entry, false, std::move(kept));
  return Status::ok();
}

Status CatalogWriter::remove_row(const Catalog& catalog, ObjectId id, Batch* batch) {
  CatalogEntry row;
  row.id = id;
  batch->note(row, true, nullptr);
  return erase_object(session_, catalog.roots().objects, id);
}

Status CatalogWriter::remove(const Catalog& catalog, ObjectId id, Batch* batch) {
  const CatalogEntry* entry = catalog.find(id);
  const Catalog::Roots& roots = catalog.roots();
  for (const CatalogEntry* row : catalog.children_of(id)) {
    if (DDB_FAULT(kKeepDependency)) break;
    if (is_dependency(row->kind)) DDB_RETURN_IF_ERROR(remove_row(catalog, row->id, batch));
  }
  DDB_RETURN_IF_ERROR(remove_row(catalog, id, batch));
  DDB_RETURN_IF_ERROR(erase_record(session_, roots.records, id));
  if (entry->kind == ObjectKind::kTable && roots.statistics != kNoPage) {
    const StatisticsTable statistics({kStatisticsTree, roots.statistics});
    DDB_RETURN_IF_ERROR(statistics.remove(session_, static_cast<int64_t>(id.value)).status());
  }
  if (entry->kind != ObjectKind::kSequence || DDB_FAULT(kKeepMark)) return Status::ok();
  return erase_mark(session_, roots.marks, SequenceId(id.value)).status();
}

}  // namespace ddb
