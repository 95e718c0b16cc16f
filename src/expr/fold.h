// fold: constant parts of an expression are computed once, when it is planned.
#pragma once

#include "expr/expr.h"

namespace ddb {

// The expression with every immutable part whose arguments are constants replaced by its value. What raises an error is
// left as it is, for the rows that meet it; stable and volatile parts are left too. Errors: 53200 only. Throws
// std::bad_alloc.
Result<const Expr*> fold_constants(const Expr& expr, ExprArena& arena);

}  // namespace ddb
