// value_encoding: a constant in a catalog record.
//
//   1       SqlTypeId
//   varint  type modifier, zigzag
//   1       0 NULL, 1 a value
//   then    boolean 1 · smallint, integer, bigint, date, time, timestamp, timestamptz zigzag varint · real 4, double
//           precision 8, IEEE little endian · numeric numeric_encode's · text, varchar, char, bytea the bytes to the end
//           · uuid 16 · interval months, days, µs as zigzag varints
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "catalog/record_fields.h"
#include "record/sql_type.h"
#include "record/value.h"

namespace ddb {

// Type and modifier alone.
void append_sql_type(const SqlType& type, std::string& out);
// XX001 for a type or a modifier that does not exist.
Result<SqlType> take_sql_type(ByteSource& source);

// Whether the modifier is one of the type's.
bool is_sql_type(const SqlType& type);

// Throws std::bad_alloc.
void append_value(const Value& value, std::string& out);
// Trusts nothing: XX001 for bytes that are no value, text that is not UTF-8, or bytes behind it. Throws std::bad_alloc.
Result<Value> decode_value(std::string_view bytes);

}  // namespace ddb
