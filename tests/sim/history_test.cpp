// history_test: the model itself: floors, open outcomes, drafts with savepoints.
#include <gtest/gtest.h>

#include "support/draft.h"
#include "support/history.h"

namespace ddb::sim {
namespace {

constexpr uint32_t kPageBytes = 4096;

class HistoryTest : public testing::Test {
 protected:
  HistoryTest() : store_(kPageBytes), history_(created(), kPageBytes) {}

  const DbState* created() {
    DbState state;
    state.pages.assign(2, ImageStore::store_page());
    return store_.make_state(std::move(state));
  }

  // A commit on the newest LSN that fills one new page.
  uint64_t enter(bool full, uint64_t* token) {
    const uint64_t base = history_.last();
    Draft draft(store_, history_.state(base));
    const size_t page = draft.next_allocation();
    draft.allocate(page, TreeId(1), PageType::kFirstTree);
    std::memset(draft.change(page) + kPageHeaderBytes, 7, 1000);
    EXPECT_EQ(history_.enter_commit(base, store_.make_state(draft.finished(base + 1)), full, token), "");
    return base + 1;
  }
  uint64_t commit(bool full, uint64_t now_ns = 0) {
    uint64_t token = 0;
    const uint64_t lsn = enter(full, &token);
    EXPECT_EQ(history_.acknowledge(lsn, token, now_ns), "");
    return lsn;
  }
  bool power_may_leave(uint64_t lsn, uint64_t bytes_max = 1 << 20) {
    return history_.judge_power_loss(lsn, {bytes_max, 0}, 0).empty();
  }
  bool kill_may_leave(uint64_t lsn) { return history_.judge_kill(lsn).empty(); }

  ImageStore store_;
  History history_;
};

TEST_F(HistoryTest, FullCommitMustSurvive) {
  const uint64_t lsn = commit(true);
  EXPECT_TRUE(power_may_leave(lsn));
  EXPECT_FALSE(power_may_leave(lsn - 1));
  EXPECT_FALSE(power_may_leave(lsn + 1)) << "nobody committed that";
}

TEST_F(HistoryTest, PendingCommitMaySurviveOrNot) {
  uint64_t token = 0;
  const uint64_t lsn = enter(true, &token);
  EXPECT_TRUE(power_may_leave(lsn));
  EXPECT_TRUE(power_may_leave(lsn - 1));
  history_.leave_unknown(lsn, token);
  EXPECT_TRUE(power_may_leave(lsn));
  EXPECT_TRUE(power_may_leave(lsn - 1));
}

TEST_F(HistoryTest, SeenFullCommitMustSurviveAlthoughUnacknowledged) {
  uint64_t token = 0;
  const uint64_t lsn = enter(true, &token);
  EXPECT_EQ(history_.see(lsn), "");
  EXPECT_FALSE(power_may_leave(lsn - 1));
}

TEST_F(HistoryTest, RelaxedCommitsMayBeLostWithinTheBoundButNotByAKill) {
  const uint64_t full = commit(true);
  commit(false);
  const uint64_t last = commit(false);
  EXPECT_TRUE(power_may_leave(full));
  EXPECT_FALSE(power_may_leave(full, 32)) << "the second lost commit takes more than 32 bytes";
  EXPECT_TRUE(power_may_leave(last - 1, 32)) << "one alone may pass the bound";
  EXPECT_FALSE(power_may_leave(full - 1));
  EXPECT_FALSE(kill_may_leave(last - 1));
  EXPECT_TRUE(kill_may_leave(last));
}

TEST_F(HistoryTest, RelaxedCommitIsBoundByTime) {
  const uint64_t full = commit(true);
  commit(false, 1'000);
  EXPECT_EQ(history_.judge_power_loss(full, {1 << 20, 500}, 1'400), "");
  EXPECT_NE(history_.judge_power_loss(full, {1 << 20, 500}, 1'600), "");
}

TEST_F(HistoryTest, FullCommitCoversEarlierRelaxedOnes) {
  commit(false);
  const uint64_t full = commit(true);
  EXPECT_FALSE(power_may_leave(full - 1));
}

TEST_F(HistoryTest, TwoTransactionsCannotTakeOneLsn) {
  uint64_t first = 0;
  const uint64_t lsn = enter(true, &first);
  uint64_t second = 0;
  const DbState* state = &history_.state(lsn - 1);
  EXPECT_EQ(history_.enter_commit(lsn - 1, state, true, &second), "")
      << "the first may have had nothing to commit";
  EXPECT_NE(history_.acknowledge(lsn, first, 0), "");
  EXPECT_EQ(history_.acknowledge(lsn, second, 0), "");
  EXPECT_NE(history_.enter_write(lsn - 1), "") << "an acknowledged commit lies behind this base";
}

TEST_F(HistoryTest, AdoptForgetsWhatWasLostAndMakesTheRestDurable) {
  const uint64_t kept = commit(true);
  commit(false);
  history_.adopt(kept, true);
  EXPECT_EQ(history_.last(), kept);
  EXPECT_FALSE(power_may_leave(kept - 1));
  EXPECT_FALSE(kill_may_leave(kept - 1));
}

TEST_F(HistoryTest, AllocationTakesTheLowestFreePage) {
  commit(true);
  Draft draft(store_, history_.state(history_.last()));
  EXPECT_EQ(draft.next_allocation(), 3u);
  draft.allocate(3, TreeId(1), PageType::kFirstTree);
  draft.free(2);
  EXPECT_EQ(draft.next_allocation(), 2u);
  EXPECT_EQ(draft.trimmable(10), 0u);
  draft.free(3);
  EXPECT_EQ(draft.trimmable(1), 1u);
  EXPECT_EQ(draft.trimmable(10), 2u);
  draft.trim(2);
  EXPECT_EQ(draft.now().pages.size(), 2u);
}

TEST_F(HistoryTest, RollbackToRestoresContentAndKeepsTheSavepoint) {
  commit(true);
  Draft draft(store_, history_.state(history_.last()));
  draft.change(2)[100] = std::byte{1};
  EXPECT_EQ(draft.savepoint(), 1u);
  draft.change(2)[100] = std::byte{2};
  EXPECT_EQ(draft.savepoint(), 2u);
  draft.change(2)[100] = std::byte{3};
  draft.free(2);
  draft.rollback_to(1);
  EXPECT_EQ(draft.now().pages[2]->bytes[100], std::byte{1});
  draft.change(2)[100] = std::byte{4};
  draft.rollback_to(1);
  EXPECT_EQ(draft.now().pages[2]->bytes[100], std::byte{1});
  draft.change(2)[100] = std::byte{5};
  draft.release(1);
  EXPECT_EQ(draft.depth(), 0u);
  EXPECT_EQ(draft.now().pages[2]->bytes[100], std::byte{5});
  EXPECT_EQ(history_.state(history_.last()).pages[2]->bytes[100], std::byte{7})
      << "the base is never changed";
}

TEST_F(HistoryTest, UnchangedPagesKeepTheirLsn) {
  commit(true);
  const uint64_t base = commit(true);
  Draft draft(store_, history_.state(base));
  draft.change(2)[40] = std::byte{7};  // what it was
  draft.change(3)[40] = std::byte{8};
  const DbState state = draft.finished(base + 1);
  EXPECT_EQ(state.pages[2], history_.state(base).pages[2]);
  EXPECT_EQ(state.pages[3]->changed_lsn, base + 1);
}

}  // namespace
}  // namespace ddb::sim
