// sqlite_peer: the calls. Texts are bound and read without copies where SQLite lets one.
#include "peers/sqlite_peer.h"

#include <sqlite3.h>

#include "support/bench_directory.h"

namespace bench {

SqlitePeer::SqlitePeer(const std::string& path, PeerSync sync) : sync_(sync), in_memory_(path == ":memory:") {
  check(sqlite3_initialize(), "initialize");  // built with SQLITE_OMIT_AUTOINIT
  check(sqlite3_open_v2(path.c_str(), &database_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr),
        "open");
  if (!in_memory_) run("PRAGMA journal_mode = WAL");
  run(sync == PeerSync::kFull ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = OFF");
  run("PRAGMA cache_size = -262144");
  run("CREATE TABLE bench(id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, c REAL, d TEXT, e TEXT)");
  insert_ = prepare("INSERT INTO bench VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
  fetch_ = prepare("SELECT id, a, b, c, d, e FROM bench WHERE id = ?1");
  range_ = prepare("SELECT id, a, b, c, d, e FROM bench WHERE id BETWEEN ?1 AND ?2 ORDER BY id");
  scan_b_ = prepare("SELECT sum(b) FROM bench");
  scan_all_ = prepare("SELECT id, a, b, c, d, e FROM bench");
  update_ = prepare("UPDATE bench SET b = ?2 WHERE id = ?1");
  erase_ = prepare("DELETE FROM bench WHERE id = ?1");
}

SqlitePeer::~SqlitePeer() {
  for (sqlite3_stmt* statement : {insert_, fetch_, find_e_, range_, scan_b_, scan_all_, update_, erase_}) {
    sqlite3_finalize(statement);
  }
  sqlite3_close(database_);
}

std::string SqlitePeer::version() const { return std::string("sqlite ") + sqlite3_libversion(); }

std::string SqlitePeer::settings() const {
  return in_memory_                 ? ":memory:, 256 MB cache"
         : sync_ == PeerSync::kFull ? "WAL, synchronous=FULL, 256 MB cache"
                                    : "WAL, synchronous=OFF, 256 MB cache";
}

void SqlitePeer::load(const BenchTable& table) {
  run("BEGIN");
  for (uint64_t i = 0; i < table.rows(); ++i) {
    const BenchRow row = table.row(i);
    sqlite3_bind_int64(insert_, 1, row.id);
    sqlite3_bind_int(insert_, 2, row.a);
    sqlite3_bind_int64(insert_, 3, row.b);
    sqlite3_bind_double(insert_, 4, row.c);
    sqlite3_bind_text(insert_, 5, row.d.data(), static_cast<int>(row.d.size()), SQLITE_STATIC);
    sqlite3_bind_text(insert_, 6, row.e.data(), static_cast<int>(row.e.size()), SQLITE_STATIC);
    finish(insert_);
  }
  sqlite3_clear_bindings(insert_);  // they refer to a row that is gone
  run("COMMIT");
}

void SqlitePeer::begin_read() { run("BEGIN"); }
void SqlitePeer::end_read() { run("COMMIT"); }

bool SqlitePeer::fetch(int64_t id, ReadSum* sum) {
  sqlite3_bind_int64(fetch_, 1, id);
  const bool found = step(fetch_);
  if (found) add_row(fetch_, sum);
  sqlite3_reset(fetch_);
  return found;
}

void SqlitePeer::range(int64_t first_id, uint32_t rows, ReadSum* sum) {
  sqlite3_bind_int64(range_, 1, first_id);
  sqlite3_bind_int64(range_, 2, first_id + rows - 1);
  while (step(range_)) add_row(range_, sum);
  sqlite3_reset(range_);
}

void SqlitePeer::scan_b(ReadSum* sum) {
  if (step(scan_b_)) sum->add_b(sqlite3_column_int64(scan_b_, 0));
  sqlite3_reset(scan_b_);
}

void SqlitePeer::scan_all(ReadSum* sum) {
  while (step(scan_all_)) add_row(scan_all_, sum);
  sqlite3_reset(scan_all_);
}

void SqlitePeer::update_b(const BenchTable& table, std::span<const int64_t> ids, uint64_t version) {
  run("BEGIN");
  for (const int64_t id : ids) {
    sqlite3_bind_int64(update_, 1, id);
    sqlite3_bind_int64(update_, 2, table.b_of(id, version));
    finish(update_);
  }
  run("COMMIT");
}

void SqlitePeer::erase(std::span<const int64_t> ids) {
  run("BEGIN");
  for (const int64_t id : ids) {
    sqlite3_bind_int64(erase_, 1, id);
    finish(erase_);
  }
  run("COMMIT");
}

void SqlitePeer::index_e() {
  run("CREATE INDEX bench_e ON bench(e)");
  find_e_ = prepare("SELECT id, a, b, c, d, e FROM bench WHERE e = ?1");
}

bool SqlitePeer::find_e(std::string_view e, ReadSum* sum) {
  sqlite3_bind_text(find_e_, 1, e.data(), static_cast<int>(e.size()), SQLITE_STATIC);
  bool found = false;
  while (step(find_e_)) {
    add_row(find_e_, sum);
    found = true;
  }
  sqlite3_reset(find_e_);
  return found;
}

uint64_t SqlitePeer::file_bytes() {
  if (!in_memory_) run("PRAGMA wal_checkpoint(TRUNCATE)");
  return static_cast<uint64_t>(number("PRAGMA page_count") * number("PRAGMA page_size"));
}

void SqlitePeer::run(const char* sql) { check(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr), sql); }

sqlite3_stmt* SqlitePeer::prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  check(sqlite3_prepare_v3(database_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr), sql);
  return statement;
}

void SqlitePeer::check(int code, const char* what) {
  if (code == SQLITE_OK) [[likely]]
    return;
  fail(std::string("sqlite: ") + what + ": " +
       (database_ != nullptr ? sqlite3_errmsg(database_) : sqlite3_errstr(code)));
}

bool SqlitePeer::step(sqlite3_stmt* statement) {
  const int code = sqlite3_step(statement);
  if (code != SQLITE_ROW && code != SQLITE_DONE) check(code, "step");
  return code == SQLITE_ROW;
}

void SqlitePeer::finish(sqlite3_stmt* statement) {
  step(statement);
  sqlite3_reset(statement);
}

void SqlitePeer::add_row(sqlite3_stmt* statement, ReadSum* sum) {
  const auto text = [statement](int column) {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
    return std::string_view(bytes, static_cast<size_t>(sqlite3_column_bytes(statement, column)));
  };
  sum->add_id(sqlite3_column_int64(statement, 0));
  sum->add_a(sqlite3_column_int(statement, 1));
  sum->add_b(sqlite3_column_int64(statement, 2));
  sum->add_c(sqlite3_column_double(statement, 3));
  sum->add_d(text(4));
  sum->add_e(text(5));
}

int64_t SqlitePeer::number(const char* sql) {
  sqlite3_stmt* statement = prepare(sql);
  step(statement);
  const int64_t value = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return value;
}

}  // namespace bench
