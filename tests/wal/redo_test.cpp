// redo: each rule of rebuilding a page from the log, with frames chosen by hand.
#include "log_world.h"

namespace ddb {
namespace {

constexpr uint32_t kPage = 4096;

class Redo : public testing::Test {
 protected:
  void SetUp() override {
    config_ = small_config();
    auto log = Log::create(vfs_, runtime_, poison_, horizon_, config_, Lsn(1));
    ASSERT_OK(log.status());
    log_ = std::move(log).value();
  }
  // One run of one frame. Content of a range: its bytes are the low byte of the LSN.
  void run(FrameKind kind, uint32_t page, uint64_t extra, PageRange range = {}) {
    begin();
    frame(kind, page, extra, range);
    commit();
  }
  void begin() {
    auto space = log_->reserve(3 * kPage, 10, false);
    ASSERT_OK(space.status());
    ASSERT_EQ(*space, Space::kReady);
    log_->begin_run(log_->appended_lsn().next());
  }
  void frame(FrameKind kind, uint32_t page, uint64_t extra, PageRange range = {}) {
    const PageBytes bytes(kPage, static_cast<std::byte>(log_->appended_lsn().value + 1));
    const std::span<const PageRange> ranges(&range, range.length > 0 ? 1 : 0);
    ASSERT_OK(log_->add_frame(kind, PageNo(page), extra, ranges, bytes.data()));
  }
  void commit() {
    ASSERT_OK(log_->write_commit(true));
    log_->register_commit(log_->appended_lsn().next(), true);
    ASSERT_OK(log_->wait_durable(log_->appended_lsn()));
  }
  void scan(Lsn checkpoint = Lsn(1)) {
    ScanRequest request;
    request.path = config_.path;
    request.uuid = config_.uuid;
    request.checkpoint_lsn = checkpoint;
    request.page_bytes = kPage;
    auto recovered = RecoveredLog::scan(vfs_, request, budget_);
    ASSERT_OK(recovered.status());
    recovered_ = std::move(recovered).value();
  }
  static PageBytes main_page(uint32_t page, uint64_t lsn, uint8_t fill = 0xEE) {
    PageBytes bytes(kPage);
    format_page(bytes.data(), kPage, PageNo(page), TreeId(1), PageType::kFirstTree);
    std::fill(bytes.begin() + kPageHeaderBytes, bytes.end(), static_cast<std::byte>(fill));
    set_page_lsn(bytes.data(), Lsn(lsn));
    return bytes;
  }
  static int at(const PageBytes& page, size_t offset) { return static_cast<int>(page[offset]); }

