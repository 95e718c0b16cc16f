// coercion: which type turns into which, and how: PostgreSQL's find_coercion_pathway, can_coerce_type and
// select_common_type over the registry. Nothing here throws but what builds messages (std::bad_alloc).
#pragma once

#include <span>
#include <string_view>

#include "base/status.h"
#include "expr/registry.h"

namespace ddb {

// Who asks: an operand, an INSERT's or UPDATE's target, a written cast. Each allows what the one before it allows.
enum class CastContext : uint8_t { kImplicit, kAssignment, kExplicit };

struct CoercionPath {
  enum class Kind : uint8_t { kNone, kRelabel, kFunction, kThroughText };
  Kind kind = Kind::kNone;
  FunctionOid function{0};  // of kFunction
};

// Between two known types.
CoercionPath find_coercion(TypeOid source, TypeOid target, CastContext context);

// Also for unknown literals and pseudo-types.
bool can_coerce(TypeOid source, TypeOid target, CastContext context);
// All of them; polymorphic targets are also tried against each other. REQUIRES: equal sizes.
bool can_coerce_all(std::span<const TypeOid> sources, std::span<const TypeOid> targets, CastContext context);

bool is_polymorphic(TypeOid oid);

// The types that stand for the polymorphic ones among `declared`, which is rewritten, given the actual types; returns
// what `result` is then. 42804 when nothing tells the type. REQUIRES: can_coerce_all(actual, declared).
Result<TypeOid> settle_polymorphic(std::span<const TypeOid> actual, std::span<TypeOid> declared,
                                   TypeOid result);

// The type of CASE, COALESCE, GREATEST, LEAST, UNION, VALUES and IN over inputs of these types. `what` begins the
// message: 42804 "CASE types integer and text cannot be matched". REQUIRES: types is not empty.
Result<TypeOid> select_common_type(std::span<const TypeOid> types, std::string_view what);

}  // namespace ddb
