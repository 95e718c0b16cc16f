// datetime_part: one field of a value, exactly and as a double.
#include "record/datetime_part.h"

#include <limits>

#include "record/date_calendar.h"
#include "record/datetime_cast.h"
#include "record/datetime_unit.h"

namespace ddb {
namespace {

using Unit = DateTimeUnit;

DatePart whole(int64_t value) { return {DatePart::Kind::kExact, 0, value, static_cast<double>(value)}; }
DatePart exact(__int128 value, int16_t scale, double approximate) {
  return {DatePart::Kind::kExact, scale, value, approximate};
}

// What of a clock's µs a unit names. False: the unit is not one of a clock.
bool clock_part(Unit unit, int64_t micros, DatePart& part) {
  const int64_t second_micros = micros % kMicrosPerMinute;
  const int64_t seconds = second_micros / kMicrosPerSecond;
  const double fraction = static_cast<double>(second_micros % kMicrosPerSecond);
  switch (unit) {
    case Unit::kMicrosecond:
      part = whole(second_micros);
      return true;
    case Unit::kMillisecond:
      part = exact(second_micros, 3, static_cast<double>(seconds) * 1000.0 + fraction / 1000.0);
      return true;
    case Unit::kSecond:
      part = exact(second_micros, 6, static_cast<double>(seconds) + fraction / 1e6);
      return true;
    case Unit::kMinute:
      part = whole(micros / kMicrosPerMinute % 60);
      return true;
    case Unit::kHour:
      part = whole(micros / kMicrosPerHour);
      return true;
    default:
      return false;
  }
}

// The years of an age: decades from 0, centuries and millennia from 1; there is no year, century or millennium 0.
int64_t shown_year(int64_t year) { return year > 0 ? year : year - 1; }
int64_t decade_of(int64_t year) { return floor_div(year, 10); }
int64_t hundreds_of(int64_t year, int64_t years) {
  return year > 0 ? (year + years - 1) / years : -((years - year) / years);
}

// What of a date a unit names. False: the unit is not one of a date.
bool calendar_part(Unit unit, int64_t days, DatePart& part) {
  const CivilDate date = civil_from_days(days);
  switch (unit) {
    case Unit::kDay:
      part = whole(date.day);
      return true;
    case Unit::kMonth:
      part = whole(date.month);
      return true;
    case Unit::kQuarter:
      part = whole((date.month - 1) / 3 + 1);
      return true;
    case Unit::kWeek:
      part = whole(iso_week_of(days).week);
      return true;
    case Unit::kYear:
      part = whole(shown_year(date.year));
      return true;
    case Unit::kDecade:
      part = whole(decade_of(date.year));
      return true;
    case Unit::kCentury:
      part = whole(hundreds_of(date.year, 100));
      return true;
    case Unit::kMillennium:
      part = whole(hundreds_of(date.year, 1000));
      return true;
    case Unit::kJulian:
      part = whole(days + kEpochJulianDay);
      return true;
    case Unit::kIsoYear:
      part = whole(shown_year(iso_week_of(days).year));
      return true;
    case Unit::kDayOfWeek:
      part = whole(weekday_of(days));
      return true;
    case Unit::kIsoDayOfWeek:
      part = whole((weekday_of(days) + 6) % 7 + 1);
      return true;
    case Unit::kDayOfYear:
      part = whole(days - days_from_civil(date.year, 1, 1) + 1);
      return true;
    default:
      return false;
  }
}

// Digits that PostgreSQL's numeric division gives `micros` / one day: at least 16 significant ones, counted in groups
// of four.
int16_t julian_scale(int64_t micros) {
  constexpr int64_t kLeadingGroupOfDay = 864;  // 864|0000|0000
  int groups_below_day = 2;
  int64_t leading = micros;
  for (; leading >= 10'000; leading /= 10'000) --groups_below_day;
  if (leading <= kLeadingGroupOfDay) ++groups_below_day;
  return static_cast<int16_t>(16 + 4 * groups_below_day);
}

// Julian day with the part of the day that has passed, counted from midnight.
DatePart julian_part(int64_t days, int64_t micros) {
  const int64_t julian_day = days + kEpochJulianDay;
  const int16_t scale = julian_scale(micros);
  __int128 power = 1;
  for (int i = 0; i < scale; ++i) power *= 10;
  const __int128 scaled = (__int128{micros} * power * 2 + kMicrosPerDay) / (2 * __int128{kMicrosPerDay});
  const double seconds = static_cast<double>(micros / kMicrosPerSecond);
  const double fraction = static_cast<double>(micros % kMicrosPerSecond) / 1e6;
  return exact(julian_day * power + scaled, scale,
               static_cast<double>(julian_day) + (seconds + fraction) / static_cast<double>(kSecondsPerDay));
}

DatePart epoch_part(int64_t micros) {
  const __int128 since = __int128{micros} - kUnixEpochDays * kMicrosPerDay;
  const bool fits = since <= std::numeric_limits<int64_t>::max();
  const double wide = static_cast<double>(micros) - static_cast<double>(kUnixEpochDays * kMicrosPerDay);
  return exact(since, 6, (fits ? static_cast<double>(static_cast<int64_t>(since)) : wide) / 1e6);
}

// Units that only grow are infinite with the value, the others have no value.
bool infinite_part(Unit unit, bool is_positive, DatePart& part) {
  switch (unit) {
    case Unit::kYear:
    case Unit::kDecade:
    case Unit::kCentury:
    case Unit::kMillennium:
    case Unit::kJulian:
    case Unit::kIsoYear:
    case Unit::kEpoch: {
      constexpr double kInfinity = std::numeric_limits<double>::infinity();
      part.kind = is_positive ? DatePart::Kind::kInfinity : DatePart::Kind::kMinusInfinity;
      part.approximate = is_positive ? kInfinity : -kInfinity;
      return true;
    }
    case Unit::kNone:
    case Unit::kTime:
      return false;
    default:
      part.kind = DatePart::Kind::kNull;
      return true;
  }
}

// days and micros of the day. False: not a unit of a timestamp.
bool timestamp_part(Unit unit, int64_t local_micros, DatePart& part) {
  const int64_t days = floor_div(local_micros, kMicrosPerDay);
  const int64_t micros = local_micros - days * kMicrosPerDay;
  if (unit == Unit::kJulian) {
    part = julian_part(days, micros);
    return true;
  }
  return clock_part(unit, micros, part) || calendar_part(unit, days, part);
}

}  // namespace

Result<DatePart> date_part(std::string_view field, Date date) {
  const UnitName name(field, true, "date");
  DatePart part;
  if (!date.is_finite()) {
    DatePart day_part;
    const bool is_date_unit = name.unit() == Unit::kEpoch || calendar_part(name.unit(), 0, day_part);
    if (is_date_unit && infinite_part(name.unit(), date == Date::infinity(), part)) return part;
    return name.refused();
  }
  if (name.unit() == Unit::kEpoch) return whole((int64_t{date.days} - kUnixEpochDays) * kSecondsPerDay);
  if (calendar_part(name.unit(), date.days, part)) return part;
  return name.refused();
}

Result<DatePart> date_part(std::string_view field, TimeOfDay time) {
  const UnitName name(field, true, "time without time zone");
  DatePart part;
  if (name.unit() == Unit::kEpoch) return exact(time.micros, 6, static_cast<double>(time.micros) / 1e6);
  if (clock_part(name.unit(), time.micros, part)) return part;
  return name.refused_unless_unit();
}

Result<DatePart> date_part(std::string_view field, Timestamp timestamp) {
  const UnitName name(field, true, "timestamp without time zone");
  DatePart part;
  if (!timestamp.is_finite()) {
    if (infinite_part(name.unit(), timestamp == Timestamp::infinity(), part)) return part;
    return name.refused();
  }
  if (name.unit() == Unit::kEpoch) return epoch_part(timestamp.micros);
  if (timestamp_part(name.unit(), timestamp.micros, part)) return part;
  return name.refused();
}

Result<DatePart> date_part(std::string_view field, Timestamptz timestamp, const TimeZone& zone) {
  const UnitName name(field, true, "timestamp with time zone");
  DatePart part;
  if (!timestamp.is_finite()) {
    if (infinite_part(name.unit(), timestamp == Timestamptz::infinity(), part)) return part;
    return name.refused();
  }
  const LocalMicros local = local_micros(timestamp, zone);
  switch (name.unit()) {
    case Unit::kEpoch:
      return epoch_part(timestamp.micros);
    case Unit::kZone:
      return whole(local.seconds_east);
    case Unit::kZoneMinute:
      return whole(local.seconds_east / 60 % 60);
    case Unit::kZoneHour:
      return whole(local.seconds_east / 3600);
    default:
      break;
  }
  if (timestamp_part(name.unit(), local.micros, part)) return part;
  return name.refused();
}

Result<DatePart> date_part(std::string_view field, const Interval& interval) {
  const UnitName name(field, true, "interval");
  const int64_t years = interval.months / kMonthsPerYear;
  const int64_t months = interval.months % kMonthsPerYear;
  DatePart part;
  switch (name.unit()) {
    case Unit::kDay:
      return whole(interval.days);
    case Unit::kMonth:
      return whole(months);
    case Unit::kQuarter:
      return whole(months / 3 + 1);
    case Unit::kYear:
      return whole(years);
    case Unit::kDecade:
      return whole(years / 10);
    case Unit::kCentury:
      return whole(years / 100);
    case Unit::kMillennium:
      return whole(years / 1000);
    case Unit::kEpoch: {
      // A year has 365.25 days here, a month 30.
      const __int128 quarter_days =
          __int128{years} * 1461 + months * kDaysPerMonth * 4 + __int128{interval.days} * 4;
      double seconds = static_cast<double>(interval.micros) / 1e6;
      seconds += 365.25 * kSecondsPerDay * static_cast<double>(years);
      seconds += static_cast<double>(kDaysPerMonth) * kSecondsPerDay * static_cast<double>(months);
      seconds += static_cast<double>(kSecondsPerDay) * interval.days;
      return exact(quarter_days * (kMicrosPerDay / 4) + interval.micros, 6, seconds);
    }
    default:
      break;
  }
  if (clock_part(name.unit(), interval.micros, part)) return part;
  return name.refused_unless_unit();
}

}  // namespace ddb
