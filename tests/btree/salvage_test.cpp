// Salvage: every row that can still be read comes back as it was, from trees whose way to them is gone; of two copies the newer one;
// what cannot be read is named.
#include "btree/salvage.h"

#include <algorithm>

#include "btree/tree_file.h"

namespace ddb {
namespace {

class SalvageTest : public TreeFile {
 protected:
  // Text by row id; "NULL" where it was lost.
  std::map<int64_t, std::string> salvage() {
    std::map<int64_t, std::string> rows;
    report_ = SalvageReport();
    null_numbers_ = 0;
    EXPECT_TRUE(session_->begin_read().is_ok());
    const Status done = salvage_table(
        *session_, kTree, schema_,
        [&](int64_t id, std::span<const Value> values) {
          EXPECT_EQ(values[0].get<int64_t>(), id);
          if (values[2].is_null()) {
            ++null_numbers_;
          } else {
            EXPECT_EQ(values[2].get<int16_t>(), id % 1000);
          }
          const bool is_new =
              rows.emplace(id, values[1].is_null() ? "NULL" : values[1].get<std::string>()).second;
          EXPECT_TRUE(is_new) << id;
          return Status::ok();
        },
        1000, &report_);
    EXPECT_TRUE(done.is_ok()) << done.to_string();
    EXPECT_TRUE(session_->rollback().is_ok());
    EXPECT_EQ(report_.rows, rows.size());
    return rows;
  }
  void expect_skipped(std::vector<PageNo> pages) {
    EXPECT_EQ(report_.skipped_count, pages.size());
    std::vector<uint32_t> wanted;
    std::vector<uint32_t> found;
    for (const PageNo page : pages) wanted.push_back(page.value);
    for (const auto& [page, why] : report_.skipped) found.push_back(page.value);
    std::sort(wanted.begin(), wanted.end());
    std::sort(found.begin(), found.end());
    EXPECT_EQ(found, wanted);
  }
  // Rows 1…count as they were written, but for those given.
  void expect_rows(const std::map<int64_t, std::string>& rows, int64_t count,
                   const std::map<int64_t, std::string>& but = {}, int64_t gone_first = 0,
                   int64_t gone_last = -1) {
    EXPECT_EQ(null_numbers_, 0u);
    int64_t expected = 0;
    for (int64_t id = 1; id <= count; ++id) {
      if (id >= gone_first && id <= gone_last) continue;
      ++expected;
      const auto at = rows.find(id);
      ASSERT_TRUE(at != rows.end()) << "row " << id;
      const auto other = but.find(id);
      ASSERT_TRUE(at->second == (other == but.end() ? text_of(id) : other->second)) << "row " << id;
    }
    EXPECT_EQ(rows.size(), static_cast<size_t>(expected));
  }
  void update(int64_t id, const std::string& text) {
    BatchArena arena(1 << 20);
    Vector texts;
    ASSERT_TRUE(texts.allocate(PhysicalKind::kString, 1, arena).is_ok());
    texts.set<StringView16>(0, StringView16(text));
    TableWriter writer(*session_, tree_, schema_);
    const uint32_t column = 1;
    const Vector* values = &texts;
    auto done = writer.update(id, {&column, 1}, {&values, 1}, 0);
    ASSERT_TRUE(done.is_ok()) << done.status().to_string();
    ASSERT_TRUE(*done);
  }
  // A page of the tree's leaves with the content of another: what is left of a move or of an older state.
  PageNo copy_leaf(PageNo from) {
    PageNo to = kNoPage;
    EXPECT_TRUE(session_->begin_write().is_ok());
    {
      auto writer = session_->allocate(kTree, kTableLeaf, &to);
      EXPECT_TRUE(writer.is_ok());
      auto ref = session_->read(from);
      EXPECT_TRUE(ref.is_ok());
      std::vector<std::byte> content(ref->data() + kPageHeaderBytes, ref->data() + kPage);
      ref->release();
      writer->write(kPageHeaderBytes, content.data(), content.size());
    }
    EXPECT_TRUE(session_->commit().is_ok());
    return to;
  }

