// datetime_trunc: the beginning of a unit.
#include "record/datetime_trunc.h"

#include "record/date_calendar.h"
#include "record/datetime_cast.h"
#include "record/datetime_unit.h"

namespace ddb {
namespace {

using Unit = DateTimeUnit;

Status timestamp_out_of_range() {
  return Status::error(sqlstate::kDatetimeOverflow, "timestamp out of range");
}

// µs of a unit of the clock; 0 for other units.
constexpr int64_t clock_unit_micros(Unit unit) {
  switch (unit) {
    case Unit::kMicrosecond:
      return 1;
    case Unit::kMillisecond:
      return 1000;
    case Unit::kSecond:
      return kMicrosPerSecond;
    case Unit::kMinute:
      return kMicrosPerMinute;
    case Unit::kHour:
      return kMicrosPerHour;
    default:
      return 0;
  }
}

// The day on which the unit of a date begins. False: no such unit.
bool truncate_days(Unit unit, int64_t& days) {
  const CivilDate date = civil_from_days(days);
  const auto first_of = [&days](int64_t year, int month) { days = days_from_civil(year, month, 1); };
  switch (unit) {
    case Unit::kDay:
      return true;
    case Unit::kWeek:
      days -= (weekday_of(days) + 6) % 7;
      return true;
    case Unit::kMonth:
      first_of(date.year, date.month);
      return true;
    case Unit::kQuarter:
      first_of(date.year, (date.month - 1) / 3 * 3 + 1);
      return true;
    case Unit::kYear:
      first_of(date.year, 1);
      return true;
    case Unit::kDecade:
      first_of(floor_div(date.year, 10) * 10, 1);
      return true;
    // The first century begins with the year 1, the one before with the year 100 BC, which is −99.
    case Unit::kCentury:
      first_of(floor_div(date.year - 1, 100) * 100 + 1, 1);
      return true;
    case Unit::kMillennium:
      first_of(floor_div(date.year - 1, 1000) * 1000 + 1, 1);
      return true;
    default:
      return false;
  }
}

}  // namespace

Result<Timestamp> date_trunc(std::string_view unit, Timestamp timestamp) {
  if (!timestamp.is_finite()) return timestamp;
  const UnitName name(unit, false, "timestamp without time zone");
  if (const int64_t micros = clock_unit_micros(name.unit()); micros != 0) {
    return Timestamp{floor_div(timestamp.micros, micros) * micros};
  }
  int64_t days = floor_div(timestamp.micros, kMicrosPerDay);
  if (!truncate_days(name.unit(), days)) return name.refused();
  if (days < kDateMin) return timestamp_out_of_range();
  return Timestamp{days * kMicrosPerDay};
}

Result<Timestamptz> date_trunc(std::string_view unit, Timestamptz timestamp, const TimeZone& zone) {
  if (!timestamp.is_finite()) return timestamp;
  const UnitName name(unit, false, "timestamp with time zone");
  const LocalMicros local = local_micros(timestamp, zone);
  __int128 micros = 0;
  if (const int64_t unit_micros = clock_unit_micros(name.unit()); unit_micros != 0) {
    // Within an hour the offset stays, also where a wall clock occurs twice.
    micros =
        __int128{floor_div(local.micros, unit_micros)} * unit_micros - local.seconds_east * kMicrosPerSecond;
  } else {
    int64_t days = floor_div(local.micros, kMicrosPerDay);
    if (!truncate_days(name.unit(), days)) return name.refused();
    if (days < kDateMin - 7) return timestamp_out_of_range();
    micros = instant_micros(__int128{days} * kMicrosPerDay, zone);
  }
  if (micros < kTimestampMin || micros >= kTimestampEnd) return timestamp_out_of_range();
  return Timestamptz{static_cast<int64_t>(micros)};
}

Result<Interval> date_trunc(std::string_view unit, const Interval& interval) {
  const UnitName name(unit, false, "interval");
  if (const int64_t micros = clock_unit_micros(name.unit()); micros != 0) {
    return Interval{interval.months, interval.days, interval.micros / micros * micros};
  }
  int32_t months = 0;
  switch (name.unit()) {
    case Unit::kDay:
      return Interval{interval.months, interval.days, 0};
    case Unit::kMonth:
      months = 1;
      break;
    case Unit::kQuarter:
      months = 3;
      break;
    case Unit::kYear:
      months = kMonthsPerYear;
      break;
    case Unit::kDecade:
      months = kMonthsPerYear * 10;
      break;
    case Unit::kCentury:
      months = kMonthsPerYear * 100;
      break;
    case Unit::kMillennium:
      months = kMonthsPerYear * 1000;
      break;
    case Unit::kWeek:
      return name.not_supported().with_detail("Months usually have fractional weeks.");
    default:
      return name.refused();
  }
  return Interval{interval.months / months * months, 0, 0};
}

Result<Timestamp> date_bin(const Interval& stride, Timestamp timestamp, Timestamp origin) {
  if (!timestamp.is_finite()) return timestamp;
  const auto overflow = [](const char* message) {
    return Status::error(sqlstate::kDatetimeOverflow, message);
  };
  if (!origin.is_finite()) return overflow("origin out of range");
  if (stride.months != 0) {
    return Status::error(sqlstate::kFeatureNotSupported,
                         "timestamps cannot be binned into intervals containing months or years");
  }
  const __int128 stride_micros = __int128{stride.days} * kMicrosPerDay + stride.micros;
  if (stride_micros != static_cast<int64_t>(stride_micros)) return overflow("interval out of range");
  if (stride_micros <= 0) return overflow("stride must be greater than zero");
  const __int128 distance = __int128{timestamp.micros} - origin.micros;
  if (distance != static_cast<int64_t>(distance)) return overflow("interval out of range");
  __int128 into_stride = distance % stride_micros;
  if (into_stride < 0) into_stride += stride_micros;
  const __int128 micros = timestamp.micros - into_stride;
  if (micros < kTimestampMin || micros >= kTimestampEnd) return timestamp_out_of_range();
  return Timestamp{static_cast<int64_t>(micros)};
}

Result<Timestamptz> date_bin(const Interval& stride, Timestamptz timestamp, Timestamptz origin) {
  DDB_TRY(const Timestamp begin, date_bin(stride, Timestamp{timestamp.micros}, Timestamp{origin.micros}));
  return Timestamptz{begin.micros};
}

}  // namespace ddb
