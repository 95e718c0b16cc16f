// vector_value: rows as values, by type.
#include "record/vector_value.h"

#include <string>

#include "record/scaled_numeric.h"

namespace ddb {
namespace {

Status scaled_overflow(const SqlType& type) {
  return Status::error(sqlstate::kNumericOutOfRange, "numeric field overflow")
      .with_detail("The value does not fit type " + sql_type_name(type) + ".");
}

template <typename Int>
Status set_scaled(Vector& vector, const SqlType& type, uint32_t row, const Numeric& value, int scale) {
  const std::optional<Int> scaled = numeric_to_form<Int>(value, scale);
  if (!scaled.has_value()) return scaled_overflow(type);
  vector.set(row, *scaled);
  return Status::ok();
}

template <typename T>
Status set_plain(Vector& vector, uint32_t row, const Value& value) {
  vector.set(row, value.get<T>());
  return Status::ok();
}

}  // namespace

Result<Numeric> numeric_at(const Vector& vector, const SqlType& type, uint32_t row) {
  const NumericForm form = numeric_form(type.typmod);
  DDB_ASSERT(vector.kind() == form.kind && vector.is_valid(row));
  if (form.kind == PhysicalKind::kInt64) return numeric_from_form(vector.value<int64_t>(row), form.scale);
  if (form.kind == PhysicalKind::kInt128) return numeric_from_form(vector.value<__int128>(row), form.scale);
  const std::string_view bytes = vector.value<StringView16>(row).view();
  DDB_TRY(DecodedNumeric decoded, numeric_decode(bytes));
  if (decoded.size != bytes.size()) return Status::corruption("damaged numeric value: bytes left over");
  return std::move(decoded.value);
}

Status set_numeric(Vector& vector, const SqlType& type, uint32_t row, const Numeric& value,
                   BatchArena& heap) {
  const NumericForm form = numeric_form(type.typmod);
  DDB_ASSERT(vector.kind() == form.kind);
  if (form.kind == PhysicalKind::kInt64) return set_scaled<int64_t>(vector, type, row, value, form.scale);
  if (form.kind == PhysicalKind::kInt128) return set_scaled<__int128>(vector, type, row, value, form.scale);
  std::string bytes;
  numeric_encode(value, bytes);
  return vector.set_string(row, bytes, heap);
}

Result<Value> value_at(const Vector& vector, const SqlType& type, uint32_t row) {
  DDB_ASSERT(vector.kind() == physical_kind(type));
  if (vector.is_null(row)) return Value{type, Null{}};
  switch (type.id) {
    case SqlTypeId::kBoolean:
      return Value{type, vector.value<uint8_t>(row) != 0};
    case SqlTypeId::kSmallint:
      return Value{type, vector.value<int16_t>(row)};
    case SqlTypeId::kInteger:
    case SqlTypeId::kDate:
      return Value{type, vector.value<int32_t>(row)};
    case SqlTypeId::kBigint:
    case SqlTypeId::kTime:
    case SqlTypeId::kTimestamp:
    case SqlTypeId::kTimestamptz:
      return Value{type, vector.value<int64_t>(row)};
    case SqlTypeId::kReal:
      return Value{type, vector.value<float>(row)};
    case SqlTypeId::kDoublePrecision:
      return Value{type, vector.value<double>(row)};
    case SqlTypeId::kNumeric: {
      DDB_TRY(Numeric number, numeric_at(vector, type, row));
      return Value{type, std::move(number)};
    }
    case SqlTypeId::kText:
    case SqlTypeId::kVarchar:
    case SqlTypeId::kChar:
    case SqlTypeId::kBytea:
      return Value{type, std::string(vector.value<StringView16>(row).view())};
    case SqlTypeId::kUuid:
      return Value{type, vector.value<Uuid>(row)};
    case SqlTypeId::kInterval:
      break;
  }
  return Value{type, vector.value<Interval>(row)};
}

Status set_value(Vector& vector, uint32_t row, const Value& value, BatchArena& heap) {
  DDB_ASSERT(vector.kind() == physical_kind(value.type));
  if (value.is_null()) {
    vector.set_null(row);
    return Status::ok();
  }
  vector.set_valid(row);
  switch (value.type.id) {
    case SqlTypeId::kBoolean:
      vector.set(row, static_cast<uint8_t>(value.get<bool>()));
      return Status::ok();
    case SqlTypeId::kSmallint:
      return set_plain<int16_t>(vector, row, value);
    case SqlTypeId::kInteger:
    case SqlTypeId::kDate:
      return set_plain<int32_t>(vector, row, value);
    case SqlTypeId::kBigint:
    case SqlTypeId::kTime:
    case SqlTypeId::kTimestamp:
    case SqlTypeId::kTimestamptz:
      return set_plain<int64_t>(vector, row, value);
    case SqlTypeId::kReal:
      return set_plain<float>(vector, row, value);
    case SqlTypeId::kDoublePrecision:
      return set_plain<double>(vector, row, value);
    case SqlTypeId::kNumeric:
      return set_numeric(vector, value.type, row, value.get<Numeric>(), heap);
    case SqlTypeId::kText:
    case SqlTypeId::kVarchar:
    case SqlTypeId::kChar:
    case SqlTypeId::kBytea:
      return vector.set_string(row, value.get<std::string>(), heap);
    case SqlTypeId::kUuid:
      return set_plain<Uuid>(vector, row, value);
    case SqlTypeId::kInterval:
      break;
  }
  return set_plain<Interval>(vector, row, value);
}

}  // namespace ddb
