// choice_builder: boolean, comparing and choosing expressions.
#include <algorithm>
#include <string>

#include "expr/expr_builder.h"
#include "expr/kernel.h"

namespace ddb {

namespace {

constexpr ExprType kBooleanType{TypeOid::kBoolean, kNoTypmod};

bool has_column(const Expr& expr) {
  return any_of_tree(expr, [](const Expr& e) { return e.kind == ExprKind::kColumn; });
}

Status must_yield_boolean(std::string_view what) {
  return Status::error(sqlstate::kDatatypeMismatch,
                       std::string(what) + " requires = operator to yield boolean");
}

}  // namespace

using Made = ExprBuilder::Made;

Made ExprBuilder::to_boolean(const Expr* expr, std::string_view clause) {
  if (expr->type.oid == TypeOid::kBoolean) return expr;
  if (can_coerce(expr->type.oid, TypeOid::kBoolean, CastContext::kAssignment)) {
    return coerce(expr, TypeOid::kBoolean, CastContext::kAssignment);
  }
  return Status::error(sqlstate::kDatatypeMismatch, "argument of " + std::string(clause) +
                                                        " must be type boolean, not type " +
                                                        std::string(type_name(expr->type.oid)));
}

Made ExprBuilder::all_of(std::span<const Expr* const> arguments) {
  std::vector<const Expr*> conditions;
  for (const Expr* argument : arguments) {
    DDB_TRY(const Expr* const condition, to_boolean(argument, "AND"));
    conditions.push_back(condition);
  }
  if (conditions.size() == 1) return conditions[0];
  Expr node;
  node.kind = ExprKind::kAnd;
  node.type = kBooleanType;
  return make(node, conditions);
}

Made ExprBuilder::any_of(std::span<const Expr* const> arguments) {
  std::vector<const Expr*> conditions;
  for (const Expr* argument : arguments) {
    DDB_TRY(const Expr* const condition, to_boolean(argument, "OR"));
    conditions.push_back(condition);
  }
  if (conditions.size() == 1) return conditions[0];
  Expr node;
  node.kind = ExprKind::kOr;
  node.type = kBooleanType;
  return make(node, conditions);
}

Made ExprBuilder::negation(const Expr* expr) {
  DDB_TRY(const Expr* const condition, to_boolean(expr, "NOT"));
  return wrap(ExprKind::kNot, kBooleanType, condition);
}

Made ExprBuilder::boolean_test(ExprKind test, const Expr* expr) {
  const std::string_view clause = test == ExprKind::kIsTrue      ? "IS TRUE"
                                  : test == ExprKind::kIsNotTrue ? "IS NOT TRUE"
                                  : test == ExprKind::kIsFalse   ? "IS FALSE"
                                                                 : "IS NOT FALSE";
  DDB_TRY(const Expr* const condition, to_boolean(expr, clause));
  return wrap(test, kBooleanType, condition);
}

Made ExprBuilder::is_null(const Expr* expr, bool negated) {
  // A parameter that stands here only has no type: finish() tells.
  return wrap(negated ? ExprKind::kIsNotNull : ExprKind::kIsNull, kBooleanType, expr);
}

// --- Comparison ---------------------------------------------------------------------------------------------------------

Made ExprBuilder::comparison(ExprKind kind, const Operands& operands, const ExprType& type) {
  if (operands.kernel == nullptr) {
    return Status::error(sqlstate::kFeatureNotSupported,
                         "comparing type " + std::string(type_name(operands.left->type.oid)) + " with type " +
                             std::string(type_name(operands.right->type.oid)) + " is not supported");
  }
  Expr node;
  node.kind = kind;
  node.type = type;
  node.function = operands.function;
  node.kernel = operands.kernel;
  node.can_error = operands.kernel->can_error;
  const Expr* const both[] = {operands.left, operands.right};
  return make(node, both);
}

Made ExprBuilder::distinct(const Expr* left, const Expr* right, bool negated) {
  if (left->is_literal() && left->is_null_constant()) return is_null(right, !negated);
  if (right->is_literal() && right->is_null_constant()) return is_null(left, !negated);
  DDB_TRY(const Operands operands, resolve_operands("=", left, right));
  if (operands.result != TypeOid::kBoolean) return must_yield_boolean("IS DISTINCT FROM");
  return comparison(negated ? ExprKind::kIsNotDistinct : ExprKind::kIsDistinct, operands, kBooleanType);
}

Made ExprBuilder::null_if(const Expr* left, const Expr* right) {
  DDB_TRY(const Operands operands, resolve_operands("=", left, right));
  if (operands.result != TypeOid::kBoolean) return must_yield_boolean("NULLIF");
  return comparison(ExprKind::kNullIf, operands, operands.left->type);
}

Made ExprBuilder::between(const Expr* expr, const Expr* low, const Expr* high, bool negated, bool symmetric) {
  const auto in_order = [&](const Expr* from, const Expr* to) -> Made {
    DDB_TRY(const Expr* const above, operation(negated ? "<" : ">=", expr, from));
    DDB_TRY(const Expr* const below, operation(negated ? ">" : "<=", expr, to));
    const Expr* const both[] = {above, below};
    return negated ? any_of(both) : all_of(both);
  };
  DDB_TRY(const Expr* const first, in_order(low, high));
  if (!symmetric) return first;
  DDB_TRY(const Expr* const second, in_order(high, low));
  const Expr* const both[] = {first, second};
  return negated ? all_of(both) : any_of(both);
}

Made ExprBuilder::like(const Expr* text, const Expr* pattern, const Expr* escape, bool negated,
                       bool ignore_case) {
  if (escape != nullptr) {
    const Expr* const both[] = {pattern, escape};
    DDB_TRY(pattern, call("like_escape", both));
  }
  const std::string_view name = ignore_case ? (negated ? "!~~*" : "~~*") : (negated ? "!~~" : "~~");
  return operation(name, text, pattern);
}

Made ExprBuilder::in(const Expr* expr, std::span<const Expr* const> list, bool negated) {
  const std::string_view name = negated ? "<>" : "=";
  std::vector<const Expr*> fixed, alternatives, varying;
  for (const Expr* element : list) (has_column(*element) ? varying : fixed).push_back(element);
  std::vector<TypeOid> types{expr->type.oid};
  for (const Expr* element : fixed) types.push_back(element->type.oid);
  // As PostgreSQL: what has no column is one array of a common type, if there is one.
  const auto common = select_common_type(types, "IN");
  const bool fits =
      common.is_ok() && fixed.size() > 1 && std::all_of(types.begin() + 1, types.end(), [&](TypeOid type) {
        return can_coerce(type, common.value(), CastContext::kImplicit);
      });
  if (fits) {
    std::vector<const Expr*> arguments{nullptr};
    Operands last{};
    for (const Expr* element : fixed) {
      DDB_TRY(const Expr* const typed, to_common_type(element, common.value(), "IN"));
      DDB_TRY(last, resolve_operands(name, expr, typed));
      DDB_TRY(const Expr* const formed, to_form(last.right, {last.right->type.oid, kNoTypmod}));
      arguments.push_back(formed);
    }
    arguments[0] = last.left;
    DDB_TRY(const Expr* const pair, comparison(ExprKind::kIn, last, kBooleanType));
    Expr node = *pair;
    node.kind = negated ? ExprKind::kNotIn : ExprKind::kIn;
    DDB_TRY(const Expr* const all, make(node, arguments));
    alternatives.push_back(all);
  } else {
    varying.assign(list.begin(), list.end());
  }
  for (const Expr* element : varying) {
    DDB_TRY(const Expr* const compared, operation(name, expr, element));
    alternatives.push_back(compared);
  }
  return negated ? all_of(alternatives) : any_of(alternatives);
}

// --- Choice -------------------------------------------------------------------------------------------------------------

// Brings all to their common type; `type` gets the modifier that all of them have.
Result<std::vector<const Expr*>> ExprBuilder::to_one_type(std::span<const Expr* const> arguments,
                                                          std::string_view what, ExprType& type) {
  std::vector<TypeOid> types;
  for (const Expr* argument : arguments) types.push_back(argument->type.oid);
  DDB_TRY(type.oid, select_common_type(types, what));
  std::vector<const Expr*> coerced;
  for (const Expr* argument : arguments) {
    DDB_TRY(const Expr* const one, to_common_type(argument, type.oid, what));
    coerced.push_back(one);
  }
  if (!sql_type_id(type.oid).has_value()) {
    return Status::error(
        sqlstate::kFeatureNotSupported,
        std::string(what) + " of type " + std::string(type_name(type.oid)) + " is not supported");
  }
  type.typmod = coerced[0]->type.typmod;
  for (const Expr* one : coerced) {
    if (one->type.typmod != type.typmod) type.typmod = kNoTypmod;
  }
  for (const Expr*& one : coerced) {
    DDB_TRY(one, to_form(one, type));
  }
  return coerced;
}

Made ExprBuilder::choice(const Expr* operand, std::span<const Expr* const> whens,
                         std::span<const Expr* const> thens, const Expr* otherwise) {
  if (operand != nullptr) {
    DDB_TRY(operand, settled(operand));
  }
  std::vector<const Expr*> conditions;
  for (const Expr* when : whens) {
    const Expr* condition = when;
    if (operand != nullptr) {
      DDB_TRY(condition, operation("=", operand, when));
    }
    DDB_TRY(condition, to_boolean(condition, "CASE/WHEN"));
    conditions.push_back(condition);
  }
  if (otherwise == nullptr) {
    DDB_TRY(otherwise, null_literal());
  }
  // The ELSE counts first when the common type is chosen.
  std::vector<const Expr*> results{otherwise};
  results.insert(results.end(), thens.begin(), thens.end());
  ExprType type;
  DDB_TRY(results, to_one_type(results, "CASE", type));
  std::vector<const Expr*> arguments;
  for (size_t i = 0; i < conditions.size(); ++i) {
    arguments.push_back(conditions[i]);
    arguments.push_back(results[i + 1]);
  }
  arguments.push_back(results[0]);
  Expr node;
  node.kind = ExprKind::kCase;
  node.type = type;
  return make(node, arguments);
}

Made ExprBuilder::coalesce(std::span<const Expr* const> arguments) {
  Expr node;
  node.kind = ExprKind::kCoalesce;
  DDB_TRY(const std::vector<const Expr*> alike, to_one_type(arguments, "COALESCE", node.type));
  return make(node, alike);
}

Made ExprBuilder::greatest(std::span<const Expr* const> arguments, bool least) {
  Expr node;
  node.kind = least ? ExprKind::kLeast : ExprKind::kGreatest;
  DDB_TRY(const std::vector<const Expr*> alike,
          to_one_type(arguments, least ? "LEAST" : "GREATEST", node.type));
  DDB_TRY(const Expr* const null, typed_null(node.type));
  DDB_TRY(const Operands operands, resolve_operands("<", null, null));
  node.function = operands.function;
  node.kernel = operands.kernel;
  if (node.kernel == nullptr) {
    return Status::error(sqlstate::kFeatureNotSupported,
                         "comparing type " + std::string(type_name(node.type.oid)) + " is not supported");
  }
  return make(node, alike);
}

}  // namespace ddb
