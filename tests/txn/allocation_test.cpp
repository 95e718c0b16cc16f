// Every allocation in turn fails: each call gives an error or its result, no acknowledged commit is lost, no partial one
// is seen, and what is not poisoned goes on.
#include "base/failing_new.h"
#include "fixture.h"

namespace ddb {
namespace {

constexpr uint64_t kPages = 24;

// Every transaction writes its number into all pages.
class AllocationTest : public StoreFixture, public ::testing::WithParamInterface<bool> {
 protected:
  Options tiny() {
    Options o = options();
    o.runtime = &Runtime::native_without_threads();
    o.double_write_slots = 8;
    o.memory_limit = 160 * o.page_bytes;
    o.wal_segment_bytes = 64 * 1024;
    o.wal_limit = 512 * 1024;
    o.temp_file_limit = 1 << 20;
    return o;
  }

  // Success, or an error that a lack of memory may give.
  bool fine(const Status& status, const char* call) {
    if (status.is_ok()) return true;
    if (FailingNew::failures() == 0 ||
        !(status.is(sqlstate::kOutOfMemory) || status.is(sqlstate::kOutcomeUnknown) || db_ == nullptr ||
          db_->stats().poisoned)) {
      ADD_FAILURE() << call << ": " << status.to_string();
    }
    return false;
  }

  Status write_all(Session& s, uint64_t value) {
    for (uint64_t i = 0; i < kPages; ++i) {
      if (i == kPages / 2) {
        DDB_TRY(const uint32_t depth, s.savepoint());
        DDB_RETURN_IF_ERROR(set(s, pages_[i], 1'000'000 + value));
        PageNo extra;
        DDB_RETURN_IF_ERROR(s.allocate(TreeId(9), PageType::kFirstTree, &extra).status());
        if (value % 2 == 0) DDB_RETURN_IF_ERROR(s.rollback_to(depth));
        DDB_RETURN_IF_ERROR(s.release(depth));
        if (value % 2 != 0) DDB_RETURN_IF_ERROR(s.free(extra));
        if (value % 2 != 0) DDB_RETURN_IF_ERROR(s.trim(8).status());  // the checkpoint truncates the file
      }
      DDB_RETURN_IF_ERROR(set(s, pages_[i], value));
    }
    return Status::ok();
  }

  void commit_value(Session& s, Durability durability) {
    const uint64_t value = attempted_ + 1;
    if (!fine(s.begin_write(), "begin_write()")) return;
    if (Status written = write_all(s, value); !fine(written, "change()")) {
      static_cast<void>(fine(s.rollback(), "rollback()"));
      return;
    }
    attempted_ = value;
    if (fine(s.commit(durability).status(), "commit()")) acknowledged_ = value;
  }

  // All pages hold the same number, one that may be there.
  void check(Session& s) {
    Result<uint64_t> first = get(s, pages_[0]);
    if (!fine(first.status(), "read()")) return;
    EXPECT_GE(*first, acknowledged_);
    EXPECT_LE(*first, attempted_);
    for (const PageNo page : pages_) {
      Result<uint64_t> value = get(s, page);
      if (!fine(value.status(), "read()")) return;
      ASSERT_EQ(*value, *first) << "page " << page.value;
    }
  }

  void read_and_check() {
    auto made = db_->new_session();
    if (!fine(made.status(), "new_session()")) return;
    if (!fine((*made)->begin_read(), "begin_read()")) return;
    check(**made);
    fine((*made)->rollback(), "rollback()");
  }

  // Opens a database with a log that must be redone, and does a bit of everything.
  void live() {
    db_.reset();
    auto opened = Database::open("test.ddb", tiny());
    if (!fine(opened.status(), "open()")) return;
    db_ = std::move(opened).value();
    {
      auto made = db_->new_session();
      if (!fine(made.status(), "new_session()")) return;
      commit_value(**made, Durability::kFull);
      commit_value(**made, Durability::kRelaxed);
      read_and_check();
      if (fine((*made)->begin_read(Isolation::kRepeatableRead), "begin_read()")) {
        auto other = db_->new_session();
        if (fine(other.status(), "new_session()")) commit_value(**other, Durability::kFull);
        fine(db_->checkpoint(), "checkpoint()");
        for (const PageNo page : pages_) fine(get(**made, page).status(), "read()");
        fine((*made)->rollback(), "rollback()");
      }
    }
    if (acknowledged_ % 3 == 0) {
      fine(db_->close(), "close()");
      db_.reset();
    }
  }

  std::vector<PageNo> pages_;
  uint64_t attempted_ = 0;
  uint64_t acknowledged_ = 0;
};

TEST_P(AllocationTest, EachInTurnFails) {
  open(tiny());
  pages_ = make_pages(kPages);
  {
    auto s = session();
    commit_value(*s, Durability::kFull);
  }
  uint64_t nth = 0;
  uint64_t failures = 1;
  while (failures > 0 && !HasFailure() && nth < 20'000) {
    ++nth;
    {
      FailingNew fail(nth, GetParam());
      live();
    }
    failures = FailingNew::failures();
    FailingNew::failures() = 0;
    // With memory again: what is not poisoned goes on; what is reopened holds the same.
    if (db_ != nullptr && !db_->stats().poisoned) read_and_check();
    db_.reset();
    open(tiny());
    ASSERT_NE(db_, nullptr);
    read_and_check();
    auto s = session();
    ASSERT_OK(s->begin_read());
    acknowledged_ = attempted_ = get(*s, pages_[0]).value();
    ASSERT_OK(s->rollback());
    ASSERT_OK(db_->checkpoint());  // the log stays as short as it was
    commit_value(*s, Durability::kFull);
    ASSERT_EQ(acknowledged_, attempted_);
    if (HasFailure()) std::cerr << "allocation " << nth << "\n";
  }
  EXPECT_GT(nth, 100u);
  EXPECT_EQ(failures, 0u);
}

class RollbackToTest : public StoreFixture {};

// The map of private pages may be as full as it gets: going back to a savepoint needs no memory.
TEST_F(RollbackToTest, AllocatesNothing) {
  open(options());
  const std::vector<PageNo> pages = make_pages(70);
  auto s = session();
  for (uint64_t count = 1; count < 68; ++count) {
    ASSERT_OK(s->begin_write());
    ASSERT_OK(set(*s, pages[0], 500));
    ASSERT_OK(s->savepoint().status());
    ASSERT_OK(s->savepoint().status());
    ASSERT_OK(set(*s, pages[0], 501));  // goes back to 500, and first: release() turns the order around
    for (uint64_t i = 1; i <= count; ++i) ASSERT_OK(set(*s, pages[i], 1000 + i));
    ASSERT_OK(s->release(2));
    Status rolled;
    {
      FailingNew fail(1);
      rolled = s->rollback_to(1);
    }
    ASSERT_OK(rolled);
    ASSERT_EQ(FailingNew::failures(), 0u) << count;
    for (uint64_t i = 1; i <= count; ++i) ASSERT_EQ(get(*s, pages[i]).value(), i);
    ASSERT_EQ(get(*s, pages[0]).value(), 500u);
    ASSERT_OK(s->rollback());
  }
}

INSTANTIATE_TEST_SUITE_P(OnceAndForGood, AllocationTest, ::testing::Bool(),
                         [](const auto& once) { return once.param ? "Once" : "ForGood"; });

}  // namespace
}  // namespace ddb
