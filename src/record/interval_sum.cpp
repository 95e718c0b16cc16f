// interval_sum: adding fields of an interval, fractions flowing into the next smaller field.
#include <cmath>
#include <limits>

#include "record/interval_decode.h"

namespace ddb {
namespace {

bool add_scaled(int32_t& sum, int64_t whole, int32_t scale) {
  if (whole < std::numeric_limits<int32_t>::min() || whole > std::numeric_limits<int32_t>::max())
    return false;
  int32_t product = 0;
  return !__builtin_mul_overflow(static_cast<int32_t>(whole), scale, &product) &&
         !__builtin_add_overflow(sum, product, &sum);
}

template <typename Int>
bool negate_value(Int& value) {
  if (value == std::numeric_limits<Int>::min()) return false;
  value = -value;
  return true;
}

}  // namespace

bool IntervalSum::add_fraction_of_micros(double fraction, int64_t scale) {
  if (fraction == 0) return true;
  fraction *= static_cast<double>(scale);
  int64_t micros = static_cast<int64_t>(fraction);
  fraction -= static_cast<double>(micros);
  if (fraction > 0.5) {
    ++micros;
  } else if (fraction < -0.5) {
    --micros;
  }
  return !__builtin_add_overflow(micros_, micros, &micros_);
}

bool IntervalSum::add_fraction_of_days(double fraction, int scale) {
  if (fraction == 0) return true;
  fraction *= scale;
  const int32_t whole = static_cast<int32_t>(fraction);
  if (__builtin_add_overflow(days_, whole, &days_)) return false;
  return add_fraction_of_micros(fraction - whole, kMicrosPerDay);
}

bool IntervalSum::add_micros(int64_t whole, double fraction, int64_t scale) {
  int64_t product = 0;
  if (__builtin_mul_overflow(whole, scale, &product) || __builtin_add_overflow(micros_, product, &micros_)) {
    return false;
  }
  return add_fraction_of_micros(fraction, scale);
}

bool IntervalSum::add_days(int64_t whole, double fraction, int scale) {
  if (!add_scaled(days_, whole, scale)) return false;
  return scale == 1 ? add_fraction_of_micros(fraction, kMicrosPerDay) : add_fraction_of_days(fraction, scale);
}

bool IntervalSum::add_months(int64_t whole, double fraction) {
  return add_scaled(months_, whole, 1) && add_fraction_of_days(fraction, kDaysPerMonth);
}

bool IntervalSum::add_years(int64_t whole, double fraction, int scale) {
  if (!add_scaled(years_, whole, scale)) return false;
  const int32_t months = static_cast<int32_t>(std::rint(fraction * scale * kMonthsPerYear));
  return !__builtin_add_overflow(months_, months, &months_);
}

bool IntervalSum::negate() {
  return negate_value(years_) && negate_value(months_) && negate_value(days_) && negate_value(micros_);
}

bool IntervalSum::to_interval(Interval& interval) const {
  const int64_t months = int64_t{years_} * kMonthsPerYear + months_;
  if (months < std::numeric_limits<int32_t>::min() || months > std::numeric_limits<int32_t>::max())
    return false;
  interval = {static_cast<int32_t>(months), days_, micros_};
  return true;
}

}  // namespace ddb
