// datetime_part_test: extract(), date_part(), date_trunc() and the functions that make values of numbers. Every
// expectation of a table was printed by PostgreSQL 15.18.
#include "record/datetime_part.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>
#include <string>

#include "record/datetime_make.h"
#include "record/datetime_rows.h"
#include "record/datetime_trunc.h"

namespace ddb {
namespace {

struct Row {
  const char* unit;
  const char* value;
  const char* expected;
};

constexpr Row kOfTimestamp[] = {
    {"microseconds", "2001-02-16 20:38:40.123456", "40123456"},
    {"milliseconds", "2001-02-16 20:38:40.123456", "40123.456"},
    {"second", "2001-02-16 20:38:40.123456", "40.123456"},
    {"minute", "2001-02-16 20:38:40.123456", "38"},
    {"hour", "2001-02-16 20:38:40.123456", "20"},
    {"day", "2001-02-16 20:38:40.123456", "16"},
    {"week", "2001-02-16 20:38:40.123456", "7"},
    {"month", "2001-02-16 20:38:40.123456", "2"},
    {"quarter", "2001-02-16 20:38:40.123456", "1"},
    {"year", "2001-02-16 20:38:40.123456", "2001"},
    {"decade", "2001-02-16 20:38:40.123456", "200"},
    {"century", "2001-02-16 20:38:40.123456", "21"},
    {"millennium", "2001-02-16 20:38:40.123456", "3"},
    {"julian", "2001-02-16 20:38:40.123456", "2451957.86018661407407407407"},
    {"isoyear", "2001-02-16 20:38:40.123456", "2001"},
    {"dow", "2001-02-16 20:38:40.123456", "5"},
    {"isodow", "2001-02-16 20:38:40.123456", "5"},
    {"doy", "2001-02-16 20:38:40.123456", "47"},
    {"epoch", "2001-02-16 20:38:40.123456", "982355920.123456"},
    {"timezone", "2001-02-16 20:38:40.123456",
     "0A000: unit \"timezone\" not supported for type timestamp without time zone"},
    {"timezone_hour", "2001-02-16 20:38:40.123456",
     "0A000: unit \"timezone_hour\" not supported for type timestamp without time zone"},
    {"now", "2001-02-16 20:38:40.123456",
     "0A000: unit \"now\" not supported for type timestamp without time zone"},
    {"foo", "2001-02-16 20:38:40.123456",
     "22023: unit \"foo\" not recognized for type timestamp without time zone"},
    {"year", "0044-03-15 BC", "-44"},
    {"decade", "0044-03-15 BC", "-5"},
    {"century", "0044-03-15 BC", "-1"},
    {"millennium", "0044-03-15 BC", "-1"},
    {"isoyear", "0044-03-15 BC", "-44"},
    {"week", "0044-03-15 BC", "11"},
    {"dow", "0044-03-15 BC", "5"},
    {"doy", "0044-03-15 BC", "74"},
    {"julian", "0044-03-15 BC", "1705428.0000000000000000000000000000"},
    {"epoch", "0044-03-15 BC", "-63517824000.000000"},
    {"second", "0044-03-15 BC", "0.000000"},
    {"year", "0001-12-31 23:59:59.5 BC", "-1"},
    {"decade", "0001-12-31 23:59:59.5 BC", "0"},
    {"century", "0001-12-31 23:59:59.5 BC", "-1"},
    {"millennium", "0001-12-31 23:59:59.5 BC", "-1"},
    {"isoyear", "0001-12-31 23:59:59.5 BC", "-1"},
    {"week", "0001-12-31 23:59:59.5 BC", "52"},
    {"dow", "0001-12-31 23:59:59.5 BC", "0"},
    {"doy", "0001-12-31 23:59:59.5 BC", "366"},
    {"julian", "0001-12-31 23:59:59.5 BC", "1721425.99999421296296296296"},
    {"epoch", "0001-12-31 23:59:59.5 BC", "-62135596800.500000"},
    {"second", "0001-12-31 23:59:59.5 BC", "59.500000"},
    {"week", "2005-01-01", "53"},
    {"isoyear", "2005-01-01", "2004"},
    {"week", "2005-12-31", "52"},
    {"isoyear", "2006-01-01", "2005"},
    {"isodow", "2006-01-01", "7"},
    {"year", "infinity", "Infinity"},
    {"epoch", "-infinity", "-Infinity"},
    {"hour", "infinity", "NULL"},
    {"timezone", "infinity", "NULL"},
    {"foo", "infinity", "22023: unit \"foo\" not recognized for type timestamp without time zone"},
    {"julian", "2000-01-01", "2451545.0000000000000000000000000000"},
    {"julian", "2000-01-01 12:00", "2451545.50000000000000000000"},
    {"julian", "2000-01-01 00:00:00.000001", "2451545.0000000000115740740740740741"},
    {"julian", "2000-01-01 00:01:40", "2451545.00115740740740740741"},
    {"julian", "2000-01-01 23:59:59.999999", "2451545.99999999998842592593"},
    {"decade", "1999-12-31", "199"},
    {"century", "2000-12-31", "20"},
    {"century", "2001-01-01", "21"},
    {"millennium", "2000-12-31", "2"},
    {"epoch", "1970-01-01", "0.000000"},
    {"epoch", "1969-12-31 23:59:59.5", "-0.500000"},
};
constexpr Row kOfDate[] = {
    {"microseconds", "2020-08-11", "0A000: unit \"microseconds\" not supported for type date"},
    {"milliseconds", "2020-08-11", "0A000: unit \"milliseconds\" not supported for type date"},
    {"second", "2020-08-11", "0A000: unit \"second\" not supported for type date"},
    {"minute", "2020-08-11", "0A000: unit \"minute\" not supported for type date"},
    {"hour", "2020-08-11", "0A000: unit \"hour\" not supported for type date"},
    {"day", "2020-08-11", "11"},
    {"week", "2020-08-11", "33"},
    {"month", "2020-08-11", "8"},
    {"quarter", "2020-08-11", "3"},
    {"year", "2020-08-11", "2020"},
    {"decade", "2020-08-11", "202"},
    {"century", "2020-08-11", "21"},
    {"millennium", "2020-08-11", "3"},
    {"julian", "2020-08-11", "2459073"},
    {"isoyear", "2020-08-11", "2020"},
    {"dow", "2020-08-11", "2"},
    {"isodow", "2020-08-11", "2"},
    {"doy", "2020-08-11", "224"},
    {"epoch", "2020-08-11", "1597104000"},
    {"timezone", "2020-08-11", "0A000: unit \"timezone\" not supported for type date"},
    {"timezone_hour", "2020-08-11", "0A000: unit \"timezone_hour\" not supported for type date"},
    {"now", "2020-08-11", "0A000: unit \"now\" not supported for type date"},
    {"foo", "2020-08-11", "22023: unit \"foo\" not recognized for type date"},
    {"year", "infinity", "Infinity"},
    {"epoch", "-infinity", "-Infinity"},
    {"day", "infinity", "NULL"},
    {"hour", "infinity", "0A000: unit \"hour\" not supported for type date"},
    {"foo", "infinity", "22023: unit \"foo\" not recognized for type date"},
    {"julian", "4714-11-24 BC", "0"},
    {"epoch", "5874897-12-31", "185331706992000"},
    {"century", "0001-01-01 BC", "-1"},
};
constexpr Row kOfTime[] = {
    {"microseconds", "13:30:25.575401", "25575401"},
    {"milliseconds", "13:30:25.575401", "25575.401"},
    {"second", "13:30:25.575401", "25.575401"},
    {"minute", "13:30:25.575401", "30"},
    {"hour", "13:30:25.575401", "13"},
    {"epoch", "13:30:25.575401", "48625.575401"},
    {"day", "13:30:25.575401", "0A000: unit \"day\" not supported for type time without time zone"},
    {"now", "13:30:25.575401", "22023: unit \"now\" not recognized for type time without time zone"},
    {"foo", "13:30:25.575401", "22023: unit \"foo\" not recognized for type time without time zone"},
    {"hour", "24:00", "24"},
};
constexpr Row kOfInterval[] = {
    {"microseconds", "-7 years -8 mons 9 days -10:11:12.5", "-12500000"},
    {"milliseconds", "-7 years -8 mons 9 days -10:11:12.5", "-12500.000"},
    {"second", "-7 years -8 mons 9 days -10:11:12.5", "-12.500000"},
    {"minute", "-7 years -8 mons 9 days -10:11:12.5", "-11"},
    {"hour", "-7 years -8 mons 9 days -10:11:12.5", "-10"},
    {"day", "-7 years -8 mons 9 days -10:11:12.5", "9"},
    {"week", "-7 years -8 mons 9 days -10:11:12.5", "0A000: unit \"week\" not supported for type interval"},
    {"month", "-7 years -8 mons 9 days -10:11:12.5", "-8"},
    {"quarter", "-7 years -8 mons 9 days -10:11:12.5", "-1"},
    {"year", "-7 years -8 mons 9 days -10:11:12.5", "-7"},
    {"decade", "-7 years -8 mons 9 days -10:11:12.5", "0"},
    {"century", "-7 years -8 mons 9 days -10:11:12.5", "0"},
    {"millennium", "-7 years -8 mons 9 days -10:11:12.5", "0"},
    {"julian", "-7 years -8 mons 9 days -10:11:12.5",
     "0A000: unit \"julian\" not supported for type interval"},
    {"isoyear", "-7 years -8 mons 9 days -10:11:12.5",
     "0A000: unit \"isoyear\" not supported for type interval"},
    {"dow", "-7 years -8 mons 9 days -10:11:12.5", "0A000: unit \"dow\" not supported for type interval"},
    {"isodow", "-7 years -8 mons 9 days -10:11:12.5",
     "0A000: unit \"isodow\" not supported for type interval"},
    {"doy", "-7 years -8 mons 9 days -10:11:12.5", "0A000: unit \"doy\" not supported for type interval"},
    {"epoch", "-7 years -8 mons 9 days -10:11:12.5", "-240898272.500000"},
    {"timezone", "-7 years -8 mons 9 days -10:11:12.5",
     "0A000: unit \"timezone\" not supported for type interval"},
    {"timezone_hour", "-7 years -8 mons 9 days -10:11:12.5",
     "0A000: unit \"timezone_hour\" not supported for type interval"},
    {"now", "-7 years -8 mons 9 days -10:11:12.5", "22023: unit \"now\" not recognized for type interval"},
    {"foo", "-7 years -8 mons 9 days -10:11:12.5", "22023: unit \"foo\" not recognized for type interval"},
    {"epoch", "1 year", "31557600.000000"},
    {"epoch", "1 mon", "2592000.000000"},
    {"quarter", "-4 mons", "0"},
    {"epoch", "178956970 years 7 mons 2147483647 days 9223372036854775807 us", "5842218453753654.775807"},
    {"hour", "9223372036854775807 us", "2562047788"},
    {"century", "250 years", "2"},
};
constexpr Row kTruncTimestamp[] = {
    {"microseconds", "2001-02-16 20:38:40.123456", "2001-02-16 20:38:40.123456"},
    {"milliseconds", "2001-02-16 20:38:40.123456", "2001-02-16 20:38:40.123"},
    {"second", "2001-02-16 20:38:40.123456", "2001-02-16 20:38:40"},
    {"minute", "2001-02-16 20:38:40.123456", "2001-02-16 20:38:00"},
    {"hour", "2001-02-16 20:38:40.123456", "2001-02-16 20:00:00"},
    {"day", "2001-02-16 20:38:40.123456", "2001-02-16 00:00:00"},
    {"week", "2001-02-16 20:38:40.123456", "2001-02-12 00:00:00"},
    {"month", "2001-02-16 20:38:40.123456", "2001-02-01 00:00:00"},
    {"quarter", "2001-02-16 20:38:40.123456", "2001-01-01 00:00:00"},
    {"year", "2001-02-16 20:38:40.123456", "2001-01-01 00:00:00"},
    {"decade", "2001-02-16 20:38:40.123456", "2000-01-01 00:00:00"},
    {"century", "2001-02-16 20:38:40.123456", "2001-01-01 00:00:00"},
    {"millennium", "2001-02-16 20:38:40.123456", "2001-01-01 00:00:00"},
    {"dow", "2001-02-16 20:38:40.123456",
     "22023: unit \"dow\" not recognized for type timestamp without time zone"},
    {"now", "2001-02-16 20:38:40.123456",
     "22023: unit \"now\" not recognized for type timestamp without time zone"},
    {"foo", "2001-02-16 20:38:40.123456",
     "22023: unit \"foo\" not recognized for type timestamp without time zone"},
    {"ISOYEAR", "2001-02-16 20:38:40.123456",
     "22023: unit \"isoyear\" not recognized for type timestamp without time zone"},
    {"timezone", "2001-02-16 20:38:40.123456",
     "0A000: unit \"timezone\" not supported for type timestamp without time zone"},
    {"week", "0055-03-15 10:20 BC", "0055-03-11 00:00:00 BC"},
    {"year", "0055-03-15 10:20 BC", "0055-01-01 00:00:00 BC"},
    {"decade", "0055-03-15 10:20 BC", "0061-01-01 00:00:00 BC"},
    {"century", "0055-03-15 10:20 BC", "0100-01-01 00:00:00 BC"},
    {"millennium", "0055-03-15 10:20 BC", "1000-01-01 00:00:00 BC"},
    {"week", "2005-01-01", "2004-12-27 00:00:00"},
    {"week", "4714-11-24 BC", "4714-11-24 00:00:00 BC"},
    {"decade", "4714-11-24 BC", "22008: timestamp out of range"},
    {"foo", "infinity", "infinity"},
    {"century", "2000-12-31", "1901-01-01 00:00:00"},
    {"millennium", "2000-12-31", "1001-01-01 00:00:00"},
};
constexpr Row kTruncInterval[] = {
    {"us", "-1257 mons -40 days -10:11:12.345678", "-104 years -9 mons -40 days -10:11:12.345678"},
    {"ms", "-1257 mons -40 days -10:11:12.345678", "-104 years -9 mons -40 days -10:11:12.345"},
    {"second", "-1257 mons -40 days -10:11:12.345678", "-104 years -9 mons -40 days -10:11:12"},
    {"minute", "-1257 mons -40 days -10:11:12.345678", "-104 years -9 mons -40 days -10:11:00"},
    {"hour", "-1257 mons -40 days -10:11:12.345678", "-104 years -9 mons -40 days -10:00:00"},
    {"day", "-1257 mons -40 days -10:11:12.345678", "-104 years -9 mons -40 days"},
    {"week", "-1257 mons -40 days -10:11:12.345678",
     "0A000: unit \"week\" not supported for type interval [Months usually have fractional weeks.]"},
    {"month", "-1257 mons -40 days -10:11:12.345678", "-104 years -9 mons"},
    {"quarter", "-1257 mons -40 days -10:11:12.345678", "-104 years -9 mons"},
    {"year", "-1257 mons -40 days -10:11:12.345678", "-104 years"},
    {"decade", "-1257 mons -40 days -10:11:12.345678", "-100 years"},
    {"century", "-1257 mons -40 days -10:11:12.345678", "-100 years"},
    {"millennium", "-1257 mons -40 days -10:11:12.345678", "00:00:00"},
    {"dow", "-1257 mons -40 days -10:11:12.345678", "22023: unit \"dow\" not recognized for type interval"},
    {"doy", "-1257 mons -40 days -10:11:12.345678", "22023: unit \"doy\" not recognized for type interval"},
    {"foo", "-1257 mons -40 days -10:11:12.345678", "22023: unit \"foo\" not recognized for type interval"},
};

std::string part_row(const Result<DatePart>& result) {
  if (!result.is_ok()) return error_row(result.status());
  const DatePart& part = result.value();
  switch (part.kind) {
    case DatePart::Kind::kNull:
      return "NULL";
    case DatePart::Kind::kInfinity:
      return "Infinity";
    case DatePart::Kind::kMinusInfinity:
      return "-Infinity";
    case DatePart::Kind::kExact:
      break;
  }
  std::string digits;
  __int128 rest = part.value < 0 ? -part.value : part.value;
  for (int i = 0; rest != 0 || i <= part.scale; ++i) {
    if (i == part.scale && i != 0) digits.insert(digits.begin(), '.');
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
    rest /= 10;
  }
  return part.value < 0 ? "-" + digits : digits;
}

// date_part() is extract() as a double.
void expect_part(const Row& row, const Result<DatePart>& result) {
  EXPECT_EQ(part_row(result), row.expected) << row.unit << " of " << row.value;
  if (!result.is_ok() || result.value().kind != DatePart::Kind::kExact) return;
  EXPECT_DOUBLE_EQ(result.value().approximate, std::strtod(row.expected, nullptr))
      << row.unit << " of " << row.value;
}

TEST(DatePart, OfEveryType) {
  for (const Row& row : kOfTimestamp) expect_part(row, date_part(row.unit, timestamp(row.value)));
  for (const Row& row : kOfDate) expect_part(row, date_part(row.unit, date(row.value)));
  for (const Row& row : kOfTime) expect_part(row, date_part(row.unit, time_of_day(row.value)));
  for (const Row& row : kOfInterval) expect_part(row, date_part(row.unit, interval(row.value)));
}

TEST(DatePart, OfTimestamptzIsThatOfItsZonesWallClock) {
  const FixedZone zone(-(3 * 3600 + 30 * 60));
  const Timestamptz value = timestamptz("2000-01-01 02:00:00.5+00");
  EXPECT_EQ(part_row(date_part("day", value, zone)), "31");
  EXPECT_EQ(part_row(date_part("hour", value, zone)), "22");
  EXPECT_EQ(part_row(date_part("timezone", value, zone)), "-12600");
  EXPECT_EQ(part_row(date_part("timezone_hour", value, zone)), "-3");
  EXPECT_EQ(part_row(date_part("TimeZone_Minute", value, zone)), "-30");
  EXPECT_EQ(part_row(date_part("epoch", value, zone)), "946692000.500000");
  EXPECT_EQ(part_row(date_part("timezone", Timestamptz::infinity(), zone)), "NULL");
  EXPECT_EQ(part_row(date_part("epoch", timestamptz("294276-12-31 23:59:59.999999+00"), zone)),
            "9224318015999.999999");
}

TEST(DateTrunc, Timestamps) {
  for (const Row& row : kTruncTimestamp) {
    EXPECT_EQ(row_of(date_trunc(row.unit, timestamp(row.value))), row.expected)
        << row.unit << " of " << row.value;
  }
  const FixedZone zone(5 * 3600 + 1800);
  EXPECT_EQ(row_of(date_trunc("day", timestamptz("2000-01-01 20:00+00"), zone)), "2000-01-01 18:30:00+00");
  EXPECT_EQ(row_of(date_trunc("hour", timestamptz("2000-01-01 20:45+00"), zone)), "2000-01-01 20:30:00+00");
  EXPECT_EQ(row_of(date_trunc("week", timestamptz("4714-11-24 00:00+00 BC"), zone)),
            "22008: timestamp out of range");
}

TEST(DateTrunc, Intervals) {
  for (const Row& row : kTruncInterval) {
    EXPECT_EQ(row_of(date_trunc(row.unit, interval(row.value))), row.expected)
        << row.unit << " of " << row.value;
  }
}

TEST(DateBin, CountsStridesFromTheOriginBothWays) {
  const auto bin = [](std::string_view stride, std::string_view value, std::string_view origin) {
    return row_of(date_bin(interval(stride), timestamp(value), timestamp(origin)));
  };
  EXPECT_EQ(bin("15 min", "2020-02-11 15:44:17.71323", "2001-01-01 00:02:30"), "2020-02-11 15:32:30");
  EXPECT_EQ(bin("15 min", "2000-02-11 15:44:17.71323", "2001-01-01 00:02:30"), "2000-02-11 15:32:30");
  EXPECT_EQ(bin("1 day", "infinity", "infinity"), "infinity");
  EXPECT_EQ(bin("1 day", "2000-01-01", "infinity"), "22008: origin out of range");
  EXPECT_EQ(bin("1 mon", "2000-01-01", "2000-01-01"),
            "0A000: timestamps cannot be binned into intervals containing months or years");
  EXPECT_EQ(bin("0", "2000-01-01", "2000-01-01"), "22008: stride must be greater than zero");
  EXPECT_EQ(bin("-1 day", "2000-01-01", "2000-01-01"), "22008: stride must be greater than zero");
  EXPECT_EQ(bin("2147483647 days", "2000-01-01", "2000-01-01"), "22008: interval out of range");
  EXPECT_EQ(bin("1 day", "294276-12-31", "4714-11-24 BC"), "22008: interval out of range");
  EXPECT_EQ(bin("100000000 days", "4714-11-24 BC", "4714-11-25 BC"), "22008: timestamp out of range");
  EXPECT_EQ(row_of(date_bin(interval("1 day"), timestamptz("2000-01-01 10:00+00"),
                            timestamptz("1999-01-01 05:00+00"))),
            "2000-01-01 05:00:00+00");
}

struct DateRow {
  int32_t year, month, day;
  const char* expected;
};
struct TimeRow {
  int32_t hour, minute;
  double second;
  const char* expected;
};
struct TimestampRow {
  int32_t year, month, day, hour, minute;
  double second;
  const char* expected;
};
struct IntervalRow {
  int32_t years, months, weeks, days, hours, minutes;
  double seconds;
  const char* expected;
};
struct EpochRow {
  double seconds;
  const char* expected;
};

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

constexpr DateRow kMakeDate[] = {
    {2000, 2, 29, "2000-02-29"},
    {1900, 2, 29, "22008: date field value out of range: 1900-02-29"},
    {0, 1, 1, "22008: date field value out of range: 0-01-01"},
    {-44, 3, 15, "0044-03-15 BC"},
    {-44, 13, 15, "22008: date field value out of range: -43-13-15"},
    {5874897, 12, 31, "5874897-12-31"},
    {5874898, 1, 1, "22008: date out of range: 5874898-01-01"},
    {-4714, 11, 24, "4714-11-24 BC"},
    {-4714, 11, 23, "22008: date out of range: -4713-11-23"},
    {2000, 0, 1, "22008: date field value out of range: 2000-00-01"},
    {2000, 12, 0, "22008: date field value out of range: 2000-12-00"},
};
constexpr TimeRow kMakeTime[] = {
    {12, 30, 1.5, "12:30:01.5"},
    {24, 0, 0, "24:00:00"},
    {24, 0, 0.000001, "22008: time field value out of range: 24:00:1e-06"},
    {23, 59, 60, "24:00:00"},
    {23, 59, 60.5, "22008: time field value out of range: 23:59:60.5"},
    {-1, 0, 0, "22008: time field value out of range: -1:00:00"},
    {0, 60, 0, "22008: time field value out of range: 0:60:00"},
    {0, 0, -0.1, "22008: time field value out of range: 0:00:-0.1"},
    {0, 0, 5, "00:00:05"},
    {25, 0, 5, "22008: time field value out of range: 25:00:05"},
    {25, 0, 0.5, "22008: time field value out of range: 25:00:0.5"},
    {25, 0, 12.3456789, "22008: time field value out of range: 25:00:12.3457"},
    {25, 0, 1e10, "22008: time field value out of range: 25:00:1e+10"},
    {0, 0, kNaN, "22008: time field value out of range: 0:00:NaN"},
    {0, 0, kInfinity, "22008: time field value out of range: 0:00:Infinity"},
};
constexpr TimestampRow kMakeTimestamp[] = {
    {2000, 1, 1, 1, 1, 1.5, "2000-01-01 01:01:01.5"},
    {-1, 12, 31, 23, 59, 59.9999999, "0001-01-01 00:00:00"},
    {2000, 13, 1, 1, 1, 1, "22008: date field value out of range: 2000-13-01"},
    {-5, 2, 30, 1, 1, 1, "22008: date field value out of range: -5-02-30"},
    {2000, 1, 1, 25, 1, 1, "22008: time field value out of range: 25:01:01"},
    {294277, 1, 1, 0, 0, 0, "22008: timestamp out of range: 294277-01-01 0:00:00"},
    {5874898, 6, 1, 0, 0, 0, "22008: date out of range: 5874898-06-01"},
};
constexpr IntervalRow kMakeInterval[] = {
    {1, 2, 3, 4, 5, 6, 7.5, "1 year 2 mons 25 days 05:06:07.5"},
    {-1, 0, 0, -1, 0, 0, -0.5, "-1 years -1 days -00:00:00.5"},
    {178956970, 7, 0, 0, 0, 0, 0, "178956970 years 7 mons"},
    {0, 0, 0, 0, 2147483647, 59, 59.999999, "2147483647:59:59.999999"},
    {0, 0, 0, 0, 0, 0, kNaN, "22008: interval out of range"},
    {0, 0, 0, 0, 0, 0, kInfinity, "22008: interval out of range"},
};
constexpr EpochRow kToTimestamp[] = {
    {0, "1970-01-01 00:00:00+00"},
    {-0.5, "1969-12-31 23:59:59.5+00"},
    {1284352323.123456, "2010-09-13 04:32:03.123456+00"},
    {9224318015999, "294276-12-31 23:59:58.999552+00"},
    {9224318016000, "22008: timestamp out of range: \"9.22432e+12\""},
    {-210866803200, "4714-11-24 00:00:00+00 BC"},
    {-210866803201, "22008: timestamp out of range: \"-2.10867e+11\""},
    {kInfinity, "infinity"},
    {-kInfinity, "-infinity"},
    {kNaN, "22008: timestamp cannot be NaN"},
    {1e300, "22008: timestamp out of range: \"1e+300\""},
};

TEST(DateTimeMake, ValuesOfNumbers) {
  for (const DateRow& r : kMakeDate) EXPECT_EQ(row_of(make_date(r.year, r.month, r.day)), r.expected);
  for (const TimeRow& r : kMakeTime) EXPECT_EQ(row_of(make_time(r.hour, r.minute, r.second)), r.expected);
  for (const TimestampRow& r : kMakeTimestamp) {
    EXPECT_EQ(row_of(make_timestamp(r.year, r.month, r.day, r.hour, r.minute, r.second)), r.expected);
  }
  for (const IntervalRow& r : kMakeInterval) {
    EXPECT_EQ(row_of(make_interval(r.years, r.months, r.weeks, r.days, r.hours, r.minutes, r.seconds)),
              r.expected);
  }
  for (const EpochRow& r : kToTimestamp) EXPECT_EQ(row_of(timestamptz_from_epoch(r.seconds)), r.expected);
}

TEST(DateTimeMake, TimestamptzIsTheZonesWallClock) {
  EXPECT_EQ(row_of(make_timestamptz(2000, 1, 1, 0, 0, 0, FixedZone(3600))), "1999-12-31 23:00:00+00");
  EXPECT_EQ(row_of(make_timestamptz(-4714, 11, 24, 0, 0, 0, FixedZone(3600))),
            "22008: timestamp out of range");
}

TEST(DateTimeMake, IntervalsNeverWrapAround) {
  EXPECT_EQ(row_of(make_interval(200'000'000, 0, 0, 0, 0, 0, 0)), "22008: interval out of range");
  EXPECT_EQ(row_of(make_interval(0, 0, INT32_MAX, 0, 0, 0, 0)), "22008: interval out of range");
  EXPECT_EQ(row_of(make_interval(0, 0, 0, 0, INT32_MAX, INT32_MAX, 9e12)), "22008: interval out of range");
}

}  // namespace
}  // namespace ddb
