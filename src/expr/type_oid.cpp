// type_oid: which OIDs are types that have values here.
#include "expr/type_oid.h"

namespace ddb {
namespace {

struct Pair {
  SqlTypeId id;
  TypeOid oid;
};
constexpr Pair kPairs[] = {
    {SqlTypeId::kBoolean, TypeOid::kBoolean},     {SqlTypeId::kSmallint, TypeOid::kSmallint},
    {SqlTypeId::kInteger, TypeOid::kInteger},     {SqlTypeId::kBigint, TypeOid::kBigint},
    {SqlTypeId::kReal, TypeOid::kReal},           {SqlTypeId::kDoublePrecision, TypeOid::kDoublePrecision},
    {SqlTypeId::kNumeric, TypeOid::kNumeric},     {SqlTypeId::kText, TypeOid::kText},
    {SqlTypeId::kVarchar, TypeOid::kVarchar},     {SqlTypeId::kChar, TypeOid::kChar},
    {SqlTypeId::kBytea, TypeOid::kBytea},         {SqlTypeId::kUuid, TypeOid::kUuid},
    {SqlTypeId::kDate, TypeOid::kDate},           {SqlTypeId::kTime, TypeOid::kTime},
    {SqlTypeId::kTimestamp, TypeOid::kTimestamp}, {SqlTypeId::kTimestamptz, TypeOid::kTimestamptz},
    {SqlTypeId::kInterval, TypeOid::kInterval},
};

}  // namespace

std::optional<SqlTypeId> sql_type_id(TypeOid oid) {
  for (const Pair& pair : kPairs) {
    if (pair.oid == oid) return pair.id;
  }
  return std::nullopt;
}

TypeOid type_oid(SqlTypeId id) {
  for (const Pair& pair : kPairs) {
    if (pair.id == id) return pair.oid;
  }
  return TypeOid::kUnknown;
}

}  // namespace ddb
