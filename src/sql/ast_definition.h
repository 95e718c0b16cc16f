// ast_definition: statements that define, change and drop tables, indexes, views, sequences and schemas.
#pragma once

#include "sql/ast_change.h"

namespace ddb::ast {

// A named setting of a statement: INCREMENT BY 2, EXPLAIN (FORMAT json), COPY … WITH (DELIMITER ';').
DDB_AST_ENUM(OptionType, kNone, kBoolean, kInteger, kNumeric, kText, kNames, kStar, kType)
struct Option : Node {
  DDB_AST_NODE(Option);
  std::string_view name;
  OptionType type = OptionType::kNone;
  int64_t integer = 0;    // of kInteger; 0 or 1 of kBoolean
  std::string_view text;  // of kText and kNumeric
  Names names;            // of kNames: OWNED BY t.c, FORCE_QUOTE (a, b)
  const TypeName* data_type = nullptr;
  void fields(auto&& f) const {
    f("name", name), f("type", type), f("integer", integer), f("text", text), f("names", names);
    f("data_type", data_type);
  }
};

DDB_AST_ENUM(ConstraintType, kNull, kNotNull, kDefault, kIdentity, kGenerated, kCheck, kPrimaryKey, kUnique,
             kForeignKey)
DDB_AST_ENUM(ForeignKeyAction, kNoAction, kRestrict, kCascade, kSetNull, kSetDefault)
DDB_AST_ENUM(ForeignKeyMatch, kSimple, kFull)
// Of a column, a table, or ALTER TABLE ADD. [NOT] DEFERRABLE and INITIALLY … of columns are folded into the constraint before them, with
// PostgreSQL's errors.
struct Constraint : Node {
  DDB_AST_NODE(Constraint);
  ConstraintType type = ConstraintType::kNull;
  std::string_view name;
  bool deferrable = false;
  bool initially_deferred = false;
  bool not_valid = false;
  const Expr* value = nullptr;      // of kDefault, kGenerated, kCheck
  bool always = false;              // GENERATED ALWAYS, else BY DEFAULT
  List<Option> sequence;            // of kIdentity
  Names columns;                    // of kPrimaryKey, kUnique and kForeignKey of a table
  Names including;                  // of kPrimaryKey, kUnique
  bool nulls_not_distinct = false;  // of kUnique
  std::string_view index;           // USING INDEX
  const TableName* parent = nullptr;
  Names parent_columns;
  ForeignKeyMatch match = ForeignKeyMatch::kSimple;
  ForeignKeyAction on_update = ForeignKeyAction::kNoAction;
  ForeignKeyAction on_delete = ForeignKeyAction::kNoAction;
  Names on_delete_columns;  // ON DELETE SET NULL (a, b)
  void fields(auto&& f) const {
    f("type", type), f("name", name), f("deferrable", deferrable),
        f("initially_deferred", initially_deferred);
    f("not_valid", not_valid), f("value", value), f("always", always), f("sequence", sequence),
        f("columns", columns);
    f("including", including), f("nulls_not_distinct", nulls_not_distinct), f("index", index),
        f("parent", parent);
    f("parent_columns", parent_columns), f("match", match), f("on_update", on_update),
        f("on_delete", on_delete);
    f("on_delete_columns", on_delete_columns);
  }
};

struct ColumnDefinition : Node {
  DDB_AST_NODE(ColumnDefinition);
  std::string_view name;
  const TypeName* type = nullptr;
  const Collate* collation = nullptr;
  List<Constraint> constraints;
  void fields(auto&& f) const {
    f("name", name), f("type", type), f("collation", collation), f("constraints", constraints);
  }
};

DDB_AST_ENUM(OnCommit, kUnsaid, kPreserveRows, kDeleteRows, kDrop)
struct CreateTable : Statement {
  DDB_AST_NODE(CreateTable);
  const TableName* table = nullptr;
  bool if_not_exists = false;
  List<ColumnDefinition> columns;
  List<Constraint> constraints;
  OnCommit on_commit = OnCommit::kUnsaid;
  void fields(auto&& f) const {
    f("table", table), f("if_not_exists", if_not_exists), f("columns", columns),
        f("constraints", constraints);
    f("on_commit", on_commit);
  }
};

struct CreateTableAs : Statement {
  DDB_AST_NODE(CreateTableAs);
  const TableName* table = nullptr;
  bool if_not_exists = false;
  Names columns;
  const Query* query = nullptr;
  bool with_data = true;
  OnCommit on_commit = OnCommit::kUnsaid;
  void fields(auto&& f) const {
    f("table", table), f("if_not_exists", if_not_exists), f("columns", columns), f("query", query);
    f("with_data", with_data), f("on_commit", on_commit);
  }
};

DDB_AST_ENUM(AlterCommandType, kAddColumn, kDropColumn, kSetDefault, kDropDefault, kSetNotNull, kDropNotNull,
             kSetType, kAddConstraint, kDropConstraint, kValidateConstraint)
struct AlterCommand : Node {
  DDB_AST_NODE(AlterCommand);
  AlterCommandType type = AlterCommandType::kAddColumn;
  std::string_view name;  // column or constraint; of kAddColumn and kAddConstraint in the definition
  const ColumnDefinition* column = nullptr;  // of kAddColumn; of kSetType type and collation
  const Constraint* constraint = nullptr;    // of kAddConstraint
  const Expr* value = nullptr;               // DEFAULT, or USING of kSetType
  bool cascade = false;
  bool missing_ok = false;  // IF EXISTS; of kAddColumn IF NOT EXISTS
  void fields(auto&& f) const {
    f("type", type), f("name", name), f("column", column), f("constraint", constraint), f("value", value);
    f("cascade", cascade), f("missing_ok", missing_ok);
  }
};
struct AlterTable : Statement {
  DDB_AST_NODE(AlterTable);
  const TableName* table = nullptr;
  bool if_exists = false;
  List<AlterCommand> commands;
  void fields(auto&& f) const { f("table", table), f("if_exists", if_exists), f("commands", commands); }
};

struct CreateIndex : Statement {
  DDB_AST_NODE(CreateIndex);
  std::string_view name;  // empty: to be chosen
  bool if_not_exists = false;
  const TableName* table = nullptr;
  std::string_view method;  // "btree" unless said otherwise
  List<IndexElement> elements;
  List<IndexElement> including;
  const Expr* where = nullptr;
  bool unique = false;
  bool nulls_not_distinct = false;
  bool concurrently = false;
  void fields(auto&& f) const {
    f("name", name), f("if_not_exists", if_not_exists), f("table", table), f("method", method),
        f("elements", elements);
    f("including", including), f("where", where), f("unique", unique),
        f("nulls_not_distinct", nulls_not_distinct);
    f("concurrently", concurrently);
  }
};

DDB_AST_ENUM(ViewCheck, kNone, kLocal, kCascaded)
struct CreateView : Statement {
  DDB_AST_NODE(CreateView);
  const TableName* view = nullptr;
  bool replace = false;
  Names columns;
  const Query* query = nullptr;
  ViewCheck check = ViewCheck::kNone;
  void fields(auto&& f) const {
    f("view", view), f("replace", replace), f("columns", columns), f("query", query), f("check", check);
  }
};

struct CreateSequence : Statement {
  DDB_AST_NODE(CreateSequence);
  const TableName* sequence = nullptr;
  bool if_not_exists = false;
  List<Option> options;
  void fields(auto&& f) const {
    f("sequence", sequence), f("if_not_exists", if_not_exists), f("options", options);
  }
};
struct AlterSequence : Statement {
  DDB_AST_NODE(AlterSequence);
  const TableName* sequence = nullptr;
  bool if_exists = false;
  List<Option> options;
  void fields(auto&& f) const { f("sequence", sequence), f("if_exists", if_exists), f("options", options); }
};

struct CreateSchema : Statement {
  DDB_AST_NODE(CreateSchema);
  std::string_view name;
  bool if_not_exists = false;
  void fields(auto&& f) const { f("name", name), f("if_not_exists", if_not_exists); }
};

DDB_AST_ENUM(ObjectType, kTable, kIndex, kView, kSequence, kSchema, kColumn, kConstraint)
struct ObjectName : Node {
  DDB_AST_NODE(ObjectName);
  Names names;
  void fields(auto&& f) const { f("names", names); }
};
struct Drop : Statement {
  DDB_AST_NODE(Drop);
  ObjectType type = ObjectType::kTable;
  bool if_exists = false;
  bool cascade = false;
  bool concurrently = false;
  List<ObjectName> objects;
  void fields(auto&& f) const {
    f("type", type), f("if_exists", if_exists), f("cascade", cascade), f("concurrently", concurrently);
    f("objects", objects);
  }
};

// type kColumn and kConstraint: `name` of `table`, which is a table or view; kSchema: `name`; else `table` itself.
struct Rename : Statement {
  DDB_AST_NODE(Rename);
  ObjectType type = ObjectType::kTable;
  ObjectType relation_type = ObjectType::kTable;  // of kColumn
  const TableName* table = nullptr;
  std::string_view name;
  std::string_view new_name;
  bool if_exists = false;
  void fields(auto&& f) const {
    f("type", type), f("relation_type", relation_type), f("table", table), f("name", name),
        f("new_name", new_name);
    f("if_exists", if_exists);
  }
};

struct Truncate : Statement {
  DDB_AST_NODE(Truncate);
  List<TableName> tables;
  bool restart_identity = false;
  bool cascade = false;
  void fields(auto&& f) const {
    f("tables", tables), f("restart_identity", restart_identity), f("cascade", cascade);
  }
};

}  // namespace ddb::ast
