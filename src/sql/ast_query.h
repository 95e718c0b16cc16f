// ast_query: SELECT, VALUES, set operations, WITH, and what may stand in FROM. A Query is a body with ORDER BY, LIMIT and locks around it,
// so that the three bodies are told apart once.
#pragma once

#include "sql/ast_expression.h"

namespace ddb::ast {

// Of a select list or RETURNING.
struct Target : Node {
  DDB_AST_NODE(Target);
  std::string_view name;  // AS name; empty: none
  const Expr* value = nullptr;
  void fields(auto&& f) const { f("name", name), f("value", value); }
};

DDB_AST_ENUM(Persistence, kPermanent, kTemporary)
struct TableName : Node {  // also of an index, view or sequence
  DDB_AST_NODE(TableName);
  std::string_view catalog;
  std::string_view schema;
  std::string_view name;
  bool only = false;
  Persistence persistence = Persistence::kPermanent;
  void fields(auto&& f) const {
    f("catalog", catalog), f("schema", schema), f("name", name), f("only", only),
        f("persistence", persistence);
  }
};

struct Alias : Node {
  DDB_AST_NODE(Alias);
  std::string_view name;
  Names columns;
  void fields(auto&& f) const { f("name", name), f("columns", columns); }
};

struct TableItem : FromElement {
  DDB_AST_NODE(TableItem);
  const TableName* table = nullptr;
  const Alias* alias = nullptr;
  void fields(auto&& f) const { f("table", table), f("alias", alias); }
};

// CROSS JOIN is kInner without condition.
DDB_AST_ENUM(JoinType, kInner, kLeft, kFull, kRight)
struct JoinItem : FromElement {
  DDB_AST_NODE(JoinItem);
  JoinType type = JoinType::kInner;
  bool natural = false;
  const FromElement* left = nullptr;
  const FromElement* right = nullptr;
  Names using_columns;
  const Alias* using_alias = nullptr;
  const Expr* condition = nullptr;
  const Alias* alias = nullptr;
  void fields(auto&& f) const {
    f("type", type), f("natural", natural), f("left", left), f("right", right),
        f("using_columns", using_columns);
    f("using_alias", using_alias), f("condition", condition), f("alias", alias);
  }
};

struct SubqueryItem : FromElement {
  DDB_AST_NODE(SubqueryItem);
  bool lateral = false;
  const Query* query = nullptr;
  const Alias* alias = nullptr;
  void fields(auto&& f) const { f("lateral", lateral), f("query", query), f("alias", alias); }
};

struct ColumnDefinition;
struct FunctionItemCall : Node {
  DDB_AST_NODE(FunctionItemCall);
  const Expr* call = nullptr;  // a FunctionCall, SqlValue, Coalesce …
  List<ColumnDefinition> columns;
  void fields(auto&& f) const { f("call", call), f("columns", columns); }
};
struct FunctionItem : FromElement {
  DDB_AST_NODE(FunctionItem);
  bool lateral = false;
  bool ordinality = false;
  bool rows_from = false;  // ROWS FROM (…)
  List<FunctionItemCall> calls;
  const Alias* alias = nullptr;
  List<ColumnDefinition> columns;
  void fields(auto&& f) const {
    f("lateral", lateral), f("ordinality", ordinality), f("rows_from", rows_from), f("calls", calls),
        f("alias", alias);
    f("columns", columns);
  }
};

DDB_AST_ENUM(Materialize, kUnsaid, kAlways, kNever)
struct CommonTable : Node {
  DDB_AST_NODE(CommonTable);
  std::string_view name;
  Names columns;
  Materialize materialize = Materialize::kUnsaid;
  const Statement* statement = nullptr;  // Query, Insert, Update or Delete
  void fields(auto&& f) const {
    f("name", name), f("columns", columns), f("materialize", materialize), f("statement", statement);
  }
};
struct With : Node {
  DDB_AST_NODE(With);
  bool recursive = false;
  List<CommonTable> tables;
  void fields(auto&& f) const { f("recursive", recursive), f("tables", tables); }
};

DDB_AST_ENUM(LockStrength, kKeyShare, kShare, kNoKeyUpdate, kUpdate)
DDB_AST_ENUM(LockWait, kBlock, kSkipLocked, kNoWait)
struct Locking : Node {
  DDB_AST_NODE(Locking);
  LockStrength strength = LockStrength::kUpdate;
  LockWait wait = LockWait::kBlock;
  List<TableName> tables;  // OF …; empty: all
  void fields(auto&& f) const { f("strength", strength), f("wait", wait), f("tables", tables); }
};

DDB_AST_ENUM(DistinctType, kNone, kAll, kOn)
struct SelectBody : QueryBody {
  DDB_AST_NODE(SelectBody);
  DistinctType distinct = DistinctType::kNone;
  List<Expr> distinct_on;
  List<Target> targets;
  List<FromElement> from;
  const Expr* where = nullptr;
  List<Expr> group_by;  // may hold GroupingSet
  bool group_distinct = false;
  const Expr* having = nullptr;
  List<WindowDefinition> windows;
  void fields(auto&& f) const {
    f("distinct", distinct), f("distinct_on", distinct_on), f("targets", targets), f("from", from),
        f("where", where);
    f("group_by", group_by), f("group_distinct", group_distinct), f("having", having), f("windows", windows);
  }
};

struct ValuesRow : Node {
  DDB_AST_NODE(ValuesRow);
  List<Expr> items;  // may hold Default
  void fields(auto&& f) const { f("items", items); }
};
struct ValuesBody : QueryBody {
  DDB_AST_NODE(ValuesBody);
  List<ValuesRow> rows;
  void fields(auto&& f) const { f("rows", rows); }
};

DDB_AST_ENUM(SetOperationType, kUnion, kIntersect, kExcept)
struct SetOperationBody : QueryBody {
  DDB_AST_NODE(SetOperationBody);
  SetOperationType type = SetOperationType::kUnion;
  bool all = false;
  const Query* left = nullptr;
  const Query* right = nullptr;
  void fields(auto&& f) const { f("type", type), f("all", all), f("left", left), f("right", right); }
};

struct Query : Statement {
  DDB_AST_NODE(Query);
  const With* with = nullptr;
  const QueryBody* body = nullptr;
  List<SortItem> order;
  const Expr* offset = nullptr;
  const Expr* limit = nullptr;  // LIMIT ALL: a null Constant
  bool with_ties = false;
  List<Locking> locking;
  void fields(auto&& f) const {
    f("with", with), f("body", body), f("order", order), f("offset", offset), f("limit", limit);
    f("with_ties", with_ties), f("locking", locking);
  }
};

}  // namespace ddb::ast
