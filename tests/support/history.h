// history: the model of the log: what each LSN made of the database, and which LSNs may not be lost.
//
// A commit is entered before the engine's commit() is called, since a crash inside of it may keep it, and settled when
// commit() has returned. Two floors tell what a crash must leave:
//   power loss   every acknowledged full commit, every full commit that a reader or a finished transaction has seen, and of
//                acknowledged relaxed commits all but the bounded tail
//   kill -9      everything acknowledged or seen
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.h"
#include "support/page_image.h"

namespace ddb::sim {

enum class Outcome : uint8_t {
  kPending,  // commit() has not returned
  kAcknowledged,
  kWithdrawn,  // failed and rolled back: the LSN is unused, or an empty transaction
  kUnknown,    // 08007
};

struct Commit {
  const DbState* with = nullptr;     // the state if it counts
  const DbState* without = nullptr;  // the state if it does not
  uint64_t token = 0;                // who entered it
  uint64_t log_bytes_min = 0;
  uint64_t acknowledged_ns = 0;
  Outcome outcome = Outcome::kPending;
  bool full = false;

  const DbState* state() const { return outcome == Outcome::kWithdrawn ? without : with; }
};

struct RelaxedBound {
  uint64_t bytes_max = 0;
  uint64_t age_ns_max = 0;  // 0: no bound of time
};

// Copyable: a copy is what would be known if the power failed now. States are owned elsewhere.
class History {
 public:
  // LSN 1 is the creation of the file.
  explicit History(const DbState* created, size_t page_bytes);

  uint64_t last() const { return commits_.size(); }  // newest LSN entered
  bool has(uint64_t lsn) const { return lsn >= 1 && lsn <= last(); }
  const Commit& at(uint64_t lsn) const { return commits_[lsn - 1]; }
  const DbState& state(uint64_t lsn) const { return *at(lsn).state(); }
  uint64_t power_floor() const { return power_floor_; }
  uint64_t kill_floor() const { return kill_floor_; }
  // Never repeats: changes with everything that moves a floor or an outcome.
  uint64_t version() const { return version_; }

  // Each returns an empty text, or what the engine did wrong.

  // A write transaction started on `base`.
  std::string enter_write(uint64_t base);
  // It is about to commit. `token` names the entry to settle() and withdraw().
  std::string enter_commit(uint64_t base, const DbState* with, bool full, uint64_t* token);
  // commit() returned the LSN.
  std::string acknowledge(uint64_t lsn, uint64_t token, uint64_t now_ns);
  // It failed cleanly, or had nothing to commit.
  void withdraw(uint64_t lsn, uint64_t token);
  void leave_unknown(uint64_t lsn, uint64_t token);
  // Evidence that the pending commit of `lsn` came to nothing.
  void settle_as_withdrawn(uint64_t lsn);

  // A snapshot was handed out, or a transaction based on it has ended: what it shows must last.
  std::string see(uint64_t lsn);
  // Everything up to `lsn` is known to be durable.
  void make_durable(uint64_t lsn);

  // Whether a crash may leave `lsn` as the newest one. `now_ns` at the crash.
  std::string judge_power_loss(uint64_t lsn, const RelaxedBound& bound, uint64_t now_ns) const;
  std::string judge_kill(uint64_t lsn) const;

  // The database was opened and shows `lsn` as `with` or `without`: later LSNs are gone, earlier ones durable.
  void adopt(uint64_t lsn, bool with);

 private:
  uint64_t last_full(uint64_t lsn) const;
  void raise_power_floor(uint64_t lsn);
  void raise_kill_floor(uint64_t lsn);
  Commit* entry(uint64_t lsn, uint64_t token);

  size_t page_bytes_;
  std::vector<Commit> commits_;
  uint64_t power_floor_ = 1;
  uint64_t kill_floor_ = 1;
  uint64_t version_ = 1;
  uint64_t tokens_ = 0;
};

}  // namespace ddb::sim
