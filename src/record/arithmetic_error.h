// arithmetic_error: why a number operation has no result; one byte, so that kernels can note it per row.
#pragma once

#include <cstdint>

#include "base/status.h"
#include "record/sql_type.h"

namespace ddb {

enum class [[nodiscard]] ArithmeticError : uint8_t{
    kNone,
    kOutOfRange,      // 22003 "integer out of range", with the type of the result
    kDivisionByZero,  // 22012 "division by zero"
    kOverflow,        // 22003 "value out of range: overflow", of floats
    kUnderflow,       // 22003 "value out of range: underflow", of floats
};

// The status PostgreSQL gives; ok for kNone. `result` is the type of the operation's result. Throws std::bad_alloc.
Status arithmetic_status(ArithmeticError error, SqlTypeId result);

}  // namespace ddb
