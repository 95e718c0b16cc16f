// engine_table: the bench table in a table tree of the engine, behind the interface of the peers.
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "btree/table_cursor.h"
#include "btree/table_writer.h"
#include "peers/peer.h"
#include "support/bench_directory.h"
#include "support/report.h"
#include "txn/database.h"
#include "vfs/memory_vfs.h"

namespace bench {

inline void must(const ddb::Status& status, const char* what) {
  if (!status.is_ok()) fail(std::string(what) + ": " + status.to_string());
}
template <typename T>
T must(ddb::Result<T> result, const char* what) {
  if (!result.is_ok()) fail(std::string(what) + ": " + result.status().to_string());
  return std::move(*result);
}

inline ddb::TableColumn bench_column(uint16_t id, ddb::SqlTypeId type) {
  ddb::TableColumn column;
  column.id = id;
  column.type = {type, ddb::kNoTypmod};
  column.kind = ddb::physical_kind(column.type);
  column.missing = {column.type, ddb::Null{}};
  return column;
}

// Columns of the bench table (id, a, b, c, d, e), or of (id, d, e) alone.
inline ddb::TableSchema bench_schema(bool all) {
  using ddb::SqlTypeId;
  ddb::TableSchema schema;
  schema.columns.push_back(bench_column(1, SqlTypeId::kBigint));
  if (all) {
    schema.columns.push_back(bench_column(2, SqlTypeId::kInteger));
    schema.columns.push_back(bench_column(3, SqlTypeId::kBigint));
    schema.columns.push_back(bench_column(4, SqlTypeId::kDoublePrecision));
  }
  schema.columns.push_back(bench_column(5, SqlTypeId::kText));
  schema.columns.push_back(bench_column(6, SqlTypeId::kText));
  schema.row_id_column = 0;
  return schema;
}

// Bench rows as a batch of vectors.
class RowsAsBatch {
 public:
  explicit RowsAsBatch(const ddb::TableSchema& schema) : arena_(uint64_t{64} << 20), schema_(schema) {
    vectors_ = std::make_unique<ddb::Vector[]>(schema.columns.size());
    for (size_t c = 0; c < schema.columns.size(); ++c) {
      must(vectors_[c].allocate(schema.columns[c].kind, ddb::kVectorRowsMax, arena_), "a vector");
      pointers_.push_back(&vectors_[c]);
    }
    ids_.resize(ddb::kVectorRowsMax);
  }
  // The texts of the rows must outlive the use.
  ddb::RowBatch fill(const BenchRow* rows, uint32_t count) {
    for (uint32_t i = 0; i < count; ++i) set(i, rows[i]);
    return {count, ids_.data(), pointers_};
  }

 private:
  void set(uint32_t i, const BenchRow& row) {
    ids_[i] = row.id;
    size_t c = 1;
    if (schema_.columns.size() == 6) {
      vectors_[1].set<int32_t>(i, row.a);
      vectors_[2].set<int64_t>(i, row.b);
      vectors_[3].set<double>(i, row.c);
      c = 4;
    }
    vectors_[c].set(i, ddb::StringView16(row.d_text()));
    vectors_[c + 1].set(i, ddb::StringView16(row.e_text()));
  }

  ddb::BatchArena arena_;
  const ddb::TableSchema& schema_;
  std::unique_ptr<ddb::Vector[]> vectors_;
  std::vector<const ddb::Vector*> pointers_;
  std::vector<int64_t> ids_;
};

struct EngineSettings {
  uint32_t page_bytes = ddb::kDefaultPageBytes;
  uint64_t memory_limit = uint64_t{256} << 20;  // as the caches of the peers
  PeerSync sync = PeerSync::kFull;
};

class EngineTable final : public Peer {
 public:
  // A fresh database at `path`, or on the memory VFS for an empty path (with a log, as a file has).
  EngineTable(const std::string& path, const EngineSettings& settings, bool all_columns = true)
      : path_(path),
        settings_(settings),
        schema_(bench_schema(all_columns)),
        arena_(uint64_t{64} << 20),
        batch_(schema_) {
    ddb::Options options;
    options.page_bytes = settings.page_bytes;
    options.memory_limit = settings.memory_limit;
    options.wal_limit = uint64_t{256} << 20;
    if (path.empty()) options.vfs = &vfs_;
    database_ = must(ddb::Database::open(path.empty() ? "/bench.ddb" : path, options), "open");
    session_ = must(database_->new_session(), "a session");
    create();
    for (uint32_t c = 0; c < schema_.columns.size(); ++c) columns_.push_back(c);
    row_ = std::make_unique<ddb::Vector[]>(columns_.size());
    for (const uint32_t c : columns_) {
      must(row_[c].allocate(schema_.columns[c].kind, 1, arena_), "a vector");
      outs_.push_back(&row_[c]);
    }
    must(value_.allocate(ddb::PhysicalKind::kInt64, 1, arena_), "a vector");
  }
  ~EngineTable() override {
    cursor_.reset();
    session_.reset();
    (void)database_->close().is_ok();
  }

