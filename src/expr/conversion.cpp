// conversion: cells to text and back, and modifiers.
#include "expr/conversion.h"

#include "expr/text_memory.h"
#include "record/character_types.h"
#include "record/datetime_typmod.h"
#include "record/value.h"
#include "record/vector_value.h"

namespace ddb {
namespace {

bool is_string(SqlTypeId type) {
  return type == SqlTypeId::kText || type == SqlTypeId::kVarchar || type == SqlTypeId::kChar;
}

template <typename T>
Status modify_time(KernelCall& call, uint32_t row) {
  const T value{call.arg(0).value<int64_t>(row)};
  call.result.set(row, apply_typmod(value, call.result_type.typmod).micros);
  return Status::ok();
}

Status modify_numeric(KernelCall& call, uint32_t row) {
  DDB_TRY(const Numeric value, numeric_at(call.arg(0), call.argument_types[0], row));
  DDB_TRY(const Numeric fitted, numeric_apply_typmod(value, call.result_type.typmod));
  if (call.result.kind() == PhysicalKind::kString) return row_kernel_parts::write(call, row, fitted);
  return set_numeric(call.result, call.result_type, row, fitted, call.state.heap);
}

}  // namespace

Status append_cell_text(const Vector& vector, const SqlType& type, uint32_t row,
                        const DateTimeContext& context, std::string& out) {
  if (is_string(type.id)) {
    out += vector.value<StringView16>(row).view();
    return Status::ok();
  }
  DDB_TRY(const Value value, value_at(vector, type, row));
  return append_value_text(value, out, context);
}

Status convert_through_text(KernelCall& call, uint32_t row) {
  const DateTimeContext& datetime = call.state.context.datetime;
  const SqlType target{call.result_type.id, kNoTypmod};
  std::string_view text;
  if (is_string(call.argument_types[0].id)) {
    text = call.arg(0).value<StringView16>(row).view();
  } else {
    std::string& out = empty_scratch(call.state);
    DDB_RETURN_IF_ERROR(append_cell_text(call.arg(0), call.argument_types[0], row, datetime, out));
    text = out;
  }
  if (is_string(target.id)) return call.result.set_string(row, text, call.state.heap);
  DDB_TRY(const Value value, parse_value(target, text, datetime));
  return set_value(call.result, row, value, call.state.heap);
}

bool through_text_can_error(SqlTypeId, SqlTypeId target) { return !is_string(target); }

Status convert_modifier(KernelCall& call, uint32_t row) {
  const int32_t typmod = call.result_type.typmod;
  const Coercion coercion = call.variant == 1 ? Coercion::kExplicit : Coercion::kAssignment;
  switch (call.result_type.id) {
    case SqlTypeId::kNumeric:
      return modify_numeric(call, row);
    case SqlTypeId::kVarchar: {
      const std::string_view text = call.arg(0).value<StringView16>(row).view();
      DDB_TRY(const std::string_view kept, coerce_varchar(text, typmod, coercion));
      call.result.set(row, StringView16(kept));
      return Status::ok();
    }
    case SqlTypeId::kChar: {
      const std::string_view text = call.arg(0).value<StringView16>(row).view();
      DDB_TRY(const std::string padded, coerce_char(text, typmod, coercion));
      return call.result.set_string(row, padded, call.state.heap);
    }
    case SqlTypeId::kTime:
      return modify_time<TimeOfDay>(call, row);
    case SqlTypeId::kTimestamp:
      return modify_time<Timestamp>(call, row);
    case SqlTypeId::kTimestamptz:
      return modify_time<Timestamptz>(call, row);
    case SqlTypeId::kInterval: {
      DDB_TRY(const Interval fitted, apply_typmod(call.arg(0).value<Interval>(row), typmod));
      call.result.set(row, fitted);
      return Status::ok();
    }
    default:
      return Status::error(sqlstate::kInternal, "a type without modifiers");
  }
}

bool through_text_is_stable(SqlTypeId source, SqlTypeId target) {
  const auto is_dated = [](SqlTypeId type) {
    return type >= SqlTypeId::kDate && type <= SqlTypeId::kInterval;
  };
  return (is_dated(source) && source != SqlTypeId::kTime) || is_dated(target);
}

bool modifier_can_error(const SqlType& source, const SqlType& target, bool is_explicit) {
  switch (target.id) {
    case SqlTypeId::kVarchar:
    case SqlTypeId::kChar:
      return !is_explicit;
    case SqlTypeId::kNumeric:
      return target.typmod != kNoTypmod && source.typmod != target.typmod;
    case SqlTypeId::kInterval:
      return true;
    default:
      return false;
  }
}

}  // namespace ddb
