// datetime_text: text to date and time values and back, as PostgreSQL 15 reads and prints them. Keeps: what a format
// function prints under a context, the parse function reads back to the same value under the same context (timestamptz
// in styles that print a zone's abbreviation: if the abbreviation is known).
//
// Errors of all parse functions: 22007 no such value, 22008 field or value out of range, 22009 zone offset out of
// range, 22015 interval field out of range, 22023 unknown time zone. Formatting cannot fail. Both throw std::bad_alloc.
// typmod: as in SqlType; kNoTypmod: all six digits of seconds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"
#include "record/datetime_context.h"
#include "record/datetime_types.h"
#include "record/sql_type.h"

namespace ddb {

Result<Date> parse_date(std::string_view text, const DateTimeContext& context);
Result<TimeOfDay> parse_time(std::string_view text, const DateTimeContext& context,
                             int32_t typmod = kNoTypmod);
Result<Timestamp> parse_timestamp(std::string_view text, const DateTimeContext& context,
                                  int32_t typmod = kNoTypmod);
Result<Timestamptz> parse_timestamptz(std::string_view text, const DateTimeContext& context,
                                      int32_t typmod = kNoTypmod);
Result<Interval> parse_interval(std::string_view text, const DateTimeContext& context,
                                int32_t typmod = kNoTypmod);

// Append to `out`.
void format_date(Date date, const DateTimeContext& context, std::string& out);
void format_time(TimeOfDay time, std::string& out);
void format_timestamp(Timestamp timestamp, const DateTimeContext& context, std::string& out);
void format_timestamptz(Timestamptz timestamp, const DateTimeContext& context, std::string& out);
void format_interval(const Interval& interval, IntervalStyle style, std::string& out);

}  // namespace ddb
