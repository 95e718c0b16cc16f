// sql_type: names of types.
#include "record/sql_type.h"

namespace ddb {
namespace {

std::string with_digits(const char* before, int32_t typmod, const char* after) {
  std::string name = before;
  if (typmod != kNoTypmod) name += "(" + std::to_string(typmod) + ")";
  return name + after;
}

// Field masks of PostgreSQL: 1 << (MONTH 1, YEAR 2, DAY 3, HOUR 10, MINUTE 11, SECOND 12).
std::string interval_name(int32_t typmod) {
  if (typmod == kNoTypmod) return "interval";
  constexpr int kMonth = 1 << 1, kYear = 1 << 2, kDay = 1 << 3, kHour = 1 << 10, kMinute = 1 << 11, kSecond = 1 << 12;
  const int fields = typmod >> 16 & 0x7FFF;
  const int digits = typmod & 0xFFFF;
  std::string name = "interval";
  switch (fields) {
    case kYear: name += " year"; break;
    case kMonth: name += " month"; break;
    case kDay: name += " day"; break;
    case kHour: name += " hour"; break;
    case kMinute: name += " minute"; break;
    case kSecond: name += " second"; break;
    case kYear | kMonth: name += " year to month"; break;
    case kDay | kHour: name += " day to hour"; break;
    case kDay | kHour | kMinute: name += " day to minute"; break;
    case kDay | kHour | kMinute | kSecond: name += " day to second"; break;
    case kHour | kMinute: name += " hour to minute"; break;
    case kHour | kMinute | kSecond: name += " hour to second"; break;
    case kMinute | kSecond: name += " minute to second"; break;
    default: break;
  }
  return digits == 0xFFFF ? name : name + "(" + std::to_string(digits) + ")";
}

}  // namespace

std::string sql_type_name(const SqlType& type) {
  switch (type.id) {
    case SqlTypeId::kBoolean: return "boolean";
    case SqlTypeId::kSmallint: return "smallint";
    case SqlTypeId::kInteger: return "integer";
    case SqlTypeId::kBigint: return "bigint";
    case SqlTypeId::kReal: return "real";
    case SqlTypeId::kDoublePrecision: return "double precision";
    case SqlTypeId::kNumeric:
      if (type.typmod == kNoTypmod) return "numeric";
      return "numeric(" + std::to_string(numeric_precision(type.typmod)) + "," +
             std::to_string(numeric_scale(type.typmod)) + ")";
    case SqlTypeId::kText: return "text";
    case SqlTypeId::kVarchar: return with_digits("character varying", type.typmod, "");
    case SqlTypeId::kChar: return type.typmod == kNoTypmod ? "bpchar" : with_digits("character", type.typmod, "");
    case SqlTypeId::kBytea: return "bytea";
    case SqlTypeId::kUuid: return "uuid";
    case SqlTypeId::kDate: return "date";
    case SqlTypeId::kTime: return with_digits("time", type.typmod, " without time zone");
    case SqlTypeId::kTimestamp: return with_digits("timestamp", type.typmod, " without time zone");
    case SqlTypeId::kTimestamptz: return with_digits("timestamp", type.typmod, " with time zone");
    case SqlTypeId::kInterval: return interval_name(type.typmod);
  }
  return "?";
}

}  // namespace ddb
