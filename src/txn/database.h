// database: one open page store, from a file or in memory, and the sessions that read and write it.
//
// Thread safety: Database may be used from any thread. A Session (and its guards) belongs to one thread at a time.
// After a fork the child's handles answer every call with 25000. Nothing here throws, aborts or prints.
// Errors are SQLSTATEs (ADR 0009). Protocols: ADR 0001–0007.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/ids.h"
#include "base/status.h"
#include "txn/database.h"
#include "txn/options.h"
#include "txn/session.h"
#include "txn/stats.h"

namespace ddb {

struct Store;  // everything behind a Database

class Database {
 public:
  // Opens or creates. ":memory:" is a private database without files (but for a temp file, if allowed).
  // Errors: 55006 in use (names the pid), 58P01 missing, XX001 not ours / damaged / log missing, foreign, stale,
  // 0A000 newer format, 22023 impossible options, 25006 read-only directory, 58030, 53100, 53200.
  // On an error the files are untouched.
  static Result<std::unique_ptr<Database>> open(const std::string& path, const Options& options);
  // Closes without waiting for a checkpoint if close() was not called: the next open recovers.
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Checkpoints, marks the file clean and removes the log. REQUIRES: every session is gone (55006 otherwise),
  // no other call on this handle is running. Later calls give 08003.
  // On an error the files stay recoverable; the handle can only be destroyed afterwards.
  Status close();

  Result<std::unique_ptr<Session>> new_session();  // 53400 beyond sessions_max

  // Brings everything committed before the call into the main file and recycles the log.
  Status checkpoint();
  // One unit of background work, for hosts without threads: returns false when there was nothing to do.
  Result<bool> background_step();
  // Returns when the commit is durable (for relaxed commits; full ones are already).
  Status wait_durable(Lsn lsn);

  Stats stats() const;
  uint32_t page_bytes() const;
  uint32_t content_bytes() const;  // page bytes minus reserved bytes
  const FileUuid& uuid() const;
  bool read_only() const;
  // The cause if the database is poisoned, else ok.
  Status poisoned() const;

  struct Store& store() {
    return *store_;
  }  // for the layers' own tests

 private:
  explicit Database(std::unique_ptr<Store> store);
  Result<std::unique_ptr<Session>> make_session();
  std::unique_ptr<Store> store_;
};

}  // namespace ddb
