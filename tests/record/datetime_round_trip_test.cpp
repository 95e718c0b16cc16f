// datetime_round_trip_test: what is printed under a style is read back under it to the same value, and sums agree with
// slow calendar arithmetic. DDB_SEED replays a run.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "base/seeded_random.h"
#include "record/date_calendar.h"
#include "record/datetime_arithmetic.h"
#include "record/datetime_cast.h"
#include "record/datetime_rows.h"
#include "record/interval.h"

namespace ddb {
namespace {

class DateTimeProperties : public testing::Test {
 protected:
  DateTimeProperties() {
    const char* given = std::getenv("DDB_SEED");
    seed_ = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    random_ = SeededRandom(seed_);
  }

  int64_t between(int64_t low, int64_t high) {
    const uint64_t width = static_cast<uint64_t>(high) - static_cast<uint64_t>(low) + 1;
    return static_cast<int64_t>(static_cast<uint64_t>(low) +
                                (width == 0 ? random_.next() : random_.below(width)));
  }
  // Near and far, with and without fractions.
  int64_t any_micros() {
    switch (random_.below(4)) {
      case 0:
        return between(kTimestampMin, kTimestampEnd - 1);
      case 1:
        return between(-400'000, 10'000) * kMicrosPerDay;
      case 2:
        return between(-2'000'000'000, 2'000'000'000) * kMicrosPerSecond;
      default:
        return between(-kMicrosPerDay * 3, kMicrosPerDay * 3);
    }
  }
  int32_t any_int32() {
    return static_cast<int32_t>(random_.chance(200) ? between(INT32_MIN, INT32_MAX) : between(-40, 40));
  }
  Interval any_interval() {
    const int64_t micros =
        random_.chance(200) ? between(INT64_MIN, INT64_MAX) : any_micros() % (kMicrosPerDay * 2);
    return {any_int32(), any_int32(), micros};
  }
  DateTimeContext any_context() {
    zone_ = FixedZone();
    if (random_.chance(500)) zone_ = FixedZone(static_cast<int32_t>(between(-15 * 60 + 1, 15 * 60 - 1)) * 60);
    DateTimeContext context;
    context.format = static_cast<DateFormat>(random_.below(4));
    context.order = static_cast<DateOrder>(random_.below(3));
    context.interval_style = static_cast<IntervalStyle>(random_.below(4));
    context.zone = &zone_;
    return context;
  }

