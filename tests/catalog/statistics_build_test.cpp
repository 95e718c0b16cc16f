// statistics_build_test: statistics of tables that fit the sample are exact; those of larger ones lie within stated bounds.
#include "catalog/statistics_build.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "catalog/statistics_codec.h"
#include "catalog/statistics_world.h"
#include "record/random_values.h"

namespace ddb {
namespace {

constexpr SqlType kBig{SqlTypeId::kBigint, kNoTypmod};
constexpr SqlType kText{SqlTypeId::kText, kNoTypmod};

// --- Whole tables ------------------------------------------------------------------------------------------------------

// What a column's values are, counted in the obvious way.
struct Exact {
  double null_fraction = 0;
  std::map<std::string, uint64_t> counts;  // by key
  explicit Exact(const std::vector<Value>& values) {
    uint64_t nulls = 0;
    for (const Value& value : values) {
      if (value.is_null()) {
        ++nulls;
      } else {
        ++counts[key_of(value)];
      }
    }
    null_fraction = static_cast<double>(nulls) / static_cast<double>(values.size());
  }
};

void expect_exact(const ColumnStatistics& column, const std::vector<Value>& values) {
  const Exact exact(values);
  const auto rows = static_cast<double>(values.size());
  EXPECT_DOUBLE_EQ(column.null_fraction, exact.null_fraction);
  EXPECT_EQ(column.unread_fraction, 0);
  EXPECT_NEAR(distinct_values(column, rows), static_cast<double>(exact.counts.size()), 1e-6);
  if (exact.counts.empty()) {
    EXPECT_EQ(column.distinct, 0);
    EXPECT_FALSE(column.min.has_value());
    EXPECT_TRUE(column.frequent.empty() && column.histogram.empty());
    return;
  }
  ASSERT_TRUE(column.min.has_value());
  EXPECT_TRUE(column.bounds_exact);
  EXPECT_EQ(*column.min, make_statistics_value(exact.counts.begin()->first));
  EXPECT_EQ(*column.max, make_statistics_value(exact.counts.rbegin()->first));

  std::vector<uint64_t> frequencies;
  for (const auto& [key, count] : exact.counts) {
    if (count > 1) frequencies.push_back(count);
  }
  std::sort(frequencies.rbegin(), frequencies.rend());
  frequencies.resize(std::min<size_t>(frequencies.size(), kFrequentValuesMax));
  ASSERT_EQ(column.frequent.size(), frequencies.size());
  std::map<std::string, uint64_t> rest = exact.counts;
  for (size_t i = 0; i < frequencies.size(); ++i) {
    EXPECT_DOUBLE_EQ(column.frequent[i].frequency, static_cast<double>(frequencies[i]) / rows);
    const auto at = std::find_if(rest.begin(), rest.end(), [&](const auto& entry) {
      return is_value(column.frequent[i].value, entry.first);
    });
    ASSERT_TRUE(at != rest.end());
    EXPECT_EQ(at->second, frequencies[i]);
    rest.erase(at);
  }
  if (rest.size() < 2) {
    EXPECT_TRUE(column.histogram.empty());
    return;
  }
  ASSERT_EQ(column.histogram.size(), std::min<size_t>(rest.size(), kHistogramBoundsMax));
  EXPECT_EQ(column.histogram.front(), make_statistics_value(rest.begin()->first));
  EXPECT_EQ(column.histogram.back(), make_statistics_value(rest.rbegin()->first));
  // As many rows in each part, to one value's rounding.
  uint64_t all = 0;
  for (const auto& [key, count] : rest) all += count;
  uint64_t below = 0;
  auto at = rest.begin();
  for (size_t i = 0; i < column.histogram.size(); ++i) {
    while (at != rest.end() && compare_to(column.histogram[i], at->first) > 0) below += (at++)->second;
    const double wanted =
        static_cast<double>(i * (all - 1)) / static_cast<double>(column.histogram.size() - 1);
    EXPECT_LE(static_cast<double>(below), wanted);
    if (at != rest.end()) {
      EXPECT_GT(static_cast<double>(below + at->second), wanted - 1);
    }
  }
}

TEST(StatisticsBuild, OfSmallTablesTheyAreExactForEveryType) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomValues random(seed);
    std::vector<SqlType> types(std::begin(kEveryType), std::end(kEveryType));
    StatisticsWorld world(types);
    const uint64_t rows = 1 + random.random().below(400);
    std::vector<std::vector<Value>> columns(types.size());
    const auto nulls = static_cast<uint32_t>(random.random().below(600));
    world.insert(1, rows, [&](uint64_t) {
      std::vector<Value> row;
      for (size_t c = 0; c < types.size(); ++c) {
        row.push_back(random.value(types[c], nulls));
        columns[c].push_back(row.back());
      }
      return row;
    });
    const TableStatistics found = world.analyze();
    EXPECT_TRUE(found.is_complete);
    EXPECT_EQ(found.rows, rows);
    EXPECT_EQ(found.rows_sampled, rows);
    ASSERT_EQ(found.columns.size(), types.size());
    for (size_t c = 0; c < types.size(); ++c) {
      SCOPED_TRACE("column " + std::to_string(c) + " " + sql_type_name(types[c]));
      EXPECT_EQ(found.columns[c].column_id, c + 1);
      EXPECT_TRUE(found.columns[c].type == types[c]);
      expect_exact(found.columns[c], columns[c]);
    }
  }
}

