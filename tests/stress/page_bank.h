// page_bank: an invariant over many pages, for real threads. Accounts lie one to a page; money moves between them, so every
// snapshot has the same total; groups of pages are stamped together, so every snapshot shows one stamp per group.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/seeded_random.h"
#include "txn/database.h"
#include "txn/session.h"

namespace ddb::stress {

// The first thing that went wrong in any thread. Thread-safe.
class Trouble {
 public:
  void report(const std::string& what) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (text_.empty()) text_ = what;
    any_.store(true, std::memory_order_release);
  }
  bool any() const { return any_.load(std::memory_order_acquire); }
  std::string text() const {
    std::lock_guard<std::mutex> lock(mutex_);
    return text_;
  }

 private:
  mutable std::mutex mutex_;
  std::string text_;
  std::atomic<bool> any_{false};
};

struct BankShape {
  uint32_t accounts = 64;  // pages 2 … accounts + 1
  uint32_t groups = 8;
  uint32_t pages_per_group = 6;
  int64_t opening_balance = 1'000;
};

// The pages of a bank in a database. Thread-safe but for create(); each thread uses a session of its own.
class PageBank {
 public:
  PageBank(Database& database, const BankShape& shape, Trouble& trouble)
      : database_(database), shape_(shape), trouble_(trouble) {}

  // Allocates and fills all pages. Returns false if trouble was reported.
  bool create();

  // One write transaction: transfers, or the stamping of a whole group, with savepoints and rollbacks now and then.
  void write_once(Session& session, SeededRandom& random);
  // Allocates some pages, fills and frees them again, in one or two transactions.
  void churn_pages(Session& session, SeededRandom& random);
  // Reads everything in the session's open read transaction and checks both invariants.
  bool check_snapshot(Session& session);
  // begin, check, end; some of it slowly.
  void read_once(Session& session, SeededRandom& random);

  uint64_t commits() const { return commits_.load(std::memory_order_relaxed); }
  uint64_t snapshots() const { return snapshots_.load(std::memory_order_relaxed); }
  uint64_t readers_ended() const { return ended_.load(std::memory_order_relaxed); }

 private:
  PageNo account(uint64_t i) const { return PageNo(static_cast<uint32_t>(2 + i)); }
  PageNo member(uint64_t group, uint64_t i) const {
    return PageNo(static_cast<uint32_t>(2 + shape_.accounts + group * shape_.pages_per_group + i));
  }
  bool fine(const Status& status, const char* call);
  bool transfer(Session& session, SeededRandom& random);
  bool stamp_group(Session& session, SeededRandom& random);
  bool wander(Session& session, SeededRandom& random);
  bool add(Session& session, PageNo page, int64_t amount);
  struct Account {
    int64_t balance;
    uint64_t lsn;
  };
  bool read_accounts(Session& session, std::vector<Account>* out);
  bool check_accounts(Session& session);
  bool check_groups(Session& session);

  Database& database_;
  const BankShape shape_;
  Trouble& trouble_;
  std::atomic<uint64_t> commits_{0};
  std::atomic<uint64_t> snapshots_{0};
  std::atomic<uint64_t> ended_{0};
};

}  // namespace ddb::stress
