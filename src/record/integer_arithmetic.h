// integer_arithmetic: the operators of smallint, integer and bigint. Each sets `out` and returns kNone, or returns the
// error and leaves `out` unspecified. Nothing throws.
#pragma once

#include <concepts>
#include <limits>

#include "record/arithmetic_error.h"

namespace ddb {

template <std::signed_integral Int>
inline ArithmeticError checked_add(Int a, Int b, Int& out) {
  return __builtin_add_overflow(a, b, &out) ? ArithmeticError::kOutOfRange : ArithmeticError::kNone;
}

template <std::signed_integral Int>
inline ArithmeticError checked_subtract(Int a, Int b, Int& out) {
  return __builtin_sub_overflow(a, b, &out) ? ArithmeticError::kOutOfRange : ArithmeticError::kNone;
}

template <std::signed_integral Int>
inline ArithmeticError checked_multiply(Int a, Int b, Int& out) {
  return __builtin_mul_overflow(a, b, &out) ? ArithmeticError::kOutOfRange : ArithmeticError::kNone;
}

// Towards zero.
template <std::signed_integral Int>
inline ArithmeticError checked_divide(Int a, Int b, Int& out) {
  if (b == 0) [[unlikely]]
    return ArithmeticError::kDivisionByZero;
  if (b == -1) return checked_subtract(Int{0}, a, out);  // the machine traps on min / −1
  out = static_cast<Int>(a / b);
  return ArithmeticError::kNone;
}

// Takes the sign of a.
template <std::signed_integral Int>
inline ArithmeticError checked_modulo(Int a, Int b, Int& out) {
  if (b == 0) [[unlikely]]
    return ArithmeticError::kDivisionByZero;
  out = b == -1 ? Int{0} : static_cast<Int>(a % b);
  return ArithmeticError::kNone;
}

template <std::signed_integral Int>
inline ArithmeticError checked_negate(Int a, Int& out) {
  return checked_subtract(Int{0}, a, out);
}

template <std::signed_integral Int>
inline ArithmeticError checked_abs(Int a, Int& out) {
  if (a < 0) return checked_negate(a, out);
  out = a;
  return ArithmeticError::kNone;
}

}  // namespace ddb
