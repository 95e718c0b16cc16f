// expr: memory of trees.
#include "expr/expr.h"

#include <new>

namespace ddb {

SqlType value_type(const Expr& expr) {
  return {sql_type_id(expr.type.oid).value_or(SqlTypeId::kText), expr.type.typmod};
}

Result<char*> ExprArena::allocate(size_t bytes, size_t align) {
  char* memory = memory_.allocate(bytes, align);
  if (memory == nullptr) return Status::out_of_memory();
  return memory;
}

Result<Expr*> ExprArena::new_expr() {
  DDB_TRY(char* memory, allocate(sizeof(Expr), alignof(Expr)));
  return new (memory) Expr();
}

Result<const Expr* const*> ExprArena::copy(std::span<const Expr* const> arguments) {
  DDB_TRY(char* memory, allocate(arguments.size_bytes(), alignof(const Expr*)));
  if (!arguments.empty()) std::memcpy(memory, arguments.data(), arguments.size_bytes());
  return reinterpret_cast<const Expr* const*>(memory);
}

Result<std::string_view> ExprArena::copy(std::string_view text) {
  DDB_TRY(char* memory, allocate(text.size(), 1));
  if (!text.empty()) std::memcpy(memory, text.data(), text.size());
  return std::string_view(memory, text.size());
}

}  // namespace ddb
