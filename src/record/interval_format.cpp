// interval_format: intervals as text, in four styles.
#include <cstdlib>

#include "record/datetime_buffer.h"
#include "record/datetime_text.h"

namespace ddb {
namespace {

// All fields have the sign of what they come from: years and months one, days one, hours to µs one.
struct IntervalParts {
  int64_t years;
  int64_t months;
  int64_t days;
  int64_t hours;
  int64_t minutes;
  int64_t seconds;
  int64_t micros;
};

IntervalParts split(const Interval& interval) {
  return {interval.months / kMonthsPerYear,
          interval.months % kMonthsPerYear,
          interval.days,
          interval.micros / kMicrosPerHour,
          interval.micros / kMicrosPerMinute % 60,
          interval.micros / kMicrosPerSecond % 60,
          interval.micros % kMicrosPerSecond};
}

uint64_t magnitude(int64_t value) { return static_cast<uint64_t>(value < 0 ? -value : value); }

void put_seconds(DateTimeBuffer& text, const IntervalParts& parts, int width) {
  text.put_padded(magnitude(parts.seconds), width);
  text.put_fraction(static_cast<int64_t>(magnitude(parts.micros)));
}

void put_clock(DateTimeBuffer& text, const IntervalParts& parts, int hour_width) {
  text.put_padded(magnitude(parts.hours), hour_width);
  text.put(':');
  text.put_padded(magnitude(parts.minutes), 2);
  text.put(':');
  put_seconds(text, parts, 2);
}

// "1 year 2 mons -3 days +04:05:06"
void put_postgres(DateTimeBuffer& text, const Interval& interval, const IntervalParts& parts) {
  bool is_first = true;
  bool after_negative = false;  // of the field printed last: the next positive one has an explicit sign
  const auto put_field = [&](int64_t value, std::string_view unit) {
    if (value == 0) return;
    if (!is_first) text.put(' ');
    if (after_negative && value > 0) text.put('+');
    text.put_signed(value);
    text.put(' ');
    text.put(unit);
    if (value != 1) text.put('s');
    after_negative = value < 0;
    is_first = false;
  };
  put_field(parts.years, "year");
  put_field(parts.months, "mon");
  put_field(parts.days, "day");
  if (!is_first && interval.micros == 0) return;
  if (!is_first) text.put(' ');
  if (interval.micros < 0) {
    text.put('-');
  } else if (after_negative) {
    text.put('+');
  }
  put_clock(text, parts, 2);
}

// "@ 1 year 2 mons 3 days 4 hours 5 mins 6 secs ago"
void put_verbose(DateTimeBuffer& text, const Interval& interval, const IntervalParts& parts) {
  bool is_first = true;
  bool is_ago = false;  // the first field's sign; the other fields are printed relative to it
  const auto put_field = [&](int64_t value, std::string_view unit) {
    if (value == 0) return;
    if (is_first) is_ago = value < 0;
    if (is_ago) value = -value;
    text.put(' ');
    text.put_signed(value);
    text.put(' ');
    text.put(unit);
    if (value != 1) text.put('s');
    is_first = false;
  };
  text.put('@');
  put_field(parts.years, "year");
  put_field(parts.months, "mon");
  put_field(parts.days, "day");
  put_field(parts.hours, "hour");
  put_field(parts.minutes, "min");
  if (parts.seconds != 0 || parts.micros != 0) {
    const bool is_negative = interval.micros < 0;
    if (is_first) is_ago = is_negative;
    text.put(' ');
    if (is_negative != is_ago) text.put('-');
    put_seconds(text, parts, 1);
    text.put(magnitude(parts.seconds) == 1 && parts.micros == 0 ? " sec" : " secs");
    is_first = false;
  }
  if (is_first) text.put(" 0");
  if (is_ago) text.put(" ago");
}

// "1-2", "3 4:05:06", "+1-2 -3 +4:05:06" when the parts' signs differ or both year-month and day-time are there.
void put_sql_standard(DateTimeBuffer& text, const Interval& interval, const IntervalParts& parts) {
  const bool has_negative = interval.months < 0 || interval.days < 0 || interval.micros < 0;
  const bool has_positive = interval.months > 0 || interval.days > 0 || interval.micros > 0;
  const bool has_months = interval.months != 0;
  const bool has_day_time = interval.days != 0 || interval.micros != 0;
  if (!has_negative && !has_positive) {
    text.put('0');
    return;
  }
  const auto put_year_month = [&] {
    text.put_padded(magnitude(parts.years), 1);
    text.put('-');
    text.put_padded(magnitude(parts.months), 1);
  };
  if ((has_negative && has_positive) || (has_months && has_day_time)) {
    text.put(interval.months < 0 ? '-' : '+');
    put_year_month();
    text.put(interval.days < 0 ? " -" : " +");
    text.put_padded(magnitude(parts.days), 1);
    text.put(interval.micros < 0 ? " -" : " +");
    put_clock(text, parts, 1);
    return;
  }
  if (has_negative) text.put('-');
  if (has_months) {
    put_year_month();
    return;
  }
  if (interval.days != 0) {
    text.put_padded(magnitude(parts.days), 1);
    text.put(' ');
  }
  put_clock(text, parts, 1);
}

// "P1Y2M3DT4H5M6S"
void put_iso8601(DateTimeBuffer& text, const Interval& interval, const IntervalParts& parts) {
  if (interval == Interval{}) {
    text.put("PT0S");
    return;
  }
  const auto put_field = [&](int64_t value, char unit) {
    if (value == 0) return;
    text.put_signed(value);
    text.put(unit);
  };
  text.put('P');
  put_field(parts.years, 'Y');
  put_field(parts.months, 'M');
  put_field(parts.days, 'D');
  if (interval.micros != 0) text.put('T');
  put_field(parts.hours, 'H');
  put_field(parts.minutes, 'M');
  if (parts.seconds == 0 && parts.micros == 0) return;
  if (interval.micros < 0) text.put('-');
  put_seconds(text, parts, 1);
  text.put('S');
}

}  // namespace

void format_interval(const Interval& interval, IntervalStyle style, std::string& out) {
  DateTimeBuffer text;
  const IntervalParts parts = split(interval);
  switch (style) {
    case IntervalStyle::kPostgres:
      put_postgres(text, interval, parts);
      break;
    case IntervalStyle::kPostgresVerbose:
      put_verbose(text, interval, parts);
      break;
    case IntervalStyle::kSqlStandard:
      put_sql_standard(text, interval, parts);
      break;
    case IntervalStyle::kIso8601:
      put_iso8601(text, interval, parts);
      break;
  }
  out += text.view();
}

}  // namespace ddb
