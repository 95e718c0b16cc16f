// leaf_layouts: PAX against slotted row leaves on the storage core: copy, delta, checksum and pins included. Both hang from
// the same sorted array of first keys in place of inner pages. Input of the leaf ADR.
#include <algorithm>
#include <map>

#include "support/arguments.h"
#include "support/engine_store.h"
#include "support/leaf_rows.h"
#include "support/pax_leaf.h"
#include "support/slotted_leaf.h"
#include "vfs/memory_vfs.h"

using namespace bench;
using namespace ddb;

namespace {

template <typename Leaf>
class LeafTable {
 public:
  LeafTable(const std::vector<LeafColumn>& columns, uint32_t page_bytes)
      : columns_(columns),
        leaf_(columns, page_bytes),
        page_bytes_(page_bytes),
        old_(page_bytes),
        fresh_(page_bytes) {
    Options options;
    options.vfs = &vfs_;
    options.page_bytes = page_bytes;
    options.memory_limit = 2ull << 30;
    options.wal_limit = 1ull << 30;
    options.background_threads = false;
    database_ = open_store("table.ddb", options);
    session_ = new_session(*database_);
  }

  void begin() { must(session_->begin_write(), "begin_write"); }
  void commit() { must(session_->commit(Durability::kRelaxed), "commit"); }
  void begin_read() { must(session_->begin_read(), "begin_read"); }
  void end_read() { must(session_->rollback(), "rollback"); }
  void checkpoint() { must(database_->checkpoint(), "checkpoint"); }
  uint64_t log_bytes() { return database_->stats().log.bytes_written; }
  size_t leaves() const { return children_.size(); }

  void insert(const LeafRow& row) {
    if (children_.empty()) return add_leaf(0, row.key, {&row, 1}, false);
    const size_t at = child_of(row.key);
    PageWriter page = must(session_->change(children_[at].page), "change");
    if (leaf_.insert(page, row) == Inserted::kDone) return;
    const bool sparse = gather(page.data(), row);
    const bool append = at + 1 == children_.size() && &row_of(all_.size() - 1) == inserted_;
    if (leaf_.build(fresh_.data(), all_, sparse, all_.size() / 16)) return put(page);
    if (append) {
      page.release();
      return add_leaf(at + 1, row.key, {&row, 1}, false);
    }
    const size_t half = all_.size() / 2;
    if (!leaf_.build(fresh_.data(), std::span(all_).first(half), true, 1)) fail("half a leaf does not fit");
    put(page);
    page.release();
    add_leaf(at + 1, all_[half].key, std::span(all_).subspan(half), true);
  }

  // Sum of all columns of the row, so that all of them are read.
  uint64_t read(uint64_t key) {
    const PageRef page = must(session_->read(children_[child_of(key)].page), "read");
    const size_t position = leaf_.lower_bound(page.data(), key);
    const size_t slot = leaf_.slot_at(page.data(), position);
    if (leaf_.key_at(page.data(), slot) != key) fail("a key is missing");
    cells_.resize(columns_.size());
    leaf_.read_cells(page.data(), slot, cells_.data());
    uint64_t sum = 0;
    for (const LeafCell& cell : cells_) {
      uint64_t head = 0;
      if (!cell.text.empty()) std::memcpy(&head, cell.text.data(), 8);
      sum += static_cast<uint64_t>(cell.number) + head + cell.text.size();
    }
    for (size_t c = 0; c < columns_.size(); ++c) {
      if (columns_[c].kind == CellKind::kText) cells_[c].number = 0;
    }
    return sum;
  }

  void update(uint64_t key, size_t column, int64_t value) {
    PageWriter page = must(session_->change(children_[child_of(key)].page), "change");
    const size_t slot = leaf_.slot_at(page.data(), leaf_.lower_bound(page.data(), key));
    if (!leaf_.update_number(page, slot, column, value)) fail("an update needs a wider column");
  }

  // scan → filter (first column < 50) → sums of the chosen columns; one column: a sum without another column's filter.
  uint64_t scan(std::span<const size_t> chosen, LeafVectors* vectors) {
    uint64_t sum = 0;
    for (const Child& child : children_) {
      const PageRef page = must(session_->read(child.page), "read");
      leaf_.scan(page.data(), chosen, vectors);
      sum += aggregate(chosen, *vectors);
    }
    return sum;
  }

 private:
  struct Child {
    uint64_t first;
    PageNo page;
  };

  size_t child_of(uint64_t key) const {
    size_t base = 0;
    for (size_t n = children_.size(); n > 1;) {
      const size_t half = n / 2;
      base = children_[base + half].first <= key ? base + half : base;
      n -= half;
    }
    return base;
  }
  const LeafRow& row_of(size_t i) const { return all_[i]; }

