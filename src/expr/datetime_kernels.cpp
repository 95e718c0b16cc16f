// datetime_kernels: arithmetic, construction and the clock of date and time types.
#include "expr/row_kernel.h"
#include "record/datetime_arithmetic.h"
#include "record/datetime_cast.h"
#include "record/datetime_make.h"
#include "record/interval.h"
#include "record/time_zone_search.h"

namespace ddb {
namespace {

const TimeZone& zone_of(const KernelState& state) { return session_zone(state.context.datetime); }

Result<Timestamp> plus(Date date, const Interval& interval) {
  DDB_TRY(const Timestamp midnight, date_to_timestamp(date));
  return add(midnight, interval);
}
Result<Timestamp> minus(Date date, const Interval& interval) {
  DDB_TRY(const Timestamp midnight, date_to_timestamp(date));
  return subtract(midnight, interval);
}

// AT TIME ZONE 'name'. Infinity is the same in all zones, also in those that do not exist.
Result<Timestamptz> in_zone(const KernelState& state, std::string_view name, Timestamp timestamp) {
  if (!timestamp.is_finite()) return Timestamptz{timestamp.micros};
  DDB_TRY(const FoundZone found, zone_by_name(name, state.context.datetime.zones));
  return timestamp_to_timestamptz(timestamp, found.zone());
}
Result<Timestamp> in_zone(const KernelState& state, std::string_view name, Timestamptz timestamp) {
  if (!timestamp.is_finite()) return Timestamp{timestamp.micros};
  DDB_TRY(const FoundZone found, zone_by_name(name, state.context.datetime.zones));
  return timestamptz_to_timestamp(timestamp, found.zone());
}

// age() of one argument counts from the midnight at which the current day began.
Timestamp today(const KernelState& state) {
  const Date date = timestamptz_to_date(state.context.datetime.now, zone_of(state));
  return {int64_t{date.days} * kMicrosPerDay};
}

constexpr KernelEntry kEntries[] = {
    row_kernel("date_pli", [](Date a, int32_t days) { return add_days(a, days); }),
    row_kernel("date_mii", [](Date a, int32_t days) { return subtract_days(a, days); }),
    row_kernel("sql:integer_pl_date(int4,date)", [](int32_t days, Date a) { return add_days(a, days); }),
    row_kernel("date_mi", [](Date a, Date b) { return subtract(a, b); }),
    row_kernel("datetime_timestamp", [](Date a, TimeOfDay b) { return at_time(a, b); }),
    row_kernel("sql:timedate_pl(time,date)", [](TimeOfDay a, Date b) { return at_time(b, a); }),
    row_kernel("date_pl_interval", [](Date a, const Interval& b) { return plus(a, b); }),
    row_kernel("date_mi_interval", [](Date a, const Interval& b) { return minus(a, b); }),
    row_kernel("sql:interval_pl_date(interval,date)", [](const Interval& a, Date b) { return plus(b, a); }),
    row_kernel("timestamp_pl_interval", [](Timestamp a, const Interval& b) { return add(a, b); }),
    row_kernel("timestamp_mi_interval", [](Timestamp a, const Interval& b) { return subtract(a, b); }),
    row_kernel("sql:interval_pl_timestamp(interval,timestamp)",
               [](const Interval& a, Timestamp b) { return add(b, a); }),
    row_kernel("timestamptz_pl_interval",
               [](KernelState& s, Timestamptz a, const Interval& b) { return add(a, b, zone_of(s)); }),
    row_kernel("timestamptz_mi_interval",
               [](KernelState& s, Timestamptz a, const Interval& b) { return subtract(a, b, zone_of(s)); }),
    row_kernel("sql:interval_pl_timestamptz(interval,timestamptz)",
               [](KernelState& s, const Interval& a, Timestamptz b) { return add(b, a, zone_of(s)); }),
    row_kernel("timestamp_mi", [](Timestamp a, Timestamp b) { return subtract(a, b); }),
    row_kernel("time_pl_interval", [](TimeOfDay a, const Interval& b) { return add(a, b); }),
    row_kernel("time_mi_interval", [](TimeOfDay a, const Interval& b) { return subtract(a, b); }),
    row_kernel("sql:interval_pl_time(interval,time)",
               [](const Interval& a, TimeOfDay b) { return add(b, a); }),
    row_kernel("time_mi_time", [](TimeOfDay a, TimeOfDay b) { return subtract(a, b); }),
    row_kernel("interval_pl", [](const Interval& a, const Interval& b) { return add(a, b); }),
    row_kernel("interval_mi", [](const Interval& a, const Interval& b) { return subtract(a, b); }),
    row_kernel("interval_um", [](const Interval& a) { return negate(a); }),
    row_kernel("interval_mul", [](const Interval& a, double b) { return multiply(a, b); }),
    row_kernel("mul_d_interval", [](double a, const Interval& b) { return multiply(b, a); }),
    row_kernel("interval_div", [](const Interval& a, double b) { return divide(a, b); }),
    row_kernel("interval_justify_hours", [](const Interval& a) { return justify_hours(a); }),
    row_kernel("interval_justify_days", [](const Interval& a) { return justify_days(a); }),
    row_kernel("interval_justify_interval", [](const Interval& a) { return justify_interval(a); }),
    row_kernel("interval_finite", [](const Interval&) { return true; }),
    row_kernel("date_finite", [](Date a) { return a.is_finite(); }),
    row_kernel("timestamp_finite", [](Timestamp a) { return a.is_finite(); }),
    row_kernel("timestamp_age", [](Timestamp a, Timestamp b) { return age(a, b); }),
    row_kernel("timestamptz_age",
               [](KernelState& s, Timestamptz a, Timestamptz b) { return age(a, b, zone_of(s)); }),
    row_kernel("sql:age(timestamp)", [](KernelState& s, Timestamp a) { return age(today(s), a); }),
    row_kernel("sql:age(timestamptz)",
               [](KernelState& s, Timestamptz a) -> Result<Interval> {
                 DDB_TRY(const Timestamptz midnight, timestamp_to_timestamptz(today(s), zone_of(s)));
                 return age(midnight, a, zone_of(s));
               }),
    row_kernel("make_date", [](int32_t y, int32_t m, int32_t d) { return make_date(y, m, d); }),
    row_kernel("make_time", [](int32_t h, int32_t m, double s) { return make_time(h, m, s); }),
    row_kernel("make_timestamp", [](int32_t y, int32_t mo, int32_t d, int32_t h, int32_t mi,
                                    double s) { return make_timestamp(y, mo, d, h, mi, s); }),
    row_kernel("make_timestamptz",
               [](KernelState& state, int32_t y, int32_t mo, int32_t d, int32_t h, int32_t mi, double s) {
                 return make_timestamptz(y, mo, d, h, mi, s, zone_of(state));
               }),
    row_kernel("make_interval", [](int32_t y, int32_t mo, int32_t w, int32_t d, int32_t h, int32_t mi,
                                   double s) { return make_interval(y, mo, w, d, h, mi, s); }),
    row_kernel("float8_timestamptz", [](double seconds) { return timestamptz_from_epoch(seconds); }),
    row_kernel("timestamp_zone",
               [](KernelState& s, std::string_view zone, Timestamp a) { return in_zone(s, zone, a); }),
    row_kernel("timestamptz_zone",
               [](KernelState& s, std::string_view zone, Timestamptz a) { return in_zone(s, zone, a); }),
    row_kernel("now", [](KernelState& s) { return s.context.datetime.now; }),
    row_kernel("statement_timestamp", [](KernelState& s) { return s.context.statement_start; }),
};

}  // namespace

std::span<const KernelEntry> datetime_kernels() { return kEntries; }

}  // namespace ddb
