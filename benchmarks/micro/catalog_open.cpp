// catalog_open: a closed database of many tables is opened, one table is looked up by name, and one row of it is fetched. Each part
// alone, and their sum. The files are in the system's cache: what is measured is our own work.
#include <memory>
#include <string>
#include <vector>

#include "btree/index_writer.h"
#include "btree/table_reader.h"
#include "btree/table_writer.h"
#include "catalog/catalog_cache.h"
#include "catalog/catalog_writer.h"
#include "record/batch_arena.h"
#include "support/arguments.h"
#include "support/bench_directory.h"
#include "support/clock.h"
#include "support/report.h"
#include "txn/database.h"
#include "txn/session.h"

using namespace bench;
using namespace ddb;

namespace {

constexpr uint16_t kColumns = 10;

template <typename T>
T must(Result<T> result) {
  if (!result.is_ok()) fail(result.status().to_string());
  return std::move(result).value();
}
void must(const Status& status) {
  if (!status.is_ok()) fail(status.to_string());
}

std::string table_name(uint64_t i) { return "some_table_" + std::to_string(i); }

TableDef define(uint64_t i) {
  TableDef table;
  table.schema = SchemaId(16);
  table.name = table_name(i);
  for (uint16_t id = 1; id <= kColumns; ++id) {
    ColumnDef column;
    column.id = ColumnId(id);
    column.name = "column_" + std::to_string(id);
    column.type = {id % 3 == 0 ? SqlTypeId::kText : SqlTypeId::kBigint, kNoTypmod};
    column.not_null = id == 1;
    table.columns.push_back(column);
  }
  table.row_id_column = ColumnId(1);
  table.next_column_id = kColumns + 1;
  return table;
}

// A table with one row, a primary key, two indexes, and a foreign key to the table before it.
void add_table(CatalogWriter& writer, Session& session, uint64_t i, ConstraintId* parent_key,
               TableId* parent) {
  TableDef table = define(i);
  const TableSchema schema = make_table_schema(table);
  table.tree = must(create_table_tree(session, must(writer.new_tree_id()), schema));
  const TableId id = must(writer.add_table(table));
  ConstraintDef key;
  key.table = id;
  key.name = table.name + "_pkey";
  key.kind = ConstraintKind::kPrimaryKey;
  key.columns = {ColumnId(1)};
  const ConstraintId key_id = must(writer.add_constraint(key));
  for (const uint16_t column : {2, 3}) {
    IndexDef index;
    index.table = id;
    index.schema = table.schema;
    index.name = table.name + "_index_" + std::to_string(column);
    index.tree = must(create_index_tree(session, must(writer.new_tree_id()), false));
    index.key.resize(1);
    index.key[0].column = ColumnId(column);
    must(writer.add_index(index).status());
  }
  if (i > 0) {
    ConstraintDef foreign;
    foreign.table = id;
    foreign.name = table.name + "_fkey";
    foreign.kind = ConstraintKind::kForeignKey;
    foreign.columns = {ColumnId(2)};
    foreign.referenced_table = *parent;
    foreign.referenced_columns = {ColumnId(1)};
    foreign.referenced_constraint = *parent_key;
    must(writer.add_constraint(foreign).status());
  }
  *parent_key = key_id;
  *parent = id;
  BatchArena arena(1 << 16);
  std::vector<std::unique_ptr<Vector>> vectors;
  std::vector<const Vector*> columns;
  for (const TableColumn& column : schema.columns) {
    vectors.push_back(std::make_unique<Vector>());
    must(vectors.back()->allocate(column.kind, 1, arena));
    vectors.back()->set_null(0);
    columns.push_back(vectors.back().get());
  }
  const int64_t row_id = 7;
  RowBatch batch;
  batch.rows = 1;
  batch.row_ids = &row_id;
  batch.columns = columns;
  TableWriter rows(session, table.tree, schema);
  must(rows.insert(batch).status());
}

double fill(const std::string& path, const Options& options, uint64_t tables) {
  auto database = must(Database::open(path, options));
  auto session = must(database->new_session());
  CatalogCache cache(Runtime::native());
  CatalogWriter writer(cache, *session);
  must(session->begin_write());
  must(create_catalog(cache, *session));
  ConstraintId key;
  TableId parent;
  const uint64_t start = now_ns();
  for (uint64_t i = 0; i < tables; ++i) add_table(writer, *session, i, &key, &parent);
  const double us = static_cast<double>(now_ns() - start) / 1000 / static_cast<double>(tables);
  must(session->commit().status());
  session.reset();
  must(database->close());
  return us;
}

struct Parts {
  double open_ms, load_ms, lookup_ms, row_ms, total_ms;
};

double since_ms(uint64_t* from) {
  const uint64_t now = now_ns();
  const double ms = static_cast<double>(now - *from) / 1e6;
  *from = now;
  return ms;
}

Parts open_once(const std::string& path, const Options& options, const std::string& name) {
  Parts parts{};
  const uint64_t start = now_ns();
  uint64_t from = start;
  auto database = must(Database::open(path, options));
  auto session = must(database->new_session());
  must(session->begin_read());
  parts.open_ms = since_ms(&from);
  CatalogCache cache(Runtime::native());
  const auto catalog = must(cache.get(*session));
  parts.load_ms = since_ms(&from);
  const auto id = catalog->find_table(*catalog->find_schema("public"), name);
  if (!id) fail("no table " + name);
  const TableDef* table = must(catalog->table(*session, *id));
  parts.lookup_ms = since_ms(&from);
  const TableSchema schema = make_table_schema(*table);
  TableReader reader(table->tree, schema);
  {
    FoundRow row;
    if (!must(reader.find(*session, 7, &row))) fail("no row");
  }
  parts.row_ms = since_ms(&from);
  parts.total_ms = static_cast<double>(from - start) / 1e6;
  must(session->rollback());
  session.reset();
  must(database->close());
  return parts;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments(argc, argv);
  const uint64_t tables = arguments.number("tables", 1000, "tables");
  const uint64_t rounds = arguments.number("rounds", 31, "rounds; figures are medians over them");
  const bool memory_disk = arguments.flag("memory-disk", "accept tmpfs");
  arguments.finish(true);
  Report report("micro.catalog_open", arguments.command());
  const BenchDirectory directory(arguments.directory(), memory_disk);
  report.setting("tables", tables);
  Options options;
  const std::string path = directory.file("catalog.ddb");
  Figure create{"create_table", "us", {fill(path, options, tables)}, "", {}, {}};
  report.figure(create);
  Figure open{"open_file", "ms", {}, "", {}, {}};
  Figure load{"load_catalog", "ms", {}, "", {}, {}};
  Figure lookup{"look_up_table", "ms", {}, "", {}, {}};
  Figure row{"fetch_row", "ms", {}, "", {}, {}};
  Figure total{"open_look_up_fetch", "ms", {}, "", {}, Target::value_at_most(1)};
  Random random(3);
  for (uint64_t i = 0; i < rounds; ++i) {
    const Parts parts = open_once(path, options, table_name(random.below(tables)));
    open.rounds.push_back(parts.open_ms);
    load.rounds.push_back(parts.load_ms);
    lookup.rounds.push_back(parts.lookup_ms);
    row.rounds.push_back(parts.row_ms);
    total.rounds.push_back(parts.total_ms);
  }
  for (const Figure& figure : {open, load, lookup, row, total}) report.figure(figure);
  return 0;
}
