// sql_type: the SQL types of the first format version and their modifiers.
#pragma once

#include <cstdint>
#include <string>

namespace ddb {

enum class SqlTypeId : uint8_t {
  kBoolean = 1,
  kSmallint,
  kInteger,
  kBigint,
  kReal,
  kDoublePrecision,
  kNumeric,
  kText,
  kVarchar,
  kChar,
  kBytea,
  kUuid,
  kDate,
  kTime,
  kTimestamp,
  kTimestamptz,
  kInterval,
};

inline constexpr int32_t kNoTypmod = -1;

// typmod: numeric: precision << 16 | scale (scale as int16, −1000…1000); varchar and char: length in characters;
// time, timestamp, timestamptz: digits of seconds 0…6; interval: field mask << 16 | digits as in PostgreSQL (0xFFFF =
// unlimited digits). kNoTypmod: unconstrained.
struct SqlType {
  SqlTypeId id = SqlTypeId::kText;
  int32_t typmod = kNoTypmod;
  friend bool operator==(const SqlType&, const SqlType&) = default;
};

constexpr int32_t numeric_typmod(int precision, int scale) { return precision << 16 | (scale & 0xFFFF); }
constexpr int numeric_precision(int32_t typmod) { return typmod >> 16; }
constexpr int numeric_scale(int32_t typmod) { return static_cast<int16_t>(typmod & 0xFFFF); }

// "integer", "numeric(10,2)", "character varying(3)": as format_type() of PostgreSQL prints it. Throws std::bad_alloc.
std::string sql_type_name(const SqlType& type);

}  // namespace ddb
