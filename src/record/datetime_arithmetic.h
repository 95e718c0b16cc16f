// datetime_arithmetic: sums and differences of dates, times and timestamps. Keeps: a result is in its type's range;
// infinities absorb intervals and days.
//
// Intervals are added in the order months, days, time. Months keep the day of the month, cut to the month's last day.
// For timestamptz months and days count in the zone's calendar, so that a day may have 23 or 25 hours; time is elapsed
// time. Errors: 22008.
#pragma once

#include "base/status.h"
#include "record/datetime_types.h"
#include "record/time_zone.h"

namespace ddb {

Result<Date> add_days(Date date, int32_t days);
Result<Date> subtract_days(Date date, int32_t days);
// Errors: 22008 "cannot subtract infinite dates".
Result<int32_t> subtract(Date a, Date b);
// date + time.
Result<Timestamp> at_time(Date date, TimeOfDay time);

Result<Timestamp> add(Timestamp timestamp, const Interval& interval);
Result<Timestamp> subtract(Timestamp timestamp, const Interval& interval);
Result<Timestamptz> add(Timestamptz timestamp, const Interval& interval, const TimeZone& zone);
Result<Timestamptz> subtract(Timestamptz timestamp, const Interval& interval, const TimeZone& zone);

// Days and time. Errors: 22008 "cannot subtract infinite timestamps"; "interval out of range" where PostgreSQL 15
// wraps around, more than 292,271 years apart.
Result<Interval> subtract(Timestamp a, Timestamp b);
Result<Interval> subtract(Timestamptz a, Timestamptz b);

// The difference in years, months, days and time. As in PostgreSQL 15 infinity counts as the wall clock its bits are,
// and −infinity is 22008.
Result<Interval> age(Timestamp a, Timestamp b);
Result<Interval> age(Timestamptz a, Timestamptz b, const TimeZone& zone);

// On the clock face: 23:00 + '2 hours' = 01:00. Months and days do not matter.
TimeOfDay add(TimeOfDay time, const Interval& interval);
TimeOfDay subtract(TimeOfDay time, const Interval& interval);
constexpr Interval subtract(TimeOfDay a, TimeOfDay b) { return {0, 0, a.micros - b.micros}; }

}  // namespace ddb
