// datetime_types: the values of date, time, timestamp, timestamptz and interval. Keeps: the layouts below are the
// layouts of vectors and rows; the least and greatest integers of a type are −infinity and infinity.
//
// type         bytes  value                                            range
// Date         4      int32 days since 2000-01-01                      4714-11-24 BC … 5874897-12-31, ±infinity
// TimeOfDay    8      int64 µs since midnight                          0 … 86,400,000,000 (24:00:00)
// Timestamp    8      int64 µs since 2000-01-01 00:00, no zone         4714-11-24 BC 00:00 … 294276-12-31, ±infinity
// Timestamptz  8      int64 µs since 2000-01-01 00:00 UTC              as Timestamp
// Interval     16     int32 months, int32 days, int64 µs               each its integer's range; no infinities
//
// The calendar is the proleptic Gregorian one; a day has 86,400 s (no leap seconds); year 0 is 1 BC.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace ddb {

inline constexpr int64_t kMicrosPerSecond = 1'000'000;
inline constexpr int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
inline constexpr int64_t kMicrosPerHour = 60 * kMicrosPerMinute;
inline constexpr int64_t kMicrosPerDay = 24 * kMicrosPerHour;
inline constexpr int kSecondsPerDay = 86'400;
inline constexpr int kMonthsPerYear = 12;
inline constexpr int kDaysPerMonth = 30;  // where an interval's months are turned into days

inline constexpr int32_t kEpochJulianDay = 2'451'545;  // 2000-01-01
inline constexpr int32_t kUnixEpochDays = -10'957;     // 1970-01-01
inline constexpr int32_t kDateMin = -kEpochJulianDay;
inline constexpr int32_t kDateEnd = 2'147'483'494 - kEpochJulianDay;         // 5874898-01-01, exclusive
inline constexpr int32_t kTimestampDaysEnd = 109'203'528 - kEpochJulianDay;  // 294277-01-01, exclusive
inline constexpr int64_t kTimestampMin = int64_t{kDateMin} * kMicrosPerDay;
inline constexpr int64_t kTimestampEnd = int64_t{kTimestampDaysEnd} * kMicrosPerDay;

struct Date {
  int32_t days = 0;
  static constexpr Date infinity() { return {std::numeric_limits<int32_t>::max()}; }
  static constexpr Date minus_infinity() { return {std::numeric_limits<int32_t>::min()}; }
  constexpr bool is_finite() const { return *this != infinity() && *this != minus_infinity(); }
  constexpr auto operator<=>(const Date&) const = default;
};

struct TimeOfDay {
  int64_t micros = 0;
  constexpr auto operator<=>(const TimeOfDay&) const = default;
};

struct Timestamp {
  int64_t micros = 0;
  static constexpr Timestamp infinity() { return {std::numeric_limits<int64_t>::max()}; }
  static constexpr Timestamp minus_infinity() { return {std::numeric_limits<int64_t>::min()}; }
  constexpr bool is_finite() const { return *this != infinity() && *this != minus_infinity(); }
  constexpr bool is_in_range() const { return micros >= kTimestampMin && micros < kTimestampEnd; }
  constexpr auto operator<=>(const Timestamp&) const = default;
};

struct Timestamptz {
  int64_t micros = 0;
  static constexpr Timestamptz infinity() { return {std::numeric_limits<int64_t>::max()}; }
  static constexpr Timestamptz minus_infinity() { return {std::numeric_limits<int64_t>::min()}; }
  constexpr bool is_finite() const { return *this != infinity() && *this != minus_infinity(); }
  constexpr bool is_in_range() const { return micros >= kTimestampMin && micros < kTimestampEnd; }
  constexpr auto operator<=>(const Timestamptz&) const = default;
};

// The three fields are kept apart. SQL's comparison is compare() of interval.h, by which "1 month" = "30 days":
// equal is not identical, so == here compares the fields and only tests should want it.
struct Interval {
  int32_t months = 0;
  int32_t days = 0;
  int64_t micros = 0;
  friend constexpr bool operator==(const Interval&, const Interval&) = default;
};

static_assert(sizeof(Date) == 4 && sizeof(TimeOfDay) == 8 && sizeof(Timestamp) == 8 &&
              sizeof(Timestamptz) == 8);
static_assert(sizeof(Interval) == 16);

}  // namespace ddb
