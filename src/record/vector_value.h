// vector_value: one row of a vector as a Value and back, for tests, literals and results at the API's edge.
#pragma once

#include <cstdint>

#include "base/status.h"
#include "record/value.h"
#include "record/vector.h"

namespace ddb {

// Row `row` of a vector of physical_kind(type). XX001 for bytes that are no numeric. Throws std::bad_alloc.
Result<Value> value_at(const Vector& vector, const SqlType& type, uint32_t row);

// Sets an owned vector's row. 22003 "numeric field overflow" when a scaled numeric column cannot hold the value, 53200
// when `heap` is full. Throws std::bad_alloc. REQUIRES: vector.kind() == physical_kind(value.type).
Status set_value(Vector& vector, uint32_t row, const Value& value, BatchArena& heap);

// Numerics of a column of `type` in any of their forms. XX001 as above; throws std::bad_alloc. REQUIRES: the row is
// valid.
Result<Numeric> numeric_at(const Vector& vector, const SqlType& type, uint32_t row);
// 22003 and 53200 as set_value.
Status set_numeric(Vector& vector, const SqlType& type, uint32_t row, const Numeric& value, BatchArena& heap);

}  // namespace ddb
