// ast_change: INSERT, UPDATE and DELETE.
#pragma once

#include "sql/ast_query.h"

namespace ddb::ast {

struct ColumnName : Node {
  DDB_AST_NODE(ColumnName);
  std::string_view name;
  void fields(auto&& f) const { f("name", name); }
};

// column = value, or (columns) = value with a row or a subquery.
struct Assignment : Node {
  DDB_AST_NODE(Assignment);
  bool multiple = false;
  List<ColumnName> columns;
  const Expr* value = nullptr;
  void fields(auto&& f) const { f("multiple", multiple), f("columns", columns), f("value", value); }
};

struct IndexElement : Node {  // of CREATE INDEX, and of ON CONFLICT (…)
  DDB_AST_NODE(IndexElement);
  std::string_view column;  // or:
  const Expr* value = nullptr;
  Names collation;
  Names operator_class;
  SortDirection direction = SortDirection::kUnsaid;
  SortNulls nulls = SortNulls::kUnsaid;
  void fields(auto&& f) const {
    f("column", column), f("value", value), f("collation", collation), f("operator_class", operator_class);
    f("direction", direction), f("nulls", nulls);
  }
};

struct ConflictTarget : Node {
  DDB_AST_NODE(ConflictTarget);
  List<IndexElement> elements;  // or:
  std::string_view constraint;
  const Expr* where = nullptr;
  void fields(auto&& f) const { f("elements", elements), f("constraint", constraint), f("where", where); }
};

struct OnConflict : Node {
  DDB_AST_NODE(OnConflict);
  bool update = false;  // DO UPDATE, else DO NOTHING
  const ConflictTarget* target = nullptr;
  List<Assignment> assignments;
  const Expr* where = nullptr;
  void fields(auto&& f) const {
    f("update", update), f("target", target), f("assignments", assignments), f("where", where);
  }
};

DDB_AST_ENUM(Overriding, kNone, kUserValue, kSystemValue)
struct Insert : Statement {
  DDB_AST_NODE(Insert);
  const With* with = nullptr;
  const TableName* table = nullptr;
  const Alias* alias = nullptr;
  List<ColumnName> columns;
  const Query* source = nullptr;  // null: DEFAULT VALUES
  Overriding overriding = Overriding::kNone;
  const OnConflict* on_conflict = nullptr;
  List<Target> returning;
  void fields(auto&& f) const {
    f("with", with), f("table", table), f("alias", alias), f("columns", columns), f("source", source);
    f("overriding", overriding), f("on_conflict", on_conflict), f("returning", returning);
  }
};

struct Update : Statement {
  DDB_AST_NODE(Update);
  const With* with = nullptr;
  const TableName* table = nullptr;
  const Alias* alias = nullptr;
  List<Assignment> assignments;
  List<FromElement> from;
  const Expr* where = nullptr;
  List<Target> returning;
  void fields(auto&& f) const {
    f("with", with), f("table", table), f("alias", alias), f("assignments", assignments), f("from", from);
    f("where", where), f("returning", returning);
  }
};

struct Delete : Statement {
  DDB_AST_NODE(Delete);
  const With* with = nullptr;
  const TableName* table = nullptr;
  const Alias* alias = nullptr;
  List<FromElement> using_items;
  const Expr* where = nullptr;
  List<Target> returning;
  void fields(auto&& f) const {
    f("with", with), f("table", table), f("alias", alias), f("using_items", using_items), f("where", where);
    f("returning", returning);
  }
};

}  // namespace ddb::ast
