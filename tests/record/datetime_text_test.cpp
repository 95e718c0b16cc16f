// datetime_text_test: text of dates, times and timestamps means what it means to PostgreSQL. Every expectation was
// printed by PostgreSQL 15.18 under the same settings.
#include "record/datetime_text.h"

#include <gtest/gtest.h>

#include "record/datetime_rows.h"

namespace ddb {
namespace {

struct Row {
  const char* text;
  const char* expected;
};

constexpr Row kDateMdy[] = {
    {"2000-01-01", "2000-01-01"},
    {"1999-01-08", "1999-01-08"},
    {"January 8, 1999", "1999-01-08"},
    {"jan 8 1999", "1999-01-08"},
    {"8-Jan-1999", "1999-01-08"},
    {"Jan-08-1999", "1999-01-08"},
    {"1999-Jan-08", "1999-01-08"},
    {"19990108", "1999-01-08"},
    {"990108", "1999-01-08"},
    {"1999.008", "1999-01-08"},
    {"J2451187", "1999-01-08"},
    {"1/8/1999", "1999-01-08"},
    {"1/18/99", "1999-01-18"},
    {"08-Jan-99", "1999-01-08"},
    {"99-01-08",
     "22008: date/time field value out of range: \"99-01-08\" {Perhaps you need a different \"datestyle\" "
     "setting.}"},
    {"15 March 44 BC", "0044-03-15 BC"},
    {"0044-03-15 BC", "0044-03-15 BC"},
    {"2000-02-29", "2000-02-29"},
    {"1900-02-29", "22008: date/time field value out of range: \"1900-02-29\""},
    {"2000-02-30", "22008: date/time field value out of range: \"2000-02-30\""},
    {"2000-13-01",
     "22008: date/time field value out of range: \"2000-13-01\" {Perhaps you need a different \"datestyle\" "
     "setting.}"},
    {"13/1/2000",
     "22008: date/time field value out of range: \"13/1/2000\" {Perhaps you need a different \"datestyle\" "
     "setting.}"},
    {"1999-01-08 BC AD", "22007: invalid input syntax for type date: \"1999-01-08 BC AD\""},
    {"0000-01-01", "22008: date/time field value out of range: \"0000-01-01\""},
    {"0001-01-01 BC", "0001-01-01 BC"},
    {"4714-11-24 BC", "4714-11-24 BC"},
    {"4714-11-23 BC", "22008: date out of range: \"4714-11-23 BC\""},
    {"5874897-12-31", "5874897-12-31"},
    {"5874898-01-01", "22008: date out of range: \"5874898-01-01\""},
    {"99999999999-01-01", "22008: date/time field value out of range: \"99999999999-01-01\""},
    {"infinity", "infinity"},
    {"-infinity", "-infinity"},
    {"epoch", "1970-01-01"},
    {"allballs", "22007: invalid input syntax for type date: \"allballs\""},
    {"  2000-01-01  ", "2000-01-01"},
    {"2000/1/2", "2000-01-02"},
    {"1.2.2000", "2000-01-02"},
    {"1-2-3", "2003-01-02"},
    {"00-1-2",
     "22008: date/time field value out of range: \"00-1-2\" {Perhaps you need a different \"datestyle\" "
     "setting.}"},
    {"69-1-2",
     "22008: date/time field value out of range: \"69-1-2\" {Perhaps you need a different \"datestyle\" "
     "setting.}"},
    {"70-1-2",
     "22008: date/time field value out of range: \"70-1-2\" {Perhaps you need a different \"datestyle\" "
     "setting.}"},
    {"2000-060", "2000-02-29"},
    {"2000-366", "2000-12-31"},
    {"1999-366", "2000-01-01"},
    {"1999-367", "22007: invalid input syntax for type date: \"1999-367\""},
    {"y2001m02d04", "2001-02-04"},
    {"Friday, January 1, 1999", "1999-01-01"},
    {"on Jan 1 1999 at 10:20", "1999-01-01"},
    {"2000-01-01T", "22007: invalid input syntax for type date: \"2000-01-01T\""},
    {"2000-01-01 10:20:30 PST", "2000-01-01"},
    {"2000-01-01 25:00", "22008: date/time field value out of range: \"2000-01-01 25:00\""},
    {"5-jan-2000 h 1234567", "2000-01-05"},
    {"5-jan-2000 h 2147483647", "2000-01-05"},
    {"", "22007: invalid input syntax for type date: \"\""},
    {"x", "22007: invalid input syntax for type date: \"x\""},
    {"2000", "22007: invalid input syntax for type date: \"2000\""},
    {"20000", "22007: invalid input syntax for type date: \"20000\""},
    {"200001",
     "22008: date/time field value out of range: \"200001\" {Perhaps you need a different \"datestyle\" "
     "setting.}"},
    {"2000-01", "22007: invalid input syntax for type date: \"2000-01\""},
    {"+infinity", "22007: invalid input syntax for type date: \"+infinity\""},
    {"now now", "22007: invalid input syntax for type date: \"now now\""},
    {"2000-01-01 nowhere", "22007: invalid input syntax for type date: \"2000-01-01 nowhere\""},
    {"2000-01-01 no/where", "22023: time zone \"no/where\" not recognized"},
    {"January 8, 1999 AD", "1999-01-08"},
    {"1999-01-08 12:00 am pm", "22007: invalid input syntax for type date: \"1999-01-08 12:00 am pm\""},
};
constexpr Row kDateDmy[] = {
    {"1/8/1999", "1999-08-01"},
    {"18/1/1999", "1999-01-18"},
    {"1/18/1999",
     "22008: date/time field value out of range: \"1/18/1999\" {Perhaps you need a different \"datestyle\" "
     "setting.}"},
    {"01/02/03", "2003-02-01"},
    {"8-Jan-99", "1999-01-08"},
    {"1999-01-08", "1999-01-08"},
    {"99-01-08",
     "22008: date/time field value out of range: \"99-01-08\" {Perhaps you need a different \"datestyle\" "
     "setting.}"},
    {"January 8, 99", "1999-01-08"},
    {"19990108", "1999-01-08"},
};
constexpr Row kDateYmd[] = {
    {"1/8/1999",
     "22008: date/time field value out of range: \"1/8/1999\" {Perhaps you need a different \"datestyle\" "
     "setting.}"},
    {"99/1/18", "1999-01-18"},
    {"01/02/03", "2001-02-03"},
    {"8-Jan-1999", "1999-01-08"},
    {"99-Jan-08", "1999-01-08"},
    {"08-Jan-99",
     "22008: date/time field value out of range: \"08-Jan-99\" {Perhaps you need a different \"datestyle\" "
     "setting.}"},
    {"1999-01-08", "1999-01-08"},
    {"January 8, 1999", "1999-01-08"},
    {"Jan 8 99",
     "22008: date/time field value out of range: \"Jan 8 99\" {Perhaps you need a different \"datestyle\" "
     "setting.}"},
};
constexpr Row kTime[] = {
    {"04:05:06.789", "04:05:06.789"},
    {"04:05:06", "04:05:06"},
    {"04:05", "04:05:00"},
    {"040506", "04:05:06"},
    {"0405", "04:05:00"},
    {"04:05 AM", "04:05:00"},
    {"04:05 PM", "16:05:00"},
    {"12:00 AM", "00:00:00"},
    {"12:00 PM", "12:00:00"},
    {"13:00 PM", "22008: date/time field value out of range: \"13:00 PM\""},
    {"04:05:06.789-8", "04:05:06.789"},
    {"04:05:06-08:00", "04:05:06"},
    {"040506-08", "04:05:06"},
    {"040506+08", "04:05:06"},
    {"04:05:06 PST", "04:05:06"},
    {"2003-04-12 04:05:06 EST", "04:05:06"},
    {"24:00:00", "24:00:00"},
    {"24:00:00.000001", "22008: date/time field value out of range: \"24:00:00.000001\""},
    {"23:59:60", "24:00:00"},
    {"23:59:59.9999996", "24:00:00"},
    {"23:59:60.1", "22008: date/time field value out of range: \"23:59:60.1\""},
    {"00:00:60", "00:01:00"},
    {"00:60:00", "22008: date/time field value out of range: \"00:60:00\""},
    {"25:00", "22008: date/time field value out of range: \"25:00\""},
    {"allballs", "00:00:00"},
    {"h04mm05s06.7", "04:05:06.7"},
    {"h04mm05s06", "22007: invalid input syntax for type time: \"h04mm05s06\""},
    {"s06.5 04:05", "22007: invalid input syntax for type time: \"s06.5 04:05\""},
    {"t040506", "04:05:06"},
    {"T04:05:06", "04:05:06"},
    {"04:05:06 dst", "22007: invalid input syntax for type time: \"04:05:06 dst\""},
    {"04:05:06 UTC", "04:05:06"},
    {"12:34.5", "00:12:34.5"},
    {"10:", "10:00:00"},
    {"::", "22007: invalid input syntax for type time: \"::\""},
    {"4", "22007: invalid input syntax for type time: \"4\""},
    {"", "22007: invalid input syntax for type time: \"\""},
    {"noon", "22007: invalid input syntax for type time: \"noon\""},
    {"04:05:06 mars/x", "22023: time zone \"mars/x\" not recognized"},
    {"J2451187 04:05", "04:05:00"},
    {"04:05:06.", "04:05:06"},
    {"h 2147483647 mm 0 s 0.5", "22008: date/time field value out of range: \"h 2147483647 mm 0 s 0.5\""},
    {"12:00 foo+3", "12:00:00"},
    {"12:00 foo+3bar", "22007: invalid input syntax for type time: \"12:00 foo+3bar\""},
    {"04:05:06.1234565", "04:05:06.123456"},
    {"04:05:06.1234575", "04:05:06.123458"},
};
constexpr Row kTimestamp[] = {
    {"2000-01-01 00:00:00", "2000-01-01 00:00:00"},
    {"1999-01-08 04:05:06", "1999-01-08 04:05:06"},
    {"1999-01-08 04:05:06 -8:00", "1999-01-08 04:05:06"},
    {"January 8 04:05:06 1999 PST", "1999-01-08 04:05:06"},
    {"Mon Feb 10 17:32:01 1997 PST", "1997-02-10 17:32:01"},
    {"Mon Feb 10 17:32:01.4 1997", "1997-02-10 17:32:01.4"},
    {"19970210 173201", "1997-02-10 17:32:01"},
    {"19970210T173201", "1997-02-10 17:32:01"},
    {"1997.041 17:32:01", "1997-02-10 17:32:01"},
    {"97041 173201", "22007: invalid input syntax for type timestamp: \"97041 173201\""},
    {"20011225T040506.789-07", "2001-12-25 04:05:06.789"},
    {"20011225T040506.789", "2001-12-25 04:05:06.789"},
    {"J2451187.25", "1999-01-08 06:00:00"},
    {"J2451187 04:05:06", "1999-01-08 04:05:06"},
    {"J2451187-08", "1999-01-08 00:00:00"},
    {"y2001m02d04 h04mm05s06.7", "2001-02-04 04:05:06.7"},
    {"2001-02-04 t040506-08", "2001-02-04 04:05:06"},
    {"2000-01-01 24:00", "2000-01-02 00:00:00"},
    {"2000-01-01 24:00:01", "22008: date/time field value out of range: \"2000-01-01 24:00:01\""},
    {"1999-12-31 23:59:60", "2000-01-01 00:00:00"},
    {"2000-01-01 10:20:30.9999999", "2000-01-01 10:20:31"},
    {"2000-01-01 0:0:0.0000005", "2000-01-01 00:00:00"},
    {"2000-01-01 0:0:0.0000015", "2000-01-01 00:00:00.000002"},
    {"294276-12-31 23:59:59.999999", "294276-12-31 23:59:59.999999"},
    {"294277-01-01", "22008: timestamp out of range: \"294277-01-01\""},
    {"4714-11-24 BC", "4714-11-24 00:00:00 BC"},
    {"4714-11-23 23:59:59 BC", "22008: timestamp out of range: \"4714-11-23 23:59:59 BC\""},
    {"infinity", "infinity"},
    {"-infinity", "-infinity"},
    {"epoch", "1970-01-01 00:00:00"},
    {"epoch 2000-01-01", "22007: invalid input syntax for type timestamp: \"epoch 2000-01-01\""},
    {"infinity 2000-13-01", "22007: invalid input syntax for type timestamp: \"infinity 2000-13-01\""},
    {"1999-01-08 BC 10:20", "1999-01-08 10:20:00 BC"},
    {"Wed Jul 16 17:32:01 1997", "1997-07-16 17:32:01"},
    {"16 Jul 1997 5:32 pm", "1997-07-16 17:32:00"},
    {"2000-01-01 mst", "2000-01-01 00:00:00"},
    {"2000-01-01 12:00 foo+3", "2000-01-01 12:00:00"},
    {"2000-01-01 12:00 no/zone", "22023: time zone \"no/zone\" not recognized"},
    {"2000-01-01 12:00 nozone",
     "22007: invalid input syntax for type timestamp: \"2000-01-01 12:00 nozone\""},
    {"2000-01-01 12:00 +16", "22009: time zone displacement out of range: \"2000-01-01 12:00 +16\""},
    {"2000-01-01 12:00 +15:59:59", "2000-01-01 12:00:00"},
    {"2000-01-01 12:00 +12:60", "22009: time zone displacement out of range: \"2000-01-01 12:00 +12:60\""},
    {"2000-01-01 12:00 +", "22007: invalid input syntax for type timestamp: \"2000-01-01 12:00 +\""},
    {"2000-01-01 y", "2000-01-01 00:00:00"},
    {"5-jan-2000 h 12345", "2001-06-02 09:00:00"},
    {"5-jan-2000 mm -5", "2000-01-05 00:00:00"},
    {"5-jan-2000 h 23 mm 59 s 59.5", "2000-01-05 23:59:59.5"},
    {"2000-01-01 t", "22007: invalid input syntax for type timestamp: \"2000-01-01 t\""},
    {"2000-01-01 t t 10:20", "22007: invalid input syntax for type timestamp: \"2000-01-01 t t 10:20\""},
    {"J2000000000", "22008: timestamp out of range: \"J2000000000\""},
    {"J2147483648", "22008: date/time field value out of range: \"J2147483648\""},
    {"2000-01-01 2000-01-01", "22007: invalid input syntax for type timestamp: \"2000-01-01 2000-01-01\""},
    {"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26",
     "22007: invalid input syntax for type timestamp: \"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 "
     "21 22 23 24 25 26\""},
    {"2000-01-01 10:20 Mon mon",
     "22007: invalid input syntax for type timestamp: \"2000-01-01 10:20 Mon mon\""},
    {"1999999999999-01-01", "22008: date/time field value out of range: \"1999999999999-01-01\""},
    {"99999999991231", "22008: timestamp out of range: \"99999999991231\""},
};
constexpr Row kTimestamptz[] = {
    {"2000-01-01 00:00:00+01", "1999-12-31 23:00:00+00"},
    {"2000-01-01 00:00:00-08:00", "2000-01-01 08:00:00+00"},
    {"2000-01-01 00:00:00 +0530", "1999-12-31 18:30:00+00"},
    {"2000-01-01 00:00:00+05:30:15", "1999-12-31 18:29:45+00"},
    {"2000-01-01 00:00:00Z", "2000-01-01 00:00:00+00"},
    {"2000-01-01 00:00:00 zulu", "2000-01-01 00:00:00+00"},
    {"2000-01-01 00:00:00 EST", "2000-01-01 05:00:00+00"},
    {"2000-01-01 00:00:00 EDT", "2000-01-01 04:00:00+00"},
    {"2000-01-01 00:00:00 est dst", "2000-01-01 04:00:00+00"},
    {"2000-01-01 00:00:00 dst",
     "22007: invalid input syntax for type timestamp with time zone: \"2000-01-01 00:00:00 dst\""},
    {"2000-01-01 00:00:00 +02 dst", "1999-12-31 21:00:00+00"},
    {"2000-01-01 00:00:00 utc+3", "2000-01-01 03:00:00+00"},
    {"2000-01-01 00:00:00 xyz-3:30", "1999-12-31 20:30:00+00"},
    {"2000-01-01 00:00:00 GMT-8:30:10", "1999-12-31 15:29:50+00"},
    {"294276-12-31 23:59:59.999999+00", "294276-12-31 23:59:59.999999+00"},
    {"294276-12-31 23:59:59-01", "22008: timestamp out of range: \"294276-12-31 23:59:59-01\""},
    {"294277-01-01 00:00+01", "294276-12-31 23:00:00+00"},
    {"4714-11-24 00:00 BC", "4714-11-24 00:00:00+00 BC"},
    {"4714-11-24 00:00+01 BC", "22008: timestamp out of range: \"4714-11-24 00:00+01 BC\""},
    {"4714-11-23 23:00-01 BC", "4714-11-24 00:00:00+00 BC"},
    {"allballs 2000-01-01",
     "22007: invalid input syntax for type timestamp with time zone: \"allballs 2000-01-01\""},
    {"2000-01-01 allballs", "2000-01-01 00:00:00+00"},
};

template <size_t N>
void expect_dates(const Row (&rows)[N], DateOrder order) {
  DateTimeContext context;
  context.order = order;
  for (const Row& row : rows)
    EXPECT_EQ(row_of(parse_date(row.text, context), context), row.expected) << row.text;
}

TEST(DateTimeText, DatesAreReadInEveryFieldOrder) {
  expect_dates(kDateMdy, DateOrder::kMdy);
  expect_dates(kDateDmy, DateOrder::kDmy);
  expect_dates(kDateYmd, DateOrder::kYmd);
}

TEST(DateTimeText, TimesAreRead) {
  for (const Row& row : kTime) EXPECT_EQ(row_of(parse_time(row.text, {})), row.expected) << row.text;
}

TEST(DateTimeText, TimestampsAreRead) {
  for (const Row& row : kTimestamp)
    EXPECT_EQ(row_of(parse_timestamp(row.text, {})), row.expected) << row.text;
  for (const Row& row : kTimestamptz)
    EXPECT_EQ(row_of(parse_timestamptz(row.text, {})), row.expected) << row.text;
}

TEST(DateTimeText, DigitsOfSecondsAreRoundedToTheModifier) {
  EXPECT_EQ(row_of(parse_time("23:59:59.95", {}, 1)), "24:00:00");
  EXPECT_EQ(row_of(parse_time("10:20:30.45", {}, 1)), "10:20:30.5");
  // Half away from 2000: down before it.
  EXPECT_EQ(row_of(parse_timestamp("1999-12-31 23:59:59.5", {}, 0)), "1999-12-31 23:59:59");
  EXPECT_EQ(row_of(parse_timestamp("2000-12-31 23:59:59.5", {}, 0)), "2001-01-01 00:00:00");
  EXPECT_EQ(row_of(parse_timestamp("1999-12-31 23:59:59.4999", {}, 3)), "1999-12-31 23:59:59.5");
  EXPECT_EQ(row_of(parse_timestamptz("2000-01-01 00:00:00.0000005", {}, 6)), "2000-01-01 00:00:00+00");
  EXPECT_EQ(row_of(parse_timestamp("294276-12-31 23:59:59.999999", {}, 0)), "294277-01-01 00:00:00");
  EXPECT_EQ(row_of(parse_timestamp("infinity", {}, 0)), "infinity");
}

TEST(DateTimeText, WordsForTheCurrentTimeUseTheContextsClockAndZone) {
  const FixedZone zone(14 * 3600);
  DateTimeContext context;
  context.now = timestamptz("2024-02-29 12:34:56.789+00");
  EXPECT_EQ(row_of(parse_date("today", context)), "2024-02-29");
  EXPECT_EQ(row_of(parse_date("yesterday", context)), "2024-02-28");
  EXPECT_EQ(row_of(parse_timestamp("tomorrow", context)), "2024-03-01 00:00:00");
  EXPECT_EQ(row_of(parse_timestamp("tomorrow 10:20", context)), "2024-03-01 10:20:00");
  EXPECT_EQ(row_of(parse_timestamp("now", context)), "2024-02-29 12:34:56.789");
  EXPECT_EQ(row_of(parse_time("now", context)), "12:34:56.789");
  context.zone = &zone;
  EXPECT_EQ(row_of(parse_date("today", context)), "2024-03-01");
  EXPECT_EQ(row_of(parse_timestamp("now", context)), "2024-03-01 02:34:56.789");
  EXPECT_EQ(row_of(parse_timestamptz("now", context)), "2024-02-29 12:34:56.789+00");
  EXPECT_EQ(row_of(parse_timestamptz("today", context), context), "2024-03-01 00:00:00+14");
  EXPECT_EQ(row_of(parse_time("now", context)), "02:34:56.789");
}

TEST(DateTimeText, TextWithForeignOrTooManyBytesIsRefused) {
  EXPECT_EQ(row_of(parse_date("2000-01-01\xC3\xA9", {})).substr(0, 5), "22007");
  EXPECT_EQ(row_of(parse_date(std::string("2000-01-01\0", 11), {})).substr(0, 5), "22007");
  EXPECT_EQ(row_of(parse_date("2000-01-01" + std::string(100'000, ' '), {})), "2000-01-01");
  EXPECT_EQ(row_of(parse_date(std::string(100'000, '1'), {})).substr(0, 5), "22007");
  EXPECT_EQ(row_of(parse_timestamp(std::string(100'000, 'a'), {})).substr(0, 5), "22007");
  EXPECT_EQ(row_of(parse_interval(std::string(100'000, '1') + " day", {})).substr(0, 5), "22007");
}

}  // namespace
}  // namespace ddb
