// btree_loops: what inserts into and lookups in a bare B+tree in memory cost: random-order insert of the bench table,
// append of (bigint, 8 B text, 22 B text), independent random point lookups of all six columns. No engine code.
#include "support/arguments.h"
#include "support/btree_loop.h"
#include "support/clock.h"
#include "support/report.h"

using namespace bench;

namespace {

// The rows in the order of their insertion, made before the time is taken.
std::vector<BenchRow> rows_in_order(const BenchTable& table, const std::vector<int64_t>& ids) {
  std::vector<BenchRow> rows;
  rows.reserve(ids.size());
  for (const int64_t id : ids) rows.push_back(table.row(static_cast<uint64_t>(id) - 1));
  return rows;
}

// Every row is there, once and in order: a fast loop of the wrong tree is no floor.
template <typename Cell>
void check_tree(const BareBtree<Cell>& tree, const std::vector<BenchRow>& rows) {
  ReadSum read, expected;
  int64_t before = 0;
  uint64_t count = 0;
  tree.scan([&](int64_t key, std::string_view cell) {
    if (key <= before) fail("keys are out of order");
    before = key;
    Cell::read(key, cell, &read);
    ++count;
  });
  std::vector<char> cell(Cell::bytes(rows.front()));
  for (const BenchRow& row : rows) {
    Cell::write(row, cell.data());
    Cell::read(row.id, std::string_view(cell.data(), cell.size()), &expected);
  }
  if (count != rows.size() || !(read == expected)) fail("the tree lost rows");
}

void look_up(const BareBtree<BenchCell>& tree, int64_t id, ReadSum* sum) {
  const std::string_view cell = tree.find(id);
  if (cell.empty()) fail("a row is missing");
  BenchCell::read(id, cell, sum);
}

double rate_of(uint64_t began, uint64_t count) {
  return static_cast<double>(count) * 1e9 / static_cast<double>(now_ns() - began);
}

struct Figures {
  Figure insert, append, lookup, lookup_p50;
  Figures() {
    insert.name = "random_insert";
    append.name = "append";
    insert.unit = append.unit = "rows/s";
    lookup.name = "lookup.mean";
    lookup_p50.name = "lookup.p50";
    lookup.unit = lookup_p50.unit = "ns";
  }
};

// The looked-up rows by themselves: what all lookups of a round must have read.
ReadSum expected_lookups(const BenchTable& table, const std::vector<int64_t>& ids) {
  ReadSum sum;
  for (const int64_t id : ids) sum.add(table.row(static_cast<uint64_t>(id) - 1));
  return sum;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments(argc, argv);
  const uint64_t rows = arguments.number("rows", 1'000'000, "rows of the table, inserted in random order");
  const uint64_t appended = arguments.number("append-rows", 100'000, "rows that are appended");
  const uint64_t lookups = arguments.number("lookups", 1'000'000, "lookups a round");
  const uint64_t rounds = arguments.number("rounds", 5, "rounds; figures are medians over them");
  arguments.finish(false);
  if (rows == 0 || appended == 0 || lookups == 0) fail("nothing to measure");

  Report report("floor.btree_loops", arguments.command());
  report.setting("node_bytes", kNodeBytes);
  report.setting("rows", rows);
  report.setting("append_rows", appended);
  const BenchTable table(rows);
  const std::vector<BenchRow> shuffled = rows_in_order(table, table.shuffled_ids(1));
  const std::vector<int64_t> ids = table.random_ids(lookups, 2);
  const ReadSum expected = expected_lookups(table, ids);
  std::vector<BenchRow> ascending;
  for (uint64_t i = 0; i < appended; ++i) ascending.push_back(table.row(i));

  NodeArena arena, append_arena;
  Figures figures;
  Samples samples;
  samples.reserve(ids.size());
  double node_bytes = 0;
  for (uint64_t round = 0; round <= rounds; ++round) {  // the first round touches the memory
    append_arena.reset();
    BareBtree<TextsCell> appends(append_arena);
    uint64_t began = now_ns();
    for (const BenchRow& row : ascending) appends.append(row);
    const double append_rate = rate_of(began, ascending.size());

    arena.reset();
    BareBtree<BenchCell> tree(arena);
    began = now_ns();
    for (const BenchRow& row : shuffled) tree.insert(row);
    const double insert_rate = rate_of(began, shuffled.size());
    node_bytes = static_cast<double>(arena.bytes_used()) / static_cast<double>(rows);

    ReadSum together, alone;
    began = now_ns();
    for (const int64_t id : ids) look_up(tree, id, &together);
    const double lookup_ns = 1e9 / rate_of(began, ids.size());
    samples.clear();
    for (const int64_t id : ids) {
      const uint64_t start = now_ns();
      look_up(tree, id, &alone);
      keep(alone);
      samples.add(now_ns() - start);
    }
    if (!(together == expected) || !(alone == expected)) fail("a lookup read other values");
    if (round == 0) {
      check_tree(appends, ascending);
      check_tree(tree, shuffled);
      continue;
    }
    figures.append.rounds.push_back(append_rate);
    figures.insert.rounds.push_back(insert_rate);
    figures.lookup.rounds.push_back(lookup_ns);
    figures.lookup_p50.rounds.push_back(samples.percentile(50));
  }
  for (const Figure& figure : {figures.insert, figures.append, figures.lookup, figures.lookup_p50}) {
    report.figure(figure);
  }
  report.figure("nodes", node_bytes, "bytes/row");
  return 0;
}
