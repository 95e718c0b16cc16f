// arithmetic_error: the messages.
#include "record/arithmetic_error.h"

namespace ddb {

Status arithmetic_status(ArithmeticError error, SqlTypeId result) {
  switch (error) {
    case ArithmeticError::kNone:
      return Status::ok();
    case ArithmeticError::kOutOfRange:
      return Status::error(sqlstate::kNumericOutOfRange,
                           sql_type_name({result, kNoTypmod}) + " out of range");
    case ArithmeticError::kDivisionByZero:
      return Status::error(sqlstate::kDivisionByZero, "division by zero");
    case ArithmeticError::kOverflow:
      return Status::error(sqlstate::kNumericOutOfRange, "value out of range: overflow");
    case ArithmeticError::kUnderflow:
      return Status::error(sqlstate::kNumericOutOfRange, "value out of range: underflow");
  }
  return Status::error(sqlstate::kInternal, "unknown arithmetic error");
}

}  // namespace ddb
