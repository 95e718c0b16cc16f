// Transactions over a file and in memory: what commits is seen, what does not is not, at every size of memory.
#include "fixture.h"

#include <gtest/gtest.h>

#include <cstring>
#include <thread>

#include "txn/database.h"
#include "txn/session.h"
#include "vfs/memory_vfs.h"

namespace ddb {
namespace {

class TransactionTest : public ::testing::TestWithParam<bool> {
 protected:
  std::string path() const { return GetParam() ? ":memory:" : "test.ddb"; }
  Options options() {
    Options o;
    o.vfs = &vfs_;
    o.page_bytes = 4096;
    return o;
  }
  void open(const Options& o) {
    db_.reset();
    auto opened = Database::open(path(), o);
    ASSERT_TRUE(opened.is_ok()) << opened.status().to_string();
    db_ = std::move(opened).value();
  }
  std::unique_ptr<Session> session() {
    auto made = db_->new_session();
    EXPECT_TRUE(made.is_ok()) << made.status().to_string();
    return std::move(made).value();
  }
  static PageNo add_page(Session& s, uint64_t value) {
    PageNo page;
    auto w = s.allocate(TreeId(7), PageType::kFirstTree, &page);
    EXPECT_TRUE(w.is_ok()) << w.status().to_string();
    if (w.is_ok()) w->write(100, &value, 8);
    return page;
  }
  static uint64_t value_of(Session& s, PageNo page) {
    auto r = s.read(page);
    EXPECT_TRUE(r.is_ok()) << r.status().to_string();
    uint64_t v = 0;
    if (r.is_ok()) std::memcpy(&v, r->data() + 100, 8);
    return v;
  }
  static void set_value(Session& s, PageNo page, uint64_t value) {
    auto w = s.change(page);
    ASSERT_TRUE(w.is_ok()) << w.status().to_string();
    w->write(100, &value, 8);
  }

