// ast_expression: expressions as they are written; nothing is resolved. EXTRACT, AT TIME ZONE, POSITION, SUBSTRING, TRIM, OVERLAY, LIKE … ESCAPE and
// SIMILAR TO's pattern are calls of functions in pg_catalog, as PostgreSQL's grammar makes them.
#pragma once

#include "sql/ast_node.h"

namespace ddb::ast {

struct Query;
struct TypeName;
struct SortItem;
struct WindowDefinition;

// kInteger: fits int64; its SQL type is integer where int32 holds it, else bigint. kNumeric: text such as 1.50, 1e9 or 9223372036854775808.
DDB_AST_ENUM(ConstantType, kNull, kBoolean, kInteger, kNumeric, kString)
struct Constant : Expr {
  DDB_AST_NODE(Constant);
  ConstantType type = ConstantType::kNull;
  int64_t integer = 0;    // of kInteger; 0 or 1 of kBoolean
  std::string_view text;  // of kNumeric and kString
  void fields(auto&& f) const { f("type", type), f("integer", integer), f("text", text); }
};

struct Parameter : Expr {  // $1
  DDB_AST_NODE(Parameter);
  int32_t number = 0;  // 1…65,535
  void fields(auto&& f) const { f("number", number); }
};

struct ColumnRef : Expr {  // a, t.a, s.t.a, *, t.*
  DDB_AST_NODE(ColumnRef);
  Names names;
  bool star = false;
  void fields(auto&& f) const { f("names", names), f("star", star); }
};

struct Operator : Expr {  // left op right, op right; also OPERATOR(schema.op)
  DDB_AST_NODE(Operator);
  Names names;
  const Expr* left = nullptr;  // null: prefix
  const Expr* right = nullptr;
  void fields(auto&& f) const { f("names", names), f("left", left), f("right", right); }
};

struct Quantified : Expr {  // left op ANY (array), left op ALL (array)
  DDB_AST_NODE(Quantified);
  bool all = false;
  Names names;
  const Expr* left = nullptr;
  const Expr* right = nullptr;
  void fields(auto&& f) const { f("all", all), f("names", names), f("left", left), f("right", right); }
};

struct Distinct : Expr {  // left IS [NOT] DISTINCT FROM right
  DDB_AST_NODE(Distinct);
  bool negated = false;
  const Expr* left = nullptr;
  const Expr* right = nullptr;
  void fields(auto&& f) const { f("negated", negated), f("left", left), f("right", right); }
};

struct NullIf : Expr {
  DDB_AST_NODE(NullIf);
  const Expr* left = nullptr;
  const Expr* right = nullptr;
  void fields(auto&& f) const { f("left", left), f("right", right); }
};

struct InList : Expr {  // operand [NOT] IN (items)
  DDB_AST_NODE(InList);
  bool negated = false;
  const Expr* operand = nullptr;
  List<Expr> items;
  void fields(auto&& f) const { f("negated", negated), f("operand", operand), f("items", items); }
};

DDB_AST_ENUM(LikeType, kLike, kIlike, kSimilar)
struct Like
    : Expr {  // the pattern of ESCAPE is pg_catalog.like_escape(p, e), that of SIMILAR TO pg_catalog.similar_to_escape(p[, e])
  DDB_AST_NODE(Like);
  LikeType type = LikeType::kLike;
  bool negated = false;
  const Expr* operand = nullptr;
  const Expr* pattern = nullptr;
  void fields(auto&& f) const {
    f("type", type), f("negated", negated), f("operand", operand), f("pattern", pattern);
  }
};

struct Between : Expr {
  DDB_AST_NODE(Between);
  bool negated = false;
  bool symmetric = false;
  const Expr* operand = nullptr;
  const Expr* low = nullptr;
  const Expr* high = nullptr;
  void fields(auto&& f) const {
    f("negated", negated), f("symmetric", symmetric), f("operand", operand), f("low", low), f("high", high);
  }
};

DDB_AST_ENUM(LogicalType, kAnd, kOr, kNot)
struct Logical : Expr {  // a AND b AND c is one node of three arguments
  DDB_AST_NODE(Logical);
  LogicalType type = LogicalType::kAnd;
  List<Expr> arguments;
  void fields(auto&& f) const { f("type", type), f("arguments", arguments); }
};

struct FunctionCall : Expr {
  DDB_AST_NODE(FunctionCall);
  Names names;
  List<Expr> arguments;
  List<SortItem> order;  // f(a ORDER BY b), and WITHIN GROUP (ORDER BY b)
  const Expr* filter = nullptr;
  const WindowDefinition* over = nullptr;
  bool star = false;  // count(*)
  bool distinct = false;
  bool within_group = false;
  bool variadic = false;    // of the last argument
  bool sql_syntax = false;  // written with a syntax of its own, such as EXTRACT(… FROM …)
  void fields(auto&& f) const {
    f("names", names), f("arguments", arguments), f("order", order), f("filter", filter), f("over", over);
    f("star", star), f("distinct", distinct), f("within_group", within_group), f("variadic", variadic);
    f("sql_syntax", sql_syntax);
  }
};

struct NamedArgument : Expr {  // name => value
  DDB_AST_NODE(NamedArgument);
  std::string_view name;
  const Expr* value = nullptr;
  void fields(auto&& f) const { f("name", name), f("value", value); }
};

struct Cast : Expr {
  DDB_AST_NODE(Cast);
  const Expr* operand = nullptr;
  const TypeName* type = nullptr;
  void fields(auto&& f) const { f("operand", operand), f("type", type); }
};

struct Collate : Expr {
  DDB_AST_NODE(Collate);
  const Expr* operand = nullptr;  // null in a column's definition
  Names names;
  void fields(auto&& f) const { f("operand", operand), f("names", names); }
};

struct CaseWhen : Node {
  DDB_AST_NODE(CaseWhen);
  const Expr* condition = nullptr;
  const Expr* result = nullptr;
  void fields(auto&& f) const { f("condition", condition), f("result", result); }
};

struct Case : Expr {
  DDB_AST_NODE(Case);
  const Expr* operand = nullptr;  // CASE operand WHEN …; null: each condition is boolean
  List<CaseWhen> whens;
  const Expr* otherwise = nullptr;
  void fields(auto&& f) const { f("operand", operand), f("whens", whens), f("otherwise", otherwise); }
};

struct Coalesce : Expr {
  DDB_AST_NODE(Coalesce);
  List<Expr> arguments;
  void fields(auto&& f) const { f("arguments", arguments); }
};

struct MinMax : Expr {  // GREATEST, LEAST
  DDB_AST_NODE(MinMax);
  bool greatest = false;
  List<Expr> arguments;
  void fields(auto&& f) const { f("greatest", greatest), f("arguments", arguments); }
};

struct Row : Expr {  // ROW(a, b), (a, b)
  DDB_AST_NODE(Row);
  bool keyword = false;  // the word ROW is written
  List<Expr> items;
  void fields(auto&& f) const { f("keyword", keyword), f("items", items); }
};

struct Array : Expr {  // ARRAY[…]
  DDB_AST_NODE(Array);
  List<Expr> items;
  void fields(auto&& f) const { f("items", items); }
};

DDB_AST_ENUM(StepType, kField, kStar, kSubscript, kSlice)
struct IndirectionStep : Node {
  DDB_AST_NODE(IndirectionStep);
  StepType type = StepType::kField;
  std::string_view name;
  const Expr* lower = nullptr;  // of kSlice
  const Expr* upper = nullptr;  // of kSlice and kSubscript
  void fields(auto&& f) const { f("type", type), f("name", name), f("lower", lower), f("upper", upper); }
};

struct Indirection : Expr {  // (row).field, array[1], array[1:2]
  DDB_AST_NODE(Indirection);
  const Expr* operand = nullptr;
  List<IndirectionStep> steps;
  void fields(auto&& f) const { f("operand", operand), f("steps", steps); }
};

DDB_AST_ENUM(SubqueryType, kExists, kAll, kAny, kScalar, kArray)
struct Subquery : Expr {
  DDB_AST_NODE(Subquery);
  SubqueryType type = SubqueryType::kScalar;
  const Expr* operand = nullptr;  // of kAll, kAny
  Names names;                    // their operator; empty: IN
  const Query* query = nullptr;
  void fields(auto&& f) const {
    f("type", type), f("operand", operand), f("names", names), f("query", query);
  }
};

struct NullTest : Expr {
  DDB_AST_NODE(NullTest);
  bool negated = false;
  const Expr* operand = nullptr;
  void fields(auto&& f) const { f("negated", negated), f("operand", operand); }
};

DDB_AST_ENUM(BooleanTestType, kTrue, kNotTrue, kFalse, kNotFalse, kUnknown, kNotUnknown)
struct BooleanTest : Expr {
  DDB_AST_NODE(BooleanTest);
  BooleanTestType type = BooleanTestType::kTrue;
  const Expr* operand = nullptr;
  void fields(auto&& f) const { f("type", type), f("operand", operand); }
};

DDB_AST_ENUM(SqlValueType, kCurrentDate, kCurrentTime, kCurrentTimestamp, kLocaltime, kLocaltimestamp,
             kCurrentRole, kCurrentUser, kUser, kSessionUser, kCurrentCatalog, kCurrentSchema)
struct SqlValue : Expr {  // CURRENT_DATE and its kin
  DDB_AST_NODE(SqlValue);
  SqlValueType type = SqlValueType::kCurrentDate;
  int32_t precision = -1;  // CURRENT_TIMESTAMP(3); −1: none
  void fields(auto&& f) const { f("type", type), f("precision", precision); }
};

struct Grouping : Expr {  // GROUPING(a, b)
  DDB_AST_NODE(Grouping);
  List<Expr> arguments;
  void fields(auto&& f) const { f("arguments", arguments); }
};

DDB_AST_ENUM(GroupingSetType, kEmpty, kRollup, kCube, kSets)
struct GroupingSet : Expr {  // stands in GROUP BY only
  DDB_AST_NODE(GroupingSet);
  GroupingSetType type = GroupingSetType::kEmpty;
  List<Expr> items;
  void fields(auto&& f) const { f("type", type), f("items", items); }
};

struct Default
    : Expr {  // DEFAULT as a value; the grammar lets it stand in many places, the binder says where it may
  DDB_AST_NODE(Default);
  void fields(auto&&) const {}
};

struct TypeName : Node {  // names: pg_catalog.int4 for integer; a user's spelling otherwise
  DDB_AST_NODE(TypeName);
  Names names;
  List<Expr> modifiers;   // numeric(10,2): 10, 2; interval: the mask of fields, precision
  Integers array_bounds;  // integer[3][]: 3, −1
  void fields(auto&& f) const {
    f("names", names), f("modifiers", modifiers), f("array_bounds", array_bounds);
  }
};

DDB_AST_ENUM(SortDirection, kUnsaid, kAscending, kDescending)
DDB_AST_ENUM(SortNulls, kUnsaid, kFirst, kLast)
struct SortItem : Node {
  DDB_AST_NODE(SortItem);
  const Expr* value = nullptr;
  SortDirection direction = SortDirection::kUnsaid;
  SortNulls nulls = SortNulls::kUnsaid;
  void fields(auto&& f) const { f("value", value), f("direction", direction), f("nulls", nulls); }
};

DDB_AST_ENUM(FrameMode, kRange, kRows, kGroups)
DDB_AST_ENUM(FrameBound, kUnboundedPreceding, kPreceding, kCurrentRow, kFollowing, kUnboundedFollowing)
DDB_AST_ENUM(FrameExclusion, kNone, kCurrentRow, kGroup, kTies)
// OVER w has name w only; OVER (w …) has base w; WINDOW w AS (…) has name w.
struct WindowDefinition : Node {
  DDB_AST_NODE(WindowDefinition);
  std::string_view name;
  std::string_view base;
  List<Expr> partition;
  List<SortItem> order;
  bool frame_said = false;  // without it the frame is PostgreSQL's default
  bool between = false;
  FrameMode mode = FrameMode::kRange;
  FrameBound start = FrameBound::kUnboundedPreceding;
  FrameBound end = FrameBound::kCurrentRow;
  FrameExclusion exclusion = FrameExclusion::kNone;
  const Expr* start_offset = nullptr;
  const Expr* end_offset = nullptr;
  void fields(auto&& f) const {
    f("name", name), f("base", base), f("partition", partition), f("order", order),
        f("frame_said", frame_said);
    f("between", between), f("mode", mode), f("start", start), f("end", end), f("exclusion", exclusion);
    f("start_offset", start_offset), f("end_offset", end_offset);
  }
};

}  // namespace ddb::ast
