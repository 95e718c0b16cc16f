// indexes: the bench table with its text index beside LMDB (an index kept by hand) and SQLite; index builds; foreign keys and cascades.
#include "access/change_set.h"
#include "access/index_build.h"
#include "peers/lmdb_peer.h"
#include "peers/measure.h"
#include "peers/sqlite_peer.h"
#include "record/key_encode.h"
#include "support/arguments.h"
#include "support/engine_table.h"

using namespace bench;

namespace {

Figure figure_of(const std::string& name, const std::string& unit) {
  return {.name = name, .unit = unit, .rounds = {}, .floor_name = {}, .floor_rounds = {}, .target = {}};
}
double rate_of(uint64_t began, uint64_t count) {
  return static_cast<double>(count) * 1e9 / static_cast<double>(now_ns() - began);
}

// A database on the memory VFS (with a log), and tables in it by their rules.
struct Place {
  explicit Place(uint64_t memory = uint64_t{256} << 20) {
    ddb::Options options;
    options.vfs = &vfs;
    options.memory_limit = memory;
    options.wal_limit = uint64_t{256} << 20;
    database = must(ddb::Database::open("/bench.ddb", options), "open");
    session = must(database->new_session(), "a session");
  }
  ~Place() {
    session.reset();
    (void)database->close().is_ok();
  }
  void begin() { must(session->begin_write(), "begin"); }
  void commit() { must(session->commit().status(), "commit"); }
  uint64_t file_bytes() {
    must(database->checkpoint(), "checkpoint");
    auto file = must(vfs.open("/bench.ddb", ddb::OpenMode::kReadOnly), "the file");
    return must(file->size(), "its size");
  }
  ddb::MemoryVfs vfs;
  std::unique_ptr<ddb::Database> database;
  std::unique_ptr<ddb::Session> session;
  uint32_t next_tree = 1;
};

std::unique_ptr<ddb::TableRules> rules_of(Place& place, const std::string& name, ddb::TableSchema schema) {
  auto rules = std::make_unique<ddb::TableRules>();
  rules->name = name;
  rules->schema = std::move(schema);
  for (const ddb::TableColumn& column : rules->schema.columns)
    rules->columns.push_back({"c" + std::to_string(column.id), false, nullptr, {column.type, ddb::Null{}}});
  rules->row_id_constraint = name + "_pkey";
  rules->tree =
      must(ddb::create_table_tree(*place.session, ddb::TreeId(place.next_tree++), rules->schema), "a table");
  return rules;
}

ddb::IndexRules index_on(Place& place, const ddb::TableRules& rules, uint32_t column, bool unique = false) {
  ddb::IndexRules index;
  index.name = rules.name + "_index";
  index.unique = unique;
  index.key.push_back({column, nullptr, {}, {rules.schema.columns[column].type, false, false}});
  index.tree =
      must(ddb::create_index_tree(*place.session, ddb::TreeId(place.next_tree++), false), "an index");
  return index;
}

// 100k rows of (bigint, 8 B, 22 B) with a text index, one transaction with its commit.
void measure_insert(uint64_t rows, uint64_t rounds, Report& report) {
  const BenchTable table(rows);
  std::vector<BenchRow> made;
  for (uint64_t i = 0; i < rows; ++i) made.push_back(table.row(i));
  Place place;
  Figure figure = figure_of("decentdb.insert_indexed", "rows/s");
  figure.target = Target::value_at_least(1.5e6);
  for (uint64_t round = 0; round <= rounds; ++round) {
    place.begin();
    auto rules = rules_of(place, "bench", bench_schema(false));
    rules->indexes.push_back(index_on(place, *rules, 2));
    place.commit();
    ddb::ChangeSet changes(*place.session);
    RowsAsBatch batch(rules->schema);
    const uint64_t began = now_ns();
    place.begin();
    for (size_t at = 0; at < made.size(); at += ddb::kVectorRowsMax) {
      const auto count = static_cast<uint32_t>(std::min<size_t>(ddb::kVectorRowsMax, made.size() - at));
      must(changes.insert(*rules, batch.fill(made.data() + at, count)), "insert");
    }
    must(changes.before_commit(), "before commit");
    place.commit();
    if (round > 0) figure.rounds.push_back(rate_of(began, rows));
    place.begin();
    must(ddb::drop_index_tree(*place.session, rules->indexes[0].tree), "drop");
    must(ddb::drop_table_tree(*place.session, rules->tree), "drop");
    place.commit();
    must(place.database->checkpoint(), "checkpoint");
  }
  report.figure(figure);
}

// Index build on all rows, lookups by text, the file.
void measure_engine(const BenchTable& table, uint64_t lookups, uint64_t rounds, Report& report,
                    ReadSum* read) {
  Place place;
  place.begin();
  auto rules = rules_of(place, "bench", bench_schema(true));
  {
    ddb::ChangeSet changes(*place.session);
    RowsAsBatch batch(rules->schema);
    std::vector<BenchRow> made(ddb::kVectorRowsMax);
    for (uint64_t at = 0; at < table.rows(); at += made.size()) {
      const auto count = static_cast<uint32_t>(std::min<uint64_t>(made.size(), table.rows() - at));
      for (uint32_t i = 0; i < count; ++i) made[i] = table.row(at + i);
      must(changes.insert(*rules, batch.fill(made.data(), count)), "insert");
    }
  }
  place.commit();
  must(place.database->checkpoint(), "checkpoint");
  Figure build = figure_of("decentdb.build_index", "s");
  build.target = Target::value_at_most(0.8);
  ddb::TempSpace temp(&place.vfs, "", uint64_t{4} << 30);
  uint64_t most = 0, runs = 0;
  for (uint64_t round = 0; round <= rounds; ++round) {
    rules->indexes.clear();
    const uint64_t began = now_ns();
    place.begin();
    rules->indexes.push_back(index_on(place, *rules, 5));
    {
      ddb::MemoryTracker memory({"index build", "maintenance_work_mem"}, uint64_t{64} << 20, nullptr);
      ddb::IndexBuildMeans means;
      means.memory = &memory;
      means.temp = &temp;
      must(ddb::build_index(*place.session, *rules, rules->indexes[0], means), "build");
      most = memory.most();
      runs = temp.written();
    }
    place.commit();
    if (round > 0) build.rounds.push_back(static_cast<double>(now_ns() - began) / 1e9);
    if (round == rounds) break;
    place.begin();
    must(ddb::drop_index_tree(*place.session, rules->indexes[0].tree), "drop");
    place.commit();
    must(place.database->checkpoint(), "checkpoint");
  }
  report.figure(build);
  report.figure("decentdb.build_index.memory", static_cast<double>(most) / 1048576, "MiB");
  report.figure("decentdb.build_index.spilled", static_cast<double>(runs) / 1048576, "MiB");
  report.figure("decentdb.file_indexed",
                static_cast<double>(place.file_bytes()) / static_cast<double>(table.rows()), "bytes/row");
  const std::vector<int64_t> ids = table.random_ids(lookups, 4);
  std::vector<BenchRow> wanted;
  for (const int64_t id : ids) wanted.push_back(table.row(static_cast<uint64_t>(id) - 1));
  Figure find = figure_of("decentdb.find_e", "ns");
  ddb::IndexReader index(rules->indexes[0].tree);
  ddb::TableReader reader(rules->tree, rules->schema);
  ddb::BatchArena arena(uint64_t{1} << 20);
  std::vector<uint32_t> columns;
  auto row = std::make_unique<ddb::Vector[]>(6);
  std::vector<ddb::Vector*> outs;
  for (uint32_t c = 0; c < 6; ++c) {
    columns.push_back(c);
    must(row[c].allocate(rules->schema.columns[c].kind, 1, arena), "a vector");
    outs.push_back(&row[c]);
  }
  const ddb::KeyColumn order{{ddb::SqlTypeId::kText, ddb::kNoTypmod}};
  must(place.session->begin_read(), "begin");
  ddb::ByteBuffer key;
  for (uint64_t round = 0; round <= rounds; ++round) {
    *read = ReadSum();
    const uint64_t began = now_ns();
    for (const BenchRow& one : wanted) {
      key.clear();
      ddb::append_key_text(order, one.e_text(), key);
      int64_t id = 0;
      if (!must(index.find_first(*place.session, key.view(), &id), "find_first")) fail("a text is missing");
      ddb::FoundRow found;
      if (!must(reader.find(*place.session, id, &found), "find")) fail("a row is missing");
      must(reader.read(*place.session, found, columns, outs, 0, arena), "read");
      read->add_id(row[0].value<int64_t>(0));
      read->add_a(row[1].value<int32_t>(0));
      read->add_b(row[2].value<int64_t>(0));
      read->add_c(row[3].value<double>(0));
      read->add_d(row[4].value<ddb::StringView16>(0).view());
      read->add_e(row[5].value<ddb::StringView16>(0).view());
    }
    if (round > 0)
      find.rounds.push_back(static_cast<double>(now_ns() - began) / static_cast<double>(wanted.size()));
  }
  report.figure(find);
}

void measure_peer(IndexedPeer& peer, const std::string& name, const BenchTable& table, uint64_t lookups,
                  uint64_t rounds, Report& report, const ReadSum* expected) {
  report.setting(name, peer.version() + ", " + peer.settings());
  peer.load(table);
  const uint64_t building = now_ns();
  peer.index_e();
  report.figure(name + ".build_index", static_cast<double>(now_ns() - building) / 1e9, "s");
  report.figure(name + ".file_indexed",
                static_cast<double>(peer.file_bytes()) / static_cast<double>(table.rows()), "bytes/row");
  std::vector<BenchRow> wanted;
  for (const int64_t id : table.random_ids(lookups, 4))
    wanted.push_back(table.row(static_cast<uint64_t>(id) - 1));
  Figure find = figure_of(name + ".find_e", "ns");
  peer.begin_read();
  for (uint64_t round = 0; round <= rounds; ++round) {
    ReadSum read;
    const uint64_t began = now_ns();
    for (const BenchRow& one : wanted) {
      if (!peer.find_e(one.e_text(), &read)) fail(peer.version() + ": a text is missing");
    }
    if (round > 0)
      find.rounds.push_back(static_cast<double>(now_ns() - began) / static_cast<double>(wanted.size()));
    if (expected != nullptr) require_equal(peer, "find_e", read, *expected);
  }
  peer.end_read();
  report.figure(find);
}

ddb::TableSchema child_schema() {
  ddb::TableSchema schema;
  schema.columns.push_back(bench_column(1, ddb::SqlTypeId::kBigint));
  schema.columns.push_back(bench_column(2, ddb::SqlTypeId::kBigint));
  schema.row_id_column = 0;
  return schema;
}

// Rows 1 … count, each with a number from 1 to `below`. ns a row.
double fill(ddb::ChangeSet& changes, const ddb::TableRules& rules, uint64_t count, uint64_t below,
            uint32_t batch_rows, uint64_t seed) {
  Random draw(seed);
  ddb::BatchArena arena(uint64_t{1} << 20);
  ddb::Vector values;
  must(values.allocate(ddb::PhysicalKind::kInt64, ddb::kVectorRowsMax, arena), "a vector");
  std::vector<int64_t> ids(ddb::kVectorRowsMax);
  const ddb::Vector* const columns[2] = {nullptr, &values};
  const uint64_t began = now_ns();
  for (uint64_t at = 0; at < count; at += batch_rows) {
    const auto rows = static_cast<uint32_t>(std::min<uint64_t>(batch_rows, count - at));
    for (uint32_t i = 0; i < rows; ++i) {
      ids[i] = static_cast<int64_t>(at + i + 1);
      values.set<int64_t>(i, static_cast<int64_t>(draw.below(below) + 1));
    }
    must(changes.insert(rules, {rows, ids.data(), columns}), "insert");
    must(changes.end_statement(), "end of the statement");
  }
  return static_cast<double>(now_ns() - began) / static_cast<double>(count);
}

// Children first, then their parents, the key deferred: what its judgement at commit takes, row by row as remembered, and whole.
void measure_deferred_checks(uint64_t parents, uint64_t children, uint64_t rounds, Report& report) {
  Place place;
  Figure queued = figure_of("decentdb.deferred_check.queued", "ns"),
         whole = figure_of("decentdb.deferred_check.whole", "ns");
  for (uint64_t round = 0; round <= 2 * rounds + 1; ++round) {
    place.begin();
    auto parent = rules_of(place, "parent", child_schema());
    auto child = rules_of(place, "child", child_schema());
    ddb::ForeignKeyRules key;
    key.name = "child_fkey";
    key.child = child.get();
    key.columns = {1};
    key.parent = parent.get();
    key.parent_columns = {0};
    key.deferral = ddb::Deferral::kInitiallyDeferred;
    child->foreign_keys.push_back(&key);
    parent->referenced_by.push_back(&key);
    const bool is_whole = round % 2 == 1;
    ddb::ChangeSet changes(*place.session, is_whole ? ddb::ChangeLimits{1024, 64} : ddb::ChangeLimits{});
    (void)fill(changes, *child, children, parents, ddb::kVectorRowsMax, 2);
    (void)fill(changes, *parent, parents, 10, ddb::kVectorRowsMax, 1);
    const uint64_t began = now_ns();
    must(changes.before_commit(), "before commit");
    const double ns = static_cast<double>(now_ns() - began) / static_cast<double>(children);
    if ((changes.overflows() != 0) != is_whole) fail("the other way to judge was taken");
    if (round > 1) (is_whole ? whole : queued).rounds.push_back(ns);
    must(ddb::drop_table_tree(*place.session, parent->tree), "drop");
    must(ddb::drop_table_tree(*place.session, child->tree), "drop");
    place.commit();
    must(place.database->checkpoint(), "checkpoint");
  }
  report.figure(queued);
  report.figure(whole);
}

// Inserts of children in batches and one by one with and without the foreign key; then parents go and take them along.
void measure_foreign_keys(uint64_t parents, uint64_t children, uint64_t rounds, Report& report) {
  Place place;
  Random random(11);
  Figure check = figure_of("decentdb.foreign_key_check", "ns"),
         single = figure_of("decentdb.foreign_key_check_single", "ns");
  Figure cascade = figure_of("decentdb.cascade_delete", "children/s");
  check.target = single.target = Target::value_at_most(150);
  cascade.target = Target::value_at_least(5e5);
  for (uint64_t round = 0; round <= rounds; ++round) {
    place.begin();
    auto parent = rules_of(place, "parent", child_schema());
    auto free_child = rules_of(place, "free_child", child_schema());
    auto child = rules_of(place, "child", child_schema());
    auto single_free = rules_of(place, "single_free", child_schema());
    auto single_child = rules_of(place, "single_child", child_schema());
    child->indexes.push_back(index_on(place, *child, 1));
    free_child->indexes.push_back(index_on(place, *free_child, 1));
    ddb::ForeignKeyRules key;
    key.name = "child_fkey";
    key.child = child.get();
    key.columns = {1};
    key.parent = parent.get();
    key.parent_columns = {0};
    key.child_index = 0;
    key.on_delete = ddb::KeyAction::kCascade;
    ddb::ForeignKeyRules single_key = key;
    single_key.child = single_child.get();
    single_key.child_index = ddb::ForeignKeyRules::kNoIndex;
    ddb::ChangeSet changes(*place.session);
    (void)fill(changes, *parent, parents, 10, ddb::kVectorRowsMax, 1);
    child->foreign_keys.push_back(&key);
    single_child->foreign_keys.push_back(&single_key);
    parent->referenced_by.push_back(&key);
    const double free_ns = fill(changes, *free_child, children, parents, ddb::kVectorRowsMax, 2);
    const double with_ns = fill(changes, *child, children, parents, ddb::kVectorRowsMax, 2);
    const double single_free_ns = fill(changes, *single_free, children, parents, 1, 2);
    const double single_with_ns = fill(changes, *single_child, children, parents, 1, 2);
    must(changes.before_commit(), "before commit");
    place.commit();
    changes.clear();
    if (round > 0) {
      check.rounds.push_back(with_ns - free_ns);
      single.rounds.push_back(single_with_ns - single_free_ns);
    }
    std::vector<int64_t> ids;
    for (uint64_t i = 1; i <= parents; ++i) ids.push_back(static_cast<int64_t>(i));
    place.begin();
    ddb::ChangeSet erasing(*place.session);
    const uint64_t began = now_ns();
    for (size_t at = 0; at < ids.size(); at += ddb::kVectorRowsMax) {
      must(erasing.erase(*parent,
                         std::span(ids).subspan(at, std::min<size_t>(ddb::kVectorRowsMax, ids.size() - at))),
           "erase");
    }
    must(erasing.before_commit(), "before commit");
    place.commit();
    if (erasing.cascaded() != children) fail("other children have gone");
    if (round > 0) cascade.rounds.push_back(rate_of(began, children));
    place.begin();
    for (const auto* rules :
         {parent.get(), free_child.get(), child.get(), single_free.get(), single_child.get()}) {
      for (const ddb::IndexRules& index : rules->indexes)
        must(ddb::drop_index_tree(*place.session, index.tree), "drop");
      must(ddb::drop_table_tree(*place.session, rules->tree), "drop");
    }
    place.commit();
    must(place.database->checkpoint(), "checkpoint");
  }
  report.figure(check);
  report.figure(single);
  report.figure(cascade);
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments(argc, argv);
  const uint64_t rows = arguments.number("rows", 1'000'000, "rows of the table");
  const uint64_t inserted = arguments.number("insert-rows", 100'000, "rows of the insert, and children");
  const uint64_t parents = arguments.number("parents", 10'000, "parents of the children");
  const uint64_t lookups = arguments.number("lookups", 100'000, "lookups a round");
  const uint64_t rounds = arguments.number("rounds", 5, "rounds; figures are medians over them");
  const std::string only = arguments.text("only", "insert,keys,decentdb,lmdb,sqlite", "which parts");
  const bool memory_disk = arguments.flag("memory-disk", "accept tmpfs");
  arguments.finish(true);
  Report report("versus.indexes", arguments.command());
  const BenchDirectory directory(arguments.directory(), memory_disk);
  const auto asked = [&](const char* name) {
    return ("," + only + ",").find("," + std::string(name) + ",") != std::string::npos;
  };
  const BenchTable table(rows);
  if (asked("insert")) measure_insert(inserted, rounds, report);
  if (asked("keys")) {
    measure_foreign_keys(parents, inserted, rounds, report);
    measure_deferred_checks(parents, inserted, rounds, report);
  }
  ReadSum read;
  if (asked("decentdb")) measure_engine(table, lookups, rounds, report, &read);
  const ReadSum* expected = asked("decentdb") ? &read : nullptr;
  if (asked("lmdb")) {
    LmdbPeer peer(directory.file("lmdb"), PeerSync::kNone);
    measure_peer(peer, "lmdb", table, lookups, rounds, report, expected);
  }
  if (asked("sqlite")) {
    SqlitePeer peer(directory.file("sqlite"), PeerSync::kNone);
    measure_peer(peer, "sqlite", table, lookups, rounds, report, expected);
  }
  return 0;
}
