// type_modifier: ranges and PostgreSQL's words for what lies outside.
#include "record/type_modifier.h"

#include <string>

#include "base/assert.h"

namespace ddb {
namespace {

Status not_between(const char* what, int64_t value, int32_t least, int32_t most) {
  return Status::error(sqlstate::kInvalidParameter,
                       std::string("NUMERIC ") + what + " " + std::to_string(value) + " must be between " +
                           std::to_string(least) + " and " + std::to_string(most));
}

}  // namespace

Result<int32_t> checked_numeric_typmod(int64_t precision, int64_t scale) {
  if (precision < 1 || precision > kNumericPrecisionMax) {
    return not_between("precision", precision, 1, kNumericPrecisionMax);
  }
  if (scale < -kNumericScaleMax || scale > kNumericScaleMax) {
    return not_between("scale", scale, -kNumericScaleMax, kNumericScaleMax);
  }
  return numeric_typmod(static_cast<int>(precision), static_cast<int>(scale));
}

Result<int32_t> checked_length_typmod(SqlTypeId type, int64_t length) {
  DDB_ASSERT(type == SqlTypeId::kVarchar || type == SqlTypeId::kChar);
  const std::string subject =
      std::string("length for type ") + (type == SqlTypeId::kVarchar ? "varchar" : "char");
  if (length < 1) return Status::error(sqlstate::kInvalidParameter, subject + " must be at least 1");
  if (length > kCharacterLengthMax) {
    return Status::error(sqlstate::kInvalidParameter,
                         subject + " cannot exceed " + std::to_string(kCharacterLengthMax));
  }
  return static_cast<int32_t>(length);
}

}  // namespace ddb
