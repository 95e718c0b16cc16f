// world: what the fibers of one simulated process share: the database, the model of its log, and the verdict.
#pragma once

#include <string>
#include <utility>

#include "support/history.h"
#include "support/sim_config.h"
#include "txn/database.h"
#include "txn/session.h"

namespace ddb::sim {

// The first thing that went wrong.
class Verdict {
 public:
  bool failed() const { return !text_.empty(); }
  const std::string& text() const { return text_; }
  void fail(std::string text) {
    if (text_.empty()) text_ = std::move(text);
  }

 private:
  std::string text_;
};

// Errors that one call may give besides those that the configuration tolerates everywhere.
enum Allowed : uint32_t {
  kAllowNothing = 0,
  kAllowTimeout = 1,        // 55P03
  kAllowSerialization = 2,  // 40001
  kAllowUnknown = 4,        // 08007
  kAllowProgramLimit = 8,   // 54000
  kAllowFailed = 16,        // 25P02
  kAllowEnded = 32,         // 72000
};

struct World {
  Database& database;
  History& history;
  ImageStore& store;
  const SimConfig& config;
  Runtime& runtime;
  Verdict& verdict;
  bool trace = false;     // every step on stderr
  bool stopping = false;  // fibers end after the transaction they are in
  bool saw_poison = false;

  uint32_t page_bytes() const { return store.page_bytes(); }
  bool over() const { return stopping || saw_poison || verdict.failed(); }
  void yield() {
    if (CoopScheduler* coop = runtime.coop()) coop->yield();
  }
  void tell(const char* what, uint64_t a = 0, uint64_t b = 0) const {
    if (trace) tell_slow(what, a, b);
  }
  void tell_slow(const char* what, uint64_t a, uint64_t b) const;
  // Lets the simulated clock pass; without a scheduler nothing happens.
  void pause(uint64_t ns);
  void wrong(const std::string& what) { verdict.fail(what); }
  void wrong_unless_empty(const char* where, const std::string& what) {
    if (!what.empty()) verdict.fail(std::string(where) + ": " + what);
  }
  // True if the configuration explains the error; otherwise it is the verdict. Notices poison.
  bool tolerates(const Status& status, const char* call, uint32_t allowed = kAllowNothing);
};

// What differs between the session's view and a state of the model; empty if nothing does. `lsn` is the snapshot.
// A read that fails is told in `failed_read` instead.
std::string state_difference(Session& session, const DbState& state, uint64_t lsn, uint32_t page_bytes,
                             Status* failed_read);
// One page of a snapshot against the model.
std::string snapshot_page_difference(const std::byte* data, size_t page, const PageImage& image, uint64_t lsn,
                                     uint32_t page_bytes);
// Finds out whether a commit whose outcome is open is part of what the session sees, and tells the history.
void settle_open_outcome(World& world, Session& session, uint64_t lsn);

}  // namespace ddb::sim
