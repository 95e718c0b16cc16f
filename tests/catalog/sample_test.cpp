// sample_test: every row is as likely as any other, within the bounds of pages, bytes and time that were set.
#include "catalog/sample.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "btree/tree_file.h"
#include "catalog/sample_leaves.h"
#include "catalog/statistics_world.h"
#include "record/key_decode.h"

namespace ddb {
namespace {

constexpr SqlType kBig{SqlTypeId::kBigint, kNoTypmod};
constexpr SqlType kText{SqlTypeId::kText, kNoTypmod};

// A key and a filler that is longer in the second half: leaves there have a tenth of the rows.
class UnevenTable : public testing::Test {
 protected:
  static constexpr uint64_t kRows = 2000;
  void SetUp() override {
    world_.insert(1, kRows, [](uint64_t id) {
      return std::vector<Value>{big_value(static_cast<int64_t>(id)),
                                text_value(std::string(id > kRows / 2 ? 300 : 20, 'x'))};
    });
  }
  RowSample sample(const SampleOptions& options) {
    EXPECT_TRUE(world_.session().begin_read().is_ok());
    Result<RowSample> found = sample_rows(world_.session(), world_.tree(), world_.schema(), options);
    EXPECT_TRUE(found.is_ok()) << found.status().to_string();
    EXPECT_TRUE(world_.session().rollback().is_ok());
    return std::move(found).value();
  }
  Status sample_error(const SampleOptions& options) {
    EXPECT_TRUE(world_.session().begin_read().is_ok());
    const Result<RowSample> found = sample_rows(world_.session(), world_.tree(), world_.schema(), options);
    EXPECT_TRUE(world_.session().rollback().is_ok());
    return found.status();
  }
  // Row ids of a sample.
  static std::vector<int64_t> ids(const RowSample& sample) {
    std::vector<SampleCell> cells;
    SampleColumns(sample).next(&cells);
    std::vector<int64_t> found;
    for (const SampleCell& cell : cells) {
      std::string_view key = cell.key;
      found.push_back(take_key(KeyColumn{kBig}, key).value().get<int64_t>());
    }
    return found;
  }

  StatisticsWorld world_{{kBig, kText}, true};
};

TEST_F(UnevenTable, EachRowIsAsLikely) {
  // Chosen of 2,000 rows 100 at a time, 2,000 times: 100 each, standard deviation 10 with all leaves and more with few (a leaf of the
  // first half has 60 to 70 rows, of which few are taken).
  for (const uint32_t leaves_max : {30000u, 40u}) {
    SCOPED_TRACE("leaves " + std::to_string(leaves_max));
    std::vector<double> chosen(kRows + 1);
    for (uint64_t seed = 1; seed <= 2000; ++seed) {
      SampleOptions options;
      options.seed = seed;
      options.rows_max = 100;
      options.leaves_max = leaves_max;
      for (const int64_t id : ids(sample(options))) chosen[static_cast<size_t>(id)] += 1;
    }
    double halves[2] = {};
    double least = 1e9;
    double most = 0;
    for (uint64_t id = 1; id <= kRows; ++id) {
      halves[id > kRows / 2 ? 1 : 0] += chosen[id];
      least = std::min(least, chosen[id]);
      most = std::max(most, chosen[id]);
    }
    // A row drawn from each leaf would give the second half ten times as many.
    EXPECT_NEAR(halves[0] / 100000, 1, leaves_max == 40 ? 0.08 : 0.01);
    EXPECT_NEAR(halves[1] / 100000, 1, leaves_max == 40 ? 0.08 : 0.01);
    EXPECT_GT(least, leaves_max == 40 ? 40 : 55);
    EXPECT_LT(most, leaves_max == 40 ? 170 : 150);
  }
}

TEST_F(UnevenTable, RowsAreDistinctAndInOrder) {
  SampleOptions options;
  options.rows_max = 300;
  const std::vector<int64_t> found = ids(sample(options));
  ASSERT_EQ(found.size(), 300u);
  for (size_t i = 1; i < found.size(); ++i) EXPECT_LT(found[i - 1], found[i]);
}

TEST_F(UnevenTable, ATableThatFitsIsTheSample) {
  SampleOptions options;
  options.rows_max = kRows;
  const RowSample found = sample(options);
  EXPECT_TRUE(found.is_complete && found.is_counted);
  EXPECT_EQ(found.rows.size(), kRows);
  options.rows_max = kRows - 1;
  EXPECT_FALSE(sample(options).is_complete);
}

TEST_F(UnevenTable, AtTheBoundOfMemoryTheSampleIsHalved) {
  SampleOptions options;
  options.memory_bytes_max = 100000;
  options.rows_max = 10000;
  std::vector<double> halves(2);
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    options.seed = seed;
    const RowSample found = sample(options);
    uint64_t bytes = 0;
    for (const SampledRow& row : found.rows) bytes += sizeof(SampledRow) + row.cells.capacity();
    EXPECT_LE(bytes, options.memory_bytes_max);
    EXPECT_GE(found.rows.size(), 100u);
    EXPECT_EQ(found.table_rows, kRows);
    EXPECT_FALSE(found.is_complete);
    for (const int64_t id : ids(found)) halves[id > static_cast<int64_t>(kRows / 2) ? 1 : 0] += 1;
  }
  // Still uniform: rows met before the halving are not favoured.
  EXPECT_NEAR(halves[0] / (halves[0] + halves[1]), 0.5, 0.03);

