// resolve: which operator or function a call means, by PostgreSQL 15's rules (oper(), func_get_detail(),
// func_select_candidate() of its parser). Literals and parameters of no known type are kUnknown. All of this throws
// std::bad_alloc and nothing else.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "expr/registry.h"

namespace ddb {

// left kNone: a prefix operator. 42883 "operator does not exist: integer + text", 42725 "operator is not unique: …".
Result<const OperatorEntry*> resolve_operator(std::string_view name, TypeOid left, TypeOid right);

struct ResolvedFunction {
  // nullptr: the call is a cast, `date('2020-01-01')`, to `cast_target`.
  const FunctionEntry* function = nullptr;
  TypeOid cast_target = TypeOid::kNone;
  // One per argument of the call and per default that stands for a missing one; a variadic one is repeated.
  std::vector<TypeOid> declared;
  // Arguments that are written; the defaults of the others follow.
  size_t given = 0;
  bool is_variadic = false;
};

// `first_is_literal`: the first argument is a quoted literal or NULL without a type, not a parameter.
// 42883 "function lower(integer, text) does not exist", 42725 "function … is not unique".
Result<ResolvedFunction> resolve_function(std::string_view name, std::span<const TypeOid> arguments,
                                          bool first_is_literal);

}  // namespace ddb
