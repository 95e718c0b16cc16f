// numeric_convert: numerics to and from integers, binary floating point and scaled 128-bit integers.
#include <charconv>
#include <cmath>
#include <limits>

#include "base/assert.h"
#include "record/float_text.h"
#include "record/numeric.h"

namespace ddb {
namespace {

template <typename Int>
Result<Int> to_integer(const Numeric& value, const char* type) {
  if (!value.is_finite()) {
    return Status::error(
        sqlstate::kFeatureNotSupported,
        std::string(value.is_nan() ? "cannot convert NaN to " : "cannot convert infinity to ") + type);
  }
  Decimal whole = value.decimal();
  round_to(whole, 0, Rounding::kHalfAwayFromZero);
  unsigned __int128 magnitude = 0;
  const auto limit =
      static_cast<unsigned __int128>(std::numeric_limits<Int>::max()) + (whole.negative ? 1 : 0);
  if (!scaled_from_decimal(whole, 0, magnitude) || magnitude > limit) {
    return Status::error(sqlstate::kNumericOutOfRange, std::string(type) + " out of range");
  }
  const auto bits = static_cast<uint64_t>(magnitude);
  return static_cast<Int>(whole.negative ? 0 - bits : bits);
}

// Through printf's %.{digits}g, as PostgreSQL does.
template <typename Float>
Numeric from_float(Float value, int digits) {
  if (std::isnan(value)) return Numeric::nan();
  if (std::isinf(value)) return value > 0 ? Numeric::infinity() : Numeric::negative_infinity();
  char text[64];
  const std::to_chars_result end =
      std::to_chars(text, text + sizeof(text), value, std::chars_format::general, digits);
  Result<Numeric> parsed = numeric_parse(std::string_view(text, static_cast<size_t>(end.ptr - text)));
  DDB_ASSERT(parsed.is_ok());
  return std::move(parsed).value();
}

}  // namespace

Result<int16_t> numeric_to_int16(const Numeric& value) { return to_integer<int16_t>(value, "smallint"); }
Result<int32_t> numeric_to_int32(const Numeric& value) { return to_integer<int32_t>(value, "integer"); }
Result<int64_t> numeric_to_int64(const Numeric& value) { return to_integer<int64_t>(value, "bigint"); }

Result<double> numeric_to_double(const Numeric& value) {
  if (value.is_nan()) return std::numeric_limits<double>::quiet_NaN();
  if (value.is_infinite()) return value.sign() * std::numeric_limits<double>::infinity();
  // Both operands are exact doubles here, so the one division rounds correctly (Clinger 1990).
  constexpr int32_t kExactPowerMax = 22;
  constexpr uint64_t kExactIntegerMax = uint64_t{1} << 53;
  unsigned __int128 coefficient = 0;
  const int32_t scale = value.display_scale();
  if (scale <= kExactPowerMax && scaled_from_decimal(value.decimal(), scale, coefficient) &&
      coefficient <= kExactIntegerMax) {
    const double magnitude =
        static_cast<double>(static_cast<uint64_t>(coefficient)) / static_cast<double>(power_of_ten(scale));
    return value.sign() < 0 ? -magnitude : magnitude;
  }
  return parse_double(numeric_to_text(value));
}

Result<float> numeric_to_float(const Numeric& value) {
  if (value.is_nan()) return std::numeric_limits<float>::quiet_NaN();
  if (value.is_infinite()) return static_cast<float>(value.sign()) * std::numeric_limits<float>::infinity();
  return parse_real(numeric_to_text(value));
}

Numeric numeric_from_double(double value) { return from_float(value, std::numeric_limits<double>::digits10); }
Numeric numeric_from_float(float value) { return from_float(value, std::numeric_limits<float>::digits10); }

std::optional<__int128> numeric_to_scaled(const Numeric& value, int32_t scale, int digits_max) {
  DDB_ASSERT(scale >= 0 && digits_max > 0 && digits_max <= Numeric::kScaledDigitsMax);
  unsigned __int128 coefficient = 0;
  if (!value.is_finite() || !scaled_from_decimal(value.decimal(), scale, coefficient) ||
      coefficient >= power_of_ten(digits_max)) {
    return std::nullopt;
  }
  const auto magnitude = static_cast<__int128>(coefficient);
  return value.sign() < 0 ? -magnitude : magnitude;
}

}  // namespace ddb
