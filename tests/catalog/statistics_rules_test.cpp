// statistics_rules_test: the estimators and choices by themselves, against numbers worked out by hand, and the cutting of values.
#include <gtest/gtest.h>

#include <numeric>

#include "catalog/distinct_estimate.h"
#include "catalog/histogram.h"
#include "catalog/statistics.h"
#include "catalog/statistics_frequent.h"
#include "catalog/statistics_world.h"
#include "record/random_values.h"

namespace ddb {
namespace {

TEST(DistinctEstimate, NoValuesAreUnknown) { EXPECT_EQ(estimate_distinct({}, 1, 1000), 0); }

TEST(DistinctEstimate, NothingTwiceIsAKey) {
  EXPECT_EQ(estimate_distinct({100, 100, 100, 0}, 0, 1e6), -1);
  EXPECT_DOUBLE_EQ(estimate_distinct({75, 75, 75, 0}, 0.25, 1e6), -0.75);
  EXPECT_EQ(estimate_distinct({100, 60, 60, 40}, 0, 1e6), -1);
}

TEST(DistinctEstimate, EverythingTwiceWasSeen) { EXPECT_EQ(estimate_distinct({100, 40, 0, 0}, 0, 1e6), 40); }

TEST(DistinctEstimate, Duj1) {
  // 100 · 60 / (100 − 20 + 20 · 100 / 10,000) = 74.81
  EXPECT_EQ(estimate_distinct({100, 60, 20, 0}, 0, 10000), 75);
  // Half of the rows are NULL: N = 5,000; 100 · 60 / (80 + 20 · 100 / 5,000) = 74.63
  EXPECT_EQ(estimate_distinct({100, 60, 20, 0}, 0.5, 10000), 75);
  // More than a tenth of the rows: 100 · 60 / (80 + 20 · 100 / 500) = 71.4
  EXPECT_DOUBLE_EQ(estimate_distinct({100, 60, 20, 0}, 0, 500), -71.0 / 500);
  // All rows: what there is.
  EXPECT_DOUBLE_EQ(estimate_distinct({100, 60, 20, 0}, 0, 100), -0.6);
  // Unread values each count once: 100 · (50 + 10) / (100 − (10 + 10) + …) as above.
  EXPECT_EQ(estimate_distinct({100, 50, 10, 10}, 0, 10000), 75);
}

TEST(FrequentValues, AllAreKeptWhereTheyAreAllValues) {
  const uint32_t counts[] = {50, 30, 12};
  EXPECT_EQ(frequent_values_kept(counts, {92, 10000, 0, 3, 3, false}), 3u);
  // Long values that were not read may be others.
  EXPECT_EQ(frequent_values_kept(counts, {110, 10000, 0, 5, 3, true}), 2u);
}

TEST(FrequentValues, AllAreKeptOfAWholeTable) {
  const uint32_t counts[] = {2, 2};
  EXPECT_EQ(frequent_values_kept(counts, {100, 100, 0, -0.98, 98, false}), 2u);
}

TEST(FrequentValues, TheOrdinaryOnesGo) {
  // 10,000 rows. 498 values share 8,700: 17.5 each; one that occurs 28 times has a deviation of 5.3: 17.5 + 10.5 + 0.5 is more.
  std::vector<uint32_t> counts = {900, 400, 28, 27, 26};
  EXPECT_EQ(frequent_values_kept(counts, {10000, 1e6, 0, 500, 500, false}), 2u);
  // The next one is less, so it stays and all before it do.
  counts = {900, 400, 30, 30, 29};
  EXPECT_EQ(frequent_values_kept(counts, {10000, 1e6, 0, 500, 500, false}), 5u);
  // 500 values share all: 20 each, 20 + 2 · 5.5 + 0.5.
  counts = {31, 30, 29};
  EXPECT_EQ(frequent_values_kept(counts, {10000, 1e6, 0, 500, 500, false}), 0u);
  EXPECT_EQ(frequent_values_kept({}, {10000, 1e6, 0, 500, 500, false}), 0u);
}

TEST(Histogram, BoundsAreEvenlySpacedFromFirstToLast) {
  EXPECT_EQ(histogram_positions(5, 5), (std::vector<uint32_t>{0, 1, 2, 3, 4}));
  EXPECT_EQ(histogram_positions(10, 4), (std::vector<uint32_t>{0, 3, 6, 9}));
  EXPECT_TRUE(histogram_positions(10, 1).empty());
  EXPECT_TRUE(histogram_positions(0, 0).empty());
  const std::vector<uint32_t> many = histogram_positions(30000, 30000);
  ASSERT_EQ(many.size(), kHistogramBoundsMax);
  EXPECT_EQ(many.back(), 29999u);
  EXPECT_EQ(many[1], 299u);
  // Positions beyond what 32 bits would hold when multiplied.
  EXPECT_EQ(histogram_positions(0xFFFFFFFF, 0xFFFFFFFF).back(), 0xFFFFFFFEu);
}

TEST(StatisticsValue, IsCutAtItsBoundAndNotBefore) {
  for (const size_t bytes :
       {kStatisticsKeyBytesMax - 3, kStatisticsKeyBytesMax - 2, kStatisticsKeyBytesMax - 1}) {
    const std::string key = key_of(text_value(std::string(bytes, 'q')));  // marker and end beside it
    const StatisticsValue value = make_statistics_value(key);
    EXPECT_EQ(value.is_prefix, key.size() > kStatisticsKeyBytesMax);
    EXPECT_LE(value.key.size(), kStatisticsKeyBytesMax);
    EXPECT_TRUE(is_value(value, key));
    EXPECT_FALSE(is_value(value, key_of(text_value(std::string(bytes, 'q') + "r"))));
  }
}

TEST(StatisticsValue, ACutTextEndsWithAWholeCharacter) {
  for (size_t lead = 0; lead < 6; ++lead) {
    std::string text(lead, 'a');
    for (int i = 0; i < 100; ++i) text += "\xF0\x9F\x90\x9B";
    const auto cut = decode_statistics_value({SqlTypeId::kText, kNoTypmod},
                                             make_statistics_value(key_of(text_value(text))));
    ASSERT_TRUE(cut.is_ok() && cut.value().has_value());
    const auto& shown = cut.value()->get<std::string>();
    EXPECT_TRUE(text.starts_with(shown));
    EXPECT_EQ((shown.size() - lead) % 4, 0u);
    EXPECT_GT(shown.size(), 250u);
  }
}

TEST(StatisticsValue, OrdersAsTheValuesOfEveryType) {
  RandomValues random(5);
  for (int i = 0; i < 20000; ++i) {
    const SqlType& type = random.type();
    const Value a = random.value(type);
    const Value b = random.value(type);
    const StatisticsValue kept = make_statistics_value(key_of(a));
    const int order = compare_to(kept, key_of(b));
    if (order != 0 || !kept.is_prefix) {
      EXPECT_EQ(order, compare_values(a, b)) << describe(a) << " " << describe(b);
    }
    const auto decoded = decode_statistics_value(type, kept);
    ASSERT_TRUE(decoded.is_ok()) << decoded.status().to_string() << " " << describe(a);
    if (!kept.is_prefix) {
      ASSERT_TRUE(decoded.value().has_value());
      EXPECT_EQ(compare_values(*decoded.value(), a), 0) << describe(a);
    }
  }
}

TEST(StatisticsHash, NeverChanges) {
  EXPECT_EQ(statistics_hash(""), mix64(mix64(0)));
  EXPECT_EQ(statistics_hash("abc"), mix64(mix64(3) ^ 0x636261));
  EXPECT_EQ(statistics_hash("12345678"), mix64(mix64(mix64(8) ^ 0x3837363534333231)));
  EXPECT_NE(statistics_hash(std::string_view("\0", 1)), statistics_hash(std::string_view("\0\0", 2)));
}

}  // namespace
}  // namespace ddb
