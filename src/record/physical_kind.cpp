// physical_kind: the mapping from types.
#include "record/physical_kind.h"

#include <algorithm>

#include "record/numeric.h"

namespace ddb {

NumericForm numeric_form(int32_t typmod) {
  constexpr NumericForm kEncoded{PhysicalKind::kString, 0};
  if (typmod == kNoTypmod) return kEncoded;
  const int scale = numeric_scale(typmod);
  // A negative scale puts that many zeros behind the digits; the values are whole numbers then.
  const int digits = numeric_precision(typmod) - std::min(scale, 0);
  if (scale > Numeric::kScaledDigitsMax || digits > Numeric::kScaledDigitsMax) return kEncoded;
  return {digits <= Numeric::kNarrowScaledDigitsMax ? PhysicalKind::kInt64 : PhysicalKind::kInt128,
          std::max(scale, 0)};
}

PhysicalKind physical_kind(const SqlType& type) {
  switch (type.id) {
    case SqlTypeId::kBoolean:
      return PhysicalKind::kBool;
    case SqlTypeId::kSmallint:
      return PhysicalKind::kInt16;
    case SqlTypeId::kInteger:
    case SqlTypeId::kDate:
      return PhysicalKind::kInt32;
    case SqlTypeId::kBigint:
    case SqlTypeId::kTime:
    case SqlTypeId::kTimestamp:
    case SqlTypeId::kTimestamptz:
      return PhysicalKind::kInt64;
    case SqlTypeId::kReal:
      return PhysicalKind::kFloat;
    case SqlTypeId::kDoublePrecision:
      return PhysicalKind::kDouble;
    case SqlTypeId::kNumeric:
      return numeric_form(type.typmod).kind;
    case SqlTypeId::kUuid:
      return PhysicalKind::kUuid;
    case SqlTypeId::kInterval:
      return PhysicalKind::kInterval;
    case SqlTypeId::kText:
    case SqlTypeId::kVarchar:
    case SqlTypeId::kChar:
    case SqlTypeId::kBytea:
      break;
  }
  return PhysicalKind::kString;
}

}  // namespace ddb