  options.memory_bytes_max = 5000;
  EXPECT_TRUE(sample_error(options).is(sqlstate::kOutOfMemory));
}

TEST_F(UnevenTable, CancelEndsIt) {
  for (const int calls : {0, 1, 2, 5, 20}) {
    SampleOptions options;
    int asked = 0;
    options.is_cancelled = [&] { return asked++ == calls; };
    EXPECT_TRUE(sample_error(options).is(sqlstate::kQueryCanceled)) << calls;
    EXPECT_EQ(asked, calls + 1);
  }
}

TEST_F(UnevenTable, TheNumberOfRowsIsEstimatedFromFewLeaves) {
  EXPECT_TRUE(world_.session().begin_read().is_ok());
  SampleOptions options;
  const RowCountEstimate exact = estimate_row_count(world_.session(), world_.tree(), options).value();
  EXPECT_TRUE(exact.is_exact);
  EXPECT_EQ(exact.rows, kRows);
  EXPECT_GT(exact.leaves, 80);
  EXPECT_GE(exact.inner_pages, 1);
  options.leaves_max = 30;
  double sum = 0;
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    options.seed = seed;
    const RowCountEstimate estimate = estimate_row_count(world_.session(), world_.tree(), options).value();
    EXPECT_FALSE(estimate.is_exact);
    EXPECT_EQ(estimate.leaves, exact.leaves);
    sum += estimate.rows;
  }
  EXPECT_NEAR(sum / 200, kRows, 0.05 * kRows);
  EXPECT_TRUE(world_.session().rollback().is_ok());
}

