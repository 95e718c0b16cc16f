// group_commit: who syncs for whom, what is visible when, and what a failed sync leaves behind. Real threads.
#include <gtest/gtest.h>

#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

#include "log_world.h"
#include "steered_vfs.h"

namespace ddb {
namespace {

// A door that syncs wait at until the test opens it for them.
class Gate {
 public:
  Status enter(int open) {
    std::unique_lock<std::mutex> lock(mutex_);
    const int number = static_cast<int>(arrived_.size());
    arrived_.push_back(open);
    outcomes_.emplace_back();
    opened_.push_back(false);
    changed_.notify_all();
    changed_.wait(lock, [&] { return opened_[static_cast<size_t>(number)]; });
    return outcomes_[static_cast<size_t>(number)];
  }
  // The descriptor of sync number `number`, waiting until it has begun.
  int wait_for(size_t number) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return arrived_.size() > number; });
    return arrived_[number];
  }
  void let_go(size_t number, Status outcome) {
    std::unique_lock<std::mutex> lock(mutex_);
    outcomes_[number] = std::move(outcome);
    opened_[number] = true;
    changed_.notify_all();
  }
  size_t arrived() {
    std::unique_lock<std::mutex> lock(mutex_);
    return arrived_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<int> arrived_;
  std::vector<Status> outcomes_;
  std::vector<bool> opened_;
};

class GroupCommit : public testing::Test {
 protected:
  void SetUp() override {
    LogConfig config = small_config(64 * 1024, 64 << 20);
    config.initial_segments = 16;
    config.relaxed_tail_bytes_max = 1 << 20;
    log_ = start(config);
  }
  std::unique_ptr<Log> start(const LogConfig& config) {
    auto log = Log::create(vfs_, Runtime::native(), poison_, horizon_, config, Lsn(1));
    EXPECT_TRUE(log.is_ok()) << log.status().to_string();
    horizon_ = 1;
    return std::move(log).value();
  }
  // Appends and registers a commit of one small delta.
  Result<Lsn> append(bool full) {
    std::unique_lock<std::mutex> lock(write_lock_);
    DDB_TRY(const Space space, log_->reserve(200, 1, true));
    if (space != Space::kReady) return Status::error(sqlstate::kDiskFull, "no space");
    const Lsn lsn = log_->appended_lsn().next();
    log_->begin_run(lsn);
    const PageRange range{64, 100};
    DDB_RETURN_IF_ERROR(
        log_->add_frame(FrameKind::kDelta, PageNo(3), lsn.value - 1, {&range, 1}, page_.data()));
    DDB_RETURN_IF_ERROR(log_->write_commit(full));
    log_->register_commit(lsn, full);
    return lsn;
  }
  Lsn append_ok(bool full) {
    auto lsn = append(full);
    EXPECT_TRUE(lsn.is_ok()) << lsn.status().to_string();
    return lsn.value();
  }
  std::thread waiting(Lsn lsn, Status* outcome) {
    return std::thread([this, lsn, outcome] { *outcome = log_->wait_visible(lsn); });
  }
  void hold_syncs() {
    vfs_.on_sync = [this](int open) { return gate_.enter(open); };
  }
  static Status io_error() { return Status::error(sqlstate::kIoError, "simulated: the disk is gone", 5); }

  SteeredVfs vfs_;
  Gate gate_;
  Poison poison_{Runtime::native()};
  std::atomic<uint64_t> horizon_{0};
  std::unique_ptr<Log> log_;
  std::mutex write_lock_;
  PageBytes page_ = PageBytes(4096);
};

TEST_F(GroupCommit, ALoneFullCommitTakesOneSync) {
  const int before = vfs_.syncs;
  const Lsn lsn = append_ok(true);
  EXPECT_EQ(horizon_, 1u);
  EXPECT_TRUE(log_->commits_in_flight());
  ASSERT_OK(log_->wait_visible(lsn));
  EXPECT_EQ(vfs_.syncs, before + 1);
  EXPECT_EQ(horizon_, lsn.value);
  EXPECT_EQ(log_->synced_lsn(), lsn);
  EXPECT_FALSE(log_->commits_in_flight());
}

TEST_F(GroupCommit, ARelaxedCommitIsVisibleWithoutSync) {
  const int before = vfs_.syncs;
  const Lsn lsn = append_ok(false);
  ASSERT_OK(log_->wait_visible(lsn));
  EXPECT_EQ(vfs_.syncs, before);
  EXPECT_EQ(horizon_, lsn.value);
  EXPECT_EQ(log_->synced_lsn(), Lsn(1));
}

