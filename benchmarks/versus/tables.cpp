// tables: table trees on the bench table beside SQLite, LMDB and DuckDB, and beside a bare B+tree in memory. Every engine reads the
// same sums. Figures of the engine alone: append, random insert, log bytes.
#include <algorithm>

#include "peers/duckdb_peer.h"
#include "peers/lmdb_peer.h"
#include "peers/measure.h"
#include "peers/sqlite_peer.h"
#include "support/arguments.h"
#include "support/bench_directory.h"
#include "support/btree_loop.h"
#include "support/engine_table.h"

using namespace bench;

namespace {

Figure figure_of(const char* name, const char* unit) {
  return {.name = name, .unit = unit, .rounds = {}, .floor_name = {}, .floor_rounds = {}, .target = {}};
}
double rate_of(uint64_t began, uint64_t count) {
  return static_cast<double>(count) * 1e9 / static_cast<double>(now_ns() - began);
}

// Append of (bigint, 8 B text, 22 B text): a fresh table a round, commit included, memory VFS.
void measure_append(uint64_t count, uint64_t rounds, uint32_t batch_rows, Report& report) {
  const BenchTable table(count);
  std::vector<BenchRow> rows;
  for (uint64_t i = 0; i < count; ++i) rows.push_back(table.row(i));
  Figure figure = figure_of(batch_rows == 1 ? "decentdb.append_row_by_row" : "decentdb.append", "rows/s");
  if (batch_rows > 1) figure.target = Target::value_at_least(1e7);
  figure.floor_name = "bare_btree";
  NodeArena arena;
  EngineTable engine("", {}, false);
  for (uint64_t round = 0; round <= rounds;
       ++round) {  // the first touches memory and log, as that of the bare loop
    engine.renew();
    uint64_t began = now_ns();
    engine.insert_all(rows, batch_rows);
    const double rate = rate_of(began, count);
    arena.reset();
    BareBtree<TextsCell> bare(arena);
    began = now_ns();
    for (const BenchRow& row : rows) bare.append(row);
    const double floor = rate_of(began, count);
    if (round == 0) continue;
    figure.rounds.push_back(rate);
    figure.floor_rounds.push_back(floor);
  }
  report.figure(figure);
}

// Random-order insert, one transaction with its commit, memory VFS.
void measure_random_insert(const BenchTable& table, uint64_t rounds, Report& report) {
  std::vector<BenchRow> rows;
  for (const int64_t id : table.shuffled_ids(1)) rows.push_back(table.row(static_cast<uint64_t>(id) - 1));
  Figure figure = figure_of("decentdb.random_insert", "rows/s");
  figure.floor_name = "bare_btree";
  figure.target = Target::ratio_at_least(0.6);
  NodeArena arena;
  EngineTable engine("", {});
  for (uint64_t round = 0; round <= rounds; ++round) {
    engine.renew();
    uint64_t began = now_ns();
    engine.insert_all(rows, ddb::kVectorRowsMax);
    const double rate = rate_of(began, rows.size());
    arena.reset();
    BareBtree<BenchCell> bare(arena);
    began = now_ns();
    for (const BenchRow& row : rows) bare.insert(row);
    const double floor = rate_of(began, rows.size());
    if (round == 0) continue;
    figure.rounds.push_back(rate);
    figure.floor_rounds.push_back(floor);
  }
  report.figure(figure);
}

// What single changes and the large update write to the log.
void measure_log(const BenchTable& table, uint64_t updates, Report& report) {
  EngineTable engine("", {.sync = PeerSync::kNone});
  std::vector<BenchRow> rows;
  const std::vector<int64_t> order = table.shuffled_ids(5);
  for (const int64_t id : order) rows.push_back(table.row(static_cast<uint64_t>(id) - 1));
  const std::vector<BenchRow> later(
      rows.end() - static_cast<ptrdiff_t>(std::min<size_t>(2000, rows.size() / 10)), rows.end());
  rows.resize(rows.size() - later.size());
  engine.insert_all(rows, ddb::kVectorRowsMax);
  Samples inserts;
  for (const BenchRow& row : later) {
    const uint64_t before = engine.log_bytes();
    engine.insert_all({row}, 1);
    inserts.add(engine.log_bytes() - before);
  }
  Samples deletes;
  for (const BenchRow& row : later) {
    const uint64_t before = engine.log_bytes();
    const int64_t id = row.id;
    engine.erase({&id, 1});
    deletes.add(engine.log_bytes() - before);
  }
  const std::vector<int64_t> ids(
      order.begin(), order.begin() + static_cast<ptrdiff_t>(std::min<uint64_t>(updates, rows.size())));
  const uint64_t before = engine.log_bytes();
  engine.update_b(table, ids, 1);
  report.figure("decentdb.log_of_one_insert.p50", inserts.percentile(50), "bytes");
  report.figure("decentdb.log_of_one_delete.p50", deletes.percentile(50), "bytes");
  report.figure("decentdb.log_of_updates", static_cast<double>(engine.log_bytes() - before) / 1e6, "MB");
}

// Random deletes in one transaction with its commit, again and again: rows come back between the rounds, so that memory and log have been
// used before.
void measure_deletes(const BenchTable& table, uint64_t count, uint64_t rounds, Report& report) {
  EngineTable engine("", {});
  engine.load(table);
  std::vector<int64_t> ids = table.shuffled_ids(7);
  ids.resize(count);
  std::vector<BenchRow> rows;
  for (const int64_t id : ids) rows.push_back(table.row(static_cast<uint64_t>(id) - 1));
  Figure figure = figure_of("decentdb.delete_again", "rows/s");
  figure.target = Target::value_at_least(5e5);
  for (uint64_t round = 0; round <= rounds; ++round) {
    const uint64_t began = now_ns();
    engine.erase(ids);
    const double rate = rate_of(began, count);
    engine.insert_all(rows, ddb::kVectorRowsMax);
    must(engine.database().checkpoint(), "checkpoint");
    if (round > 0) figure.rounds.push_back(rate);
  }
  report.figure(figure);
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments(argc, argv);
  const uint64_t rows = arguments.number("rows", 1'000'000, "rows of the table");
  const std::string only =
      arguments.text("only", "append,insert,deletes,log,decentdb,vectors,lmdb,sqlite,duckdb", "which parts");
  Plan plan;
  plan.table = BenchTable(rows);
  plan.rounds = arguments.number("rounds", 5, "rounds; figures are medians over them");
  plan.fetches = arguments.number("fetches", 100'000, "point reads a round; a hundredth for DuckDB");
  plan.ranges = arguments.number("ranges", 10'000, "ranges a round; a hundredth for DuckDB");
  plan.range_rows = 101;
  plan.updates = plan.deletes = std::min<uint64_t>(
      rows / 2, arguments.number("changes", 100'000, "updates, deletes, in one transaction each"));
  const uint64_t appended = arguments.number("append-rows", 100'000, "rows that are appended");
  const bool memory_disk = arguments.flag("memory-disk", "accept tmpfs");
  arguments.finish(true);

  Report report("versus.tables", arguments.command());
  const BenchDirectory directory(arguments.directory(), memory_disk);
  report.setting("rows", rows);
  const auto asked = [&](const char* name) {
    return ("," + only + ",").find("," + std::string(name) + ",") != std::string::npos;
  };
  if (asked("append")) {
    measure_append(appended, plan.rounds, ddb::kVectorRowsMax, report);
    measure_append(appended, plan.rounds, 1, report);
  }
  if (asked("insert")) measure_random_insert(plan.table, plan.rounds, report);
  if (asked("deletes")) measure_deletes(plan.table, plan.deletes, plan.rounds, report);
  if (asked("log")) measure_log(plan.table, plan.updates, report);
  const Expected expected(plan);
  if (asked("decentdb")) {
    EngineTable engine("", {});
    measure(engine, "decentdb", plan, expected, report);
  }
  if (asked("vectors")) {
    EngineTable engine("", {});
    engine.load(plan.table);
    engine.begin_read();
    Figure figure = figure_of("decentdb.scan_vectors", "ms");
    for (uint64_t round = 0; round <= plan.rounds; ++round) {
      const uint64_t began = now_ns();
      if (engine.scan_vectors() != rows) fail("rows are missing");
      if (round > 0) figure.rounds.push_back(static_cast<double>(now_ns() - began) / 1e6);
    }
    engine.end_read();
    report.figure(figure);
  }
  if (asked("lmdb")) {
    LmdbPeer peer(directory.file("lmdb"), PeerSync::kNone);
    measure(peer, "lmdb", plan, expected, report);
  }
  if (asked("sqlite")) {
    SqlitePeer peer(directory.file("sqlite"), PeerSync::kNone);
    measure(peer, "sqlite", plan, expected, report);
  }
  if (asked("duckdb")) {
    Plan fewer = plan;
    for (uint64_t* count : {&fewer.fetches, &fewer.ranges, &fewer.updates, &fewer.deletes})
      *count = std::max<uint64_t>(1, *count / 100);
    DuckdbPeer peer(directory.file("duckdb"));
    measure(peer, "duckdb", fewer, Expected(fewer), report);
  }
  return 0;
}
