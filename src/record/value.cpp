// value: comparison.
#include "record/value.h"

#include <bit>
#include <cmath>

#include "base/assert.h"
#include "record/character_types.h"
#include "record/float_arithmetic.h"
#include "record/interval_span.h"

namespace ddb {
namespace {

template <typename T>
int three_way(const T& a, const T& b) {
  return static_cast<int>(b < a) - static_cast<int>(a < b);
}

template <typename Float, typename Bits>
bool identical_floats(Float a, Float b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return std::bit_cast<Bits>(a) == std::bit_cast<Bits>(b);
}

}  // namespace

int compare_values(const Value& a, const Value& b) {
  DDB_ASSERT(a.type.id == b.type.id && !a.is_null() && !b.is_null());
  switch (a.type.id) {
    case SqlTypeId::kBoolean:
      return three_way(a.get<bool>(), b.get<bool>());
    case SqlTypeId::kSmallint:
      return three_way(a.get<int16_t>(), b.get<int16_t>());
    case SqlTypeId::kInteger:
    case SqlTypeId::kDate:
      return three_way(a.get<int32_t>(), b.get<int32_t>());
    case SqlTypeId::kBigint:
    case SqlTypeId::kTime:
    case SqlTypeId::kTimestamp:
    case SqlTypeId::kTimestamptz:
      return three_way(a.get<int64_t>(), b.get<int64_t>());
    case SqlTypeId::kReal:
      return compare_float(a.get<float>(), b.get<float>());
    case SqlTypeId::kDoublePrecision:
      return compare_float(a.get<double>(), b.get<double>());
    case SqlTypeId::kNumeric:
      return numeric_compare(a.get<Numeric>(), b.get<Numeric>());
    case SqlTypeId::kText:
    case SqlTypeId::kVarchar:
    case SqlTypeId::kBytea:
      return three_way(a.get<std::string>(), b.get<std::string>());
    case SqlTypeId::kChar:
      return compare_char(a.get<std::string>(), b.get<std::string>());
    case SqlTypeId::kUuid:
      return three_way(a.get<Uuid>(), b.get<Uuid>());
    case SqlTypeId::kInterval:
      return three_way(interval_span(a.get<Interval>()), interval_span(b.get<Interval>()));
  }
  return 0;
}

bool identical_values(const Value& a, const Value& b) {
  if (a.type.id != b.type.id || a.is_null() != b.is_null()) return false;
  if (a.is_null()) return true;
  switch (a.type.id) {
    case SqlTypeId::kReal:
      return identical_floats<float, uint32_t>(a.get<float>(), b.get<float>());
    case SqlTypeId::kDoublePrecision:
      return identical_floats<double, uint64_t>(a.get<double>(), b.get<double>());
    case SqlTypeId::kNumeric:
      return compare_values(a, b) == 0 &&
             a.get<Numeric>().display_scale() == b.get<Numeric>().display_scale();
    case SqlTypeId::kChar:
      return a.get<std::string>() == b.get<std::string>();
    case SqlTypeId::kInterval:
      return a.get<Interval>() == b.get<Interval>();
    default:
      return compare_values(a, b) == 0;
  }
}

bool equal_may_differ(const SqlType& type) {
  switch (type.id) {
    case SqlTypeId::kReal:
    case SqlTypeId::kDoublePrecision:
    case SqlTypeId::kInterval:
      return true;
    case SqlTypeId::kNumeric:
    case SqlTypeId::kChar:
      return type.typmod == kNoTypmod;
    default:
      return false;
  }
}

}  // namespace ddb
