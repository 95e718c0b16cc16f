// interval: arithmetic and order of intervals. Keeps: no result wraps around; what does not fit is 22008 "interval out
// of range".
//
// Order and equality take a month for 30 days and a day for 24 hours, in 128 bits: '1 mon' = '30 days' = '720:00:00'.
// Whoever hashes or indexes intervals uses interval_span(); the fields of equal intervals may differ.
#pragma once

#include <compare>
#include <cstdint>

#include "base/status.h"
#include "record/datetime_types.h"
#include "record/interval_span.h"

namespace ddb {

// "1 month", "30 days" and "720 hours" are equal.
constexpr std::strong_ordering compare(const Interval& a, const Interval& b) {
  const __int128 x = interval_span(a), y = interval_span(b);
  return x < y   ? std::strong_ordering::less
         : x > y ? std::strong_ordering::greater
                 : std::strong_ordering::equal;
}

Result<Interval> add(const Interval& a, const Interval& b);
Result<Interval> subtract(const Interval& a, const Interval& b);
Result<Interval> negate(const Interval& interval);
// The fractions of months and days flow down: '1 mon' * 0.5 = '15 days'. Errors: 22008, also for NaN and infinity.
Result<Interval> multiply(const Interval& interval, double factor);
// Errors: 22012 when divisor is 0, 22008.
Result<Interval> divide(const Interval& interval, double divisor);

// Whole 24 hours become days; whole 30 days become months; both, and signs made equal.
Result<Interval> justify_hours(const Interval& interval);
Result<Interval> justify_days(const Interval& interval);
Result<Interval> justify_interval(const Interval& interval);

}  // namespace ddb
