// duckdb_peer: the calls. Keeps: every result, chunk and statement is destroyed before the connection.
#include "peers/duckdb_peer.h"

#include <duckdb.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "support/bench_directory.h"

namespace bench {
namespace {

constexpr size_t kColumns = 6;

void check(duckdb_state state, const char* what) {
  if (state == DuckDBSuccess) [[likely]]
    return;
  fail(std::string("duckdb: ") + what);
}

std::string_view text_of(duckdb_string_t& text) {
  return {duckdb_string_t_data(&text), duckdb_string_t_length(text)};
}

// All six columns of a chunk. The table has no NULLs.
void add_rows(duckdb_data_chunk chunk, idx_t rows, ReadSum* sum) {
  const auto column = [chunk](idx_t i) {
    return duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, i));
  };
  const auto* id = static_cast<const int64_t*>(column(0));
  const auto* a = static_cast<const int32_t*>(column(1));
  const auto* b = static_cast<const int64_t*>(column(2));
  const auto* c = static_cast<const double*>(column(3));
  auto* d = static_cast<duckdb_string_t*>(column(4));
  auto* e = static_cast<duckdb_string_t*>(column(5));
  for (idx_t i = 0; i < rows; ++i) sum->add_id(id[i]);
  for (idx_t i = 0; i < rows; ++i) sum->add_a(a[i]);
  for (idx_t i = 0; i < rows; ++i) sum->add_b(b[i]);
  for (idx_t i = 0; i < rows; ++i) sum->add_c(c[i]);
  for (idx_t i = 0; i < rows; ++i) sum->add_d(text_of(d[i]));
  for (idx_t i = 0; i < rows; ++i) sum->add_e(text_of(e[i]));
}

}  // namespace

struct DuckdbPeer::Handles {
  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;
  duckdb_prepared_statement fetch = nullptr;
  duckdb_prepared_statement range = nullptr;
  duckdb_prepared_statement scan_b = nullptr;
  duckdb_prepared_statement scan_all = nullptr;
  duckdb_prepared_statement update = nullptr;
  duckdb_prepared_statement erase = nullptr;
  duckdb_prepared_statement find_e = nullptr;

  ~Handles() {
    for (duckdb_prepared_statement* statement :
         {&fetch, &range, &scan_b, &scan_all, &update, &erase, &find_e}) {
      duckdb_destroy_prepare(statement);
    }
    duckdb_disconnect(&connection);
    duckdb_close(&database);
  }

  void run(const char* sql) {
    duckdb_result result;
    if (duckdb_query(connection, sql, &result) != DuckDBSuccess)
      fail("duckdb: " + std::string(duckdb_result_error(&result)));
    duckdb_destroy_result(&result);
  }
  void prepare(const char* sql, duckdb_prepared_statement* statement) {
    if (duckdb_prepare(connection, sql, statement) != DuckDBSuccess) {
      fail("duckdb: " + std::string(duckdb_prepare_error(*statement)));
    }
  }
  void execute(duckdb_prepared_statement statement) {
    duckdb_result result;
    if (duckdb_execute_prepared(statement, &result) != DuckDBSuccess) {
      fail("duckdb: " + std::string(duckdb_result_error(&result)));
    }
    duckdb_destroy_result(&result);
  }
  // take(chunk, rows) for each chunk of the result as it is made; returns the number of rows.
  template <typename Take>
  idx_t stream(duckdb_prepared_statement statement, Take&& take) {
    duckdb_pending_result pending = nullptr;
    check(duckdb_pending_prepared_streaming(statement, &pending), "pending");
    duckdb_result result;
    if (duckdb_execute_pending(pending, &result) != DuckDBSuccess) {
      fail("duckdb: " + std::string(duckdb_result_error(&result)));
    }
    idx_t total = 0;
    while (duckdb_data_chunk chunk = duckdb_fetch_chunk(result)) {
      const idx_t rows = duckdb_data_chunk_get_size(chunk);
      if (rows != 0) take(chunk, rows);
      duckdb_destroy_data_chunk(&chunk);
      if (rows == 0) break;
      total += rows;
    }
    duckdb_destroy_result(&result);
    duckdb_destroy_pending(&pending);
    return total;
  }
};

DuckdbPeer::DuckdbPeer(const std::string& path) : handles_(std::make_unique<Handles>()), path_(path) {
  duckdb_config config = nullptr;
  check(duckdb_create_config(&config), "config");
  check(duckdb_set_config(config, "threads", "1"), "threads");
  char* error = nullptr;
  const bool opened = duckdb_open_ext(path.c_str(), &handles_->database, config, &error) == DuckDBSuccess;
  if (!opened) fail("duckdb: " + std::string(error != nullptr ? error : "open"));
  duckdb_destroy_config(&config);
  check(duckdb_connect(handles_->database, &handles_->connection), "connect");
  handles_->run(
      "CREATE TABLE bench(id BIGINT PRIMARY KEY, a INTEGER, b BIGINT, c DOUBLE, d VARCHAR, e VARCHAR)");
  handles_->prepare("SELECT id, a, b, c, d, e FROM bench WHERE id = ?", &handles_->fetch);
  handles_->prepare("SELECT id, a, b, c, d, e FROM bench WHERE id BETWEEN ? AND ? ORDER BY id",
                    &handles_->range);
  handles_->prepare("SELECT sum(b)::BIGINT FROM bench", &handles_->scan_b);
  handles_->prepare("SELECT id, a, b, c, d, e FROM bench", &handles_->scan_all);
  handles_->prepare("UPDATE bench SET b = ? WHERE id = ?", &handles_->update);
  handles_->prepare("DELETE FROM bench WHERE id = ?", &handles_->erase);
}

DuckdbPeer::~DuckdbPeer() = default;

