// numeric: PostgreSQL's numeric. Keeps: a finite value has at most 131,072 digits before and 16,383 behind the point;
// NaN and ±Infinity have no digits. Values are immutable to callers and may be read by many threads.
//
// Every function throws std::bad_alloc and nothing else. 22003 "value overflows numeric format" answers a result beyond
// the limits; where a function says "22003" it means that unless it names another message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"
#include "record/decimal.h"
#include "record/sql_type.h"

namespace ddb {

class Numeric {
 public:
  static constexpr int32_t kWeightMax = 32767;        // (32767 + 1) · 4 digits before the point
  static constexpr int32_t kDisplayScaleMax = 16383;  // digits behind it
  static constexpr int kScaledDigitsMax = 38;         // of the 128-bit form
  static constexpr int kNarrowScaledDigitsMax = 18;   // of the 64-bit form

  Numeric() = default;  // 0
  static Numeric nan() { return Numeric(Kind::kNan); }
  static Numeric infinity() { return Numeric(Kind::kInfinity); }
  static Numeric negative_infinity() { return Numeric(Kind::kNegativeInfinity); }
  static Numeric from_int64(int64_t value) { return from_scaled(value, 0); }
  // value · 10^−scale with display scale `scale`. REQUIRES: 0 <= scale <= kDisplayScaleMax.
  static Numeric from_scaled(__int128 value, int32_t scale);
  // Checks the limits: 22003.
  static Result<Numeric> from_decimal(Decimal value);

  bool is_finite() const { return kind_ == Kind::kFinite; }
  bool is_nan() const { return kind_ == Kind::kNan; }
  bool is_infinite() const { return kind_ == Kind::kInfinity || kind_ == Kind::kNegativeInfinity; }
  bool is_zero() const { return is_finite() && finite_.is_zero(); }
  // −1, 0 or 1; that of an infinity; 0 for NaN.
  int sign() const;
  // Digits behind the point; 0 for NaN and ±Infinity.
  int32_t display_scale() const { return finite_.display_scale; }
  // REQUIRES: is_finite().
  const Decimal& decimal() const { return finite_; }

 private:
  enum class Kind : uint8_t { kFinite, kNan, kInfinity, kNegativeInfinity };
  explicit Numeric(Kind kind) : kind_(kind) {}
  explicit Numeric(Decimal value) : finite_(std::move(value)) {}

  Kind kind_ = Kind::kFinite;
  Decimal finite_;
};

// --- Order ------------------------------------------------------------------------------------------------------------

// −1, 0 or 1. NaN equals NaN and lies above Infinity. 1.0 equals 1.00.
int numeric_compare(const Numeric& a, const Numeric& b);
inline bool operator==(const Numeric& a, const Numeric& b) { return numeric_compare(a, b) == 0; }
inline bool operator<(const Numeric& a, const Numeric& b) { return numeric_compare(a, b) < 0; }
// Equal values have equal hashes, whatever their display scale. Not stable across versions: never store it.
uint64_t numeric_hash(const Numeric& value);

// --- Text -------------------------------------------------------------------------------------------------------------

// White space around the number, "NaN", "inf", "+Infinity", …, digits with point and exponent, as numeric_in of
// PostgreSQL 15. Then the modifier, as numeric_apply_typmod; a number beyond the limits is good if the modifier rounds
// it back. 22P02 with the text; 22003.
Result<Numeric> numeric_parse(std::string_view text, int32_t typmod = kNoTypmod);
// All digits of the display scale, never an exponent. "NaN", "Infinity", "-Infinity".
void numeric_append_text(const Numeric& value, std::string& out);
std::string numeric_to_text(const Numeric& value);

// --- Arithmetic: each as PostgreSQL's operator or function of that name -------------------------------------------------

Numeric numeric_negate(const Numeric& value);
Numeric numeric_abs(const Numeric& value);
// −1, 0 or 1 with display scale 0; NaN for NaN.
Numeric numeric_sign(const Numeric& value);
Result<Numeric> numeric_add(const Numeric& a, const Numeric& b);       // 22003
Result<Numeric> numeric_subtract(const Numeric& a, const Numeric& b);  // 22003
Result<Numeric> numeric_multiply(const Numeric& a, const Numeric& b);  // 22003
// At least 16 significant digits (select_division_scale). 22012, 22003.
Result<Numeric> numeric_divide(const Numeric& a, const Numeric& b);
// The whole part of a / b, towards zero: div(a, b). 22012, 22003.
Result<Numeric> numeric_divide_truncating(const Numeric& a, const Numeric& b);
// Takes the sign of a. 22012.
Result<Numeric> numeric_modulo(const Numeric& a, const Numeric& b);

// `scale` decimals, halves away from zero; negative scales round before the point. 22003.
Result<Numeric> numeric_round(const Numeric& value, int32_t scale);
Result<Numeric> numeric_truncate(const Numeric& value, int32_t scale);
Result<Numeric> numeric_ceil(const Numeric& value);   // 22003
Result<Numeric> numeric_floor(const Numeric& value);  // 22003

// Rounds to the modifier's scale, which also becomes the display scale, and refuses more digits than its precision
// has and infinities: 22003 "numeric field overflow" with PostgreSQL's detail. kNoTypmod changes nothing.
Result<Numeric> numeric_apply_typmod(const Numeric& value, int32_t typmod);

// --- Other number types -----------------------------------------------------------------------------------------------

// Rounded, halves away from zero. 22003 "integer out of range"; 0A000 "cannot convert NaN to integer" and "cannot
// convert infinity to integer"; with smallint and bigint for the others.
Result<int16_t> numeric_to_int16(const Numeric& value);
Result<int32_t> numeric_to_int32(const Numeric& value);
Result<int64_t> numeric_to_int64(const Numeric& value);

// The nearest. 22003 "\"…\" is out of range for type double precision" (or real), also when it underflows.
Result<double> numeric_to_double(const Numeric& value);
Result<float> numeric_to_float(const Numeric& value);
// Rounded to 15 (double) or 6 (float) significant digits, as PostgreSQL's cast does. Trailing zeros are not shown.
Numeric numeric_from_double(double value);
Numeric numeric_from_float(float value);

// value · 10^scale when it is a whole number of at most `digits_max` decimal digits, else nothing: the caller then
// keeps the wide form. Nothing also for NaN and ±Infinity. REQUIRES: scale >= 0, 0 < digits_max <= kScaledDigitsMax.
std::optional<__int128> numeric_to_scaled(const Numeric& value, int32_t scale,
                                          int digits_max = Numeric::kScaledDigitsMax);

// --- Bytes (numeric_encoding.cpp has the layout) ------------------------------------------------------------------------

// One value has exactly one encoding, display scale included; equal values of different display scale differ. 1.00 takes
// 3 bytes, 123456.78 5. The bytes do not sort as the values do.
void numeric_encode(const Numeric& value, std::string& out);

struct DecodedNumeric {
  Numeric value;
  size_t size;  // bytes taken from the front
};
// Trusts nothing: XX001 for a cut, out-of-range or non-canonical encoding. What follows the value is not looked at.
Result<DecodedNumeric> numeric_decode(std::string_view bytes);

}  // namespace ddb
