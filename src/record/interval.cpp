// interval: arithmetic field by field.
#include "record/interval.h"

#include <cmath>
#include <limits>

namespace ddb {
namespace {

Status interval_out_of_range() { return Status::error(sqlstate::kDatetimeOverflow, "interval out of range"); }

template <typename Int>
bool store(__int128 value, Int& field) {
  if (value < std::numeric_limits<Int>::min() || value > std::numeric_limits<Int>::max()) return false;
  field = static_cast<Int>(value);
  return true;
}

// Truncates towards zero; false: NaN or too large.
template <typename Int>
bool store(double value, Int& field) {
  constexpr double kEnd = -static_cast<double>(std::numeric_limits<Int>::min());  // 2^31 or 2^63
  if (sizeof(Int) == 4 ? !(value >= -kEnd && value <= kEnd - 1) : !(value >= -kEnd && value < kEnd))
    return false;
  field = static_cast<Int>(value);
  return true;
}

double round_to_micros(double seconds) { return std::rint(seconds * 1e6) / 1e6; }

// months, days and micros: the exact products or quotients of the interval's fields.
Result<Interval> from_scaled(double months, double days, double micros) {
  Interval result;
  if (!store(months, result.months) || !store(days, result.days)) return interval_out_of_range();
  const double days_of_months = round_to_micros((months - result.months) * kDaysPerMonth);
  int32_t whole_days = 0;
  if (!store(days_of_months, whole_days)) return interval_out_of_range();
  double seconds = round_to_micros((days - result.days + days_of_months - whole_days) * kSecondsPerDay);
  __int128 day_sum = __int128{result.days} + whole_days;
  // Rounding and both cascades may make a whole day of it.
  if (std::fabs(seconds) >= kSecondsPerDay) {
    const int32_t carry = static_cast<int32_t>(seconds / kSecondsPerDay);
    day_sum += carry;
    seconds -= static_cast<double>(carry) * kSecondsPerDay;
  }
  const double total = std::rint(micros + seconds * static_cast<double>(kMicrosPerSecond));
  if (!store(day_sum, result.days) || !store(total, result.micros)) return interval_out_of_range();
  return result;
}

Result<Interval> combine(const Interval& a, const Interval& b, int sign) {
  Interval result;
  if (!store(__int128{a.months} + sign * __int128{b.months}, result.months) ||
      !store(__int128{a.days} + sign * __int128{b.days}, result.days) ||
      !store(__int128{a.micros} + sign * __int128{b.micros}, result.micros)) {
    return interval_out_of_range();
  }
  return result;
}

// Makes the lesser part have the sign of the greater one by moving one whole unit.
template <typename Greater, typename Lesser>
void align_signs(Greater& greater, Lesser& lesser, bool lesser_is_negative, bool lesser_is_positive,
                 Lesser unit) {
  if (greater > 0 && lesser_is_negative) {
    lesser += unit;
    --greater;
  } else if (greater < 0 && lesser_is_positive) {
    lesser -= unit;
    ++greater;
  }
}

}  // namespace

Result<Interval> add(const Interval& a, const Interval& b) { return combine(a, b, 1); }
Result<Interval> subtract(const Interval& a, const Interval& b) { return combine(a, b, -1); }
Result<Interval> negate(const Interval& interval) { return combine(Interval{}, interval, -1); }

Result<Interval> multiply(const Interval& interval, double factor) {
  return from_scaled(interval.months * factor, interval.days * factor,
                     static_cast<double>(interval.micros) * factor);
}

Result<Interval> divide(const Interval& interval, double divisor) {
  if (divisor == 0) return Status::error(sqlstate::kDivisionByZero, "division by zero");
  return from_scaled(interval.months / divisor, interval.days / divisor,
                     static_cast<double>(interval.micros) / divisor);
}

Result<Interval> justify_hours(const Interval& interval) {
  Interval result = interval;
  const int64_t whole_days = interval.micros / kMicrosPerDay;
  result.micros -= whole_days * kMicrosPerDay;
  if (!store(__int128{interval.days} + whole_days, result.days)) return interval_out_of_range();
  align_signs(result.days, result.micros, result.micros<0, result.micros> 0, kMicrosPerDay);
  return result;
}

Result<Interval> justify_days(const Interval& interval) {
  Interval result = interval;
  const int32_t whole_months = interval.days / kDaysPerMonth;
  result.days -= whole_months * kDaysPerMonth;
  if (!store(__int128{interval.months} + whole_months, result.months)) return interval_out_of_range();
  align_signs(result.months, result.days, result.days<0, result.days> 0, int32_t{kDaysPerMonth});
  return result;
}

Result<Interval> justify_interval(const Interval& interval) {
  Interval result = interval;
  const int64_t whole_days = interval.micros / kMicrosPerDay;
  result.micros -= whole_days * kMicrosPerDay;
  const int64_t days = int64_t{interval.days} + whole_days;
  const int64_t whole_months = days / kDaysPerMonth;
  result.days = static_cast<int32_t>(days - whole_months * kDaysPerMonth);
  if (!store(__int128{interval.months} + whole_months, result.months)) return interval_out_of_range();
  const bool below = result.days < 0 || (result.days == 0 && result.micros < 0);
  const bool above = result.days > 0 || (result.days == 0 && result.micros > 0);
  align_signs(result.months, result.days, below, above, int32_t{kDaysPerMonth});
  align_signs(result.days, result.micros, result.micros<0, result.micros> 0, kMicrosPerDay);
  return result;
}

}  // namespace ddb
