// datetime_cast: conversions and comparisons between the types.
#include "record/datetime_cast.h"

#include "record/date_calendar.h"

namespace ddb {
namespace {

Status timestamp_out_of_range() {
  return Status::error(sqlstate::kDatetimeOverflow, "timestamp out of range");
}
Status date_out_of_range() {
  return Status::error(sqlstate::kDatetimeOverflow, "date out of range for timestamp");
}

constexpr bool is_in_range(__int128 micros) { return micros >= kTimestampMin && micros < kTimestampEnd; }

// a: µs in the scale of b, perhaps out of a timestamp's range but finite.
std::strong_ordering compare_wide(__int128 a, int64_t b) {
  if (b == Timestamp::infinity().micros) return std::strong_ordering::less;
  if (b == Timestamp::minus_infinity().micros) return std::strong_ordering::greater;
  return a < b   ? std::strong_ordering::less
         : a > b ? std::strong_ordering::greater
                 : std::strong_ordering::equal;
}

template <typename To, typename From>
To infinity_of(From value) {
  return value == From::infinity() ? To::infinity() : To::minus_infinity();
}

template <typename To, typename From>
std::strong_ordering compare_infinity(From a, To b) {
  return infinity_of<To>(a).micros <=> b.micros;
}

}  // namespace

LocalMicros local_micros(Timestamptz timestamp, const TimeZone& zone) {
  const int32_t east = zone.at_instant(floor_div(timestamp.micros, kMicrosPerSecond)).seconds_east;
  return {timestamp.micros + east * kMicrosPerSecond, east};
}

__int128 instant_micros(__int128 local, const TimeZone& zone) {
  __int128 seconds = local / kMicrosPerSecond;
  if (seconds * kMicrosPerSecond > local) --seconds;
  return local - zone.at_local(static_cast<int64_t>(seconds)).seconds_east * __int128{kMicrosPerSecond};
}

Result<Timestamp> date_to_timestamp(Date date) {
  if (!date.is_finite()) return infinity_of<Timestamp>(date);
  if (date.days >= kTimestampDaysEnd) return date_out_of_range();
  return Timestamp{date.days * kMicrosPerDay};
}

Result<Timestamptz> date_to_timestamptz(Date date, const TimeZone& zone) {
  if (!date.is_finite()) return infinity_of<Timestamptz>(date);
  if (date.days >= kTimestampDaysEnd) return date_out_of_range();
  const __int128 micros = instant_micros(__int128{date.days} * kMicrosPerDay, zone);
  if (!is_in_range(micros)) return date_out_of_range();
  return Timestamptz{static_cast<int64_t>(micros)};
}

Date timestamp_to_date(Timestamp timestamp) {
  if (!timestamp.is_finite()) return infinity_of<Date>(timestamp);
  return Date{static_cast<int32_t>(floor_div(timestamp.micros, kMicrosPerDay))};
}

Date timestamptz_to_date(Timestamptz timestamp, const TimeZone& zone) {
  if (!timestamp.is_finite()) return infinity_of<Date>(timestamp);
  return Date{static_cast<int32_t>(floor_div(local_micros(timestamp, zone).micros, kMicrosPerDay))};
}

Result<Timestamptz> timestamp_to_timestamptz(Timestamp timestamp, const TimeZone& zone) {
  if (!timestamp.is_finite()) return infinity_of<Timestamptz>(timestamp);
  const __int128 micros = instant_micros(timestamp.micros, zone);
  if (!is_in_range(micros)) return timestamp_out_of_range();
  return Timestamptz{static_cast<int64_t>(micros)};
}

Result<Timestamp> timestamptz_to_timestamp(Timestamptz timestamp, const TimeZone& zone) {
  if (!timestamp.is_finite()) return infinity_of<Timestamp>(timestamp);
  const int64_t micros = local_micros(timestamp, zone).micros;
  if (!is_in_range(micros)) return timestamp_out_of_range();
  return Timestamp{micros};
}

std::optional<TimeOfDay> timestamp_to_time(Timestamp timestamp) {
  if (!timestamp.is_finite()) return std::nullopt;
  return TimeOfDay{timestamp.micros - floor_div(timestamp.micros, kMicrosPerDay) * kMicrosPerDay};
}

std::optional<TimeOfDay> timestamptz_to_time(Timestamptz timestamp, const TimeZone& zone) {
  if (!timestamp.is_finite()) return std::nullopt;
  return timestamp_to_time(Timestamp{local_micros(timestamp, zone).micros});
}

TimeOfDay interval_to_time(const Interval& interval) {
  const int64_t micros = interval.micros % kMicrosPerDay;
  return TimeOfDay{micros < 0 ? micros + kMicrosPerDay : micros};
}

std::strong_ordering compare(Date a, Timestamp b) {
  if (!a.is_finite()) return compare_infinity(a, b);
  return compare_wide(__int128{a.days} * kMicrosPerDay, b.micros);
}

std::strong_ordering compare(Date a, Timestamptz b, const TimeZone& zone) {
  if (!a.is_finite()) return compare_infinity(a, b);
  return compare_wide(instant_micros(__int128{a.days} * kMicrosPerDay, zone), b.micros);
}

std::strong_ordering compare(Timestamp a, Timestamptz b, const TimeZone& zone) {
  if (!a.is_finite()) return compare_infinity(a, b);
  return compare_wide(instant_micros(a.micros, zone), b.micros);
}

}  // namespace ddb
