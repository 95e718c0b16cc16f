// log_take_over: opening a log for writing after its writer died.
#include <set>

#include "log_world.h"

namespace ddb {
namespace {

class LogTakeOver : public testing::Test {
 protected:
  LogTakeOver() : world_(*vfs_, runtime_, 5) {}

  // The process dies; what it wrote stays in the cache of the operating system, synced or not.
  void kill() {
    world_.close();
    recovered_.reset();
    disk_ = disk_->clone_as_is();
    vfs_ = std::make_unique<SimVfs>(*disk_, runtime_);
  }
  void lose_power(CrashMode mode) {
    world_.close();
    recovered_.reset();
    disk_ = disk_->crash(1, mode);
    vfs_ = std::make_unique<SimVfs>(*disk_, runtime_);
  }
  void reopen() {
    auto recovered = world_.scan_on(*vfs_);
    ASSERT_OK(recovered.status());
    world_.check(**recovered);
    recovered_ = std::move(recovered).value();
    ASSERT_OK(world_.take_over(*vfs_, *recovered_));
  }
  std::set<uint64_t> salts() const {
    std::set<uint64_t> found;
    const std::string content = *disk_->visible_content(world_.config().path);
    SegmentHeader header;
    for (size_t at = 0; at < content.size(); at += world_.config().segment_bytes) {
      const auto bytes = std::as_bytes(std::span(content)).subspan(at, kSegmentHeaderBytes);
      if (decode_segment_header(bytes, &header)) found.insert(header.salt);
    }
    return found;
  }
  uint64_t file_bytes() const { return disk_->visible_content(world_.config().path)->size(); }

