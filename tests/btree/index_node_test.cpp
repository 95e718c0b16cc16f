// index_node_test: limits of index trees, and what damaged pages do.
#include "btree/index_node.h"

#include <gtest/gtest.h>

#include <memory>

#include "base/seeded_random.h"
#include "btree/index_cursor.h"
#include "btree/index_load.h"
#include "btree/index_lookup.h"
#include "btree/index_writer.h"
#include "btree/verify.h"
#include "format/file_header.h"
#include "format/page.h"
#include "record/key_row_id.h"
#include "txn/database.h"
#include "vfs/memory_vfs.h"

namespace ddb {
namespace {

class IndexTreeTest : public testing::Test {
 protected:
  static constexpr uint32_t kPage = 4096;

  void SetUp() override { open(); }
  void open() {
    Options options;
    options.page_bytes = kPage;
    options.vfs = &vfs_;
    options.background_threads = false;
    database_ = std::move(Database::open("/i.ddb", options)).value();
    session_ = std::move(database_->new_session()).value();
  }
  void create(bool payloads) {
    ASSERT_TRUE(session_->begin_write().is_ok());
    tree_ = create_index_tree(*session_, TreeId(9), payloads).value();
  }
  static std::string key_of(std::string text, uint64_t row_id) {
    ByteBuffer buffer;
    append_key_row_id(row_id, buffer);
    return text.append(buffer.view());
  }
  // Keys "k00000".. of so many rows.
  void fill(uint32_t rows) {
    create(false);
    IndexWriter writer(*session_, tree_);
    for (uint32_t i = 0; i < rows; ++i) {
      const std::string key = numbered(i);
      const IndexEntry entry{key, {}};
      ASSERT_TRUE(writer.insert({&entry, 1}).is_ok());
    }
    ASSERT_TRUE(session_->commit().is_ok());
  }
  static std::string numbered(uint32_t i) {
    std::string text = std::to_string(i);
    return key_of("k" + std::string(6 - text.size(), '0') + text, i);
  }
  MemoryVfs vfs_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Session> session_;
  IndexTree tree_;
};

TEST_F(IndexTreeTest, EntriesOfTheLongestKindFitAndLongerOnesAreRefused) {
  create(true);
  IndexWriter writer(*session_, tree_);
  const uint32_t most = index_entry_max(session_->content_bytes());
  SeededRandom random(1);
  for (uint32_t i = 0; i < 200; ++i) {
    std::string text(most - kIndexSlotBytes - 2 - 4, 'x');
    for (char& c : text) c = static_cast<char>(random.below(3));
    const std::string key = key_of(text, i);
    const size_t cut = random.below(key.size() / 2);
    const std::string_view payload = std::string_view(text).substr(0, cut);
    const std::string shorter = key_of(text.substr(cut), i);
    const IndexEntry entry{shorter, payload};
    ASSERT_TRUE(writer.insert({&entry, 1}).is_ok());
  }
  VerifyReport report;
  const VerifiedIndex index{tree_, true};
  ASSERT_TRUE(verify_pages(*session_, {{}, {&index, 1}, {}}, 5, &report).is_ok());
  EXPECT_EQ(report.findings_count, 0u) << report.findings[0].text;
  EXPECT_EQ(report.index_entries, 200u);
  const std::string longer(most, 'y');
  const IndexEntry entry{longer, {}};
  const Status refused = writer.insert({&entry, 1});
  EXPECT_TRUE(refused.is(sqlstate::kProgramLimit)) << refused.to_string();
  ASSERT_TRUE(session_->rollback().is_ok());
}

TEST_F(IndexTreeTest, TheSameEntryTwiceAndAMissingOneAreCorruption) {
  fill(1000);
  IndexWriter writer(*session_, tree_);
  ASSERT_TRUE(session_->begin_write().is_ok());
  const std::string there = numbered(500);
  const IndexEntry entry{there, {}};
  EXPECT_TRUE(writer.insert({&entry, 1}).is(sqlstate::kCorrupted));
  EXPECT_TRUE(session_->failed());
  ASSERT_TRUE(session_->rollback().is_ok());
  ASSERT_TRUE(session_->begin_write().is_ok());
  const std::string missing = key_of("k000500", 7);
  const std::string_view view = missing;
  EXPECT_TRUE(writer.erase({&view, 1}).is(sqlstate::kCorrupted));
  ASSERT_TRUE(session_->rollback().is_ok());
}

TEST_F(IndexTreeTest, LoadRefusesKeysThatDoNotAscend) {
  create(false);
  IndexLoader loader(*session_, tree_, false);
  ASSERT_TRUE(loader.add({numbered(2), {}}).is_ok());
  EXPECT_TRUE(loader.add({numbered(2), {}}).is(sqlstate::kCorrupted));
  ASSERT_TRUE(session_->rollback().is_ok());
}

TEST_F(IndexTreeTest, PagesComeBackWhenEntriesGo) {
  fill(20000);
  ASSERT_TRUE(session_->begin_write().is_ok());
  const uint32_t before = session_->page_count().value();
  IndexWriter writer(*session_, tree_);
  for (uint32_t i = 0; i < 20000; ++i) {
    const std::string key = numbered(i);
    const std::string_view view = key;
    ASSERT_TRUE(writer.erase({&view, 1}).is_ok()) << i;
  }
  const uint32_t trimmed = session_->trim(~uint32_t{0}).value();
  EXPECT_GT(before, 50u);
  EXPECT_EQ(before - trimmed, 3u);  // root page, free map, the tree's root
  // And it can be filled again.
  const std::string key = numbered(1);
  const IndexEntry entry{key, {}};
  ASSERT_TRUE(writer.insert({&entry, 1}).is_ok());
  ASSERT_TRUE(session_->commit().is_ok());
}

TEST_F(IndexTreeTest, DropGivesEveryPageBack) {
  fill(20000);
  ASSERT_TRUE(session_->begin_write().is_ok());
  const uint32_t before = session_->page_count().value();
  ASSERT_TRUE(drop_index_tree(*session_, tree_).is_ok());
  EXPECT_EQ(before - session_->trim(~uint32_t{0}).value(), 2u);
  ASSERT_TRUE(session_->commit().is_ok());
}

// Every byte of every page of a small tree, damaged in turn and sealed again: reads and changes give errors or other rows, never a crash or
// an endless loop; verify says something unless the byte means nothing.
TEST_F(IndexTreeTest, DamagedPagesCrashNothing) {
  fill(600);
  ASSERT_TRUE(session_->begin_read().is_ok());
  const uint32_t pages = session_->page_count().value();
  ASSERT_TRUE(session_->rollback().is_ok());
  SeededRandom random(3);
  uint32_t refused = 0;
  uint32_t found = 0;
  const uint32_t rounds = 1500;
  FileHeader header;
  header.page_bytes = kPage;
  header.double_write_slots = default_double_write_slots(kPage);
  for (uint32_t round = 0; round < rounds; ++round) {
    session_.reset();
    ASSERT_TRUE(database_->close().is_ok());
    database_.reset();
    const PageNo number(static_cast<uint32_t>(2 + random.below(pages - 2)));
    std::vector<std::byte> good(kPage);
    {
      auto file = std::move(vfs_.open("/i.ddb", OpenMode::kReadWrite)).value();
      ASSERT_TRUE(file->read(header.page_offset(number), good).is_ok());
      std::vector<std::byte> bytes = good;
      const uint64_t changes = 1 + random.below(3);
      for (uint64_t i = 0; i < changes; ++i) {
        const uint64_t at = random.chance(500) ? 32 + random.below(100) : 32 + random.below(kPage - 32);
        bytes[at] = static_cast<std::byte>(random.below(256));
      }
      seal_page(bytes.data(), kPage);
      ASSERT_TRUE(file->write(header.page_offset(number), bytes).is_ok());
    }
    open();
    ASSERT_TRUE(session_->begin_write().is_ok());
    IndexCursor cursor(tree_);
    IndexCursor::Want want;
    want.backwards = random.chance(500);
    want.keys = want.payloads = true;
    cursor.open(*session_, {}, want);
    uint32_t rows = 0;
    bool failed = false;
    while (rows < 100'000) {
      Result<uint32_t> got = cursor.next_batch();
      if (!got.is_ok()) {
        EXPECT_TRUE(got.status().is(sqlstate::kCorrupted)) << got.status().to_string();
        failed = true;
        break;
      }
      if (*got == 0) break;
      rows += *got;
    }
    EXPECT_LT(rows, 100'000u);
    cursor.release();
    IndexReader reader(tree_);
    int64_t row_id = 0;
    for (uint32_t i = 0; i < 600; i += 37) {
      const Result<bool> there = reader.find_first(*session_, numbered(i).substr(0, 7), &row_id);
      if (!there.is_ok()) failed = true;
    }
    VerifyReport report;
    const VerifiedIndex index{tree_, false};
    ASSERT_TRUE(verify_pages(*session_, {{}, {&index, 1}, {}}, 5, &report).is_ok());
    found += report.findings_count > 0 ? 1 : 0;
    EXPECT_TRUE(!failed || report.findings_count > 0) << "round " << round;
    // Changes too.
    IndexWriter writer(*session_, tree_);
    for (uint32_t i = 0; i < 20 && !session_->failed(); ++i) {
      const std::string key = numbered(static_cast<uint32_t>(random.below(700)));
      const std::string fresh = key_of(key.substr(0, 7), 5000 + i);
      const IndexEntry entry{fresh, {}};
      const std::string_view view = key;
      if (random.chance(500)) {
        (void)writer.insert({&entry, 1}).is_ok();
      } else {
        (void)writer.erase({&view, 1}).is_ok();
      }
    }
    refused += failed ? 1 : 0;
    ASSERT_TRUE(session_->rollback().is_ok());
    // The page as it was.
    session_.reset();
    ASSERT_TRUE(database_->close().is_ok());
    database_.reset();
    {
      auto file = std::move(vfs_.open("/i.ddb", OpenMode::kReadWrite)).value();
      ASSERT_TRUE(file->write(header.page_offset(number), good).is_ok());
    }
    open();
  }
  EXPECT_GT(refused, rounds / 20);
  EXPECT_GT(found, refused);
}

}  // namespace
}  // namespace ddb