  SimDisk disk_;
  InlineRuntime runtime_{3};
  SimVfs vfs_{disk_, runtime_};
  Poison poison_{runtime_};
  std::atomic<uint64_t> horizon_{1};
  LogConfig config_;
  std::unique_ptr<Log> log_;
  MemoryBudget budget_{1 << 20};
  std::unique_ptr<RecoveredLog> recovered_;
};

TEST_F(Redo, DeltasApplyInOrderOnTheLsnTheyName) {
  run(FrameKind::kDelta, 5, 1, {100, 10});  // LSN 2
  run(FrameKind::kDelta, 5, 2, {104, 2});   // LSN 3
  run(FrameKind::kDelta, 6, 1, {50, 1});    // LSN 4
  scan();
  EXPECT_EQ(recovered_->page_count(), 2u);
  PageBytes page = main_page(5, 1);
  ASSERT_OK(recovered_->redo(PageNo(5), page, true));
  EXPECT_EQ(page_lsn(page.data()), Lsn(3));
  EXPECT_EQ(at(page, 99), 0xEE);
  EXPECT_EQ(at(page, 100), 2);
  EXPECT_EQ(at(page, 104), 3);
  EXPECT_EQ(at(page, 106), 2);
  EXPECT_FALSE(recovered_->starts_at_image(PageNo(5)));
  EXPECT_FALSE(recovered_->has(PageNo(7)));
}

TEST_F(Redo, DeltasThatTheMainFileHasAreSkipped) {
  run(FrameKind::kDelta, 5, 1, {100, 10});
  run(FrameKind::kDelta, 5, 2, {104, 2});
  run(FrameKind::kDelta, 5, 3, {108, 1});
  scan();
  PageBytes page = main_page(5, 3);
  ASSERT_OK(recovered_->redo(PageNo(5), page, true));
  EXPECT_EQ(page_lsn(page.data()), Lsn(4));
  EXPECT_EQ(at(page, 100), 0xEE);
  EXPECT_EQ(at(page, 108), 4);
  page = main_page(5, 9);
  ASSERT_OK(recovered_->redo(PageNo(5), page, true));
  EXPECT_EQ(page_lsn(page.data()), Lsn(9));
}

TEST_F(Redo, ADeltaWithoutItsBaseIsCorruptionAndNamesPageAndLsns) {
  run(FrameKind::kDelta, 5, 1, {100, 10});
  run(FrameKind::kDelta, 5, 2, {104, 2});
  scan();
  PageBytes page = main_page(5, 0);
  const Status status = recovered_->redo(PageNo(5), page, true);
  EXPECT_TRUE(status.is(sqlstate::kCorrupted));
  EXPECT_EQ(status.message(), "page 5 has LSN 0, but the log changes it from LSN 1 to LSN 2");
  EXPECT_TRUE(recovered_->redo(PageNo(5), page, false).is(sqlstate::kCorrupted));
}

TEST_F(Redo, AnImageNeedsNoMainCopyAndCountsWhateverItsLsn) {
  run(FrameKind::kDelta, 5, 77, {100, 10});
  run(FrameKind::kImage, 5, 0, {16, 500});  // LSN 3
  run(FrameKind::kDelta, 5, 3, {20, 1});    // LSN 4
  scan();
  EXPECT_TRUE(recovered_->starts_at_image(PageNo(5)));
  for (const uint64_t main_lsn : {0, 1, 3, 4, 99}) {
    PageBytes page = main_page(5, main_lsn);
    ASSERT_OK(recovered_->redo(PageNo(5), page, main_lsn % 2 == 0));
    EXPECT_EQ(page_lsn(page.data()), Lsn(4));
    EXPECT_EQ(page_number_of(page.data()), PageNo(5));
    EXPECT_EQ(at(page, 16), 3);
    EXPECT_EQ(at(page, 20), 4);
    EXPECT_EQ(at(page, 515), 3);
    EXPECT_EQ(at(page, 516), 0);
    EXPECT_EQ(at(page, kPage - 1), 0);
  }
}

TEST_F(Redo, ADirectPageMustBeInTheMainFile) {
  PageBytes direct = main_page(5, 3);
  run(FrameKind::kImage, 5, 0, {16, 500});
  run(FrameKind::kDirect, 5, page_crc(direct.data(), kPage));  // LSN 3
  scan();
  EXPECT_FALSE(recovered_->starts_at_image(PageNo(5)));
  PageBytes page = direct;
  ASSERT_OK(recovered_->redo(PageNo(5), page, true));
  EXPECT_EQ(page, direct);
  page = main_page(5, 4);
  ASSERT_OK(recovered_->redo(PageNo(5), page, true));  // a checkpoint has written a newer one
  page = direct;
  EXPECT_TRUE(recovered_->redo(PageNo(5), page, false).is(sqlstate::kCorrupted));
  page = main_page(5, 3, 0x11);
  EXPECT_TRUE(recovered_->redo(PageNo(5), page, true).is(sqlstate::kCorrupted));
  page = main_page(5, 2);
  EXPECT_TRUE(recovered_->redo(PageNo(5), page, true).is(sqlstate::kCorrupted));
}

TEST_F(Redo, DeltasFollowADirectPage) {
  PageBytes direct = main_page(5, 2);
  run(FrameKind::kDirect, 5, page_crc(direct.data(), kPage));  // LSN 2
  run(FrameKind::kDelta, 5, 2, {100, 1});                      // LSN 3
  run(FrameKind::kDelta, 5, 3, {101, 1});                      // LSN 4
  scan();
  PageBytes page = direct;
  ASSERT_OK(recovered_->redo(PageNo(5), page, true));
  EXPECT_EQ(page_lsn(page.data()), Lsn(4));
  EXPECT_EQ(at(page, 100), 3);
  page = main_page(5, 3);
  ASSERT_OK(recovered_->redo(PageNo(5), page, true));
  EXPECT_EQ(at(page, 100), 0xEE);
  EXPECT_EQ(at(page, 101), 4);
}

TEST_F(Redo, RunsUpToTheCheckpointAndAbortedRunsDoNotCount) {
  run(FrameKind::kDelta, 5, 1, {100, 1});  // LSN 2
  run(FrameKind::kDelta, 6, 1, {100, 1});  // LSN 3
  begin();
  frame(FrameKind::kDelta, 7, 1, {100, 1});
  ASSERT_OK(log_->write_abort());
  log_->register_commit(Lsn(4), false);
  ASSERT_OK(log_->wait_visible(Lsn(4)));
  scan(Lsn(2));
  EXPECT_EQ(recovered_->last_lsn(), Lsn(4));
  EXPECT_EQ(recovered_->page_count(), 1u);
  EXPECT_FALSE(recovered_->has(PageNo(5)));
  EXPECT_TRUE(recovered_->has(PageNo(6)));
  scan(Lsn(4));
  EXPECT_EQ(recovered_->page_count(), 0u);
  EXPECT_EQ(recovered_->last_lsn(), Lsn(4));
}

TEST_F(Redo, PagesComeInOrderAndErasedOnesNoMore) {
  std::vector<uint32_t> numbers;
  SeededRandom random(4);
  for (int i = 0; i < 300; ++i) numbers.push_back(static_cast<uint32_t>(random.next() % 0xFFFFFFFE));
  for (size_t i = 0; i < numbers.size(); i += 10) {
    begin();
    for (size_t k = i; k < i + 10; ++k) frame(FrameKind::kDelta, numbers[k], 1, {100, 1});
    commit();
  }
  scan();
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  ASSERT_EQ(recovered_->page_count(), numbers.size());
  std::vector<uint32_t> erased;
  while (!numbers.empty()) {
    std::vector<uint32_t> seen;
    for (auto page = recovered_->pages_from(PageNo(0)); page.has_value();
         page = recovered_->pages_from(page->next())) {
      seen.push_back(page->value);
    }
    ASSERT_EQ(seen, numbers);
    for (int i = 0; i < 37 && !numbers.empty(); ++i) {
      const size_t victim = random.chance(500) ? 0 : random.below(numbers.size());
      recovered_->erase(PageNo(numbers[victim]));
      EXPECT_FALSE(recovered_->has(PageNo(numbers[victim])));
      numbers.erase(numbers.begin() + static_cast<std::ptrdiff_t>(victim));
    }
    ASSERT_EQ(recovered_->page_count(), numbers.size());
  }
}

TEST_F(Redo, AHotPageIsRedoneFromManyFrames) {
  for (uint64_t i = 0; i < 2000; ++i) {
    if (log_->used_bytes() + 64 * 1024 > config_.bytes_max) break;
    run(FrameKind::kDelta, 5, i + 1, {static_cast<uint16_t>(32 + i % 4000), 1});
  }
  scan();
  PageBytes page = main_page(5, 1);
  ASSERT_OK(recovered_->redo(PageNo(5), page, true));
  EXPECT_EQ(page_lsn(page.data()), log_->appended_lsn());
}

TEST_F(Redo, ALogThatChangesBehindTheScanIsNoticed) {
  for (int i = 0; i < 20; ++i) run(FrameKind::kImage, static_cast<uint32_t>(i), 0, {16, 600});
  scan();
  const std::string content = *disk_.visible_content(config_.path);
  SeededRandom random(8);
  int noticed = 0;
  for (int round = 0; round < 300; ++round) {
    std::string changed = content;
    for (size_t at = 4096 + random.below(512); at < changed.size(); at += 512) {
      changed[at] = static_cast<char>(random.next());
    }
    {
      auto file = vfs_.open(config_.path, OpenMode::kReadWrite);
      ASSERT_OK(file.status());
      ASSERT_OK((*file)->write(0, std::as_bytes(std::span(changed))));
    }
    for (uint32_t i = 0; i < 20; ++i) {
      PageBytes page = main_page(i, 1);
      const Status status = recovered_->redo(PageNo(i), page, true);
      if (status.is_ok()) continue;
      ++noticed;
      EXPECT_TRUE(status.is(sqlstate::kCorrupted));
    }
  }
  EXPECT_GT(noticed, 3000);
}

TEST_F(Redo, TheBudgetIsChargedAndGivenBack) {
  for (int i = 0; i < 20; ++i) run(FrameKind::kDelta, static_cast<uint32_t>(i), 1, {100, 1});
  scan();
  EXPECT_GT(budget_.used(), 0u);
  EXPECT_LT(budget_.used(), 512u * 1024);
  recovered_.reset();
  EXPECT_EQ(budget_.used(), 0u);
}

}  // namespace
}  // namespace ddb
