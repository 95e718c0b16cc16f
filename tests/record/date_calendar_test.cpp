// date_calendar_test: the calendar agrees with one that counts days one by one, and with one that adds up years.
// DDB_SEED replays a run.
#include "record/date_calendar.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>
#include <random>

#include "base/seeded_random.h"
#include "record/datetime_types.h"

namespace ddb {
namespace {

uint64_t seed() {
  const char* given = std::getenv("DDB_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
}

// The rule as the reform of 1582 says it, written another way than the code under test.
int naive_month_length(int64_t year, int month) {
  if (month == 4 || month == 6 || month == 9 || month == 11) return 30;
  if (month != 2) return 31;
  if (year % 400 == 0) return 29;
  if (year % 100 == 0) return 28;
  return year % 4 == 0 ? 29 : 28;
}

// Days from 2000-01-01 to January 1st of a year, year by year.
int64_t naive_new_year(int64_t year) {
  int64_t days = 0;
  for (int64_t y = 2000; y < year; ++y) days += naive_month_length(y, 2) + 337;
  for (int64_t y = 1999; y >= year; --y) days -= naive_month_length(y, 2) + 337;
  return days;
}

// A calendar that only knows its tomorrow.
struct DayCounter {
  CivilDate date;
  int weekday;
  int day_of_year;
  void step() {
    weekday = (weekday + 1) % 7;
    ++day_of_year;
    if (++date.day <= naive_month_length(date.year, date.month)) return;
    date.day = 1;
    if (++date.month <= 12) return;
    date.month = 1;
    ++date.year;
    day_of_year = 1;
  }
};

TEST(DateCalendar, AgreesWithCountingDayByDay) {
  // 4714-11-24 BC, Julian day 0, was a Monday.
  DayCounter counter{{-4713, 11, 24}, 1, 328};
  for (int64_t days = kDateMin; days < 3'000'000; ++days, counter.step()) {
    ASSERT_EQ(civil_from_days(days), counter.date) << days;
    ASSERT_EQ(days_from_civil(counter.date), days);
    ASSERT_EQ(weekday_of(days), counter.weekday) << days;
    ASSERT_EQ(days - days_from_civil(counter.date.year, 1, 1) + 1, counter.day_of_year) << days;
    ASSERT_EQ(days_in_month(counter.date.year, counter.date.month),
              naive_month_length(counter.date.year, counter.date.month));
  }
}

TEST(DateCalendar, AgreesWithAddingUpYears) {
  const uint64_t run_seed = seed();
  SCOPED_TRACE("DDB_SEED=" + std::to_string(run_seed));
  SeededRandom random(run_seed);
  for (int i = 0; i < 40; ++i) {
    const int64_t year = static_cast<int64_t>(random.below(5'879'611)) - 4713;
    ASSERT_EQ(days_from_civil(year, 1, 1), naive_new_year(year)) << year;
  }
}

TEST(DateCalendar, RoundTripsFarBeyondTheTypesRanges) {
  const uint64_t run_seed = seed();
  SCOPED_TRACE("DDB_SEED=" + std::to_string(run_seed));
  SeededRandom random(run_seed);
  for (int i = 0; i < 200'000; ++i) {
    const int64_t days = static_cast<int64_t>(random.below(uint64_t{1} << 41)) - (int64_t{1} << 40);
    const CivilDate date = civil_from_days(days);
    ASSERT_GE(date.month, 1);
    ASSERT_LE(date.month, 12);
    ASSERT_GE(date.day, 1);
    ASSERT_LE(date.day, naive_month_length(date.year, date.month)) << days;
    ASSERT_EQ(days_from_civil(date), days);
    ASSERT_EQ(weekday_of(days + 7), weekday_of(days));
  }
}

TEST(DateCalendar, WeeksBelongToTheYearOfTheirThursday) {
  // Walks Mondays; a new ISO year begins with the week that holds January 4th.
  int64_t monday = kDateMin;  // a Monday
  ASSERT_EQ(weekday_of(monday), 1);
  IsoWeek expected = iso_week_of(monday);
  for (; monday < 1'000'000; monday += 7) {
    bool holds_january_4th = false;
    for (int64_t day = monday; day < monday + 7; ++day) {
      const CivilDate date = civil_from_days(day);
      if (date.month == 1 && date.day == 4) {
        holds_january_4th = true;
        expected = {date.year, 1};
      }
    }
    for (int64_t day = monday; day < monday + 7; ++day) {
      const IsoWeek week = iso_week_of(day);
      ASSERT_EQ(week.year, expected.year) << day;
      ASSERT_EQ(week.week, expected.week) << day;
    }
    ASSERT_EQ(iso_week_start(expected.year, expected.week), monday);
    ASSERT_TRUE(holds_january_4th == (expected.week == 1));
    ++expected.week;
  }
}

TEST(DateCalendar, RangesOfTheTypesAreTheirCalendarDays) {
  EXPECT_EQ(civil_from_days(kDateMin), (CivilDate{-4713, 11, 24}));
  EXPECT_EQ(civil_from_days(kDateEnd), (CivilDate{5'874'898, 1, 1}));
  EXPECT_EQ(civil_from_days(kTimestampDaysEnd), (CivilDate{294'277, 1, 1}));
  EXPECT_EQ(civil_from_days(kUnixEpochDays), (CivilDate{1970, 1, 1}));
}

}  // namespace
}  // namespace ddb
