// value_encoding: constants by type.
#include "catalog/value_encoding.h"

#include <bit>
#include <cstring>
#include <limits>

#include "base/byte_order.h"
#include "record/interval_typmod.h"
#include "record/numeric.h"
#include "record/type_modifier.h"
#include "record/utf8.h"

namespace ddb {
namespace {

template <typename T>
void append_le(T value, std::string& out) {
  char bytes[sizeof(T)];
  store_le<T>(bytes, value);
  out.append(bytes, sizeof(T));
}

Status bad_value(const SqlType& type) {
  return Status::corruption("a constant that is no " + sql_type_name({type.id, kNoTypmod}));
}

template <typename T>
bool take_integer(ByteSource& source, T* value) {
  uint64_t bits = 0;
  if (!source.take_varint(&bits)) return false;
  const int64_t wide = unzigzag(bits);
  if (wide < std::numeric_limits<T>::min() || wide > std::numeric_limits<T>::max()) return false;
  *value = static_cast<T>(wide);
  return true;
}

template <typename T>
bool take_payload(ByteSource& source, Value::Payload* payload) {
  T value = 0;
  if (!take_integer(source, &value)) return false;
  *payload = value;
  return true;
}

bool take_float(ByteSource& source, Value::Payload* payload) {
  std::string_view bytes;
  if (!source.take(4, &bytes)) return false;
  *payload = std::bit_cast<float>(load_le<uint32_t>(bytes.data()));
  return true;
}

bool take_double(ByteSource& source, Value::Payload* payload) {
  std::string_view bytes;
  if (!source.take(8, &bytes)) return false;
  *payload = std::bit_cast<double>(load_le<uint64_t>(bytes.data()));
  return true;
}

bool take_uuid(ByteSource& source, Value::Payload* payload) {
  std::string_view bytes;
  if (!source.take(16, &bytes)) return false;
  Uuid uuid;
  std::memcpy(uuid.bytes.data(), bytes.data(), 16);
  *payload = uuid;
  return true;
}

bool take_boolean(ByteSource& source, Value::Payload* payload) {
  uint8_t byte = 0;
  if (!source.take_byte(&byte) || byte > 1) return false;
  *payload = byte == 1;
  return true;
}

bool take_interval(ByteSource& source, Value::Payload* payload) {
  Interval interval;
  if (!take_integer(source, &interval.months) || !take_integer(source, &interval.days) ||
      !take_integer(source, &interval.micros)) {
    return false;
  }
  *payload = interval;
  return true;
}

bool take_numeric(ByteSource& source, Value::Payload* payload) {
  Result<DecodedNumeric> decoded = numeric_decode(source.rest());
  std::string_view taken;
  if (!decoded.is_ok() || !source.take(decoded->size, &taken)) return false;
  *payload = std::move(decoded->value);
  return true;
}

bool take_string(ByteSource& source, bool is_text, Value::Payload* payload) {
  std::string_view bytes;
  if (!source.take(source.size(), &bytes)) return false;
  if (is_text && !validate_utf8(bytes).is_ok()) return false;
  *payload = std::string(bytes);
  return true;
}

bool take_payload(ByteSource& source, SqlTypeId type, Value::Payload* payload) {
  switch (type) {
    case SqlTypeId::kBoolean:
      return take_boolean(source, payload);
    case SqlTypeId::kSmallint:
      return take_payload<int16_t>(source, payload);
    case SqlTypeId::kInteger:
    case SqlTypeId::kDate:
      return take_payload<int32_t>(source, payload);
    case SqlTypeId::kBigint:
    case SqlTypeId::kTime:
    case SqlTypeId::kTimestamp:
    case SqlTypeId::kTimestamptz:
      return take_payload<int64_t>(source, payload);
    case SqlTypeId::kReal:
      return take_float(source, payload);
    case SqlTypeId::kDoublePrecision:
      return take_double(source, payload);
    case SqlTypeId::kNumeric:
      return take_numeric(source, payload);
    case SqlTypeId::kText:
    case SqlTypeId::kVarchar:
    case SqlTypeId::kChar:
      return take_string(source, true, payload);
    case SqlTypeId::kBytea:
      return take_string(source, false, payload);
    case SqlTypeId::kUuid:
      return take_uuid(source, payload);
    case SqlTypeId::kInterval:
      return take_interval(source, payload);
  }
  return false;
}

struct PayloadWriter {
  std::string& out;
  void operator()(const Null& /*null*/) const {}
  void operator()(bool value) const { out.push_back(value ? 1 : 0); }
  void operator()(int16_t value) const { append_varint(zigzag(value), out); }
  void operator()(int32_t value) const { append_varint(zigzag(value), out); }
  void operator()(int64_t value) const { append_varint(zigzag(value), out); }
  void operator()(float value) const { append_le(std::bit_cast<uint32_t>(value), out); }
  void operator()(double value) const { append_le(std::bit_cast<uint64_t>(value), out); }
  void operator()(const Numeric& value) const { numeric_encode(value, out); }
  void operator()(const std::string& value) const { out.append(value); }
  void operator()(const Uuid& value) const {
    out.append(reinterpret_cast<const char*>(value.bytes.data()), value.bytes.size());
  }
  void operator()(const Interval& value) const {
    append_varint(zigzag(value.months), out);
    append_varint(zigzag(value.days), out);
    append_varint(zigzag(value.micros), out);
  }
};

bool is_interval_modifier(int32_t typmod) {
  const int digits = typmod & 0xFFFF;
  return typmod >= 0 && (digits <= 6 || digits == kIntervalFullPrecision);
}

}  // namespace

bool is_sql_type(const SqlType& type) {
  if (type.id < SqlTypeId::kBoolean || type.id > SqlTypeId::kInterval) return false;
  const int32_t typmod = type.typmod;
  if (typmod == kNoTypmod) return true;
  switch (type.id) {
    case SqlTypeId::kNumeric: {
      const int scale = numeric_scale(typmod);
      return numeric_precision(typmod) >= 1 && numeric_precision(typmod) <= kNumericPrecisionMax &&
             scale >= -kNumericScaleMax && scale <= kNumericScaleMax;
    }
    case SqlTypeId::kVarchar:
    case SqlTypeId::kChar:
      return typmod >= 1 && typmod <= kCharacterLengthMax;
    case SqlTypeId::kTime:
    case SqlTypeId::kTimestamp:
    case SqlTypeId::kTimestamptz:
      return typmod >= 0 && typmod <= 6;
    case SqlTypeId::kInterval:
      return is_interval_modifier(typmod);
    default:
      return false;
  }
}

void append_sql_type(const SqlType& type, std::string& out) {
  out.push_back(static_cast<char>(type.id));
  append_varint(zigzag(type.typmod), out);
}

Result<SqlType> take_sql_type(ByteSource& source) {
  uint8_t id = 0;
  int32_t typmod = 0;
  if (!source.take_byte(&id) || !take_integer(source, &typmod))
    return Status::corruption("a type is cut short");
  const SqlType type{static_cast<SqlTypeId>(id), typmod};
  if (!is_sql_type(type)) {
    return Status::corruption("type " + std::to_string(id) + " with modifier " + std::to_string(typmod) +
                              " does not exist");
  }
  return type;
}

void append_value(const Value& value, std::string& out) {
  append_sql_type(value.type, out);
  out.push_back(value.is_null() ? 0 : 1);
  std::visit(PayloadWriter{out}, value.payload);
}

Result<Value> decode_value(std::string_view bytes) {
  ByteSource source(bytes);
  DDB_TRY(const SqlType type, take_sql_type(source));
  uint8_t present = 0;
  if (!source.take_byte(&present) || present > 1) return bad_value(type);
  Value value{type, Null{}};
  if (present == 1 && !take_payload(source, type.id, &value.payload)) return bad_value(type);
  if (!source.empty()) return bad_value(type);
  return value;
}

}  // namespace ddb
