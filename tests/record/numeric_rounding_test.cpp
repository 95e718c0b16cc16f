// numeric_rounding_test: round, trunc, ceil, floor, abs, negate and sign are those of PostgreSQL.
#include "record/numeric.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "record/outcome.h"

namespace ddb {
namespace {

// The tables hold what PostgreSQL 15 answers.
struct RoundRow {
  const char* text;
  int scale;
  const char* outcome;
};
constexpr RoundRow kRounded[] = {
    {"2.5", 0, "3"},
    {"-2.5", 0, "-3"},
    {"3.5", 0, "4"},
    {"2.45", 1, "2.5"},
    {"-2.45", 1, "-2.5"},
    {"9999.5", 0, "10000"},
    {"9999.9999", 3, "10000.000"},
    {"0.00005", 4, "0.0001"},
    {"0.00004", 4, "0.0000"},
    {"12345.678", -2, "12300"},
    {"55", -2, "100"},
    {"49", -2, "0"},
    {"5", -1, "10"},
    {"4", -1, "0"},
    {"1.5", 5, "1.50000"},
    {"0.5", -3, "0"},
    {"NaN", 1, "NaN"},
    {"-inf", 2, "-Infinity"},
    {"99999999.99999999", 7, "100000000.0000000"},
    {"5000", -4, "10000"},
    {"4999", -4, "0"},
    {"50000", -5, "100000"},
};

constexpr RoundRow kTruncated[] = {
    {"2.5", 0, "2"},
    {"-2.5", 0, "-2"},
    {"3.5", 0, "3"},
    {"2.45", 1, "2.4"},
    {"-2.45", 1, "-2.4"},
    {"9999.5", 0, "9999"},
    {"9999.9999", 3, "9999.999"},
    {"0.00005", 4, "0.0000"},
    {"0.00004", 4, "0.0000"},
    {"12345.678", -2, "12300"},
    {"55", -2, "0"},
    {"49", -2, "0"},
    {"5", -1, "0"},
    {"4", -1, "0"},
    {"1.5", 5, "1.50000"},
    {"0.5", -3, "0"},
    {"NaN", 1, "NaN"},
    {"-inf", 2, "-Infinity"},
    {"99999999.99999999", 7, "99999999.9999999"},
    {"5000", -4, "0"},
    {"4999", -4, "0"},
    {"50000", -5, "0"},
};

TEST(NumericRounding, RoundsHalvesAwayFromZero) {
  for (const RoundRow& row : kRounded) {
    EXPECT_EQ(outcome(numeric_round(numeric_parse(row.text).value(), row.scale)), row.outcome) << row.text;
  }
}

TEST(NumericRounding, TruncatesTowardsZero) {
  for (const RoundRow& row : kTruncated) {
    EXPECT_EQ(outcome(numeric_truncate(numeric_parse(row.text).value(), row.scale)), row.outcome) << row.text;
  }
}

TEST(NumericRounding, ScalesAreClampedToTheLimits) {
  EXPECT_EQ(outcome(numeric_round(Numeric::from_int64(1), 20000)), "1." + std::string(16383, '0'));
  EXPECT_EQ(outcome(numeric_round(Numeric::from_int64(1), INT32_MIN)), "0");
}

constexpr OneOperand kCeilings[] = {
    {"0", "0"},
    {"0.00", "0"},
    {"0.1", "1"},
    {"-0.1", "0"},
    {"1.0", "1"},
    {"-1.0", "-1"},
    {"9999.00001", "10000"},
    {"-9999.00001", "-9999"},
    {"99999999.5", "100000000"},
    {"NaN", "NaN"},
    {"inf", "Infinity"},
    {"-inf", "-Infinity"},
    {"-1e-30", "0"},
};

constexpr OneOperand kFloors[] = {
    {"0", "0"},
    {"0.00", "0"},
    {"0.1", "0"},
    {"-0.1", "-1"},
    {"1.0", "1"},
    {"-1.0", "-1"},
    {"9999.00001", "9999"},
    {"-9999.00001", "-10000"},
    {"99999999.5", "99999999"},
    {"NaN", "NaN"},
    {"inf", "Infinity"},
    {"-inf", "-Infinity"},
    {"-1e-30", "-1"},
};

constexpr OneOperand kAbsolutes[] = {
    {"0", "0"},
    {"0.00", "0.00"},
    {"0.1", "0.1"},
    {"-0.1", "0.1"},
    {"1.0", "1.0"},
    {"-1.0", "1.0"},
    {"9999.00001", "9999.00001"},
    {"-9999.00001", "9999.00001"},
    {"99999999.5", "99999999.5"},
    {"NaN", "NaN"},
    {"inf", "Infinity"},
    {"-inf", "Infinity"},
    {"-1e-30", "0.000000000000000000000000000001"},
};

constexpr OneOperand kNegated[] = {
    {"0", "0"},
    {"0.00", "0.00"},
    {"0.1", "-0.1"},
    {"-0.1", "0.1"},
    {"1.0", "-1.0"},
    {"-1.0", "1.0"},
    {"9999.00001", "-9999.00001"},
    {"-9999.00001", "9999.00001"},
    {"99999999.5", "-99999999.5"},
    {"NaN", "NaN"},
    {"inf", "-Infinity"},
    {"-inf", "Infinity"},
    {"-1e-30", "0.000000000000000000000000000001"},
};

constexpr OneOperand kSigns[] = {
    {"0", "0"},     {"0.00", "0"},       {"0.1", "1"},          {"-0.1", "-1"},      {"1.0", "1"},
    {"-1.0", "-1"}, {"9999.00001", "1"}, {"-9999.00001", "-1"}, {"99999999.5", "1"}, {"NaN", "NaN"},
    {"inf", "1"},   {"-inf", "-1"},      {"-1e-30", "-1"},
};

TEST(NumericRounding, CeilingAndFloorAreWhole) {
  for (const OneOperand& row : kCeilings) {
    EXPECT_EQ(outcome(numeric_ceil(numeric_parse(row.text).value())), row.outcome) << row.text;
  }
  for (const OneOperand& row : kFloors) {
    EXPECT_EQ(outcome(numeric_floor(numeric_parse(row.text).value())), row.outcome) << row.text;
  }
}

TEST(NumericRounding, SignFunctionsKnowSpecialValues) {
  for (const OneOperand& row : kAbsolutes) {
    EXPECT_EQ(numeric_to_text(numeric_abs(numeric_parse(row.text).value())), row.outcome) << row.text;
  }
  for (const OneOperand& row : kNegated) {
    EXPECT_EQ(numeric_to_text(numeric_negate(numeric_parse(row.text).value())), row.outcome) << row.text;
  }
  for (const OneOperand& row : kSigns) {
    EXPECT_EQ(numeric_to_text(numeric_sign(numeric_parse(row.text).value())), row.outcome) << row.text;
  }
}

}  // namespace
}  // namespace ddb
