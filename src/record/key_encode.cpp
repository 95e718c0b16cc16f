// key_encode: the encodings that are not inline, and the dispatch by type.
#include "record/key_encode.h"

#include "base/assert.h"
#include "record/character_types.h"
#include "record/interval_span.h"
#include "record/vector_value.h"

namespace ddb {

void complement_key_bytes(size_t from, ByteBuffer& out) {
  char* bytes = out.data();
  for (size_t i = from; i < out.size(); ++i) bytes[i] = static_cast<char>(~bytes[i]);
}

void append_key_boolean(const KeyColumn& column, bool value, ByteBuffer& out) {
  char* to = out.extend(2);
  to[0] = static_cast<char>(kKeyValue);
  to[1] = static_cast<char>(column.descending ? ~static_cast<int>(value) : static_cast<int>(value));
}

void append_key_text(const KeyColumn& column, std::string_view text, ByteBuffer& out) {
  if (column.type.id == SqlTypeId::kChar) text = without_padding(text);
  char* to = out.extend(text.size() + 2);
  to[0] = static_cast<char>(kKeyValue);
  if (!text.empty()) std::memcpy(to + 1, text.data(), text.size());
  to[text.size() + 1] = 0;
  if (column.descending) complement_key_bytes(out.size() - text.size() - 1, out);
}

void append_key_bytea(const KeyColumn& column, std::string_view bytes, ByteBuffer& out) {
  out.append(static_cast<char>(kKeyValue));
  const size_t start = out.size();
  while (!bytes.empty()) {
    const size_t zero = bytes.find('\0');
    if (zero == std::string_view::npos) {
      out.append(bytes);
      break;
    }
    out.append(bytes.substr(0, zero + 1));
    out.append('\xFF');
    bytes.remove_prefix(zero + 1);
  }
  out.append(std::string_view("\0\0", 2));
  if (column.descending) complement_key_bytes(start, out);
}

void append_key_uuid(const KeyColumn& column, const Uuid& value, ByteBuffer& out) {
  char* to = out.extend(1 + sizeof(Uuid));
  to[0] = static_cast<char>(kKeyValue);
  std::memcpy(to + 1, value.bytes.data(), sizeof(Uuid));
  if (column.descending) complement_key_bytes(out.size() - sizeof(Uuid), out);
}

void append_key_interval(const KeyColumn& column, const Interval& value, ByteBuffer& out) {
  auto bits = static_cast<unsigned __int128>(interval_span(value));
  bits ^= static_cast<unsigned __int128>(1) << 79;
  char* to = out.extend(11);
  to[0] = static_cast<char>(kKeyValue);
  store_key_bits(to + 1, static_cast<uint16_t>(bits >> 64));
  store_key_bits(to + 3, static_cast<uint64_t>(bits));
  if (column.descending) complement_key_bytes(out.size() - 10, out);
}

Status append_key(const KeyColumn& column, const Vector& vector, uint32_t row, ByteBuffer& out) {
  DDB_ASSERT(vector.kind() == physical_kind(column.type));
  if (vector.is_null(row)) {
    append_key_null(column, out);
    return Status::ok();
  }
  switch (vector.kind()) {
    case PhysicalKind::kBool:
      append_key_boolean(column, vector.value<uint8_t>(row) != 0, out);
      return Status::ok();
    case PhysicalKind::kInt16:
      append_key_integer(column, vector.value<int16_t>(row), out);
      return Status::ok();
    case PhysicalKind::kInt32:
      append_key_integer(column, vector.value<int32_t>(row), out);
      return Status::ok();
    case PhysicalKind::kInt64:
      if (column.type.id == SqlTypeId::kNumeric) {
        append_key_scaled(column, vector.value<int64_t>(row), numeric_form(column.type.typmod).scale, out);
      } else {
        append_key_integer(column, vector.value<int64_t>(row), out);
      }
      return Status::ok();
    case PhysicalKind::kInt128:
      append_key_scaled(column, vector.value<__int128>(row), numeric_form(column.type.typmod).scale, out);
      return Status::ok();
    case PhysicalKind::kFloat:
      append_key_float(column, vector.value<float>(row), out);
      return Status::ok();
    case PhysicalKind::kDouble:
      append_key_float(column, vector.value<double>(row), out);
      return Status::ok();
    case PhysicalKind::kUuid:
      append_key_uuid(column, vector.value<Uuid>(row), out);
      return Status::ok();
    case PhysicalKind::kInterval:
      append_key_interval(column, vector.value<Interval>(row), out);
      return Status::ok();
    case PhysicalKind::kString:
      break;
  }
  if (column.type.id == SqlTypeId::kNumeric) {
    DDB_TRY(const Numeric number, numeric_at(vector, column.type, row));
    append_key_numeric(column, number, out);
  } else if (column.type.id == SqlTypeId::kBytea) {
    append_key_bytea(column, vector.value<StringView16>(row).view(), out);
  } else {
    append_key_text(column, vector.value<StringView16>(row).view(), out);
  }
  return Status::ok();
}

void append_key(const KeyColumn& column, const Value& value, ByteBuffer& out) {
  DDB_ASSERT(value.type.id == column.type.id);
  if (value.is_null()) return append_key_null(column, out);
  switch (value.type.id) {
    case SqlTypeId::kBoolean:
      return append_key_boolean(column, value.get<bool>(), out);
    case SqlTypeId::kSmallint:
      return append_key_integer(column, value.get<int16_t>(), out);
    case SqlTypeId::kInteger:
    case SqlTypeId::kDate:
      return append_key_integer(column, value.get<int32_t>(), out);
    case SqlTypeId::kBigint:
    case SqlTypeId::kTime:
    case SqlTypeId::kTimestamp:
    case SqlTypeId::kTimestamptz:
      return append_key_integer(column, value.get<int64_t>(), out);
    case SqlTypeId::kReal:
      return append_key_float(column, value.get<float>(), out);
    case SqlTypeId::kDoublePrecision:
      return append_key_float(column, value.get<double>(), out);
    case SqlTypeId::kNumeric:
      return append_key_numeric(column, value.get<Numeric>(), out);
    case SqlTypeId::kText:
    case SqlTypeId::kVarchar:
    case SqlTypeId::kChar:
      return append_key_text(column, value.get<std::string>(), out);
    case SqlTypeId::kBytea:
      return append_key_bytea(column, value.get<std::string>(), out);
    case SqlTypeId::kUuid:
      return append_key_uuid(column, value.get<Uuid>(), out);
    case SqlTypeId::kInterval:
      return append_key_interval(column, value.get<Interval>(), out);
  }
}

}  // namespace ddb
