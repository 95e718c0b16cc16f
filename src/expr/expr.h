// expr: typed expressions. Keeps: a tree never changes once built, so subtrees may be shared and any thread may read
// them; it lives as long as the ExprArena it was built in; no tree is deeper than kExprDepthMax.
#pragma once

#include <cstdint>
#include <span>

#include "base/status.h"
#include "expr/registry.h"
#include "record/batch_arena.h"
#include "record/vector.h"

namespace ddb {

struct KernelEntry;  // kernel.h

// Deeper trees are 54001. Evaluation recurses: a level takes some 300 bytes of stack.
inline constexpr uint32_t kExprDepthMax = 1000;
// Larger trees are 54001: shared subtrees count as often as they occur, because that is how often they are evaluated.
inline constexpr uint32_t kExprNodesMax = 1'000'000;
// Of one node; PostgreSQL's limit for calls is 100, lists of IN and OR may be long.
inline constexpr uint32_t kExprArgumentsMax = 65'535;

enum class ExprKind : uint8_t {
  kConstant = 1,  // constant: the value in its physical form; null: NULL. Of type unknown: a literal's text.
  kParameter,     // index: the number of $n, from 1
  kColumn,        // index: of the input's vectors
  kCall,          // function over arguments; also operators, and casts that are functions
  kRelabel,       // the argument under another type with the same bits
  kThroughText,   // the argument's text read as the type
  kModify,        // the argument brought to the modifier of the type: lengths, scales, fields; is_explicit
  kAnd,           // two or more arguments, left to right
  kOr,
  kNot,
  kIsNull,
  kIsNotNull,
  kIsTrue,
  kIsNotTrue,
  kIsFalse,
  kIsNotFalse,
  kIsDistinct,  // of two arguments by function, their equality
  kIsNotDistinct,
  kCase,      // condition, result, condition, result, …, else
  kCoalesce,  // two or more arguments
  kNullIf,    // two arguments; function: their equality
  kGreatest,  // arguments of one type; function: its "less than"
  kLeast,
  kIn,     // the first argument among the others; function: the equality
  kNotIn,  // function: the inequality, which holds for all of them
};

enum class Volatility : uint8_t { kImmutable, kStable, kVolatile };

struct Expr {
  ExprKind kind = ExprKind::kConstant;
  Volatility volatility = Volatility::kImmutable;
  bool can_error = false;    // evaluating it may raise an error, memory and damaged bytes apart
  bool is_explicit = false;  // kModify of a written cast: cuts what does not fit
  uint16_t depth = 1;
  uint32_t node_count = 1;  // of the tree
  ExprType type;
  uint32_t index = 0;
  uint32_t argument_count = 0;
  const Expr* const* arguments = nullptr;
  const FunctionEntry* function = nullptr;
  const KernelEntry* kernel = nullptr;  // of `function`
  const void* constant = nullptr;       // bytes_per_value(kind of the type); text lies in the arena too

  std::span<const Expr* const> args() const { return {arguments, argument_count}; }
  const Expr& arg(size_t i) const { return *arguments[i]; }
  bool is_null_constant() const { return kind == ExprKind::kConstant && constant == nullptr; }
  bool is_literal() const { return kind == ExprKind::kConstant && type.oid == TypeOid::kUnknown; }
};

// The type of the values; text for an unknown literal. REQUIRES: an expression that was built.
SqlType value_type(const Expr& expr);

// Whether some expression in the tree holds. Visits shared subtrees as often as they occur.
template <typename Holds>
bool any_of_tree(const Expr& expr, const Holds& holds) {
  if (holds(expr)) return true;
  for (const Expr* argument : expr.args()) {
    if (any_of_tree(*argument, holds)) return true;
  }
  return false;
}

// Memory of expressions: given back as a whole.
class ExprArena {
 public:
  explicit ExprArena(uint64_t bytes_max) : memory_(bytes_max) {}
  // 53200 when the arena is full.
  Result<Expr*> new_expr();
  Result<const Expr* const*> copy(std::span<const Expr* const> arguments);
  // data() of a copy of "" may be anything.
  Result<std::string_view> copy(std::string_view text);
  Result<char*> allocate(size_t bytes, size_t align);
  uint64_t bytes_held() const { return memory_.bytes_held(); }

 private:
  BatchArena memory_;
};

}  // namespace ddb
