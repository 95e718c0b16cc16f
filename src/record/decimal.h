// decimal: arithmetic on finite decimals of any range, without errors; the part of Numeric below its limits and its
// special values. Keeps after every function: no zero digit first or last; zero has no digits, weight 0, no sign.
//
// value = ± Σ digits[i] · 10000^(weight − i). display_scale is the number of decimal places it is written with; no
// nonzero decimal lies behind it.
#pragma once

#include <cstdint>

#include "record/digit_buffer.h"

namespace ddb {

struct Decimal {
  static constexpr int kBase = 10000;
  static constexpr int kBaseDigits = 4;  // decimal digits in one digit

  bool negative = false;
  int32_t weight = 0;
  int32_t display_scale = 0;
  DigitBuffer digits;

  bool is_zero() const { return digits.empty(); }
};

// All of these throw std::bad_alloc.

// Restores what the head of this file keeps.
void strip(Decimal& value);

// −1, 0 or 1; the display scale does not count.
int compare(const Decimal& a, const Decimal& b);

// The display scale of a sum is the larger one, of a product the sum.
Decimal add(const Decimal& a, const Decimal& b);
Decimal subtract(const Decimal& a, const Decimal& b);
Decimal multiply(const Decimal& a, const Decimal& b);

enum class Rounding { kHalfAwayFromZero, kTowardsZero };

// a / b with `scale` >= 0 decimals. REQUIRES: b is not zero.
Decimal divide(const Decimal& a, const Decimal& b, int32_t scale, Rounding rounding);

// The number of decimals PostgreSQL's division keeps: at least 16 significant digits, at least those of either
// operand, at most 1000.
int32_t select_division_scale(const Decimal& a, const Decimal& b);

// Keeps `scale` decimals; a negative scale clears digits before the point. The display scale becomes max(scale, 0).
void round_to(Decimal& value, int32_t scale, Rounding rounding);

// A coefficient times 10^−scale. REQUIRES: scale >= 0.
Decimal decimal_from_scaled(bool negative, unsigned __int128 coefficient, int32_t scale);

// Sets `out` to |value| · 10^scale, which must have at most 38 decimal digits; false when it has more, or when `value`
// has nonzero decimals behind `scale`. REQUIRES: scale >= 0.
bool scaled_from_decimal(const Decimal& value, int32_t scale, unsigned __int128& out);

// 10^n. REQUIRES: 0 <= n <= 38.
unsigned __int128 power_of_ten(int n);

}  // namespace ddb
