// fold: from the leaves up, so that each node is evaluated at most once, over constants.
#include "expr/fold.h"

#include <algorithm>
#include <vector>

#include "expr/evaluator.h"
#include "expr/expr_builder.h"
#include "record/vector_value.h"

namespace ddb {
namespace {

// Of one node's value; a larger one is left to be computed when it is needed.
constexpr uint64_t kFoldBytesMax = 1 << 20;

// nullptr: it raised an error.
Result<const Expr*> value_of(const Expr& expr, ExprArena& arena) {
  const Expr* root = &expr;
  auto evaluator = Evaluator::create({&root, 1}, 1, kFoldBytesMax);
  if (!evaluator.is_ok()) return static_cast<const Expr*>(nullptr);
  const ExpressionContext context;
  (*evaluator)->begin({}, context);
  const Vector& result = (*evaluator)->evaluate(0, Selection::all(1));
  if ((*evaluator)->failed()) return static_cast<const Expr*>(nullptr);
  DDB_TRY(const Value value, value_at(result, value_type(expr), 0));
  ParameterTypes none;
  ExprBuilder builder(arena, none, context.datetime);
  return builder.constant(value);
}

bool is_leaf(const Expr& expr) { return expr.argument_count == 0 && expr.kind != ExprKind::kCall; }

}  // namespace

Result<const Expr*> fold_constants(const Expr& expr, ExprArena& arena) {
  if (is_leaf(expr)) return &expr;
  std::vector<const Expr*> folded;
  bool all_constant = true, changed = false;
  for (const Expr* argument : expr.args()) {
    DDB_TRY(const Expr* const one, fold_constants(*argument, arena));
    folded.push_back(one);
    changed = changed || one != argument;
    all_constant = all_constant && one->kind == ExprKind::kConstant;
  }
  const Expr* result = &expr;
  if (changed) {
    DDB_TRY(Expr* const copy, arena.new_expr());
    *copy = expr;
    DDB_TRY(copy->arguments, arena.copy(folded));
    copy->node_count = 1;
    copy->depth = 1;
    for (const Expr* argument : folded) {
      copy->node_count += argument->node_count;
      copy->depth = std::max<uint16_t>(copy->depth, static_cast<uint16_t>(argument->depth + 1));
    }
    result = copy;
  }
  if (!all_constant || expr.volatility != Volatility::kImmutable) return result;
  DDB_TRY(const Expr* const value, value_of(*result, arena));
  return value != nullptr ? value : result;
}

}  // namespace ddb
