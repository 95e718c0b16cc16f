// page_bank: transfers, stamps, and the check of a snapshot.
#include "page_bank.h"

namespace ddb::stress {
namespace {

// Account: 8 bytes balance at 32. Member: 8 bytes stamp at 32, then words that follow from it, to the end of the page.
constexpr size_t kAt = kPageHeaderBytes;

int64_t balance_of(const std::byte* page) { return static_cast<int64_t>(load_le<uint64_t>(page + kAt)); }
uint64_t word_of(uint64_t stamp, size_t at) { return mix64(stamp ^ at); }

void write_stamp(PageWriter& writer, uint64_t stamp, size_t page_bytes) {
  std::byte* bytes = writer.change(kAt, page_bytes - kAt);
  store_le<uint64_t>(bytes, stamp);
  for (size_t at = 8; at + 8 <= page_bytes - kAt; at += 8) store_le<uint64_t>(bytes + at, word_of(stamp, at));
}

bool stamp_is_whole(const std::byte* page, size_t page_bytes) {
  const std::byte* bytes = page + kAt;
  const uint64_t stamp = load_le<uint64_t>(bytes);
  for (size_t at = 8; at + 8 <= page_bytes - kAt; at += 8) {
    if (load_le<uint64_t>(bytes + at) != word_of(stamp, at)) return false;
  }
  return true;
}

}  // namespace

bool PageBank::fine(const Status& status, const char* call) {
  if (status.is_ok()) return true;
  if (status.is(sqlstate::kSnapshotTooOld)) {
    ended_.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  trouble_.report(std::string(call) + ": " + status.to_string());
  return false;
}

bool PageBank::create() {
  Result<std::unique_ptr<Session>> made = database_.new_session();
  if (!fine(made.status(), "new_session()")) return false;
  Session& session = **made;
  if (!fine(session.begin_write(), "begin_write()")) return false;
  const uint64_t pages = shape_.accounts + uint64_t{shape_.groups} * shape_.pages_per_group;
  for (uint64_t i = 0; i < pages; ++i) {
    PageNo page = kNoPage;
    Result<PageWriter> writer = session.allocate(TreeId(1), PageType::kFirstTree, &page);
    if (!fine(writer.status(), "allocate()")) return false;
    if (page != account(i)) {
      trouble_.report("allocate() does not count up in a new database");
      return false;
    }
    if (i < shape_.accounts) {
      store_le<uint64_t>(writer->change(kAt, 8), static_cast<uint64_t>(shape_.opening_balance));
    } else {
      write_stamp(*writer, 1, database_.page_bytes());
    }
  }
  return fine(session.commit().status(), "commit()");
}

bool PageBank::add(Session& session, PageNo page, int64_t amount) {
  Result<PageWriter> writer = session.change(page);
  if (!fine(writer.status(), "change()")) return false;
  const int64_t balance = balance_of(writer->data());
  store_le<uint64_t>(writer->change(kAt, 8), static_cast<uint64_t>(balance + amount));
  return true;
}

bool PageBank::transfer(Session& session, SeededRandom& random) {
  for (uint64_t count = 1 + random.below(4); count > 0; --count) {
    const int64_t amount = static_cast<int64_t>(random.below(100)) - 50;
    if (!add(session, account(random.below(shape_.accounts)), amount) ||
        !add(session, account(random.below(shape_.accounts)), -amount)) {
      return false;
    }
  }
  return true;
}

bool PageBank::stamp_group(Session& session, SeededRandom& random) {
  const uint64_t group = random.below(shape_.groups);
  const uint64_t stamp = random.next();
  for (uint64_t i = 0; i < shape_.pages_per_group; ++i) {
    Result<PageWriter> writer = session.change(member(group, i));
    if (!fine(writer.status(), "change()")) return false;
    write_stamp(*writer, stamp, database_.page_bytes());
  }
  return true;
}

// Breaks the invariants inside a savepoint and takes that back.
bool PageBank::wander(Session& session, SeededRandom& random) {
  Result<uint32_t> depth = session.savepoint();
  if (!fine(depth.status(), "savepoint()")) return false;
  if (!add(session, account(random.below(shape_.accounts)), 77) || !stamp_group(session, random))
    return false;
  Result<PageWriter> writer = session.change(member(random.below(shape_.groups), 0));
  if (!fine(writer.status(), "change()")) return false;
  write_stamp(*writer, 1, database_.page_bytes());
  *writer = PageWriter();
  if (!fine(session.rollback_to(*depth), "rollback_to()")) return false;
  return random.chance(500) || fine(session.release(*depth), "release()");
}

void PageBank::write_once(Session& session, SeededRandom& random) {
  if (!fine(session.begin_write(), "begin_write()")) return;
  bool good = random.chance(700) ? transfer(session, random) : stamp_group(session, random);
  if (good && random.chance(200)) good = wander(session, random) && transfer(session, random);
  if (!good) {
    static_cast<void>(session.rollback());
    return;
  }
  if (random.chance(100)) {
    // Half a transfer that never happened.
    good = add(session, account(0), 1);
    fine(session.rollback(), "rollback()");
    return;
  }
  const Durability durability = random.chance(700) ? Durability::kRelaxed : Durability::kFull;
  Result<Lsn> lsn = session.commit(durability);
  if (!fine(lsn.status(), "commit()")) return;
  commits_.fetch_add(1, std::memory_order_relaxed);
  if (random.chance(20)) fine(database_.wait_durable(*lsn), "wait_durable()");
}

void PageBank::churn_pages(Session& session, SeededRandom& random) {
  if (!fine(session.begin_write(), "begin_write()")) return;
  std::vector<PageNo> pages;
  for (uint64_t count = 1 + random.below(40); count > 0; --count) {
    PageNo page = kNoPage;
    Result<PageWriter> writer = session.allocate(TreeId(2), PageType::kFirstTree, &page);
    if (!fine(writer.status(), "allocate()")) return static_cast<void>(session.rollback());
    write_stamp(*writer, random.next(), database_.page_bytes());
    *writer = PageWriter();
    if (random.chance(200) && !fine(session.write_direct(page).status(), "write_direct()")) {
      return static_cast<void>(session.rollback());
    }
    pages.push_back(page);
  }
  if (random.chance(500)) {
    if (!fine(session.commit(Durability::kRelaxed).status(), "commit()")) return;
    if (!fine(session.begin_write(), "begin_write()")) return;
  }
  for (PageNo page : pages) {
    if (!fine(session.free(page), "free()")) return static_cast<void>(session.rollback());
  }
  if (random.chance(300)) fine(session.trim(20).status(), "trim()");
  if (fine(session.commit(random.chance(300) ? Durability::kFull : Durability::kRelaxed).status(),
           "commit()")) {
    commits_.fetch_add(1, std::memory_order_relaxed);
  }
}

// Balances and page LSNs as the snapshot shows them.
bool PageBank::read_accounts(Session& session, std::vector<Account>* out) {
  out->clear();
  for (uint64_t i = 0; i < shape_.accounts; ++i) {
    Result<PageRef> page = session.read(account(i));
    if (!fine(page.status(), "read()")) return false;
    out->push_back({balance_of(page->data()), page_lsn(page->data()).value});
  }
  return true;
}

bool PageBank::check_accounts(Session& session) {
  std::vector<Account> accounts;
  if (!read_accounts(session, &accounts)) return false;
  const uint64_t snapshot = session.snapshot().value;
  const auto total = [](const std::vector<Account>& all) {
    int64_t sum = 0;
    for (const Account& one : all) sum += one.balance;
    return sum;
  };
  const int64_t expected = shape_.opening_balance * static_cast<int64_t>(shape_.accounts);
  if (total(accounts) == expected) return true;
  // A second look at the same snapshot tells a wrong page from a page that was wrong for a moment.
  std::vector<Account> again;
  std::string text = "a snapshot of LSN " + std::to_string(snapshot) + " has a total of " +
                     std::to_string(total(accounts)) + ", expected " + std::to_string(expected);
  if (read_accounts(session, &again)) {
    text += "; a second look gives " + std::to_string(total(again));
    for (uint64_t i = 0; i < shape_.accounts; ++i) {
      const bool changed = again[i].balance != accounts[i].balance || again[i].lsn != accounts[i].lsn;
      if (!changed && accounts[i].lsn <= snapshot) continue;
      text += "; page " + std::to_string(account(i).value) + " balance " +
              std::to_string(accounts[i].balance) + " LSN " + std::to_string(accounts[i].lsn) + ", then " +
              std::to_string(again[i].balance) + " LSN " + std::to_string(again[i].lsn);
    }
  }
  trouble_.report(text);
  return false;
}

bool PageBank::check_groups(Session& session) {
  for (uint64_t group = 0; group < shape_.groups; ++group) {
    uint64_t stamp = 0;
    for (uint64_t i = 0; i < shape_.pages_per_group; ++i) {
      Result<PageRef> page = session.read(member(group, i));
      if (!fine(page.status(), "read()")) return false;
      const uint64_t found = load_le<uint64_t>(page->data() + kAt);
      if (i == 0) stamp = found;
      if (found != stamp) {
        trouble_.report("a snapshot shows two stamps in group " + std::to_string(group));
        return false;
      }
      if (!stamp_is_whole(page->data(), database_.page_bytes())) {
        trouble_.report("a page of group " + std::to_string(group) + " changed while it was read");
        return false;
      }
    }
  }
  return true;
}

bool PageBank::check_snapshot(Session& session) {
  if (!check_accounts(session) || !check_groups(session)) return false;
  snapshots_.fetch_add(1, std::memory_order_relaxed);
  return true;
}

void PageBank::read_once(Session& session, SeededRandom& random) {
  const bool refreshes = random.chance(500);
  if (!fine(session.begin_read(refreshes ? Isolation::kReadCommitted : Isolation::kRepeatableRead),
            "begin_read()"))
    return;
  const uint64_t rounds = random.chance(100) ? 20 : 1;
  for (uint64_t i = 0; i < rounds && !trouble_.any(); ++i) {
    if (!check_snapshot(session)) break;
    if (refreshes && !fine(session.refresh(), "refresh()")) break;
    if (rounds > 1) std::this_thread::yield();
  }
  fine(session.rollback(), "rollback() of a reader");
}

}  // namespace ddb::stress