  // All rows of the page, and the new one, in key order; true if the leaf is or becomes one of random order.
  bool gather(const std::byte* page, const LeafRow& row) {
    std::memcpy(old_.data(), page, page_bytes_);
    const size_t count = Leaf::rows(page);
    all_.resize(count + 1);
    const size_t position = leaf_.lower_bound(page, row.key);
    bool sparse = position != count;
    for (size_t i = 0; i < count; ++i) {
      LeafRow& to = all_[i < position ? i : i + 1];
      const size_t slot = leaf_.slot_at(old_.data(), i);
      sparse = sparse || slot != i;
      to.key = leaf_.key_at(old_.data(), slot);
      to.cells.assign(columns_.size(), LeafCell{});
      leaf_.read_cells(old_.data(), slot, to.cells.data());
    }
    all_[position] = row;
    inserted_ = &all_[position];
    return sparse;
  }
  void put(PageWriter& page) { page.write(32, fresh_.data() + 32, page_bytes_ - 32); }
  void add_leaf(size_t at, uint64_t first, std::span<const LeafRow> rows, bool sparse) {
    if (!leaf_.build(fresh_.data(), rows, sparse, 1)) fail("a leaf does not fit");
    PageNo number;
    PageWriter page = must(session_->allocate(kBenchTree, PageType::kFirstTree, &number), "allocate");
    put(page);
    children_.insert(children_.begin() + static_cast<std::ptrdiff_t>(at), Child{at == 0 ? 0 : first, number});
  }

  uint64_t aggregate(std::span<const size_t> chosen, const LeafVectors& v) {
    selection_.resize(v.rows);
    size_t selected = 0;
    if (chosen.size() > 1) {
      const int64_t* filter = v.numbers[0].data();
      for (size_t i = 0; i < v.rows; ++i) {
        selection_[selected] = static_cast<uint16_t>(i);
        selected += filter[i] < 50 ? 1 : 0;
      }
    }
    uint64_t sum = 0;
    for (const size_t c : chosen) {
      if (columns_[c].kind == CellKind::kText) {
        for (size_t i = 0; i < selected; ++i) {
          const std::string_view text = v.texts[c][selection_[i]];
          uint32_t head;
          std::memcpy(&head, text.data(), 4);
          sum += head + text.size();
        }
      } else if (chosen.size() == 1) {
        for (size_t i = 0; i < v.rows; ++i) sum += static_cast<uint64_t>(v.numbers[c][i]);
      } else {
        for (size_t i = 0; i < selected; ++i) sum += static_cast<uint64_t>(v.numbers[c][selection_[i]]);
      }
    }
    return sum;
  }