TEST(SampleLeaves, LevelsBeyondTheBoundAreSampled) {
  // Rows of a leaf each, so that the tree has three levels.
  StatisticsWorld world({kBig, kText}, true);
  constexpr uint64_t kMany = 6000;
  world.insert(1, kMany, [](uint64_t id) {
    return std::vector<Value>{big_value(static_cast<int64_t>(id)), text_value(std::string(480, 'x'))};
  });
  ASSERT_TRUE(world.session().begin_read().is_ok());
  SampleOptions options;
  const SampledLeaves all = sample_leaves(world.session(), world.tree(), options).value();
  ASSERT_TRUE(all.is_every_leaf());
  ASSERT_GT(all.inner_pages, 3);
  options.inner_pages_max = 2;
  options.leaves_max = 100;
  double leaves = 0;
  std::set<PageNo> chosen;
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    options.seed = seed;
    const SampledLeaves some = sample_leaves(world.session(), world.tree(), options).value();
    EXPECT_FALSE(some.is_counted);
    EXPECT_FALSE(some.is_every_leaf());
    EXPECT_EQ(some.leaves.size(), 100u);
    EXPECT_EQ(std::set<PageNo>(some.leaves.begin(), some.leaves.end()).size(), 100u);
    leaves += some.leaves_in_tree;
    chosen.insert(some.leaves.begin(), some.leaves.end());
  }
  EXPECT_NEAR(leaves / 100, all.leaves_in_tree, 0.1 * all.leaves_in_tree);
  EXPECT_GT(static_cast<double>(chosen.size()), 0.98 * all.leaves_in_tree);
  EXPECT_TRUE(world.session().rollback().is_ok());
}

TEST(Sample, SeesTheSnapshotAndTheOwnWrites) {
  StatisticsWorld world({kBig}, true);
  const auto row = [](uint64_t id) { return std::vector<Value>{big_value(static_cast<int64_t>(id))}; };
  world.insert(1, 100, row);
  auto reader = world.database().new_session().value();
  ASSERT_TRUE(reader->begin_read(Isolation::kRepeatableRead).is_ok());
  world.insert(101, 400, row);
  EXPECT_EQ(sample_rows(*reader, world.tree(), world.schema(), {}).value().rows.size(), 100u);
  EXPECT_TRUE(reader->rollback().is_ok());
  ASSERT_TRUE(world.session().begin_write().is_ok());
  TableWriter writer(world.session(), world.tree(), world.schema());
  ASSERT_TRUE(writer.erase(7).value());
  EXPECT_EQ(sample_rows(world.session(), world.tree(), world.schema(), {}).value().rows.size(), 499u);
  EXPECT_TRUE(world.session().rollback().is_ok());
}

// --- Damaged pages ------------------------------------------------------------------------------------------------------

class DamagedSample : public TreeFile {
 protected:
  Status sample() {
    EXPECT_TRUE(session_->begin_read().is_ok());
    const Status found = sample_rows(*session_, tree_, schema_, {}).status();
    EXPECT_TRUE(session_->rollback().is_ok());
    return found;
  }
};

// text_of() has zero bytes, which no text has and no key of one can hold.
TEST_F(DamagedSample, AZeroByteInATextIsTold) {
  fill(500);
  EXPECT_TRUE(sample().is(sqlstate::kCorrupted));
}

TEST_F(DamagedSample, DamagedPagesAreTold) {
  schema_.columns[1].type.id = SqlTypeId::kBytea;
  fill(500);
  ASSERT_TRUE(sample().is_ok());
  const Leaf leaf = plain_leaf();
  break_checksum(leaf.page);
  EXPECT_TRUE(sample().is(sqlstate::kCorrupted));
}

TEST_F(DamagedSample, AChildOfAnotherLevelIsTold) {
  schema_.columns[1].type.id = SqlTypeId::kBytea;
  fill(500);
  const Leaf leaf = plain_leaf();
  patch(leaf.parent, [&](std::byte* bytes) { put32(bytes + child_at(leaf.index), leaf.parent.value); });
  EXPECT_TRUE(sample().is(sqlstate::kCorrupted));
}

TEST_F(DamagedSample, ABrokenChainOfALongValueIsTold) {
  schema_.columns[1].type.id = SqlTypeId::kBytea;
  fill(500);
  const std::vector<PageNo> chain = chain_of(50);
  ASSERT_GE(chain.size(), 2u);
  patch(chain[1], [](std::byte* bytes) { put32(bytes + 52, 9); });
  EXPECT_TRUE(sample().is(sqlstate::kCorrupted));
}

}  // namespace
}  // namespace ddb
