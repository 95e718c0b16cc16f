// datetime_format: dates, times and timestamps as text.
#include <cstdlib>

#include "record/date_calendar.h"
#include "record/datetime_buffer.h"
#include "record/datetime_decode.h"
#include "record/datetime_text.h"

namespace ddb {
namespace {

constexpr std::string_view kMonthNames[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::string_view kDayNames[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

// There is no year 0: 1 BC is before 1.
uint64_t shown_year(int64_t year) { return static_cast<uint64_t>(year > 0 ? year : 1 - year); }

void put_date(DateTimeBuffer& text, const CivilDate& date, const DateTimeContext& context) {
  const auto put_day_and_month = [&](char delimiter, bool day_first) {
    text.put_padded(static_cast<uint64_t>(day_first ? date.day : date.month), 2);
    text.put(delimiter);
    text.put_padded(static_cast<uint64_t>(day_first ? date.month : date.day), 2);
    text.put(delimiter);
    text.put_padded(shown_year(date.year), 4);
  };
  switch (context.format) {
    case DateFormat::kIso:
      text.put_padded(shown_year(date.year), 4);
      text.put('-');
      text.put_padded(static_cast<uint64_t>(date.month), 2);
      text.put('-');
      text.put_padded(static_cast<uint64_t>(date.day), 2);
      break;
    case DateFormat::kSql:
      put_day_and_month('/', context.order == DateOrder::kDmy);
      break;
    case DateFormat::kGerman:
      put_day_and_month('.', true);
      break;
    case DateFormat::kPostgres:
      put_day_and_month('-', context.order == DateOrder::kDmy);
      break;
  }
}

void put_time(DateTimeBuffer& text, const DateTimeParts& parts) {
  text.put_padded(static_cast<uint64_t>(parts.hour), 2);
  text.put(':');
  text.put_padded(static_cast<uint64_t>(parts.minute), 2);
  text.put(':');
  text.put_padded(static_cast<uint64_t>(parts.second), 2);
  text.put_fraction(parts.micros);
}

void put_offset(DateTimeBuffer& text, int32_t seconds_east) {
  const uint64_t seconds = static_cast<uint64_t>(std::abs(seconds_east));
  text.put(seconds_east >= 0 ? '+' : '-');
  text.put_padded(seconds / 3600, 2);
  if (seconds % 3600 == 0) return;
  text.put(':');
  text.put_padded(seconds / 60 % 60, 2);
  if (seconds % 60 == 0) return;
  text.put(':');
  text.put_padded(seconds % 60, 2);
}

// zone: null for a timestamp without one.
void put_timestamp(DateTimeBuffer& text, int64_t local_micros, const ZoneOffset* zone,
                   const DateTimeContext& context) {
  const int64_t days = floor_div(local_micros, kMicrosPerDay);
  const CivilDate date = civil_from_days(days);
  DateTimeParts parts;
  set_time_of_day(local_micros - days * kMicrosPerDay, parts);
  if (context.format == DateFormat::kPostgres) {
    const std::string_view month = kMonthNames[date.month - 1];
    text.put(kDayNames[weekday_of(days)]);
    text.put(' ');
    if (context.order != DateOrder::kDmy) {
      text.put(month);
      text.put(' ');
    }
    text.put_padded(static_cast<uint64_t>(date.day), 2);
    text.put(' ');
    if (context.order == DateOrder::kDmy) {
      text.put(month);
      text.put(' ');
    }
    put_time(text, parts);
    text.put(' ');
    text.put_padded(shown_year(date.year), 4);
  } else {
    put_date(text, date, context);
    text.put(' ');
    put_time(text, parts);
  }
  if (zone != nullptr) {
    if (context.format == DateFormat::kIso) {
      put_offset(text, zone->seconds_east);
    } else {
      text.put(' ');
      text.put(zone->abbreviation.substr(0, 10));
    }
  }
  if (date.year <= 0) text.put(" BC");
}

template <typename T>
bool put_infinity(T value, std::string& out) {
  if (value.is_finite()) return false;
  out += value == T::infinity() ? "infinity" : "-infinity";
  return true;
}

}  // namespace

void format_date(Date date, const DateTimeContext& context, std::string& out) {
  if (put_infinity(date, out)) return;
  DateTimeBuffer text;
  const CivilDate civil = civil_from_days(date.days);
  put_date(text, civil, context);
  if (civil.year <= 0) text.put(" BC");
  out += text.view();
}

void format_time(TimeOfDay time, std::string& out) {
  DateTimeBuffer text;
  DateTimeParts parts;
  set_time_of_day(time.micros, parts);
  put_time(text, parts);
  out += text.view();
}

void format_timestamp(Timestamp timestamp, const DateTimeContext& context, std::string& out) {
  if (put_infinity(timestamp, out)) return;
  DateTimeBuffer text;
  put_timestamp(text, timestamp.micros, nullptr, context);
  out += text.view();
}

void format_timestamptz(Timestamptz timestamp, const DateTimeContext& context, std::string& out) {
  if (put_infinity(timestamp, out)) return;
  const ZoneOffset zone = session_zone(context).at_instant(floor_div(timestamp.micros, kMicrosPerSecond));
  DateTimeBuffer text;
  put_timestamp(text, timestamp.micros + zone.seconds_east * kMicrosPerSecond, &zone, context);
  out += text.view();
}

}  // namespace ddb