TEST_F(GroupCommit, ARelaxedCommitWaitsForTheFullOneBeforeIt) {
  hold_syncs();
  const Lsn full = append_ok(true);
  const Lsn relaxed = append_ok(false);
  EXPECT_LT(horizon_, full.value);
  Status outcome;
  std::thread waiter = waiting(relaxed, &outcome);
  gate_.wait_for(0);
  EXPECT_LT(horizon_, full.value);
  gate_.let_go(0, Status::ok());
  waiter.join();
  ASSERT_OK(outcome);
  EXPECT_GE(horizon_, relaxed.value);
}

TEST_F(GroupCommit, TwoSyncsRunOnDescriptorsOfTheirOwnAndTheLaterCoversTheEarlier) {
  hold_syncs();
  Status outcomes[4];
  const Lsn first = append_ok(true);
  std::thread leader_one = waiting(first, &outcomes[0]);
  const int descriptor_one = gate_.wait_for(0);
  append_ok(true);
  const Lsn second = append_ok(true);  // two that the running sync does not cover are worth another one
  std::thread leader_two = waiting(second, &outcomes[1]);
  const int descriptor_two = gate_.wait_for(1);
  EXPECT_NE(descriptor_one, descriptor_two);
  const Lsn third = append_ok(true);
  std::thread sleeper = waiting(third, &outcomes[2]);
  std::thread covered = waiting(first, &outcomes[3]);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(gate_.arrived(), 2u);
  gate_.let_go(1, Status::ok());
  leader_two.join();
  covered.join();
  EXPECT_EQ(log_->synced_lsn(), second);
  EXPECT_EQ(horizon_, second.value);
  gate_.wait_for(2);  // the sleeper was woken as next leader
  gate_.let_go(2, Status::ok());
  sleeper.join();
  EXPECT_EQ(horizon_, third.value);
  gate_.let_go(0, Status::ok());
  leader_one.join();
  for (const Status& outcome : outcomes) ASSERT_OK(outcome);
  EXPECT_EQ(horizon_, third.value);
}

TEST_F(GroupCommit, ALoneCommitBesideARunningSyncGoesWithTheNextOne) {
  hold_syncs();
  Status outcomes[3];
  std::thread first = waiting(append_ok(true), &outcomes[0]);
  gate_.wait_for(0);
  std::thread second = waiting(append_ok(true), &outcomes[1]);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(gate_.arrived(), 1u);
  gate_.let_go(0, Status::ok());
  first.join();
  gate_.wait_for(1);
  gate_.let_go(1, Status::ok());
  second.join();
  for (int i = 0; i < 2; ++i) ASSERT_OK(outcomes[i]);
}

TEST_F(GroupCommit, AFailedSyncPoisonsAndLeavesTheOutcomeOpen) {
  ASSERT_OK(log_->wait_visible(append_ok(true)));
  hold_syncs();
  const Lsn lost = append_ok(true);
  const Lsn later = append_ok(true);
  Status outcomes[2];
  std::thread leader = waiting(lost, &outcomes[0]);
  gate_.wait_for(0);
  std::thread sleeper = waiting(later, &outcomes[1]);
  gate_.let_go(0, io_error());
  leader.join();
  sleeper.join();
  for (const Status& outcome : outcomes) {
    EXPECT_TRUE(outcome.is(sqlstate::kOutcomeUnknown)) << outcome.to_string();
    EXPECT_NE(outcome.detail().find("the disk is gone"), std::string_view::npos) << outcome.to_string();
  }
  EXPECT_TRUE(poison_.is_set());
  EXPECT_EQ(poison_.cause().sys_errno(), 5);
  EXPECT_TRUE(poison_.cause().is(sqlstate::kIoError));
  EXPECT_EQ(horizon_, 2u);
  ASSERT_OK(log_->wait_visible(Lsn(2)));  // what was acknowledged stays so
  EXPECT_TRUE(log_->reserve(100, 1, false).status().is(sqlstate::kIoError));
  EXPECT_EQ(log_->keeper_step(~0ull - 1), kNoDeadline);
}

TEST_F(GroupCommit, AnEarlierSyncThatFailsLaterPoisonsButTakesNothingBack) {
  hold_syncs();
  Status outcomes[3];
  const Lsn first = append_ok(true);
  std::thread leader_one = waiting(first, &outcomes[0]);
  gate_.wait_for(0);
  append_ok(true);
  const Lsn second = append_ok(true);
  std::thread leader_two = waiting(second, &outcomes[1]);
  gate_.wait_for(1);
  gate_.let_go(1, Status::ok());
  leader_two.join();
  const Lsn third = append_ok(true);
  std::thread leader_three = waiting(third, &outcomes[2]);
  gate_.wait_for(2);
  gate_.let_go(0, io_error());
  leader_one.join();
  EXPECT_TRUE(poison_.is_set());
  ASSERT_OK(outcomes[0]);  // covered by the second sync
  ASSERT_OK(outcomes[1]);
  gate_.let_go(2, Status::ok());  // must not count any more
  leader_three.join();
  EXPECT_TRUE(outcomes[2].is(sqlstate::kOutcomeUnknown));
  EXPECT_EQ(log_->synced_lsn(), second);
  EXPECT_EQ(horizon_, second.value);
}

