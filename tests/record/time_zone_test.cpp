// time_zone_test: zones by name and abbreviation, and what a change of offset does to instants and wall clocks. What
// happens at a change was tried on PostgreSQL 15.18 with America/New_York.
#include "record/time_zone.h"

#include <gtest/gtest.h>

#include "record/datetime_arithmetic.h"
#include "record/datetime_cast.h"
#include "record/datetime_rows.h"
#include "record/datetime_trunc.h"
#include "record/time_zone_search.h"

namespace ddb {
namespace {

// New York in the year 2021: daylight time from 2021-03-14 07:00 UTC until 2021-11-07 06:00 UTC.
class NewYork2021 final : public TimeZone {
 public:
  ZoneOffset at_instant(int64_t utc) const override {
    return utc >= spring() && utc < autumn() ? kDaylight : kStandard;
  }
  std::optional<ZoneOffset> at_abbreviation(std::string_view abbreviation, int64_t) const override {
    if (abbreviation == "EWT") return kDaylight;
    return std::nullopt;
  }

 private:
  static constexpr ZoneOffset kStandard{-5 * 3600, "EST"};
  static constexpr ZoneOffset kDaylight{-4 * 3600, "EDT"};
  static int64_t spring() { return timestamp("2021-03-14 07:00").micros / kMicrosPerSecond; }
  static int64_t autumn() { return timestamp("2021-11-07 06:00").micros / kMicrosPerSecond; }
};

class OneZone final : public ZoneDirectory {
 public:
  const TimeZone* find(std::string_view name) const override {
    return name == "america/new_york" || name == "America/New_York" || name == "Europe/Moscow" ? &zone_
                                                                                               : nullptr;
  }
  const TimeZone& zone() const { return zone_; }

 private:
  NewYork2021 zone_;
};

class Zones : public testing::Test {
 protected:
  Zones() {
    context_.zone = &directory_.zone();
    context_.zones = &directory_;
  }
  std::string read(std::string_view text) { return row_of(parse_timestamptz(text, context_), context_); }

