// expr_builder: leaves, operators, functions and casts.
#include "expr/expr_builder.h"

#include <algorithm>
#include <string>

#include "expr/conversion.h"
#include "expr/kernel.h"
#include "expr/resolve.h"
#include "record/utf8.h"
#include "record/vector_value.h"

namespace ddb {
namespace {

Volatility volatility_of(char letter) {
  return letter == 'i' ? Volatility::kImmutable : letter == 's' ? Volatility::kStable : Volatility::kVolatile;
}

Status not_built(std::string_view what) {
  return Status::error(sqlstate::kFeatureNotSupported, std::string(what) + " is not supported");
}

std::string function_name(const FunctionEntry& function) {
  return "function " + function_signature(function.name, argument_types(function));
}

}  // namespace

using Made = ExprBuilder::Made;

// --- Nodes --------------------------------------------------------------------------------------------------------------

Made ExprBuilder::make(Expr node, std::span<const Expr* const> arguments) {
  if (arguments.size() > kExprArgumentsMax) {
    return Status::error(sqlstate::kProgramLimit, "too many arguments of one expression");
  }
  uint64_t nodes = 1;
  uint32_t depth = 0;
  for (const Expr* argument : arguments) {
    nodes += argument->node_count;
    depth = std::max<uint32_t>(depth, argument->depth);
    node.can_error = node.can_error || argument->can_error;
    node.volatility = std::max(node.volatility, argument->volatility);
  }
  if (depth + 1 > kExprDepthMax || nodes > kExprNodesMax) {
    return Status::error(sqlstate::kTooComplex, "expression is too complex")
        .with_hint("Expressions may be " + std::to_string(kExprDepthMax) + " levels deep and have " +
                   std::to_string(kExprNodesMax) + " parts.");
  }
  node.depth = static_cast<uint16_t>(depth + 1);
  node.node_count = static_cast<uint32_t>(nodes);
  node.argument_count = static_cast<uint32_t>(arguments.size());
  DDB_TRY(node.arguments, arena_.copy(arguments));
  DDB_TRY(Expr* const made, arena_.new_expr());
  *made = node;
  return made;
}

Made ExprBuilder::wrap(ExprKind kind, const ExprType& type, const Expr* argument) {
  Expr node;
  node.kind = kind;
  node.type = type;
  return make(node, {&argument, 1});
}

Made ExprBuilder::typed_leaf(ExprKind kind, uint32_t index, const ExprType& type) {
  Expr node;
  node.kind = kind;
  node.index = index;
  node.type = type;
  return make(node, {});
}

Made ExprBuilder::literal(std::string_view text) {
  DDB_RETURN_IF_ERROR(validate_utf8(text));
  DDB_TRY(const std::string_view kept, arena_.copy(text));
  DDB_TRY(char* const place, arena_.allocate(sizeof(StringView16), alignof(StringView16)));
  Expr node;
  node.constant = new (place) StringView16(kept);
  return make(node, {});
}

Made ExprBuilder::null_literal() { return typed_null({TypeOid::kUnknown, kNoTypmod}); }

Made ExprBuilder::typed_null(const ExprType& type) { return typed_leaf(ExprKind::kConstant, 0, type); }

Made ExprBuilder::constant(const Value& value) {
  const ExprType type = expr_type(value.type);
  if (value.is_null()) return typed_null(type);
  // A vector of one row knows how to hold it.
  BatchArena heap(~uint64_t{0});
  Vector vector;
  const PhysicalKind kind = physical_kind(value.type);
  DDB_RETURN_IF_ERROR(vector.allocate(kind, 1, heap));
  DDB_RETURN_IF_ERROR(set_value(vector, 0, value, heap));
  const size_t bytes = bytes_per_value(kind);
  DDB_TRY(char* const place, arena_.allocate(bytes, 16));
  std::memcpy(place, vector.raw_data(), bytes);
  if (kind == PhysicalKind::kString) {
    DDB_TRY(const std::string_view kept, arena_.copy(vector.value<StringView16>(0).view()));
    new (place) StringView16(kept);
  }
  Expr node;
  node.type = type;
  node.constant = place;
  return make(node, {});
}

Made ExprBuilder::parameter(uint32_t number) {
  DDB_TRY(const TypeOid type, parameters_.type_of(number));
  return typed_leaf(ExprKind::kParameter, number, {type, kNoTypmod});
}

Made ExprBuilder::column(uint32_t index, const SqlType& type) {
  return typed_leaf(ExprKind::kColumn, index, expr_type(type));
}

// --- Calls --------------------------------------------------------------------------------------------------------------

Made ExprBuilder::call_function(const FunctionEntry& function, TypeOid result,
                                std::span<const Expr* const> arguments) {
  const KernelEntry* kernel = find_kernel(function.symbol);
  if (kernel == nullptr) return not_built(function_name(function));
  if (!sql_type_id(result).has_value()) return not_built("type " + std::string(type_name(result)));
  Expr node;
  node.kind = ExprKind::kCall;
  node.type = {result, kNoTypmod};
  node.function = &function;
  node.kernel = kernel;
  node.can_error = kernel->can_error;
  node.volatility = volatility_of(function.volatility);
  return make(node, arguments);
}

Result<ExprBuilder::Operands> ExprBuilder::resolve_operands(std::string_view name, const Expr* left,
                                                            const Expr* right) {
  const TypeOid left_type = left != nullptr ? left->type.oid : TypeOid::kNone;
  DDB_TRY(const OperatorEntry* const entry, resolve_operator(name, left_type, right->type.oid));
  const TypeOid actual[] = {left_type, right->type.oid};
  TypeOid declared[] = {entry->left, entry->right};
  const size_t first = left != nullptr ? 0 : 1;
  DDB_TRY(const TypeOid result, settle_polymorphic(std::span(actual).subspan(first),
                                                   std::span(declared).subspan(first), entry->result));
  Operands operands{nullptr, nullptr, find_function(entry->function), nullptr, result};
  const auto missing = [&] {
    return not_built("operator " + operator_signature(name, entry->left, entry->right));
  };
  if (operands.function == nullptr) return missing();
  operands.kernel = find_kernel(operands.function->symbol);
  for (const TypeOid type : std::span(declared).subspan(first)) {
    if (!sql_type_id(type).has_value()) return missing();
  }
  if (left != nullptr) {
    DDB_TRY(operands.left, coerce(left, declared[0], CastContext::kImplicit));
  }
  DDB_TRY(operands.right, coerce(right, declared[1], CastContext::kImplicit));
  return operands;
}

// text || anything: the other side as text. PostgreSQL writes these two in SQL, and so does this.
Made ExprBuilder::text_of_any(const Expr* left, const Expr* right) {
  const ExprType text{TypeOid::kText, kNoTypmod};
  DDB_TRY(const Expr* const a, cast(left, text, CastContext::kExplicit));
  DDB_TRY(const Expr* const b, cast(right, text, CastContext::kExplicit));
  return operation("||", a, b);
}

Made ExprBuilder::operation(std::string_view name, const Expr* left, const Expr* right) {
  DDB_TRY(const Operands operands, resolve_operands(name, left, right));
  if (left == nullptr) return call_function(*operands.function, operands.result, {&operands.right, 1});
  const std::string_view symbol = operands.function->symbol;
  if (symbol == "sql:textanycat(text,anynonarray)" || symbol == "sql:anytextcat(anynonarray,text)") {
    return text_of_any(operands.left, operands.right);
  }
  const Expr* const both[] = {operands.left, operands.right};
  if (operands.kernel == nullptr) {
    return not_built("operator " + operator_signature(name, both[0]->type.oid, both[1]->type.oid));
  }
  return call_function(*operands.function, operands.result, both);
}

Made ExprBuilder::read_default(const ExprType& type) {
  // All defaults of the functions that are built are 0.
  DDB_TRY(const Expr* const zero, literal("0"));
  return read_literal(*zero, type.oid);
}

Made ExprBuilder::call(std::string_view name, std::span<const Expr* const> arguments) {
  std::vector<TypeOid> actual;
  for (const Expr* argument : arguments) actual.push_back(argument->type.oid);
  const bool first_is_literal = !arguments.empty() && arguments[0]->is_literal();
  DDB_TRY(ResolvedFunction resolved, resolve_function(name, actual, first_is_literal));
  if (resolved.function == nullptr) {
    return cast(arguments[0], {resolved.cast_target, kNoTypmod}, CastContext::kExplicit);
  }
  const FunctionEntry& function = *resolved.function;
  if (function.kind != 'f' || function.returns_set) {
    return not_built((function.kind == 'a'   ? "aggregate "
                      : function.kind == 'w' ? "window "
                                             : "set-returning ") +
                     function_name(function) + " here");
  }
  const bool has_defaults = resolved.declared.size() > arguments.size();
  if (has_defaults) {
    const auto declared = argument_types(function);
    actual.insert(actual.end(), declared.begin() + static_cast<ptrdiff_t>(actual.size()), declared.end());
  }
  DDB_TRY(const TypeOid result, settle_polymorphic(actual, resolved.declared, function.result));
  if (find_kernel(function.symbol) == nullptr) return not_built(function_name(function));
  std::vector<const Expr*> coerced;
  for (size_t i = 0; i < resolved.declared.size(); ++i) {
    const ExprType declared{resolved.declared[i], kNoTypmod};
    if (i < arguments.size()) {
      DDB_TRY(const Expr* const argument, coerce(arguments[i], declared.oid, CastContext::kImplicit));
      coerced.push_back(argument);
    } else {
      DDB_TRY(const Expr* const argument, read_default(declared));
      coerced.push_back(argument);
    }
  }
  return call_function(function, result, coerced);
}

// --- Casts --------------------------------------------------------------------------------------------------------------

Made ExprBuilder::read_literal(const Expr& literal, TypeOid target) {
  const std::optional<SqlTypeId> id = sql_type_id(target);
  if (!id.has_value()) return not_built("type " + std::string(type_name(target)));
  if (literal.constant == nullptr) return typed_null({target, kNoTypmod});
  const std::string_view text = static_cast<const StringView16*>(literal.constant)->view();
  DDB_TRY(const Value value, parse_value({*id, kNoTypmod}, text, datetime_));
  return constant(value);
}

// coerce_type(). REQUIRES: can_coerce(expr->type.oid, target, context).
Made ExprBuilder::coerce(const Expr* expr, TypeOid target, CastContext context) {
  const TypeOid source = expr->type.oid;
  if (source == target || target == TypeOid::kAny || is_polymorphic(target)) return expr;
  if (source == TypeOid::kUnknown && expr->kind == ExprKind::kConstant) return read_literal(*expr, target);
  if (source == TypeOid::kUnknown && expr->kind == ExprKind::kParameter) {
    DDB_RETURN_IF_ERROR(parameters_.learn(expr->index, target));
    if (!sql_type_id(target).has_value()) return not_built("type " + std::string(type_name(target)));
    return typed_leaf(ExprKind::kParameter, expr->index, {target, kNoTypmod});
  }
  const std::optional<SqlTypeId> target_id = sql_type_id(target);
  const std::optional<SqlTypeId> source_id = sql_type_id(source);
  const ExprType type{target, kNoTypmod};
  if (!target_id.has_value() || !source_id.has_value()) {
    return not_built("cast from type " + std::string(type_name(source)) + " to " +
                     std::string(type_name(target)));
  }
  const CoercionPath path = find_coercion(source, target, context);
  switch (path.kind) {
    case CoercionPath::Kind::kRelabel:
      return wrap(ExprKind::kRelabel, type, expr);
    case CoercionPath::Kind::kFunction: {
      const FunctionEntry* function = find_function(path.function);
      if (function == nullptr || function->argument_count != 1) break;
      DDB_TRY(const Expr* const called, call_function(*function, function->result, {&expr, 1}));
      // One function makes text of a boolean for all string types.
      return function->result == target ? Made(called) : wrap(ExprKind::kRelabel, type, called);
    }
    case CoercionPath::Kind::kThroughText: {
      Expr node;
      node.kind = ExprKind::kThroughText;
      node.type = type;
      node.can_error = through_text_can_error(*source_id, *target_id);
      if (through_text_is_stable(*source_id, *target_id)) {
        node.volatility = Volatility::kStable;
      }
      return make(node, {&expr, 1});
    }
    case CoercionPath::Kind::kNone:
      break;
  }
  return Status::error(sqlstate::kInternal, "failed to find conversion function from " +
                                                std::string(type_name(source)) + " to " +
                                                std::string(type_name(target)));
}

Made ExprBuilder::to_modifier(const Expr* expr, const ExprType& target, bool is_explicit) {
  if (target.typmod == kNoTypmod || expr->type.typmod == target.typmod) return expr;
  const SqlType type{*sql_type_id(target.oid), target.typmod};
  Expr node;
  node.kind = ExprKind::kModify;
  node.type = target;
  node.is_explicit = is_explicit;
  node.can_error = modifier_can_error(value_type(*expr), type, is_explicit);
  return make(node, {&expr, 1});
}

Made ExprBuilder::to_form(const Expr* expr, const ExprType& type) {
  if (type.oid != TypeOid::kNumeric || expr->type.typmod == type.typmod) return expr;
  if (numeric_form(expr->type.typmod) == numeric_form(type.typmod)) return expr;
  return wrap(ExprKind::kModify, type, expr);
}

Made ExprBuilder::cast(const Expr* expr, const ExprType& target, CastContext context) {
  if (!can_coerce(expr->type.oid, target.oid, context)) {
    return Status::error(
        context == CastContext::kExplicit ? sqlstate::kCannotCoerce : sqlstate::kDatatypeMismatch,
        "cannot cast type " + std::string(type_name(expr->type.oid)) + " to " +
            std::string(type_name(target.oid)));
  }
  if (!sql_type_id(target.oid).has_value()) return not_built("type " + std::string(type_name(target.oid)));
  DDB_TRY(const Expr* const coerced, coerce(expr, target.oid, context));
  return to_modifier(coerced, target, context == CastContext::kExplicit);
}

Made ExprBuilder::settled(const Expr* expr) {
  if (expr->type.oid != TypeOid::kUnknown) return expr;
  return coerce(expr, TypeOid::kText, CastContext::kImplicit);
}

Made ExprBuilder::to_common_type(const Expr* expr, TypeOid type, std::string_view what) {
  if (can_coerce(expr->type.oid, type, CastContext::kImplicit)) {
    return coerce(expr, type, CastContext::kImplicit);
  }
  return Status::error(sqlstate::kCannotCoerce, std::string(what) + " could not convert type " +
                                                    std::string(type_name(expr->type.oid)) + " to " +
                                                    std::string(type_name(type)));
}

}  // namespace ddb