  InlineRuntime runtime_{77};
  std::unique_ptr<SimDisk> disk_ = std::make_unique<SimDisk>(512);
  std::unique_ptr<SimVfs> vfs_ = std::make_unique<SimVfs>(*disk_, runtime_);
  LogWorld world_;
  std::unique_ptr<RecoveredLog> recovered_;
};

TEST_F(LogTakeOver, EverythingSeenIsDurableAfterwards) {
  ASSERT_OK(world_.create());
  for (int i = 0; i < 30; ++i) ASSERT_OK(world_.commit_run(2, false));
  const Lsn last = world_.log().appended_lsn();
  kill();
  reopen();
  EXPECT_EQ(recovered_->last_lsn(), last);
  EXPECT_EQ(world_.log().appended_lsn(), last);
  EXPECT_EQ(world_.log().synced_lsn(), last);
  lose_power(CrashMode::kAllLost);
  reopen();
  EXPECT_EQ(recovered_->last_lsn(), last);
}

TEST_F(LogTakeOver, BytesThatAFailedSyncLostAreWrittenAnew) {
  ASSERT_OK(world_.create());
  ASSERT_OK(world_.commit_run(2, true));
  ASSERT_OK(world_.append_run(2, true));
  vfs_->set_faults([](IoCall call, const std::string&, uint64_t) {
    return call == IoCall::kSync ? InjectedFault::kIoError : InjectedFault::kNone;
  });
  const Lsn last = world_.log().appended_lsn();
  EXPECT_TRUE(world_.log().wait_visible(last).is(sqlstate::kOutcomeUnknown));
  kill();
  reopen();  // in the same boot: readable, and nowhere but in the cache
  EXPECT_EQ(recovered_->last_lsn(), last);
  lose_power(CrashMode::kAllLost);
  reopen();
  EXPECT_EQ(recovered_->last_lsn(), last);
}

TEST_F(LogTakeOver, AVoidRunIsCutOffAndItsLsnUsedAgain) {
  ASSERT_OK(world_.create());
  ASSERT_OK(world_.commit_run(2, true));
  const Lsn last = world_.log().appended_lsn();
  ASSERT_OK(world_.begin_and_leave(24));  // several blocks of LSN last + 1, no commit
  kill();
  reopen();
  EXPECT_EQ(recovered_->last_lsn(), last);
  ASSERT_OK(world_.commit_run(1, true));
  EXPECT_EQ(world_.log().appended_lsn(), last.next());
  kill();
  reopen();
  EXPECT_EQ(recovered_->last_lsn(), last.next());
}

// A power loss took the first block of a run, later ones and the run behind it stayed: once a checkpoint has passed the LSN
// that was used again, their segment would look like the start of the log.
TEST_F(LogTakeOver, LostTransactionsNeverComeBack) {
  ASSERT_OK(world_.create());
  const size_t segment_bytes = world_.config().segment_bytes;
  std::string content;
  size_t first = 0;  // where the run's first block lies
  bool spans = false;
  Lsn last;
  for (int i = 0; i < 100 && !spans; ++i) {
    last = world_.log().appended_lsn();
    ASSERT_OK(world_.commit_run(12, false));
    content = *disk_->visible_content(world_.config().path);
    for (size_t at = 0; at + kBlockHeaderBytes < content.size(); at += kBlockAlign) {
      BlockHeader block;
      if (!block_valid(std::as_bytes(std::span(content)).subspan(at), &block) || block.lsn != last.next())
        continue;
      if (block.run_index == 0) first = at;
      spans = block.run_index > 0 && at / segment_bytes != first / segment_bytes;
    }
  }
  ASSERT_TRUE(spans) << "the run must lie in two segments";
  ASSERT_OK(world_.commit_run(1, false));
  ASSERT_OK(world_.checkpoint(last));  // places before the run's become free: its own are not taken at once
  kill();
  content = *disk_->visible_content(world_.config().path);
  content[first + kBlockHeaderBytes] = static_cast<char>(content[first + kBlockHeaderBytes] ^ 1);
  disk_->put_file(world_.config().path, std::as_bytes(std::span(content)));
  reopen();
  ASSERT_EQ(recovered_->last_lsn(), last);
  ASSERT_OK(world_.commit_run(1, true));
  ASSERT_OK(world_.checkpoint(last.next(), false));
  kill();
  reopen();
  EXPECT_EQ(recovered_->last_lsn(), last.next());
}

TEST_F(LogTakeOver, SaltsAreNeverUsedAgain) {
  ASSERT_OK(world_.create());
  uint64_t seen = salts().size();
  for (int i = 0; i < 5; ++i) {
    ASSERT_OK(world_.commit_run(1, true));
    const std::set<uint64_t> before = salts();
    kill();
    reopen();
    ASSERT_OK(world_.commit_run(1, true));
    const std::set<uint64_t> after = salts();
    EXPECT_EQ(after.size(), before.size() + 1);
    ++seen;
  }
  EXPECT_EQ(salts().size(), seen);
}

TEST_F(LogTakeOver, RepeatedWithoutCommitsItDoesNotLetTheFileGrow) {
  ASSERT_OK(world_.create());
  for (int i = 0; i < 20; ++i) ASSERT_OK(world_.commit_run(3, false));
  kill();
  reopen();
  kill();
  reopen();
  const uint64_t bytes = file_bytes();
  for (int i = 0; i < 40; ++i) {
    if (i % 3 == 0) {
      lose_power(i % 2 == 0 ? CrashMode::kAllLost : CrashMode::kSectors);
    } else {
      kill();
    }
    reopen();
  }
  EXPECT_LE(file_bytes(), bytes);
}

TEST_F(LogTakeOver, WorksWhenEveryRunIsCheckpointed) {
  ASSERT_OK(world_.create());
  for (int i = 0; i < 40; ++i) ASSERT_OK(world_.commit_run(2, true));
  ASSERT_OK(world_.checkpoint(world_.log().appended_lsn()));
  const Lsn last = world_.log().appended_lsn();
  for (int i = 0; i < 4; ++i) {
    kill();
    reopen();
    EXPECT_EQ(recovered_->last_lsn(), last);
    EXPECT_EQ(recovered_->page_count(), 0u);
  }
  ASSERT_OK(world_.commit_run(1, true));
  kill();
  reopen();
  EXPECT_EQ(recovered_->last_lsn(), last.next());
}

TEST_F(LogTakeOver, AnErrorAtAnyCallLeavesTheOldLogValid) {
  ASSERT_OK(world_.create());
  for (int i = 0; i < 25; ++i) ASSERT_OK(world_.commit_run(2, i % 2 == 0));
  ASSERT_OK(world_.begin_and_leave(20));
  const Lsn last = world_.log().appended_lsn();
  world_.close();
  for (uint64_t at = 1;; ++at) {
    ASSERT_LT(at, 200u);
    auto disk = disk_->clone_as_is();
    SimVfs vfs(*disk, runtime_);
    auto recovered = world_.scan_on(vfs);
    ASSERT_OK(recovered.status());
    const uint64_t fail_at = vfs.io_count() + at;
    vfs.set_faults([fail_at](IoCall, const std::string&, uint64_t index) {
      return index == fail_at ? InjectedFault::kShortIoError : InjectedFault::kNone;
    });
    const bool survived = world_.take_over(vfs, **recovered).is_ok();
    world_.close();
    if (survived && vfs.io_count() < fail_at) break;  // past the last call
    for (const CrashMode mode : {CrashMode::kAllLost, CrashMode::kAllKept, CrashMode::kGarble}) {
      auto after = disk->crash(at, mode);
      SimVfs vfs_after(*after, runtime_);
      auto again = world_.scan_on(vfs_after);
      ASSERT_OK(again.status());
      EXPECT_GE((*again)->last_lsn(), survived ? last : world_.acknowledged());
      world_.check(**again);
    }
  }
}

TEST_F(LogTakeOver, TheIndexStaysReadableUntilItIsGivenUp) {
  ASSERT_OK(world_.create());
  for (int i = 0; i < 60; ++i) ASSERT_OK(world_.commit_run(2, i % 2 == 0));
  kill();
  reopen();
  const Lsn last = recovered_->last_lsn();
  // Recycling that keeps the recovered segments, while appending goes round the file.
  for (int i = 0; i < 60; ++i) {
    ASSERT_OK(world_.append_run(3, true, true));
    world_.log().recycle(world_.checkpoint_lsn(), true);
  }
  const PageMap state = world_.state_at(last);
  for (const auto& [page, bytes] : state) {
    PageBytes copy = world_.main_copy(page);
    const bool valid = !copy.empty();
    copy.resize(4096);
    if (!recovered_->has(PageNo(page)) || (valid && page_lsn(copy.data()) > last)) continue;
    ASSERT_OK(recovered_->redo(PageNo(page), copy, valid));
    EXPECT_TRUE(std::equal(copy.begin() + 4, copy.end(), bytes.begin() + 4)) << page;
  }
  recovered_.reset();
  ASSERT_OK(world_.checkpoint(world_.log().appended_lsn()));
  EXPECT_LE(world_.log().used_bytes(), 2u * world_.config().segment_bytes);
}

TEST_F(LogTakeOver, SegmentSizeIsThatOfTheFile) {
  ASSERT_OK(world_.create());
  ASSERT_OK(world_.commit_run(2, true));
  const Lsn last = world_.log().appended_lsn();
  world_.mutable_config().segment_bytes = 64 * 1024;
  kill();
  reopen();
  ASSERT_OK(world_.commit_run(2, true));
  kill();
  reopen();
  EXPECT_EQ(recovered_->last_lsn(), last.next());
}

}  // namespace
}  // namespace ddb
