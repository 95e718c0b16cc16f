// Hosts that refuse: threads that cannot be started, and a database that somebody else creates first.
#include <new>

#include "fixture.h"
#include "txn/create.h"

namespace ddb {
namespace {

enum class Refusal { kError, kNoMemory };

// The operating system's threads, but for one.
class RefusingRuntime final : public Runtime {
 public:
  RefusingRuntime(std::string refused, Refusal how) : refused_(std::move(refused)), how_(how) {}
  uint64_t now_ns() override { return native().now_ns(); }
  uint64_t current_thread() override { return native().current_thread(); }
  uint64_t random64() override { return native().random64(); }
  bool allows_threads() const override { return true; }
  Result<std::unique_ptr<BackgroundThread>> start_thread(const char* name,
                                                         std::function<void()> body) override {
    if (name != refused_) return native().start_thread(name, std::move(body));
    ++refusals;
    if (how_ == Refusal::kNoMemory) throw std::bad_alloc();
    return Status::error(sqlstate::kOutOfMemory, "no more threads");
  }
  int refusals = 0;

 private:
  std::string refused_;
  Refusal how_;
};

class RefusedThread : public StoreFixture,
                      public ::testing::WithParamInterface<std::tuple<const char*, Refusal>> {};

// Many times the log limit is written, so that nothing goes on without checkpoints.
TEST_P(RefusedThread, WorkRunsInline) {
  const bool refused_checkpoint = std::string(std::get<0>(GetParam())) == "ddb-checkpoint";
  RefusingRuntime runtime(std::get<0>(GetParam()), std::get<1>(GetParam()));
  Options o = options();
  o.runtime = &runtime;
  o.wal_segment_bytes = 64 * 1024;
  o.wal_limit = 512 * 1024;
  open(o);
  const std::vector<PageNo> pages = make_pages(100, 10);
  auto s = session();
  for (uint64_t i = 1; i <= 30000; ++i) {
    ASSERT_OK(
        commit_one(*s, pages[i % pages.size()], i, i % 3 == 0 ? Durability::kRelaxed : Durability::kFull));
  }
  EXPECT_EQ(runtime.refusals, 1);
  const Stats stats = db_->stats();
  EXPECT_GT(stats.log.bytes_written, 4 * o.wal_limit);
  EXPECT_GT(stats.checkpoint.completed, 3u);
  // Nobody waits for the thread that does not run: the work is done before the log is full enough for that.
  if (refused_checkpoint) {
    EXPECT_LT(stats.throttled_commits, 12u);
  }
  s.reset();
  ASSERT_OK(db_->close());
  db_.reset();
  open(o);
  s = session();
  ASSERT_OK(s->begin_read());
  auto last = get(*s, pages[0]);
  ASSERT_TRUE(last.is_ok());
  EXPECT_EQ(*last, 30000u);
  s.reset();
  db_.reset();
}

INSTANTIATE_TEST_SUITE_P(Threads, RefusedThread,
                         ::testing::Combine(::testing::Values("ddb-log", "ddb-checkpoint"),
                                            ::testing::Values(Refusal::kError, Refusal::kNoMemory)));

class CreationRace : public StoreFixture {};

TEST_F(CreationRace, TheLoserLeavesNothingBehind) {
  open(options());
  make_pages(3);
  Options o = options();
  auto made = create_database_file(vfs_, Runtime::native(), "test.ddb", o);
  ASSERT_OK(made.status());
  EXPECT_EQ(made.value(), nullptr);
  EXPECT_FALSE(vfs_.exists("test.ddb-new").value());
  EXPECT_TRUE(vfs_.exists("test.ddb").value());
}

}  // namespace
}  // namespace ddb
