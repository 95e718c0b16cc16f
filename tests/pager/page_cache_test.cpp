// The cache by itself, in states that threads reach only in narrow windows.
#include "pager/page_cache.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "vfs/sim_disk.h"
#include "vfs/sim_vfs.h"

namespace ddb {
namespace {

constexpr size_t kPageBytes = 4096;
constexpr PageNo kPage{5};

class PageCacheTest : public testing::Test {
 protected:
  void SetUp() override {
    PageCacheConfig config;
    config.page_bytes = kPageBytes;
    config.slots_max = 8;
    config.files = false;
    auto temp = std::make_unique<TempFile>(runtime_, &vfs_, "/tmp", 1 << 20, kPageBytes);
    auto cache = PageCache::create(runtime_, budget_, horizon_, config, std::move(temp));
    ASSERT_TRUE(cache.is_ok()) << cache.status().to_string();
    cache_ = std::move(cache).value();
  }
  ReaderSlot* slot(uint64_t snapshot) {
    auto slot = cache_->acquire_slot();
    EXPECT_TRUE(slot.is_ok());
    (*slot)->snapshot = snapshot;
    return *slot;
  }
  // A version whose bytes, all `fill`, lie in the temp file only.
  void publish_spilled(uint64_t lsn, int fill) {
    std::vector<std::byte> page(kPageBytes);
    format_page(page.data(), kPageBytes, kPage, TreeId(1), PageType::kFirstTree);
    std::fill(page.begin() + kPageHeaderBytes, page.end(), static_cast<std::byte>(fill));
    PublishedPage published{kPage};
    published.version = cache_->prepare_version(kPage).value();
    published.temp_slot = cache_->temp().write(page.data()).value();
    cache_->publish({&published, 1}, lsn);
    horizon_ = lsn;
  }
  char content(ReaderSlot& slot, uint64_t snapshot) {
    uint32_t pin = kNoPin;
    auto data = cache_->fetch(slot, kPage, snapshot, FrameUse::kReader, &pin);
    EXPECT_TRUE(data.is_ok()) << data.status().to_string();
    if (!data.is_ok()) return '?';
    const char found = static_cast<char>((*data)[100]);
    slot.unpin(pin);
    return found;
  }
  std::vector<uint64_t> listed(void (PageCache::*list)(std::vector<uint64_t>*, const ReaderSlot*)) {
    std::vector<uint64_t> out;
    (cache_.get()->*list)(&out, nullptr);
    std::sort(out.begin(), out.end());
    return out;
  }

  Runtime& runtime_ = Runtime::native_without_threads();
  SimDisk disk_;
  SimVfs vfs_{disk_, runtime_};
  MemoryBudget budget_{1 << 20};
  std::atomic<uint64_t> horizon_{0};
  std::unique_ptr<PageCache> cache_;
};

// A fetch for another session's snapshot does not keep that snapshot: the version may go while it is being read.
TEST_F(PageCacheTest, ALoadFillsOnlyTheVersionItWasBegunFor) {
  ReaderSlot* fetching = slot(0);
  publish_spilled(3, 'C');
  ReaderSlot* old = slot(3);
  publish_spilled(5, 'E');
  ReaderSlot* ending = slot(5);
  publish_spilled(7, 'G');
  bool ended = false;
  vfs_.set_hook([&](uint64_t) {  // in the middle of the read from the temp file
    if (std::exchange(ended, true)) return;
    ending->snapshot = 0;
    cache_->reclaim_now();
  });
  EXPECT_EQ(content(*fetching, 5), 'C');  // what is left at or below 5
  ASSERT_TRUE(ended);
  EXPECT_EQ(content(*old, 3), 'C');
  EXPECT_EQ(content(*fetching, 7), 'G');
  for (ReaderSlot* one : {fetching, old, ending}) {
    one->snapshot = 0;
    cache_->release_slot(one);
  }
}

// A reader that has not read the horizon again keeps versions, but some it would need may be gone already.
TEST_F(PageCacheTest, ATentativeSnapshotKeepsVersionsAndIsNotSettled) {
  publish_spilled(3, 'C');
  ReaderSlot* settled = slot(3);
  ReaderSlot* tentative = slot(5 | kTentativeSnapshot);
  publish_spilled(5, 'E');
  publish_spilled(7, 'G');
  EXPECT_EQ(listed(&PageCache::live_snapshots), (std::vector<uint64_t>{3, 5}));
  EXPECT_EQ(listed(&PageCache::settled_snapshots), (std::vector<uint64_t>{3}));
  cache_->reclaim_now();
  EXPECT_EQ(content(*tentative, 5), 'E');
  EXPECT_EQ(cache_->publish_snapshot(*tentative), 7u);
  EXPECT_EQ(listed(&PageCache::settled_snapshots), (std::vector<uint64_t>{3, 7}));
  for (ReaderSlot* one : {settled, tentative}) {
    one->snapshot = 0;
    cache_->release_slot(one);
  }
}

// An ended slot that takes a new snapshot never looks as if its old one were alive again.
TEST_F(PageCacheTest, AnEndedSlotIsListedOnlyWithItsNewSnapshot) {
  publish_spilled(3, 'C');
  ReaderSlot* reader = slot(3);
  reader->ended = 1;
  publish_spilled(5, 'E');
  EXPECT_TRUE(listed(&PageCache::live_snapshots).empty());
  EXPECT_EQ(cache_->publish_snapshot(*reader), 5u);
  EXPECT_EQ(reader->ended, 0u);
  EXPECT_EQ(listed(&PageCache::live_snapshots), (std::vector<uint64_t>{5}));
  reader->snapshot = 0;
  cache_->release_slot(reader);
}

}  // namespace
}  // namespace ddb
