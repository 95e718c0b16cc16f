// datetime_arithmetic: months in the calendar, days and time in wide integers, ranges checked after each step.
#include "record/datetime_arithmetic.h"

#include <limits>

#include "record/date_calendar.h"
#include "record/datetime_cast.h"
#include "record/interval.h"

namespace ddb {
namespace {

Status date_out_of_range() { return Status::error(sqlstate::kDatetimeOverflow, "date out of range"); }
Status timestamp_out_of_range() {
  return Status::error(sqlstate::kDatetimeOverflow, "timestamp out of range");
}
Status interval_out_of_range() { return Status::error(sqlstate::kDatetimeOverflow, "interval out of range"); }

constexpr bool is_in_range(__int128 micros) { return micros >= kTimestampMin && micros < kTimestampEnd; }

Result<Date> checked_date(int64_t days) {
  if (days < kDateMin || days >= kDateEnd) return date_out_of_range();
  return Date{static_cast<int32_t>(days)};
}

// The wall clock `months` later, out of a timestamp's range perhaps.
__int128 add_months(int64_t local_micros, int64_t months) {
  const int64_t days = floor_div(local_micros, kMicrosPerDay);
  CivilDate date = civil_from_days(days);
  const int64_t month_count = date.year * kMonthsPerYear + date.month - 1 + months;
  date.year = floor_div(month_count, kMonthsPerYear);
  date.month = static_cast<int>(month_count - date.year * kMonthsPerYear) + 1;
  const int last = days_in_month(date.year, date.month);
  if (date.day > last) date.day = last;
  return __int128{days_from_civil(date)} * kMicrosPerDay + (local_micros - days * kMicrosPerDay);
}

// sign: 1 or −1. In 64 bits all three products fit.
Result<Timestamp> add_signed(Timestamp timestamp, const Interval& interval, int sign) {
  if (!timestamp.is_finite()) return timestamp;
  __int128 micros = timestamp.micros;
  if (interval.months != 0) {
    micros = add_months(timestamp.micros, int64_t{interval.months} * sign);
    if (!is_in_range(micros)) return timestamp_out_of_range();
  }
  if (interval.days != 0) {
    micros += __int128{interval.days} * sign * kMicrosPerDay;
    if (!is_in_range(micros)) return timestamp_out_of_range();
  }
  micros += __int128{interval.micros} * sign;
  if (!is_in_range(micros)) return timestamp_out_of_range();
  return Timestamp{static_cast<int64_t>(micros)};
}

Result<Timestamptz> add_signed(Timestamptz timestamp, const Interval& interval, const TimeZone& zone,
                               int sign) {
  if (!timestamp.is_finite()) return timestamp;
  __int128 micros = timestamp.micros;
  // Each step goes to the wall clock and back, so that a skipped hour is resolved between the steps.
  const auto step = [&](bool by_months) {
    const int64_t local = local_micros(Timestamptz{static_cast<int64_t>(micros)}, zone).micros;
    const __int128 moved = by_months ? add_months(local, int64_t{interval.months} * sign)
                                     : local + __int128{interval.days} * sign * kMicrosPerDay;
    if (moved < __int128{kTimestampMin} - kMicrosPerDay * 7 ||
        moved > __int128{kTimestampEnd} + kMicrosPerDay * 7) {
      return false;
    }
    micros = instant_micros(moved, zone);
    return is_in_range(micros);
  };
  if (interval.months != 0 && !step(true)) return timestamp_out_of_range();
  if (interval.days != 0 && !step(false)) return timestamp_out_of_range();
  micros += __int128{interval.micros} * sign;
  if (!is_in_range(micros)) return timestamp_out_of_range();
  return Timestamptz{static_cast<int64_t>(micros)};
}

Result<Interval> subtract_micros(int64_t a, int64_t b, bool are_finite) {
  if (!are_finite) return Status::error(sqlstate::kDatetimeOverflow, "cannot subtract infinite timestamps");
  Interval difference;
  if (__builtin_sub_overflow(a, b, &difference.micros)) return interval_out_of_range();
  return justify_hours(difference);
}

// A wall clock apart, so that infinity's bits in any zone have one, too.
struct LocalDay {
  int64_t days;
  int64_t micros;
};

LocalDay local_day(int64_t micros, int32_t seconds_east) {
  const int64_t seconds = floor_div(micros, kMicrosPerSecond);
  const int64_t local_seconds = seconds + seconds_east;
  const int64_t days = floor_div(local_seconds, kSecondsPerDay);
  return {days,
          (local_seconds - days * kSecondsPerDay) * kMicrosPerSecond + (micros - seconds * kMicrosPerSecond)};
}

// is_negative: the order of what the wall clocks stand for.
Result<Interval> age_of(const LocalDay& a_local, const LocalDay& b_local, bool is_negative) {
  const CivilDate a = civil_from_days(a_local.days);
  const CivilDate b = civil_from_days(b_local.days);
  const int sign = is_negative ? -1 : 1;
  int64_t months = sign * ((a.year - b.year) * kMonthsPerYear + a.month - b.month);
  int64_t days = sign * (a.day - b.day);
  int64_t micros = sign * (a_local.micros - b_local.micros);
  if (micros < 0) {
    micros += kMicrosPerDay;
    --days;
  }
  // Borrowed from the month in which the earlier of the two lies.
  const int month_days = is_negative ? days_in_month(a.year, a.month) : days_in_month(b.year, b.month);
  while (days < 0) {
    days += month_days;
    --months;
  }
  months *= sign;
  if (months < std::numeric_limits<int32_t>::min() || months > std::numeric_limits<int32_t>::max()) {
    return interval_out_of_range();
  }
  return Interval{static_cast<int32_t>(months), static_cast<int32_t>(sign * days), sign * micros};
}

TimeOfDay clock_face(__int128 micros) {
  const int64_t time = static_cast<int64_t>(micros % kMicrosPerDay);
  return {time < 0 ? time + kMicrosPerDay : time};
}

}  // namespace

Result<Date> add_days(Date date, int32_t days) {
  if (!date.is_finite()) return date;
  return checked_date(int64_t{date.days} + days);
}

Result<Date> subtract_days(Date date, int32_t days) {
  if (!date.is_finite()) return date;
  return checked_date(int64_t{date.days} - days);
}

Result<int32_t> subtract(Date a, Date b) {
  if (!a.is_finite() || !b.is_finite()) {
    return Status::error(sqlstate::kDatetimeOverflow, "cannot subtract infinite dates");
  }
  return static_cast<int32_t>(int64_t{a.days} - b.days);  // a date's whole range is less than 2^31 days
}

Result<Timestamp> at_time(Date date, TimeOfDay time) {
  DDB_TRY(const Timestamp midnight, date_to_timestamp(date));
  return add(midnight, Interval{0, 0, time.micros});
}

Result<Timestamp> add(Timestamp timestamp, const Interval& interval) {
  return add_signed(timestamp, interval, 1);
}
Result<Timestamp> subtract(Timestamp timestamp, const Interval& interval) {
  return add_signed(timestamp, interval, -1);
}
Result<Timestamptz> add(Timestamptz timestamp, const Interval& interval, const TimeZone& zone) {
  return add_signed(timestamp, interval, zone, 1);
}
Result<Timestamptz> subtract(Timestamptz timestamp, const Interval& interval, const TimeZone& zone) {
  return add_signed(timestamp, interval, zone, -1);
}

Result<Interval> subtract(Timestamp a, Timestamp b) {
  return subtract_micros(a.micros, b.micros, a.is_finite() && b.is_finite());
}
Result<Interval> subtract(Timestamptz a, Timestamptz b) {
  return subtract_micros(a.micros, b.micros, a.is_finite() && b.is_finite());
}

Result<Interval> age(Timestamp a, Timestamp b) {
  if (a == Timestamp::minus_infinity() || b == Timestamp::minus_infinity()) return timestamp_out_of_range();
  return age_of(local_day(a.micros, 0), local_day(b.micros, 0), a < b);
}
Result<Interval> age(Timestamptz a, Timestamptz b, const TimeZone& zone) {
  if (a == Timestamptz::minus_infinity() || b == Timestamptz::minus_infinity())
    return timestamp_out_of_range();
  const auto local = [&zone](Timestamptz t) {
    return local_day(t.micros, zone.at_instant(floor_div(t.micros, kMicrosPerSecond)).seconds_east);
  };
  return age_of(local(a), local(b), a < b);
}

TimeOfDay add(TimeOfDay time, const Interval& interval) {
  return clock_face(__int128{time.micros} + interval.micros);
}
TimeOfDay subtract(TimeOfDay time, const Interval& interval) {
  return clock_face(__int128{time.micros} - interval.micros);
}

}  // namespace ddb
