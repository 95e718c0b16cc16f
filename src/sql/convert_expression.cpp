// convert_expression: constants, names, operators and casts.
#include <charconv>
#include <string>

// Last: see there.
#include "sql/converter.h"

namespace ddb {

ast::List<ast::Expr> Converter::exprs(const ::List* list) {
  return list_of<ast::Expr>(list, [this](const ::Node* node) { return expr(node); });
}

// Counts one level of the tree; every recursion of the conversion passes here or through query() and from_element().
const ast::Expr* Converter::expr(const ::Node* node) {
  if (failed()) return nullptr;
  if (node == nullptr) return broken("an expression is missing");
  if (depth_left_ == 0) {
    return fail(Status::error(sqlstate::kTooComplex, "statement is nested too deeply"), -1);
  }
  --depth_left_;
  const ast::Expr* made = expr_at_depth(node);
  ++depth_left_;
  return made;
}

const ast::Expr* Converter::expr_at_depth(const ::Node* node) {
  switch (node->type) {
    case T_A_Const:
      return constant(*reinterpret_cast<const ::A_Const*>(node));
    case T_ParamRef:
      return parameter(*reinterpret_cast<const ::ParamRef*>(node));
    case T_ColumnRef:
      return column_ref(*reinterpret_cast<const ::ColumnRef*>(node));
    case T_A_Expr:
      return operation(*reinterpret_cast<const ::A_Expr*>(node));
    case T_BoolExpr:
      return logical(*reinterpret_cast<const ::BoolExpr*>(node));
    case T_FuncCall:
      return function_call(*reinterpret_cast<const ::FuncCall*>(node));
    case T_NamedArgExpr:
      return named_argument(*reinterpret_cast<const ::NamedArgExpr*>(node));
    case T_TypeCast:
      return cast(*reinterpret_cast<const ::TypeCast*>(node));
    case T_CollateClause: {
      const auto& clause = *reinterpret_cast<const ::CollateClause*>(node);
      if (clause.arg == nullptr) return broken("COLLATE of nothing");
      return collate(clause);
    }
    case T_CaseExpr:
      return case_expr(*reinterpret_cast<const ::CaseExpr*>(node));
    case T_CoalesceExpr:
      return coalesce(*reinterpret_cast<const ::CoalesceExpr*>(node));
    case T_MinMaxExpr:
      return min_max(*reinterpret_cast<const ::MinMaxExpr*>(node));
    case T_RowExpr:
      return row(*reinterpret_cast<const ::RowExpr*>(node));
    case T_A_ArrayExpr:
      return array(*reinterpret_cast<const ::A_ArrayExpr*>(node));
    case T_A_Indirection:
      return indirection(*reinterpret_cast<const ::A_Indirection*>(node));
    case T_SubLink:
      return subquery(*reinterpret_cast<const ::SubLink*>(node));
    case T_NullTest:
      return null_test(*reinterpret_cast<const ::NullTest*>(node));
    case T_BooleanTest:
      return boolean_test(*reinterpret_cast<const ::BooleanTest*>(node));
    case T_SQLValueFunction:
      return sql_value(*reinterpret_cast<const ::SQLValueFunction*>(node));
    case T_GroupingFunc:
      return grouping(*reinterpret_cast<const ::GroupingFunc*>(node));
    case T_GroupingSet:
      return grouping_set(*reinterpret_cast<const ::GroupingSet*>(node));
    case T_SetToDefault:
      return set_to_default(*reinterpret_cast<const ::SetToDefault*>(node));
    case T_CurrentOfExpr:
      return refuse("WHERE CURRENT OF", -1);
    case T_XmlExpr:
      return refuse("XML", reinterpret_cast<const ::XmlExpr*>(node)->location);
    case T_XmlSerialize:
      return refuse("XMLSERIALIZE", reinterpret_cast<const ::XmlSerialize*>(node)->location);
    default:
      return broken("an expression of unknown type");
  }
}

// PostgreSQL's make_const: digits that fit bigint are an integer, whatever the grammar called them (−2147483648 arrives as Float).
const ast::Constant* Converter::number(std::string_view text, int location) {
  auto* made = make<ast::Constant>(location);
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) {
    made->type = ast::ConstantType::kInteger;
    made->integer = value;
  } else {
    made->type = ast::ConstantType::kNumeric;
    made->text = arena_.copy(text);
  }
  return made;
}

