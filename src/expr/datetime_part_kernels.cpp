// datetime_part_kernels: extract(), date_part(), date_trunc(), date_bin().
#include "expr/row_kernel.h"
#include "record/datetime_cast.h"
#include "record/datetime_part.h"
#include "record/datetime_trunc.h"
#include "record/time_zone_search.h"

namespace ddb {
namespace {

const TimeZone& zone_of(const KernelState& state) { return session_zone(state.context.datetime); }

// extract() gives numeric.
Result<std::optional<Numeric>> exact(Result<DatePart> part) {
  if (!part.is_ok()) return part.status();
  switch (part->kind) {
    case DatePart::Kind::kNull:
      return std::optional<Numeric>();
    case DatePart::Kind::kInfinity:
      return std::optional(Numeric::infinity());
    case DatePart::Kind::kMinusInfinity:
      return std::optional(Numeric::negative_infinity());
    case DatePart::Kind::kExact:
      break;
  }
  return std::optional(Numeric::from_scaled(part->value, part->scale));
}

// date_part() gives double precision.
Result<std::optional<double>> approximate(Result<DatePart> part) {
  if (!part.is_ok()) return part.status();
  if (part->kind == DatePart::Kind::kNull) return std::optional<double>();
  return std::optional(part->approximate);
}

Result<Timestamptz> trunc_in_zone(const KernelState& state, std::string_view unit, Timestamptz timestamp,
                                  std::string_view zone) {
  if (!timestamp.is_finite()) return timestamp;
  DDB_TRY(const FoundZone found, zone_by_name(zone, state.context.datetime.zones));
  return date_trunc(unit, timestamp, found.zone());
}

constexpr KernelEntry kEntries[] = {
    row_kernel("extract_date", [](std::string_view f, Date a) { return exact(date_part(f, a)); }),
    row_kernel("extract_time", [](std::string_view f, TimeOfDay a) { return exact(date_part(f, a)); }),
    row_kernel("extract_timestamp", [](std::string_view f, Timestamp a) { return exact(date_part(f, a)); }),
    row_kernel("extract_timestamptz", [](KernelState& s, std::string_view f,
                                         Timestamptz a) { return exact(date_part(f, a, zone_of(s))); }),
    row_kernel("extract_interval",
               [](std::string_view f, const Interval& a) { return exact(date_part(f, a)); }),
    row_kernel("sql:date_part(text,date)",
               [](std::string_view f, Date a) -> Result<std::optional<double>> {
                 DDB_TRY(const Timestamp midnight, date_to_timestamp(a));
                 return approximate(date_part(f, midnight));
               }),
    row_kernel("time_part", [](std::string_view f, TimeOfDay a) { return approximate(date_part(f, a)); }),
    row_kernel("timestamp_part",
               [](std::string_view f, Timestamp a) { return approximate(date_part(f, a)); }),
    row_kernel("timestamptz_part", [](KernelState& s, std::string_view f,
                                      Timestamptz a) { return approximate(date_part(f, a, zone_of(s))); }),
    row_kernel("interval_part",
               [](std::string_view f, const Interval& a) { return approximate(date_part(f, a)); }),
    row_kernel("timestamp_trunc", [](std::string_view u, Timestamp a) { return date_trunc(u, a); }),
    row_kernel("timestamptz_trunc", [](KernelState& s, std::string_view u,
                                       Timestamptz a) { return date_trunc(u, a, zone_of(s)); }),
    row_kernel("timestamptz_trunc_zone", [](KernelState& s, std::string_view u, Timestamptz a,
                                            std::string_view zone) { return trunc_in_zone(s, u, a, zone); }),
    row_kernel("interval_trunc", [](std::string_view u, const Interval& a) { return date_trunc(u, a); }),
    row_kernel("timestamp_bin", [](const Interval& stride, Timestamp a,
                                   Timestamp origin) { return date_bin(stride, a, origin); }),
    row_kernel("timestamptz_bin", [](const Interval& stride, Timestamptz a,
                                     Timestamptz origin) { return date_bin(stride, a, origin); }),
};

}  // namespace

std::span<const KernelEntry> datetime_part_kernels() { return kEntries; }

}  // namespace ddb
