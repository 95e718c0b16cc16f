// interval_text_test: text of intervals in four styles, and their type's modifiers. Every expectation was printed by
// PostgreSQL 15.18 under the same settings.
#include <gtest/gtest.h>

#include "record/datetime_rows.h"
#include "record/interval_typmod.h"

namespace ddb {
namespace {

struct Row {
  const char* text;
  const char* expected;
};
struct ModifierRow {
  int modifier;
  const char* text;
  const char* expected;
};
struct StyleRow {
  const char* text;
  const char* postgres;
  const char* verbose;
  const char* sql_standard;
  const char* iso8601;
};

constexpr Row kIntervals[] = {
    {"1 year 2 months 3 days 4 hours 5 minutes 6 seconds", "1 year 2 mons 3 days 04:05:06"},
    {"@ 1 year 2 mons 3 days 4 hours 5 mins 6.789 secs ago", "-1 years -2 mons -3 days -04:05:06.789"},
    {"1-2", "1 year 2 mons"},
    {"1-2 3 4:05:06", "1 year 2 mons 3 days 04:05:06"},
    {"-1-2 +3 -4:05:06", "-1 years -2 mons +3 days -04:05:06"},
    {"1 4:05:06", "1 day 04:05:06"},
    {"1 day -4:05:06", "1 day -04:05:06"},
    {"P1Y2M3DT4H5M6S", "1 year 2 mons 3 days 04:05:06"},
    {"P0001-02-03T04:05:06", "1 year 2 mons 3 days 04:05:06"},
    {"P00010203T040506", "1 year 2 mons 3 days 04:05:06"},
    {"P1.5Y", "1 year 6 mons"},
    {"P1.5M", "1 mon 15 days"},
    {"P1.5W", "10 days 12:00:00"},
    {"P1.5D", "1 day 12:00:00"},
    {"PT1.5H", "01:30:00"},
    {"P-1Y2M", "-10 mons"},
    {"P", "22007: invalid input syntax for type interval: \"P\""},
    {"PT", "00:00:00"},
    {"P1", "1 year"},
    {"P1T2", "1 year 02:00:00"},
    {"P1D1Y", "1 year 1 day"},
    {"P1Y1", "22007: invalid input syntax for type interval: \"P1Y1\""},
    {"P0x10Y", "16 years"},
    {"P1e2D", "100 days"},
    {"1", "00:00:01"},
    {"1.5", "00:00:01.5"},
    {"1.5 days", "1 day 12:00:00"},
    {"1.5 months", "1 mon 15 days"},
    {"1.5 years", "1 year 6 mons"},
    {"1.35 weeks", "9 days 10:48:00"},
    {"0.1 month", "3 days"},
    {"-0.1 month", "-3 days"},
    {"1 decade 1 century 1 millennium", "1110 years"},
    {"1 month ago", "-1 mons"},
    {"ago", "22007: invalid input syntax for type interval: \"ago\""},
    {"1 day ago ago", "-1 days"},
    {"ago 1 day", "-1 days"},
    {"1 day 1 day", "22007: invalid input syntax for type interval: \"1 day 1 day\""},
    {"1 quarter", "22007: invalid input syntax for type interval: \"1 quarter\""},
    {"1 foo", "22007: invalid input syntax for type interval: \"1 foo\""},
    {"infinity", "22007: invalid input syntax for type interval: \"infinity\""},
    {"", "22007: invalid input syntax for type interval: \"\""},
    {"  ", "22007: invalid input syntax for type interval: \"  \""},
    {"1 2", "22007: invalid input syntax for type interval: \"1 2\""},
    {"1 2:03", "1 day 02:03:00"},
    {"1:02", "01:02:00"},
    {"1:02.5", "00:01:02.5"},
    {"1:02:03.4567895", "01:02:03.45679"},
    {"100000000:00:00", "100000000:00:00"},
    {"-838:59:59", "-838:59:59"},
    {"2147483647 months", "178956970 years 7 mons"},
    {"2147483648 months", "22015: interval field value out of range: \"2147483648 months\""},
    {"178956970 years 7 months", "178956970 years 7 mons"},
    {"178956970 years 8 months", "22008: interval out of range"},
    {"-178956970 years -8 months", "-178956970 years -8 mons"},
    {"2147483647 days", "2147483647 days"},
    {"2147483648 days", "22015: interval field value out of range: \"2147483648 days\""},
    {"9223372036854775807 us", "2562047788:00:54.775807"},
    {"9223372036854775808 us", "22015: interval field value out of range: \"9223372036854775808 us\""},
    {"-9223372036854775808 us", "-2562047788:00:54.775808"},
    {"2562047788:00:54.775807", "2562047788:00:54.775807"},
    {"2562047788:00:54.775808", "22015: interval field value out of range: \"2562047788:00:54.775808\""},
    {"1 us 1 ms", "00:00:00.001001"},
    {"1 us 1.5 sec", "22007: invalid input syntax for type interval: \"1 us 1.5 sec\""},
    {"1.5 sec 1 ms", "22007: invalid input syntax for type interval: \"1.5 sec 1 ms\""},
    {"1-13", "22015: interval field value out of range: \"1-13\""},
    {"1-12", "22015: interval field value out of range: \"1-12\""},
    {"1-11", "1 year 11 mons"},
    {"- 1 day", "-1 days"},
    {"+-1 day", "22007: invalid input syntax for type interval: \"+-1 day\""},
    {"1 year days", "1 year"},
    {"1 day at", "22007: invalid input syntax for type interval: \"1 day at\""},
    {"3 decs 2 cent 1 mil", "1230 years"},
    {"5 millisecon", "00:00:00.005"},
    {"5 milliseconds", "00:00:00.005"},
    {"1e5 days", "22007: invalid input syntax for type interval: \"1e5 days\""},
    {".5 day", "12:00:00"},
    {"-.5 day", "22007: invalid input syntax for type interval: \"-.5 day\""},
    {"1. day", "1 day"},
};
// Field masks: 2 month, 4 year, 8 day, 1024 hour, 2048 minute, 4096 second.
constexpr ModifierRow kFields[] = {
    {4, "1", "1 year"},
    {4, "1-2 3 4:05:06.789", "1 year"},
    {4, "5:06", "00:00:00"},
    {4, "1 2", "22007: invalid input syntax for type interval: \"1 2\""},
    {4, "-1.5", "-1 years"},
    {2, "1", "1 mon"},
    {2, "1-2 3 4:05:06.789", "1 year 2 mons"},
    {2, "5:06", "00:00:00"},
    {2, "1 2", "22007: invalid input syntax for type interval: \"1 2\""},
    {2, "-1.5", "-1 mons"},
    {6, "1", "1 mon"},
    {6, "1-2 3 4:05:06.789", "1 year 2 mons"},
    {6, "5:06", "00:00:00"},
    {6, "1 2", "22007: invalid input syntax for type interval: \"1 2\""},
    {6, "-1.5", "-1 mons"},
    {8, "1", "1 day"},
    {8, "1-2 3 4:05:06.789", "1 year 2 mons 3 days"},
    {8, "5:06", "00:00:00"},
    {8, "1 2", "22007: invalid input syntax for type interval: \"1 2\""},
    {8, "-1.5", "-1 days"},
    {1024, "1", "01:00:00"},
    {1024, "1-2 3 4:05:06.789", "1 year 2 mons 3 days 04:00:00"},
    {1024, "5:06", "05:00:00"},
    {1024, "1 2", "1 day 02:00:00"},
    {1024, "-1.5", "-01:00:00"},
    {2048, "1", "00:01:00"},
    {2048, "1-2 3 4:05:06.789", "1 year 2 mons 3 days 04:05:00"},
    {2048, "5:06", "05:06:00"},
    {2048, "1 2", "22007: invalid input syntax for type interval: \"1 2\""},
    {2048, "-1.5", "-00:01:00"},
    {4096, "1", "00:00:01"},
    {4096, "1-2 3 4:05:06.789", "1 year 2 mons 3 days 04:05:06.789"},
    {4096, "5:06", "05:06:00"},
    {4096, "1 2", "22007: invalid input syntax for type interval: \"1 2\""},
    {4096, "-1.5", "-00:00:01.5"},
    {1032, "1", "01:00:00"},
    {1032, "1-2 3 4:05:06.789", "1 year 2 mons 3 days 04:00:00"},
    {1032, "5:06", "05:00:00"},
    {1032, "1 2", "1 day 02:00:00"},
    {1032, "-1.5", "-01:00:00"},
    {3080, "1", "00:01:00"},
    {3080, "1-2 3 4:05:06.789", "1 year 2 mons 3 days 04:05:00"},
    {3080, "5:06", "05:06:00"},
    {3080, "1 2", "22007: invalid input syntax for type interval: \"1 2\""},
    {3080, "-1.5", "-00:01:00"},
    {7176, "1", "00:00:01"},
    {7176, "1-2 3 4:05:06.789", "1 year 2 mons 3 days 04:05:06.789"},
    {7176, "5:06", "05:06:00"},
    {7176, "1 2", "22007: invalid input syntax for type interval: \"1 2\""},
    {7176, "-1.5", "-00:00:01.5"},
    {3072, "1", "00:01:00"},
    {3072, "1-2 3 4:05:06.789", "1 year 2 mons 3 days 04:05:00"},
    {3072, "5:06", "05:06:00"},
    {3072, "1 2", "22007: invalid input syntax for type interval: \"1 2\""},
    {3072, "-1.5", "-00:01:00"},
    {7168, "1", "00:00:01"},
    {7168, "1-2 3 4:05:06.789", "1 year 2 mons 3 days 04:05:06.789"},
    {7168, "5:06", "05:06:00"},
    {7168, "1 2", "22007: invalid input syntax for type interval: \"1 2\""},
    {7168, "-1.5", "-00:00:01.5"},
    {6144, "1", "00:00:01"},
    {6144, "1-2 3 4:05:06.789", "1 year 2 mons 3 days 04:05:06.789"},
    {6144, "5:06", "00:05:06"},
    {6144, "1 2", "22007: invalid input syntax for type interval: \"1 2\""},
    {6144, "-1.5", "-00:00:01.5"},
};
constexpr ModifierRow kDigits[] = {
    {0, "1.23456789", "00:00:01"},
    {0, "-0.5", "-00:00:01"},
    {0, "0.5 sec", "00:00:01"},
    {0, "1:00:59.9999", "01:01:00"},
    {0, "-1 day 0:0:1.5", "-1 days +00:00:02"},
    {1, "1.23456789", "00:00:01.2"},
    {1, "-0.5", "-00:00:00.5"},
    {1, "0.5 sec", "00:00:00.5"},
    {1, "1:00:59.9999", "01:01:00"},
    {1, "-1 day 0:0:1.5", "-1 days +00:00:01.5"},
    {3, "1.23456789", "00:00:01.235"},
    {3, "-0.5", "-00:00:00.5"},
    {3, "0.5 sec", "00:00:00.5"},
    {3, "1:00:59.9999", "01:01:00"},
    {3, "-1 day 0:0:1.5", "-1 days +00:00:01.5"},
    {5, "1.23456789", "00:00:01.23457"},
    {5, "-0.5", "-00:00:00.5"},
    {5, "0.5 sec", "00:00:00.5"},
    {5, "1:00:59.9999", "01:00:59.9999"},
    {5, "-1 day 0:0:1.5", "-1 days +00:00:01.5"},
};
constexpr StyleRow kStyles[] = {
    {"0", "00:00:00", "@ 0", "0", "PT0S"},
    {"1 year", "1 year", "@ 1 year", "1-0", "P1Y"},
    {"-1 year", "-1 years", "@ 1 year ago", "-1-0", "P-1Y"},
    {"1 mon", "1 mon", "@ 1 mon", "0-1", "P1M"},
    {"2 mons", "2 mons", "@ 2 mons", "0-2", "P2M"},
    {"1 day", "1 day", "@ 1 day", "1 0:00:00", "P1D"},
    {"-1 day", "-1 days", "@ 1 day ago", "-1 0:00:00", "P-1D"},
    {"1 sec", "00:00:01", "@ 1 sec", "0:00:01", "PT1S"},
    {"-1 sec", "-00:00:01", "@ 1 sec ago", "-0:00:01", "PT-1S"},
    {"1.5 sec", "00:00:01.5", "@ 1.5 secs", "0:00:01.5", "PT1.5S"},
    {"0.000001 sec", "00:00:00.000001", "@ 0.000001 secs", "0:00:00.000001", "PT0.000001S"},
    {"1 hour", "01:00:00", "@ 1 hour", "1:00:00", "PT1H"},
    {"-1 min", "-00:01:00", "@ 1 min ago", "-0:01:00", "PT-1M"},
    {"1-2", "1 year 2 mons", "@ 1 year 2 mons", "1-2", "P1Y2M"},
    {"-1-2", "-1 years -2 mons", "@ 1 year 2 mons ago", "-1-2", "P-1Y-2M"},
    {"1 year 2 mons 3 days 4:05:06.7", "1 year 2 mons 3 days 04:05:06.7",
     "@ 1 year 2 mons 3 days 4 hours 5 mins 6.7 secs", "+1-2 +3 +4:05:06.7", "P1Y2M3DT4H5M6.7S"},
    {"-1 year -2 mons -3 days -4:05:06.7", "-1 years -2 mons -3 days -04:05:06.7",
     "@ 1 year 2 mons 3 days 4 hours 5 mins 6.7 secs ago", "-1-2 -3 -4:05:06.7", "P-1Y-2M-3DT-4H-5M-6.7S"},
    {"1 year -2 days", "1 year -2 days", "@ 1 year -2 days", "+1-0 -2 +0:00:00", "P1Y-2D"},
    {"-1 year 2 days", "-1 years +2 days", "@ 1 year -2 days ago", "-1-0 +2 +0:00:00", "P-1Y2D"},
    {"1 mon -1 sec", "1 mon -00:00:01", "@ 1 mon -1 sec", "+0-1 +0 -0:00:01", "P1MT-1S"},
    {"-1 mon 1 sec", "-1 mons +00:00:01", "@ 1 mon -1 sec ago", "-0-1 +0 +0:00:01", "P-1MT1S"},
    {"1 day -1 sec", "1 day -00:00:01", "@ 1 day -1 sec", "+0-0 +1 -0:00:01", "P1DT-1S"},
    {"-1 day +1 sec", "-1 days +00:00:01", "@ 1 day -1 sec ago", "+0-0 -1 +0:00:01", "P-1DT1S"},
    {"1 mon 1 day", "1 mon 1 day", "@ 1 mon 1 day", "+0-1 +1 +0:00:00", "P1M1D"},
    {"25 hours", "25:00:00", "@ 25 hours", "25:00:00", "PT25H"},
    {"-2147483648 mons -2147483648 days -9223372036854775808 us",
     "-178956970 years -8 mons -2147483648 days -2562047788:00:54.775808",
     "@ 178956970 years 8 mons 2147483648 days 2562047788 hours 54.775808 secs ago",
     "-178956970-8 -2147483648 -2562047788:00:54.775808",
     "P-178956970Y-8M-2147483648DT-2562047788H-54.775808S"},
    {"1 year 1 hour -5 min", "1 year 00:55:00", "@ 1 year 55 mins", "+1-0 +0 +0:55:00", "P1YT55M"},
    {"0.1 sec ago", "-00:00:00.1", "@ 0.1 secs ago", "-0:00:00.1", "PT-0.1S"},
    {"1 day 0.5 sec", "1 day 00:00:00.5", "@ 1 day 0.5 secs", "1 0:00:00.5", "P1DT0.5S"},
};

TEST(IntervalText, IsRead) {
  for (const Row& row : kIntervals) EXPECT_EQ(row_of(parse_interval(row.text, {})), row.expected) << row.text;
}

TEST(IntervalText, FieldsOfTheTypeDecideWhatNumbersMeanAndWhatIsKept) {
  for (const ModifierRow& row : kFields) {
    const int32_t typmod = interval_typmod(row.modifier, kIntervalFullPrecision);
    EXPECT_EQ(row_of(parse_interval(row.text, {}, typmod)), row.expected)
        << row.text << " mask " << row.modifier;
  }
}

TEST(IntervalText, SecondsAreRoundedToTheModifier) {
  for (const ModifierRow& row : kDigits) {
    const int32_t typmod = interval_typmod(kIntervalFullRange, row.modifier);
    EXPECT_EQ(row_of(parse_interval(row.text, {}, typmod)), row.expected)
        << row.text << " digits " << row.modifier;
  }
}

TEST(IntervalText, RoundingBeyondTheRangeIsAnError) {
  const int32_t typmod = interval_typmod(kIntervalFullRange, 0);
  EXPECT_EQ(row_of(parse_interval("9223372036854775807 us", {}, typmod)), "22008: interval out of range");
  EXPECT_EQ(row_of(parse_interval("-9223372036854775808 us", {}, typmod)), "22008: interval out of range");
}

TEST(IntervalText, PrintsFourStyles) {
  for (const StyleRow& row : kStyles) {
    DateTimeContext context;
    const Interval value = interval(row.text);
    EXPECT_EQ(text_of(value, context), row.postgres);
    context.interval_style = IntervalStyle::kPostgresVerbose;
    EXPECT_EQ(text_of(value, context), row.verbose);
    context.interval_style = IntervalStyle::kSqlStandard;
    EXPECT_EQ(text_of(value, context), row.sql_standard);
    context.interval_style = IntervalStyle::kIso8601;
    EXPECT_EQ(text_of(value, context), row.iso8601);
  }
}

TEST(IntervalText, SqlStyleReadsALeadingSignForAllFields) {
  DateTimeContext context;
  EXPECT_EQ(row_of(parse_interval("-1 1:00:00", context)), "-1 days +01:00:00");
  context.interval_style = IntervalStyle::kSqlStandard;
  EXPECT_EQ(row_of(parse_interval("-1 1:00:00", context)), "-1 days -01:00:00");
  EXPECT_EQ(row_of(parse_interval("-1 +1:00:00", context)), "-1 days +01:00:00");
  EXPECT_EQ(row_of(parse_interval("-1 day 1 week", context)), "-8 days");
  EXPECT_EQ(row_of(parse_interval("-1-2 3", context)), "-1 years -2 mons -00:00:03");
}

}  // namespace
}  // namespace ddb
