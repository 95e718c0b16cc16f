// schema_trace: the statements, and the comparison.
#include "schema_trace.h"

#include <algorithm>
#include <set>

#include "access/index_build.h"
#include "btree/index_writer.h"
#include "btree/table_cursor.h"
#include "record/vector_value.h"

namespace ddb::schema_world {
namespace {

constexpr SchemaId kPublic{16};
constexpr SqlType kInt{SqlTypeId::kInteger, kNoTypmod};
constexpr SqlType kBig{SqlTypeId::kBigint, kNoTypmod};
// Columns of every table: the row id, a number that is the row's own, one for foreign keys. More come and go.
constexpr uint16_t kId = 1, kOwn = 2, kParent = 3, kFirstExtra = 4;

Cell cell_at(const Vector& vector, uint32_t row) {
  if (vector.is_null(row)) return {};
  return vector.kind() == PhysicalKind::kInt64 ? vector.value<int64_t>(row) : vector.value<int32_t>(row);
}

Result<Rows> rows_of(Session& session, const TableRules& table) {
  std::vector<uint32_t> columns;
  for (uint32_t c = 1; c < table.schema.columns.size(); ++c) columns.push_back(c);
  TableCursor cursor(table.tree, table.schema);
  ScanRequest request;
  request.columns = columns;
  request.row_ids = true;
  DDB_RETURN_IF_ERROR(cursor.open(session, request));
  Rows rows;
  for (;;) {
    DDB_TRY(const uint32_t count, cursor.next_batch());
    if (count == 0) return rows;
    for (uint32_t i = 0; i < count; ++i) {
      Row row{{kId, cursor.row_ids()[i]}};
      for (uint32_t c = 0; c < columns.size(); ++c)
        row[table.schema.columns[columns[c]].id] = cell_at(cursor.column(c), i);
      rows.emplace(cursor.row_ids()[i], std::move(row));
    }
  }
}

// Rows as a batch of vectors of the columns given.
struct Vectors {
  Status set(const TableRules& table, const std::vector<uint32_t>& columns, const std::vector<Row>& rows) {
    vectors = std::make_unique<Vector[]>(columns.size());
    for (size_t c = 0; c < columns.size(); ++c) {
      const TableColumn& column = table.schema.columns[columns[c]];
      DDB_RETURN_IF_ERROR(vectors[c].allocate(column.kind, static_cast<uint32_t>(rows.size()), memory));
      for (uint32_t i = 0; i < rows.size(); ++i) {
        const Cell cell = rows[i].at(column.id);
        if (!cell) {
          vectors[c].set_null(i);
        } else if (column.kind == PhysicalKind::kInt64) {
          vectors[c].set<int64_t>(i, *cell);
        } else {
          vectors[c].set<int32_t>(i, static_cast<int32_t>(*cell));
        }
      }
      pointers.push_back(&vectors[c]);
    }
    return Status::ok();
  }
  BatchArena memory{uint64_t{16} << 20};
  std::unique_ptr<Vector[]> vectors;
  std::vector<const Vector*> pointers;
};

ColumnDef column_of(uint16_t id, const std::string& name, const SqlType& type) {
  ColumnDef column;
  column.id = ColumnId(id);
  column.name = name;
  column.type = type;
  return column;
}

std::string first_finding(const DatabaseReport& report) {
  if (report.catalog.findings_count != 0) return "catalog: " + report.catalog.findings[0].text;
  if (report.pages.findings_count != 0) {
    const VerifyFinding& finding = report.pages.findings[0];
    return "page " + std::to_string(finding.page.value) + " of tree " + std::to_string(finding.tree.value) +
           ": " + verify_rule_name(finding.rule) + ": " + finding.text;
  }
  if (!report.rows.empty()) return report.rows[0].name + ": " + report.rows[0].finding.text;
  return report.unread.empty() ? "" : report.unread[0].to_string();
}

}  // namespace

SchemaHost::SchemaHost(std::unique_ptr<Database> opened, Runtime& runtime)
    : database(std::move(opened)),
      cache(runtime),
      sequences(runtime),
      rule_cache(runtime, source),
      session(std::move(database->new_session()).value()),
      writer(cache, *session),
      changes(std::make_unique<ChangeSet>(*session)) {}

SchemaHost::~SchemaHost() {
  changes.reset();
  session.reset();
}

std::shared_ptr<const Catalog> SchemaHost::catalog() {
  auto found = cache.get(*session);
  return found.is_ok() ? *found : nullptr;
}

const TableRules* SchemaHost::rules(TableId table) {
  const std::shared_ptr<const Catalog> now = catalog();
  if (now == nullptr) return nullptr;
  auto set = rule_cache.get(*session, *now, table);
  if (!set.is_ok()) return nullptr;
  held.push_back(*set);
  return held.back()->find(table);
}

std::string differs(SchemaHost& host, const State& state) {
  Session& session = *host.session;
  const std::shared_ptr<const Catalog> catalog = host.catalog();
  if (catalog == nullptr) return "the catalog cannot be read";
  if (catalog->version() != state.schema_version)
    return "schema version " + std::to_string(catalog->version()) + " instead of " +
           std::to_string(state.schema_version);
  Result<Objects> objects = objects_of(session, *catalog);
  if (!objects.is_ok()) return objects.status().to_string();
  if (*objects != state.objects) {
    for (const auto& [id, object] : *objects) {
      const auto expected = state.objects.find(id);
      if (expected == state.objects.end())
        return "object " + std::to_string(id) + " \"" + object.name + "\" too many";
      if (!(expected->second == object))
        return "object " + std::to_string(id) + " \"" + object.name + "\" differs";
    }
    return "objects are missing";
  }
  DatabaseReport report;
  const Status verified = verify_database(session, host.source, 3, &report);
  if (!verified.is_ok()) return "verify: " + verified.to_string();
  if (report.findings_count != 0) return "verify: " + first_finding(report);
  for (const auto& [id, expected] : state.rows) {
    const TableRules* table = host.rules(TableId(id));
    if (table == nullptr) return "table " + std::to_string(id) + " has no rules";
    Result<Rows> rows = rows_of(session, *table);
    if (!rows.is_ok()) return rows.status().to_string();
    if (*rows != expected) return "rows of table " + std::to_string(id) + " differ";
  }
  for (const auto& [id, last] : state.handed) {
    Result<const SequenceDef*> sequence = catalog->sequence(session, SequenceId(id));
    if (!sequence.is_ok()) return sequence.status().to_string();
    Result<int64_t> next = host.sequences.nextval(session, *catalog, **sequence, host.values);
    if (!next.is_ok()) return next.status().to_string();
    if (*next <= last)
      return "sequence " + std::to_string(id) + " gives " + std::to_string(*next) + " after " +
             std::to_string(last);
  }
  return "";
}

bool SchemaTrace::good(const Status& status, const char* what) {
  if (!status.is_ok() && wrong_.empty()) wrong_ = std::string(what) + ": " + status.to_string();
  return wrong_.empty();
}

std::string SchemaTrace::run(SchemaHost& host, const State* state, uint32_t transactions, Watch watch) {
  host_ = &host;
  watch_ = std::move(watch);
  if (state != nullptr) {
    now_ = committed_ = *state;
    names_ = 1'000'000;
  } else {
    if (!good(host.session->begin_write(), "begin")) return wrong_;
    if (!good(create_catalog(host.cache, *host.session), "create the catalog")) return wrong_;
    if (!commit()) return wrong_;
  }
  for (uint32_t i = 0; i < transactions && wrong_.empty(); ++i) transaction();
  if (!wrong_.empty()) return wrong_;
  if (!good(host.session->begin_read(), "begin read")) return wrong_;
  wrong_ = differs(host, committed_);
  (void)host.session->rollback().is_ok();
  return wrong_;
}

void SchemaTrace::transaction() {
  if (!good(host_->session->begin_write(), "begin")) return;
  compare_catalogs("at the begin");
  std::vector<State> savepoints;
  for (uint64_t i = 1 + random_.below(6); i > 0 && wrong_.empty(); --i) {
    if (random_.chance(250)) {
      if (!good(host_->session->savepoint().status(), "savepoint")) return;
      savepoints.push_back(now_);
    }
    statement();
    if (!wrong_.empty()) return;
    compare_catalogs("after a statement");
    if (!wrong_.empty()) return;
    if (savepoints.empty() || !random_.chance(200)) continue;
    if (!good(host_->session->rollback_to(static_cast<uint32_t>(savepoints.size())), "rollback to")) return;
    host_->changes->clear();
    const std::map<uint64_t, int64_t> handed = now_.handed;
    now_ = savepoints.back();
    // What was handed out stays so, whatever is rolled back.
    for (const auto& [id, value] : handed) {
      if (now_.objects.contains(id)) now_.handed[id] = value;
    }
    compare_catalogs("after a rollback to a savepoint");
  }
  if (!wrong_.empty()) return;
  if (random_.chance(800)) {
    if (!good(host_->changes->before_commit(), "before commit")) return;
    if (!commit()) return;
  } else {
    if (!good(host_->session->rollback(), "rollback")) return;
    const std::map<uint64_t, int64_t> handed = now_.handed;
    now_ = committed_;
    for (const auto& [id, value] : handed) {
      if (now_.objects.contains(id)) now_.handed[id] = committed_.handed[id] = value;
    }
  }
  host_->changes->clear();
  if (random_.chance(100)) (void)host_->database->checkpoint().is_ok();
}

// What sessions are shown is what is stored.
void SchemaTrace::compare_catalogs(const char* when) {
  const std::shared_ptr<const Catalog> kept = host_->catalog();
  Result<std::shared_ptr<const Catalog>> fresh = Catalog::load(*host_->session);
  if (kept == nullptr || !good(fresh.status(), "load")) {
    if (wrong_.empty()) wrong_ = "no catalog";
    return;
  }
  Result<Objects> shown = objects_of(*host_->session, *kept);
  Result<Objects> stored = objects_of(*host_->session, **fresh);
  if (!good(shown.status(), "the kept catalog") || !good(stored.status(), "the stored catalog")) return;
  if (*shown != *stored) wrong_ = std::string("the kept catalog is not the stored one ") + when;
}

bool SchemaTrace::commit() {
  const std::shared_ptr<const Catalog> catalog = host_->catalog();
  if (catalog == nullptr) {
    wrong_ = "no catalog at a commit";
    return false;
  }
  if (!good(host_->sequences.write_marks(*host_->session, *catalog), "marks")) return false;
  Result<Objects> objects = objects_of(*host_->session, *catalog);
  if (!good(objects.status(), "objects")) return false;
  now_.objects = std::move(*objects);
  now_.schema_version = catalog->version();
  if (watch_.before_commit) watch_.before_commit(now_);
  Result<Lsn> lsn = host_->session->commit();
  if (!good(lsn.status(), "commit")) return false;
  if (watch_.after_commit) watch_.after_commit(lsn->value);
  committed_ = now_;
  return true;
}

void SchemaTrace::statement() {
  ++statements_;
  switch (random_.below(20)) {
    case 0:
    case 1:
      return create_table();
    case 2:
    case 3:
      return create_index();
    case 4:
      return create_key();
    case 5:
      return create_view();
    case 6:
      return create_sequence();
    case 7:
    case 8:
      return add_column();
    case 9:
      return drop_column();
    case 10:
      return rename();
    case 11:
      return drop();
    case 12:
    case 13:
      return next_values();
    case 14:
      return erase();
    case 15:
      return update();
    default:
      return insert();
  }
}

// --- Definitions -------------------------------------------------------------------------------------------------------

std::string SchemaTrace::new_name() { return "n" + std::to_string(names_++); }

template <typename Def>
std::optional<Def> SchemaTrace::any() {
  const std::shared_ptr<const Catalog> catalog = host_->catalog();
  if (catalog == nullptr) return {};
  std::vector<const Def*> all;
  for (const CatalogEntry* entry : catalog->all()) {
    if (!has_record(entry->kind)) continue;
    Result<const CatalogObject*> object = catalog->definition(*host_->session, entry->id);
    if (!object.is_ok()) continue;
    if (const Def* def = std::get_if<Def>(*object); def != nullptr) all.push_back(def);
  }
  if (all.empty()) return {};
  return *all[random_.below(all.size())];
}

TableId SchemaTrace::any_table() {
  if (now_.rows.empty()) return {};
  return TableId(
      std::next(now_.rows.begin(), static_cast<ptrdiff_t>(random_.below(now_.rows.size())))->first);
}

void SchemaTrace::create_table() {
  if (now_.rows.size() >= 6) return drop();
  TableDef table;
  table.schema = kPublic;
  table.name = new_name();
  table.columns = {column_of(kId, "id", kBig), column_of(kOwn, "own", kInt),
                   column_of(kParent, "parent", kBig)};
  table.columns[0].not_null = true;
  table.row_id_column = ColumnId(kId);
  table.next_column_id = kFirstExtra;
  Result<TreeId> tree = host_->writer.new_tree_id();
  if (!good(tree.status(), "tree id")) return;
  Result<TableTree> made = create_table_tree(*host_->session, *tree, make_table_schema(table));
  if (!good(made.status(), "create a tree")) return;
  table.tree = *made;
  Result<TableId> id = host_->writer.add_table(table);
  if (!good(id.status(), "add a table")) return;
  ConstraintDef key;
  key.table = *id;
  key.name = "pkey";
  key.kind = ConstraintKind::kPrimaryKey;
  key.columns = {ColumnId(kId)};
  if (!good(host_->writer.add_constraint(key).status(), "add a primary key")) return;
  now_.rows[id->value];
}

void SchemaTrace::create_index() {
  std::optional<TableDef> table = any<TableDef>();
  if (!table) return;
  IndexDef def;
  def.table = table->id;
  def.schema = kPublic;
  def.name = new_name();
  const bool unique = random_.chance(300);
  def.unique = unique;
  const size_t columns = unique ? 1 : 1 + random_.below(2);
  for (size_t i = 0; i < columns; ++i) {
    IndexColumn column;
    column.column = unique ? ColumnId(kOwn) : table->columns[1 + random_.below(table->columns.size() - 1)].id;
    if (i == 1 && def.key[0].column == column.column) break;
    column.descending = random_.chance(300);
    def.key.push_back(column);
  }
  if (random_.chance(300)) def.included = {ColumnId(random_.chance(500) ? kParent : kId)};
  Result<TreeId> tree = host_->writer.new_tree_id();
  if (!good(tree.status(), "tree id")) return;
  Result<IndexTree> made = create_index_tree(*host_->session, *tree, !def.included.empty());
  if (!good(made.status(), "create an index tree")) return;
  def.tree = *made;
  Result<IndexId> id = host_->writer.add_index(def);
  if (!good(id.status(), "add an index")) return;
  const TableRules* rules = host_->rules(table->id);
  if (rules == nullptr) {
    wrong_ = "no rules for a new index";
    return;
  }
  const auto index = std::ranges::find(rules->indexes, id->value, &IndexRules::id);
  if (index == rules->indexes.end()) {
    wrong_ = "rules without the new index";
    return;
  }
  TempSpace temp(nullptr, "", 0);
  MemoryTracker memory({"index build", "maintenance_work_mem"}, 16 << 20, nullptr);
  IndexBuildMeans means;
  means.memory = &memory;
  means.temp = &temp;
  means.load.direct = random_.chance(500);
  good(build_index(*host_->session, *rules, *index, means), "build an index");
}

// A foreign key over the column that is NULL in every row as long as there is none.
void SchemaTrace::create_key() {
  const TableId child = any_table();
  const TableId parent = any_table();
  const std::shared_ptr<const Catalog> catalog = host_->catalog();
  if (child.value == 0 || catalog == nullptr || !catalog->foreign_keys_of(child).empty()) return;
  ConstraintDef key;
  key.table = child;
  key.name = new_name();
  key.kind = ConstraintKind::kForeignKey;
  key.columns = {ColumnId(kParent)};
  key.referenced_table = parent;
  key.referenced_columns = {ColumnId(kId)};
  const std::optional<ConstraintId> parent_key = catalog->find_constraint(parent, "pkey");
  if (!parent_key) {
    wrong_ = "a table without its key";
    return;
  }
  key.referenced_constraint = *parent_key;
  key.on_delete = ReferentialAction::kSetNull;
  if (random_.chance(500)) key.deferrable = key.initially_deferred = true;
  good(host_->writer.add_constraint(key).status(), "add a foreign key");
}

void SchemaTrace::create_view() {
  ViewDef view;
  view.schema = kPublic;
  view.name = new_name();
  view.columns.push_back({"v", kInt, ""});
  BoundExpression query;
  query.bytes = std::string(random_.below(random_.chance(100) ? 9000 : 60), 'q');
  query.text = "SELECT";
  if (const std::optional<TableDef> table = any<TableDef>(); table)
    query.references.push_back({object_id(table->id), table->columns.back().id});
  view.query.content = std::move(query);
  good(host_->writer.add_view(view).status(), "add a view");
}

void SchemaTrace::create_sequence() {
  SequenceDef sequence;
  sequence.schema = kPublic;
  sequence.name = new_name();
  // Some belong to a column whose default they are: serial.
  std::optional<TableDef> table = any<TableDef>();
  const bool is_serial = table && table->columns.size() > 3 && random_.chance(400);
  const size_t column = is_serial ? 1 + random_.below(table->columns.size() - 1) : 0;
  if (is_serial && table->columns[column].id.value < kFirstExtra) return;
  if (is_serial) sequence.owner = {object_id(table->id), table->columns[column].id};
  Result<SequenceId> id = host_->writer.add_sequence(sequence);
  if (!good(id.status(), "add a sequence")) return;
  now_.handed[id->value] = 0;
  if (!is_serial) return;
  BoundExpression next;
  next.bytes = next.text = "nextval";
  next.references.push_back({object_id(*id), ColumnId()});
  StoredExpression expression;
  expression.content = std::move(next);
  table->columns[column].default_value = expression;
  good(host_->writer.replace(*table), "a serial column");
}

void SchemaTrace::add_column() {
  std::optional<TableDef> table = any<TableDef>();
  if (!table || table->columns.size() >= 7) return;
  ColumnDef column = column_of(table->next_column_id, "c" + std::to_string(table->next_column_id), kInt);
  Cell missing;
  if (random_.chance(600)) {
    missing = static_cast<int64_t>(random_.below(1000));
    column.missing = Value{kInt, static_cast<int32_t>(*missing)};
    StoredExpression constant;
    constant.content = *column.missing;
    column.default_value = constant;
  }
  table->columns.insert(
      table->columns.begin() + 1 + static_cast<ptrdiff_t>(random_.below(table->columns.size())), column);
  ++table->next_column_id;
  if (!good(host_->writer.replace(*table), "add a column")) return;
  for (auto& [id, row] : now_.rows[table->id.value]) row[column.id.value] = missing;
}

void SchemaTrace::drop_column() {
  std::optional<TableDef> table = any<TableDef>();
  if (!table) return;
  std::vector<ColumnId> extra;
  for (const ColumnDef& column : table->columns) {
    if (column.id.value >= kFirstExtra) extra.push_back(column.id);
  }
  if (extra.empty()) return;
  const ColumnId gone = extra[random_.below(extra.size())];
  Result<Dropped> dropped = host_->writer.drop_column(table->id, gone, DropBehavior::kCascade);
  if (!good(dropped.status(), "drop a column")) return;
  for (auto& [id, row] : now_.rows[table->id.value]) row.erase(gone.value);
  for (const CatalogObject& object : dropped->objects) now_.handed.erase(id_of(object).value);
  free_trees(dropped->objects);
}

void SchemaTrace::rename() {
  std::optional<TableDef> table = any<TableDef>();
  if (!table) return;
  table->name = new_name();
  good(host_->writer.replace(*table), "rename a table");
}

void SchemaTrace::drop() {
  ObjectId root;
  const uint64_t kind = random_.below(4);
  if (const auto table = any<TableDef>(); kind == 0 && table) root = object_id(table->id);
  if (const auto index = any<IndexDef>(); kind == 1 && index) root = object_id(index->id);
  if (const auto sequence = any<SequenceDef>(); kind == 2 && sequence) root = object_id(sequence->id);
  if (const auto view = any<ViewDef>(); kind == 3 && view) root = object_id(view->id);
  if (root.value == 0) return;
  Result<Dropped> dropped = host_->writer.drop(root, DropBehavior::kCascade);
  if (!good(dropped.status(), "drop")) return;
  // Foreign keys that are gone leave values behind; the next one needs none.
  for (const CatalogObject& object : dropped->objects) {
    now_.rows.erase(id_of(object).value);
    now_.handed.erase(id_of(object).value);
  }
  free_trees(dropped->objects);
  for (const CatalogObject& object : dropped->objects) {
    const auto* key = std::get_if<ConstraintDef>(&object);
    if (key == nullptr || key->kind != ConstraintKind::kForeignKey || !now_.rows.contains(key->table.value))
      continue;
    Rows& rows = now_.rows[key->table.value];
    const TableRules* rules = host_->rules(key->table);
    if (rules == nullptr) {
      wrong_ = "no rules after a drop";
      return;
    }
    for (auto& [id, row] : rows) {
      if (!row[kParent]) continue;
      row[kParent].reset();
      Vectors values;
      const std::vector<uint32_t> columns{2};
      if (!good(values.set(*rules, columns, {row}), "values")) return;
      if (!good(host_->changes->update(*rules, {&id, 1}, columns, values.pointers), "set null")) return;
    }
    if (!good(host_->changes->end_statement(), "end")) return;
  }
}

void SchemaTrace::free_trees(const std::vector<CatalogObject>& objects) {
  host_->changes->clear();
  for (const CatalogObject& object : objects) {
    if (const auto* table = std::get_if<TableDef>(&object); table != nullptr) {
      if (!good(drop_table_tree(*host_->session, table->tree), "free a table's tree")) return;
    } else if (const auto* index = std::get_if<IndexDef>(&object); index != nullptr) {
      if (!good(drop_index_tree(*host_->session, index->tree), "free an index's tree")) return;
    }
  }
}

// --- Rows --------------------------------------------------------------------------------------------------------------

void SchemaTrace::insert() {
  const TableId id = any_table();
  if (id.value == 0) return;
  const TableRules* table = host_->rules(id);
  if (table == nullptr) {
    wrong_ = "no rules for an insert";
    return;
  }
  Rows& rows = now_.rows[id.value];
  const Rows* parents = nullptr;
  if (!table->foreign_keys.empty()) parents = &now_.rows[table->foreign_keys[0]->parent->id];
  std::vector<Row> fresh;
  std::vector<int64_t> ids;
  for (uint64_t i = 1 + random_.below(random_.chance(800) ? 8 : 300); i > 0; --i) {
    const auto row_id = static_cast<int64_t>(random_.below(5000));
    if (rows.contains(row_id) || std::ranges::find(ids, row_id) != ids.end()) continue;
    Row row;
    for (const TableColumn& column : table->schema.columns) row[column.id] = value_of(column.id, row_id);
    if (parents != nullptr && !parents->empty() && random_.chance(700))
      row[kParent] =
          std::next(parents->begin(), static_cast<ptrdiff_t>(random_.below(parents->size())))->first;
    fresh.push_back(std::move(row));
    ids.push_back(row_id);
  }
  if (fresh.empty()) return;
  std::vector<uint32_t> columns;
  for (uint32_t c = 0; c < table->schema.columns.size(); ++c) columns.push_back(c);
  Vectors values;
  if (!good(values.set(*table, columns, fresh), "values")) return;
  if (!good(host_->changes->insert(*table, {static_cast<uint32_t>(ids.size()), ids.data(), values.pointers}),
            "insert"))
    return;
  if (!good(host_->changes->end_statement(), "end of an insert")) return;
  for (size_t i = 0; i < ids.size(); ++i) rows.emplace(ids[i], fresh[i]);
}

Cell SchemaTrace::value_of(uint16_t column, int64_t id) {
  if (column == kId) return id;
  if (column == kOwn) return id * 7;
  if (column == kParent || random_.chance(200)) return {};
  return static_cast<int64_t>(random_.below(100));
}

void SchemaTrace::update() {
  const TableId id = any_table();
  if (id.value == 0 || now_.rows[id.value].empty()) return;
  const TableRules* table = host_->rules(id);
  if (table == nullptr) {
    wrong_ = "no rules for an update";
    return;
  }
  const auto columns_count = static_cast<uint32_t>(table->schema.columns.size());
  if (columns_count <= 3) return;
  const std::vector<uint32_t> columns{3 + static_cast<uint32_t>(random_.below(columns_count - 3))};
  const uint16_t column = table->schema.columns[columns[0]].id;
  std::vector<int64_t> ids;
  std::vector<Row> changed;
  for (auto& [row_id, row] : now_.rows[id.value]) {
    if (!random_.chance(100) || ids.size() >= 500) continue;
    row[column] = value_of(column, row_id);
    ids.push_back(row_id);
    changed.push_back(row);
  }
  if (ids.empty()) return;
  Vectors values;
  if (!good(values.set(*table, columns, changed), "values")) return;
  if (!good(host_->changes->update(*table, ids, columns, values.pointers), "update")) return;
  good(host_->changes->end_statement(), "end of an update");
}

void SchemaTrace::erase() {
  const TableId id = any_table();
  if (id.value == 0) return;
  const TableRules* table = host_->rules(id);
  if (table == nullptr) {
    wrong_ = "no rules for a delete";
    return;
  }
  std::vector<int64_t> ids;
  const uint32_t per_mille = random_.chance(800) ? 50 : 900;
  for (const auto& [row_id, row] : now_.rows[id.value]) {
    if (random_.chance(per_mille)) ids.push_back(row_id);
  }
  for (size_t at = 0; at < ids.size(); at += kVectorRowsMax) {
    const std::span<const int64_t> part =
        std::span(ids).subspan(at, std::min<size_t>(kVectorRowsMax, ids.size() - at));
    if (!good(host_->changes->erase(*table, part).status(), "delete")) return;
  }
  if (!good(host_->changes->end_statement(), "end of a delete")) return;
  for (const int64_t row_id : ids) now_.rows[id.value].erase(row_id);
  const std::set<int64_t> gone(ids.begin(), ids.end());
  for (const ForeignKeyRules* key : table->referenced_by) {
    for (auto& [row_id, row] : now_.rows[key->child->id]) {
      if (row[kParent] && gone.contains(*row[kParent])) row[kParent].reset();
    }
  }
}

void SchemaTrace::next_values() {
  const std::optional<SequenceDef> sequence = any<SequenceDef>();
  const std::shared_ptr<const Catalog> catalog = host_->catalog();
  if (!sequence || catalog == nullptr) return;
  for (uint64_t i = 1 + random_.below(5); i > 0; --i) {
    Result<int64_t> value = host_->sequences.nextval(*host_->session, *catalog, *sequence, host_->values);
    if (!good(value.status(), "nextval")) return;
    int64_t& last = now_.handed[sequence->id.value];
    if (*value <= last) wrong_ = "nextval went back";
    last = *value;
  }
}

}  // namespace ddb::schema_world
