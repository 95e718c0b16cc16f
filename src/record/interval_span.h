// interval_span: the length of an interval by which PostgreSQL orders intervals: months of 30 days, days of 24 hours.
#pragma once

#include "record/datetime_types.h"

namespace ddb {

// In µs; needs 74 bits.
constexpr __int128 interval_span(const Interval& interval) {
  const int64_t days = int64_t{interval.months} * kDaysPerMonth + interval.days;
  return static_cast<__int128>(days) * kMicrosPerDay + interval.micros;
}

// The interval of that span with as many months, then days, as their fields can hold: what stands for all equal ones.
// False when no interval is that long.
constexpr bool interval_from_span(__int128 span, Interval& out) {
  constexpr auto clamp = [](__int128 value) {
    return static_cast<int32_t>(value > INT32_MAX ? INT32_MAX : value < INT32_MIN ? INT32_MIN : value);
  };
  constexpr __int128 kMicrosPerMonth = static_cast<__int128>(kMicrosPerDay) * kDaysPerMonth;
  out.months = clamp(span / kMicrosPerMonth);
  span -= out.months * kMicrosPerMonth;
  out.days = clamp(span / kMicrosPerDay);
  span -= static_cast<__int128>(out.days) * kMicrosPerDay;
  out.micros = static_cast<int64_t>(span);
  return span >= INT64_MIN && span <= INT64_MAX;
}

}  // namespace ddb
