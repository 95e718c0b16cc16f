// numeric_arithmetic_test: the four operations, div() and % give the digits, scales and errors of PostgreSQL.
#include "record/numeric.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "record/outcome.h"

namespace ddb {
namespace {

// The tables hold what PostgreSQL 15 answers.
using Binary = Result<Numeric> (*)(const Numeric&, const Numeric&);

template <size_t kRows>
void expect_rows(const TwoOperands (&rows)[kRows], Binary operation) {
  for (const TwoOperands& row : rows) {
    const Result<Numeric> left = numeric_parse(row.left);
    const Result<Numeric> right = numeric_parse(row.right);
    ASSERT_TRUE(left.is_ok() && right.is_ok()) << row.left << " " << row.right;
    EXPECT_EQ(outcome(operation(left.value(), right.value())), row.outcome) << row.left << " " << row.right;
  }
}

constexpr TwoOperands kSums[] = {
    {"1", "2", "3"},
    {"0.1", "0.2", "0.3"},
    {"9999", "1", "10000"},
    {"9999.9999", "0.0001", "10000.0000"},
    {"-1", "1", "0"},
    {"1.00", "-1", "0.00"},
    {"1", "-1.000", "0.000"},
    {"10000", "-0.0001", "9999.9999"},
    {"99999999999999999999", "1", "100000000000000000000"},
    {"1e20", "1e-20", "100000000000000000000.00000000000000000001"},
    {"-5.5", "-4.5", "-10.0"},
    {"100", "-99.99", "0.01"},
    {"NaN", "1", "NaN"},
    {"inf", "1", "Infinity"},
    {"inf", "-inf", "NaN"},
    {"inf", "inf", "Infinity"},
    {"-inf", "1e100", "-Infinity"},
    {"1", "NaN", "NaN"},
};

TEST(NumericArithmetic, AddsAsPostgres) { expect_rows(kSums, numeric_add); }

constexpr TwoOperands kDifferences[] = {
    {"1", "2", "-1"},
    {"0.1", "0.2", "-0.1"},
    {"9999", "1", "9998"},
    {"9999.9999", "0.0001", "9999.9998"},
    {"-1", "1", "-2"},
    {"1.00", "-1", "2.00"},
    {"1", "-1.000", "2.000"},
    {"10000", "-0.0001", "10000.0001"},
    {"99999999999999999999", "1", "99999999999999999998"},
    {"1e20", "1e-20", "99999999999999999999.99999999999999999999"},
    {"-5.5", "-4.5", "-1.0"},
    {"100", "-99.99", "199.99"},
    {"NaN", "1", "NaN"},
    {"inf", "1", "Infinity"},
    {"inf", "-inf", "Infinity"},
    {"inf", "inf", "NaN"},
    {"-inf", "1e100", "-Infinity"},
    {"1", "NaN", "NaN"},
};

TEST(NumericArithmetic, SubtractsAsPostgres) { expect_rows(kDifferences, numeric_subtract); }

constexpr TwoOperands kProducts[] = {
    {"1", "2", "2"},
    {"0.1", "0.2", "0.02"},
    {"9999", "1", "9999"},
    {"9999.9999", "0.0001", "0.99999999"},
    {"-1", "1", "-1"},
    {"1.00", "-1", "-1.00"},
    {"1", "-1.000", "-1.000"},
    {"10000", "-0.0001", "-1.0000"},
    {"99999999999999999999", "1", "99999999999999999999"},
    {"1e20", "1e-20", "1.00000000000000000000"},
    {"-5.5", "-4.5", "24.75"},
    {"100", "-99.99", "-9999.00"},
    {"NaN", "1", "NaN"},
    {"inf", "1", "Infinity"},
    {"inf", "-inf", "-Infinity"},
    {"inf", "inf", "Infinity"},
    {"-inf", "1e100", "-Infinity"},
    {"1", "NaN", "NaN"},
};

TEST(NumericArithmetic, MultipliesAsPostgres) { expect_rows(kProducts, numeric_multiply); }

constexpr TwoOperands kQuotients[] = {
    {"1", "3", "0.33333333333333333333"},
    {"2", "3", "0.66666666666666666667"},
    {"-2", "3", "-0.66666666666666666667"},
    {"1", "7", "0.14285714285714285714"},
    {"10", "3", "3.3333333333333333"},
    {"1", "30000", "0.000033333333333333333333"},
    {"100000000", "3", "33333333.333333333333"},
    {"1e30", "7", "142857142857142857142857142857"},
    {"1", "1", "1.00000000000000000000"},
    {"6", "2", "3.0000000000000000"},
    {"6.00", "2", "3.0000000000000000"},
    {"0", "5", "0.00000000000000000000"},
    {"0.000", "5", "0.00000000000000000000"},
    {"0", "0.00005", "0.000000000000"},
    {"1.0000000000000000000001", "3", "0.3333333333333333333334"},
    {"1", "3.00000000000000000000001", "0.33333333333333333333333"},
    {"1e-10", "3", "0.0000000000333333333333333333"},
    {"3", "1e-10", "30000000000.0000000000"},
    {"9999", "10000", "0.99990000000000000000"},
    {"10000", "9999", "1.0001000100010001"},
    {"5", "0", "22012: division by zero"},
    {"-5", "0.00", "22012: division by zero"},
    {"0", "0", "22012: division by zero"},
    {"99999999999999999999999999999999999999", "7", "14285714285714285714285714285714285714"},
    {"1", "99999999999999999999999999999999999999",
     "0.00000000000000000000000000000000000001000000000000000000"},
    {"123456789012345678901234567890123456789012345678901234567890", "987654321098765432109876543210",
     "124999998860937500014238281250"},
    {"7.5", "2.5", "3.0000000000000000"},
    {"-7", "2", "-3.5000000000000000"},
    {"NaN", "0", "NaN"},
    {"1", "NaN", "NaN"},
    {"inf", "0", "22012: division by zero"},
    {"inf", "-2", "-Infinity"},
    {"inf", "inf", "NaN"},
    {"-inf", "inf", "NaN"},
    {"5.00", "inf", "0"},
    {"0", "-inf", "0"},
};

TEST(NumericArithmetic, DividesAsPostgres) { expect_rows(kQuotients, numeric_divide); }

constexpr TwoOperands kTruncatedQuotients[] = {
    {"1", "3", "0"},
    {"2", "3", "0"},
    {"-2", "3", "0"},
    {"1", "7", "0"},
    {"10", "3", "3"},
    {"1", "30000", "0"},
    {"100000000", "3", "33333333"},
    {"1e30", "7", "142857142857142857142857142857"},
    {"1", "1", "1"},
    {"6", "2", "3"},
    {"6.00", "2", "3"},
    {"0", "5", "0"},
    {"0.000", "5", "0"},
    {"0", "0.00005", "0"},
    {"1.0000000000000000000001", "3", "0"},
    {"1", "3.00000000000000000000001", "0"},
    {"1e-10", "3", "0"},
    {"3", "1e-10", "30000000000"},
    {"9999", "10000", "0"},
    {"10000", "9999", "1"},
    {"5", "0", "22012: division by zero"},
    {"-5", "0.00", "22012: division by zero"},
    {"0", "0", "22012: division by zero"},
    {"99999999999999999999999999999999999999", "7", "14285714285714285714285714285714285714"},
    {"1", "99999999999999999999999999999999999999", "0"},
    {"123456789012345678901234567890123456789012345678901234567890", "987654321098765432109876543210",
     "124999998860937500014238281249"},
    {"1e-1200", "3", "0"},
    {"7.5", "2.5", "3"},
    {"-7", "2", "-3"},
    {"NaN", "0", "NaN"},
    {"1", "NaN", "NaN"},
    {"inf", "0", "22012: division by zero"},
    {"inf", "-2", "-Infinity"},
    {"inf", "inf", "NaN"},
    {"-inf", "inf", "NaN"},
    {"5.00", "inf", "0"},
    {"0", "-inf", "0"},
};

TEST(NumericArithmetic, DividesTowardsZeroAsPostgres) {
  expect_rows(kTruncatedQuotients, numeric_divide_truncating);
}

constexpr TwoOperands kRemainders[] = {
    {"1", "3", "1"},
    {"2", "3", "2"},
    {"-2", "3", "-2"},
    {"1", "7", "1"},
    {"10", "3", "1"},
    {"1", "30000", "1"},
    {"100000000", "3", "1"},
    {"1e30", "7", "1"},
    {"1", "1", "0"},
    {"6", "2", "0"},
    {"6.00", "2", "0.00"},
    {"0", "5", "0"},
    {"0.000", "5", "0.000"},
    {"0", "0.00005", "0.00000"},
    {"1.0000000000000000000001", "3", "1.0000000000000000000001"},
    {"1", "3.00000000000000000000001", "1.00000000000000000000000"},
    {"1e-10", "3", "0.0000000001"},
    {"3", "1e-10", "0.0000000000"},
    {"9999", "10000", "9999"},
    {"10000", "9999", "1"},
    {"5", "0", "22012: division by zero"},
    {"-5", "0.00", "22012: division by zero"},
    {"0", "0", "22012: division by zero"},
    {"99999999999999999999999999999999999999", "7", "1"},
    {"1", "99999999999999999999999999999999999999", "1"},
    {"123456789012345678901234567890123456789012345678901234567890", "987654321098765432109876543210",
     "935329860093532986009353298600"},
    {"1e1200", "1e-3", "0.000"},
    {"7.5", "2.5", "0.0"},
    {"-7", "2", "-1"},
    {"NaN", "0", "NaN"},
    {"1", "NaN", "NaN"},
    {"inf", "0", "22012: division by zero"},
    {"inf", "-2", "NaN"},
    {"inf", "inf", "NaN"},
    {"-inf", "inf", "NaN"},
    {"5.00", "inf", "5.00"},
    {"0", "-inf", "0"},
};

TEST(NumericArithmetic, RemaindersAreThoseOfPostgres) { expect_rows(kRemainders, numeric_modulo); }

TEST(NumericArithmetic, ResultsBeyondTheLimitsAreErrors) {
  const Numeric large = std::move(numeric_parse("9e131071")).value();
  const Numeric small = std::move(numeric_parse("3e-16383")).value();
  EXPECT_EQ(outcome(numeric_add(large, large)), "22003: value overflows numeric format");
  EXPECT_EQ(outcome(numeric_subtract(numeric_negate(large), large)), "22003: value overflows numeric format");
  EXPECT_EQ(outcome(numeric_multiply(large, large)), "22003: value overflows numeric format");
  EXPECT_EQ(outcome(numeric_divide(large, small)), "22003: value overflows numeric format");
  EXPECT_EQ(outcome(numeric_round(large, -131072)), "22003: value overflows numeric format");
  // A product's decimals behind 16,383 are rounded away.
  EXPECT_EQ(outcome(numeric_multiply(small, small)), "0." + std::string(16383, '0'));
}

}  // namespace
}  // namespace ddb