  OneZone directory_;
  DateTimeContext context_;
};

TEST_F(Zones, SkippedAndRepeatedHoursAreRead) {
  EXPECT_EQ(read("2021-03-14 01:59:59"), "2021-03-14 01:59:59-05");
  EXPECT_EQ(read("2021-03-14 02:30"), "2021-03-14 03:30:00-04");
  EXPECT_EQ(read("2021-03-14 03:00"), "2021-03-14 03:00:00-04");
  EXPECT_EQ(read("2021-11-07 00:59:59"), "2021-11-07 00:59:59-04");
  EXPECT_EQ(read("2021-11-07 01:30"), "2021-11-07 01:30:00-05");
  EXPECT_EQ(read("2021-11-07 01:30 EDT"), "2021-11-07 01:30:00-04");
  EXPECT_EQ(read("2021-11-07 05:30+00"), "2021-11-07 01:30:00-04");
}

TEST_F(Zones, DaysAreCalendarDaysAndHoursAreElapsedTime) {
  const TimeZone& zone = directory_.zone();
  const auto sum = [&](std::string_view start, std::string_view text) {
    return row_of(add(parse_timestamptz(start, context_).value(), interval(text), zone), context_);
  };
  EXPECT_EQ(sum("2021-03-13 12:00", "1 day"), "2021-03-14 12:00:00-04");
  EXPECT_EQ(sum("2021-03-13 12:00", "24 hours"), "2021-03-14 13:00:00-04");
  EXPECT_EQ(sum("2021-02-14 02:30", "1 month"), "2021-03-14 03:30:00-04");
  EXPECT_EQ(sum("2021-02-14 02:30", "1 month 1 day"), "2021-03-15 03:30:00-04");
  EXPECT_EQ(sum("2021-11-06 12:00", "1 day"), "2021-11-07 12:00:00-05");
  EXPECT_EQ(sum("2021-11-06 12:00", "24 hours"), "2021-11-07 11:00:00-05");
  EXPECT_EQ(sum("2021-11-08 01:30", "-1 day"), "2021-11-07 01:30:00-05");
}

TEST_F(Zones, TruncatingToHoursKeepsTheOffsetAndToDaysFindsIt) {
  const TimeZone& zone = directory_.zone();
  const Timestamptz first = timestamptz("2021-11-07 05:45+00");
  EXPECT_EQ(row_of(date_trunc("hour", first, zone), context_), "2021-11-07 01:00:00-04");
  EXPECT_EQ(row_of(date_trunc("hour", timestamptz("2021-11-07 06:45+00"), zone), context_),
            "2021-11-07 01:00:00-05");
  EXPECT_EQ(row_of(date_trunc("day", timestamptz("2021-11-07 18:00+00"), zone), context_),
            "2021-11-07 00:00:00-04");
  EXPECT_EQ(row_of(date_trunc("month", timestamptz("2021-11-20 18:00+00"), zone), context_),
            "2021-11-01 00:00:00-04");
}

TEST_F(Zones, NamesInTextAreLookedUp) {
  EXPECT_EQ(read("2021-07-01 12:00 America/New_York"), "2021-07-01 12:00:00-04");
  EXPECT_EQ(read("2021-07-01 12:00 AMERICA/NEW_YORK"), "2021-07-01 12:00:00-04");
  EXPECT_EQ(read("2021-07-01 12:00 america/nowhere"), "22023: time zone \"america/nowhere\" not recognized");
  EXPECT_EQ(read("2021-07-01 12:00 America/New_York dst"),
            "22007: invalid input syntax for type timestamp with time zone: \"2021-07-01 12:00 "
            "America/New_York dst\"");
  // MSK is an abbreviation whose meaning its zone tells, here the stand-in for Moscow.
  EXPECT_EQ(read("2021-07-01 12:00 MSK"), "2021-07-01 12:00:00-04");
  EXPECT_EQ(row_of(parse_timestamptz("2021-07-01 12:00 MSK", {})),
            "22023: time zone \"Europe/Moscow\" not recognized");
}

TEST_F(Zones, TimesNeedADateForAZoneThatChanges) {
  EXPECT_EQ(row_of(parse_time("12:00 America/New_York", context_)),
            "22007: invalid input syntax for type time: \"12:00 America/New_York\"");
  EXPECT_EQ(row_of(parse_time("2021-07-01 12:00 America/New_York", context_)), "12:00:00");
  EXPECT_EQ(row_of(parse_time("12:00 foo+3", context_)), "12:00:00");
  EXPECT_EQ(row_of(parse_time("12:00 foo+3bar", context_)),
            "22007: invalid input syntax for type time: \"12:00 foo+3bar\"");
}

TEST_F(Zones, StylesPrintTheAbbreviationInForce) {
  context_.format = DateFormat::kSql;
  EXPECT_EQ(read("2021-01-01 12:00+00"), "01/01/2021 07:00:00 EST");
  EXPECT_EQ(read("2021-07-01 12:00+00"), "07/01/2021 08:00:00 EDT");
}

TEST(ZoneByName, KnowsAbbreviationsUtcAndPosixOffsets) {
  const auto seconds_east = [](std::string_view name) {
    auto found = zone_by_name(name, nullptr);
    return found.is_ok() ? std::to_string(found->zone().at_instant(0).seconds_east) + " " +
                               std::string(found->zone().at_instant(0).abbreviation)
                         : error_row(found.status());
  };
  EXPECT_EQ(seconds_east("utc"), "0 UTC");
  EXPECT_EQ(seconds_east("Etc/UTC"), "0 UTC");
  EXPECT_EQ(seconds_east("GMT"), "0 GMT");
  EXPECT_EQ(seconds_east("Est"), "-18000 EST");
  EXPECT_EQ(seconds_east("PDT"), "-25200 PDT");
  EXPECT_EQ(seconds_east("foo+3"), "-10800 FOO");
  EXPECT_EQ(seconds_east("<+05:30>-5:30"), "19800 +05:30");
  EXPECT_EQ(seconds_east("MSK"), "22023: time zone \"Europe/Moscow\" not recognized");
  EXPECT_EQ(seconds_east("nowhere"), "22023: time zone \"nowhere\" not recognized");
  EXPECT_EQ(seconds_east(""), "22023: time zone \"\" not recognized");
  EXPECT_EQ(seconds_east("foo+168"), "22023: time zone \"foo+168\" not recognized");
  EXPECT_EQ(seconds_east("foo+3:"), "22023: time zone \"foo+3:\" not recognized");
}

std::string under_rule(std::string_view rule, std::string_view utc) {
  const auto zone = PosixZone::parse(rule);
  if (!zone.has_value()) return "no rule";
  DateTimeContext context;
  context.zone = &*zone;
  return text_of(timestamptz(utc), context);
}

TEST(PosixZone, ChangesByItsRuleInEveryYear) {
  EXPECT_EQ(under_rule("aaa8bbb", "2021-03-14 09:59:59+00"), "2021-03-14 01:59:59-08");
  EXPECT_EQ(under_rule("aaa8bbb", "2021-03-14 10:00+00"), "2021-03-14 03:00:00-07");
  EXPECT_EQ(under_rule("aaa8bbb", "2021-11-07 08:59:59+00"), "2021-11-07 01:59:59-07");
  EXPECT_EQ(under_rule("aaa8bbb", "2021-11-07 09:00+00"), "2021-11-07 01:00:00-08");
  EXPECT_EQ(under_rule("aaa8bbb", "1969-07-01 00:00+00"), "1969-06-30 17:00:00-07");
  EXPECT_EQ(under_rule("aaa8bbb", "0500-07-01 00:00+00"), "0500-06-30 17:00:00-07");
  EXPECT_EQ(under_rule("aaa8bbb7,M4.1.0/3,J300/1:30", "2021-04-04 10:59:59+00"), "2021-04-04 02:59:59-08");
  EXPECT_EQ(under_rule("aaa8bbb7,M4.1.0/3,J300/1:30", "2021-04-04 11:00:00+00"), "2021-04-04 04:00:00-07");
  EXPECT_EQ(under_rule("aaa8bbb7,M4.1.0/3,J300/1:30", "2021-10-27 08:29:59+00"), "2021-10-27 01:29:59-07");
  EXPECT_EQ(under_rule("aaa8bbb7,M4.1.0/3,J300/1:30", "2020-10-27 08:30:00+00"), "2020-10-27 00:30:00-08");
  EXPECT_EQ(under_rule("NZST-12NZDT,M9.5.0,M4.1.0/3", "2021-01-01 00:00+00"), "2021-01-01 13:00:00+13");
  EXPECT_EQ(under_rule("NZST-12NZDT,M9.5.0,M4.1.0/3", "2021-07-01 00:00+00"), "2021-07-01 12:00:00+12");
  EXPECT_EQ(under_rule("NZST-12NZDT,M9.5.0,M4.1.0/3", "294276-12-31 00:00+00"), "294276-12-31 13:00:00+13");
  EXPECT_EQ(under_rule("IST-2IDT,M3.4.4/26,M10.5.0", "2021-03-25 23:59:59+00"), "2021-03-26 01:59:59+02");
  EXPECT_EQ(under_rule("IST-2IDT,M3.4.4/26,M10.5.0", "2021-03-26 00:00+00"), "2021-03-26 03:00:00+03");
  EXPECT_EQ(under_rule("xx1yy,10,200", "2021-01-11 03:00+00"), "2021-01-11 03:00:00+00");
}

TEST(PosixZone, RefusesWhatIsNoRule) {
  for (const char* rule :
       {"", "xx", "1", "xx1yy,10", "xx1yy,M1.1.1,", "xx1yy2z", "xx1yy,M13.1.1,M2.1.1", "xx1yy,J0,J5",
        "xx1yy,366,5", "<xx1", "xx168", "xx1:60", "xx-", "xx1yy,J5/168,J6"}) {
    EXPECT_FALSE(PosixZone::parse(rule).has_value()) << rule;
  }
}

TEST(PosixZone, WallClocksReadBackUnlessSkippedOrRepeated) {
  const auto zone = PosixZone::parse("EST5EDT,M3.2.0,M11.1.0");
  ASSERT_TRUE(zone.has_value());
  int64_t repeated = 0;
  const int64_t begin = timestamp("2021-01-01").micros / kMicrosPerSecond;
  for (int64_t utc = begin; utc < begin + 366 * int64_t{kSecondsPerDay}; utc += 900) {
    const ZoneOffset offset = zone->at_instant(utc);
    const ZoneOffset read = zone->at_local(utc + offset.seconds_east);
    if (read.seconds_east != offset.seconds_east) ++repeated;
  }
  EXPECT_EQ(repeated, 4);  // the first round of the hour that occurs twice
}

TEST(FixedZone, IsNamedForItsOffset) {
  EXPECT_EQ(FixedZone(19'800).at_instant(0).abbreviation, "+05:30");
  EXPECT_EQ(FixedZone(-3600).at_local(0).abbreviation, "-01");
  EXPECT_EQ(FixedZone(-1).at_local(0).abbreviation, "-00:00:01");
  EXPECT_EQ(FixedZone(0, "abcdefghijklmn").at_local(0).abbreviation, "abcdefghij");
  EXPECT_EQ(FixedZone().at_local(0).abbreviation, "UTC");
}

}  // namespace
}  // namespace ddb
