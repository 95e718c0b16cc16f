// key_encode: values to key bytes (key_column.h has the format). Nothing but growth of the buffer allocates: it throws
// std::bad_alloc.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "base/status.h"
#include "record/byte_buffer.h"
#include "record/datetime_types.h"
#include "record/key_column.h"
#include "record/numeric.h"
#include "record/uuid.h"
#include "record/value.h"
#include "record/vector.h"

namespace ddb {

// --- Any column ------------------------------------------------------------------------------------------------------

// Row `row` of a vector of physical_kind(column.type), or NULL. XX001 for bytes that are no numeric.
Status append_key(const KeyColumn& column, const Vector& vector, uint32_t row, ByteBuffer& out);
// REQUIRES: value.type.id == column.type.id.
void append_key(const KeyColumn& column, const Value& value, ByteBuffer& out);

// --- By type ---------------------------------------------------------------------------------------------------------

inline void append_key_null(const KeyColumn& column, ByteBuffer& out) {
  out.append(static_cast<char>(key_null_marker(column)));
}

void append_key_boolean(const KeyColumn& column, bool value, ByteBuffer& out);

// The highest byte first.
template <std::unsigned_integral Bits>
inline void store_key_bits(char* to, Bits bits) {
  for (size_t i = sizeof(Bits); i-- > 0; bits = static_cast<Bits>(bits >> 4 >> 4))
    to[i] = static_cast<char>(bits & 0xFF);
}

// Integers, and the types that are integers: date, time, timestamp, timestamptz.
template <std::signed_integral Int>
inline void append_key_integer(const KeyColumn& column, Int value, ByteBuffer& out) {
  using Bits = std::make_unsigned_t<Int>;
  constexpr Bits kSign = static_cast<Bits>(Bits{1} << (sizeof(Bits) * 8 - 1));
  Bits bits = static_cast<Bits>(static_cast<Bits>(value) ^ kSign);
  if (column.descending) bits = static_cast<Bits>(~bits);
  char* to = out.extend(1 + sizeof(Bits));
  to[0] = static_cast<char>(kKeyValue);
  store_key_bits(to + 1, bits);
}

template <std::floating_point Float>
inline void append_key_float(const KeyColumn& column, Float value, ByteBuffer& out) {
  using Bits = std::conditional_t<sizeof(Float) == 4, uint32_t, uint64_t>;
  constexpr Bits kSign = Bits{1} << (sizeof(Bits) * 8 - 1);
  constexpr Bits kNan =
      sizeof(Float) == 4 ? static_cast<Bits>(0x7FC00000u) : static_cast<Bits>(0x7FF8000000000000u);
  Bits bits = value != value ? kNan : std::bit_cast<Bits>(value == 0 ? Float{0} : value);  // −0 is 0
  bits = (bits & kSign) != 0 ? ~bits : bits ^ kSign;
  if (column.descending) bits = ~bits;
  char* to = out.extend(1 + sizeof(Bits));
  to[0] = static_cast<char>(kKeyValue);
  store_key_bits(to + 1, bits);
}

void append_key_numeric(const KeyColumn& column, const Numeric& value, ByteBuffer& out);
// value · 10^−scale, or NaN, as scaled_numeric.h: the same bytes as for that Numeric. REQUIRES: 0 <= scale <= 38.
void append_key_scaled(const KeyColumn& column, int64_t value, int scale, ByteBuffer& out);
void append_key_scaled(const KeyColumn& column, __int128 value, int scale, ByteBuffer& out);

// text, varchar; char, whose padding is dropped here. REQUIRES: no NUL inside (a key with one decodes to other
// columns).
void append_key_text(const KeyColumn& column, std::string_view text, ByteBuffer& out);
void append_key_bytea(const KeyColumn& column, std::string_view bytes, ByteBuffer& out);
void append_key_uuid(const KeyColumn& column, const Uuid& value, ByteBuffer& out);
void append_key_interval(const KeyColumn& column, const Interval& value, ByteBuffer& out);

// Complements the bytes from `from` to the end.
void complement_key_bytes(size_t from, ByteBuffer& out);

}  // namespace ddb
