// key_types: pairs of types.
#include "access/key_types.h"

#include <string>

namespace ddb {
namespace {

// Types that PostgreSQL compares with each other.
enum class Family : uint8_t { kNumber, kText, kTimestamp, kOther };

Family family_of(SqlTypeId id) {
  switch (id) {
    case SqlTypeId::kSmallint:
    case SqlTypeId::kInteger:
    case SqlTypeId::kBigint:
    case SqlTypeId::kReal:
    case SqlTypeId::kDoublePrecision:
    case SqlTypeId::kNumeric:
      return Family::kNumber;
    case SqlTypeId::kText:
    case SqlTypeId::kVarchar:
    case SqlTypeId::kChar:
      return Family::kText;
    case SqlTypeId::kDate:
    case SqlTypeId::kTimestamp:
    case SqlTypeId::kTimestamptz:
      return Family::kTimestamp;
    default:
      return Family::kOther;
  }
}

bool is_integer(SqlTypeId id) {
  return id == SqlTypeId::kSmallint || id == SqlTypeId::kInteger || id == SqlTypeId::kBigint;
}
bool is_text(SqlTypeId id) { return id == SqlTypeId::kText || id == SqlTypeId::kVarchar; }

}  // namespace

Status check_key_types(const ForeignKeyRules& key, size_t i) {
  const SqlType child = key.child->schema.columns[key.columns[i]].type;
  const SqlType parent = key.parent->schema.columns[key.parent_columns[i]].type;
  if (child == parent || (is_integer(child.id) && is_integer(parent.id))) return Status::ok();
  const bool both_text = is_text(child.id) && is_text(parent.id);
  // A cascade would have to cut or refuse values for the child's modifier.
  if (both_text && (key.on_update != KeyAction::kCascade || child.typmod == kNoTypmod)) return Status::ok();
  const std::string where = "Key columns \"" + key.child->columns[key.columns[i]].name + "\" and \"" +
                            key.parent->columns[key.parent_columns[i]].name + "\" are of ";
  const std::string types = sql_type_name(child) + " and " + sql_type_name(parent) + ".";
  const bool compares = child.id == parent.id || (family_of(child.id) == family_of(parent.id) &&
                                                  family_of(child.id) != Family::kOther);
  const std::string message = "foreign key constraint \"" + key.name + "\" cannot be implemented";
  if (!compares) {
    return Status::error(sqlstate::kDatatypeMismatch, message)
        .with_detail(where + "incompatible types: " + types);
  }
  return Status::error(sqlstate::kFeatureNotSupported, message)
      .with_detail(where + "different types: " + types)
      .with_hint("Give both columns the same type.");
}

}  // namespace ddb
