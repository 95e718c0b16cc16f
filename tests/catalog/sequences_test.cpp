// sequences_test: no value comes twice, whatever is rolled back, raced or reopened.
#include "catalog/sequences.h"

#include <algorithm>
#include <limits>
#include <set>
#include <thread>

#include "base/seeded_random.h"
#include "catalog_world.h"

namespace ddb {
namespace {

class SequencesTest : public CatalogWorld {
 protected:
  SequenceId make(const std::string& name, int64_t start, int64_t increment, int64_t min, int64_t max,
                  bool cycle = false) {
    SequenceDef made;
    made.schema = kPublic;
    made.name = name;
    made.start = start;
    made.increment = increment;
    made.min = min;
    made.max = max;
    made.cycle = cycle;
    begin();
    const SequenceId id = std::move(writer_->add_sequence(made)).value();
    commit();
    return id;
  }
  Result<int64_t> next(SequenceId id) { return next(*session_, id, values_); }
  // In a transaction of the session, or one of its own.
  Result<int64_t> next(Session& session, SequenceId id, SequenceValues& values) {
    const bool own = !session.in_transaction();
    if (own) DDB_RETURN_IF_ERROR(session.begin_read());
    Result<int64_t> value = next_in_transaction(session, id, values);
    if (own) DDB_RETURN_IF_ERROR(session.rollback());
    return value;
  }
  Result<int64_t> next_in_transaction(Session& session, SequenceId id, SequenceValues& values) {
    DDB_TRY(const auto catalog, host_->cache.get(session));
    DDB_TRY(const SequenceDef* sequence, catalog->sequence(session, id));
    return host_->sequences.nextval(session, *catalog, *sequence, values);
  }
  int64_t value(SequenceId id) {
    auto got = next(id);
    EXPECT_TRUE(got.is_ok()) << got.status().to_string();
    return got.is_ok() ? *got : -999;
  }
  Status set(SequenceId id, int64_t to, bool called = true) {
    DDB_RETURN_IF_ERROR(session_->begin_read());
    const auto catalog = now();
    DDB_TRY(const SequenceDef* sequence, catalog->sequence(*session_, id));
    const Status done = host_->sequences.setval(*session_, *catalog, *sequence, to, called, values_).status();
    DDB_RETURN_IF_ERROR(session_->rollback());
    return done;
  }
  void commit_marks() {
    begin();
    ASSERT_OK(host_->sequences.write_marks(*session_, *now()));
    commit();
  }

