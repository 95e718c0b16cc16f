// converter: PostgreSQL's parse tree to ours. Keeps: every field of every node it takes is read into our tree, or must hold the only value the
// grammar gives it, or is refused by name; what it does not know is refused too.
//
// The first failure is kept and everything after it is skipped: functions then return null (or an empty list) and status() says why. A caller therefore
// checks once, at the end, and nobody looks into what another function returned.
#pragma once

#include <string_view>
#include <utility>

#include "base/status.h"
#include "sql/parser.h"
// Last: see there.
#include "sql/pg_nodes.h"

namespace ddb {

class Converter {
 public:
  Converter(StatementArena& arena, std::string_view text, const ParseLimits& limits)
      : arena_(arena), text_(text), depth_left_(limits.depth_max) {}

  // A statement that begins at `begin` of the text.
  const ast::Statement* statement(const ::Node* node, int begin);
  // ok, or the first failure.
  const Status& status() const { return status_; }

 private:
  // --- convert.cpp: failures, lists, names -----------------------------------------------------------------------------
  bool failed() const { return !status_.is_ok(); }
  // 0A000 `<construct> is not supported`.
  std::nullptr_t refuse(std::string_view construct, int location);
  std::nullptr_t fail(Status status, int location);
  // XX000: a tree that the grammar does not make.
  std::nullptr_t broken(std::string_view what);
  void expect(bool holds, std::string_view what) {
    if (!holds) [[unlikely]]
      broken(what);
  }
  template <typename T>
  T* make(int location) {
    T* node = arena_.make<T>();
    node->kind = T::kKind;
    node->location = location;
    return node;
  }
  static int length(const ::List* list) { return list == nullptr ? 0 : list->length; }
  const ::Node* item(const ::List* list, int index) {
    return static_cast<const ::Node*>(list->elements[index].ptr_value);
  }
  // The node as a T whose tag must be `tag`; null after a failure.
  template <typename T>
  const T* tagged(const ::Node* node, NodeTag tag) {
    if (node == nullptr || node->type != tag) [[unlikely]] {
      return broken("a node of another type was expected");
    }
    return reinterpret_cast<const T*>(node);
  }
  bool is_list(const ::List* list);
  // Each item by `convert(const ::Node*)`.
  template <typename T, typename F>
  ast::List<T> list_of(const ::List* list, F&& convert) {
    if (list == nullptr || failed() || !is_list(list)) return {};
    std::span<const T*> items = arena_.make_array<const T*>(static_cast<size_t>(list->length));
    for (int i = 0; i < list->length && !failed(); ++i)
      items[static_cast<size_t>(i)] = convert(item(list, i));
    return {items.data(), items.size()};
  }
  std::string_view copy(const char* text) { return text == nullptr ? std::string_view() : arena_.copy(text); }
  // Strings only.
  ast::Names names(const ::List* list);
  std::string_view string(const ::Node* node);
  // The one string in a list of one.
  std::string_view only_name(const ::List* list);

  // --- convert_expression.cpp, convert_call.cpp ------------------------------------------------------------------------
  const ast::Expr* expr(const ::Node* node);
  const ast::Expr* expr_or_none(const ::Node* node) { return node == nullptr ? nullptr : expr(node); }
  ast::List<ast::Expr> exprs(const ::List* list);
  const ast::Expr* expr_at_depth(const ::Node* node);
  const ast::Expr* constant(const ::A_Const& node);
  const ast::Constant* number(std::string_view text, int location);
  const ast::Expr* parameter(const ::ParamRef& node);
  const ast::Expr* column_ref(const ::ColumnRef& node);
  const ast::Expr* operation(const ::A_Expr& node);
  const ast::Expr* quantified(const ::A_Expr& node, bool all);
  const ast::Expr* distinct(const ::A_Expr& node, bool negated);
  const ast::Expr* null_if(const ::A_Expr& node);
  const ast::Expr* in_list(const ::A_Expr& node);
  const ast::Expr* like(const ::A_Expr& node, ast::LikeType type, std::string_view plain,
                        std::string_view negated);
  const ast::Expr* between(const ::A_Expr& node, std::string_view name, bool negated, bool symmetric);
  const ast::Expr* logical(const ::BoolExpr& node);
  const ast::Expr* function_call(const ::FuncCall& node);
  const ast::Expr* named_argument(const ::NamedArgExpr& node);
  const ast::Expr* cast(const ::TypeCast& node);
  const ast::Collate* collate(const ::CollateClause& node);
  const ast::Expr* case_expr(const ::CaseExpr& node);
  const ast::CaseWhen* case_when(const ::Node* node);
  const ast::Expr* coalesce(const ::CoalesceExpr& node);
  const ast::Expr* min_max(const ::MinMaxExpr& node);
  const ast::Expr* row(const ::RowExpr& node);
  const ast::Expr* array(const ::A_ArrayExpr& node);
  const ast::Expr* indirection(const ::A_Indirection& node);
  const ast::IndirectionStep* indirection_step(const ::Node* node);
  const ast::Expr* subquery(const ::SubLink& node);
  const ast::Expr* null_test(const ::NullTest& node);
  const ast::Expr* boolean_test(const ::BooleanTest& node);
  const ast::Expr* sql_value(const ::SQLValueFunction& node);
  const ast::Expr* grouping(const ::GroupingFunc& node);
  const ast::Expr* grouping_set(const ::GroupingSet& node);
  const ast::Expr* set_to_default(const ::SetToDefault& node);
  const ast::TypeName* type_name(const ::TypeName* node);
  ast::List<ast::SortItem> sort_items(const ::List* list);
  const ast::SortItem* sort_item(const ::Node* node);
  ast::SortDirection direction(SortByDir dir);
  ast::SortNulls nulls(SortByNulls nulls);
  const ast::WindowDefinition* window(const ::WindowDef* node);
  void frame(int options, ast::WindowDefinition& to);

