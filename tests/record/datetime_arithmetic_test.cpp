// datetime_arithmetic_test: sums, differences, products and conversions. Every expectation of a table was printed by
// PostgreSQL 15.18.
#include "record/datetime_arithmetic.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "record/datetime_cast.h"
#include "record/datetime_rows.h"
#include "record/interval.h"

namespace ddb {
namespace {

struct Row {
  const char* left;
  const char* right;
  const char* expected;
};
struct UnaryRow {
  const char* value;
  const char* expected;
};

constexpr Row kTimestampPlusInterval[] = {
    {"2000-01-31", "1 month", "2000-02-29 00:00:00"},
    {"2001-01-31", "1 month", "2001-02-28 00:00:00"},
    {"2000-03-31", "-1 month", "2000-02-29 00:00:00"},
    {"2000-02-29", "1 year", "2001-02-28 00:00:00"},
    {"2000-02-29", "4 years", "2004-02-29 00:00:00"},
    {"2000-01-31 12:00", "1 month 1 day 13 hours", "2000-03-02 01:00:00"},
    {"0001-01-01", "-1 month", "0001-12-01 00:00:00 BC"},
    {"0001-01-31", "-11 months", "0001-02-29 00:00:00 BC"},
    {"294276-12-31 23:59:59.999999", "1 us", "22008: timestamp out of range"},
    {"4714-11-24 BC", "-1 us", "22008: timestamp out of range"},
    {"294276-12-01", "1 month", "22008: timestamp out of range"},
    {"2000-01-01", "2147483647 months", "22008: timestamp out of range"},
    {"2000-01-01", "2147483647 days", "22008: timestamp out of range"},
    {"2000-01-01", "-2147483648 days", "22008: timestamp out of range"},
    {"294276-12-31", "-1 month 31 days", "294276-12-31 00:00:00"},
    {"infinity", "1 day", "infinity"},
    {"-infinity", "-100 years", "-infinity"},
};
constexpr Row kTimestampMinusTimestamp[] = {
    {"2000-03-01", "2000-02-01", "29 days"},
    {"2000-01-01", "2000-01-02 00:00:01", "-1 days -00:00:01"},
    {"2000-01-02 00:00:01", "2000-01-01", "1 day 00:00:01"},
    {"294276-12-31", "2000-01-01", "106751982 days"},
    {"infinity", "2000-01-01", "22008: cannot subtract infinite timestamps"},
    {"2000-01-01", "-infinity", "22008: cannot subtract infinite timestamps"},
    {"infinity", "infinity", "22008: cannot subtract infinite timestamps"},
};
constexpr Row kAge[] = {
    {"2001-04-10", "1957-06-13", "43 years 9 mons 27 days"},
    {"1957-06-13", "2001-04-10", "-43 years -9 mons -27 days"},
    {"2000-03-31", "2000-02-29", "1 mon 2 days"},
    {"2000-02-29", "2000-03-31", "-1 mons -2 days"},
    {"2001-03-01", "2000-02-29", "1 year 1 day"},
    {"2000-03-01", "2000-01-31", "1 mon 1 day"},
    {"2000-01-31", "2000-03-01", "-1 mons -1 days"},
    {"2000-01-01 00:00:00.5", "1999-12-31 23:59:59.75", "00:00:00.75"},
    {"2000-01-01", "2000-01-01", "00:00:00"},
    {"0001-01-01", "0001-12-31 BC", "1 day"},
    {"294276-12-31", "4714-11-24 BC", "298989 years 1 mon 7 days"},
    {"infinity", "2000-01-01", "292277 years 8 days 04:00:54.775807"},
    {"-infinity", "2000-01-01", "22008: timestamp out of range"},
};
constexpr Row kTimePlusInterval[] = {
    {"23:00", "2 hours", "01:00:00"},
    {"01:00", "-2 hours", "23:00:00"},
    {"24:00", "0", "00:00:00"},
    {"24:00", "1 sec", "00:00:01"},
    {"12:00", "1 day 1 hour", "13:00:00"},
    {"00:00", "-1 us", "23:59:59.999999"},
    {"12:00", "1000000:00:00", "04:00:00"},
};
constexpr Row kMultiply[] = {
    {"1 month", "0.5", "15 days"},
    {"1 month", "1.5", "1 mon 15 days"},
    {"1 year", "0.1", "1 mon 6 days"},
    {"1 day", "0.5", "12:00:00"},
    {"1 mon 1 day 1 hour", "-1.5", "-1 mons -16 days -13:30:00"},
    {"1 month", "0.33333333", "10 days"},
    {"7 days 23:59:59.999999", "0.1", "19:12:00"},
    {"1 mon", "1e10", "22008: interval out of range"},
    {"1 day", "1e10", "22008: interval out of range"},
    {"1 sec", "1e300", "22008: interval out of range"},
    {"1 sec", "NaN", "22008: interval out of range"},
    {"0", "NaN", "22008: interval out of range"},
    {"1 mon", "Infinity", "22008: interval out of range"},
    {"99 mons 99 days 99 hours", "1.01", "8 years 3 mons 129 days 116:33:00"},
    {"-5 mons 12 days", "3.7", "-1 years -6 mons +29 days 09:36:00"},
    {"1 us", "0.5", "00:00:00"},
    {"3 us", "0.5", "00:00:00.000002"},
    {"29 days 23:59:59.9999999", "1", "29 days 24:00:00"},
};
constexpr Row kDivide[] = {
    {"1 month", "2", "15 days"},
    {"1 year", "7", "1 mon 21 days 10:17:08.5344"},
    {"1 day", "3", "08:00:00"},
    {"1 mon 1 day 1 hour", "-1.5", "-20 days -16:40:00"},
    {"1 month", "0", "22012: division by zero"},
    {"1 month", "NaN", "22008: interval out of range"},
    {"1 month", "Infinity", "00:00:00"},
    {"2147483647 mons", "0.5", "22008: interval out of range"},
    {"1 us", "2", "00:00:00"},
    {"41 years -12 days 360:00", "0.3", "136 years 8 mons -40 days +1200:00:00"},
};
constexpr UnaryRow kJustifyHours[] = {
    {"27 hours", "1 day 03:00:00"},
    {"-27 hours", "-1 days -03:00:00"},
    {"1 day -25 hours", "-01:00:00"},
    {"-1 day 25 hours", "01:00:00"},
    {"35 days", "35 days"},
    {"-35 days", "-35 days"},
    {"1 mon -35 days", "1 mon -35 days"},
    {"-1 mon 35 days", "-1 mons +35 days"},
    {"1 mon -1 hour", "1 mon -01:00:00"},
    {"-1 mon 1 hour", "-1 mons +01:00:00"},
    {"2147483647 mons 30 days", "178956970 years 7 mons 30 days"},
    {"2147483647 days 24 hours", "22008: interval out of range"},
    {"2147483647 days -48 hours", "2147483645 days"},
    {"-2147483648 mons -30 days", "-178956970 years -8 mons -30 days"},
    {"1 mon 29 days 24 hours", "1 mon 30 days"},
    {"0", "00:00:00"},
};
constexpr UnaryRow kJustifyDays[] = {
    {"27 hours", "27:00:00"},
    {"-27 hours", "-27:00:00"},
    {"1 day -25 hours", "1 day -25:00:00"},
    {"-1 day 25 hours", "-1 days +25:00:00"},
    {"35 days", "1 mon 5 days"},
    {"-35 days", "-1 mons -5 days"},
    {"1 mon -35 days", "-5 days"},
    {"-1 mon 35 days", "5 days"},
    {"1 mon -1 hour", "1 mon -01:00:00"},
    {"-1 mon 1 hour", "-1 mons +01:00:00"},
    {"2147483647 mons 30 days", "22008: interval out of range"},
    {"2147483647 days 24 hours", "5965232 years 4 mons 7 days 24:00:00"},
    {"2147483647 days -48 hours", "5965232 years 4 mons 7 days -48:00:00"},
    {"-2147483648 mons -30 days", "22008: interval out of range"},
    {"1 mon 29 days 24 hours", "1 mon 29 days 24:00:00"},
    {"0", "00:00:00"},
};
constexpr UnaryRow kJustifyInterval[] = {
    {"27 hours", "1 day 03:00:00"},
    {"-27 hours", "-1 days -03:00:00"},
    {"1 day -25 hours", "-01:00:00"},
    {"-1 day 25 hours", "01:00:00"},
    {"35 days", "1 mon 5 days"},
    {"-35 days", "-1 mons -5 days"},
    {"1 mon -35 days", "-5 days"},
    {"-1 mon 35 days", "5 days"},
    {"1 mon -1 hour", "29 days 23:00:00"},
    {"-1 mon 1 hour", "-29 days -23:00:00"},
    {"2147483647 mons 30 days", "22008: interval out of range"},
    {"2147483647 days 24 hours", "5965232 years 4 mons 8 days"},
    {"2147483647 days -48 hours", "5965232 years 4 mons 5 days"},
    {"-2147483648 mons -30 days", "22008: interval out of range"},
    {"1 mon 29 days 24 hours", "2 mons"},
    {"0", "00:00:00"},
};

double number(const char* text) { return std::strtod(text, nullptr); }

TEST(DateTimeArithmetic, TimestampPlusInterval) {
  for (const Row& row : kTimestampPlusInterval) {
    EXPECT_EQ(row_of(add(timestamp(row.left), interval(row.right))), row.expected)
        << row.left << " + " << row.right;
    const FixedZone utc;
    const auto zoned = add(timestamptz(row.left), interval(row.right), utc);
    if (zoned.is_ok() && zoned.value().is_finite()) {
      EXPECT_EQ(text_of(Timestamp{zoned.value().micros}, {}), row.expected);
    } else {
      EXPECT_EQ(row_of(zoned), row.expected);
    }
  }
}

TEST(DateTimeArithmetic, SubtractingIsAddingTheNegative) {
  EXPECT_EQ(row_of(subtract(timestamp("2000-03-31"), interval("1 mon"))), "2000-02-29 00:00:00");
  EXPECT_EQ(row_of(subtract(timestamp("2000-01-01"), interval("-2147483648 days"))),
            "22008: timestamp out of range");
  EXPECT_EQ(row_of(subtract(timestamp("2000-01-01"), Interval{0, 0, INT64_MIN})),
            "22008: timestamp out of range");
  EXPECT_EQ(row_of(subtract(timestamptz("2000-03-31"), interval("1 mon 1 us"), FixedZone())),
            "2000-02-28 23:59:59.999999+00");
}

TEST(DateTimeArithmetic, TimestampMinusTimestamp) {
  for (const Row& row : kTimestampMinusTimestamp) {
    EXPECT_EQ(row_of(subtract(timestamp(row.left), timestamp(row.right))), row.expected);
    EXPECT_EQ(row_of(subtract(timestamptz(row.left), timestamptz(row.right))), row.expected);
  }
  // PostgreSQL 15 wraps around here.
  EXPECT_EQ(row_of(subtract(timestamp("294276-12-31"), timestamp("4714-11-24 BC"))),
            "22008: interval out of range");
}

TEST(DateTimeArithmetic, Age) {
  for (const Row& row : kAge) {
    EXPECT_EQ(row_of(age(timestamp(row.left), timestamp(row.right))), row.expected)
        << row.left << " " << row.right;
    EXPECT_EQ(row_of(age(timestamptz(row.left), timestamptz(row.right), FixedZone())), row.expected);
  }
}

TEST(DateTimeArithmetic, TimesGoRoundTheClock) {
  for (const Row& row : kTimePlusInterval) {
    EXPECT_EQ(text_of(add(time_of_day(row.left), interval(row.right)), {}), row.expected);
  }
  EXPECT_EQ(text_of(subtract(time_of_day("01:00"), interval("2 hours")), {}), "23:00:00");
  EXPECT_EQ(text_of(subtract(time_of_day("00:00"), Interval{0, 0, INT64_MIN}), {}), "04:00:54.775808");
  EXPECT_EQ(text_of(subtract(time_of_day("01:00"), time_of_day("02:30")), {}), "-01:30:00");
}

TEST(DateTimeArithmetic, Dates) {
  EXPECT_EQ(row_of(add_days(date("2000-02-28"), 2)), "2000-03-01");
  EXPECT_EQ(row_of(subtract_days(date("2000-03-01"), INT32_MIN)), "22008: date out of range");
  EXPECT_EQ(row_of(add_days(date("5874897-12-31"), 1)), "22008: date out of range");
  EXPECT_EQ(row_of(subtract_days(date("4714-11-24 BC"), 1)), "22008: date out of range");
  EXPECT_EQ(row_of(add_days(Date::infinity(), -5)), "infinity");
  auto whole_range = subtract(date("5874897-12-31"), date("4714-11-24 BC"));
  ASSERT_TRUE(whole_range.is_ok());
  EXPECT_EQ(*whole_range, 2'147'483'493);
  EXPECT_EQ(error_row(subtract(Date::infinity(), date("2000-01-01")).status()),
            "22008: cannot subtract infinite dates");
  EXPECT_EQ(row_of(at_time(date("2000-01-01"), time_of_day("24:00"))), "2000-01-02 00:00:00");
  EXPECT_EQ(row_of(at_time(date("294276-12-31"), time_of_day("24:00"))), "22008: timestamp out of range");
  EXPECT_EQ(row_of(at_time(Date::infinity(), time_of_day("24:00"))), "infinity");
}

TEST(IntervalArithmetic, MultipliesAndDivides) {
  for (const Row& row : kMultiply) {
    EXPECT_EQ(row_of(multiply(interval(row.left), number(row.right))), row.expected)
        << row.left << " * " << row.right;
  }
  for (const Row& row : kDivide) {
    EXPECT_EQ(row_of(divide(interval(row.left), number(row.right))), row.expected)
        << row.left << " / " << row.right;
  }
}

TEST(IntervalArithmetic, Justifies) {
  for (const UnaryRow& row : kJustifyHours)
    EXPECT_EQ(row_of(justify_hours(interval(row.value))), row.expected);
  for (const UnaryRow& row : kJustifyDays) EXPECT_EQ(row_of(justify_days(interval(row.value))), row.expected);
  for (const UnaryRow& row : kJustifyInterval)
    EXPECT_EQ(row_of(justify_interval(interval(row.value))), row.expected);
}

TEST(IntervalArithmetic, NeverWrapsAround) {
  const Interval greatest{INT32_MAX, INT32_MAX, INT64_MAX};
  const Interval least{INT32_MIN, INT32_MIN, INT64_MIN};
  for (const Interval& unit : {Interval{1, 0, 0}, Interval{0, 1, 0}, Interval{0, 0, 1}}) {
    EXPECT_EQ(row_of(add(greatest, unit)), "22008: interval out of range");
    EXPECT_EQ(row_of(subtract(least, unit)), "22008: interval out of range");
  }
  EXPECT_EQ(row_of(negate(least)), "22008: interval out of range");
  EXPECT_EQ(row_of(negate(Interval{1, -2, 3})), "-1 mons +2 days -00:00:00.000003");
}

TEST(IntervalOrder, TakesMonthsForThirtyDays) {
  EXPECT_TRUE(compare(interval("1 mon"), interval("30 days")) == 0);
  EXPECT_TRUE(compare(interval("1 mon"), interval("720:00:00")) == 0);
  EXPECT_TRUE(compare(interval("1 year"), interval("365 days")) < 0);
  EXPECT_TRUE(compare(interval("-1 mon"), interval("-29 days")) < 0);
  const Interval greatest{INT32_MAX, INT32_MAX, INT64_MAX};
  EXPECT_TRUE(compare(greatest, Interval{INT32_MAX, INT32_MAX, INT64_MAX - 1}) > 0);
  EXPECT_TRUE(compare(greatest, Interval{INT32_MIN, INT32_MIN, INT64_MIN}) > 0);
}

TEST(DateTimeCast, BetweenAllTypes) {
  const FixedZone east(9 * 3600);
  EXPECT_EQ(row_of(date_to_timestamp(date("294277-01-01"))), "22008: date out of range for timestamp");
  EXPECT_EQ(row_of(date_to_timestamp(Date::minus_infinity())), "-infinity");
  EXPECT_EQ(row_of(date_to_timestamptz(date("2000-01-01"), east)), "1999-12-31 15:00:00+00");
  EXPECT_EQ(row_of(date_to_timestamptz(date("4714-11-24 BC"), east)),
            "22008: date out of range for timestamp");
  EXPECT_EQ(text_of(timestamp_to_date(timestamp("0001-12-31 23:59:59.999999 BC")), {}), "0001-12-31 BC");
  EXPECT_EQ(text_of(timestamp_to_date(Timestamp::infinity()), {}), "infinity");
  EXPECT_EQ(text_of(timestamptz_to_date(timestamptz("2000-01-01 15:00+00"), east), {}), "2000-01-02");
  EXPECT_EQ(row_of(timestamp_to_timestamptz(timestamp("2000-01-01 09:00"), east)), "2000-01-01 00:00:00+00");
  EXPECT_EQ(row_of(timestamp_to_timestamptz(timestamp("4714-11-24 BC"), east)),
            "22008: timestamp out of range");
  EXPECT_EQ(row_of(timestamptz_to_timestamp(timestamptz("294276-12-31 20:00+00"), east)),
            "22008: timestamp out of range");
  EXPECT_EQ(row_of(timestamptz_to_timestamp(Timestamptz::infinity(), east)), "infinity");
  EXPECT_FALSE(timestamp_to_time(Timestamp::infinity()).has_value());
  EXPECT_EQ(text_of(*timestamp_to_time(timestamp("1999-12-31 23:00")), {}), "23:00:00");
  EXPECT_EQ(text_of(*timestamptz_to_time(timestamptz("1999-12-31 23:00+00"), east), {}), "08:00:00");
  EXPECT_EQ(text_of(interval_to_time(interval("1 mon 2 days 24:00:01")), {}), "00:00:01");
  EXPECT_EQ(text_of(interval_to_time(interval("-1 sec")), {}), "23:59:59");
  EXPECT_EQ(text_of(time_to_interval(time_of_day("10:20")), {}), "10:20:00");
}

TEST(DateTimeCompare, AcrossTypes) {
  const FixedZone east(9 * 3600);
  EXPECT_TRUE(compare(date("2000-01-01"), timestamp("2000-01-01")) == 0);
  EXPECT_TRUE(compare(date("5874897-12-31"), timestamp("294276-12-31")) > 0);
  EXPECT_TRUE(compare(date("5874897-12-31"), Timestamp::infinity()) < 0);
  EXPECT_TRUE(compare(Date::infinity(), Timestamp::infinity()) == 0);
  EXPECT_TRUE(compare(Date::minus_infinity(), timestamp("4714-11-24 BC")) < 0);
  EXPECT_TRUE(compare(date("2000-01-01"), timestamptz("1999-12-31 15:00+00"), east) == 0);
  EXPECT_TRUE(compare(date("4714-11-24 BC"), timestamptz("4714-11-24 00:00+00 BC"), east) < 0);
  EXPECT_TRUE(compare(date("4714-11-24 BC"), Timestamptz::minus_infinity(), east) > 0);
  EXPECT_TRUE(compare(timestamp("2000-01-01"), timestamptz("2000-01-01 00:00+00"), east) < 0);
  EXPECT_TRUE(compare(Timestamp::infinity(), timestamptz("2000-01-01 00:00+00"), east) > 0);
}

}  // namespace
}  // namespace ddb
