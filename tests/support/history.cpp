// history: entering, settling and judging commits.
#include "support/history.h"

#include <algorithm>

namespace ddb::sim {
namespace {
std::string text(uint64_t value) { return std::to_string(value); }
}  // namespace

History::History(const DbState* created, size_t page_bytes) : page_bytes_(page_bytes) {
  Commit first;
  first.with = first.without = created;
  first.outcome = Outcome::kAcknowledged;
  first.full = true;
  commits_.push_back(first);
}

std::string History::enter_write(uint64_t base) {
  if (!has(base))
    return "write transaction on LSN " + text(base) + ", but nobody committed past " + text(last());
  for (uint64_t lsn = base + 1; lsn <= last(); ++lsn) {
    const Outcome outcome = at(lsn).outcome;
    if (outcome == Outcome::kAcknowledged || outcome == Outcome::kUnknown) {
      return "write transaction on LSN " + text(base) + " although LSN " + text(lsn) + " is " +
             (outcome == Outcome::kAcknowledged ? "acknowledged" : "of unknown outcome");
    }
  }
  return {};
}

std::string History::enter_commit(uint64_t base, const DbState* with, bool full, uint64_t* token) {
  if (std::string wrong = enter_write(base); !wrong.empty()) return wrong;
  // What stands behind the base is withdrawn or about to be: the LSN is free again.
  commits_.resize(base);
  Commit commit;
  commit.with = with;
  commit.without = at(base).state();
  commit.full = full;
  commit.token = *token = ++tokens_;
  commit.log_bytes_min = log_bytes_at_least(*commit.without, *with, page_bytes_);
  commits_.push_back(commit);
  ++version_;
  return {};
}

Commit* History::entry(uint64_t lsn, uint64_t token) {
  return has(lsn) && commits_[lsn - 1].token == token ? &commits_[lsn - 1] : nullptr;
}

std::string History::acknowledge(uint64_t lsn, uint64_t token, uint64_t now_ns) {
  Commit* commit = entry(lsn, token);
  if (commit == nullptr)
    return "LSN " + text(lsn) + " was acknowledged to one and given to another transaction";
  if (commit->outcome == Outcome::kWithdrawn)
    return "LSN " + text(lsn) + " was acknowledged but seen without effect";
  commit->outcome = Outcome::kAcknowledged;
  commit->acknowledged_ns = now_ns;
  ++version_;
  return see(lsn);
}

void History::withdraw(uint64_t lsn, uint64_t token) {
  ++version_;
  Commit* commit = entry(lsn, token);
  if (commit != nullptr) commit->outcome = Outcome::kWithdrawn;
}

void History::leave_unknown(uint64_t lsn, uint64_t token) {
  ++version_;
  Commit* commit = entry(lsn, token);
  if (commit != nullptr) commit->outcome = Outcome::kUnknown;
}

void History::settle_as_withdrawn(uint64_t lsn) {
  ++version_;
  commits_[lsn - 1].outcome = Outcome::kWithdrawn;
}

std::string History::see(uint64_t lsn) {
  if (!has(lsn)) return "LSN " + text(lsn) + " is visible, but nobody committed past " + text(last());
  raise_power_floor(last_full(lsn));
  raise_kill_floor(lsn);
  return {};
}

void History::make_durable(uint64_t lsn) {
  raise_power_floor(lsn);
  raise_kill_floor(lsn);
}

uint64_t History::last_full(uint64_t lsn) const {
  while (lsn > power_floor_ && !(at(lsn).full && at(lsn).outcome != Outcome::kWithdrawn)) --lsn;
  return lsn;
}

void History::raise_power_floor(uint64_t lsn) {
  if (lsn <= power_floor_) return;
  power_floor_ = lsn;
  ++version_;
}

void History::raise_kill_floor(uint64_t lsn) {
  if (lsn <= kill_floor_) return;
  kill_floor_ = lsn;
  ++version_;
}

std::string History::judge_power_loss(uint64_t lsn, const RelaxedBound& bound, uint64_t now_ns) const {
  if (!has(lsn)) return "recovered LSN " + text(lsn) + ", but nobody committed past " + text(last());
  if (lsn < power_floor_) {
    return "recovered LSN " + text(lsn) + ", but LSN " + text(power_floor_) +
           " was acknowledged or seen as durable";
  }
  uint64_t lost_bytes = 0;
  uint64_t lost_commits = 0;
  for (uint64_t lost = lsn + 1; lost <= last(); ++lost) {
    const Commit& commit = at(lost);
    if (commit.outcome != Outcome::kAcknowledged) continue;
    // Of the oldest one all but the last block may have been synced together with something earlier.
    if (++lost_commits > 1) lost_bytes += commit.log_bytes_min;
    if (bound.age_ns_max != 0 && commit.acknowledged_ns + bound.age_ns_max < now_ns) {
      return "lost relaxed LSN " + text(lost) + ", acknowledged " + text(now_ns - commit.acknowledged_ns) +
             " ns ago";
    }
  }
  if (lost_bytes > bound.bytes_max) {
    return "lost " + text(lost_commits) + " relaxed commits behind LSN " + text(lsn) +
           ", without the oldest at least " + text(lost_bytes) + " bytes, bound " + text(bound.bytes_max);
  }
  return {};
}

std::string History::judge_kill(uint64_t lsn) const {
  if (!has(lsn)) return "recovered LSN " + text(lsn) + ", but nobody committed past " + text(last());
  if (lsn < kill_floor_) {
    return "recovered LSN " + text(lsn) + " after a kill, but LSN " + text(kill_floor_) +
           " was acknowledged or seen";
  }
  return {};
}

void History::adopt(uint64_t lsn, bool with) {
  commits_.resize(lsn);
  for (Commit& commit : commits_) {
    if (commit.outcome != Outcome::kWithdrawn) commit.outcome = Outcome::kAcknowledged;
    commit.acknowledged_ns = 0;
  }
  if (!with) commits_.back().outcome = Outcome::kWithdrawn;
  power_floor_ = kill_floor_ = lsn;
  ++version_;
}

}  // namespace ddb::sim
