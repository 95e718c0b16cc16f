// sqlite_peer: SQLite: WAL, synchronous=FULL, 256 MB of cache, prepared statements.
#pragma once

#include <string>

#include "peers/peer.h"

struct sqlite3;
struct sqlite3_stmt;

namespace bench {

class SqlitePeer final : public IndexedPeer {
 public:
  // A fresh database at `path`, which must not exist; ":memory:" has no log and syncs nothing.
  SqlitePeer(const std::string& path, PeerSync sync);
  ~SqlitePeer() override;

  std::string version() const override;
  std::string settings() const override;
  void load(const BenchTable& table) override;
  void begin_read() override;
  void end_read() override;
  bool fetch(int64_t id, ReadSum* sum) override;
  void range(int64_t first_id, uint32_t rows, ReadSum* sum) override;
  void scan_b(ReadSum* sum) override;
  void scan_all(ReadSum* sum) override;
  void update_b(const BenchTable& table, std::span<const int64_t> ids, uint64_t version) override;
  void erase(std::span<const int64_t> ids) override;
  void index_e() override;
  bool find_e(std::string_view e, ReadSum* sum) override;
  uint64_t file_bytes() override;

 private:
  void run(const char* sql);
  sqlite3_stmt* prepare(const char* sql);
  void check(int code, const char* what);
  // True for a row, false at the end.
  bool step(sqlite3_stmt* statement);
  // One that returns nothing, and back to its start.
  void finish(sqlite3_stmt* statement);
  void add_row(sqlite3_stmt* statement, ReadSum* sum);
  int64_t number(const char* sql);

  sqlite3* database_ = nullptr;
  PeerSync sync_;
  bool in_memory_;
  sqlite3_stmt* insert_ = nullptr;
  sqlite3_stmt* fetch_ = nullptr;
  sqlite3_stmt* find_e_ = nullptr;
  sqlite3_stmt* range_ = nullptr;
  sqlite3_stmt* scan_b_ = nullptr;
  sqlite3_stmt* scan_all_ = nullptr;
  sqlite3_stmt* update_ = nullptr;
  sqlite3_stmt* erase_ = nullptr;
};

}  // namespace bench