  MemoryVfs vfs_;
  std::unique_ptr<Database> db_;
};

TEST_P(TransactionTest, ACommitIsSeenByLaterSnapshotsOnly) {
  open(options());
  auto writer = session();
  auto reader = session();
  ASSERT_OK(writer->begin_write());
  const PageNo page = add_page(*writer, 1);
  ASSERT_OK(writer->commit().status());
  ASSERT_OK(reader->begin_read(Isolation::kRepeatableRead));
  EXPECT_EQ(value_of(*reader, page), 1u);
  ASSERT_OK(writer->begin_write());
  set_value(*writer, page, 2);
  EXPECT_EQ(value_of(*writer, page), 2u);
  EXPECT_EQ(value_of(*reader, page), 1u);
  ASSERT_OK(writer->commit().status());
  EXPECT_EQ(value_of(*reader, page), 1u);
  ASSERT_OK(reader->rollback());
  ASSERT_OK(reader->begin_read());
  EXPECT_EQ(value_of(*reader, page), 2u);
}

TEST_P(TransactionTest, ARollbackLeavesNothing) {
  open(options());
  auto s = session();
  ASSERT_OK(s->begin_write());
  const PageNo page = add_page(*s, 1);
  ASSERT_OK(s->commit().status());
  ASSERT_OK(s->begin_write());
  set_value(*s, page, 2);
  const PageNo other = add_page(*s, 3);
  ASSERT_OK(s->free(page));
  EXPECT_FALSE(s->read(page).is_ok());
  ASSERT_OK(s->rollback());
  ASSERT_OK(s->begin_read());
  EXPECT_EQ(value_of(*s, page), 1u);
  auto used = s->is_allocated(other);
  ASSERT_OK(used.status());
  EXPECT_FALSE(*used);
}

TEST_P(TransactionTest, SavepointsNest) {
  open(options());
  auto s = session();
  ASSERT_OK(s->begin_write());
  const PageNo page = add_page(*s, 1);
  ASSERT_OK(s->savepoint().status());
  set_value(*s, page, 2);
  ASSERT_OK(s->savepoint().status());
  set_value(*s, page, 3);
  const PageNo inner = add_page(*s, 9);
  ASSERT_OK(s->rollback_to(2));
  EXPECT_EQ(value_of(*s, page), 2u);
  EXPECT_FALSE(s->is_allocated(inner).value());
  set_value(*s, page, 4);
  ASSERT_OK(s->release(2));
  EXPECT_EQ(value_of(*s, page), 4u);
  ASSERT_OK(s->rollback_to(1));
  EXPECT_EQ(value_of(*s, page), 1u);
  set_value(*s, page, 5);
  ASSERT_OK(s->release(1));
  EXPECT_TRUE(s->rollback_to(1).is(sqlstate::kBadSavepoint));
  ASSERT_OK(s->commit().status());
  ASSERT_OK(s->begin_read());
  EXPECT_EQ(value_of(*s, page), 5u);
}

TEST_P(TransactionTest, AnOldSnapshotThatBecomesWriterFailsUnlessItRefreshes) {
  open(options());
  auto a = session();
  auto b = session();
  ASSERT_OK(a->begin_read(Isolation::kRepeatableRead));
  ASSERT_OK(b->begin_read(Isolation::kReadCommitted));
  auto w = session();
  ASSERT_OK(w->begin_write());
  add_page(*w, 1);
  ASSERT_OK(w->commit().status());
  EXPECT_TRUE(a->begin_write().is(sqlstate::kSerialization));
  EXPECT_TRUE(a->in_transaction());
  ASSERT_OK(b->begin_write());
  ASSERT_OK(b->rollback());
}

TEST_P(TransactionTest, ADeadlineInTheWriteQueueIs55P03) {
  open(options());
  auto a = session();
  ASSERT_OK(a->begin_write());
  auto b = session();
  EXPECT_TRUE(b->begin_write().is(sqlstate::kInvalidState)) << "the same thread would wait for itself";
  std::thread([&] {
    EXPECT_TRUE(b->begin_write(Isolation::kReadCommitted, 20'000'000).is(sqlstate::kLockNotAvailable));
  }).join();
  ASSERT_OK(a->rollback());
  ASSERT_OK(b->begin_write());
  ASSERT_OK(b->rollback());
}

TEST_P(TransactionTest, TransactionsLargerThanMemoryAndLogWork) {
  Options o = options();
  o.memory_limit = 1 << 20;
  o.wal_limit = 1 << 20;
  o.wal_segment_bytes = 64 * 1024;
  open(o);
  auto s = session();
  std::vector<PageNo> pages;
  ASSERT_OK(s->begin_write());
  for (uint64_t i = 0; i < 2000; ++i) pages.push_back(add_page(*s, i));
  for (uint64_t i = 0; i < 2000; i += 7) set_value(*s, pages[i], i + 1'000'000);
  ASSERT_OK(s->commit().status());
  ASSERT_OK(s->begin_read());
  for (uint64_t i = 0; i < 2000; ++i) ASSERT_EQ(value_of(*s, pages[i]), i % 7 == 0 ? i + 1'000'000 : i) << i;
  ASSERT_OK(s->rollback());
  EXPECT_LE(db_->stats().cache.memory_used, o.memory_limit + (64 << 10));
}

TEST_P(TransactionTest, FreedPagesAreReusedAndTheEndIsTrimmed) {
  open(options());
  auto s = session();
  ASSERT_OK(s->begin_write());
  std::vector<PageNo> pages;
  for (uint64_t i = 0; i < 100; ++i) pages.push_back(add_page(*s, i));
  ASSERT_OK(s->commit().status());
  ASSERT_OK(s->begin_write());
  ASSERT_OK(s->free(pages[10]));
  EXPECT_EQ(add_page(*s, 5), pages[10]);
  for (size_t i = 50; i < 100; ++i) ASSERT_OK(s->free(pages[i]));
  auto trimmed = s->trim(1000);
  ASSERT_OK(trimmed.status());
  EXPECT_EQ(*trimmed, 50u);
  ASSERT_OK(s->commit().status());
  ASSERT_OK(s->begin_read());
  EXPECT_EQ(s->page_count().value(), 52u);
  EXPECT_EQ(value_of(*s, pages[10]), 5u);
}

TEST_P(TransactionTest, ManyCommitsStayWithinLogAndMemory) {
  Options o = options();
  o.memory_limit = 2 << 20;
  o.wal_limit = 1 << 20;
  o.wal_segment_bytes = 64 * 1024;
  open(o);
  auto s = session();
  auto old_reader = session();
  std::vector<PageNo> pages;
  ASSERT_OK(s->begin_write());
  for (uint64_t i = 0; i < 200; ++i) pages.push_back(add_page(*s, i));
  ASSERT_OK(s->commit().status());
  ASSERT_OK(old_reader->begin_read(Isolation::kRepeatableRead));
  for (uint64_t round = 1; round <= 3000; ++round) {
    ASSERT_OK(s->begin_write());
    for (uint64_t k = 0; k < 3; ++k) set_value(*s, pages[(round * 31 + k * 17) % 200], round * 1000 + k);
    ASSERT_OK(s->commit(round % 3 == 0 ? Durability::kFull : Durability::kRelaxed).status());
    ASSERT_LE(db_->stats().log.file_bytes, o.wal_limit);
  }
  for (uint64_t i = 0; i < 200; ++i) ASSERT_EQ(value_of(*old_reader, pages[i]), i);
}

INSTANTIATE_TEST_SUITE_P(FileAndMemory, TransactionTest, ::testing::Bool(),
                         [](const auto& param) { return param.param ? "Memory" : "File"; });

}  // namespace
}  // namespace ddb
