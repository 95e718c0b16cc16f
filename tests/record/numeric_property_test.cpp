// numeric_property_test: random numerics against integers of any size (Boost.Multiprecision), which share no code.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "base/seeded_random.h"
#include "record/numeric.h"

namespace ddb {
namespace {

// Without expression templates: every operation gives a number.
using Integer =
    boost::multiprecision::number<boost::multiprecision::cpp_int_backend<>, boost::multiprecision::et_off>;

constexpr int kCases = 4000;

// coefficient · 10^−scale
struct Exact {
  Integer coefficient;
  int scale = 0;
};

Integer power10(int n) { return boost::multiprecision::pow(Integer(10), static_cast<unsigned>(n)); }

// Halves away from zero. REQUIRES: divisor != 0.
Integer divide_rounding(const Integer& dividend, const Integer& divisor) {
  const Integer magnitude = (2 * abs(dividend) + abs(divisor)) / (2 * abs(divisor));
  return (dividend < 0) != (divisor < 0) ? -magnitude : magnitude;
}

std::string text_of(const Exact& value) {
  std::string digits = abs(value.coefficient).str();
  if (static_cast<int>(digits.size()) <= value.scale) {
    digits.insert(0, static_cast<size_t>(value.scale) + 1 - digits.size(), '0');
  }
  if (value.scale > 0) digits.insert(digits.size() - static_cast<size_t>(value.scale), ".");
  return (value.coefficient < 0 ? "-" : "") + digits;
}

// The coefficient of the same value at a larger scale.
Integer at_scale(const Exact& value, int scale) { return value.coefficient * power10(scale - value.scale); }

class NumericProperty : public ::testing::TestWithParam<uint64_t> {
 protected:
  NumericProperty() : random_(GetParam()) {}

  // Digits with long runs of 0 and 9, which is where carries and guesses of division go wrong.
  Exact draw() {
    static constexpr int kSizes[] = {1, 2, 4, 8, 12, 18, 19, 37, 38, 39, 60, 120};
    const int size = kSizes[random_.below(std::size(kSizes))];
    std::string digits;
    while (static_cast<int>(digits.size()) < size) {
      static constexpr const char* kRuns[] = {"0000", "9999", "1", "5000", "4999", "0001", "10000", "99"};
      if (random_.chance(300)) {
        digits += kRuns[random_.below(std::size(kRuns))];
      } else {
        digits += static_cast<char>('0' + random_.below(10));
      }
    }
    Exact value;
    value.coefficient = Integer(digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1)));
    if (random_.chance(400)) value.coefficient = -value.coefficient;
    if (random_.chance(30)) value.coefficient = 0;
    value.scale = random_.chance(300) ? 0 : static_cast<int>(random_.below(static_cast<uint64_t>(size) + 20));
    return value;
  }
  Numeric numeric_of(const Exact& value) {
    Result<Numeric> parsed = numeric_parse(text_of(value));
    EXPECT_TRUE(parsed.is_ok()) << text_of(value);
    return std::move(parsed).value();
  }

  SeededRandom random_;
};

TEST_P(NumericProperty, TextAndBytesKeepTheValue) {
  for (int i = 0; i < kCases; ++i) {
    const Exact exact = draw();
    const Numeric value = numeric_of(exact);
    ASSERT_EQ(numeric_to_text(value), text_of(exact));
    std::string bytes;
    numeric_encode(value, bytes);
    const Result<DecodedNumeric> decoded = numeric_decode(bytes + "x");
    ASSERT_TRUE(decoded.is_ok()) << text_of(exact);
    ASSERT_EQ(decoded.value().size, bytes.size());
    ASSERT_EQ(numeric_to_text(decoded.value().value), text_of(exact));
  }
}

TEST_P(NumericProperty, SumsDifferencesAndProductsAreExact) {
  for (int i = 0; i < kCases; ++i) {
    const Exact a = draw();
    const Exact b = random_.chance(100) ? a : draw();
    const int scale = std::max(a.scale, b.scale);
    const Numeric left = numeric_of(a);
    const Numeric right = numeric_of(b);
    ASSERT_EQ(numeric_to_text(numeric_add(left, right).value()),
              text_of({at_scale(a, scale) + at_scale(b, scale), scale}))
        << text_of(a) << " " << text_of(b);
    ASSERT_EQ(numeric_to_text(numeric_subtract(left, right).value()),
              text_of({at_scale(a, scale) - at_scale(b, scale), scale}))
        << text_of(a) << " " << text_of(b);
    ASSERT_EQ(numeric_to_text(numeric_multiply(left, right).value()),
              text_of({a.coefficient * b.coefficient, a.scale + b.scale}))
        << text_of(a) << " " << text_of(b);
  }
}

