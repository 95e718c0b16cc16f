// stress_test: readers, writers, savepoints, checkpoints, eviction, spill and sessions that come and go, on real threads.
// Every snapshot must keep the invariants of page_bank. Meant to run under TSan.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "page_bank.h"
#include "vfs/memory_vfs.h"

namespace ddb::stress {
namespace {

using Clock = std::chrono::steady_clock;

std::chrono::milliseconds run_time() {
  return std::chrono::milliseconds(std::getenv("DDB_TEST_QUICK") != nullptr ? 500 : 3'000);
}

class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "ddb_stress_XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

enum class Files { kMemoryVfs, kPosix, kMemoryDatabase };

struct Setting {
  const char* name;
  Files files = Files::kMemoryVfs;
  uint64_t memory_pages = 0;  // of memory_limit; 0: the default
  bool threads = true;
  uint64_t temp_file_limit = 64 << 20;
};

class Stress : public testing::TestWithParam<Setting> {
 protected:
  Options options() {
    const Setting& setting = GetParam();
    Options options;
    options.page_bytes = 4096;
    options.wal_segment_bytes = 64 * 1024;
    options.wal_limit = 1 << 20;
    options.double_write_slots = 16;
    options.temp_file_limit = setting.temp_file_limit;
    options.temp_directory = setting.files == Files::kMemoryVfs ? "/tmp" : folder_.path();
    if (setting.memory_pages != 0) options.memory_limit = setting.memory_pages * options.page_bytes;
    if (setting.files == Files::kMemoryVfs) options.vfs = &memory_vfs_;
    if (!setting.threads) options.runtime = &Runtime::native_without_threads();
    return options;
  }
  std::string path() const {
    if (GetParam().files == Files::kMemoryDatabase) return ":memory:";
    return GetParam().files == Files::kPosix ? folder_.path() + "/app.ddb" : "/app.ddb";
  }
  std::unique_ptr<Database> open() {
    Result<std::unique_ptr<Database>> database = Database::open(path(), options());
    EXPECT_TRUE(database.is_ok()) << database.status().to_string();
    return database.is_ok() ? std::move(*database) : nullptr;
  }
  // A thread that works with sessions of its own until the time is up.
  void work(std::function<void(Session&, SeededRandom&)> body) {
    threads_.emplace_back([this, body = std::move(body), seed = threads_.size()] {
      SeededRandom random(seed);
      while (!trouble_.any() && Clock::now() < until_) {
        Result<std::unique_ptr<Session>> session = database_->new_session();
        if (!session.is_ok()) return trouble_.report(session.status().to_string());
        for (uint64_t i = 1 + random.below(200); i > 0 && !trouble_.any() && Clock::now() < until_; --i) {
          body(**session, random);
        }
      }
    });
  }
  void join() {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }
  bool checkpoint_now() {
    const Status status = database_->checkpoint();
    if (!status.is_ok()) trouble_.report("checkpoint(): " + status.to_string());
    return status.is_ok();
  }
  void check_whole() {
    Result<std::unique_ptr<Session>> session = database_->new_session();
    ASSERT_TRUE(session.is_ok());
    ASSERT_TRUE((*session)->begin_read().is_ok());
    EXPECT_TRUE(bank_->check_snapshot(**session)) << trouble_.text();
  }

  TempFolder folder_;
  MemoryVfs memory_vfs_;
  Trouble trouble_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<PageBank> bank_;
  std::vector<std::thread> threads_;
  Clock::time_point until_;
};

TEST_P(Stress, EverySnapshotKeepsTheInvariants) {
  database_ = open();
  ASSERT_NE(database_, nullptr);
  bank_ = std::make_unique<PageBank>(*database_, BankShape{}, trouble_);
  ASSERT_TRUE(bank_->create()) << trouble_.text();
  until_ = Clock::now() + run_time();
  for (int i = 0; i < 3; ++i)
    work([this](Session& session, SeededRandom& random) { bank_->write_once(session, random); });
  work([this](Session& session, SeededRandom& random) { bank_->churn_pages(session, random); });
  for (int i = 0; i < 3; ++i)
    work([this](Session& session, SeededRandom& random) { bank_->read_once(session, random); });
  work([this](Session&, SeededRandom& random) {
    std::this_thread::sleep_for(std::chrono::microseconds(random.below(20'000)));
    static_cast<void>(checkpoint_now() && database_->stats().commits != 0);
  });
  join();
  EXPECT_FALSE(trouble_.any()) << trouble_.text();
  EXPECT_GT(bank_->commits(), 10u);
  EXPECT_GT(bank_->snapshots(), 10u);
  check_whole();
  const Stats stats = database_->stats();
  EXPECT_FALSE(stats.poisoned);
  EXPECT_EQ(stats.sessions, 0u);
  EXPECT_LE(stats.cache.memory_used, options().memory_limit);
  if (GetParam().files != Files::kMemoryDatabase) {
    EXPECT_GT(stats.checkpoint.completed, 0u);
  }
  ASSERT_TRUE(database_->close().is_ok());
  if (GetParam().files == Files::kMemoryDatabase) return;
  bank_.reset();
  database_.reset();
  database_ = open();
  ASSERT_NE(database_, nullptr);
  bank_ = std::make_unique<PageBank>(*database_, BankShape{}, trouble_);
  check_whole();
}

// One page, many incrementing sessions that read first: no increment is lost, and 40001 is the only reason to retry.
TEST_P(Stress, UpgradesLoseNoUpdate) {
  database_ = open();
  ASSERT_NE(database_, nullptr);
  bank_ = std::make_unique<PageBank>(*database_, BankShape{}, trouble_);
  ASSERT_TRUE(bank_->create()) << trouble_.text();
  until_ = Clock::now() + run_time() / 3;
  std::atomic<int64_t> increments{0};
  const PageNo counter{2};
  auto increment = [&](Session& session, SeededRandom& random) {
    Status status = session.begin_read(Isolation::kRepeatableRead);
    if (!status.is_ok()) return trouble_.report("begin_read(): " + status.to_string());
    Result<PageRef> page = session.read(counter);
    if (!page.is_ok()) return trouble_.report("read(): " + page.status().to_string());
    const uint64_t value = load_le<uint64_t>(page->data() + kPageHeaderBytes);
    *page = PageRef();
    status = session.begin_write(Isolation::kRepeatableRead, random.chance(200) ? 200'000 : kNoDeadline);
    if (!status.is_ok()) {
      if (!status.is(sqlstate::kSerialization) && !status.is(sqlstate::kLockNotAvailable))
        trouble_.report(status.to_string());
      static_cast<void>(session.rollback());
      return;
    }
    Result<PageWriter> writer = session.change(counter);
    if (!writer.is_ok()) return trouble_.report("change(): " + writer.status().to_string());
    store_le<uint64_t>(writer->change(kPageHeaderBytes, 8), value + 1);
    *writer = PageWriter();
    Result<Lsn> lsn = session.commit(random.chance(500) ? Durability::kFull : Durability::kRelaxed);
    if (!lsn.is_ok()) return trouble_.report("commit(): " + lsn.status().to_string());
    increments.fetch_add(1);
  };
  for (int i = 0; i < 4; ++i) work(increment);
  join();
  EXPECT_FALSE(trouble_.any()) << trouble_.text();
  Result<std::unique_ptr<Session>> session = database_->new_session();
  ASSERT_TRUE(session.is_ok());
  ASSERT_TRUE((*session)->begin_read().is_ok());
  Result<PageRef> page = (*session)->read(counter);
  ASSERT_TRUE(page.is_ok());
  EXPECT_EQ(static_cast<int64_t>(load_le<uint64_t>(page->data() + kPageHeaderBytes)),
            BankShape{}.opening_balance + increments.load());
  EXPECT_GT(increments.load(), 5);
}

// A snapshot held for the whole run sees the first state, however much is overwritten, checkpointed and evicted.
TEST_P(Stress, OldSnapshotStaysAsItWas) {
  database_ = open();
  ASSERT_NE(database_, nullptr);
  bank_ = std::make_unique<PageBank>(*database_, BankShape{}, trouble_);
  ASSERT_TRUE(bank_->create()) << trouble_.text();
  Result<std::unique_ptr<Session>> old = database_->new_session();
  ASSERT_TRUE(old.is_ok());
  ASSERT_TRUE((*old)->begin_read(Isolation::kRepeatableRead).is_ok());
  const Lsn snapshot = (*old)->snapshot();
  until_ = Clock::now() + run_time() / 3;
  for (int i = 0; i < 2; ++i)
    work([this](Session& session, SeededRandom& random) { bank_->write_once(session, random); });
  work([this](Session&, SeededRandom&) { static_cast<void>(checkpoint_now()); });
  while (!trouble_.any() && Clock::now() < until_) {
    for (uint32_t i = 0; i < BankShape{}.accounts; ++i) {
      Result<PageRef> page = (*old)->read(PageNo(2 + i));
      if (!page.is_ok()) {
        trouble_.report("old reader: " + page.status().to_string());
        break;
      }
      if (load_le<uint64_t>(page->data() + kPageHeaderBytes) !=
          static_cast<uint64_t>(BankShape{}.opening_balance)) {
        trouble_.report("the old snapshot has changed in page " + std::to_string(2 + i));
      }
    }
  }
  join();
  EXPECT_FALSE(trouble_.any()) << trouble_.text();
  EXPECT_EQ((*old)->snapshot(), snapshot);
}

std::vector<Setting> settings() {
  return {{"memory_files", Files::kMemoryVfs},
          {"memory_files_tiny_cache", Files::kMemoryVfs, 96},
          {"memory_files_no_threads", Files::kMemoryVfs, 128, false},
          {"posix", Files::kPosix},
          {"posix_tiny_cache", Files::kPosix, 96},
          {"memory_database", Files::kMemoryDatabase, 512}};
}
INSTANTIATE_TEST_SUITE_P(On, Stress, testing::ValuesIn(settings()),
                         [](const auto& param_info) { return std::string(param_info.param.name); });

}  // namespace
}  // namespace ddb::stress
