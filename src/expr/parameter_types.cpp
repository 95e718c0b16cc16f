// parameter_types: as the variable parameters of PostgreSQL's parser.
#include "expr/parameter_types.h"

#include <string>

namespace ddb {
namespace {

Status undetermined(SqlState state, uint32_t number) {
  return Status::error(state, "could not determine data type of parameter $" + std::to_string(number));
}

}  // namespace

Result<TypeOid> ParameterTypes::type_of(uint32_t number) {
  if (number == 0 || number > kParametersMax) {
    return Status::error(sqlstate::kUndefinedParameter, "there is no parameter $" + std::to_string(number));
  }
  if (number > types_.size()) types_.resize(number, TypeOid::kUnknown);
  return types_[number - 1];
}

Status ParameterTypes::learn(uint32_t number, TypeOid type) {
  TypeOid& known = types_[number - 1];
  if (known == TypeOid::kUnknown) known = type;
  if (known == type) return Status::ok();
  return Status::error(sqlstate::kAmbiguousParameter,
                       "inconsistent types deduced for parameter $" + std::to_string(number))
      .with_detail(std::string(type_name(known)) + " versus " + std::string(type_name(type)));
}

Status ParameterTypes::finish() const {
  for (size_t i = 0; i < types_.size(); ++i) {
    if (types_[i] == TypeOid::kUnknown) {
      return undetermined(sqlstate::kIndeterminateDatatype, static_cast<uint32_t>(i + 1));
    }
  }
  return Status::ok();
}

Status ParameterTypes::check(const Expr& root) const {
  uint32_t wrong = 0;
  any_of_tree(root, [&](const Expr& expr) {
    const bool is_wrong = expr.kind == ExprKind::kParameter && expr.type.oid != types_[expr.index - 1];
    if (is_wrong) wrong = expr.index;
    return is_wrong;
  });
  return wrong == 0 ? Status::ok() : undetermined(sqlstate::kAmbiguousParameter, wrong);
}

}  // namespace ddb