std::string DuckdbPeer::version() const { return std::string("duckdb ") + duckdb_library_version(); }
std::string DuckdbPeer::settings() const { return "threads=1"; }

void DuckdbPeer::load(const BenchTable& table) {
  const std::array<duckdb_type, kColumns> ids{DUCKDB_TYPE_BIGINT, DUCKDB_TYPE_INTEGER, DUCKDB_TYPE_BIGINT,
                                              DUCKDB_TYPE_DOUBLE, DUCKDB_TYPE_VARCHAR, DUCKDB_TYPE_VARCHAR};
  std::array<duckdb_logical_type, kColumns> types;
  std::transform(ids.begin(), ids.end(), types.begin(), duckdb_create_logical_type);
  duckdb_data_chunk chunk = duckdb_create_data_chunk(types.data(), kColumns);
  for (duckdb_logical_type& type : types) duckdb_destroy_logical_type(&type);
  handles_->run("BEGIN TRANSACTION");
  duckdb_appender appender = nullptr;
  check(duckdb_appender_create(handles_->connection, nullptr, "bench", &appender), "appender");
  const idx_t rows_max = duckdb_vector_size();
  for (uint64_t first = 0; first < table.rows(); first += rows_max) {
    duckdb_data_chunk_reset(chunk);
    const auto vector = [chunk](idx_t i) { return duckdb_data_chunk_get_vector(chunk, i); };
    const auto data = [&](idx_t i) { return duckdb_vector_get_data(vector(i)); };
    const idx_t rows = std::min<uint64_t>(rows_max, table.rows() - first);
    for (idx_t i = 0; i < rows; ++i) {
      const BenchRow row = table.row(first + i);
      static_cast<int64_t*>(data(0))[i] = row.id;
      static_cast<int32_t*>(data(1))[i] = row.a;
      static_cast<int64_t*>(data(2))[i] = row.b;
      static_cast<double*>(data(3))[i] = row.c;
      duckdb_vector_assign_string_element_len(vector(4), i, row.d.data(), row.d.size());
      duckdb_vector_assign_string_element_len(vector(5), i, row.e.data(), row.e.size());
    }
    duckdb_data_chunk_set_size(chunk, rows);
    check(duckdb_append_data_chunk(appender, chunk), "append");
  }
  check(duckdb_appender_close(appender), "appender close");
  duckdb_appender_destroy(&appender);
  duckdb_destroy_data_chunk(&chunk);
  handles_->run("COMMIT");
}

void DuckdbPeer::begin_read() { handles_->run("BEGIN TRANSACTION"); }
void DuckdbPeer::end_read() { handles_->run("COMMIT"); }

bool DuckdbPeer::fetch(int64_t id, ReadSum* sum) {
  duckdb_bind_int64(handles_->fetch, 1, id);
  return handles_->stream(handles_->fetch,
                          [sum](duckdb_data_chunk chunk, idx_t rows) { add_rows(chunk, rows, sum); }) != 0;
}

void DuckdbPeer::range(int64_t first_id, uint32_t rows, ReadSum* sum) {
  duckdb_bind_int64(handles_->range, 1, first_id);
  duckdb_bind_int64(handles_->range, 2, first_id + rows - 1);
  handles_->stream(handles_->range,
                   [sum](duckdb_data_chunk chunk, idx_t count) { add_rows(chunk, count, sum); });
}

void DuckdbPeer::index_e() {
  handles_->run("CREATE INDEX bench_e ON bench(e)");
  handles_->prepare("SELECT id, a, b, c, d, e FROM bench WHERE e = ?", &handles_->find_e);
}

bool DuckdbPeer::find_e(std::string_view e, ReadSum* sum) {
  duckdb_bind_varchar_length(handles_->find_e, 1, e.data(), e.size());
  return handles_->stream(handles_->find_e,
                          [sum](duckdb_data_chunk chunk, idx_t rows) { add_rows(chunk, rows, sum); }) != 0;
}

void DuckdbPeer::scan_b(ReadSum* sum) {
  handles_->stream(handles_->scan_b, [sum](duckdb_data_chunk chunk, idx_t) {
    const duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, 0);
    uint64_t* validity = duckdb_vector_get_validity(vector);
    if (validity != nullptr && !duckdb_validity_row_is_valid(validity, 0)) return;  // no rows
    sum->add_b(*static_cast<const int64_t*>(duckdb_vector_get_data(vector)));
  });
}

void DuckdbPeer::scan_all(ReadSum* sum) {
  handles_->stream(handles_->scan_all,
                   [sum](duckdb_data_chunk chunk, idx_t rows) { add_rows(chunk, rows, sum); });
}

void DuckdbPeer::update_b(const BenchTable& table, std::span<const int64_t> ids, uint64_t version) {
  handles_->run("BEGIN TRANSACTION");
  for (const int64_t id : ids) {
    duckdb_bind_int64(handles_->update, 1, table.b_of(id, version));
    duckdb_bind_int64(handles_->update, 2, id);
    handles_->execute(handles_->update);
  }
  handles_->run("COMMIT");
}

void DuckdbPeer::erase(std::span<const int64_t> ids) {
  handles_->run("BEGIN TRANSACTION");
  for (const int64_t id : ids) {
    duckdb_bind_int64(handles_->erase, 1, id);
    handles_->execute(handles_->erase);
  }
  handles_->run("COMMIT");
}

uint64_t DuckdbPeer::file_bytes() {
  if (path_ == ":memory:") return 0;
  handles_->run("CHECKPOINT");
  std::error_code error;
  const uint64_t bytes = std::filesystem::file_size(path_, error);
  if (error) fail("duckdb: " + path_ + ": " + error.message());
  return bytes;
}

}  // namespace bench