TEST(StatisticsBuild, TablesOfNoneOneAndTwoRows) {
  StatisticsWorld world({kBig, kText}, true);
  TableStatistics found = world.analyze();
  EXPECT_TRUE(found.analyzed && found.is_complete);
  EXPECT_EQ(found.rows, 0u);
  EXPECT_EQ(found.leaves, 1u);
  EXPECT_TRUE(found.columns.empty());

  world.insert(5, 1, [](uint64_t id) {
    return std::vector<Value>{big_value(static_cast<int64_t>(id)), text_value("a")};
  });
  found = world.analyze();
  EXPECT_EQ(found.rows, 1u);
  ASSERT_EQ(found.columns.size(), 2u);
  EXPECT_EQ(found.columns[0].distinct, -1);
  EXPECT_EQ(found.columns[0].min->key, key_of(big_value(5)));
  EXPECT_EQ(found.columns[0].min, found.columns[0].max);
  EXPECT_FALSE(found.columns[0].correlation.has_value());
  EXPECT_TRUE(found.columns[1].frequent.empty() && found.columns[1].histogram.empty());

  world.insert(6, 1, [](uint64_t id) {
    return std::vector<Value>{big_value(static_cast<int64_t>(id)), text_value("a")};
  });
  found = world.analyze();
  EXPECT_EQ(found.rows, 2u);
  EXPECT_EQ(found.columns[0].histogram.size(), 2u);
  EXPECT_EQ(found.columns[0].correlation, 1.0);
  ASSERT_EQ(found.columns[1].frequent.size(), 1u);
  EXPECT_EQ(found.columns[1].frequent[0].frequency, 1.0);
  EXPECT_EQ(distinct_values(found.columns[1], 2), 1);
}

TEST(StatisticsBuild, AddedColumnsCountTheirDefaultInOldRows) {
  StatisticsWorld world({kBig});
  // Several leaves, of which only the last one takes the new columns.
  world.insert(1, 3000, [](uint64_t id) { return std::vector<Value>{big_value(static_cast<int64_t>(id))}; });
  world.add_column(kText, text_value("old"));
  world.add_column(kBig, Value{kBig, Null{}});
  world.insert(3001, 1000, [](uint64_t id) {
    return std::vector<Value>{big_value(static_cast<int64_t>(id)), text_value("new"),
                              big_value(static_cast<int64_t>(id % 2))};
  });
  const TableStatistics found = world.analyze();
  ASSERT_EQ(found.columns.size(), 3u);
  ASSERT_EQ(found.columns[1].frequent.size(), 2u);
  EXPECT_EQ(found.columns[1].frequent[0].value.key, key_of(text_value("old")));
  EXPECT_DOUBLE_EQ(found.columns[1].frequent[0].frequency, 0.75);
  EXPECT_DOUBLE_EQ(found.columns[1].average_width, 3);
  EXPECT_DOUBLE_EQ(found.columns[2].null_fraction, 0.75);
  EXPECT_DOUBLE_EQ(found.columns[2].frequent[0].frequency, 0.125);
}

