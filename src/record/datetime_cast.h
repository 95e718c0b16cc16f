// datetime_cast: conversions between date, time, timestamp, timestamptz and interval. Keeps: infinities stay infinite.
//
// A zone given is the session's: timestamptz is an instant, the other types are its wall clock there. Errors: 22008.
#pragma once

#include <compare>
#include <optional>

#include "base/status.h"
#include "record/datetime_types.h"
#include "record/time_zone.h"

namespace ddb {

Result<Timestamp> date_to_timestamp(Date date);
Result<Timestamptz> date_to_timestamptz(Date date, const TimeZone& zone);
Date timestamp_to_date(Timestamp timestamp);
Date timestamptz_to_date(Timestamptz timestamp, const TimeZone& zone);
// Also AT TIME ZONE, with its zone.
Result<Timestamptz> timestamp_to_timestamptz(Timestamp timestamp, const TimeZone& zone);
Result<Timestamp> timestamptz_to_timestamp(Timestamptz timestamp, const TimeZone& zone);
// Absent (SQL NULL) for infinity.
std::optional<TimeOfDay> timestamp_to_time(Timestamp timestamp);
std::optional<TimeOfDay> timestamptz_to_time(Timestamptz timestamp, const TimeZone& zone);
// The part of a day: −1 s is 23:59:59.
TimeOfDay interval_to_time(const Interval& interval);
constexpr Interval time_to_interval(TimeOfDay time) { return {0, 0, time.micros}; }

// Order across types. No error: a date beyond the range of timestamps is greater than all of them but infinity.
std::strong_ordering compare(Date a, Timestamp b);
std::strong_ordering compare(Date a, Timestamptz b, const TimeZone& zone);
std::strong_ordering compare(Timestamp a, Timestamptz b, const TimeZone& zone);

// The wall clock of a finite instant and the offset there. The micros may lie up to a day outside a timestamp's range.
struct LocalMicros {
  int64_t micros;
  int32_t seconds_east;
};
LocalMicros local_micros(Timestamptz timestamp, const TimeZone& zone);
// The instant of a wall clock, as µs since 2000 UTC, perhaps out of range. REQUIRES: a clock of a calendar month
// (date_calendar.h), which 64 bits may not hold.
__int128 instant_micros(__int128 local_micros, const TimeZone& zone);

}  // namespace ddb