  // --- convert_query.cpp, convert_from.cpp -----------------------------------------------------------------------------
  const ast::Query* query(const ::Node* node);
  const ast::Query* query(const ::SelectStmt& node, int location);
  const ast::QueryBody* select_body(const ::SelectStmt& node, int location);
  const ast::QueryBody* values_body(const ::SelectStmt& node);
  const ast::QueryBody* set_operation_body(const ::SelectStmt& node);
  void expect_no_select(const ::SelectStmt& node);
  ast::List<ast::Target> targets(const ::List* list);
  const ast::With* with(const ::WithClause* node);
  const ast::CommonTable* common_table(const ::Node* node);
  const ast::Locking* locking(const ::Node* node);
  ast::List<ast::FromElement> from_elements(const ::List* list);
  const ast::FromElement* from_element(const ::Node* node);
  const ast::FromElement* join(const ::JoinExpr& node);
  const ast::FromElement* subquery_item(const ::RangeSubselect& node);
  const ast::FromElement* function_item(const ::RangeFunction& node);
  const ast::FunctionItemCall* function_item_call(const ::Node* node);
  const ast::Alias* alias(const ::Alias* node);
  // Without alias, unless the caller takes that.
  const ast::TableName* table_name(const ::RangeVar* node, const ast::Alias** alias_out = nullptr);
  // A name that is no query's: ONLY and TEMP cannot have been said.
  const ast::TableName* plain_name(const ::RangeVar* node, bool may_be_temporary = false);
  ast::List<ast::TableName> table_names(const ::List* list);

  // --- convert_change.cpp ----------------------------------------------------------------------------------------------
  const ast::Statement* insert(const ::InsertStmt& node, int begin);
  const ast::Statement* update(const ::UpdateStmt& node, int begin);
  const ast::Statement* erase(const ::DeleteStmt& node, int begin);
  // A statement inside WITH, EXPLAIN, PREPARE and so on: a query or a change; null after a failure.
  const ast::Statement* query_or_change(const ::Node* node, std::string_view refused_as, int location);
  ast::List<ast::Assignment> assignments(const ::List* list);
  const ast::ColumnName* column_name(const ::ResTarget& node);
  const ast::OnConflict* on_conflict(const ::OnConflictClause* node);
  const ast::ConflictTarget* conflict_target(const ::InferClause* node);
  const ast::IndexElement* index_element(const ::Node* node);

  // --- convert_table.cpp, convert_constraint.cpp, convert_object.cpp ---------------------------------------------------
  const ast::Statement* create_table(const ::CreateStmt& node, int begin);
  const ast::Statement* create_table_as(const ::CreateTableAsStmt& node, int begin);
  const ast::ColumnDefinition* column_definition(const ::ColumnDef& node);
  ast::List<ast::Constraint> column_constraints(const ::List* list);
  bool fold_attribute(const ::Constraint& node, ast::Constraint* constraint, bool& said_deferrable,
                      bool& said_initially);
  ast::Constraint* constraint(const ::Constraint& node, bool of_column);
  void constraint_key(const ::Constraint& node, ast::Constraint& to);
  void foreign_key(const ::Constraint& node, ast::Constraint& to);
  ast::ForeignKeyAction foreign_key_action(char action);
  ast::OnCommit on_commit(OnCommitAction action);
  const ast::Statement* alter_table(const ::AlterTableStmt& node, int begin);
  const ast::AlterCommand* alter_command(const ::Node* node, int begin);
  void alter_definition(const ::AlterTableCmd& node, ast::AlterCommand& to);
  const ast::Statement* create_index(const ::IndexStmt& node, int begin);
  const ast::Statement* create_view(const ::ViewStmt& node, int begin);
  const ast::Statement* create_sequence(const ::CreateSeqStmt& node, int begin);
  const ast::Statement* alter_sequence(const ::AlterSeqStmt& node, int begin);
  const ast::Statement* create_schema(const ::CreateSchemaStmt& node, int begin);
  const ast::Statement* drop(const ::DropStmt& node, int begin);
  const ast::Statement* rename(const ::RenameStmt& node, int begin);
  const ast::Statement* truncate(const ::TruncateStmt& node, int begin);
  bool object_type(ObjectType type, ast::ObjectType* out);

  // --- convert_session.cpp ---------------------------------------------------------------------------------------------
  const ast::Statement* transaction(const ::TransactionStmt& node, int begin);
  const ast::Statement* set_variable(const ::VariableSetStmt& node, int begin);
  const ast::Statement* show_variable(const ::VariableShowStmt& node, int begin);
  const ast::Statement* explain(const ::ExplainStmt& node, int begin);
  const ast::Statement* vacuum(const ::VacuumStmt& node, int begin);
  const ast::VacuumTable* vacuum_table(const ::Node* node);
  const ast::Statement* copy_statement(const ::CopyStmt& node, int begin);
  const ast::Statement* prepare(const ::PrepareStmt& node, int begin);
  const ast::Statement* execute(const ::ExecuteStmt& node, int begin);
  const ast::Statement* deallocate(const ::DeallocateStmt& node, int begin);
  const ast::Statement* discard(const ::DiscardStmt& node, int begin);
  const ast::Statement* lock_table(const ::LockStmt& node, int begin);
  const ast::Statement* set_constraints(const ::ConstraintsSetStmt& node, int begin);
  ast::List<ast::Option> options(const ::List* list);
  const ast::Option* option(const ::Node* node);
  void option_value(const ::Node* value, ast::Option& to);

  StatementArena& arena_;
  std::string_view text_;
  Status status_;
  int depth_left_;
};

}  // namespace ddb
