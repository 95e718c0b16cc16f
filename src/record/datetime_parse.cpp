// datetime_parse: text to values: split, decode, check the type's range, round to the type's digits.
#include "record/date_calendar.h"
#include "record/datetime_decode.h"
#include "record/datetime_text.h"
#include "record/datetime_typmod.h"
#include "record/interval_decode.h"
#include "record/interval_typmod.h"

namespace ddb {
namespace {

using Special = DecodedDateTime::Special;

// Bytes that the fields of a text may take, one more for each field: PostgreSQL's work buffers.
constexpr size_t kDateBytesMax = 129;
constexpr size_t kTimestampBytesMax = 153;
constexpr size_t kIntervalBytesMax = 256;

Status out_of_range(std::string_view type_name, std::string_view text) {
  return Status::error(sqlstate::kDatetimeOverflow,
                       std::string(type_name) + " out of range: \"" + std::string(text) + "\"");
}

struct MicrosAndSpecial {
  int64_t micros = 0;
  Special special = Special::kNone;
};

// Both timestamp types. with_zone: the zone of the text counts.
Result<MicrosAndSpecial> parse_micros(std::string_view text, const DateTimeContext& context, bool with_zone,
                                      std::string_view type_name) {
  FieldList fields;
  DecodedDateTime decoded;
  DateTimeFault fault = DateTimeFault::kBadFormat;
  if (fields.split(text, kTimestampBytesMax)) fault = decode_date_time(fields, context, decoded);
  if (fault != DateTimeFault::kNone) return fault_status(fault, text, type_name, decoded.unknown_zone);
  if (decoded.special == Special::kEpoch) return MicrosAndSpecial{kUnixEpochDays * kMicrosPerDay};
  if (decoded.special != Special::kNone) return MicrosAndSpecial{0, decoded.special};
  const DateTimeParts& parts = decoded.parts;
  if (!is_calendar_month(parts.year, parts.month)) return out_of_range("timestamp", text);
  const __int128 days = days_from_civil(parts.year, parts.month, parts.day);
  __int128 micros = days * kMicrosPerDay + micros_of_day(parts);
  // A wall clock must fit into 64 bits before its zone is applied.
  if (micros != static_cast<int64_t>(micros)) return out_of_range("timestamp", text);
  if (with_zone) micros -= decoded.seconds_east * kMicrosPerSecond;
  if (micros < kTimestampMin || micros >= kTimestampEnd) return out_of_range("timestamp", text);
  return MicrosAndSpecial{static_cast<int64_t>(micros)};
}

template <typename T>
T value_of(const MicrosAndSpecial& parsed, int32_t typmod) {
  if (parsed.special == Special::kInfinity) return T::infinity();
  if (parsed.special == Special::kMinusInfinity) return T::minus_infinity();
  return T{round_to_typmod(parsed.micros, typmod)};
}

}  // namespace

Result<Date> parse_date(std::string_view text, const DateTimeContext& context) {
  FieldList fields;
  DecodedDateTime decoded;
  DateTimeFault fault = DateTimeFault::kBadFormat;
  if (fields.split(text, kDateBytesMax)) fault = decode_date_time(fields, context, decoded);
  if (fault != DateTimeFault::kNone) return fault_status(fault, text, "date", decoded.unknown_zone);
  if (decoded.special == Special::kEpoch) return Date{kUnixEpochDays};
  if (decoded.special == Special::kInfinity) return Date::infinity();
  if (decoded.special == Special::kMinusInfinity) return Date::minus_infinity();
  const DateTimeParts& parts = decoded.parts;
  if (!is_calendar_month(parts.year, parts.month)) return out_of_range("date", text);
  const int64_t days = days_from_civil(parts.year, parts.month, parts.day);
  if (days < kDateMin || days >= kDateEnd) return out_of_range("date", text);
  return Date{static_cast<int32_t>(days)};
}

Result<TimeOfDay> parse_time(std::string_view text, const DateTimeContext& context, int32_t typmod) {
  FieldList fields;
  DecodedDateTime decoded;
  DateTimeFault fault = DateTimeFault::kBadFormat;
  if (fields.split(text, kDateBytesMax)) fault = decode_time_only(fields, context, decoded);
  if (fault != DateTimeFault::kNone) return fault_status(fault, text, "time", decoded.unknown_zone);
  return TimeOfDay{round_to_typmod(micros_of_day(decoded.parts), typmod)};
}

Result<Timestamp> parse_timestamp(std::string_view text, const DateTimeContext& context, int32_t typmod) {
  DDB_TRY(const MicrosAndSpecial parsed, parse_micros(text, context, false, "timestamp"));
  return value_of<Timestamp>(parsed, typmod);
}

Result<Timestamptz> parse_timestamptz(std::string_view text, const DateTimeContext& context, int32_t typmod) {
  DDB_TRY(const MicrosAndSpecial parsed, parse_micros(text, context, true, "timestamp with time zone"));
  return value_of<Timestamptz>(parsed, typmod);
}

Result<Interval> parse_interval(std::string_view text, const DateTimeContext& context, int32_t typmod) {
  FieldList fields;
  IntervalSum sum;
  DateTimeFault fault = DateTimeFault::kBadFormat;
  if (fields.split(text, kIntervalBytesMax)) {
    fault = decode_interval(fields, interval_range(typmod), context.interval_style, sum);
  }
  if (fault == DateTimeFault::kBadFormat) {
    sum = IntervalSum();
    fault = decode_iso8601_interval(text, sum);
  }
  if (fault == DateTimeFault::kFieldOverflow) fault = DateTimeFault::kIntervalOverflow;
  if (fault != DateTimeFault::kNone) return fault_status(fault, text, "interval");
  Interval interval;
  if (!sum.to_interval(interval)) return Status::error(sqlstate::kDatetimeOverflow, "interval out of range");
  return apply_typmod(interval, typmod);
}

}  // namespace ddb