TEST(StatisticsBuild, LongTextsAreCutAndStillToldApart) {
  StatisticsWorld world({kText});
  const auto text_of = [](uint64_t id) { return std::string(300, 'x') + std::to_string(id % 10); };
  world.insert(1, 200, [&](uint64_t id) { return std::vector<Value>{text_value(text_of(id))}; });
  const TableStatistics found = world.analyze();
  const ColumnStatistics& column = found.columns[0];
  EXPECT_EQ(distinct_values(column, 200), 10);
  EXPECT_DOUBLE_EQ(column.average_width, 301);
  ASSERT_EQ(column.frequent.size(), 10u);
  const std::string key = key_of(text_value(text_of(3)));
  int matches = 0;
  for (const FrequentValue& frequent : column.frequent) {
    EXPECT_TRUE(frequent.value.is_prefix);
    EXPECT_EQ(frequent.value.key.size(), kStatisticsKeyBytesMax);
    EXPECT_DOUBLE_EQ(frequent.frequency, 0.1);
    matches += is_value(frequent.value, key) ? 1 : 0;
  }
  EXPECT_EQ(matches, 1);
  // Neither bound shuts out a value of the table, and values beside it compare as such.
  for (uint64_t id = 0; id < 10; ++id) {
    EXPECT_LE(compare_to(*column.min, key_of(text_value(text_of(id)))), 0);
    EXPECT_GE(compare_to(*column.max, key_of(text_value(text_of(id)))), 0);
  }
  EXPECT_LT(compare_to(*column.max, key_of(text_value("y"))), 0);
  EXPECT_GT(compare_to(*column.min, key_of(text_value("w"))), 0);
  const auto shown = decode_statistics_value(kText, *column.min);
  ASSERT_TRUE(shown.is_ok() && shown.value().has_value());
  EXPECT_EQ(shown.value()->get<std::string>(), std::string(255, 'x'));
}

TEST(StatisticsBuild, ValuesInOverflowPagesAreReadUpToTheirBound) {
  StatisticsWorld world({kText});
  world.insert(1, 40, [](uint64_t id) {
    SeededRandom random(id);
    std::string text(id % 4 == 0 ? 5000 : 20, 'a');
    for (char& c : text) c = static_cast<char>('a' + random.below(26));
    return std::vector<Value>{text_value(text)};
  });
  const TableStatistics whole = world.analyze();
  EXPECT_EQ(whole.columns[0].unread_fraction, 0);
  EXPECT_TRUE(whole.columns[0].bounds_exact);
  EXPECT_EQ(whole.columns[0].distinct, -1);

  SampleOptions options;
  options.long_value_bytes_max = 4999;
  const TableStatistics without = world.analyze(options);
  EXPECT_DOUBLE_EQ(without.columns[0].unread_fraction, 0.25);
  EXPECT_FALSE(without.columns[0].bounds_exact);
  EXPECT_EQ(without.columns[0].distinct, -1);
  EXPECT_EQ(without.columns[0].average_width, whole.columns[0].average_width);
  EXPECT_EQ(without.columns[0].histogram.size(), 30u);

  options.long_value_bytes_max = 5000;
  options.long_values_bytes_max = 3 * 5000;
  EXPECT_DOUBLE_EQ(world.analyze(options).columns[0].unread_fraction, 7.0 / 40);
}

