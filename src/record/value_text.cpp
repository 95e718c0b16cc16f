// value_text: values from and to text, by type.
#include "record/boolean_text.h"
#include "record/bytea_text.h"
#include "record/character_types.h"
#include "record/datetime_text.h"
#include "record/float_text.h"
#include "record/integer_text.h"
#include "record/utf8.h"
#include "record/value.h"

namespace ddb {
namespace {

template <typename T>
Result<Value> of(const SqlType& type, Result<T> parsed) {
  if (!parsed.is_ok()) return parsed.status();
  return Value{type, std::move(parsed).value()};
}

Result<Value> of(const SqlType& type, Result<Date> parsed) {
  if (!parsed.is_ok()) return parsed.status();
  return Value{type, parsed->days};
}
template <typename T>
Result<Value> of_micros(const SqlType& type, Result<T> parsed) {
  if (!parsed.is_ok()) return parsed.status();
  return Value{type, parsed->micros};
}

Result<Value> parse_varchar(const SqlType& type, std::string_view text) {
  DDB_TRY(const std::string_view kept, coerce_varchar(text, type.typmod, Coercion::kAssignment));
  return Value{type, std::string(kept)};
}

}  // namespace

Result<Value> parse_value(const SqlType& type, std::string_view text, const DateTimeContext& context) {
  DDB_RETURN_IF_ERROR(validate_utf8(text));
  switch (type.id) {
    case SqlTypeId::kBoolean:
      return of(type, parse_boolean(text));
    case SqlTypeId::kSmallint:
      return of(type, parse_smallint(text));
    case SqlTypeId::kInteger:
      return of(type, parse_integer(text));
    case SqlTypeId::kBigint:
      return of(type, parse_bigint(text));
    case SqlTypeId::kReal:
      return of(type, parse_real(text));
    case SqlTypeId::kDoublePrecision:
      return of(type, parse_double(text));
    case SqlTypeId::kNumeric:
      return of(type, numeric_parse(text, type.typmod));
    case SqlTypeId::kText:
      return Value{type, std::string(text)};
    case SqlTypeId::kVarchar:
      return parse_varchar(type, text);
    case SqlTypeId::kChar:
      return of(type, coerce_char(text, type.typmod, Coercion::kAssignment));
    case SqlTypeId::kBytea:
      return of(type, parse_bytea(text));
    case SqlTypeId::kUuid:
      return of(type, parse_uuid(text));
    case SqlTypeId::kDate:
      return of(type, parse_date(text, context));
    case SqlTypeId::kTime:
      return of_micros(type, parse_time(text, context, type.typmod));
    case SqlTypeId::kTimestamp:
      return of_micros(type, parse_timestamp(text, context, type.typmod));
    case SqlTypeId::kTimestamptz:
      return of_micros(type, parse_timestamptz(text, context, type.typmod));
    case SqlTypeId::kInterval:
      return of(type, parse_interval(text, context, type.typmod));
  }
  return Status::error(sqlstate::kInternal, "a value of no known type");
}

Status append_value_text(const Value& value, std::string& out, const DateTimeContext& context) {
  if (value.is_null()) return Status::ok();
  switch (value.type.id) {
    case SqlTypeId::kBoolean:
      out += boolean_output(value.get<bool>());
      return Status::ok();
    case SqlTypeId::kSmallint:
      append_integer(value.get<int16_t>(), out);
      return Status::ok();
    case SqlTypeId::kInteger:
      append_integer(value.get<int32_t>(), out);
      return Status::ok();
    case SqlTypeId::kBigint:
      append_integer(value.get<int64_t>(), out);
      return Status::ok();
    case SqlTypeId::kReal:
      append_real(value.get<float>(), out);
      return Status::ok();
    case SqlTypeId::kDoublePrecision:
      append_double(value.get<double>(), out);
      return Status::ok();
    case SqlTypeId::kNumeric:
      numeric_append_text(value.get<Numeric>(), out);
      return Status::ok();
    case SqlTypeId::kText:
    case SqlTypeId::kVarchar:
    case SqlTypeId::kChar:
      out += value.get<std::string>();
      return Status::ok();
    case SqlTypeId::kBytea:
      append_bytea(value.get<std::string>(), out);
      return Status::ok();
    case SqlTypeId::kUuid:
      append_uuid(value.get<Uuid>(), out);
      return Status::ok();
    case SqlTypeId::kDate:
      format_date(Date{value.get<int32_t>()}, context, out);
      return Status::ok();
    case SqlTypeId::kTime:
      format_time(TimeOfDay{value.get<int64_t>()}, out);
      return Status::ok();
    case SqlTypeId::kTimestamp:
      format_timestamp(Timestamp{value.get<int64_t>()}, context, out);
      return Status::ok();
    case SqlTypeId::kTimestamptz:
      format_timestamptz(Timestamptz{value.get<int64_t>()}, context, out);
      return Status::ok();
    case SqlTypeId::kInterval:
      format_interval(value.get<Interval>(), context.interval_style, out);
      return Status::ok();
  }
  return Status::error(sqlstate::kInternal, "a value of no known type");
}

}  // namespace ddb
