// cast_kernels: the functions of PostgreSQL's casts.
#include <limits>

#include "expr/row_kernel.h"
#include "record/boolean_text.h"
#include "record/casts.h"
#include "record/character_types.h"
#include "record/datetime_cast.h"

namespace ddb {
namespace {

const TimeZone& zone_of(const KernelState& state) { return session_zone(state.context.datetime); }

template <typename To>
constexpr SqlTypeId kIntegerType = sizeof(To) == 2   ? SqlTypeId::kSmallint
                                   : sizeof(To) == 4 ? SqlTypeId::kInteger
                                                     : SqlTypeId::kBigint;

template <typename To, typename From>
Result<To> to_integer(From value) {
  To out = 0;
  const ArithmeticError error = [&] {
    if constexpr (std::floating_point<From>) {
      return cast_to_integer(value, out);
    } else {
      return cast_integer(value, out);
    }
  }();
  if (error != ArithmeticError::kNone) return arithmetic_status(error, kIntegerType<To>);
  return out;
}

constexpr KernelEntry kEntries[] = {
    row_kernel("i2toi4", [](int16_t a) { return int32_t{a}; }),
    row_kernel("int28", [](int16_t a) { return int64_t{a}; }),
    row_kernel("int48", [](int32_t a) { return int64_t{a}; }),
    row_kernel("i4toi2", [](int32_t a) { return to_integer<int16_t>(a); }),
    row_kernel("int82", [](int64_t a) { return to_integer<int16_t>(a); }),
    row_kernel("int84", [](int64_t a) { return to_integer<int32_t>(a); }),
    row_kernel("i2tof", [](int16_t a) { return static_cast<float>(a); }),
    row_kernel("i4tof", [](int32_t a) { return static_cast<float>(a); }),
    row_kernel("i8tof", [](int64_t a) { return static_cast<float>(a); }),
    row_kernel("i2tod", [](int16_t a) { return static_cast<double>(a); }),
    row_kernel("i4tod", [](int32_t a) { return static_cast<double>(a); }),
    row_kernel("i8tod", [](int64_t a) { return static_cast<double>(a); }),
    row_kernel("ftod", [](float a) { return static_cast<double>(a); }),
    row_kernel("dtof",
               [](double a) -> Result<float> {
                 float out = 0;
                 const ArithmeticError error = cast_real(a, out);
                 if (error != ArithmeticError::kNone) return arithmetic_status(error, SqlTypeId::kReal);
                 return out;
               }),
    row_kernel("ftoi2", [](float a) { return to_integer<int16_t>(a); }),
    row_kernel("ftoi4", [](float a) { return to_integer<int32_t>(a); }),
    row_kernel("ftoi8", [](float a) { return to_integer<int64_t>(a); }),
    row_kernel("dtoi2", [](double a) { return to_integer<int16_t>(a); }),
    row_kernel("dtoi4", [](double a) { return to_integer<int32_t>(a); }),
    row_kernel("dtoi8", [](double a) { return to_integer<int64_t>(a); }),
    row_kernel("int2_numeric", [](int16_t a) { return Numeric::from_int64(a); }),
    row_kernel("int4_numeric", [](int32_t a) { return Numeric::from_int64(a); }),
    row_kernel("int8_numeric", [](int64_t a) { return Numeric::from_int64(a); }),
    row_kernel("float4_numeric", [](float a) { return numeric_from_float(a); }),
    row_kernel("float8_numeric", [](double a) { return numeric_from_double(a); }),
    row_kernel("numeric_int2", [](const Numeric& a) { return numeric_to_int16(a); }),
    row_kernel("numeric_int4", [](const Numeric& a) { return numeric_to_int32(a); }),
    row_kernel("numeric_int8", [](const Numeric& a) { return numeric_to_int64(a); }),
    row_kernel("numeric_float4", [](const Numeric& a) { return numeric_to_float(a); }),
    row_kernel("numeric_float8", [](const Numeric& a) { return numeric_to_double(a); }),
    row_kernel("bool_int4", [](bool a) { return static_cast<int32_t>(a); }),
    row_kernel("int4_bool", [](int32_t a) { return a != 0; }),
    row_kernel("booltext", [](bool a) { return Kept{boolean_cast_text(a)}; }),
    // Also rtrim(text), which cuts the same spaces.
    row_kernel("rtrim1", [](std::string_view a) { return Kept{without_padding(a)}; }),
    row_kernel("date_timestamp", [](Date a) { return date_to_timestamp(a); }),
    row_kernel("date_timestamptz", [](KernelState& s, Date a) { return date_to_timestamptz(a, zone_of(s)); }),
    row_kernel("timestamp_date", [](Timestamp a) { return timestamp_to_date(a); }),
    row_kernel("timestamptz_date",
               [](KernelState& s, Timestamptz a) { return timestamptz_to_date(a, zone_of(s)); }),
    row_kernel("timestamp_timestamptz",
               [](KernelState& s, Timestamp a) { return timestamp_to_timestamptz(a, zone_of(s)); }),
    row_kernel("timestamptz_timestamp",
               [](KernelState& s, Timestamptz a) { return timestamptz_to_timestamp(a, zone_of(s)); }),
    row_kernel("timestamp_time", [](Timestamp a) { return timestamp_to_time(a); }),
    row_kernel("timestamptz_time",
               [](KernelState& s, Timestamptz a) { return timestamptz_to_time(a, zone_of(s)); }),
    row_kernel("interval_time", [](const Interval& a) { return interval_to_time(a); }),
    row_kernel("time_interval", [](TimeOfDay a) { return time_to_interval(a); }),
};

}  // namespace

std::span<const KernelEntry> cast_kernels() { return kEntries; }

}  // namespace ddb
