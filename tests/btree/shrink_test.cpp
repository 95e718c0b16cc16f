// shrink_test: the file gets shorter in steps while readers keep what they see; what cannot move is said.
#include "btree/shrink.h"

#include <algorithm>

#include "btree/verify.h"
#include "tree_file.h"

namespace ddb {
namespace {

class Shrink : public TreeFile {
 protected:
  static constexpr int64_t kRows = 2000;

  uint64_t file_bytes() {
    return std::move(vfs_.open("tree.ddb", OpenMode::kReadOnly)).value()->size().value();
  }
  // Rows 1…kRows of which every `keep`-th is there, each with its text.
  void expect_rows(Session& session, int64_t keep) {
    TableReader reader(tree_, schema_);
    for (int64_t id = 1; id <= kRows; ++id) {
      BatchArena arena(1 << 20);
      FoundRow row;
      Result<bool> found = reader.find(session, id, &row);
      ASSERT_TRUE(found.is_ok()) << found.status().to_string();
      ASSERT_EQ(*found, id % keep == 0) << id;
      if (!*found) continue;
      Vector text;
      ASSERT_TRUE(text.allocate(PhysicalKind::kString, 1, arena).is_ok());
      const uint32_t columns[] = {1};
      Vector* const out[] = {&text};
      ASSERT_TRUE(reader.read(session, row, columns, out, 0, arena).is_ok());
      ASSERT_EQ(text.value<StringView16>(0).view(), text_of(id));
    }
  }
  void thin(int64_t keep) {
    ASSERT_TRUE(session_->begin_write().is_ok());
    TableWriter writer(*session_, tree_, schema_);
    for (int64_t id = 1; id <= kRows; ++id) {
      if (id % keep != 0) {
        ASSERT_TRUE(writer.erase(id).value());
      }
    }
    ASSERT_TRUE(session_->commit().is_ok());
  }
  // Steps, a transaction each, until nothing moves any more; returns why.
  std::string shrink_all(uint32_t pages_a_step, uint32_t* moved, std::span<const TableTree> trees) {
    for (int i = 0; i < 10000; ++i) {
      EXPECT_TRUE(session_->begin_write().is_ok());
      Result<ShrinkStep> step = shrink_file(*session_, trees, pages_a_step);
      EXPECT_TRUE(step.is_ok()) << step.status().to_string();
      if (!step.is_ok()) return "";
      EXPECT_LE(step->moved, pages_a_step);
      *moved += step->moved;
      EXPECT_TRUE(session_->commit().is_ok());
      if (step->done != nullptr) return step->done;
    }
    return "does not end";
  }
};

TEST_F(Shrink, InStepsWhileAReaderKeepsItsSnapshot) {
  fill(kRows);
  ASSERT_TRUE(database_->checkpoint().is_ok());
  const uint64_t before = file_bytes();
  auto reader = std::move(database_->new_session()).value();
  ASSERT_TRUE(reader->begin_read(Isolation::kRepeatableRead).is_ok());
  thin(10);
  uint32_t moved = 0;
  EXPECT_EQ(shrink_all(7, &moved, {&tree_, 1}), "no page below is free");
  EXPECT_GT(moved, 10u);
  ASSERT_TRUE(database_->checkpoint().is_ok());
  expect_rows(*reader, 1);
  EXPECT_EQ(file_bytes(), before);  // the snapshot needs the end
  reader.reset();
  ASSERT_TRUE(session_->begin_read().is_ok());
  expect_rows(*session_, 10);
  VerifyReport report;
  const VerifiedTable table{tree_, &schema_};
  ASSERT_TRUE(verify_pages(*session_, {&table, 1}, {}, 3, &report).is_ok());
  EXPECT_EQ(report.findings_count, 0u);
  const uint32_t pages = session_->page_count().value();
  for (uint32_t page = 0; page < pages; ++page) EXPECT_TRUE(session_->is_allocated(PageNo(page)).value());
  ASSERT_TRUE(session_->rollback().is_ok());
  close();
  open();
  // What is left: the headers, the double-write area, 20 long values of three pages and 20 of one, and the other rows.
  EXPECT_LT(file_bytes(), before * 6 / 10);
  ASSERT_TRUE(session_->begin_read().is_ok());
  expect_rows(*session_, 10);
}

TEST_F(Shrink, OfALongChainAFewPagesAtATime) {
  fill(200);
  ASSERT_TRUE(session_->begin_write().is_ok());
  SeededRandom random(5);
  std::string text(900'000, ' ');
  for (char& c : text) c = static_cast<char>(random.next());
  insert(5000, text);
  TableWriter writer(*session_, tree_, schema_);
  for (int64_t id = 1; id <= 200; ++id) ASSERT_TRUE(writer.erase(id).value());
  ASSERT_TRUE(session_->commit().is_ok());
  const std::vector<PageNo> chain = chain_of(5000);
  uint32_t moved = 0;
  EXPECT_EQ(shrink_all(3, &moved, {&tree_, 1}), "no page below is free");
  EXPECT_NE(chain_of(5000), chain);
  BatchArena arena(4 << 20);
  ASSERT_TRUE(session_->begin_read().is_ok());
  TableReader reader(tree_, schema_);
  FoundRow row;
  ASSERT_TRUE(reader.find(*session_, 5000, &row).value());
  Vector out;
  ASSERT_TRUE(out.allocate(PhysicalKind::kString, 1, arena).is_ok());
  const uint32_t columns[] = {1};
  Vector* const outs[] = {&out};
  ASSERT_TRUE(reader.read(*session_, row, columns, outs, 0, arena).is_ok());
  EXPECT_EQ(out.value<StringView16>(0).view(), text);
}

TEST_F(Shrink, WhatStaysIsSaid) {
  fill(kRows);
  thin(50);
  uint32_t moved = 0;
  EXPECT_EQ(shrink_all(5, &moved, {}), "the last page belongs to no tree that may be moved");
  EXPECT_EQ(moved, 0u);
  // A root at the end.
  ASSERT_TRUE(session_->begin_write().is_ok());
  std::vector<PageNo> filler;
  PageNo page = kNoPage;
  for (const uint32_t count = session_->page_count().value(); page == kNoPage || page.value < count;) {
    ASSERT_TRUE(session_->allocate(TreeId(99), kOverflow, &page).is_ok());
    filler.push_back(page);
  }
  Result<TableTree> other = create_table_tree(*session_, TreeId(8), schema_);
  ASSERT_TRUE(other.is_ok());
  for (const PageNo p : filler) ASSERT_TRUE(session_->free(p).is_ok());
  ASSERT_TRUE(session_->commit().is_ok());
  const TableTree both[] = {tree_, *other};
  EXPECT_EQ(shrink_all(5, &moved, both), "the last page is the root of a tree");
  // Nothing to do without a write transaction.
  ASSERT_TRUE(session_->begin_read().is_ok());
  EXPECT_TRUE(shrink_file(*session_, both, 5).status().is(sqlstate::kInvalidState));
}

TEST_F(Shrink, AMisplacedPageIsNamedAndFailsTheTransaction) {
  fill(kRows);
  // The first half goes; of the rest, the leaf that lies last in the file is hung out of its tree.
  ASSERT_TRUE(session_->begin_write().is_ok());
  {
    TableWriter writer(*session_, tree_, schema_);
    for (int64_t id = 1; id <= kRows / 2; ++id) ASSERT_TRUE(writer.erase(id).value());
  }
  ASSERT_TRUE(session_->commit().is_ok());
  const std::vector<Leaf> all = leaves();
  const Leaf last =
      *std::max_element(all.begin(), all.end(), [](const Leaf& a, const Leaf& b) { return a.page < b.page; });
  patch(last.parent, [&](std::byte* bytes) { put32(bytes + child_at(last.index), all[0].page.value); });
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(session_->begin_write().is_ok());
    Result<ShrinkStep> step = shrink_file(*session_, {&tree_, 1}, 10);
    if (step.is_ok()) {
      ASSERT_EQ(step->done, nullptr) << step->done;
      ASSERT_TRUE(session_->commit().is_ok());
      continue;
    }
    EXPECT_TRUE(step.status().is(sqlstate::kCorrupted)) << step.status().to_string();
    EXPECT_NE(step.status().to_string().find("page " + std::to_string(last.page.value)), std::string::npos)
        << step.status().to_string();
    EXPECT_TRUE(session_->failed());
    return;
  }
  FAIL() << "nobody noticed";
}

}  // namespace
}  // namespace ddb
