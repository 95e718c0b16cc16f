// scaled_numeric_test: the fast forms give what Numeric gives, or say that they cannot.
#include "record/scaled_numeric.h"

#include <gtest/gtest.h>

#include <string>

#include "base/seeded_random.h"
#include "record/outcome.h"

namespace ddb {
namespace {

// Numbers of 0 to all digits, among them the ends of the form and NaN.
template <typename Int>
Int draw(SeededRandom& random) {
  if (random.chance(30)) return ScaledForm<Int>::kNan;
  if (random.chance(50)) return ScaledForm<Int>::kBound - 1;
  if (random.chance(50)) return 1 - ScaledForm<Int>::kBound;
  Int value = 0;
  for (uint64_t left = random.below(ScaledForm<Int>::kDigits + 1); left > 0; --left) {
    value = value * 10 + static_cast<Int>(random.chance(300) ? 9 : random.below(10));
  }
  return random.chance(500) ? -value : value;
}

template <typename Int>
std::string text(bool fits, Int value, int scale) {
  if (!fits) return "wide";
  std::string out;
  append_scaled(value, scale, out);
  return out;
}

template <typename Int>
std::string expected(const Result<Numeric>& exact, int scale) {
  const bool fits = numeric_to_form<Int>(exact.value(), scale).has_value();
  return fits ? numeric_to_text(exact.value()) : "wide";
}

template <typename Int>
void expect_as_numeric(uint64_t seed) {
  SCOPED_TRACE(seed);
  SeededRandom random(seed);
  constexpr uint64_t kScales = ScaledForm<Int>::kDigits + 1;
  for (int i = 0; i < 20000; ++i) {
    const Int a = draw<Int>(random);
    const Int b = random.chance(100) ? a : draw<Int>(random);
    const int scale = static_cast<int>(random.below(kScales));
    const int other = static_cast<int>(random.below(kScales));
    const Numeric left = numeric_from_form(a, scale);
    const Numeric right = numeric_from_form(b, scale);
    SCOPED_TRACE(numeric_to_text(left) + " " + numeric_to_text(right) + " " + std::to_string(other));
    ASSERT_EQ(text(true, a, scale), numeric_to_text(left));
    ASSERT_EQ(numeric_to_form<Int>(left, scale), a);
    Int out = 0;
    bool fits = scaled_add(a, b, out);
    ASSERT_EQ(text(fits, out, scale), expected<Int>(numeric_add(left, right), scale));
    fits = scaled_subtract(a, b, out);
    ASSERT_EQ(text(fits, out, scale), expected<Int>(numeric_subtract(left, right), scale));
    ASSERT_EQ(text(true, scaled_negate(a), scale), numeric_to_text(numeric_negate(left)));
    if (scale + other <= ScaledForm<Int>::kDigits) {
      fits = scaled_multiply(a, b, out);
      const Result<Numeric> product = numeric_multiply(left, numeric_from_form(b, other));
      ASSERT_EQ(text(fits, out, scale + other), expected<Int>(product, scale + other));
    }
    fits = rescale(a, scale, other, out);
    ASSERT_EQ(text(fits, out, other), expected<Int>(numeric_round(left, other), other));
    ASSERT_EQ(compare_scaled(a, scale, b, other), numeric_compare(left, numeric_from_form(b, other)));
  }
}

TEST(ScaledNumeric, NarrowFormAgreesWithNumeric) { expect_as_numeric<int64_t>(11); }
TEST(ScaledNumeric, WideFormAgreesWithNumeric) { expect_as_numeric<__int128>(12); }

TEST(ScaledNumeric, PrecisionCountsDigits) {
  EXPECT_TRUE(scaled_has_digits<int64_t>(999, 3));
  EXPECT_FALSE(scaled_has_digits<int64_t>(-1000, 3));
  EXPECT_TRUE(scaled_has_digits<int64_t>(0, 0));
  EXPECT_TRUE(scaled_has_digits<__int128>(ScaledForm<__int128>::kBound - 1, 38));
}

}  // namespace
}  // namespace ddb