  std::string version() const override { return "decentdb"; }
  std::string settings() const override {
    return std::string(path_.empty() ? "memory VFS with log" : "file") + ", pages of " +
           std::to_string(settings_.page_bytes) + ", memory limit " +
           std::to_string(settings_.memory_limit >> 20) + " MiB, " +
           (settings_.sync == PeerSync::kFull ? "full" : "relaxed") + " commits";
  }

  ddb::Database& database() { return *database_; }

  // An empty table in the same database: memory and log have been used before.
  void renew() {
    must(session_->begin_write(), "begin");
    must(ddb::drop_table_tree(*session_, tree_), "drop");
    commit();
    must(database_->checkpoint(), "checkpoint");
    create();
  }

  void load(const BenchTable& table) override {
    std::vector<BenchRow> rows(ddb::kVectorRowsMax);
    must(session_->begin_write(), "begin");
    for (uint64_t at = 0; at < table.rows(); at += rows.size()) {
      const auto count = static_cast<uint32_t>(std::min<uint64_t>(rows.size(), table.rows() - at));
      for (uint32_t i = 0; i < count; ++i) rows[i] = table.row(at + i);
      insert(rows.data(), count);
    }
    commit();
  }
  // Rows in the order given, `batch_rows` at a time, in one transaction with its commit.
  void insert_all(const std::vector<BenchRow>& rows, uint32_t batch_rows) {
    must(session_->begin_write(), "begin");
    for (size_t at = 0; at < rows.size(); at += batch_rows) {
      insert(rows.data() + at, static_cast<uint32_t>(std::min<size_t>(batch_rows, rows.size() - at)));
    }
    commit();
  }

  void begin_read() override { must(session_->begin_read(), "begin"); }
  void end_read() override {
    cursor_->release();
    must(session_->rollback(), "end");
  }
  bool fetch(int64_t id, ReadSum* sum) override {
    ddb::FoundRow row;
    if (!must(reader_->find(*session_, id, &row), "find")) return false;
    must(reader_->read(*session_, row, columns_, outs_, 0, arena_), "read");
    sum->add_id(row_[0].value<int64_t>(0));
    sum->add_a(row_[1].value<int32_t>(0));
    sum->add_b(row_[2].value<int64_t>(0));
    sum->add_c(row_[3].value<double>(0));
    sum->add_d(row_[4].value<ddb::StringView16>(0).view());
    sum->add_e(row_[5].value<ddb::StringView16>(0).view());
    return true;
  }
  void range(int64_t first_id, uint32_t rows, ReadSum* sum) override {
    scan(columns_, first_id, first_id + rows - 1, sum);
  }
  void scan_b(ReadSum* sum) override {
    const std::array<uint32_t, 1> only{2};
    ddb::ScanRequest request;
    request.columns = only;
    must(cursor_->open(*session_, request), "open");
    while (const uint32_t rows = must(cursor_->next_batch(), "next_batch")) {
      const int64_t* b = cursor_->column(0).data<int64_t>();
      int64_t total = 0;
      for (uint32_t i = 0; i < rows; ++i) total += b[i];
      sum->add_b(total);
    }
    cursor_->release();
  }
  void scan_all(ReadSum* sum) override { scan(columns_, 1, INT64_MAX, sum); }
  // As vectors, nothing done with them but their first row: what handing out all columns costs.
  uint64_t scan_vectors() {
    ddb::ScanRequest request;
    request.columns = columns_;
    must(cursor_->open(*session_, request), "open");
    uint64_t total = 0;
    while (const uint32_t rows = must(cursor_->next_batch(), "next_batch")) {
      total += rows;
      keep(cursor_->column(5).value<ddb::StringView16>(0));
    }
    cursor_->release();
    return total;
  }

