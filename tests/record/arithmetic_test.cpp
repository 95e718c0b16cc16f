// arithmetic_test: integer and float operators and casts err exactly where PostgreSQL does.
#include "record/float_arithmetic.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <type_traits>

#include "record/casts.h"
#include "record/integer_arithmetic.h"
#include "record/outcome.h"

namespace ddb {
namespace {

// The tables hold what PostgreSQL 15 answers.
template <typename Float>
using Operation = ArithmeticError (*)(Float, Float, Float&);

template <typename Float, size_t kRows>
void expect_rows(const TwoOperands (&rows)[kRows], Operation<Float> operation) {
  constexpr bool kDouble = std::is_same_v<Float, double>;
  for (const TwoOperands& row : rows) {
    const auto left = static_cast<Float>(parse_double(row.left).value());
    const auto right = static_cast<Float>(parse_double(row.right).value());
    Float out = 0;
    const ArithmeticError error = operation(left, right, out);
    EXPECT_EQ(outcome(error, kDouble ? SqlTypeId::kDoublePrecision : SqlTypeId::kReal, out), row.outcome)
        << row.left << " " << row.right;
  }
}

constexpr TwoOperands kDoubleSums[] = {
    {"1e308", "1e308", "22003: value out of range: overflow"},
    {"inf", "1", "Infinity"},
    {"inf", "-inf", "NaN"},
    {"NaN", "1", "NaN"},
    {"0.1", "0.2", "0.30000000000000004"},
};

constexpr TwoOperands kDoubleProducts[] = {
    {"1e200", "1e200", "22003: value out of range: overflow"},
    {"1e-200", "1e-200", "22003: value out of range: underflow"},
    {"0", "1e-300", "0"},
    {"inf", "0", "NaN"},
    {"-1e200", "1e200", "22003: value out of range: overflow"},
};

constexpr TwoOperands kDoubleQuotients[] = {
    {"1", "0", "22012: division by zero"},
    {"0", "0", "22012: division by zero"},
    {"NaN", "0", "NaN"},
    {"1e-200", "1e200", "22003: value out of range: underflow"},
    {"1e200", "1e-200", "22003: value out of range: overflow"},
    {"1", "inf", "0"},
    {"inf", "inf", "NaN"},
    {"inf", "0", "22012: division by zero"},
    {"1", "-0", "22012: division by zero"},
};

constexpr TwoOperands kRealSums[] = {
    {"3e38", "3e38", "22003: value out of range: overflow"},
};

constexpr TwoOperands kRealProducts[] = {
    {"1e30", "1e30", "22003: value out of range: overflow"},
    {"1e-30", "1e-30", "22003: value out of range: underflow"},
};

constexpr TwoOperands kRealQuotients[] = {
    {"1", "3", "0.33333334"},
};

TEST(FloatArithmetic, FiniteOperationsMayNotOverflowOrVanish) {
  expect_rows<double>(kDoubleSums, checked_add<double>);
  expect_rows<double>(kDoubleProducts, checked_multiply<double>);
  expect_rows<double>(kDoubleQuotients, checked_divide<double>);
  expect_rows<float>(kRealSums, checked_add<float>);
  expect_rows<float>(kRealProducts, checked_multiply<float>);
  expect_rows<float>(kRealQuotients, checked_divide<float>);
}

TEST(FloatArithmetic, NanIsTheLargestAndEqualToItself) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(compare_float(nan, nan), 0);
  EXPECT_EQ(compare_float(nan, infinity), 1);
  EXPECT_EQ(compare_float(-infinity, nan), -1);
  EXPECT_EQ(compare_float(0.0, -0.0), 0);
  EXPECT_EQ(compare_float(1.0, 2.0), -1);
  EXPECT_EQ(hash_float(nan), hash_float(-nan));
  EXPECT_EQ(hash_float(0.0), hash_float(-0.0));
  EXPECT_NE(hash_float(0.0), hash_float(1.0));
}

// Every pair of edge values, against arithmetic wide enough never to overflow.
template <typename Int>
void expect_edges(SqlTypeId type) {
  constexpr Int kMin = std::numeric_limits<Int>::min();
  constexpr Int kMax = std::numeric_limits<Int>::max();
  const Int edges[] = {kMin, kMin + 1, kMin / 2, -181,     -2,           -1,       0,   1,
                       2,    3,        182,      kMax / 2, kMax / 2 + 1, kMax - 1, kMax};
  // By reference: the operation may be evaluated after its result is passed.
  const auto expect = [type](ArithmeticError error, const Int& got, __int128 exact) {
    const bool fits = exact >= kMin && exact <= kMax;
    EXPECT_EQ(error, fits ? ArithmeticError::kNone : ArithmeticError::kOutOfRange);
    if (fits) {
      EXPECT_EQ(got, static_cast<Int>(exact));
    } else {
      EXPECT_EQ(arithmetic_status(error, type).message(), sql_type_name({type, kNoTypmod}) + " out of range");
    }
  };
  for (const Int a : edges) {
    Int out = 0;
    const __int128 wide = a;
    expect(checked_negate(a, out), out, -wide);
    expect(checked_abs(a, out), out, wide < 0 ? -wide : wide);
    for (const Int b : edges) {
      expect(checked_add(a, b, out), out, wide + b);
      expect(checked_subtract(a, b, out), out, wide - b);
      expect(checked_multiply(a, b, out), out, wide * b);
      if (b == 0) {
        EXPECT_EQ(checked_divide(a, b, out), ArithmeticError::kDivisionByZero);
        EXPECT_EQ(checked_modulo(a, b, out), ArithmeticError::kDivisionByZero);
      } else {
        expect(checked_divide(a, b, out), out, wide / b);
        expect(checked_modulo(a, b, out), out, wide % b);
      }
    }
  }
}

TEST(IntegerArithmetic, EdgesOverflowOnlyWhereTheyMust) {
  expect_edges<int16_t>(SqlTypeId::kSmallint);
  expect_edges<int32_t>(SqlTypeId::kInteger);
  expect_edges<int64_t>(SqlTypeId::kBigint);
}

constexpr OneOperand kDoubleToInteger[] = {
    {"0.5", "0"},
    {"1.5", "2"},
    {"2.5", "2"},
    {"-0.5", "0"},
    {"-1.5", "-2"},
    {"2147483647.4", "2147483647"},
    {"2147483647.5", "22003: integer out of range"},
    {"-2147483648.5", "-2147483648"},
    {"-2147483648.51", "22003: integer out of range"},
    {"NaN", "22003: integer out of range"},
    {"inf", "22003: integer out of range"},
};

constexpr OneOperand kDoubleToBigint[] = {
    {"9223372036854774784", "9223372036854774784"},
    {"9223372036854775807", "22003: bigint out of range"},
    {"-9223372036854775808", "-9223372036854775808"},
    {"-9223372036854777856", "22003: bigint out of range"},
};

constexpr OneOperand kDoubleToSmallint[] = {
    {"32767.5", "22003: smallint out of range"},
    {"32767.4", "32767"},
    {"-32768.5", "-32768"},
};

constexpr OneOperand kRealToInteger[] = {
    {"2147483520", "2147483520"},
    {"2147483647", "22003: integer out of range"},
    {"-2147483648", "-2147483648"},
};

constexpr OneOperand kRealToBigint[] = {
    {"9.223371e18", "9223370937343148032"},
    {"9.2233720e18", "22003: bigint out of range"},
};

constexpr OneOperand kDoubleToReal[] = {
    {"1e39", "22003: value out of range: overflow"},
    {"1e-46", "22003: value out of range: underflow"},
    {"0.1", "0.1"},
    {"NaN", "NaN"},
    {"-inf", "-Infinity"},
    {"0", "0"},
    {"3.4028235677973366e38", "22003: value out of range: overflow"},
    {"3.40282346e38", "3.4028235e+38"},
};

template <typename From, typename To, size_t kRows>
void expect_casts(const OneOperand (&rows)[kRows], SqlTypeId type) {
  for (const OneOperand& row : rows) {
    const auto value = static_cast<From>(parse_double(row.text).value());
    To out = 0;
    const ArithmeticError error = cast_to_integer(value, out);
    EXPECT_EQ(outcome(error, type, out), row.outcome) << row.text;
  }
}

TEST(Casts, FloatsRoundHalvesToEven) {
  expect_casts<double, int32_t>(kDoubleToInteger, SqlTypeId::kInteger);
  expect_casts<double, int64_t>(kDoubleToBigint, SqlTypeId::kBigint);
  expect_casts<double, int16_t>(kDoubleToSmallint, SqlTypeId::kSmallint);
  expect_casts<float, int32_t>(kRealToInteger, SqlTypeId::kInteger);
  expect_casts<float, int64_t>(kRealToBigint, SqlTypeId::kBigint);
}

TEST(Casts, DoubleToRealMayNotOverflowOrVanish) {
  for (const OneOperand& row : kDoubleToReal) {
    float out = 0;
    const ArithmeticError error = cast_real(parse_double(row.text).value(), out);
    EXPECT_EQ(outcome(error, SqlTypeId::kReal, out), row.outcome) << row.text;
  }
}

TEST(Casts, IntegersNarrowWithinRange) {
  int16_t narrow = 0;
  EXPECT_EQ(outcome(cast_integer(int64_t{-32768}, narrow), SqlTypeId::kSmallint, int16_t{-32768}), "-32768");
  EXPECT_EQ(narrow, -32768);
  EXPECT_EQ(outcome(cast_integer(int32_t{32768}, narrow), SqlTypeId::kSmallint, narrow),
            "22003: smallint out of range");
  int64_t wide = 0;
  EXPECT_EQ(cast_integer(int16_t{-5}, wide), ArithmeticError::kNone);
  EXPECT_EQ(wide, -5);
  EXPECT_TRUE(cast_boolean(-3));
  EXPECT_FALSE(cast_boolean(0));
}

}  // namespace
}  // namespace ddb
