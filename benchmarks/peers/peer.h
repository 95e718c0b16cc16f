// peer: what another engine does with the bench table (datasets/bench_table.h), in its best mode for it. Keeps: everything
// that is read goes into a ReadSum, so that engines which answer the same question show the same number.
//
// Errors end the program. For one thread. The classes are final: a benchmark that holds one by its own type makes no
// virtual call.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "datasets/bench_table.h"
#include "datasets/read_sum.h"

namespace bench {

// Whether a commit waits for the disk.
enum class PeerSync { kFull, kNone };

class Peer {
 public:
  Peer() = default;
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  virtual ~Peer() = default;

  // "sqlite 3.53.2"
  virtual std::string version() const = 0;
  // Settings in force, for the report.
  virtual std::string settings() const = 0;

  // All rows in the order of their ids, in one transaction, by the fastest way in; committed on return.
  virtual void load(const BenchTable& table) = 0;

  // One read transaction for everything until end_read().
  virtual void begin_read() = 0;
  virtual void end_read() = 0;
  // --- REQUIRES: inside a read transaction -----------------------------------------------------------------------------
  // All six columns of one row; false when there is none.
  virtual bool fetch(int64_t id, ReadSum* sum) = 0;
  // All six columns of the rows first_id … first_id + rows - 1 that exist.
  virtual void range(int64_t first_id, uint32_t rows, ReadSum* sum) = 0;
  // Column b of all rows. Where the engine adds faster than it hands out rows, it adds.
  virtual void scan_b(ReadSum* sum) = 0;
  virtual void scan_all(ReadSum* sum) = 0;
  // --- Writing: one transaction, committed on return -------------------------------------------------------------------
  // Sets b = table.b_of(id, version), row by row.
  virtual void update_b(const BenchTable& table, std::span<const int64_t> ids, uint64_t version) = 0;
  virtual void erase(std::span<const int64_t> ids) = 0;

  // The database without its log, after a checkpoint. REQUIRES: no transaction.
  virtual uint64_t file_bytes() = 0;
};

// One with an index on e.
class IndexedPeer : public Peer {
 public:
  // Builds it over the rows that are there, in one transaction, the fastest way; rows that come later are in it too.
  virtual void index_e() = 0;
  // All six columns of the rows with this e, which are few; inside a read transaction.
  virtual bool find_e(std::string_view e, ReadSum* sum) = 0;
};

}  // namespace bench
