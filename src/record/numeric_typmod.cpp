// numeric_typmod: rounding to a scale and the overflow of a precision, with PostgreSQL's words.
#include "record/numeric_typmod.h"

#include <string>

#include "record/numeric.h"

namespace ddb {
namespace {

// Decimal digits in front of the point; zero or less when the value is below 1. REQUIRES: not zero.
int64_t whole_digits(const Decimal& value) {
  int64_t digits = (static_cast<int64_t>(value.weight) + 1) * Decimal::kBaseDigits;
  const int first = value.digits[0];
  if (first < 1000) --digits;
  if (first < 100) --digits;
  if (first < 10) --digits;
  return digits;
}

Status field_overflow(int32_t typmod, const std::string& predicate) {
  return Status::error(sqlstate::kNumericOutOfRange, "numeric field overflow")
      .with_detail("A field with precision " + std::to_string(numeric_precision(typmod)) + ", scale " +
                   std::to_string(numeric_scale(typmod)) + " " + predicate);
}

}  // namespace

Status decimal_apply_typmod(Decimal& value, int32_t typmod) {
  const int scale = numeric_scale(typmod);
  round_to(value, scale, Rounding::kHalfAwayFromZero);
  const int whole_max = numeric_precision(typmod) - scale;
  if (value.is_zero() || whole_digits(value) <= whole_max) return Status::ok();
  const std::string bound = whole_max == 0 ? "1" : "10^" + std::to_string(whole_max);
  return field_overflow(typmod, "must round to an absolute value less than " + bound + ".");
}

Status infinity_beyond_typmod(int32_t typmod) {
  return field_overflow(typmod, "cannot hold an infinite value.");
}

Result<Numeric> numeric_apply_typmod(const Numeric& value, int32_t typmod) {
  if (typmod == kNoTypmod || value.is_nan()) return value;
  if (value.is_infinite()) return infinity_beyond_typmod(typmod);
  Decimal result = value.decimal();
  DDB_RETURN_IF_ERROR(decimal_apply_typmod(result, typmod));
  return Numeric::from_decimal(std::move(result));
}

}  // namespace ddb
