// numeric: limits, special values, order and arithmetic, over the unlimited arithmetic of decimal.
#include "record/numeric.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/seeded_random.h"

namespace ddb {
namespace {

Status overflow() { return Status::error(sqlstate::kNumericOutOfRange, "value overflows numeric format"); }
Status division_by_zero() { return Status::error(sqlstate::kDivisionByZero, "division by zero"); }

Numeric infinity_of_sign(int sign) { return sign < 0 ? Numeric::negative_infinity() : Numeric::infinity(); }

// Where a special value stands above (> 0) or below (< 0) every finite one.
int special_rank(const Numeric& value) {
  if (value.is_finite()) return 0;
  return value.is_nan() ? 2 : value.sign();
}

Result<Numeric> rounded(const Numeric& value, int32_t scale, Rounding rounding) {
  if (!value.is_finite()) return value;
  Decimal result = value.decimal();
  round_to(result, std::clamp(scale, -(Numeric::kWeightMax + 1) * 4 - 1, Numeric::kDisplayScaleMax),
           rounding);
  return Numeric::from_decimal(std::move(result));
}

// The whole number next to `value` on the side of `towards` (−1 or 1).
Result<Numeric> whole_beside(const Numeric& value, int towards) {
  if (!value.is_finite()) return value;
  Decimal result = value.decimal();
  round_to(result, 0, Rounding::kTowardsZero);
  if (value.sign() == towards && compare(result, value.decimal()) != 0) {
    const Decimal one = decimal_from_scaled(towards < 0, 1, 0);
    result = add(result, one);
  }
  return Numeric::from_decimal(std::move(result));
}

// a / b where one of them is special.
Result<Numeric> divide_special(const Numeric& a, const Numeric& b) {
  if (a.is_nan() || b.is_nan()) return Numeric::nan();
  if (!a.is_infinite()) return Numeric();  // a finite number over an infinity
  if (b.is_infinite()) return Numeric::nan();
  if (b.is_zero()) return division_by_zero();
  return infinity_of_sign(a.sign() * b.sign());
}

Result<Numeric> add_special(const Numeric& a, const Numeric& b, int b_sign) {
  if (a.is_nan() || b.is_nan()) return Numeric::nan();
  if (!a.is_infinite()) return infinity_of_sign(b_sign);
  if (b.is_infinite() && a.sign() != b_sign) return Numeric::nan();
  return infinity_of_sign(a.sign());
}

}  // namespace

Numeric Numeric::from_scaled(__int128 value, int32_t scale) {
  DDB_ASSERT(scale >= 0 && scale <= kDisplayScaleMax);
  const bool negative = value < 0;
  const auto bits = static_cast<unsigned __int128>(value);
  return Numeric(decimal_from_scaled(negative, negative ? -bits : bits, scale));
}

Result<Numeric> Numeric::from_decimal(Decimal value) {
  if (value.weight > kWeightMax || value.weight < -kWeightMax - 1 || value.display_scale > kDisplayScaleMax) {
    return overflow();
  }
  return Numeric(std::move(value));
}

int Numeric::sign() const {
  switch (kind_) {
    case Kind::kFinite:
      return finite_.is_zero() ? 0 : finite_.negative ? -1 : 1;
    case Kind::kNan:
      return 0;
    case Kind::kInfinity:
      return 1;
    case Kind::kNegativeInfinity:
      return -1;
  }
  return 0;
}

int numeric_compare(const Numeric& a, const Numeric& b) {
  if (a.is_finite() && b.is_finite()) return compare(a.decimal(), b.decimal());
  const int left = special_rank(a);
  const int right = special_rank(b);
  return static_cast<int>(left > right) - static_cast<int>(left < right);
}

uint64_t numeric_hash(const Numeric& value) {
  if (!value.is_finite()) return mix64(0xFFFFFFFF00000000u + static_cast<uint64_t>(special_rank(value) + 1));
  const Decimal& decimal = value.decimal();
  uint64_t hash = mix64(static_cast<uint32_t>(decimal.weight) * 2 + static_cast<uint64_t>(decimal.negative));
  const uint16_t* digits = decimal.digits.data();
  for (uint32_t i = 0; i < decimal.digits.size(); ++i) hash = mix64(hash ^ digits[i]);
  return hash;
}

Numeric numeric_negate(const Numeric& value) {
  if (value.is_nan()) return value;
  if (value.is_infinite()) return infinity_of_sign(-value.sign());
  Decimal result = value.decimal();
  result.negative = !result.negative && !result.is_zero();
  return std::move(Numeric::from_decimal(std::move(result))).value();
}

Numeric numeric_abs(const Numeric& value) { return value.sign() < 0 ? numeric_negate(value) : value; }

Numeric numeric_sign(const Numeric& value) {
  return value.is_nan() ? value : Numeric::from_int64(value.sign());
}

Result<Numeric> numeric_add(const Numeric& a, const Numeric& b) {
  if (!a.is_finite() || !b.is_finite()) return add_special(a, b, b.sign());
  return Numeric::from_decimal(add(a.decimal(), b.decimal()));
}

Result<Numeric> numeric_subtract(const Numeric& a, const Numeric& b) {
  if (!a.is_finite() || !b.is_finite()) return add_special(a, b, -b.sign());
  return Numeric::from_decimal(subtract(a.decimal(), b.decimal()));
}

Result<Numeric> numeric_multiply(const Numeric& a, const Numeric& b) {
  if (!a.is_finite() || !b.is_finite()) {
    const int sign = a.sign() * b.sign();
    // NaN has sign 0 here, as has zero, and 0 · Infinity is NaN.
    return sign == 0 ? Numeric::nan() : infinity_of_sign(sign);
  }
  Decimal result = multiply(a.decimal(), b.decimal());
  if (result.display_scale > Numeric::kDisplayScaleMax) {
    round_to(result, Numeric::kDisplayScaleMax, Rounding::kHalfAwayFromZero);
  }
  return Numeric::from_decimal(std::move(result));
}

Result<Numeric> numeric_divide(const Numeric& a, const Numeric& b) {
  if (!a.is_finite() || !b.is_finite()) return divide_special(a, b);
  if (b.is_zero()) return division_by_zero();
  const int32_t scale = select_division_scale(a.decimal(), b.decimal());
  return Numeric::from_decimal(divide(a.decimal(), b.decimal(), scale, Rounding::kHalfAwayFromZero));
}

Result<Numeric> numeric_divide_truncating(const Numeric& a, const Numeric& b) {
  if (!a.is_finite() || !b.is_finite()) return divide_special(a, b);
  if (b.is_zero()) return division_by_zero();
  return Numeric::from_decimal(divide(a.decimal(), b.decimal(), 0, Rounding::kTowardsZero));
}

Result<Numeric> numeric_modulo(const Numeric& a, const Numeric& b) {
  if (a.is_nan() || b.is_nan()) return Numeric::nan();
  if (b.is_zero()) return division_by_zero();
  if (a.is_infinite()) return Numeric::nan();
  if (b.is_infinite()) return a;
  const Decimal quotient = divide(a.decimal(), b.decimal(), 0, Rounding::kTowardsZero);
  return Numeric::from_decimal(subtract(a.decimal(), multiply(quotient, b.decimal())));
}

Result<Numeric> numeric_round(const Numeric& value, int32_t scale) {
  return rounded(value, scale, Rounding::kHalfAwayFromZero);
}

Result<Numeric> numeric_truncate(const Numeric& value, int32_t scale) {
  return rounded(value, scale, Rounding::kTowardsZero);
}

Result<Numeric> numeric_ceil(const Numeric& value) { return whole_beside(value, 1); }
Result<Numeric> numeric_floor(const Numeric& value) { return whole_beside(value, -1); }

}  // namespace ddb