TEST_F(GroupCommit, AFailedWritePoisons) {
  vfs_.on_write = [](uint64_t, size_t) { return io_error(); };
  auto outcome = append(true);
  EXPECT_TRUE(outcome.status().is(sqlstate::kOutcomeUnknown)) << outcome.status().to_string();
  EXPECT_TRUE(poison_.is_set());
  vfs_.on_write = nullptr;
  EXPECT_TRUE(append(true).status().is(sqlstate::kIoError));
}

TEST_F(GroupCommit, MoreFullCommitsThanMayWaitSyncFirst) {
  log_.reset();
  LogConfig config = small_config(64 * 1024, 64 << 20);
  config.unsynced_commits_max = 4;
  log_ = start(config);
  const int before = vfs_.syncs;
  for (int i = 0; i < 20; ++i) append_ok(true);
  EXPECT_EQ(vfs_.syncs, before + 4);
  ASSERT_OK(log_->wait_visible(log_->appended_lsn()));
}

TEST_F(GroupCommit, ATailOfRelaxedBytesIsSyncedBeforeItPassesTheBound) {
  log_.reset();
  LogConfig config = small_config(64 * 1024, 64 << 20);
  config.relaxed_tail_bytes_max = 4000;
  log_ = start(config);
  const int before = vfs_.syncs;
  for (int i = 0; i < 100; ++i) append_ok(false);
  const int syncs = vfs_.syncs - before;
  EXPECT_GE(syncs, 4);
  EXPECT_LE(syncs, 6);
  EXPECT_GE(log_->synced_lsn().value + 24, log_->appended_lsn().value);
}

TEST_F(GroupCommit, SixteenThreadsLoseNoWakeUp) {
  std::atomic<uint64_t> wrong{0};
  vfs_.on_sync = [](int open) {
    if (open % 2 == 0) std::this_thread::yield();
    return Status::ok();
  };
  constexpr int kThreads = 16;
  constexpr int kCommits = 400;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      SeededRandom random(static_cast<uint64_t>(t));
      for (int i = 0; i < kCommits; ++i) {
        const bool full = !random.chance(250);
        auto lsn = append(full);
        if (!lsn.is_ok()) {
          ++wrong;
          return;
        }
        const bool durable = random.chance(100);
        const Status waited = durable ? log_->wait_durable(*lsn) : log_->wait_visible(*lsn);
        if (!waited.is_ok()) ++wrong;
        if ((full || durable) && log_->synced_lsn() < *lsn) ++wrong;
        if (!durable && horizon_.load(std::memory_order_acquire) < lsn->value) ++wrong;
        if (random.chance(20)) (void)log_->keeper_step(Runtime::native().now_ns());
        if (random.chance(20)) log_->recycle(Lsn(log_->synced_lsn().value / 2), false);
        if (random.chance(20)) (void)log_->stats();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0u);
  EXPECT_LE(vfs_.syncs_running_max, 3);  // two leaders, and growth
  EXPECT_EQ(log_->appended_lsn(), Lsn(1 + kThreads * kCommits));
  ASSERT_OK(log_->wait_durable(log_->appended_lsn()));
  EXPECT_EQ(log_->synced_lsn(), log_->appended_lsn());
  EXPECT_EQ(horizon_, log_->appended_lsn().value);
}

TEST_F(GroupCommit, SixteenThreadsAllLearnOfAFailedSync) {
  for (int round = 0; round < 20; ++round) {
    Poison poison(Runtime::native());
    LogConfig config = small_config(64 * 1024, 64 << 20);
    vfs_.on_sync = nullptr;
    auto created = Log::create(vfs_, Runtime::native(), poison, horizon_, config, Lsn(1));
    ASSERT_OK(created.status());
    horizon_ = 1;
    log_ = std::move(created).value();
    std::atomic<int> left{20};
    vfs_.on_sync = [&](int) {
      std::this_thread::yield();
      return --left <= 0 ? io_error() : Status::ok();
    };
    std::atomic<uint64_t> acknowledged{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 16; ++t) {
      threads.emplace_back([&] {
        while (true) {
          auto lsn = append(true);
          if (!lsn.is_ok() || !log_->wait_visible(*lsn).is_ok()) return;
          uint64_t newest = acknowledged;
          while (newest < lsn->value && !acknowledged.compare_exchange_weak(newest, lsn->value)) {
          }
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_TRUE(poison.is_set());
    EXPECT_LE(acknowledged, log_->synced_lsn().value);
    EXPECT_LE(horizon_, log_->synced_lsn().value);
    log_.reset();
  }
}

}  // namespace
}  // namespace ddb
