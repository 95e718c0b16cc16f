// date_calendar: days since 2000-01-01 ↔ year, month, day of the proleptic Gregorian calendar. Keeps: exact for every
// day an int64 argument of at most ±2^40 can name, so that callers add first and check ranges afterwards.
//
// Method: shift the year to begin in March, then count 400-year cycles of 146,097 days (H. Hinnant,
// "chrono-compatible low-level date algorithms", 2013).
#pragma once

#include <cstdint>

namespace ddb {

// year: astronomical, 0 = 1 BC, −1 = 2 BC. month 1…12, day 1…31.
struct CivilDate {
  int64_t year = 0;
  int month = 1;
  int day = 1;
  friend constexpr bool operator==(const CivilDate&, const CivilDate&) = default;
};

constexpr int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0)); }

constexpr bool is_leap_year(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

constexpr int days_in_month(int64_t year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap_year(year) ? 29 : kDays[month - 1];
}

// Days since 2000-01-01. `day` may lie outside the month: it is added. REQUIRES: month in 1…12.
constexpr int64_t days_from_civil(int64_t year, int month, int64_t day) {
  const int64_t y = month <= 2 ? year - 1 : year;
  const int64_t cycle = floor_div(y, 400);
  const int64_t year_of_cycle = y - cycle * 400;
  const int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5;
  const int64_t day_of_cycle = year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
  return cycle * 146'097 + day_of_cycle + day - 1 - 730'425;
}
constexpr int64_t days_from_civil(const CivilDate& date) {
  return days_from_civil(date.year, date.month, date.day);
}

constexpr CivilDate civil_from_days(int64_t days) {
  const int64_t shifted = days + 730'425;  // since 0000-03-01
  const int64_t cycle = floor_div(shifted, 146'097);
  const int64_t day_of_cycle = shifted - cycle * 146'097;
  const int64_t year_of_cycle =
      (day_of_cycle - day_of_cycle / 1'460 + day_of_cycle / 36'524 - day_of_cycle / 146'096) / 365;
  const int64_t day_of_year = day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
  const int month_from_march = static_cast<int>((5 * day_of_year + 2) / 153);
  CivilDate date;
  date.day = static_cast<int>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
  date.month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  date.year = year_of_cycle + cycle * 400 + (date.month <= 2);
  return date;
}

// 0 = Sunday … 6 = Saturday.
constexpr int weekday_of(int64_t days) { return static_cast<int>(days + 6 - floor_div(days + 6, 7) * 7); }

// Whether year and month lie where every type can be asked about them: 4714-11 BC … 5874898-05.
constexpr bool is_calendar_month(int64_t year, int month) {
  return (year > -4713 || (year == -4713 && month >= 11)) &&
         (year < 5'874'898 || (year == 5'874'898 && month < 6));
}

// ISO 8601 week: the week's year and its number 1…53; weeks begin on Monday, week 1 holds January 4th.
struct IsoWeek {
  int64_t year;
  int week;
};
constexpr int64_t iso_week_start(int64_t year, int week) {
  const int64_t january_4th = days_from_civil(year, 1, 4);
  return january_4th - (weekday_of(january_4th) + 6) % 7 + int64_t{week - 1} * 7;
}
constexpr IsoWeek iso_week_of(int64_t days) {
  // The year of a week is the year of its Thursday.
  const int64_t thursday = days - (weekday_of(days) + 6) % 7 + 3;
  const int64_t year = civil_from_days(thursday).year;
  return {year, static_cast<int>((thursday - days_from_civil(year, 1, 1)) / 7) + 1};
}

static_assert(days_from_civil(2000, 1, 1) == 0 && civil_from_days(0) == CivilDate{2000, 1, 1});

}  // namespace ddb
