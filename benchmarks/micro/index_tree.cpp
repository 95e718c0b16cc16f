// index_tree: the bench table's text index by itself: inserts of batches in no order, in one transaction with its commit; a load of sorted
// entries; lookups of random texts. Memory VFS with log.
#include <algorithm>

#include "btree/index_cursor.h"
#include "btree/index_load.h"
#include "btree/index_lookup.h"
#include "btree/index_writer.h"
#include "datasets/bench_table.h"
#include "record/key_encode.h"
#include "record/key_row_id.h"
#include "support/arguments.h"
#include "support/engine_store.h"
#include "support/report.h"
#include "vfs/memory_vfs.h"

using namespace bench;
using namespace ddb;

namespace {

// Keys of e and the row id, in the order of the rows.
class Keys {
 public:
  Keys(const BenchTable& table, uint64_t rows) {
    const KeyColumn column{{SqlTypeId::kText, kNoTypmod}};
    ends_.push_back(0);
    for (uint64_t i = 0; i < rows; ++i) {
      const BenchRow row = table.row(i);
      append_key_text(column, row.e_text(), bytes_);
      append_key_row_id(static_cast<uint64_t>(row.id), bytes_);
      ends_.push_back(bytes_.size());
    }
  }
  size_t count() const { return ends_.size() - 1; }
  std::string_view key(size_t i) const { return bytes_.view().substr(ends_[i], ends_[i + 1] - ends_[i]); }

 private:
  ByteBuffer bytes_;
  std::vector<size_t> ends_;
};

bool by_key(const IndexEntry& a, const IndexEntry& b) { return a.key < b.key; }

struct Store {
  Store() {
    Options options;
    options.vfs = &vfs;
    options.memory_limit = uint64_t{256} << 20;
    options.wal_limit = uint64_t{256} << 20;
    database = must(Database::open("/bench.ddb", options), "open");
    session = must(database->new_session(), "a session");
  }
  IndexTree create() {
    must(session->begin_write(), "begin");
    const IndexTree tree = must(create_index_tree(*session, TreeId(1), false), "an index");
    must(session->commit().status(), "commit");
    return tree;
  }
  void drop(const IndexTree& tree) {
    must(session->begin_write(), "begin");
    must(drop_index_tree(*session, tree), "drop");
    must(session->commit().status(), "commit");
    must(database->checkpoint(), "checkpoint");
  }
  MemoryVfs vfs;
  std::unique_ptr<Database> database;
  std::unique_ptr<Session> session;
};

Figure figure_of(const std::string& name, const std::string& unit) {
  return {.name = name, .unit = unit, .rounds = {}, .floor_name = {}, .floor_rounds = {}, .target = {}};
}

void measure_insert(const BenchTable& table, uint64_t rows, uint32_t batch, uint64_t rounds, Report& report) {
  const Keys keys(table, rows);
  Store store;
  Figure figure = figure_of("insert.batch_" + std::to_string(batch), "entries/s");
  std::vector<IndexEntry> entries;
  for (uint64_t round = 0; round <= rounds; ++round) {
    const IndexTree tree = store.create();
    IndexWriter writer(*store.session, tree);
    const uint64_t began = now_ns();
    must(store.session->begin_write(), "begin");
    for (size_t at = 0; at < keys.count(); at += batch) {
      entries.clear();
      for (size_t i = at; i < std::min<size_t>(keys.count(), at + batch); ++i)
        entries.push_back({keys.key(i), {}});
      std::sort(entries.begin(), entries.end(), by_key);
      must(writer.insert(entries), "insert");
    }
    must(store.session->commit().status(), "commit");
    if (round > 0)
      figure.rounds.push_back(static_cast<double>(rows) * 1e9 / static_cast<double>(now_ns() - began));
    store.drop(tree);
  }
  report.figure(figure);
}

void measure_load(const BenchTable& table, uint64_t rounds, uint64_t lookups, Report& report) {
  const Keys keys(table, table.rows());
  std::vector<IndexEntry> sorted;
  for (size_t i = 0; i < keys.count(); ++i) sorted.push_back({keys.key(i), {}});
  std::sort(sorted.begin(), sorted.end(), by_key);
  Store store;
  Figure load = figure_of("load.sorted", "entries/s");
  IndexTree tree;
  for (uint64_t round = 0; round <= rounds; ++round) {
    if (round > 0) store.drop(tree);
    tree = store.create();
    const uint64_t began = now_ns();
    must(store.session->begin_write(), "begin");
    IndexLoader loader(*store.session, tree, false);
    for (const IndexEntry& entry : sorted) must(loader.add(entry), "add");
    must(loader.finish(), "finish");
    must(store.session->commit().status(), "commit");
    if (round > 0)
      load.rounds.push_back(static_cast<double>(keys.count()) * 1e9 / static_cast<double>(now_ns() - began));
  }
  report.figure(load);
  must(store.session->begin_read(), "begin");
  report.figure("load.pages", must(store.session->page_count(), "pages"), "pages");
  const std::vector<int64_t> ids = table.random_ids(lookups, 4);
  IndexReader reader(tree);
  Figure find = figure_of("find_first.each", "ns");
  for (uint64_t round = 0; round <= rounds; ++round) {
    const uint64_t began = now_ns();
    for (const int64_t id : ids) {
      // Without the row id.
      std::string_view key = keys.key(static_cast<size_t>(id) - 1);
      (void)must(take_key_row_id_from_end(key), "a row id");
      int64_t found = 0;
      if (!must(reader.find_first(*store.session, key, &found), "find") || found != id) fail("another row");
    }
    if (round > 0)
      find.rounds.push_back(static_cast<double>(now_ns() - began) / static_cast<double>(ids.size()));
  }
  report.figure(find);
  IndexCursor cursor(tree);
  Figure scan = figure_of("scan", "ms");
  for (uint64_t round = 0; round <= rounds; ++round) {
    const uint64_t began = now_ns();
    cursor.open(*store.session, {}, {});
    uint64_t total = 0;
    while (const uint32_t rows = must(cursor.next_batch(), "next_batch")) total += rows;
    if (total != keys.count()) fail("entries are missing");
    if (round > 0) scan.rounds.push_back(static_cast<double>(now_ns() - began) / 1e6);
  }
  report.figure(scan);
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments(argc, argv);
  const uint64_t rows = arguments.number("rows", 1'000'000, "entries of the loaded index");
  const uint64_t inserted = arguments.number("insert-rows", 100'000, "entries that are inserted in no order");
  const uint64_t rounds = arguments.number("rounds", 5, "rounds; figures are medians over them");
  arguments.finish(false);
  Report report("micro.index_tree", arguments.command());
  const BenchTable table(rows);
  for (const uint32_t batch : {1u, 64u, 2048u}) measure_insert(table, inserted, batch, rounds, report);
  measure_load(table, rounds, 100'000, report);
  return 0;
}
