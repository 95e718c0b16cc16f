// float_arithmetic: the operators of real and double precision, with PostgreSQL's rule that a finite operation must not
// become infinite or vanish; and their total order. Nothing throws.
#pragma once

#include <bit>
#include <cmath>
#include <concepts>
#include <cstdint>

#include "base/seeded_random.h"
#include "record/arithmetic_error.h"

namespace ddb {

template <std::floating_point Float>
inline ArithmeticError checked_add(Float a, Float b, Float& out) {
  out = a + b;
  const bool overflow = std::isinf(out) && !std::isinf(a) && !std::isinf(b);
  return overflow ? ArithmeticError::kOverflow : ArithmeticError::kNone;
}

template <std::floating_point Float>
inline ArithmeticError checked_subtract(Float a, Float b, Float& out) {
  out = a - b;
  const bool overflow = std::isinf(out) && !std::isinf(a) && !std::isinf(b);
  return overflow ? ArithmeticError::kOverflow : ArithmeticError::kNone;
}

template <std::floating_point Float>
inline ArithmeticError checked_multiply(Float a, Float b, Float& out) {
  out = a * b;
  if (std::isinf(out) && !std::isinf(a) && !std::isinf(b)) [[unlikely]]
    return ArithmeticError::kOverflow;
  if (out == 0 && a != 0 && b != 0) [[unlikely]]
    return ArithmeticError::kUnderflow;
  return ArithmeticError::kNone;
}

template <std::floating_point Float>
inline ArithmeticError checked_divide(Float a, Float b, Float& out) {
  if (b == 0 && !std::isnan(a)) [[unlikely]]
    return ArithmeticError::kDivisionByZero;
  out = a / b;
  if (std::isinf(out) && !std::isinf(a)) [[unlikely]]
    return ArithmeticError::kOverflow;
  if (out == 0 && a != 0 && !std::isinf(b)) [[unlikely]]
    return ArithmeticError::kUnderflow;
  return ArithmeticError::kNone;
}

// −1, 0 or 1. NaN equals NaN and lies above Infinity; −0 equals 0.
template <std::floating_point Float>
inline int compare_float(Float a, Float b) {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a == b) return 0;
  return static_cast<int>(std::isnan(a)) - static_cast<int>(std::isnan(b));
}

// Equal by compare_float means equal hash, also between real and double precision. Never store it.
inline uint64_t hash_float(double value) {
  if (value == 0) value = 0;  // −0
  if (std::isnan(value)) return mix64(0x7FF8000000000000u);
  return mix64(std::bit_cast<uint64_t>(value));
}

}  // namespace ddb
