// type_oid: PostgreSQL's OIDs of types, functions and operators as ids, and the type of an expression. Keeps: the OIDs
// are PostgreSQL's for ever, so they may be stored.
#pragma once

#include <cstdint>
#include <optional>

#include "record/sql_type.h"

namespace ddb {

enum class TypeOid : uint32_t {
  kNone = 0,
  kBoolean = 16,
  kBytea = 17,
  kName = 19,
  kBigint = 20,
  kSmallint = 21,
  kInteger = 23,
  kText = 25,
  kReal = 700,
  kDoublePrecision = 701,
  kUnknown = 705,  // a quoted literal, NULL or a parameter before its type is known
  kChar = 1042,    // character(n), "bpchar"
  kVarchar = 1043,
  kDate = 1082,
  kTime = 1083,
  kTimestamp = 1114,
  kTimestamptz = 1184,
  kInterval = 1186,
  kNumeric = 1700,
  kRecord = 2249,
  kAny = 2276,
  kAnyArray = 2277,
  kAnyElement = 2283,
  kAnyNonArray = 2776,
  kUuid = 2950,
  kAnyEnum = 3500,
  kAnyRange = 3831,
  kAnyMultirange = 4537,
  kAnyCompatibleMultirange = 4538,
  kAnyCompatible = 5077,
  kAnyCompatibleArray = 5078,
  kAnyCompatibleNonArray = 5079,
  kAnyCompatibleRange = 5080,
};
enum class FunctionOid : uint32_t {};
enum class OperatorOid : uint32_t {};

constexpr bool is_none(FunctionOid oid) { return oid == FunctionOid{0}; }

// What an expression is known to give. typmod as in SqlType.
struct ExprType {
  TypeOid oid = TypeOid::kUnknown;
  int32_t typmod = kNoTypmod;
  friend bool operator==(const ExprType&, const ExprType&) = default;
};

// Nothing: values of this type are not built.
std::optional<SqlTypeId> sql_type_id(TypeOid oid);
TypeOid type_oid(SqlTypeId id);
inline ExprType expr_type(const SqlType& type) { return {type_oid(type.id), type.typmod}; }

}  // namespace ddb