  const std::vector<LeafColumn> columns_;
  Leaf leaf_;
  const size_t page_bytes_;
  MemoryVfs vfs_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Session> session_;
  std::vector<Child> children_;
  std::vector<std::byte> old_, fresh_;
  std::vector<LeafRow> all_;
  const LeafRow* inserted_ = nullptr;
  std::vector<LeafCell> cells_;
  std::vector<uint16_t> selection_;
};

using Results = std::map<std::string, std::vector<double>>;

struct Plan {
  size_t columns;
  uint32_t page_bytes;
  uint64_t rows, reads, updates, inserts;
};

uint64_t shuffled(uint64_t i) { return (mixed(i) >> 20) + 1; }

template <typename Leaf>
uint64_t run_append_and_reads(const Plan& plan, Results& results) {
  const std::vector<LeafColumn> columns = leaf_columns(plan.columns);
  LeafTable<Leaf> table(columns, plan.page_bytes);
  std::vector<LeafRow> rows(plan.rows);
  std::vector<std::vector<char>> texts(plan.rows);
  for (uint64_t i = 0; i < plan.rows; ++i) make_row(i + 1, columns, &rows[i], &texts[i]);
  const auto ns_each = [](uint64_t began, uint64_t count) {
    return static_cast<double>(now_ns() - began) / static_cast<double>(count);
  };
  uint64_t log = table.log_bytes();
  uint64_t began = now_ns();
  table.begin();
  for (const LeafRow& row : rows) table.insert(row);
  table.commit();
  results["append.ns_a_row"].push_back(ns_each(began, plan.rows));
  results["append.log_bytes_a_row"].push_back(static_cast<double>(table.log_bytes() - log) /
                                              static_cast<double>(plan.rows));
  results["file.bytes_a_row"].push_back(static_cast<double>(table.leaves() * plan.page_bytes) /
                                        static_cast<double>(plan.rows));
  table.checkpoint();

  uint64_t sum = 0;
  Random random(7);
  table.begin_read();
  for (uint64_t i = 0; i < plan.reads / 10; ++i) sum += table.read(1 + random.below(plan.rows));
  began = now_ns();
  for (uint64_t i = 0; i < plan.reads; ++i) sum += table.read(1 + random.below(plan.rows));
  results["point_read.ns"].push_back(ns_each(began, plan.reads));
  LeafVectors vectors(columns.size());
  std::vector<size_t> all;
  for (size_t c = 0; c < columns.size(); ++c) all.push_back(c);
  const std::vector<std::vector<size_t>> choices{{1}, {0, 1, 2}, all};
  const char* const names[] = {"scan_one.ns_a_row", "scan_three.ns_a_row", "scan_all.ns_a_row"};
  for (size_t i = 0; i < choices.size(); ++i) {
    sum += table.scan(choices[i], &vectors);
    began = now_ns();
    sum += table.scan(choices[i], &vectors);
    results[names[i]].push_back(ns_each(began, plan.rows));
  }
  table.end_read();

  log = table.log_bytes();
  began = now_ns();
  table.begin();
  for (uint64_t i = 0; i < plan.updates; ++i)
    table.update(1 + random.below(plan.rows), 0, static_cast<int64_t>(i % 100));
  table.commit();
  results["update.ns_a_row"].push_back(ns_each(began, plan.updates));
  results["update.log_bytes_a_row"].push_back(static_cast<double>(table.log_bytes() - log) /
                                              static_cast<double>(plan.updates));
  log = table.log_bytes();
  for (uint64_t i = 0; i < 2000; ++i) {
    table.begin();
    table.update(1 + random.below(plan.rows), 0, static_cast<int64_t>(i % 100));
    table.commit();
  }
  results["update_alone.log_bytes"].push_back(static_cast<double>(table.log_bytes() - log) / 2000);
  return sum;
}

template <typename Leaf>
void run_random_inserts(const Plan& plan, Results& results) {
  const std::vector<LeafColumn> columns = leaf_columns(plan.columns);
  LeafTable<Leaf> table(columns, plan.page_bytes);
  std::vector<LeafRow> rows(plan.inserts + 2000);
  std::vector<std::vector<char>> texts(rows.size());
  for (uint64_t i = 0; i < rows.size(); ++i)
    make_row(shuffled(i) % (1ull << 31), columns, &rows[i], &texts[i]);
  uint64_t log = table.log_bytes();
  const uint64_t began = now_ns();
  table.begin();
  for (uint64_t i = 0; i < plan.inserts; ++i) table.insert(rows[i]);
  table.commit();
  results["random_insert.ns_a_row"].push_back(static_cast<double>(now_ns() - began) /
                                              static_cast<double>(plan.inserts));
  results["random_insert.log_bytes_a_row"].push_back(static_cast<double>(table.log_bytes() - log) /
                                                     static_cast<double>(plan.inserts));
  std::vector<double> alone;
  for (uint64_t i = plan.inserts; i < rows.size(); ++i) {
    log = table.log_bytes();
    table.begin();
    table.insert(rows[i]);
    table.commit();
    alone.push_back(static_cast<double>(table.log_bytes() - log));
  }
  results["random_insert_alone.log_bytes"].push_back(median(alone));
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments(argc, argv);
  const uint64_t rounds = arguments.number("rounds", 5, "rounds; figures are medians over them");
  const uint64_t rows = arguments.number("rows", 200'000, "rows of 6 columns; of 30 columns a fifth");
  const auto page_sizes = arguments.numbers("pages", "8192,16384,32768", "page sizes");
  const auto widths = arguments.numbers("columns", "6,30", "columns of a row");
  arguments.finish(false);
  Report report("micro.leaf_layouts", arguments.command());
  for (const uint64_t page_bytes : page_sizes) {
    for (const uint64_t columns : widths) {
      const uint64_t n = columns > 10 ? rows / 5 : rows;
      const Plan plan{columns, static_cast<uint32_t>(page_bytes), n, n, n / 2, n / 2};
      Results pax, slotted;
      for (uint64_t round = 0; round < rounds; ++round) {
        const uint64_t a = run_append_and_reads<PaxLeaf>(plan, pax);
        const uint64_t b = run_append_and_reads<SlottedLeaf>(plan, slotted);
        if (a != b) fail("the two layouts read different values");
        run_random_inserts<PaxLeaf>(plan, pax);
        run_random_inserts<SlottedLeaf>(plan, slotted);
      }
      for (const auto& [name, values] : pax) {
        Figure figure;
        figure.name = "p" + std::to_string(page_bytes) + ".c" + std::to_string(columns) + "." + name;
        figure.unit = name.find("bytes") != std::string::npos ? "bytes" : "ns";
        figure.rounds = values;
        figure.floor_name = "slotted";
        figure.floor_rounds = slotted.at(name);
        report.figure(figure);
      }
    }
  }
  return 0;
}
