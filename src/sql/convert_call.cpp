// convert_call: function calls, windows, CASE and its kin, rows, arrays, subqueries, tests.
// Last: see there.
#include "sql/converter.h"

namespace ddb {

const ast::Expr* Converter::function_call(const ::FuncCall& node) {
  auto* made = make<ast::FunctionCall>(node.location);
  made->names = names(node.funcname);
  expect(!made->names.empty(), "a function without name");
  made->arguments = exprs(node.args);
  made->order = sort_items(node.agg_order);
  made->filter = expr_or_none(node.agg_filter);
  made->over = node.over == nullptr ? nullptr : window(node.over);
  made->star = node.agg_star;
  made->distinct = node.agg_distinct;
  made->within_group = node.agg_within_group;
  made->variadic = node.func_variadic;
  made->sql_syntax = node.funcformat == COERCE_SQL_SYNTAX;
  expect(made->sql_syntax || node.funcformat == COERCE_EXPLICIT_CALL, "the form of a function call");
  return made;
}

const ast::Expr* Converter::named_argument(const ::NamedArgExpr& node) {
  expect(node.argnumber == -1, "an argument that was resolved");
  auto* made = make<ast::NamedArgument>(node.location);
  made->name = copy(node.name);
  made->value = expr(reinterpret_cast<const ::Node*>(node.arg));
  return made;
}

ast::List<ast::SortItem> Converter::sort_items(const ::List* list) {
  return list_of<ast::SortItem>(list, [this](const ::Node* node) { return sort_item(node); });
}

ast::SortDirection Converter::direction(SortByDir dir) {
  switch (dir) {
    case SORTBY_DEFAULT:
      return ast::SortDirection::kUnsaid;
    case SORTBY_ASC:
      return ast::SortDirection::kAscending;
    case SORTBY_DESC:
      return ast::SortDirection::kDescending;
    default:
      broken("a direction of sorting");
      return {};
  }
}

ast::SortNulls Converter::nulls(SortByNulls nulls) {
  switch (nulls) {
    case SORTBY_NULLS_DEFAULT:
      return ast::SortNulls::kUnsaid;
    case SORTBY_NULLS_FIRST:
      return ast::SortNulls::kFirst;
    case SORTBY_NULLS_LAST:
      return ast::SortNulls::kLast;
    default:
      broken("an order of nulls");
      return {};
  }
}

const ast::SortItem* Converter::sort_item(const ::Node* node) {
  const auto* by = tagged<::SortBy>(node, T_SortBy);
  if (by == nullptr) return nullptr;
  if (by->sortby_dir == SORTBY_USING || by->useOp != nullptr) return refuse("ORDER BY … USING", by->location);
  auto* made = make<ast::SortItem>(by->location);
  made->value = expr(by->node);
  made->direction = direction(by->sortby_dir);
  made->nulls = nulls(by->sortby_nulls);
  return made;
}

const ast::WindowDefinition* Converter::window(const ::WindowDef* node) {
  if (failed()) return nullptr;
  auto* made = make<ast::WindowDefinition>(node->location);
  made->name = copy(node->name);
  made->base = copy(node->refname);
  made->partition = exprs(node->partitionClause);
  made->order = sort_items(node->orderClause);
  frame(node->frameOptions, *made);
  made->start_offset = expr_or_none(node->startOffset);
  made->end_offset = expr_or_none(node->endOffset);
  return made;
}

// Every bit of the options must be accounted for.
void Converter::frame(int options, ast::WindowDefinition& to) {
  int left = options;
  const auto take = [&left](int bit) {
    const bool set = (left & bit) != 0;
    left &= ~bit;
    return set;
  };
  to.frame_said = take(FRAMEOPTION_NONDEFAULT);
  to.between = take(FRAMEOPTION_BETWEEN);
  const bool range = take(FRAMEOPTION_RANGE);
  const bool rows = take(FRAMEOPTION_ROWS);
  const bool groups = take(FRAMEOPTION_GROUPS);
  expect(range + rows + groups == 1, "the mode of a frame");
  to.mode = rows ? ast::FrameMode::kRows : groups ? ast::FrameMode::kGroups : ast::FrameMode::kRange;
  const struct {
    int start, end;
    ast::FrameBound bound;
  } bounds[] = {
      {FRAMEOPTION_START_UNBOUNDED_PRECEDING, FRAMEOPTION_END_UNBOUNDED_PRECEDING,
       ast::FrameBound::kUnboundedPreceding},
      {FRAMEOPTION_START_OFFSET_PRECEDING, FRAMEOPTION_END_OFFSET_PRECEDING, ast::FrameBound::kPreceding},
      {FRAMEOPTION_START_CURRENT_ROW, FRAMEOPTION_END_CURRENT_ROW, ast::FrameBound::kCurrentRow},
      {FRAMEOPTION_START_OFFSET_FOLLOWING, FRAMEOPTION_END_OFFSET_FOLLOWING, ast::FrameBound::kFollowing},
      {FRAMEOPTION_START_UNBOUNDED_FOLLOWING, FRAMEOPTION_END_UNBOUNDED_FOLLOWING,
       ast::FrameBound::kUnboundedFollowing},
  };
  int starts = 0;
  int ends = 0;
  for (const auto& [start, end, bound] : bounds) {
    if (take(start)) {
      to.start = bound;
      ++starts;
    }
    if (take(end)) {
      to.end = bound;
      ++ends;
    }
  }
  expect(starts == 1 && ends == 1, "the bounds of a frame");
  const bool current = take(FRAMEOPTION_EXCLUDE_CURRENT_ROW);
  const bool group = take(FRAMEOPTION_EXCLUDE_GROUP);
  const bool ties = take(FRAMEOPTION_EXCLUDE_TIES);
  expect(current + group + ties <= 1, "the exclusion of a frame");
  to.exclusion = current ? ast::FrameExclusion::kCurrentRow
                 : group ? ast::FrameExclusion::kGroup
                 : ties  ? ast::FrameExclusion::kTies
                         : ast::FrameExclusion::kNone;
  expect(left == 0, "an unknown option of a frame");
}

const ast::CaseWhen* Converter::case_when(const ::Node* node) {
  const auto* when = tagged<::CaseWhen>(node, T_CaseWhen);
  if (when == nullptr) return nullptr;
  auto* made = make<ast::CaseWhen>(when->location);
  made->condition = expr(reinterpret_cast<const ::Node*>(when->expr));
  made->result = expr(reinterpret_cast<const ::Node*>(when->result));
  return made;
}

const ast::Expr* Converter::case_expr(const ::CaseExpr& node) {
  expect(node.casetype == 0 && node.casecollid == 0, "a CASE that was resolved");
  auto* made = make<ast::Case>(node.location);
  made->operand = expr_or_none(reinterpret_cast<const ::Node*>(node.arg));
  made->whens = list_of<ast::CaseWhen>(node.args, [this](const ::Node* when) { return case_when(when); });
  expect(!made->whens.empty(), "CASE without WHEN");
  made->otherwise = expr_or_none(reinterpret_cast<const ::Node*>(node.defresult));
  return made;
}

const ast::Expr* Converter::coalesce(const ::CoalesceExpr& node) {
  expect(node.coalescetype == 0 && node.coalescecollid == 0, "a COALESCE that was resolved");
  auto* made = make<ast::Coalesce>(node.location);
  made->arguments = exprs(node.args);
  return made;
}

const ast::Expr* Converter::min_max(const ::MinMaxExpr& node) {
  expect(node.minmaxtype == 0 && node.minmaxcollid == 0 && node.inputcollid == 0,
         "a GREATEST or LEAST that was resolved");
  expect(node.op == IS_GREATEST || node.op == IS_LEAST, "GREATEST or LEAST");
  auto* made = make<ast::MinMax>(node.location);
  made->greatest = node.op == IS_GREATEST;
  made->arguments = exprs(node.args);
  return made;
}

const ast::Expr* Converter::row(const ::RowExpr& node) {
  expect(node.row_typeid == 0 && node.colnames == nullptr, "a row that was resolved");
  auto* made = make<ast::Row>(node.location);
  made->keyword = node.row_format == COERCE_EXPLICIT_CALL;
  expect(made->keyword || node.row_format == COERCE_IMPLICIT_CAST, "the form of a row");
  made->items = exprs(node.args);
  return made;
}

const ast::Expr* Converter::array(const ::A_ArrayExpr& node) {
  auto* made = make<ast::Array>(node.location);
  made->items = exprs(node.elements);
  return made;
}

const ast::IndirectionStep* Converter::indirection_step(const ::Node* node) {
  if (node == nullptr) return broken("a step is missing");
  auto* made = make<ast::IndirectionStep>(-1);
  switch (node->type) {
    case T_String:
      made->type = ast::StepType::kField;
      made->name = string(node);
      return made;
    case T_A_Star:
      made->type = ast::StepType::kStar;
      return made;
    case T_A_Indices: {
      const auto& indices = *reinterpret_cast<const ::A_Indices*>(node);
      made->type = indices.is_slice ? ast::StepType::kSlice : ast::StepType::kSubscript;
      expect(indices.is_slice || indices.lidx == nullptr, "a lower bound without slice");
      made->lower = expr_or_none(indices.lidx);
      made->upper = indices.is_slice ? expr_or_none(indices.uidx) : expr(indices.uidx);
      return made;
    }
    default:
      return broken("a step of unknown type");
  }
}

const ast::Expr* Converter::indirection(const ::A_Indirection& node) {
  auto* made = make<ast::Indirection>(-1);
  made->operand = expr(node.arg);
  if (made->operand != nullptr) made->location = made->operand->location;
  made->steps = list_of<ast::IndirectionStep>(node.indirection,
                                              [this](const ::Node* step) { return indirection_step(step); });
  expect(!made->steps.empty(), "an indirection without steps");
  return made;
}

const ast::Expr* Converter::subquery(const ::SubLink& node) {
  expect(node.subLinkId == 0, "a subquery that was resolved");
  auto* made = make<ast::Subquery>(node.location);
  bool compares = false;
  switch (node.subLinkType) {
    case EXISTS_SUBLINK:
      made->type = ast::SubqueryType::kExists;
      break;
    case EXPR_SUBLINK:
      made->type = ast::SubqueryType::kScalar;
      break;
    case ARRAY_SUBLINK:
      made->type = ast::SubqueryType::kArray;
      break;
    case ALL_SUBLINK:
      made->type = ast::SubqueryType::kAll;
      compares = true;
      break;
    case ANY_SUBLINK:
      made->type = ast::SubqueryType::kAny;
      compares = true;
      break;
    default:
      return broken("a subquery of unknown type");
  }
  if (compares) {
    made->operand = expr(node.testexpr);
    made->names = names(node.operName);
    expect(node.subLinkType == ANY_SUBLINK || !made->names.empty(), "ALL without operator");
  } else {
    expect(node.testexpr == nullptr && node.operName == nullptr, "a subquery with an operand");
  }
  made->query = query(node.subselect);
  return made;
}

const ast::Expr* Converter::null_test(const ::NullTest& node) {
  expect(!node.argisrow, "a NULL test that was resolved");
  expect(node.nulltesttype == IS_NULL || node.nulltesttype == IS_NOT_NULL, "a NULL test");
  auto* made = make<ast::NullTest>(node.location);
  made->negated = node.nulltesttype == IS_NOT_NULL;
  made->operand = expr(reinterpret_cast<const ::Node*>(node.arg));
  return made;
}

const ast::Expr* Converter::boolean_test(const ::BooleanTest& node) {
  auto* made = make<ast::BooleanTest>(node.location);
  switch (node.booltesttype) {
    case IS_TRUE:
      made->type = ast::BooleanTestType::kTrue;
      break;
    case IS_NOT_TRUE:
      made->type = ast::BooleanTestType::kNotTrue;
      break;
    case IS_FALSE:
      made->type = ast::BooleanTestType::kFalse;
      break;
    case IS_NOT_FALSE:
      made->type = ast::BooleanTestType::kNotFalse;
      break;
    case IS_UNKNOWN:
      made->type = ast::BooleanTestType::kUnknown;
      break;
    case IS_NOT_UNKNOWN:
      made->type = ast::BooleanTestType::kNotUnknown;
      break;
    default:
      return broken("a boolean test");
  }
  made->operand = expr(reinterpret_cast<const ::Node*>(node.arg));
  return made;
}

const ast::Expr* Converter::sql_value(const ::SQLValueFunction& node) {
  expect(node.type == 0, "a value function that was resolved");
  auto* made = make<ast::SqlValue>(node.location);
  bool with_precision = false;
  switch (node.op) {
    case SVFOP_CURRENT_DATE:
      made->type = ast::SqlValueType::kCurrentDate;
      break;
    case SVFOP_CURRENT_TIME_N:
      with_precision = true;
      [[fallthrough]];
    case SVFOP_CURRENT_TIME:
      made->type = ast::SqlValueType::kCurrentTime;
      break;
    case SVFOP_CURRENT_TIMESTAMP_N:
      with_precision = true;
      [[fallthrough]];
    case SVFOP_CURRENT_TIMESTAMP:
      made->type = ast::SqlValueType::kCurrentTimestamp;
      break;
    case SVFOP_LOCALTIME_N:
      with_precision = true;
      [[fallthrough]];
    case SVFOP_LOCALTIME:
      made->type = ast::SqlValueType::kLocaltime;
      break;
    case SVFOP_LOCALTIMESTAMP_N:
      with_precision = true;
      [[fallthrough]];
    case SVFOP_LOCALTIMESTAMP:
      made->type = ast::SqlValueType::kLocaltimestamp;
      break;
    case SVFOP_CURRENT_ROLE:
      made->type = ast::SqlValueType::kCurrentRole;
      break;
    case SVFOP_CURRENT_USER:
      made->type = ast::SqlValueType::kCurrentUser;
      break;
    case SVFOP_USER:
      made->type = ast::SqlValueType::kUser;
      break;
    case SVFOP_SESSION_USER:
      made->type = ast::SqlValueType::kSessionUser;
      break;
    case SVFOP_CURRENT_CATALOG:
      made->type = ast::SqlValueType::kCurrentCatalog;
      break;
    case SVFOP_CURRENT_SCHEMA:
      made->type = ast::SqlValueType::kCurrentSchema;
      break;
    default:
      return broken("a value function");
  }
  expect(with_precision ? node.typmod >= 0 : node.typmod == -1, "the precision of a value function");
  made->precision = node.typmod;
  return made;
}

const ast::Expr* Converter::grouping(const ::GroupingFunc& node) {
  expect(node.refs == nullptr && node.cols == nullptr && node.agglevelsup == 0,
         "a GROUPING that was resolved");
  auto* made = make<ast::Grouping>(node.location);
  made->arguments = exprs(node.args);
  return made;
}

const ast::Expr* Converter::grouping_set(const ::GroupingSet& node) {
  auto* made = make<ast::GroupingSet>(node.location);
  switch (node.kind) {
    case GROUPING_SET_EMPTY:
      made->type = ast::GroupingSetType::kEmpty;
      break;
    case GROUPING_SET_ROLLUP:
      made->type = ast::GroupingSetType::kRollup;
      break;
    case GROUPING_SET_CUBE:
      made->type = ast::GroupingSetType::kCube;
      break;
    case GROUPING_SET_SETS:
      made->type = ast::GroupingSetType::kSets;
      break;
    default:
      return broken("a grouping set of unknown type");
  }
  made->items = exprs(node.content);
  return made;
}

const ast::Expr* Converter::set_to_default(const ::SetToDefault& node) {
  expect(node.typeId == 0 && node.typeMod == 0 && node.collation == 0, "a DEFAULT that was resolved");
  return make<ast::Default>(node.location);
}

}  // namespace ddb
