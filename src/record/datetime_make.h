// datetime_make: make_date(), make_time(), make_timestamp(), make_timestamptz(), make_interval(), to_timestamp().
// Errors: 22008 with the fields in the message.
#pragma once

#include <cstdint>

#include "base/status.h"
#include "record/datetime_types.h"
#include "record/time_zone.h"

namespace ddb {

// A negative year is BC; there is no year 0.
Result<Date> make_date(int32_t year, int32_t month, int32_t day);
// Seconds are rounded to µs; 24:00:00 and second 60 are times.
Result<TimeOfDay> make_time(int32_t hour, int32_t minute, double seconds);
Result<Timestamp> make_timestamp(int32_t year, int32_t month, int32_t day, int32_t hour, int32_t minute,
                                 double seconds);
// The wall clock of a zone.
Result<Timestamptz> make_timestamptz(int32_t year, int32_t month, int32_t day, int32_t hour, int32_t minute,
                                     double seconds, const TimeZone& zone);
// PostgreSQL 15 wraps around where this is 22008 "interval out of range".
Result<Interval> make_interval(int32_t years, int32_t months, int32_t weeks, int32_t days, int32_t hours,
                               int32_t minutes, double seconds);
// Seconds since 1970-01-01 00:00 UTC; ±infinity are infinite timestamps.
Result<Timestamptz> timestamptz_from_epoch(double seconds);

}  // namespace ddb