  SequenceValues values_;
};

TEST_F(SequencesTest, ValuesRunFromStartToTheLimit) {
  const SequenceId up = make("up", 5, 3, 1, 12);
  EXPECT_EQ(value(up), 5);
  EXPECT_EQ(value(up), 8);
  EXPECT_EQ(value(up), 11);
  EXPECT_STATE("2200H", next(up).status());
  EXPECT_STATE("2200H", next(up).status());
  const SequenceId down = make("down", -1, -4, -10, -1, true);
  EXPECT_EQ(value(down), -1);
  EXPECT_EQ(value(down), -5);
  EXPECT_EQ(value(down), -9);
  EXPECT_EQ(value(down), -1) << "cycles to its maximum";
  const int64_t most = std::numeric_limits<int64_t>::max();
  const SequenceId edge = make("edge", most - 1, 1, 1, most);
  EXPECT_EQ(value(edge), most - 1);
  EXPECT_EQ(value(edge), most);
  EXPECT_STATE("2200H", next(edge).status());
}

TEST_F(SequencesTest, CurrvalIsTheSessions) {
  const SequenceId id = make("s", 1, 1, 1, 100);
  ASSERT_OK(session_->begin_read());
  const auto catalog = now();
  const SequenceDef& sequence = *catalog->sequence(*session_, id).value();
  EXPECT_STATE("55000", values_.currval(sequence).status());
  EXPECT_STATE("55000", values_.lastval().status());
  EXPECT_EQ(value(id), 1);
  SequenceValues other;
  EXPECT_EQ(next(*session_, id, other).value(), 2);
  EXPECT_EQ(values_.currval(sequence).value(), 1);
  EXPECT_EQ(other.currval(sequence).value(), 2);
  EXPECT_EQ(other.lastval().value(), 2);
  rollback();
  ASSERT_OK(set(id, 40));
  ASSERT_OK(session_->begin_read());
  EXPECT_EQ(values_.currval(*now()->sequence(*session_, id).value()).value(), 40);
  rollback();
  EXPECT_EQ(value(id), 41);
  ASSERT_OK(set(id, 7, false));
  EXPECT_EQ(value(id), 7);
  EXPECT_STATE("22003", set(id, 101));
  EXPECT_STATE("22003", set(id, 0));
}

TEST_F(SequencesTest, RollbackLeavesAGapAndNoRepetition) {
  const SequenceId id = make("s", 1, 1, 1, 1000);
  begin();
  EXPECT_EQ(value(id), 1);
  EXPECT_EQ(value(id), 2);
  ASSERT_OK(host_->sequences.write_marks(*session_, *now()));
  rollback();
  EXPECT_EQ(value(id), 3);
  EXPECT_TRUE(host_->sequences.outstanding());
  commit_marks();
  commit_marks();
  EXPECT_FALSE(host_->sequences.outstanding()) << "the second one found it stored";
  reopen();
  EXPECT_EQ(value(id), 4);
}

TEST_F(SequencesTest, MarksWrittenTwiceAndRolledBackAreWrittenAgain) {
  const SequenceId id = make("s", 1, 1, 1, 1000);
  EXPECT_EQ(value(id), 1);
  begin();
  ASSERT_OK(host_->sequences.write_marks(*session_, *now()));
  ASSERT_OK(host_->sequences.write_marks(*session_, *now()));
  rollback();
  EXPECT_TRUE(host_->sequences.outstanding());
  commit_marks();
  reopen();
  EXPECT_EQ(value(id), 2);
}

TEST_F(SequencesTest, AMarkIsOneSmallChangeAndNoNewSchemaVersion) {
  const SequenceId id = make("s", 1, 1, 1, 1000);
  begin();
  const uint64_t version = now()->version();
  value(id);
  ASSERT_OK(host_->sequences.write_marks(*session_, *now()));
  EXPECT_EQ(now()->version(), version);
  commit();
  reopen();
  EXPECT_EQ(value(id), 2);
  expect_sound();
}

TEST_F(SequencesTest, ACreatedSequenceThatWasRolledBackLeavesNothing) {
  begin();
  const SequenceId gone = sequence("s");
  EXPECT_EQ(value(gone), 1);
  EXPECT_EQ(value(gone), 2);
  ASSERT_OK(host_->sequences.write_marks(*session_, *now()));
  rollback();
  begin();
  const SequenceId id = sequence("s");
  EXPECT_NE(id, gone);
  EXPECT_EQ(value(id), 1);
  ASSERT_OK(host_->sequences.write_marks(*session_, *now()));
  commit();
  commit_marks();
  EXPECT_TRUE(host_->sequences.outstanding()) << "the other one is remembered";
  ASSERT_OK(session_->begin_read());
  host_->sequences.forget_missing(*now());
  rollback();
  EXPECT_FALSE(host_->sequences.outstanding());
  expect_sound();
  reopen();
  EXPECT_EQ(value(id), 2);
}

TEST_F(SequencesTest, ADropThatWasRolledBackKeepsTheCounter) {
  const SequenceId id = make("s", 1, 1, 1, 1000);
  EXPECT_EQ(value(id), 1);
  begin();
  EXPECT_EQ(value(id), 2);
  ASSERT_OK(writer_->drop(id).status());
  ASSERT_OK(host_->sequences.write_marks(*session_, *now()));
  rollback();
  EXPECT_EQ(value(id), 3);
  begin();
  ASSERT_OK(writer_->drop(id).status());
  ASSERT_OK(host_->sequences.write_marks(*session_, *now()));
  commit();
  expect_sound();
}

// The writer's marks are taken, then another session goes on, then the writer commits; the other's own commit brings its mark.
TEST_F(SequencesTest, ACommitDoesNotLoseTheMarkOfAnotherSession) {
  const SequenceId id = make("s", 1, 1, 1, 1000);
  auto other = new_session();
  SequenceValues others;
  begin();
  EXPECT_EQ(value(id), 1);
  ASSERT_OK(host_->sequences.write_marks(*session_, *now()));
  EXPECT_EQ(next(*other, id, others).value(), 2);
  commit();
  ASSERT_OK(other->begin_write());
  ASSERT_OK(host_->sequences.write_marks(*other, *std::move(host_->cache.get(*other)).value()));
  ASSERT_OK(other->commit().status());
  other.reset();
  reopen();
  EXPECT_EQ(value(id), 3);
}

TEST_F(SequencesTest, ThreadsGetEveryValueOnce) {
  const SequenceId id = make("s", 1, 1, 1, 1'000'000);
  constexpr int kThreads = 4;
  constexpr int kRounds = 300;
  std::vector<std::vector<int64_t>> got(kThreads);
  int64_t committed[kThreads] = {};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      auto session = new_session();
      SequenceValues values;
      SeededRandom random(static_cast<uint64_t>(thread) + 1);
      for (int round = 0; round < kRounds; ++round) {
        const bool writes = random.chance(300);
        EXPECT_TRUE(writes ? session->begin_write().is_ok() : session->begin_read().is_ok());
        auto value = next(*session, id, values);
        EXPECT_TRUE(value.is_ok()) << value.status().to_string();
        got[static_cast<size_t>(thread)].push_back(value.value());
        const bool commits = writes && random.chance(700);
        if (commits) {
          auto catalog = std::move(host_->cache.get(*session)).value();
          EXPECT_TRUE(host_->sequences.write_marks(*session, *catalog).is_ok());
          EXPECT_TRUE(session->commit().is_ok());
          committed[thread] = value.value();
        } else {
          EXPECT_TRUE(session->rollback().is_ok());
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<int64_t> all;
  for (const auto& values : got) {
    EXPECT_TRUE(std::is_sorted(values.begin(), values.end()));
    all.insert(values.begin(), values.end());
  }
  EXPECT_EQ(all.size(), static_cast<size_t>(kThreads * kRounds));
  reopen();
  EXPECT_GT(value(id), *std::max_element(std::begin(committed), std::end(committed)))
      << "behind every value that a commit covered";
}

// Any mix of rollbacks, commits and crashes: a value that a committed transaction was given comes never again.
TEST_F(SequencesTest, CommittedValuesNeverComeAgain) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    SeededRandom random(seed);
    const int64_t step = random.chance(500) ? 1 : -3;
    const SequenceId id = make("s" + std::to_string(seed), 0, step, -100000, 100000);
    std::set<int64_t> given;    // since the last open: never twice
    std::set<int64_t> covered;  // by a commit: never again
    for (int round = 0; round < 60; ++round) {
      begin();
      std::vector<int64_t> here;
      for (uint64_t i = random.below(4); i > 0; --i) here.push_back(value(id));
      for (const int64_t v : here) {
        EXPECT_TRUE(given.insert(v).second) << v;
        EXPECT_FALSE(covered.contains(v)) << v;
      }
      ASSERT_OK(host_->sequences.write_marks(*session_, *now()));
      if (random.chance(600)) {
        commit();
        covered.insert(given.begin(), given.end());
      } else {
        rollback();
      }
      if (random.chance(150)) {
        reopen();
        given.clear();
      }
    }
  }
  expect_sound();
}

}  // namespace
}  // namespace ddb
