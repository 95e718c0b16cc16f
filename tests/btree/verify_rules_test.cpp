// One thing is broken, and verify says exactly that: each rule on its own, with the pages that are lost behind it.
#include "btree/verify.h"

#include <algorithm>
#include <set>

#include "btree/tree_file.h"

namespace ddb {
namespace {

struct Expected {
  VerifyRule rule;
  PageNo page;
};

class VerifyRules : public TreeFile {
 protected:
  VerifyReport verify(size_t findings_max = 1000, std::span<const PageNo> others = {}) {
    VerifyReport report;
    EXPECT_TRUE(session_->begin_read().is_ok());
    const VerifiedTable table{tree_, &schema_};
    const Status done = verify_pages(*session_, {&table, 1}, others, findings_max, &report);
    EXPECT_TRUE(done.is_ok()) << done.to_string();
    EXPECT_TRUE(session_->rollback().is_ok());
    return report;
  }
  static std::string to_string(VerifyRule rule, PageNo page) {
    return std::string(verify_rule_name(rule)) + " " + std::to_string(page.value);
  }
  // These findings, in whatever order, and no others; `text` is in the first one's.
  void expect(std::vector<Expected> expected, const std::string& text = "",
              std::span<const PageNo> others = {}) {
    const VerifyReport report = verify(1000, others);
    std::vector<std::string> wanted;
    std::vector<std::string> found;
    for (const Expected& one : expected) wanted.push_back(to_string(one.rule, one.page));
    bool has_text = false;
    for (const VerifyFinding& one : report.findings) {
      found.push_back(to_string(one.rule, one.page));
      const bool is_first = one.rule == expected[0].rule && one.page == expected[0].page;
      has_text |= is_first && one.text.find(text) != std::string::npos;
    }
    EXPECT_EQ(report.findings_count, report.findings.size());
    std::sort(wanted.begin(), wanted.end());
    std::sort(found.begin(), found.end());
    EXPECT_EQ(found, wanted);
    EXPECT_TRUE(has_text) << (report.findings.empty() ? "nothing" : report.findings[0].text);
  }
  // A tree of three leaves, then hung anew: `hang` is given the leaves, two new inner pages, and writes pages.
  void build_by_hand(const std::function<void(const std::vector<Leaf>&, PageNo, PageNo)>& hang) {
    fill(36);
    const std::vector<Leaf> all = leaves();
    ASSERT_EQ(all.size(), 3u);
    ASSERT_TRUE(session_->begin_write().is_ok());
    PageNo one = kNoPage;
    PageNo two = kNoPage;
    ASSERT_TRUE(session_->allocate(kTree, kTableInner, &one).is_ok());
    ASSERT_TRUE(session_->allocate(kTree, kTableInner, &two).is_ok());
    hang(all, one, two);
    ASSERT_TRUE(session_->commit().is_ok());
  }
  void build(PageNo page, uint32_t level, std::vector<int64_t> separators, std::vector<PageNo> children) {
    auto writer = session_->change(page);
    ASSERT_TRUE(writer.is_ok()) << writer.status().to_string();
    build_inner(*writer, kPage, level, separators, children);
  }
};

TEST_F(VerifyRules, ASoundTreeIsCountedToThePage) {
  fill(5000);
  const VerifyReport report = verify();
  EXPECT_EQ(report.findings_count, 0u) << report.findings[0].text;
  EXPECT_EQ(report.rows, 5000u);
  EXPECT_GT(report.leaves, inner_capacity(kPage));  // two levels
  EXPECT_GE(report.inner_pages, 3u);
  EXPECT_EQ(report.overflow_pages, 50u * 3 + 50);
  EXPECT_EQ(report.overflow_bytes, 100u * 9000);
  ASSERT_TRUE(session_->begin_read().is_ok());
  EXPECT_EQ(report.leaves + report.inner_pages + report.overflow_pages + report.free_pages + 2,
            session_->page_count().value());
}

TEST_F(VerifyRules, AnUnreadableLeaf) {
  fill(5000);
  const Leaf leaf = plain_leaf();
  break_checksum(leaf.page);
  expect({{VerifyRule::kUnreadable, leaf.page}}, "page " + std::to_string(leaf.page.value));
  EXPECT_EQ(verify().rows, 5000 - static_cast<uint64_t>(leaf.last - leaf.first + 1));
}

TEST_F(VerifyRules, AnUnreadableInnerPageLosesWhatHangsBelow) {
  fill(5000);
  std::vector<Leaf> all = leaves();
  const PageNo inner = all.back().parent;
  ASSERT_NE(inner, tree_.root);
  std::vector<Expected> expected = {{VerifyRule::kUnreadable, inner}};
  for (const Leaf& leaf : all) {
    if (leaf.parent != inner) continue;
    expected.push_back({VerifyRule::kUnreachable, leaf.page});
    for (int64_t id = leaf.first; id <= leaf.last; ++id) {
      if (!is_random_long(id) && !is_packed_long(id)) continue;
      for (const PageNo page : chain_of(id)) expected.push_back({VerifyRule::kUnreachable, page});
    }
  }
  break_checksum(inner);
  expect(expected);
  // The list is bounded, the count is not.
  const VerifyReport report = verify(3);
  EXPECT_EQ(report.findings.size(), 3u);
  EXPECT_EQ(report.findings_count, expected.size());
}

TEST_F(VerifyRules, AnUnreadableOverflowPage) {
  fill(200);
  const std::vector<PageNo> chain = chain_of(150);
  ASSERT_EQ(chain.size(), 3u);
  break_checksum(chain[2]);
  expect({{VerifyRule::kUnreadable, chain[2]}});
  EXPECT_EQ(verify().overflow_bytes, 3u * 9000);
  break_checksum(chain[0]);
  expect({{VerifyRule::kUnreadable, chain[0]},
          {VerifyRule::kUnreachable, chain[1]},
          {VerifyRule::kUnreachable, chain[2]}});
}

TEST_F(VerifyRules, APageOfAnotherOwnerOrKind) {
  fill(200);
  const Leaf leaf = plain_leaf();
  patch(leaf.page, [](std::byte* page) { put32(page + 16, 9); });
  expect({{VerifyRule::kOwner, leaf.page}}, "owner 9");
  patch(leaf.page, [](std::byte* page) { put32(page + 16, 7), page[20] = std::byte{18}; });
  expect({{VerifyRule::kOwner, leaf.page}}, "type 18");
  patch(leaf.page, [](std::byte* page) { page[20] = std::byte{16}; });
  EXPECT_EQ(verify().findings_count, 0u);
  patch(PageNo(1), [](std::byte* page) { page[20] = std::byte{16}; });
  expect({{VerifyRule::kOwner, PageNo(1)}}, "free map");
}

TEST_F(VerifyRules, ABrokenStructure) {
  fill(200);
  const Leaf leaf = plain_leaf();
  patch(leaf.page, [](std::byte* page) { page[52] = std::byte{1}; });
  expect({{VerifyRule::kStructure, leaf.page}}, "reserved");
}

TEST_F(VerifyRules, ABrokenInnerPageLosesItsChildren) {
  fill(36);
  std::vector<Expected> expected = {{VerifyRule::kStructure, tree_.root}};
  for (const Leaf& leaf : leaves()) expected.push_back({VerifyRule::kUnreachable, leaf.page});
  patch(tree_.root, [](std::byte* page) { store_le<uint64_t>(page + separator_at(2), 0); });
  expect(expected, "ascend");
}

TEST_F(VerifyRules, AChildThatIsNotOneLevelBelow) {
  PageNo shallow;
  build_by_hand([&](const std::vector<Leaf>& all, PageNo one, PageNo two) {
    shallow = all[2].page;
    build(one, 1, {0, all[1].first}, {all[0].page, all[1].page});
    build(tree_.root, 2, {0, all[2].first}, {one, shallow});
    ASSERT_TRUE(session_->free(two).is_ok());
  });
  expect({{VerifyRule::kLevel, shallow}}, "has level 0 where 1 belongs");
}

TEST_F(VerifyRules, ARootWithASingleChild) {
  build_by_hand([&](const std::vector<Leaf>& all, PageNo one, PageNo two) {
    build(one, 1, {0, all[1].first, all[2].first}, {all[0].page, all[1].page, all[2].page});
    build(tree_.root, 2, {0}, {one});
    ASSERT_TRUE(session_->free(two).is_ok());
  });
  expect({{VerifyRule::kShape, tree_.root}}, "single child");
}

TEST_F(VerifyRules, AnInnerPageWithASingleChildIsNothingWrongBelowTheRoot) {
  build_by_hand([&](const std::vector<Leaf>& all, PageNo one, PageNo two) {
    build(one, 1, {0, all[1].first}, {all[0].page, all[1].page});
    build(two, 1, {0}, {all[2].page});
    build(tree_.root, 2, {0, all[2].first}, {one, two});
  });
  EXPECT_EQ(verify().findings_count, 0u);
}

TEST_F(VerifyRules, SeparatorsOutsideOfTheirPagesRange) {
  PageNo inner;
  PageNo leaf;
  build_by_hand([&](const std::vector<Leaf>& all, PageNo one, PageNo two) {
    inner = one;
    leaf = all[1].page;
    build(one, 1, {0, all[1].first}, {all[0].page, all[1].page});
    build(two, 1, {0}, {all[2].page});
    build(tree_.root, 2, {0, all[1].first}, {one, two});  // too early
  });
  expect({{VerifyRule::kOrder, inner}, {VerifyRule::kOrder, leaf}}, "separator");
}

TEST_F(VerifyRules, RowsOutsideOfTheirLeafsRange) {
  fill(200);
  const Leaf leaf = plain_leaf();
  patch(leaf.parent, [&](std::byte* page) {
    store_le<uint64_t>(page + separator_at(leaf.index), static_cast<uint64_t>(leaf.first + 1));
  });
  expect({{VerifyRule::kOrder, leaf.page}}, "row ids " + std::to_string(leaf.first));
}

TEST_F(VerifyRules, APageThatHangsTwice) {
  fill(200);
  const Leaf leaf = plain_leaf();
  // Another layer's too.
  expect({{VerifyRule::kReachedTwice, leaf.page}}, "second time", {&leaf.page, 1});
  const PageNo taken = leaves()[0].page;
  patch(leaf.parent, [&](std::byte* page) { put32(page + child_at(leaf.index), taken.value); });
  expect({{VerifyRule::kReachedTwice, taken}, {VerifyRule::kUnreachable, leaf.page}});
}

TEST_F(VerifyRules, ACircleEnds) {
  fill(5000);
  const Leaf leaf = plain_leaf();
  ASSERT_NE(leaf.parent, tree_.root);
  patch(leaf.parent, [&](std::byte* page) { put32(page + child_at(leaf.index), tree_.root.value); });
  expect({{VerifyRule::kReachedTwice, tree_.root}, {VerifyRule::kUnreachable, leaf.page}});
}

TEST_F(VerifyRules, AChildBehindTheEnd) {
  fill(200);
  const Leaf leaf = plain_leaf();
  patch(leaf.parent, [&](std::byte* page) { put32(page + child_at(leaf.index), 1'000'000); });
  expect({{VerifyRule::kUnreadable, PageNo(1'000'000)}, {VerifyRule::kUnreachable, leaf.page}},
         "behind the end");
}

TEST_F(VerifyRules, APageInUseThatIsFree) {
  fill(200);
  const Leaf leaf = plain_leaf();
  patch(PageNo(1), [&](std::byte* page) {
    page[free_map_byte(leaf.page.value)] &= ~(std::byte{1} << (leaf.page.value % 8));
  });
  expect({{VerifyRule::kReachedFree, leaf.page}});
}

TEST_F(VerifyRules, APageThatNothingReaches) {
  fill(200);
  ASSERT_TRUE(session_->begin_write().is_ok());
  PageNo stray = kNoPage;
  ASSERT_TRUE(session_->allocate(kTree, kOverflow, &stray).is_ok());
  ASSERT_TRUE(session_->commit().is_ok());
  expect({{VerifyRule::kUnreachable, stray}});
  const PageNo others[] = {stray};
  EXPECT_EQ(verify(10, others).findings_count, 0u);
}

TEST_F(VerifyRules, ColumnsThatTheTableDoesNotKnow) {
  fill(200);
  const Leaf leaf = plain_leaf();
  const size_t smallint = kLeafDirectory + 2 * kLeafEntryBytes;
  patch(leaf.page, [](std::byte* page) { put32(page + 32, 99); });
  expect({{VerifyRule::kColumns, leaf.page}}, "schema version 99");
  patch(leaf.page, [&](std::byte* page) { put32(page + 32, 1), put16(page + smallint + 14, 9); });
  expect({{VerifyRule::kColumns, leaf.page}, {VerifyRule::kColumns, leaf.page}}, "has column 9");
  patch(leaf.page, [&](std::byte* page) { put16(page + smallint + 14, 3); });
  // Values of a smallint from 40,000 on.
  patch(leaf.page, [&](std::byte* page) { store_le<uint64_t>(page + smallint, 40'000); });
  expect({{VerifyRule::kColumns, leaf.page}}, "is not of the column's type");
}

TEST_F(VerifyRules, ColumnsOfAnotherTypeAndOlderVersions) {
  fill(200);
  const uint64_t leaf_count = verify().leaves;
  const SqlType smallint = schema_.columns[2].type;
  schema_.columns[2].type = {SqlTypeId::kReal, kNoTypmod};
  schema_.columns[2].kind = PhysicalKind::kFloat;
  VerifyReport report = verify();
  EXPECT_EQ(report.findings_count, leaf_count);
  EXPECT_EQ(report.findings[0].rule, VerifyRule::kColumns);
  // Leaves of an older version may have columns that are gone, and lack new ones.
  schema_.columns[2].id = 4;
  schema_.columns[2].type = smallint;
  schema_.columns[2].kind = PhysicalKind::kInt16;
  report = verify();
  EXPECT_EQ(report.findings_count, 2 * leaf_count);
  schema_.version = 2;
  EXPECT_EQ(verify().findings_count, 0u);
}

TEST_F(VerifyRules, LongValuesThatAreNotWhatTheRowSays) {
  fill(200);
  const std::vector<PageNo> chain = chain_of(150);
  const PageNo packed = chain_of(170).at(0);
  const auto damage = [&](PageNo page, size_t at, std::byte value, const std::vector<Expected>& expected,
                          const std::string& text) {
    std::byte before{};
    patch(page, [&](std::byte* bytes) { before = std::exchange(bytes[at], value); });
    expect(expected, text);
    patch(page, [&](std::byte* bytes) { bytes[at] = before; });
    ASSERT_EQ(verify().findings_count, 0u);
  };
  damage(chain[1], 40, std::byte{77}, {{VerifyRule::kLongValue, chain[1]}}, "row 150, column 2: ");
  damage(chain[2], 48, std::byte{3}, {{VerifyRule::kLongValue, chain[2]}}, "names row 150, column 3");
  damage(chain[2], 52, std::byte{1}, {{VerifyRule::kLongValue, chain[2]}}, "out of order");
  damage(chain[2], 20, std::byte{16}, {{VerifyRule::kLongValue, chain[2]}}, "type 16");
  damage(chain[2], 36, std::byte{1}, {{VerifyRule::kLongValue, chain[2]}}, "bytes");
  damage(packed, 56, std::byte{0xFF}, {{VerifyRule::kLongValue, packed}}, "row 170, column 2: ");
}

TEST_F(VerifyRules, ReferencesThatAreNone) {
  fill(200);
  const PageNo packed = chain_of(170).at(0);
  const PageNo other = chain_of(70).at(0);
  const Leaf leaf = leaf_of(170);
  size_t at = 0;
  const auto find_reference = [&](std::byte* page) {
    const TableLeaf view(page);
    for (uint32_t i = 0; i < view.rows(); ++i) {
      if (view.row_id(i) != 170) continue;
      at = load_le<uint16_t>(page + view.column(0).offset + size_t{4} * view.slot(i));
    }
  };
  patch(leaf.page, [&](std::byte* page) { find_reference(page), page[at + 13] = std::byte{1}; });
  expect({{VerifyRule::kLongValue, leaf.page}, {VerifyRule::kUnreachable, packed}}, "row 170, column 2");
  // Two rows with one chain.
  patch(leaf.page, [&](std::byte* page) { page[at + 13] = std::byte{0}, put32(page + at, other.value); });
  expect({{VerifyRule::kReachedTwice, other}, {VerifyRule::kUnreachable, packed}});
}

// Where a page hangs by mistake is wrong, not where it belongs.
TEST_F(VerifyRules, APageThatHangsInTheWrongPlaceIsNotTakenFromItsOwner) {
  fill(200);
  const Leaf leaf = plain_leaf();
  const PageNo lent = chain_of(150)[1];
  patch(leaf.parent, [&](std::byte* page) { put32(page + child_at(leaf.index), lent.value); });
  expect({{VerifyRule::kOwner, lent}, {VerifyRule::kUnreachable, leaf.page}}, "type 18");
}

TEST_F(VerifyRules, OnlyTheLeafWithWrongRowIdsIsNamed) {
  fill(200);
  const Leaf leaf = plain_leaf();
  // Every row id of it lies beyond its neighbours' on the right.
  patch(leaf.page, [&](std::byte* page) {
    store_le<uint64_t>(page + kLeafDirectory, load_le<uint64_t>(page + kLeafDirectory) + 1'000'000);
  });
  expect({{VerifyRule::kOrder, leaf.page}}, "row ids");
}

TEST_F(VerifyRules, TheRootPageAndPagesOfOthersAreJudged) {
  fill(20);
  ASSERT_TRUE(session_->begin_write().is_ok());
  PageNo stray = kNoPage;
  ASSERT_TRUE(session_->allocate(kTree, kOverflow, &stray).is_ok());
  ASSERT_TRUE(session_->commit().is_ok());
  EXPECT_EQ(verify().findings[0].tree, kTree);  // a stray page names its owner
  const PageNo others[] = {stray};
  break_checksum(stray);
  expect({{VerifyRule::kUnreadable, stray}}, "", others);
  patch(kRootPage, [](std::byte* page) { page[20] = std::byte{16}; });
  expect({{VerifyRule::kOwner, kRootPage}, {VerifyRule::kUnreadable, stray}}, "root", others);
}

TEST_F(VerifyRules, RowIdsAreOfTheKeysType) {
  fill(20);
  ASSERT_TRUE(session_->begin_write().is_ok());
  insert(40'000, "too large for a smallint");
  ASSERT_TRUE(session_->commit().is_ok());
  schema_.columns[0].type = {SqlTypeId::kSmallint, kNoTypmod};
  schema_.columns[0].kind = PhysicalKind::kInt16;
  expect({{VerifyRule::kColumns, leaf_of(40'000).page}}, "row id 40000");
}

TEST_F(VerifyRules, AnEmptyLeaf) {
  fill(200);
  const Leaf leaf = plain_leaf();
  patch(leaf.page, [](std::byte* page) { put16(page + 36, 0), put16(page + 40, 0); });
  expect({{VerifyRule::kShape, leaf.page}}, "empty leaf");
}

}  // namespace
}  // namespace ddb
