// ast_session: transactions, settings, EXPLAIN, maintenance, COPY, prepared statements and locks.
#pragma once

#include "sql/ast_definition.h"

namespace ddb::ast {

DDB_AST_ENUM(TransactionType, kBegin, kCommit, kRollback, kSavepoint, kRelease, kRollbackTo)
// modes, also of SET TRANSACTION, in the order written (the last of a name holds): transaction_isolation (kText "read committed" …),
// transaction_read_only and transaction_deferrable (kInteger 0 or 1).
struct Transaction : Statement {
  DDB_AST_NODE(Transaction);
  TransactionType type = TransactionType::kBegin;
  bool start_keyword = false;  // START TRANSACTION: its command tag differs
  List<Option> modes;
  std::string_view savepoint;
  bool chain = false;
  void fields(auto&& f) const {
    f("type", type), f("start_keyword", start_keyword), f("modes", modes), f("savepoint", savepoint),
        f("chain", chain);
  }
};

DDB_AST_ENUM(SetType, kValue, kDefault, kReset, kResetAll, kTransaction, kSessionTransaction)
struct SetVariable : Statement {
  DDB_AST_NODE(SetVariable);
  SetType type = SetType::kValue;
  bool local = false;
  std::string_view name;
  List<Expr> values;   // of kValue: constants, or one cast to interval (SET TIME ZONE)
  List<Option> modes;  // of kTransaction and kSessionTransaction
  void fields(auto&& f) const {
    f("type", type), f("local", local), f("name", name), f("values", values), f("modes", modes);
  }
};

struct ShowVariable : Statement {  // name "all": SHOW ALL
  DDB_AST_NODE(ShowVariable);
  std::string_view name;
  void fields(auto&& f) const { f("name", name); }
};

struct Explain : Statement {
  DDB_AST_NODE(Explain);
  List<Option> options;
  const Statement* statement = nullptr;
  void fields(auto&& f) const { f("options", options), f("statement", statement); }
};

struct VacuumTable : Node {
  DDB_AST_NODE(VacuumTable);
  const TableName* table = nullptr;
  Names columns;
  void fields(auto&& f) const { f("table", table), f("columns", columns); }
};
struct Vacuum : Statement {
  DDB_AST_NODE(Vacuum);
  bool analyze_only = false;  // ANALYZE
  List<Option> options;
  List<VacuumTable> tables;
  void fields(auto&& f) const { f("analyze_only", analyze_only), f("options", options), f("tables", tables); }
};

struct Checkpoint : Statement {
  DDB_AST_NODE(Checkpoint);
  void fields(auto&&) const {}
};

struct Copy : Statement {
  DDB_AST_NODE(Copy);
  const TableName* table = nullptr;
  const Statement* query = nullptr;  // or Insert, Update, Delete
  Names columns;
  bool from = false;
  std::string_view file;  // empty: STDIN, STDOUT
  List<Option> options;
  const Expr* where = nullptr;
  void fields(auto&& f) const {
    f("table", table), f("query", query), f("columns", columns), f("from", from), f("file", file);
    f("options", options), f("where", where);
  }
};

struct Prepare : Statement {
  DDB_AST_NODE(Prepare);
  std::string_view name;
  List<TypeName> types;
  const Statement* statement = nullptr;
  void fields(auto&& f) const { f("name", name), f("types", types), f("statement", statement); }
};
struct Execute : Statement {
  DDB_AST_NODE(Execute);
  std::string_view name;
  List<Expr> arguments;
  void fields(auto&& f) const { f("name", name), f("arguments", arguments); }
};
struct Deallocate : Statement {  // empty name: ALL
  DDB_AST_NODE(Deallocate);
  std::string_view name;
  void fields(auto&& f) const { f("name", name); }
};

DDB_AST_ENUM(DiscardType, kAll, kPlans, kSequences, kTemporary)
struct Discard : Statement {
  DDB_AST_NODE(Discard);
  DiscardType type = DiscardType::kAll;
  void fields(auto&& f) const { f("type", type); }
};

// PostgreSQL's numbers 1…8 of table locks.
DDB_AST_ENUM(LockMode, kNone, kAccessShare, kRowShare, kRowExclusive, kShareUpdateExclusive, kShare,
             kShareRowExclusive, kExclusive, kAccessExclusive)
struct LockTable : Statement {
  DDB_AST_NODE(LockTable);
  List<TableName> tables;
  LockMode mode = LockMode::kAccessExclusive;
  bool no_wait = false;
  void fields(auto&& f) const { f("tables", tables), f("mode", mode), f("no_wait", no_wait); }
};

struct SetConstraints : Statement {
  DDB_AST_NODE(SetConstraints);
  List<TableName> constraints;  // empty: ALL
  bool deferred = false;
  void fields(auto&& f) const { f("constraints", constraints), f("deferred", deferred); }
};

}  // namespace ddb::ast