  uint64_t seed_ = 0;
  SeededRandom random_{0};
  FixedZone zone_;
};

TEST_F(DateTimeProperties, TextReadsBackToItsValueInEveryStyle) {
  SCOPED_TRACE("DDB_SEED=" + std::to_string(seed_));
  for (int i = 0; i < 60'000; ++i) {
    DateTimeContext context = any_context();
    // dd.mm and dd/mm are read by the order they are printed in; these styles always print day first or month first.
    if (context.format == DateFormat::kGerman) context.order = DateOrder::kDmy;
    if (context.format != DateFormat::kIso && context.order == DateOrder::kYmd)
      context.order = DateOrder::kMdy;
    const Timestamp timestamp{any_micros()};
    const std::string text = text_of(timestamp, context);
    ASSERT_EQ(row_of(parse_timestamp(text, context), context), text);
    ASSERT_EQ(parse_timestamp(text, context).value(), timestamp) << text;

    const Date date = timestamp_to_date(timestamp);
    const std::string day_text = text_of(date, context);
    ASSERT_EQ(row_of(parse_date(day_text, context), context), day_text);
    ASSERT_EQ(parse_date(day_text, context).value(), date) << day_text;

    const std::string clock_text = text_of(*timestamp_to_time(timestamp), context);
    ASSERT_EQ(row_of(parse_time(clock_text, context), context), clock_text);

    const Timestamptz instant{timestamp.micros};
    const std::string zoned_text = text_of(instant, context);
    ASSERT_EQ(row_of(parse_timestamptz(zoned_text, context), context), zoned_text);
    ASSERT_EQ(parse_timestamptz(zoned_text, context).value(), instant) << zoned_text;
  }
}

TEST_F(DateTimeProperties, IntervalTextReadsBackToItsValue) {
  SCOPED_TRACE("DDB_SEED=" + std::to_string(seed_));
  for (int i = 0; i < 60'000; ++i) {
    const DateTimeContext context = any_context();
    const Interval value = any_interval();
    const std::string text = text_of(value, context);
    const auto read = parse_interval(text, context);
    // ISO 8601 numbers pass through a double: hours of 2^63 µs still fit, but "@ … ago" of the least integers does not.
    if (!read.is_ok() && (value.months == INT32_MIN || value.days == INT32_MIN || value.micros == INT64_MIN))
      continue;
    ASSERT_TRUE(read.is_ok()) << text << " " << read.status().to_string();
    ASSERT_EQ(text_of(read.value(), context), text);
    ASSERT_EQ(read.value(), value) << text;
  }
}

TEST_F(DateTimeProperties, AddingMonthsAgreesWithWalkingMonthByMonth) {
  SCOPED_TRACE("DDB_SEED=" + std::to_string(seed_));
  for (int i = 0; i < 20'000; ++i) {
    const Timestamp start{between(-kMicrosPerDay * 800'000, kMicrosPerDay * 800'000)};
    const int32_t months = static_cast<int32_t>(between(-300, 300));
    const int64_t days = floor_div(start.micros, kMicrosPerDay);
    CivilDate date = civil_from_days(days);
    const int day = date.day;
    for (int step = 0; step < std::abs(months); ++step) {
      date.month += months > 0 ? 1 : -1;
      if (date.month == 0) date = {date.year - 1, 12, 1};
      if (date.month == 13) date = {date.year + 1, 1, 1};
    }
    date.day = std::min(day, days_in_month(date.year, date.month));
    const auto sum = add(start, Interval{months, 0, 0});
    ASSERT_TRUE(sum.is_ok());
    ASSERT_EQ(sum.value().micros,
              days_from_civil(date) * kMicrosPerDay + (start.micros - days * kMicrosPerDay));
  }
}

TEST_F(DateTimeProperties, SumsAndDifferencesUndoEachOther) {
  SCOPED_TRACE("DDB_SEED=" + std::to_string(seed_));
  for (int i = 0; i < 50'000; ++i) {
    const Timestamp a{any_micros()};
    const Timestamp b{any_micros()};
    const auto difference = subtract(a, b);
    if (difference.is_ok()) {
      // Days and time have one sign and the time is less than a day.
      const Interval& value = difference.value();
      ASSERT_LT(value.micros, kMicrosPerDay);
      ASSERT_GT(value.micros, -kMicrosPerDay);
      ASSERT_TRUE(value.days == 0 || value.micros == 0 || (value.days > 0) == (value.micros > 0));
      const auto sum = add(b, value);
      if (sum.is_ok()) {
        ASSERT_EQ(sum.value(), a);
      }
    }
    const Interval x = any_interval(), y = any_interval();
    const auto sum = add(x, y);
    if (sum.is_ok()) {
      const auto back = subtract(sum.value(), y);
      ASSERT_TRUE(back.is_ok());
      ASSERT_EQ(back.value(), x);
      ASSERT_TRUE(interval_span(sum.value()) == interval_span(x) + interval_span(y));
    }
    // Justifying changes the shape, not the span.
    for (const auto& justified : {justify_hours(x).is_ok() ? justify_hours(x).value() : x,
                                  justify_days(x).is_ok() ? justify_days(x).value() : x,
                                  justify_interval(x).is_ok() ? justify_interval(x).value() : x}) {
      ASSERT_TRUE(compare(justified, x) == 0);
    }
    ASSERT_TRUE((compare(x, y) < 0) == (compare(y, x) > 0));
  }
}

TEST_F(DateTimeProperties, AgeAddedToTheEarlierGivesTheLater) {
  SCOPED_TRACE("DDB_SEED=" + std::to_string(seed_));
  for (int i = 0; i < 50'000; ++i) {
    const Timestamp early{between(-kMicrosPerDay * 400'000, kMicrosPerDay * 400'000)};
    const Timestamp late{early.micros + between(0, kMicrosPerDay * 100'000)};
    const auto difference = age(late, early);
    ASSERT_TRUE(difference.is_ok());
    const Interval& value = difference.value();
    ASSERT_GE(value.months, 0);
    ASSERT_GE(value.days, 0);
    ASSERT_LE(value.days, 31);
    ASSERT_GE(value.micros, 0);
    ASSERT_LT(value.micros, kMicrosPerDay);
    // Months first keep the day of the month unless they are cut to a shorter month's last day.
    const int day = civil_from_days(floor_div(early.micros, kMicrosPerDay)).day;
    if (day > 28) continue;
    const auto sum = add(early, value);
    ASSERT_TRUE(sum.is_ok());
    // The days of an age are counted in the month of the earlier value, those of a sum in the one it arrives in.
    ASSERT_LE(std::abs(sum.value().micros - late.micros), 3 * kMicrosPerDay);
    if (late.micros - early.micros < 28 * kMicrosPerDay) {
      ASSERT_EQ(sum.value(), late);
    }
  }
}

TEST_F(DateTimeProperties, AnyBytesAreReadOrRefused) {
  SCOPED_TRACE("DDB_SEED=" + std::to_string(seed_));
  constexpr std::string_view kAlphabets[] = {"0123456789-:. /TtZjP+",
                                             "0123456789.-PYMDTHS:", "0123456789 adynwmohsur-+.",
                                             "0123456789+-:abcepstz /"};
  for (int i = 0; i < 60'000; ++i) {
    const DateTimeContext context = any_context();
    std::string text(random_.below(random_.chance(100) ? 300 : 24), ' ');
    const std::string_view alphabet = kAlphabets[random_.below(4)];
    for (char& c : text) {
      c = random_.chance(20) ? static_cast<char>(random_.next()) : alphabet[random_.below(alphabet.size())];
    }
    // A value that was read is one that its type can print and read again; the range holds.
    if (const auto value = parse_timestamp(text, context); value.is_ok() && value.value().is_finite()) {
      ASSERT_TRUE(value.value().is_in_range()) << text;
    }
    if (const auto value = parse_timestamptz(text, context); value.is_ok() && value.value().is_finite()) {
      ASSERT_TRUE(value.value().is_in_range()) << text;
    }
    if (const auto value = parse_date(text, context); value.is_ok() && value.value().is_finite()) {
      ASSERT_GE(value.value().days, kDateMin) << text;
      ASSERT_LT(value.value().days, kDateEnd) << text;
    }
    if (const auto value = parse_time(text, context); value.is_ok()) {
      ASSERT_GE(value.value().micros, 0) << text;
      ASSERT_LE(value.value().micros, kMicrosPerDay) << text;
    }
    (void)parse_interval(text, context);
  }
}

}  // namespace
}  // namespace ddb