const ast::Expr* Converter::constant(const ::A_Const& node) {
  if (node.isnull) return make<ast::Constant>(node.location);
  switch (node.val.node.type) {
    case T_Integer: {
      auto* made = make<ast::Constant>(node.location);
      made->type = ast::ConstantType::kInteger;
      made->integer = node.val.ival.ival;
      return made;
    }
    case T_Float:
      if (node.val.fval.fval == nullptr) return broken("a number without text");
      return number(node.val.fval.fval, node.location);
    case T_Boolean: {
      auto* made = make<ast::Constant>(node.location);
      made->type = ast::ConstantType::kBoolean;
      made->integer = node.val.boolval.boolval ? 1 : 0;
      return made;
    }
    case T_String: {
      auto* made = make<ast::Constant>(node.location);
      made->type = ast::ConstantType::kString;
      made->text = copy(node.val.sval.sval);
      return made;
    }
    case T_BitString:
      return refuse("a bit string", node.location);
    default:
      return broken("a constant of unknown type");
  }
}

// The grammar's number is what remains of the digits in an int: the text says which were written.
const ast::Expr* Converter::parameter(const ::ParamRef& node) {
  constexpr int kNumberMax = 65535;
  if (node.location < 0 || static_cast<size_t>(node.location) >= text_.size() ||
      text_[static_cast<size_t>(node.location)] != '$') {
    return broken("a parameter's place");
  }
  std::string_view digits = text_.substr(static_cast<size_t>(node.location) + 1);
  digits = digits.substr(0, digits.find_first_not_of("0123456789"));
  int number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || number < 1 || number > kNumberMax) {
    std::string message = "there is no parameter $";
    message.append(digits.substr(0, 30));
    return fail(Status::error(sqlstate::kUndefinedParameter, message), node.location);
  }
  if (number != node.number) return broken("a parameter's number");
  auto* made = make<ast::Parameter>(node.location);
  made->number = number;
  return made;
}

const ast::Expr* Converter::column_ref(const ::ColumnRef& node) {
  if (node.fields == nullptr || !is_list(node.fields)) return broken("a column without name");
  auto* made = make<ast::ColumnRef>(node.location);
  int parts = length(node.fields);
  const ::Node* last = item(node.fields, parts - 1);
  if (last != nullptr && last->type == T_A_Star) {
    made->star = true;
    --parts;
  }
  std::span<std::string_view> names = arena_.make_array<std::string_view>(static_cast<size_t>(parts));
  for (int i = 0; i < parts; ++i) names[static_cast<size_t>(i)] = string(item(node.fields, i));
  made->names = {names.data(), names.size()};
  return made;
}

const ast::Expr* Converter::operation(const ::A_Expr& node) {
  switch (node.kind) {
    case AEXPR_OP: {
      auto* made = make<ast::Operator>(node.location);
      made->names = names(node.name);
      expect(!made->names.empty(), "an operator without name");
      made->left = expr_or_none(node.lexpr);
      made->right = expr(node.rexpr);
      return made;
    }
    case AEXPR_OP_ANY:
      return quantified(node, false);
    case AEXPR_OP_ALL:
      return quantified(node, true);
    case AEXPR_DISTINCT:
      return distinct(node, false);
    case AEXPR_NOT_DISTINCT:
      return distinct(node, true);
    case AEXPR_NULLIF:
      return null_if(node);
    case AEXPR_IN:
      return in_list(node);
    case AEXPR_LIKE:
      return like(node, ast::LikeType::kLike, "~~", "!~~");
    case AEXPR_ILIKE:
      return like(node, ast::LikeType::kIlike, "~~*", "!~~*");
    case AEXPR_SIMILAR:
      return like(node, ast::LikeType::kSimilar, "~", "!~");
    case AEXPR_BETWEEN:
      return between(node, "BETWEEN", false, false);
    case AEXPR_NOT_BETWEEN:
      return between(node, "NOT BETWEEN", true, false);
    case AEXPR_BETWEEN_SYM:
      return between(node, "BETWEEN SYMMETRIC", false, true);
    case AEXPR_NOT_BETWEEN_SYM:
      return between(node, "NOT BETWEEN SYMMETRIC", true, true);
  }
  return broken("an operation of unknown type");
}

const ast::Expr* Converter::quantified(const ::A_Expr& node, bool all) {
  auto* made = make<ast::Quantified>(node.location);
  made->all = all;
  made->names = names(node.name);
  expect(!made->names.empty(), "an operator without name");
  made->left = expr(node.lexpr);
  made->right = expr(node.rexpr);
  return made;
}

