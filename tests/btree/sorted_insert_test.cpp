// sorted_insert_test: a batch in no order goes in as if row by row: the same rows, and the same place where a row exists already.
#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "btree/sorted_batch.h"
#include "btree/verify.h"
#include "tree_file.h"

namespace ddb {
namespace {

class SortedInsertTest : public TreeFile {
 protected:
  using Rows =
      std::vector<std::pair<int64_t, std::string>>;  // an empty text is NULL; the number is id % 1000

  RowBatch batch_of(const Rows& rows) {
    const auto count = static_cast<uint32_t>(rows.size());
    EXPECT_TRUE(texts_.allocate(PhysicalKind::kString, count, arena_).is_ok());
    EXPECT_TRUE(numbers_.allocate(PhysicalKind::kInt16, count, arena_).is_ok());
    ids_.clear();
    for (uint32_t i = 0; i < count; ++i) {
      ids_.push_back(rows[i].first);
      texts_.set<StringView16>(i, StringView16(rows[i].second));
      if (rows[i].second.empty()) texts_.set_null(i);
      numbers_.set<int16_t>(i, static_cast<int16_t>(rows[i].first % 1000));
    }
    return {count, ids_.data(), columns_};
  }
  // Every row of the model is there, and nothing else.
  void expect_rows(const std::map<int64_t, std::string>& model) {
    VerifyReport report;
    const VerifiedTable table{tree_, &schema_};
    ASSERT_TRUE(verify_pages(*session_, {&table, 1}, {}, 3, &report).is_ok());
    ASSERT_EQ(report.findings_count, 0u) << report.findings[0].text;
    ASSERT_EQ(report.rows, model.size());
    TableReader reader(tree_, schema_);
    Vector text, number;
    ASSERT_TRUE(text.allocate(PhysicalKind::kString, 1, arena_).is_ok());
    ASSERT_TRUE(number.allocate(PhysicalKind::kInt16, 1, arena_).is_ok());
    const uint32_t columns[] = {1, 2};
    Vector* const outs[] = {&text, &number};
    for (const auto& [id, wanted] : model) {
      FoundRow row;
      ASSERT_TRUE(reader.find(*session_, id, &row).value()) << id;
      text.reset();
      number.reset();
      ASSERT_TRUE(reader.read(*session_, row, columns, outs, 0, arena_).is_ok());
      ASSERT_EQ(text.is_null(0), wanted.empty()) << id;
      if (!wanted.empty()) {
        ASSERT_EQ(text.value<StringView16>(0).view(), wanted) << id;
      }
      ASSERT_EQ(number.value<int16_t>(0), static_cast<int16_t>(id % 1000)) << id;
    }
  }

  BatchArena arena_{uint64_t{64} << 20};
  Vector texts_, numbers_;
  const Vector* columns_[3] = {nullptr, &texts_, &numbers_};
  std::vector<int64_t> ids_;
};

TEST_F(SortedInsertTest, TakesTheRowsBeforeTheFirstThatExistsAndNoOther) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SeededRandom random(seed);
    std::map<int64_t, std::string> model;
    ASSERT_TRUE(session_->begin_write().is_ok());
    TableWriter writer(*session_, tree_, schema_);
    const uint64_t spread = 40 + random.below(6000);
    for (int step = 0; step < 12; ++step) {
      Rows rows;
      for (uint64_t i = 1 + random.below(300); i > 0; --i) {
        const auto id = static_cast<int64_t>(random.below(spread)) - 500;
        // Rows that exist are rare, so that they come late.
        if (model.contains(id) && !random.chance(30)) continue;
        rows.emplace_back(id, std::string(random.below(200), static_cast<char>('a' + id % 20)));
      }
      const RowBatch batch = batch_of(rows);
      size_t expected = 0;
      while (expected < rows.size() && model.emplace(rows[expected]).second) ++expected;
      Result<uint32_t> done = writer.insert(batch);
      ASSERT_TRUE(done.is_ok()) << done.status().to_string();
      ASSERT_EQ(*done, expected);
    }
    expect_rows(model);
    ASSERT_TRUE(session_->rollback().is_ok());
  }
}

TEST_F(SortedInsertTest, SortsIdsFromEndToEnd) {
  constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  for (const int64_t reach : {int64_t{40}, int64_t{2000}, int64_t{5000000}, kMost / 4096, kMost / 2, kMost}) {
    SeededRandom random(static_cast<uint64_t>(reach));
    Rows rows{{reach, "top"}, {reach == kMost ? kLeast : -reach, ""}, {0, "middle"}};
    std::set<int64_t> seen{rows[0].first, rows[1].first, 0};
    while (rows.size() < 24) {
      const auto id = static_cast<int64_t>(random.below(static_cast<uint64_t>(reach)));
      if (seen.insert(id).second) rows.emplace_back(id, std::to_string(id));
    }
    SortedBatch sorted(schema_);
    const RowBatch batch = batch_of(rows);
    ASSERT_TRUE(sorted.wants(batch)) << reach;
    ASSERT_TRUE(sorted.sort(batch));
    Rows expected = rows;  // the batch refers to the texts of `rows`
    std::sort(expected.begin(), expected.end());
    const RowBatch now = sorted.rows();
    ASSERT_EQ(now.rows, rows.size());
    for (uint32_t i = 0; i < now.rows; ++i) {
      EXPECT_EQ(now.row_ids[i], expected[i].first) << reach;
      EXPECT_EQ(now.columns[1]->is_null(i), expected[i].second.empty());
      if (!expected[i].second.empty()) {
        EXPECT_EQ(now.columns[1]->value<StringView16>(i).view(), expected[i].second);
      }
    }
  }
}

TEST_F(SortedInsertTest, LeavesWhatIsInOrderTooSmallOrTooWideAsItIs) {
  SortedBatch sorted(schema_);
  Rows ascending, few, twice;
  for (int64_t i = 0; i < 100; ++i) {
    ascending.emplace_back(i, "x");
    twice.emplace_back(50 - i % 90, "x");
    if (i < SortedBatch::kRowsMin - 1) few.emplace_back(-i, "x");
  }
  EXPECT_FALSE(sorted.wants(batch_of(ascending)));
  EXPECT_FALSE(sorted.wants(batch_of(few)));
  const RowBatch repeated = batch_of(twice);
  EXPECT_TRUE(sorted.wants(repeated));
  EXPECT_FALSE(sorted.sort(repeated));
  TableSchema wide = schema_;
  while (wide.columns.size() < 1600) {
    wide.columns.push_back(schema_.columns[1]);
    wide.columns.back().id = static_cast<uint16_t>(wide.columns.size());
  }
  Rows many;
  for (int64_t i = 0; i < 2048; ++i) many.emplace_back(-i, "x");
  EXPECT_TRUE(sorted.wants(batch_of(many)));
  EXPECT_FALSE(SortedBatch(wide).wants(batch_of(many)));
}

// A constant column is one value for all rows, sorted or not.
TEST_F(SortedInsertTest, ConstantsStayConstants) {
  Rows rows;
  for (int64_t i = 0; i < 64; ++i) rows.emplace_back((i * 37) % 64, "y");
  (void)batch_of(rows);
  numbers_.set_constant<int16_t>(7);
  const RowBatch batch{64, ids_.data(), columns_};
  SortedBatch sorted(schema_);
  ASSERT_TRUE(sorted.wants(batch));
  ASSERT_TRUE(sorted.sort(batch));
  EXPECT_TRUE(sorted.rows().columns[2]->is_constant());
  EXPECT_EQ(sorted.rows().columns[2]->value<int16_t>(63), 7);
}

}  // namespace
}  // namespace ddb
