// lmdb_peer: LMDB, which has no rows: a key is the id, a value the other columns, packed here as tight as reading them
// without arithmetic allows.
#pragma once

#include <string>

#include "peers/peer.h"

struct MDB_env;
struct MDB_txn;
struct MDB_cursor;

namespace bench {

class LmdbPeer final : public IndexedPeer {
 public:
  // A fresh file at `path`; LMDB has no other place than a file: in memory is a path on tmpfs.
  LmdbPeer(const std::string& path, PeerSync sync);
  ~LmdbPeer() override;

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
  // A write transaction with a cursor on the table.
  void begin_write();
  void commit();

  MDB_env* env_ = nullptr;
  unsigned int table_ = 0;
  unsigned int index_ = 0;  // e → id, kept by hand
  bool has_index_ = false;
  PeerSync sync_;
  MDB_txn* read_ = nullptr;
  MDB_cursor* reader_ = nullptr;
  MDB_txn* write_ = nullptr;
  MDB_cursor* writer_ = nullptr;
};

}  // namespace bench
