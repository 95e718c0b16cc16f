// datetime_make: values from numbers.
#include "record/datetime_make.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "record/date_calendar.h"
#include "record/datetime_cast.h"

namespace ddb {
namespace {

// At least two digits, zeros and sign in front: "%02d".
std::string two_digits(int64_t value) {
  std::string digits = std::to_string(value < 0 ? -value : value);
  if (value < 0) return "-" + digits;
  return digits.size() < 2 ? "0" + digits : digits;
}

// Six significant digits: "%02g".
std::string seconds_text(double seconds) {
  if (std::isnan(seconds)) return "NaN";
  if (std::isinf(seconds)) return seconds > 0 ? "Infinity" : "-Infinity";
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), seconds, std::chars_format::general, 6).ptr;
  std::string text(buffer, end);
  return text.size() < 2 ? "0" + text : text;
}

std::string date_text(int64_t year, int32_t month, int32_t day) {
  return std::to_string(year) + "-" + two_digits(month) + "-" + two_digits(day);
}
std::string time_text(int32_t hour, int32_t minute, double seconds) {
  return std::to_string(hour) + ":" + two_digits(minute) + ":" + seconds_text(seconds);
}

Status out_of_range(const std::string& what) { return Status::error(sqlstate::kDatetimeOverflow, what); }

// Whether the fields are a date; `year` becomes astronomical.
bool take_civil_year(int64_t& year, int32_t month, int32_t day) {
  if (year == 0) return false;
  if (year < 0) ++year;
  return month >= 1 && month <= 12 && day >= 1 && day <= days_in_month(year, month);
}

bool time_micros(int32_t hour, int32_t minute, double seconds, int64_t& micros) {
  if (hour < 0 || hour > 24 || minute < 0 || minute >= 60 || std::isnan(seconds)) return false;
  const double second_micros = std::rint(seconds * 1e6);
  if (second_micros < 0 || second_micros > static_cast<double>(kMicrosPerMinute)) return false;
  micros = hour * kMicrosPerHour + minute * kMicrosPerMinute + static_cast<int64_t>(second_micros);
  return micros <= kMicrosPerDay;
}

}  // namespace

Result<Date> make_date(int32_t year, int32_t month, int32_t day) {
  int64_t civil_year = year;
  if (!take_civil_year(civil_year, month, day)) {
    return out_of_range("date field value out of range: " + date_text(civil_year, month, day));
  }
  const int64_t days =
      is_calendar_month(civil_year, month) ? days_from_civil(civil_year, month, day) : kDateEnd;
  if (days < kDateMin || days >= kDateEnd) {
    return out_of_range("date out of range: " + date_text(civil_year, month, day));
  }
  return Date{static_cast<int32_t>(days)};
}

Result<TimeOfDay> make_time(int32_t hour, int32_t minute, double seconds) {
  TimeOfDay time;
  if (!time_micros(hour, minute, seconds, time.micros)) {
    return out_of_range("time field value out of range: " + time_text(hour, minute, seconds));
  }
  return time;
}

Result<Timestamp> make_timestamp(int32_t year, int32_t month, int32_t day, int32_t hour, int32_t minute,
                                 double seconds) {
  int64_t civil_year = year;
  if (!take_civil_year(civil_year, month, day)) {
    return out_of_range("date field value out of range: " + date_text(year, month, day));
  }
  if (!is_calendar_month(civil_year, month)) {
    return out_of_range("date out of range: " + date_text(year, month, day));
  }
  DDB_TRY(const TimeOfDay time, make_time(hour, minute, seconds));
  const __int128 micros = __int128{days_from_civil(civil_year, month, day)} * kMicrosPerDay + time.micros;
  if (micros < kTimestampMin || micros >= kTimestampEnd) {
    return out_of_range("timestamp out of range: " + date_text(year, month, day) + " " +
                        time_text(hour, minute, seconds));
  }
  return Timestamp{static_cast<int64_t>(micros)};
}

Result<Timestamptz> make_timestamptz(int32_t year, int32_t month, int32_t day, int32_t hour, int32_t minute,
                                     double seconds, const TimeZone& zone) {
  DDB_TRY(const Timestamp local, make_timestamp(year, month, day, hour, minute, seconds));
  return timestamp_to_timestamptz(local, zone);
}

Result<Interval> make_interval(int32_t years, int32_t months, int32_t weeks, int32_t days, int32_t hours,
                               int32_t minutes, double seconds) {
  const Status beyond = out_of_range("interval out of range");
  const int64_t month_sum = int64_t{years} * kMonthsPerYear + months;
  const int64_t day_sum = int64_t{weeks} * 7 + days;
  const double second_micros = std::rint(seconds * 1e6);
  constexpr double kMicrosEnd = 9223372036854775808.0;
  if (!(second_micros >= -kMicrosEnd && second_micros < kMicrosEnd)) return beyond;
  const __int128 micros = __int128{hours} * kMicrosPerHour + __int128{minutes} * kMicrosPerMinute +
                          static_cast<int64_t>(second_micros);
  const Interval result{static_cast<int32_t>(month_sum), static_cast<int32_t>(day_sum),
                        static_cast<int64_t>(micros)};
  if (result.months != month_sum || result.days != day_sum || result.micros != micros) return beyond;
  return result;
}

Result<Timestamptz> timestamptz_from_epoch(double seconds) {
  if (std::isnan(seconds)) return out_of_range("timestamp cannot be NaN");
  if (std::isinf(seconds)) return seconds > 0 ? Timestamptz::infinity() : Timestamptz::minus_infinity();
  const auto beyond = [seconds] {
    char buffer[32];
    const auto end =
        std::to_chars(buffer, buffer + sizeof(buffer), seconds, std::chars_format::general, 6).ptr;
    return out_of_range("timestamp out of range: \"" + std::string(buffer, end) + "\"");
  };
  // Checked before anything is rounded: seconds of 4714-11-24 BC and of 294277-01-01 since 1970.
  constexpr double kMin = static_cast<double>(kDateMin - kUnixEpochDays) * kSecondsPerDay;
  constexpr double kEnd = static_cast<double>(kTimestampDaysEnd - kUnixEpochDays) * kSecondsPerDay;
  if (seconds < kMin || seconds >= kEnd) return beyond();
  const double since_2000 = seconds + static_cast<double>(kUnixEpochDays) * kSecondsPerDay;
  const Timestamptz result{static_cast<int64_t>(std::rint(since_2000 * 1e6))};
  if (!result.is_in_range()) return beyond();
  return result;
}

}  // namespace ddb
