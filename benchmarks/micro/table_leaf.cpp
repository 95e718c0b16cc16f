// table_leaf: one leaf of the six-column table alone, in memory: search, check, build, append, insert, read, filter.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "btree/leaf_build.h"
#include "btree/leaf_edit.h"
#include "btree/leaf_read.h"
#include "record/batch_arena.h"
#include "support/arguments.h"
#include "support/clock.h"
#include "support/engine_store.h"
#include "support/report.h"
#include "txn/session.h"
#include "vfs/memory_vfs.h"

using namespace bench;
using namespace ddb;

namespace {

constexpr uint32_t kRows = 2048;

TableColumn column_of(uint16_t id, SqlTypeId type) {
  TableColumn column;
  column.id = id;
  column.type = {type, kNoTypmod};
  column.kind = physical_kind(column.type);
  column.missing = Value{column.type, Null{}};
  return column;
}

// Key, customer, amount, timestamp, country (2 bytes), reference (varying).
struct Rows {
  Rows() {
    schema.columns = {column_of(1, SqlTypeId::kBigint), column_of(2, SqlTypeId::kInteger),
                      column_of(3, SqlTypeId::kBigint), column_of(4, SqlTypeId::kTimestamp),
                      column_of(5, SqlTypeId::kText),   column_of(6, SqlTypeId::kText)};
    schema.row_id_column = 0;
    vectors.reset(new Vector[schema.columns.size()]);
    for (size_t c = 0; c < schema.columns.size(); ++c) {
      must(vectors[c].allocate(schema.columns[c].kind, kRows, arena), "allocate");
      pointers.push_back(&vectors[c]);
    }
    Random random(5);
    static const char* kCountries[] = {"de", "fr", "it", "es"};
    for (uint32_t i = 0; i < kRows; ++i) {
      ids.push_back(int64_t{i} + 1);
      vectors[1].set<int32_t>(i, static_cast<int32_t>(random.next() % 50'000));
      vectors[2].set<int64_t>(i, static_cast<int64_t>(random.next() % 100'000'000));
      vectors[3].set<int64_t>(i, int64_t{800'000'000'000'000} + int64_t{i} * 60'000'000);
      must(vectors[4].set_string(i, kCountries[random.next() % 4], arena), "set_string");
      must(vectors[5].set_string(i, "reference-" + std::to_string(random.next() % 100'000), arena),
           "set_string");
    }
    batch = {kRows, ids.data(), pointers, nullptr};
  }

  TableSchema schema;
  BatchArena arena{1 << 24};
  std::unique_ptr<Vector[]> vectors;
  std::vector<const Vector*> pointers;
  std::vector<int64_t> ids;
  RowBatch batch;
};

// Nanoseconds of one of `count` units of work, each round for itself.
Figure time(const std::string& name, const std::string& unit, uint64_t rounds, uint64_t repeats,
            uint64_t units, const std::function<void()>& work) {
  Figure figure;
  figure.name = name;
  figure.unit = unit;
  work();
  for (uint64_t round = 0; round < rounds; ++round) {
    const uint64_t begin = now_ns();
    for (uint64_t i = 0; i < repeats; ++i) work();
    figure.rounds.push_back(static_cast<double>(now_ns() - begin) / static_cast<double>(repeats * units));
  }
  return figure;
}

class Bench {
 public:
  Bench(uint32_t page_bytes, uint64_t rounds, Report& report) : report_(report), rounds_(rounds) {
    Options options;
    options.vfs = &vfs_;
    options.page_bytes = page_bytes;
    options.background_threads = false;
    database_ = open_store("leaf.ddb", options);
    session_ = new_session(*database_);
    must(session_->begin_write(), "begin_write");
    PageNo number;
    page_ = must(session_->allocate(TreeId(7), kTableLeaf, &number), "allocate");
    builder_ = std::make_unique<LeafBuilder>(rows_.schema, page_bytes);
    editor_ = std::make_unique<LeafEditor>(rows_.schema, page_bytes);
    copy_.resize(page_bytes);
  }

  void run() {
    build(false);
    build_and_check();
    search("lower_bound_dense");
    reads("identity");
    build(true);
    search("lower_bound_permuted");
    reads("permuted");
    appends();
    inserts();
  }

 private:
  TableLeaf leaf() const { return TableLeaf(page_.data()); }
  LeafSource batch_source(uint32_t count) const { return {nullptr, &rows_.batch, 0, count}; }
  void measure(const std::string& name, const std::string& unit, uint64_t repeats, uint64_t units,
               const std::function<void()>& work) {
    report_.figure(time(name, unit, rounds_, repeats, units, work));
  }

  void build(bool sparse) {
    const LeafSource all = batch_source(kRows);
    full_ = builder_->fitting({&all, 1}, sparse, 100, hints_);
    const LeafSource source = batch_source(full_);
    if (!builder_->plan({&source, 1}, sparse, 0, hints_)) fail("plan");
    builder_->write({&source, 1}, page_.change(32, copy_.size() - 32) - 32);
    report_.setting(sparse ? "rows_permuted" : "rows_identity", full_);
  }

  void build_and_check() {
    measure("check", "ns/leaf", 2000, 1, [&] {
      if (!check_table_leaf({page_.data(), copy_.size()}, static_cast<uint32_t>(copy_.size())).is_ok())
        fail("check");
    });
    const TableLeaf old = leaf();
    const LeafSource source{&old, nullptr, 0, old.rows()};
    measure("rebuild", "ns/leaf", 500, 1, [&] {
      if (!builder_->plan({&source, 1}, false, 0, hints_)) fail("plan");
      builder_->write({&source, 1}, copy_.data());
    });
    const LeafSource batch = batch_source(full_);
    measure("build_from_batch", "ns/leaf", 500, 1, [&] {
      if (!builder_->plan({&batch, 1}, false, 0, hints_)) fail("plan");
      builder_->write({&batch, 1}, copy_.data());
    });
    const LeafSource all = batch_source(kRows);
    measure("fitting", "ns/leaf", 500, 1, [&] { keep(builder_->fitting({&all, 1}, false, 100, hints_)); });
  }

  void search(const std::string& name) {
    std::vector<int64_t> wanted(1024);
    Random random(9);
    for (int64_t& id : wanted) id = static_cast<int64_t>(random.next() % full_) + 1;
    measure(name, "ns", 200, wanted.size(), [&] {
      uint64_t sum = 0;
      for (const int64_t id : wanted) sum += leaf().lower_bound(id);
      keep(sum);
    });
  }

  void reads(const std::string& how) {
    const TableLeaf view = leaf();
    BatchArena arena(1 << 22);
    for (const uint32_t column : {1u, 2u, 3u, 4u, 5u}) {
      const PhysicalKind kind = rows_.schema.columns[column].kind;
      const uint32_t index = leaf_index(view, rows_.schema, column);
      Vector out;
      must(out.allocate(kind, kRows, arena), "allocate");
      measure("read_column." + how + "." + std::to_string(column), "ns/row", 2000, full_, [&] {
        read_column(view, index, kind, 0, full_, &out);
        keep(out.raw_data());
      });
      out.reset();
      measure("read_cell." + how + "." + std::to_string(column), "ns/cell", 200, full_, [&] {
        for (uint32_t i = 0; i < full_; ++i) read_cell(view, index, kind, view.slot(i), &out, i);
      });
    }
    filters(how, "int32_half", 1, CompareOp::kLess, 25'000, "");
    filters(how, "int32_tenth", 1, CompareOp::kLess, 5'000, "");
    filters(how, "int64_percent", 2, CompareOp::kLess, 1'000'000, "");
    filters(how, "none_by_range", 2, CompareOp::kLess, -1, "");
    filters(how, "equal_array", 4, CompareOp::kEqual, 0, "de");
    filters(how, "heap", 5, CompareOp::kEqual, 0, "reference-77");
  }

  void filters(const std::string& how, const std::string& name, uint32_t column, CompareOp op,
               int64_t constant, std::string_view text) {
    ScanPredicate predicate;
    predicate.column = column;
    predicate.op = op;
    predicate.integer = constant;
    predicate.string = StringView16(text);
    const TableLeaf view = leaf();
    const uint32_t index = leaf_index(view, rows_.schema, column);
    std::vector<uint16_t> out(kRows);
    measure("filter." + how + "." + name, "ns/row", 1000, full_, [&] {
      bool unsure = false;
      keep(filter_range(view, rows_.schema, predicate, index, 0, full_, out.data(), &unsure));
    });
  }

  // Into a leaf laid out for 64 rows of them, as the tree does; the copy of the page back is measured too and taken off.
  void appends() {
    const LeafSource first = batch_source(64);
    if (!builder_->plan({&first, 1}, false, 0, hints_)) fail("plan");
    std::vector<std::byte> start(copy_.size());
    builder_->write({&first, 1}, start.data());
    const auto restore = [&] { page_.write(32, start.data() + 32, start.size() - 32); };
    const double copying = time("copy", "ns", rounds_, 1000, 1, restore).value();
    restore();
    const uint32_t appended = editor_->append(page_, rows_.batch, 64, kRows - 64);
    const auto report = [&](const char* name, const std::function<void()>& work) {
      Figure figure = time(name, "ns/cell", rounds_, 300, 1, work);
      for (double& ns : figure.rounds) ns = (ns - copying) / (appended * 6.0);
      figure.target = Target::value_at_most(10);
      report_.figure(figure);
    };
    report_.setting("rows_appended", appended);
    report("append", [&] {
      restore();
      keep(editor_->append(page_, rows_.batch, 64, kRows - 64));
    });
    report("append_by_one", [&] {
      restore();
      for (uint32_t i = 0; i < appended; ++i) keep(editor_->append(page_, rows_.batch, 64 + i, 1));
    });
  }

  // Every other row first, then the others between them.
  void inserts() {
    std::vector<LeafSource> parts;
    for (uint32_t i = 0; i < full_ / 2; ++i) parts.push_back({nullptr, &rows_.batch, 2 * i, 1});
    if (!builder_->plan(parts, true, 0, hints_)) fail("plan");
    std::vector<std::byte> start(copy_.size());
    builder_->write(parts, start.data());
    const auto restore = [&] { page_.write(32, start.data() + 32, start.size() - 32); };
    const double copying = time("copy", "ns", rounds_, 1000, 1, restore).value();
    const uint32_t count = full_ / 2 - 8;
    Figure figure = time("insert_between", "ns/row", rounds_, 200, 1, [&] {
      restore();
      for (uint32_t i = 0; i < count; ++i) {
        const uint32_t row = (i * 37 % count) * 2 + 1;
        const uint32_t position = leaf().lower_bound(rows_.ids[row]);
        if (editor_->insert(page_, position, rows_.batch, row) != LeafChange::kDone) fail("insert");
      }
    });
    for (double& ns : figure.rounds) ns = (ns - copying) / count;
    report_.figure(figure);
  }

  Report& report_;
  const uint64_t rounds_;
  MemoryVfs vfs_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Session> session_;
  PageWriter page_;
  const Rows rows_;
  std::unique_ptr<LeafBuilder> builder_;
  std::unique_ptr<LeafEditor> editor_;
  LeafHints hints_;
  std::vector<std::byte> copy_;
  uint32_t full_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments(argc, argv);
  const uint64_t rounds = arguments.number("rounds", 5, "rounds, of which the median counts");
  const auto page_bytes = static_cast<uint32_t>(arguments.number("page-bytes", 16384, "bytes of a page"));
  arguments.finish(false);
  Report report("micro.table_leaf", arguments.command());
  report.setting("page_bytes", page_bytes);
  report.setting("rounds", rounds);
  Bench(page_bytes, rounds, report).run();
  return 0;
}
