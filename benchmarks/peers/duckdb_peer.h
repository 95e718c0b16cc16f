// duckdb_peer: DuckDB through its C API: one thread, prepared statements, results taken chunk by chunk as vectors, loaded
// by its appender.
#pragma once

#include <string>

#include "peers/peer.h"

namespace bench {

class DuckdbPeer final : public IndexedPeer {
 public:
  // A fresh database at `path`, which must not exist, or ":memory:". It always syncs: DuckDB has no switch.
  explicit DuckdbPeer(const std::string& path);
  ~DuckdbPeer() override;

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
  // 0 in memory.
  void index_e() override;
  bool find_e(std::string_view e, ReadSum* sum) override;
  uint64_t file_bytes() override;

 private:
  // Its handles, whose header is seen by the .cpp alone.
  struct Handles;
  std::unique_ptr<Handles> handles_;
  std::string path_;
};

}  // namespace bench