  void update_b(const BenchTable& table, std::span<const int64_t> ids, uint64_t version) override {
    must(session_->begin_write(), "begin");
    const std::array<uint32_t, 1> column{2};
    const std::array<const ddb::Vector*, 1> values{&value_};
    for (size_t i = 0; i < ids.size(); ++i) {
      if (i + kLookAhead < ids.size()) writer_->expect(ids[i + kLookAhead]);
      value_.set<int64_t>(0, table.b_of(ids[i], version));
      if (!must(writer_->update(ids[i], column, values, 0), "update")) fail("a row is missing");
    }
    commit();
  }
  void erase(std::span<const int64_t> ids) override {
    must(session_->begin_write(), "begin");
    for (size_t i = 0; i < ids.size(); ++i) {
      if (i + kLookAhead < ids.size()) writer_->expect(ids[i + kLookAhead]);
      if (!must(writer_->erase(ids[i]), "erase")) fail("a row is missing");
    }
    commit();
  }
  uint64_t file_bytes() override {
    must(database_->checkpoint(), "checkpoint");
    if (!path_.empty()) return std::filesystem::file_size(path_);
    auto file = must(vfs_.open("/bench.ddb", ddb::OpenMode::kReadOnly), "the file");
    return must(file->size(), "its size");
  }
  uint64_t log_bytes() const { return database_->stats().log.bytes_written; }

 private:
  // What knows a batch of keys can look ahead in it.
  static constexpr size_t kLookAhead = 4;

  void create() {
    must(session_->begin_write(), "begin");
    tree_ = must(ddb::create_table_tree(*session_, ddb::TreeId(1), schema_), "a table");
    commit();
    reader_ = std::make_unique<ddb::TableReader>(tree_, schema_);
    writer_ = std::make_unique<ddb::TableWriter>(*session_, tree_, schema_);
    cursor_ = std::make_unique<ddb::TableCursor>(tree_, schema_);
  }
  void insert(const BenchRow* rows, uint32_t count) {
    if (must(writer_->insert(batch_.fill(rows, count)), "insert") != count) fail("a row exists already");
  }
  void commit() {
    must(session_
             ->commit(settings_.sync == PeerSync::kFull ? ddb::Durability::kFull : ddb::Durability::kRelaxed)
             .status(),
         "commit");
  }
  void scan(std::span<const uint32_t> columns, int64_t low, int64_t high, ReadSum* sum) {
    ddb::ScanRequest request;
    request.columns = columns;
    request.low = low;
    request.high = high;
    must(cursor_->open(*session_, request), "open");
    while (const uint32_t rows = must(cursor_->next_batch(), "next_batch")) {
      for (uint32_t i = 0; i < rows; ++i) sum->add_id(cursor_->column(0).value<int64_t>(i));
      for (uint32_t i = 0; i < rows; ++i) sum->add_a(cursor_->column(1).value<int32_t>(i));
      for (uint32_t i = 0; i < rows; ++i) sum->add_b(cursor_->column(2).value<int64_t>(i));
      for (uint32_t i = 0; i < rows; ++i) sum->add_c(cursor_->column(3).value<double>(i));
      for (uint32_t i = 0; i < rows; ++i) sum->add_d(cursor_->column(4).value<ddb::StringView16>(i).view());
      for (uint32_t i = 0; i < rows; ++i) sum->add_e(cursor_->column(5).value<ddb::StringView16>(i).view());
    }
    cursor_->release();
  }

  const std::string path_;
  const EngineSettings settings_;
  const ddb::TableSchema schema_;
  ddb::MemoryVfs vfs_;
  ddb::BatchArena arena_;
  RowsAsBatch batch_;
  std::unique_ptr<ddb::Database> database_;
  std::unique_ptr<ddb::Session> session_;
  ddb::TableTree tree_;
  std::unique_ptr<ddb::TableReader> reader_;
  std::unique_ptr<ddb::TableWriter> writer_;
  std::unique_ptr<ddb::TableCursor> cursor_;
  std::vector<uint32_t> columns_;
  std::unique_ptr<ddb::Vector[]> row_;
  std::vector<ddb::Vector*> outs_;
  ddb::Vector value_;
};

}  // namespace bench