TEST_P(NumericProperty, QuotientsAreRoundedOnce) {
  for (int i = 0; i < kCases; ++i) {
    const Exact a = draw();
    const Exact b = draw();
    if (b.coefficient == 0) continue;
    const Numeric quotient = std::move(numeric_divide(numeric_of(a), numeric_of(b))).value();
    const int scale = quotient.display_scale();
    ASSERT_GE(scale, std::max(a.scale, b.scale));
    // a / b · 10^scale as a fraction of integers.
    const Integer dividend = a.coefficient * power10(scale + b.scale);
    const Integer divisor = b.coefficient * power10(a.scale);
    ASSERT_EQ(numeric_to_text(quotient), text_of({divide_rounding(dividend, divisor), scale}))
        << text_of(a) << " / " << text_of(b);
    const Integer whole = a.coefficient * power10(b.scale) / divisor;
    ASSERT_EQ(numeric_to_text(numeric_divide_truncating(numeric_of(a), numeric_of(b)).value()),
              text_of({whole, 0}))
        << text_of(a) << " / " << text_of(b);
    const int wider = std::max(a.scale, b.scale);
    ASSERT_EQ(numeric_to_text(numeric_modulo(numeric_of(a), numeric_of(b)).value()),
              text_of({at_scale(a, wider) % at_scale(b, wider), wider}))
        << text_of(a) << " % " << text_of(b);
  }
}

TEST_P(NumericProperty, RoundingKeepsTheNearest) {
  for (int i = 0; i < kCases; ++i) {
    const Exact a = draw();
    const int scale = static_cast<int>(random_.below(160)) - 80;
    // In units of 10^−scale, as a fraction.
    const Integer dividend = a.coefficient * power10(std::max(scale, 0));
    const Integer divisor = power10(a.scale + std::max(-scale, 0));
    const Integer zeros = power10(std::max(-scale, 0));
    const int shown = std::max(scale, 0);
    const Numeric value = numeric_of(a);
    ASSERT_EQ(numeric_to_text(numeric_round(value, scale).value()),
              text_of({divide_rounding(dividend, divisor) * zeros, shown}))
        << text_of(a) << " " << scale;
    ASSERT_EQ(numeric_to_text(numeric_truncate(value, scale).value()),
              text_of({dividend / divisor * zeros, shown}))
        << text_of(a) << " " << scale;
    const Integer unit = power10(a.scale);
    const Integer whole = a.coefficient / unit;
    const bool inexact = whole * unit != a.coefficient;
    ASSERT_EQ(numeric_to_text(numeric_ceil(value).value()),
              text_of({whole + (inexact && a.coefficient > 0), 0}));
    ASSERT_EQ(numeric_to_text(numeric_floor(value).value()),
              text_of({whole - (inexact && a.coefficient < 0), 0}));
  }
}

TEST_P(NumericProperty, OrderAndHashIgnoreTheDisplayScale) {
  for (int i = 0; i < kCases; ++i) {
    const Exact a = draw();
    Exact b = draw();
    if (random_.chance(300)) b = {a.coefficient * 100, a.scale + 2};
    if (random_.chance(100)) b.coefficient = at_scale(a, std::max(a.scale, b.scale)) + 1;
    const int scale = std::max(a.scale, b.scale);
    const int order = at_scale(a, scale).compare(at_scale(b, scale));
    const Numeric left = numeric_of(a);
    const Numeric right = numeric_of(b);
    ASSERT_EQ(numeric_compare(left, right), (order > 0) - (order < 0)) << text_of(a) << " " << text_of(b);
    if (order == 0) {
      ASSERT_EQ(numeric_hash(left), numeric_hash(right)) << text_of(a);
    }
    ASSERT_EQ(numeric_compare(left, Numeric::infinity()), -1);
    ASSERT_EQ(numeric_compare(left, Numeric::negative_infinity()), 1);
    ASSERT_EQ(numeric_compare(Numeric::nan(), left), 1);
  }
}

TEST_P(NumericProperty, ScaledFormsRoundTripWhenTheyFit) {
  for (int i = 0; i < kCases; ++i) {
    const Exact a = draw();
    const int scale = static_cast<int>(random_.below(80));
    const int digits = 1 + static_cast<int>(random_.below(38));
    const Integer dividend = a.coefficient * power10(scale);
    const Integer unit = power10(a.scale);
    const bool fits = dividend % unit == 0 && abs(dividend / unit) < power10(digits);
    const std::optional<__int128> scaled = numeric_to_scaled(numeric_of(a), scale, digits);
    ASSERT_EQ(scaled.has_value(), fits) << text_of(a) << " " << scale << " " << digits;
    if (!fits) continue;
    ASSERT_EQ(numeric_to_text(Numeric::from_scaled(*scaled, scale)), text_of({dividend / unit, scale}));
    ASSERT_EQ(numeric_compare(Numeric::from_scaled(*scaled, scale), numeric_of(a)), 0);
  }
}

TEST_P(NumericProperty, DoublesAreTheNearest) {
  for (int i = 0; i < kCases; ++i) {
    const Exact a = draw();
    const std::string text = text_of(a);
    const Result<double> value = numeric_to_double(numeric_of(a));
    ASSERT_TRUE(value.is_ok()) << text;
    ASSERT_EQ(value.value(), std::strtod(text.c_str(), nullptr)) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, NumericProperty, ::testing::Values(1, 2, 3),
                         [](const auto& seed) { return "Seed" + std::to_string(seed.param); });

}  // namespace
}  // namespace ddb
