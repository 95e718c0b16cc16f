// datetime_decode: from the fields of a text to calendar and clock values, as PostgreSQL understands them. Keeps: the
// parts handed out without a fault are a valid date, of decode_time_only() a valid time of day; whether a type can hold
// them is the caller's check (a labelled hour, "h 99", may be any).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"
#include "record/datetime_context.h"
#include "record/datetime_tokens.h"

namespace ddb {

// year: astronomical. hour may be 24 and second 60; micros 0…1,000,000.
struct DateTimeParts {
  int64_t year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int64_t micros = 0;
};

constexpr int64_t micros_of_day(const DateTimeParts& parts) {
  return parts.hour * kMicrosPerHour + parts.minute * kMicrosPerMinute + parts.second * kMicrosPerSecond +
         parts.micros;
}
// Whether the clock fields make a time of day, 24:00:00 and second 60 included.
constexpr bool is_time_of_day(const DateTimeParts& parts) {
  return parts.hour >= 0 && parts.hour <= 24 && parts.minute >= 0 && parts.minute < 60 && parts.second >= 0 &&
         parts.second <= 60 && parts.micros >= 0 && parts.micros <= kMicrosPerSecond &&
         micros_of_day(parts) <= kMicrosPerDay;
}
void set_time_of_day(int64_t micros_of_day, DateTimeParts& parts);

enum class DateTimeFault : uint8_t {
  kNone,
  kBadFormat,         // 22007
  kFieldOverflow,     // 22008
  kMonthDayOverflow,  // 22008 with the hint at DateStyle
  kIntervalOverflow,  // 22015
  kZoneOverflow,      // 22009
  kUnknownZone,       // 22023
};

// The error of a fault in `text`, which was to become a `type_name`. unknown_zone: for kUnknownZone.
Status fault_status(DateTimeFault fault, std::string_view text, std::string_view type_name,
                    std::string_view unknown_zone = {});

struct DecodedDateTime {
  enum class Special : uint8_t { kNone, kInfinity, kMinusInfinity, kEpoch };
  Special special = Special::kNone;
  DateTimeParts parts;
  int32_t seconds_east = 0;       // of the zone in the text, else of the session's zone
  std::string_view unknown_zone;  // view into the fields or a constant
};

// A date, with or without a time. Takes O(fields).
[[nodiscard]] DateTimeFault decode_date_time(const FieldList& fields, const DateTimeContext& context,
                                             DecodedDateTime& decoded);
// A time without a date; dates and zones are accepted where PostgreSQL does so, and do not matter.
[[nodiscard]] DateTimeFault decode_time_only(const FieldList& fields, const DateTimeContext& context,
                                             DecodedDateTime& decoded);

// "+hh[:mm[:ss]]" or "+hhmm".
[[nodiscard]] DateTimeFault decode_numeric_zone(std::string_view text, int32_t& seconds_east);

}  // namespace ddb
