// key_decode: every type's bytes back to values, and the dispatch by type.
#include "record/key_decode.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <string>
#include <type_traits>

#include "base/assert.h"
#include "record/interval_span.h"
#include "record/key_numeric.h"
#include "record/utf8.h"
#include "record/vector_value.h"

namespace ddb {
namespace {

Status damaged(const char* what) { return Status::corruption(std::string("damaged key: ") + what); }

char complement_of(const KeyColumn& column) { return column.descending ? '\xFF' : '\0'; }

// The highest byte first. REQUIRES: key.size() >= sizeof(Bits).
template <typename Bits>
Bits load_key_bits(const KeyColumn& column, std::string_view& key) {
  Bits bits = 0;
  for (size_t i = 0; i < sizeof(Bits); ++i)
    bits = static_cast<Bits>(bits << 4 << 4 | static_cast<uint8_t>(key[i]));
  key.remove_prefix(sizeof(Bits));
  return column.descending ? static_cast<Bits>(~bits) : bits;
}

// Where the 0x00 0x00 begins that ends a bytea (npos: nowhere), and whether there are zero bytes before it.
struct ByteaEnd {
  size_t at = std::string_view::npos;
  bool has_zeros = false;
  bool is_damaged = false;
};
ByteaEnd find_bytea_end(std::string_view key, char flip) {
  ByteaEnd end;
  for (size_t from = 0;;) {
    const size_t zero = key.find(flip, from);
    if (zero == std::string_view::npos || zero + 1 >= key.size()) return end;
    if (key[zero + 1] == flip) {
      end.at = zero;
      return end;
    }
    if (static_cast<char>(key[zero + 1] ^ flip) != '\xFF') {
      end.is_damaged = true;
      return end;
    }
    end.has_zeros = true;
    from = zero + 2;
  }
}

void append_flipped(std::string_view bytes, char flip, ByteBuffer& out) {
  char* to = out.extend(bytes.size());
  for (size_t i = 0; i < bytes.size(); ++i) to[i] = static_cast<char>(bytes[i] ^ flip);
}

// char(n) as its values are; `text` may lie in `scratch`.
Result<std::string_view> pad(int32_t length, std::string_view text, ByteBuffer& scratch) {
  if (!text.empty() && text.back() == ' ') return damaged("padding");
  if (length == kNoTypmod) return text;
  const size_t characters = count_characters(text);
  const auto wanted = static_cast<size_t>(length);
  if (characters > wanted) return damaged("a text that the column cannot hold");
  if (characters == wanted) return text;
  if (text.data() != scratch.data() || text.empty()) {
    scratch.clear();
    scratch.append(text);
  }
  const size_t spaces = wanted - characters;
  std::memset(scratch.extend(spaces), ' ', spaces);
  return scratch.view();
}

size_t fixed_key_bytes(SqlTypeId type) {
  switch (type) {
    case SqlTypeId::kBoolean:
      return 1;
    case SqlTypeId::kSmallint:
      return 2;
    case SqlTypeId::kInteger:
    case SqlTypeId::kDate:
    case SqlTypeId::kReal:
      return 4;
    case SqlTypeId::kBigint:
    case SqlTypeId::kTime:
    case SqlTypeId::kTimestamp:
    case SqlTypeId::kTimestamptz:
    case SqlTypeId::kDoublePrecision:
      return 8;
    case SqlTypeId::kUuid:
      return 16;
    case SqlTypeId::kInterval:
      return 10;
    case SqlTypeId::kNumeric:
    case SqlTypeId::kText:
    case SqlTypeId::kVarchar:
    case SqlTypeId::kChar:
    case SqlTypeId::kBytea:
      break;
  }
  return 0;
}

template <typename T>
Status store(Vector& vector, uint32_t row, Result<T> taken) {
  if (!taken.is_ok()) return taken.status();
  if constexpr (std::is_same_v<T, bool>) {
    vector.set(row, static_cast<uint8_t>(taken.value()));
  } else {
    vector.set(row, taken.value());
  }
  return Status::ok();
}

template <typename T>
Result<Value> of(const KeyColumn& column, Result<T> taken) {
  if (!taken.is_ok()) return taken.status();
  if constexpr (std::is_same_v<T, std::string_view>) {
    return Value{column.type, std::string(taken.value())};
  } else {
    return Value{column.type, std::move(taken).value()};
  }
}

// The narrow form without going through a Numeric where that can be.
Status take_numeric(const KeyColumn& column, std::string_view& key, Vector& vector, uint32_t row,
                    BatchArena& heap) {
  const int32_t typmod = column.type.typmod;
  if (vector.kind() == PhysicalKind::kInt64 && numeric_scale(typmod) >= 0) {
    const std::optional<int64_t> scaled =
        take_scaled_key_bytes(key, column.descending, numeric_scale(typmod), numeric_precision(typmod));
    if (scaled.has_value()) {
      vector.set(row, *scaled);
      return Status::ok();
    }
  }
  DDB_TRY(const Numeric number, take_key_numeric(column, key));
  return set_numeric(vector, column.type, row, number, heap);
}

}  // namespace

Result<bool> take_key_marker(const KeyColumn& column, std::string_view& key) {
  if (key.empty()) return damaged("cut short");
  const auto marker = static_cast<uint8_t>(key[0]);
  key.remove_prefix(1);
  if (marker == kKeyValue) return true;
  if (marker == key_null_marker(column)) return false;
  return damaged("unknown marker");
}

Result<bool> take_key_boolean(const KeyColumn& column, std::string_view& key) {
  if (key.empty()) return damaged("cut short");
  const auto bits = load_key_bits<uint8_t>(column, key);
  if (bits > 1) return damaged("no boolean");
  return bits == 1;
}

template <std::signed_integral Int>
Result<Int> take_key_integer(const KeyColumn& column, std::string_view& key) {
  using Bits = std::make_unsigned_t<Int>;
  if (key.size() < sizeof(Bits)) return damaged("cut short");
  constexpr Bits kSign = static_cast<Bits>(Bits{1} << (sizeof(Bits) * 8 - 1));
  return static_cast<Int>(load_key_bits<Bits>(column, key) ^ kSign);
}
template Result<int16_t> take_key_integer(const KeyColumn&, std::string_view&);
template Result<int32_t> take_key_integer(const KeyColumn&, std::string_view&);
template Result<int64_t> take_key_integer(const KeyColumn&, std::string_view&);

template <std::floating_point Float>
Result<Float> take_key_float(const KeyColumn& column, std::string_view& key) {
  using Bits = std::conditional_t<sizeof(Float) == 4, uint32_t, uint64_t>;
  if (key.size() < sizeof(Bits)) return damaged("cut short");
  constexpr Bits kSign = Bits{1} << (sizeof(Bits) * 8 - 1);
  constexpr Bits kNan =
      sizeof(Float) == 4 ? static_cast<Bits>(0x7FC00000u) : static_cast<Bits>(0x7FF8000000000000u);
  Bits bits = load_key_bits<Bits>(column, key);
  bits = (bits & kSign) != 0 ? bits ^ kSign : ~bits;
  const auto value = std::bit_cast<Float>(bits);
  if (bits == kSign || (std::isnan(value) && bits != kNan)) return damaged("not the one form of a number");
  return value;
}
template Result<float> take_key_float(const KeyColumn&, std::string_view&);
template Result<double> take_key_float(const KeyColumn&, std::string_view&);

Result<Numeric> take_key_numeric(const KeyColumn& column, std::string_view& key) {
  DDB_TRY(Numeric value, take_numeric_key_bytes(key, column.descending));
  if (column.type.typmod == kNoTypmod) return value;
  Result<Numeric> shown = numeric_apply_typmod(value, column.type.typmod);
  if (!shown.is_ok() || !(shown.value() == value)) return damaged("a number that the column cannot hold");
  return shown;
}

Result<std::string_view> take_key_text(const KeyColumn& column, std::string_view& key, ByteBuffer& scratch) {
  const char flip = complement_of(column);
  const size_t end = key.find(flip);
  if (end == std::string_view::npos) return damaged("text without its end");
  std::string_view text = key.substr(0, end);
  key.remove_prefix(end + 1);
  if (column.descending) {
    scratch.clear();
    append_flipped(text, flip, scratch);
    text = scratch.view();
  }
  if (column.type.id == SqlTypeId::kChar) return pad(column.type.typmod, text, scratch);
  return text;
}

Result<std::string_view> take_key_bytea(const KeyColumn& column, std::string_view& key, ByteBuffer& scratch) {
  const char flip = complement_of(column);
  const ByteaEnd end = find_bytea_end(key, flip);
  if (end.is_damaged) return damaged("no escape");
  if (end.at == std::string_view::npos) return damaged("bytes without their end");
  std::string_view bytes = key.substr(0, end.at);
  key.remove_prefix(end.at + 2);
  if (!column.descending && !end.has_zeros) return bytes;
  scratch.clear();
  while (!bytes.empty()) {
    const size_t zero = bytes.find(flip);
    if (zero == std::string_view::npos) {
      append_flipped(bytes, flip, scratch);
      break;
    }
    append_flipped(bytes.substr(0, zero + 1), flip, scratch);
    bytes.remove_prefix(zero + 2);
  }
  return scratch.view();
}

Result<Uuid> take_key_uuid(const KeyColumn& column, std::string_view& key) {
  Uuid value;
  if (key.size() < sizeof(Uuid)) return damaged("cut short");
  for (uint8_t& byte : value.bytes) byte = load_key_bits<uint8_t>(column, key);
  return value;
}

Result<Interval> take_key_interval(const KeyColumn& column, std::string_view& key) {
  if (key.size() < 10) return damaged("cut short");
  const auto high = static_cast<int16_t>(load_key_bits<uint16_t>(column, key) ^ 0x8000);
  const auto low = load_key_bits<uint64_t>(column, key);
  const __int128 span = static_cast<__int128>(high) * (static_cast<__int128>(1) << 64) + low;
  Interval value;
  if (!interval_from_span(span, value)) return damaged("interval out of range");
  return value;
}

Status skip_key(const KeyColumn& column, std::string_view& key) {
  DDB_TRY(const bool present, take_key_marker(column, key));
  if (!present) return Status::ok();
  const char flip = complement_of(column);
  switch (column.type.id) {
    case SqlTypeId::kNumeric:
      return skip_numeric_key_bytes(key, column.descending);
    case SqlTypeId::kText:
    case SqlTypeId::kVarchar:
    case SqlTypeId::kChar: {
      const size_t end = key.find(flip);
      if (end == std::string_view::npos) return damaged("text without its end");
      key.remove_prefix(end + 1);
      return Status::ok();
    }
    case SqlTypeId::kBytea: {
      const ByteaEnd end = find_bytea_end(key, flip);
      if (end.at == std::string_view::npos) return damaged("bytes without their end");
      key.remove_prefix(end.at + 2);
      return Status::ok();
    }
    default: {
      const size_t bytes = fixed_key_bytes(column.type.id);
      if (key.size() < bytes) return damaged("cut short");
      key.remove_prefix(bytes);
      return Status::ok();
    }
  }
}

Status take_key(const KeyColumn& column, std::string_view& key, Vector& vector, uint32_t row,
                BatchArena& heap, ByteBuffer& scratch) {
  DDB_ASSERT(vector.kind() == physical_kind(column.type));
  DDB_TRY(const bool present, take_key_marker(column, key));
  if (!present) {
    vector.set_null(row);
    return Status::ok();
  }
  vector.set_valid(row);
  switch (column.type.id) {
    case SqlTypeId::kBoolean:
      return store(vector, row, take_key_boolean(column, key));
    case SqlTypeId::kSmallint:
      return store(vector, row, take_key_integer<int16_t>(column, key));
    case SqlTypeId::kInteger:
    case SqlTypeId::kDate:
      return store(vector, row, take_key_integer<int32_t>(column, key));
    case SqlTypeId::kBigint:
    case SqlTypeId::kTime:
    case SqlTypeId::kTimestamp:
    case SqlTypeId::kTimestamptz:
      return store(vector, row, take_key_integer<int64_t>(column, key));
    case SqlTypeId::kReal:
      return store(vector, row, take_key_float<float>(column, key));
    case SqlTypeId::kDoublePrecision:
      return store(vector, row, take_key_float<double>(column, key));
    case SqlTypeId::kNumeric:
      return take_numeric(column, key, vector, row, heap);
    case SqlTypeId::kText:
    case SqlTypeId::kVarchar:
    case SqlTypeId::kChar: {
      DDB_TRY(const std::string_view text, take_key_text(column, key, scratch));
      return vector.set_string(row, text, heap);
    }
    case SqlTypeId::kBytea: {
      DDB_TRY(const std::string_view bytes, take_key_bytea(column, key, scratch));
      return vector.set_string(row, bytes, heap);
    }
    case SqlTypeId::kUuid:
      return store(vector, row, take_key_uuid(column, key));
    case SqlTypeId::kInterval:
      break;
  }
  return store(vector, row, take_key_interval(column, key));
}

Result<Value> take_key(const KeyColumn& column, std::string_view& key) {
  DDB_TRY(const bool present, take_key_marker(column, key));
  if (!present) return Value{column.type, Null{}};
  ByteBuffer scratch;
  switch (column.type.id) {
    case SqlTypeId::kBoolean:
      return of(column, take_key_boolean(column, key));
    case SqlTypeId::kSmallint:
      return of(column, take_key_integer<int16_t>(column, key));
    case SqlTypeId::kInteger:
    case SqlTypeId::kDate:
      return of(column, take_key_integer<int32_t>(column, key));
    case SqlTypeId::kBigint:
    case SqlTypeId::kTime:
    case SqlTypeId::kTimestamp:
    case SqlTypeId::kTimestamptz:
      return of(column, take_key_integer<int64_t>(column, key));
    case SqlTypeId::kReal:
      return of(column, take_key_float<float>(column, key));
    case SqlTypeId::kDoublePrecision:
      return of(column, take_key_float<double>(column, key));
    case SqlTypeId::kNumeric:
      return of(column, take_key_numeric(column, key));
    case SqlTypeId::kText:
    case SqlTypeId::kVarchar:
    case SqlTypeId::kChar:
      return of(column, take_key_text(column, key, scratch));
    case SqlTypeId::kBytea:
      return of(column, take_key_bytea(column, key, scratch));
    case SqlTypeId::kUuid:
      return of(column, take_key_uuid(column, key));
    case SqlTypeId::kInterval:
      break;
  }
  return of(column, take_key_interval(column, key));
}

}  // namespace ddb
