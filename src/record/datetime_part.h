// datetime_part: the fields of extract() and date_part().
//
// field: any case; PostgreSQL's words and abbreviations ("year", "y", "msec", "isodow", "timezone_hour", …). Errors:
// 0A000 the type has no such field, 22023 no such field at all.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/status.h"
#include "record/datetime_types.h"
#include "record/time_zone.h"

namespace ddb {

struct DatePart {
  enum class Kind : uint8_t { kExact, kNull, kInfinity, kMinusInfinity };  // kNull: e.g. the hour of infinity
  Kind kind = Kind::kExact;
  int16_t scale = 0;  // of extract()'s numeric: exact = value / 10^scale
  __int128 value = 0;
  double approximate = 0;  // date_part()'s result; ±infinity for the infinite kinds
};

// date_part('…', date) of PostgreSQL is that of the date's timestamp; extract(… from date) is this one.
Result<DatePart> date_part(std::string_view field, Date date);
Result<DatePart> date_part(std::string_view field, TimeOfDay time);
Result<DatePart> date_part(std::string_view field, Timestamp timestamp);
Result<DatePart> date_part(std::string_view field, Timestamptz timestamp, const TimeZone& zone);
Result<DatePart> date_part(std::string_view field, const Interval& interval);

}  // namespace ddb
