// ast_node: what every node of our syntax tree is: a kind and a place in the text. Keeps: nodes are plain structs without destructors, live in the
// arena of their statement, never change after parsing, and list all their fields in `fields`, from which dump, comparison, hash and
// walk are made, so that no walk can forget one.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace ddb::ast {

// Every node type. DDB_AST_NODE(Name) in its struct ties the struct to its kind.
// clang-format off
#define DDB_AST_KINDS(X)                                                                            \
  X(Constant) X(Parameter) X(ColumnRef) X(Operator) X(Quantified) X(Distinct) X(NullIf) X(InList)   \
  X(Like) X(Between) X(Logical) X(FunctionCall) X(NamedArgument) X(Cast) X(Collate) X(Case)         \
  X(CaseWhen) X(Coalesce) X(MinMax) X(Row) X(Array) X(Indirection) X(IndirectionStep) X(Subquery)   \
  X(NullTest) X(BooleanTest) X(SqlValue) X(Grouping) X(GroupingSet) X(Default) X(TypeName)          \
  X(SortItem) X(WindowDefinition) X(Target) X(TableName) X(Alias) X(TableItem) X(JoinItem)          \
  X(SubqueryItem) X(FunctionItem) X(FunctionItemCall) X(CommonTable) X(With) X(Locking)             \
  X(SelectBody) X(ValuesBody) X(ValuesRow) X(SetOperationBody) X(Query) X(ColumnName) X(Assignment) \
  X(ConflictTarget) X(OnConflict) X(Insert) X(Update) X(Delete) X(ColumnDefinition) X(Constraint)   \
  X(Option) X(CreateTable) X(CreateTableAs) X(AlterTable) X(AlterCommand) X(IndexElement)           \
  X(CreateIndex) X(CreateView) X(CreateSequence) X(AlterSequence) X(CreateSchema) X(ObjectName)     \
  X(Drop) X(Rename) X(Truncate) X(Transaction) X(SetVariable) X(ShowVariable) X(Explain) X(Vacuum)  \
  X(VacuumTable) X(Checkpoint) X(Copy) X(Prepare) X(Execute) X(Deallocate) X(Discard) X(LockTable)  \
  X(SetConstraints)
// clang-format on

enum class NodeKind : uint8_t {
#define DDB_AST_KIND(Name) k##Name,
  DDB_AST_KINDS(DDB_AST_KIND)
#undef DDB_AST_KIND
};

struct Node {
  NodeKind kind;
  int32_t location = -1;  // byte offset in the text that was parsed; −1: the grammar does not say
};

// In the arena of the statement. Absent and empty are the same.
template <typename T>
using List = std::span<const T* const>;
// Parts of a qualified name, schema first.
using Names = std::span<const std::string_view>;
using Integers = std::span<const int32_t>;

// Categories, so that signatures say what they take.
struct Expr : Node {};
struct FromElement : Node {};
struct QueryBody : Node {};
struct Statement : Node {};

#define DDB_AST_NODE(Name) static constexpr NodeKind kKind = NodeKind::k##Name

// An enumeration that knows the names of its members: DDB_AST_ENUM(Wait, kBlock, kSkip).
#define DDB_AST_ENUM(Name, ...)              \
  enum class Name : uint8_t { __VA_ARGS__ }; \
  constexpr std::string_view enumerators(Name) { return #__VA_ARGS__; }

// The node as a T. REQUIRES: it is one.
template <typename T>
const T& as(const Node& node) {
  return static_cast<const T&>(node);
}
template <typename T>
const T* as_if(const Node* node) {
  return node != nullptr && node->kind == T::kKind ? static_cast<const T*>(node) : nullptr;
}

// "Cast"
std::string_view name_of(NodeKind kind);

}  // namespace ddb::ast
