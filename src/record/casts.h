// casts: PostgreSQL's casts between the scalar types of this layer: the inline ones here, and where to find the others.
//
//   from \ to   integers           real, double          numeric               text                 boolean
//   integers    cast_integer       static_cast           Numeric::from_int64   append_integer       cast_boolean ¹
//   real        cast_to_integer    static_cast, exact    numeric_from_float    append_real
//   double      cast_to_integer    cast_real             numeric_from_double   append_double
//   numeric     numeric_to_int32…  numeric_to_double…    numeric_apply_typmod  numeric_append_text
//   text        parse_integer…     parse_double…         numeric_parse         –                    parse_boolean
//   boolean     static_cast ¹                                                  boolean_cast_text
//   uuid, bytea                                                                append_uuid, append_bytea
//
//   ¹ PostgreSQL has it for integer only, not for smallint and bigint.
//
// To and from character varying(n) and character(n): as text, then coerce_varchar or coerce_char (character_types.h);
// character(n) to text drops the padding (without_padding). Text to uuid and bytea: parse_uuid, parse_bytea.
// Which casts are implicit, for assignment or explicit only is the catalogue's business. Nothing here throws.
#pragma once

#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

#include "record/arithmetic_error.h"

namespace ddb {

template <std::signed_integral To, std::signed_integral From>
inline ArithmeticError cast_integer(From value, To& out) {
  out = static_cast<To>(value);
  return std::in_range<To>(value) ? ArithmeticError::kNone : ArithmeticError::kOutOfRange;
}

// Halves to the even neighbour. NaN and infinities are out of range.
template <std::signed_integral To, std::floating_point From>
inline ArithmeticError cast_to_integer(From value, To& out) {
  // −min is a power of two and so exact in every float; max is not.
  constexpr From kMin = static_cast<From>(std::numeric_limits<To>::min());
  const From whole = std::rint(value);
  if (!(whole >= kMin && whole < -kMin)) [[unlikely]]
    return ArithmeticError::kOutOfRange;
  out = static_cast<To>(whole);
  return ArithmeticError::kNone;
}

inline ArithmeticError cast_real(double value, float& out) {
  out = static_cast<float>(value);
  if (std::isinf(out) && !std::isinf(value)) [[unlikely]]
    return ArithmeticError::kOverflow;
  if (out == 0 && value != 0) [[unlikely]]
    return ArithmeticError::kUnderflow;
  return ArithmeticError::kNone;
}

inline bool cast_boolean(int32_t value) { return value != 0; }

}  // namespace ddb