const ast::Expr* Converter::distinct(const ::A_Expr& node, bool negated) {
  expect(only_name(node.name) == "=", "IS DISTINCT FROM by another operator");
  auto* made = make<ast::Distinct>(node.location);
  made->negated = negated;
  made->left = expr(node.lexpr);
  made->right = expr(node.rexpr);
  return made;
}

const ast::Expr* Converter::null_if(const ::A_Expr& node) {
  expect(only_name(node.name) == "=", "NULLIF by another operator");
  auto* made = make<ast::NullIf>(node.location);
  made->left = expr(node.lexpr);
  made->right = expr(node.rexpr);
  return made;
}

const ast::Expr* Converter::in_list(const ::A_Expr& node) {
  auto* made = make<ast::InList>(node.location);
  const std::string_view name = only_name(node.name);
  made->negated = name == "<>";
  expect(made->negated || name == "=", "IN by another operator");
  made->operand = expr(node.lexpr);
  const auto* items = tagged<::List>(node.rexpr, T_List);
  made->items = exprs(items);
  expect(!made->items.empty(), "IN an empty list");
  return made;
}

const ast::Expr* Converter::like(const ::A_Expr& node, ast::LikeType type, std::string_view plain,
                                 std::string_view negated) {
  auto* made = make<ast::Like>(node.location);
  const std::string_view name = only_name(node.name);
  made->type = type;
  made->negated = name == negated;
  expect(made->negated || name == plain, "LIKE by another operator");
  made->operand = expr(node.lexpr);
  made->pattern = expr(node.rexpr);
  return made;
}

const ast::Expr* Converter::between(const ::A_Expr& node, std::string_view name, bool negated,
                                    bool symmetric) {
  expect(only_name(node.name) == name, "BETWEEN by another name");
  auto* made = make<ast::Between>(node.location);
  made->negated = negated;
  made->symmetric = symmetric;
  made->operand = expr(node.lexpr);
  const auto* bounds = tagged<::List>(node.rexpr, T_List);
  if (length(bounds) != 2) return broken("BETWEEN takes two bounds");
  made->low = expr(item(bounds, 0));
  made->high = expr(item(bounds, 1));
  return made;
}

const ast::Expr* Converter::logical(const ::BoolExpr& node) {
  auto* made = make<ast::Logical>(node.location);
  switch (node.boolop) {
    case AND_EXPR:
      made->type = ast::LogicalType::kAnd;
      break;
    case OR_EXPR:
      made->type = ast::LogicalType::kOr;
      break;
    case NOT_EXPR:
      made->type = ast::LogicalType::kNot;
      break;
    default:
      return broken("a logical operator");
  }
  made->arguments = exprs(node.args);
  const size_t count = made->arguments.size();
  expect(node.boolop == NOT_EXPR ? count == 1 : count >= 2, "arguments of a logical operator");
  return made;
}

const ast::Expr* Converter::cast(const ::TypeCast& node) {
  auto* made = make<ast::Cast>(node.location);
  made->operand = expr(node.arg);
  made->type = type_name(node.typeName);
  return made;
}

const ast::Collate* Converter::collate(const ::CollateClause& node) {
  auto* made = make<ast::Collate>(node.location);
  made->operand = expr_or_none(node.arg);
  made->names = names(node.collname);
  expect(!made->names.empty(), "COLLATE without name");
  return made;
}

const ast::TypeName* Converter::type_name(const ::TypeName* node) {
  if (failed()) return nullptr;
  if (node == nullptr) return broken("a type is missing");
  if (node->setof) return refuse("SETOF", node->location);
  if (node->pct_type) return refuse("%TYPE", node->location);
  expect(node->typeOid == 0 && node->typemod == -1, "a type that was resolved");
  auto* made = make<ast::TypeName>(node->location);
  made->names = names(node->names);
  expect(!made->names.empty(), "a type without name");
  made->modifiers = exprs(node->typmods);
  if (node->arrayBounds != nullptr && is_list(node->arrayBounds)) {
    const auto count = static_cast<size_t>(length(node->arrayBounds));
    std::span<int32_t> bounds = arena_.make_array<int32_t>(count);
    for (size_t i = 0; i < count; ++i) {
      const auto* bound = tagged<::Integer>(item(node->arrayBounds, static_cast<int>(i)), T_Integer);
      if (bound != nullptr) bounds[i] = bound->ival;
    }
    made->array_bounds = {bounds.data(), bounds.size()};
  }
  return made;
}

}  // namespace ddb