TEST(StatisticsBuild, CorrelationIsThatOfRowIdsAndValues) {
  StatisticsWorld world({kBig, kBig, kBig, kBig}, true);
  SeededRandom random(3);
  world.insert(1, 2000, [&](uint64_t id) {
    const auto i = static_cast<int64_t>(id);
    return std::vector<Value>{big_value(i), big_value(-i),
                              big_value(static_cast<int64_t>(random.next() >> 1)), big_value(7)};
  });
  const TableStatistics found = world.analyze();
  EXPECT_DOUBLE_EQ(found.columns[0].correlation.value(), 1);
  EXPECT_DOUBLE_EQ(found.columns[1].correlation.value(), -1);
  EXPECT_NEAR(found.columns[2].correlation.value(), 0, 0.1);
  EXPECT_FALSE(found.columns[3].correlation.has_value());
}

// --- Samples ------------------------------------------------------------------------------------------------------------

constexpr uint64_t kRows = 40000;

// Columns: a key, uniform of 500 values, Zipf of 1,000 values (s = 1), all equal, all NULL, a value per 20 rows in a row, 30 % NULL.
class SampledTable : public testing::Test {
 protected:
  static constexpr int64_t kUniform = 500;
  static constexpr int64_t kZipf = 1000;

  void SetUp() override {
    for (int64_t rank = 1; rank <= kZipf; ++rank)
      zipf_.push_back((zipf_.empty() ? 0 : zipf_.back()) + 1.0 / static_cast<double>(rank));
    world_ = std::make_unique<StatisticsWorld>(std::vector<SqlType>(7, kBig), true);
    SeededRandom random(11);
    world_->insert(1, kRows, [&](uint64_t id) {
      const auto i = static_cast<int64_t>(id);
      std::vector<Value> row = {big_value(i),
                                big_value(static_cast<int64_t>(random.below(kUniform))),
                                big_value(draw_zipf(random)),
                                big_value(42),
                                Value{kBig, Null{}},
                                big_value(i / 20),
                                big_value(i)};
      if (random.chance(300)) row[6] = Value{kBig, Null{}};
      return row;
    });
  }
  int64_t draw_zipf(SeededRandom& random) const {
    const double at = static_cast<double>(random.below(1 << 30)) / (1 << 30) * zipf_.back();
    return std::upper_bound(zipf_.begin(), zipf_.end(), at) - zipf_.begin();
  }

  std::vector<double> zipf_;  // sums of weights
  std::unique_ptr<StatisticsWorld> world_;
};

TEST_F(SampledTable, EstimatesLieWithinTheirBounds) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SampleOptions options;
    options.seed = seed;
    options.rows_max = 4000;
    const TableStatistics found = world_->analyze(options);
    EXPECT_EQ(found.rows, kRows);  // every leaf was read
    EXPECT_EQ(found.rows_sampled, 4000u);
    EXPECT_FALSE(found.is_complete);
    EXPECT_EQ(found.columns[0].distinct, -1);
    // 8 rows a value: nearly all are seen.
    EXPECT_NEAR(distinct_values(found.columns[1], kRows), kUniform, 10);
    // Duj1 takes the values that it saw once for as frequent as each other: under skew it is known to stay below.
    EXPECT_NEAR(distinct_values(found.columns[2], kRows), 0.75 * kZipf, 0.15 * kZipf);
    EXPECT_EQ(distinct_values(found.columns[3], kRows), 1);
    EXPECT_EQ(found.columns[4].distinct, 0);
    EXPECT_EQ(found.columns[4].null_fraction, 1);
    // Duj1 sees 3,200 values, most once: the truth within a quarter.
    EXPECT_NEAR(distinct_values(found.columns[5], kRows), kRows / 20.0, 0.25 * kRows / 20);
    EXPECT_NEAR(found.columns[6].null_fraction, 0.3, 0.04);
    EXPECT_NEAR(found.columns[5].correlation.value(), 1, 1e-6);

    // The most frequent Zipf values with their frequencies; five standard deviations.
    ASSERT_GE(found.columns[2].frequent.size(), 30u);
    double share = 0;
    for (const FrequentValue& frequent : found.columns[2].frequent) {
      const auto value = decode_statistics_value(kBig, frequent.value);
      const double expected = 1.0 / static_cast<double>(value.value()->get<int64_t>() + 1) / zipf_.back();
      EXPECT_NEAR(frequent.frequency, expected, 5 * std::sqrt(expected / 4000) + 0.002);
      share += frequent.frequency;
    }
    EXPECT_GT(share, 0.45);
    ASSERT_EQ(found.columns[3].frequent.size(), 1u);
    EXPECT_EQ(found.columns[3].frequent[0].frequency, 1);
    // No uniform value stands out.
    EXPECT_LE(found.columns[1].frequent.size(), 30u);
    // A hundredth of a key's rows in each part: bounds within four standard deviations of rank.
    ASSERT_EQ(found.columns[0].histogram.size(), kHistogramBoundsMax);
    for (size_t i = 0; i < kHistogramBoundsMax; ++i) {
      const auto value = decode_statistics_value(kBig, found.columns[0].histogram[i]);
      EXPECT_NEAR(static_cast<double>(value.value()->get<int64_t>()), static_cast<double>(i) * kRows / 100.0,
                  kRows * 0.04);
    }
  }
}