  SalvageReport report_;
  uint64_t null_numbers_ = 0;
};

TEST_F(SalvageTest, ASoundTreeComesBackWhole) {
  fill(5000);
  expect_rows(salvage(), 5000);
  EXPECT_EQ(report_.lost_values + report_.duplicate_rows + report_.skipped_count, 0u);
  EXPECT_EQ(report_.leaves, leaves().size());
}

TEST_F(SalvageTest, InnerPagesAreNotNeeded) {
  fill(5000);
  std::vector<PageNo> inner = {tree_.root};
  for (const Leaf& leaf : leaves()) {
    if (leaf.parent != inner.back()) inner.push_back(leaf.parent);
  }
  ASSERT_GE(inner.size(), 3u);
  for (const PageNo page : inner) break_checksum(page);
  expect_rows(salvage(), 5000);
  expect_skipped(inner);
}

TEST_F(SalvageTest, DamagedLeavesAreNamedAndTheOthersRead) {
  fill(500);
  const Leaf leaf = plain_leaf();
  const Leaf other = leaf_of(100);
  EXPECT_FALSE(other.has_long);
  break_checksum(leaf.page);
  expect_rows(salvage(), 500, {}, leaf.first, leaf.last);
  expect_skipped({leaf.page});
  // Right checksum, wrong structure.
  patch(other.page, [](std::byte* page) { page[52] = std::byte{1}; });
  const auto rows = salvage();
  expect_skipped({leaf.page, other.page});
  EXPECT_EQ(rows.count(100), 0u);
}

TEST_F(SalvageTest, LongValuesThatCannotBeReadAreNullAndNamed) {
  fill(500);
  break_checksum(chain_of(250)[1]);
  patch(chain_of(170)[0], [](std::byte* page) { page[56] = std::byte{0xFF}; });
  expect_rows(salvage(), 500, {{250, "NULL"}, {170, "NULL"}});
  EXPECT_EQ(report_.lost_values, 2u);
  ASSERT_EQ(report_.lost.size(), 2u);
  for (const auto& [page, why] : report_.lost) {
    const bool first = page == leaf_of(170).page;
    EXPECT_TRUE(first || page == leaf_of(250).page);
    EXPECT_EQ(why.find(first ? "row 170, column 2: " : "row 250, column 2: "), 0u) << why;
  }
}

TEST_F(SalvageTest, IntegersBeyondTheirTypeAreLostAndNotCut) {
  fill(100);
  const Leaf leaf = plain_leaf();
  patch(leaf.page, [](std::byte* page) {
    store_le<uint64_t>(page + kLeafDirectory + 2 * kLeafEntryBytes, 40'000);  // base of the smallint
  });
  EXPECT_EQ(salvage().size(), 100u);
  EXPECT_EQ(null_numbers_, static_cast<uint64_t>(leaf.last - leaf.first + 1));
  EXPECT_EQ(report_.lost_values, null_numbers_);
}

// A reference whose pages hold the value of another row by now must not give that row's value.
TEST_F(SalvageTest, PagesThatBelongToAnotherRowAreNoValue) {
  fill(500);
  const PageNo other = chain_of(70)[0];
  const Leaf leaf = leaf_of(170);
  patch(leaf.page, [&](std::byte* page) {
    const TableLeaf view(page);
    for (uint32_t i = 0; i < view.rows(); ++i) {
      if (view.row_id(i) != 170) continue;
      put32(page + load_le<uint16_t>(page + view.column(0).offset + size_t{4} * view.slot(i)), other.value);
    }
  });
  expect_rows(salvage(), 500, {{170, "NULL"}});
  ASSERT_EQ(report_.lost.size(), 1u);
  EXPECT_NE(report_.lost[0].second.find("belongs to row 70"), std::string::npos) << report_.lost[0].second;
}

TEST_F(SalvageTest, OfTwoCopiesTheNewerOneCounts) {
  fill(500);
  const Leaf leaf = plain_leaf();
  const std::string changed(300, 'z');
  // The copy is newer than what it was made from …
  const PageNo copy = copy_leaf(leaf.page);
  EXPECT_GT(copy.value, leaf.page.value);
  const auto rows_twice = static_cast<uint64_t>(leaf.last - leaf.first + 1);
  patch(leaf.page, [&](std::byte* page) {
    const TableLeaf view(page);
    const uint32_t at = load_le<uint16_t>(page + view.column(0).offset + size_t{4} * view.slot(0));
    std::memset(page + at, 'y', 300);
  });
  expect_rows(salvage(), 500);
  EXPECT_EQ(report_.duplicate_rows, rows_twice);
  // … until that one changes again.
  ASSERT_TRUE(session_->begin_write().is_ok());
  update(leaf.first, changed);
  ASSERT_TRUE(session_->commit().is_ok());
  expect_rows(salvage(), 500, {{leaf.first, changed}});
  EXPECT_EQ(report_.duplicate_rows, rows_twice);
}

TEST_F(SalvageTest, ACopyThatReachesOverSeveralLeavesHidesNoRow) {
  fill(500);
  const std::vector<Leaf> all = leaves();
  // A newer leaf with a first and a last row far apart: what lies between is the others'.
  const Leaf& from = all[3];
  ASSERT_FALSE(from.has_long);
  const PageNo copy = copy_leaf(from.page);
  patch(copy, [&](std::byte* page) {
    const TableLeaf view(page);
    const LeafEntry ids = view.row_ids();
    ASSERT_EQ(ids.width, 1u);
    // The last row becomes 100 further on.
    const uint32_t slot = view.slot(view.rows() - 1);
    page[ids.offset + slot] = static_cast<std::byte>(view.narrow(ids, slot) + 100);
    const LeafEntry number = view.column(1);
    ASSERT_EQ(number.width, 1u);
    page[number.offset + slot] = static_cast<std::byte>(view.narrow(number, slot) + 100);
  });
  const std::string strange = text_of(from.last);
  expect_rows(salvage(), 500, {{from.last + 100, strange}});
  EXPECT_EQ(report_.duplicate_rows, static_cast<uint64_t>(from.last - from.first + 1));
}

TEST_F(SalvageTest, FreePagesCountOnlyWhereTheFreeMapCannotBeRead) {
  fill(500);
  const Leaf leaf = plain_leaf();
  ASSERT_TRUE(session_->begin_write().is_ok());
  {
    TableWriter writer(*session_, tree_, schema_);
    for (int64_t id = leaf.first; id <= leaf.last; ++id) ASSERT_TRUE(writer.erase(id).value());
  }
  ASSERT_TRUE(session_->commit().is_ok());
  expect_rows(salvage(), 500, {}, leaf.first, leaf.last);
  break_checksum(PageNo(1));
  const auto rows = salvage();
  // What was freed may come back, nothing else is lost.
  for (int64_t id = 1; id <= 500; ++id) {
    if (id >= leaf.first && id <= leaf.last) continue;
    ASSERT_EQ(rows.count(id), 1u) << id;
  }
}

TEST_F(SalvageTest, OtherTablesRowsAreNotTaken) {
  fill(500);
  EXPECT_TRUE(session_->begin_read().is_ok());
  uint64_t count = 0;
  const auto visit = [&](int64_t, std::span<const Value>) {
    ++count;
    return Status::ok();
  };
  EXPECT_TRUE(salvage_table(*session_, TreeId(8), schema_, visit, 10, &report_).is_ok());
  EXPECT_EQ(count, 0u);
  EXPECT_EQ(report_.leaves, 0u);
}

TEST_F(SalvageTest, AValueOfManyMegabytesIsNotLost) {
  ASSERT_TRUE(session_->begin_write().is_ok());
  const std::string text(70u << 20, 'x');
  insert(5, text);
  ASSERT_TRUE(session_->commit().is_ok());
  const auto rows = salvage();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_TRUE(rows.at(5) == text);
}

TEST_F(SalvageTest, AVisitorThatRefusesEndsTheWalk) {
  fill(500);
  EXPECT_TRUE(session_->begin_read().is_ok());
  uint64_t calls = 0;
  const auto visit = [&](int64_t, std::span<const Value>) {
    return ++calls == 20 ? Status::error(sqlstate::kDiskFull, "enough") : Status::ok();
  };
  EXPECT_TRUE(salvage_table(*session_, kTree, schema_, visit, 10, &report_).is(sqlstate::kDiskFull));
  EXPECT_EQ(calls, 20u);
}

TEST_F(SalvageTest, TheListsAreBoundedTheCountsAreNot) {
  fill(2000);
  std::vector<Leaf> all = leaves();
  for (size_t i = 0; i < 5; ++i) break_checksum(all[i * 7].page);
  EXPECT_TRUE(session_->begin_read().is_ok());
  const auto visit = [](int64_t, std::span<const Value>) { return Status::ok(); };
  EXPECT_TRUE(salvage_table(*session_, kTree, schema_, visit, 2, &report_).is_ok());
  EXPECT_EQ(report_.skipped_count, 5u);
  EXPECT_EQ(report_.skipped.size(), 2u);
}

}  // namespace
}  // namespace ddb
