// scaled_numeric: the fast forms of a numeric column: value · 10^scale as an int64 (up to 18 digits) or an __int128 (up
// to 38), with the scale kept by the column. Keeps: |value| < 10^digits, or the value is NaN, which is the largest
// integer, so that integers compare as PostgreSQL orders numerics.
//
// No operation errs: each says whether its result fits the form, and where it does not the caller goes on with a wider
// form, in the end with Numeric. `out` is unspecified then. Scales are 0…38. Only what returns text or a Numeric throws,
// std::bad_alloc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/assert.h"
#include "record/numeric.h"

namespace ddb {

template <typename Int>
struct ScaledForm;

template <>
struct ScaledForm<int64_t> {
  static constexpr int kDigits = Numeric::kNarrowScaledDigitsMax;
  static constexpr int64_t kBound = 1'000'000'000'000'000'000;  // 10^18
  static constexpr int64_t kNan = INT64_MAX;
};

template <>
struct ScaledForm<__int128> {
  static constexpr int kDigits = Numeric::kScaledDigitsMax;
  static constexpr __int128 kBound =
      ScaledForm<int64_t>::kBound * static_cast<__int128>(100'000'000'000'000'000) * 1000;
  static constexpr __int128 kNan = static_cast<__int128>(~static_cast<unsigned __int128>(0) >> 1);
};

template <typename Int>
constexpr bool is_scaled_nan(Int value) {
  return value == ScaledForm<Int>::kNan;
}

// True when a number (not NaN) has at most `digits` digits: the precision of numeric(p, s). REQUIRES: 0 <= digits <= 38.
template <typename Int>
inline bool scaled_has_digits(Int value, int digits) {
  const auto bound = static_cast<__int128>(power_of_ten(digits));
  return value < bound && value > -bound;
}

template <typename Int>
constexpr bool scaled_fits(Int value) {
  return value < ScaledForm<Int>::kBound && value > -ScaledForm<Int>::kBound;
}

// Both at one scale, which is that of the result.
template <typename Int>
[[nodiscard]] inline bool scaled_add(Int a, Int b, Int& out) {
  if (is_scaled_nan(a) || is_scaled_nan(b)) [[unlikely]] {
    out = ScaledForm<Int>::kNan;
    return true;
  }
  return !__builtin_add_overflow(a, b, &out) && scaled_fits(out);
}

template <typename Int>
[[nodiscard]] inline bool scaled_subtract(Int a, Int b, Int& out) {
  if (is_scaled_nan(a) || is_scaled_nan(b)) [[unlikely]] {
    out = ScaledForm<Int>::kNan;
    return true;
  }
  return !__builtin_sub_overflow(a, b, &out) && scaled_fits(out);
}

// The scale of the result is the sum of both.
template <typename Int>
[[nodiscard]] inline bool scaled_multiply(Int a, Int b, Int& out) {
  if (is_scaled_nan(a) || is_scaled_nan(b)) [[unlikely]] {
    out = ScaledForm<Int>::kNan;
    return true;
  }
  return !__builtin_mul_overflow(a, b, &out) && scaled_fits(out);
}

template <typename Int>
inline Int scaled_negate(Int value) {
  return is_scaled_nan(value) ? value : -value;
}

// From one scale to another; halves away from zero when digits are dropped.
template <typename Int>
[[nodiscard]] bool rescale(Int value, int from_scale, int to_scale, Int& out);

// −1, 0 or 1.
template <typename Int>
int compare_scaled(Int a, int a_scale, Int b, int b_scale);

// As numeric_append_text: "12.30", "NaN".
template <typename Int>
void append_scaled(Int value, int scale, std::string& out);

template <typename Int>
Numeric numeric_from_form(Int value, int scale) {
  return is_scaled_nan(value) ? Numeric::nan() : Numeric::from_scaled(value, scale);
}

// Nothing when the value has too many digits, decimals behind `scale`, or is infinite.
template <typename Int>
std::optional<Int> numeric_to_form(const Numeric& value, int scale) {
  if (value.is_nan()) return ScaledForm<Int>::kNan;
  const std::optional<__int128> scaled = numeric_to_scaled(value, scale, ScaledForm<Int>::kDigits);
  if (!scaled.has_value()) return std::nullopt;
  return static_cast<Int>(*scaled);
}

}  // namespace ddb
