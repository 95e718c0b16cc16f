// Every limit of ADR 0006 at its bound: a clear error, nothing lost, and the store goes on.
#include <thread>

#include "fixture.h"

namespace ddb {
namespace {

class LimitsTest : public StoreFixture {
 protected:
  Options small() {
    Options o = options();
    o.memory_limit = 1 << 20;
    o.wal_limit = 1 << 20;
    o.wal_segment_bytes = 64 * 1024;
    return o;
  }
};

TEST_F(LimitsTest, PinsOfASession) {
  open(options());
  const std::vector<PageNo> pages = make_pages(40);
  auto s = session();
  ASSERT_OK(s->begin_read());
  std::vector<PageRef> held;
  for (int i = 0; i < 32; ++i) held.push_back(std::move(s->read(pages[static_cast<size_t>(i)])).value());
  EXPECT_TRUE(s->read(pages[33]).status().is(sqlstate::kProgramLimit));
  held.pop_back();
  ASSERT_OK(s->read(pages[33]).status());
}

TEST_F(LimitsTest, SavepointDepth) {
  Options o = options();
  o.savepoint_depth_max = 5;
  open(o);
  auto s = session();
  ASSERT_OK(s->begin_write());
  for (int i = 0; i < 5; ++i) ASSERT_OK(s->savepoint().status());
  EXPECT_TRUE(s->savepoint().status().is(sqlstate::kProgramLimit));
  EXPECT_TRUE(s->failed());
  EXPECT_TRUE(s->release(5).is(sqlstate::kFailedTransaction));
  ASSERT_OK(s->rollback_to(5));
  ASSERT_OK(s->release(1));
  ASSERT_OK(s->commit().status());
}

TEST_F(LimitsTest, Sessions) {
  Options o = options();
  o.sessions_max = 3;
  open(o);
  std::vector<std::unique_ptr<Session>> sessions;
  Status last;
  for (int i = 0; i < 8 && last.is_ok(); ++i) {
    auto made = db_->new_session();
    last = made.status();
    if (made.is_ok()) sessions.push_back(std::move(made).value());
  }
  EXPECT_TRUE(last.is(sqlstate::kLimitExceeded));
  EXPECT_EQ(sessions.size(), 3u);
  sessions.pop_back();
  ASSERT_OK(db_->new_session().status());
}

TEST_F(LimitsTest, WriteQueue) {
  Options o = options();
  o.write_queue_max = 1;
  open(o);
  auto holder = session();
  ASSERT_OK(holder->begin_write());
  auto waiting = session();
  std::thread waiter([&] {
    EXPECT_TRUE(waiting->begin_write().is_ok());
    (void)waiting->rollback().is_ok();
  });
  while (db_->stats().write_queue_length == 0) std::this_thread::yield();
  auto third = session();
  std::thread([&] { EXPECT_TRUE(third->begin_write().is(sqlstate::kLimitExceeded)); }).join();
  ASSERT_OK(holder->rollback());
  waiter.join();
}

TEST_F(LimitsTest, TransactionBytesAreRefusedBeforeTheLogIsTouched) {
  Options o = small();
  o.transaction_bytes_max = 3'000;
  open(o);
  const std::vector<PageNo> pages = make_pages(10);
  const uint64_t appended = db_->stats().appended_lsn;
  auto s = session();
  ASSERT_OK(s->begin_write());
  for (int i = 0; i < 200; ++i) {
    PageNo page;
    ASSERT_OK(s->allocate(TreeId(1), PageType::kFirstTree, &page).status());
  }
  EXPECT_TRUE(s->commit().status().is(sqlstate::kProgramLimit));
  EXPECT_FALSE(s->in_transaction());
  EXPECT_EQ(db_->stats().appended_lsn, appended);
  ASSERT_OK(commit_one(*s, pages[0], 5));
}

TEST_F(LimitsTest, MemoryStaysBelowItsLimitWhileReadingFarMore) {
  Options o = small();
  open(o);
  const std::vector<PageNo> pages = make_pages(3000, 500);
  auto s = session();
  ASSERT_OK(s->begin_read());
  for (uint64_t i = 0; i < pages.size(); ++i) {
    ASSERT_EQ(get(*s, pages[i]).value(), i);
    ASSERT_LE(db_->stats().cache.memory_used, o.memory_limit);
  }
  EXPECT_GT(db_->stats().cache.evictions, 1000u);
}

TEST_F(LimitsTest, AnInMemoryStoreWithoutTempFileSays53200) {
  Options o = small();
  o.temp_file_limit = 0;
  open(o, ":memory:");
  auto s = session();
  ASSERT_OK(s->begin_write());
  Status status;
  for (int i = 0; i < 1000 && status.is_ok(); ++i) {
    PageNo page;
    status = s->allocate(TreeId(1), PageType::kFirstTree, &page).status();
  }
  EXPECT_TRUE(status.is(sqlstate::kOutOfMemory)) << status.to_string();
  ASSERT_OK(s->rollback());
  EXPECT_EQ(make_pages(10).size(), 10u);
}

TEST_F(LimitsTest, AnInMemoryStoreSpills) {
  open(small(), ":memory:");
  const std::vector<PageNo> pages = make_pages(2000);
  auto s = session();
  ASSERT_OK(s->begin_read());
  for (uint64_t i = 0; i < pages.size(); ++i) ASSERT_EQ(get(*s, pages[i]).value(), i);
  EXPECT_GT(db_->stats().cache.spill_bytes, 0u);
}

// A reader that never ends, and writes that would keep every version for it.
class OldReaderTest : public LimitsTest {
 protected:
  // Changes every page again and again until an error; returns it, or ok after `rounds`.
  Status churn(const std::vector<PageNo>& pages, int rounds) {
    auto s = session();
    for (int round = 1; round <= rounds; ++round) {
      for (size_t i = 0; i < pages.size(); ++i) {
        DDB_RETURN_IF_ERROR(
            commit_one(*s, pages[i], 1000 * static_cast<uint64_t>(round) + i, Durability::kRelaxed));
      }
    }
    return Status::ok();
  }
};

TEST_F(OldReaderTest, KeepsItsSnapshotWhileTheLogStaysBounded) {
  Options o = small();
  open(o);
  const std::vector<PageNo> pages = make_pages(600, 60);
  auto reader = session();
  ASSERT_OK(reader->begin_read(Isolation::kRepeatableRead));
  ASSERT_OK(churn(pages, 6));
  for (uint64_t i = 0; i < pages.size(); ++i) ASSERT_EQ(get(*reader, pages[i]).value(), i);
  const Stats stats = db_->stats();
  EXPECT_LE(stats.log.file_bytes, o.wal_limit);
  EXPECT_GT(stats.cache.spill_bytes_max, 0u);
  EXPECT_LE(stats.cache.memory_used, o.memory_limit);
}

TEST_F(OldReaderTest, IsEndedWith72000AtTheSpillLimit) {
  Options o = small();
  o.temp_file_limit = 100 * 4096;
  open(o);
  const std::vector<PageNo> pages = make_pages(600, 60);
  auto reader = session();
  ASSERT_OK(reader->begin_read(Isolation::kRepeatableRead));
  ASSERT_OK(churn(pages, 4));
  Status status;
  for (uint64_t i = 0; i < pages.size() && status.is_ok(); ++i) {
    auto value = get(*reader, pages[i]);
    status = value.status();
    if (value.is_ok()) {
      ASSERT_EQ(*value, i) << "an ended reader sees its snapshot or an error";
    }
  }
  EXPECT_TRUE(status.is(sqlstate::kSnapshotTooOld)) << status.to_string();
  EXPECT_EQ(db_->stats().cache.readers_ended, 1u);
  ASSERT_OK(reader->rollback());
  ASSERT_OK(reader->begin_read());
  EXPECT_EQ(get(*reader, pages[3]).value(), 4003u);
}

TEST_F(OldReaderTest, FailsWritesWith53100IfThePolicySaysSo) {
  Options o = small();
  o.temp_file_limit = 100 * 4096;
  o.spill_policy = SpillPolicy::kFailWrites;
  open(o);
  const std::vector<PageNo> pages = make_pages(600, 60);
  auto reader = session();
  ASSERT_OK(reader->begin_read(Isolation::kRepeatableRead));
  const Status status = churn(pages, 4);
  EXPECT_TRUE(status.is(sqlstate::kDiskFull)) << status.to_string();
  for (uint64_t i = 0; i < 50; ++i) {
    auto value = get(*reader, pages[i]);
    ASSERT_TRUE(value.is_ok()) << value.status().to_string();
    ASSERT_EQ(*value, i);
  }
  ASSERT_OK(reader->rollback());
  ASSERT_OK(churn(pages, 1));
}

TEST_F(LimitsTest, ALogShrinksBackAfterALargeTransaction) {
  Options o = small();
  open(o);
  make_pages(1500);  // 6 MiB of images
  ASSERT_OK(db_->checkpoint());
  auto s = session();
  const std::vector<PageNo> pages = make_pages(1);
  for (uint64_t i = 0; i < 50; ++i) ASSERT_OK(commit_one(*s, pages[0], i));
  ASSERT_OK(db_->checkpoint());
  EXPECT_LE(db_->stats().log.file_bytes, o.wal_limit);
}

TEST_F(LimitsTest, AFullDiskIsACleanRollbackAndTheStoreGoesOn) {
  MemoryVfs limited(6 << 20);
  Options o = small();
  o.vfs = &limited;
  open(o);
  const std::vector<PageNo> pages = make_pages(100);
  auto s = session();
  Status status;
  for (int round = 0; round < 100 && status.is_ok(); ++round) {
    ASSERT_OK(s->begin_write());
    for (int i = 0; i < 50 && status.is_ok(); ++i) {
      PageNo page;
      auto w = s->allocate(TreeId(1), PageType::kFirstTree, &page);
      status = w.status();
      if (w.is_ok()) std::memset(w->change(64, 4000), i + 1, 4000);
    }
    if (status.is_ok()) {
      status = s->commit().status();
    } else {
      ASSERT_OK(s->rollback());
    }
  }
  EXPECT_TRUE(status.is(sqlstate::kDiskFull)) << status.to_string();
  ASSERT_OK(db_->poisoned());
  ASSERT_OK(s->begin_read());
  for (uint64_t i = 0; i < pages.size(); ++i) ASSERT_EQ(get(*s, pages[i]).value(), i);
  s.reset();
  db_.reset();
  // Recovery for writing needs room to copy the log's unsynced tail; reading needs none.
  auto again = Database::open("test.ddb", o);
  EXPECT_TRUE(again.is_ok() || again.status().is(sqlstate::kDiskFull)) << again.status().to_string();
  again = Status::ok();
  o.read_only = true;
  open(o);
  s = session();
  ASSERT_OK(s->begin_read());
  for (uint64_t i = 0; i < pages.size(); ++i) ASSERT_EQ(get(*s, pages[i]).value(), i);
}

TEST_F(LimitsTest, WithoutThreadsEverythingRunsInline) {
  Options o = small();
  o.background_threads = false;
  open(o);
  const std::vector<PageNo> pages = make_pages(400);  // passes the log limit once
  auto s = session();
  for (uint64_t round = 0; round < 4000; ++round) {
    ASSERT_OK(
        commit_one(*s, pages[round * 7 % 400], round, round % 2 ? Durability::kFull : Durability::kRelaxed));
    if (round > 1000) {  // by then the end of the file has been free once
      ASSERT_LE(db_->stats().log.file_bytes, o.wal_limit);
    }
  }
  EXPECT_GT(db_->stats().checkpoint.completed, 0u);
  s.reset();
  ASSERT_OK(db_->close());
}

}  // namespace
}  // namespace ddb