TEST_F(SampledTable, FewLeavesStillGiveTheTable) {
  double rows = 0;
  constexpr uint64_t kSeeds = 40;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SampleOptions options;
    options.seed = seed;
    options.leaves_max = 60;
    options.rows_max = 2000;
    const TableStatistics found = world_->analyze(options);
    rows += static_cast<double>(found.rows);
    EXPECT_NEAR(static_cast<double>(found.rows), static_cast<double>(kRows), 0.1 * kRows);
    EXPECT_LE(found.rows_sampled, 2000u);
    EXPECT_EQ(found.columns[0].distinct, -1);
    EXPECT_NEAR(distinct_values(found.columns[1], kRows), kUniform, 0.1 * kUniform);
    EXPECT_NEAR(found.columns[6].null_fraction, 0.3, 0.07);
  }
  EXPECT_NEAR(rows / kSeeds, kRows, 0.02 * kRows);
}

TEST_F(SampledTable, OneSeedGivesOneResult) {
  SampleOptions options;
  options.rows_max = 500;
  options.leaves_max = 100;
  options.seed = 9;
  const TableStatistics one = world_->analyze(options);
  EXPECT_EQ(one, world_->analyze(options));
  options.seed = 10;
  EXPECT_FALSE(one == world_->analyze(options));
}

TEST(StatisticsBuild, ManyWideColumnsKeepNoListsBeyondTheBound) {
  constexpr uint32_t kColumns = TableSchema::kColumnsMax;
  TableSchema schema;
  for (uint32_t c = 0; c < kColumns; ++c)
    schema.columns.push_back(
        {static_cast<uint16_t>(c + 1), kText, PhysicalKind::kString, Value{kText, Null{}}});
  RowSample sample;
  sample.table_rows = 120;
  sample.is_counted = sample.is_complete = true;
  std::string cell;
  for (uint64_t row = 0; row < 120; ++row) {
    cell.clear();
    append_key_cell(key_of(text_value(std::string(300, 'a') + std::to_string(row))), 303, cell);
    sample.rows.push_back({row, {}});
    for (uint32_t c = 0; c < kColumns; ++c) sample.rows.back().cells += cell;
  }
  const Result<TableStatistics> found = statistics_of_sample(sample, schema);
  ASSERT_TRUE(found.is_ok()) << found.status().to_string();
  const std::vector<ColumnStatistics>& columns = found.value().columns;
  ASSERT_EQ(columns.size(), kColumns);
  EXPECT_EQ(columns.front().histogram.size(), kHistogramBoundsMax);
  EXPECT_TRUE(columns.back().histogram.empty());
  EXPECT_TRUE(columns.back().min.has_value());
  std::string bytes;
  ASSERT_TRUE(encode_statistics(found.value(), bytes).is_ok());
  EXPECT_LE(bytes.size(), kStatisticsBytesMax);
  EXPECT_GT(bytes.size(), kStatisticsListsBytesMax);
  const Result<TableStatistics> again = decode_statistics(bytes);
  ASSERT_TRUE(again.is_ok()) << again.status().to_string();
  EXPECT_TRUE(again.value() == found.value());
}

}  // namespace
}  // namespace ddb
