// type_modifier: checks the modifiers written after a type name: numeric(p, s), character varying(n), character(n).
#pragma once

#include <cstdint>

#include "base/status.h"
#include "record/sql_type.h"

namespace ddb {

inline constexpr int32_t kNumericPrecisionMax = 1000;
inline constexpr int32_t kNumericScaleMax = 1000;  // and −1000 the smallest
inline constexpr int32_t kCharacterLengthMax = 10485760;

// The typmod of numeric(precision, scale). 22023 "NUMERIC precision 0 must be between 1 and 1000", or scale. Throws
// std::bad_alloc.
Result<int32_t> checked_numeric_typmod(int64_t precision, int64_t scale);

// The typmod of varchar(n) or char(n). 22023 "length for type varchar must be at least 1" or "… cannot exceed
// 10485760". REQUIRES: type is kVarchar or kChar. Throws std::bad_alloc.
Result<int32_t> checked_length_typmod(SqlTypeId type, int64_t length);

}  // namespace ddb
