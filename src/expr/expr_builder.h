// expr_builder: makes typed expressions as PostgreSQL's parse analysis does: arguments are resolved, literals read,
// parameters get types, casts are inserted. Every function returns a node of the arena, or an error of PostgreSQL:
//
//   42883, 42725, 42804, 42846, 42P08  no or no one operator, function, common type, cast, parameter type
//   22P02, 22007, 22008, 22003 …       a literal that is no value of the type it must have
//   0A000                              found in the registry, and not built here; the message has its name
//   54001, 53200                       too deep a tree; the arena is full
//
// All throw std::bad_alloc. For one thread.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "expr/coercion.h"
#include "expr/expr.h"
#include "expr/parameter_types.h"
#include "record/datetime_context.h"
#include "record/value.h"

namespace ddb {

class ExprBuilder {
 public:
  using Made = Result<const Expr*>;

  // All must outlive this; the arena also the expressions. `datetime` is for reading literals.
  ExprBuilder(ExprArena& arena, ParameterTypes& parameters, const DateTimeContext& datetime)
      : arena_(arena), parameters_(parameters), datetime_(datetime) {}

  // --- Leaves
  // A quoted literal, its type unknown until something asks for one. 22021 when it is not UTF-8.
  Made literal(std::string_view text);
  Made null_literal();
  // A value of a known type, or a typed NULL.
  Made constant(const Value& value);
  Made boolean(bool value) { return constant(Value{{SqlTypeId::kBoolean}, value}); }
  Made parameter(uint32_t number);
  Made column(uint32_t index, const SqlType& type);

  // --- Operators, functions, casts
  // left nullptr: a prefix operator.
  Made operation(std::string_view name, const Expr* left, const Expr* right);
  // Also a cast spelled as a function. 42809-like mistakes, aggregates and window functions are the caller's: those
  // are refused with 0A000 here.
  Made call(std::string_view name, std::span<const Expr* const> arguments);
  // CAST, ::, or an assignment. 42846 "cannot cast type … to …"; for kAssignment 42804.
  Made cast(const Expr* expr, const ExprType& target, CastContext context);

  // --- Boolean. `clause` names the place in messages: 42804 "argument of WHERE must be type boolean, not type integer".
  Made to_boolean(const Expr* expr, std::string_view clause);
  Made all_of(std::span<const Expr* const> arguments);  // AND of one or more
  Made any_of(std::span<const Expr* const> arguments);  // OR
  Made negation(const Expr* expr);
  // kIsTrue … kIsNotFalse; IS UNKNOWN is kIsNull over to_boolean().
  Made boolean_test(ExprKind test, const Expr* expr);
  Made is_null(const Expr* expr, bool negated);

  // --- Comparison
  Made distinct(const Expr* left, const Expr* right, bool negated);
  Made between(const Expr* expr, const Expr* low, const Expr* high, bool negated, bool symmetric);
  Made in(const Expr* expr, std::span<const Expr* const> list, bool negated);
  // LIKE, ILIKE; escape nullptr: the backslash.
  Made like(const Expr* text, const Expr* pattern, const Expr* escape, bool negated, bool ignore_case);

  // --- Choice
  // operand nullptr: conditions are boolean. otherwise nullptr: NULL.
  Made choice(const Expr* operand, std::span<const Expr* const> whens, std::span<const Expr* const> thens,
              const Expr* otherwise);
  Made coalesce(std::span<const Expr* const> arguments);
  Made null_if(const Expr* left, const Expr* right);
  Made greatest(std::span<const Expr* const> arguments, bool least);

  // --- Types of several expressions
  // For UNION, VALUES and the like: brings an expression to the type that select_common_type() chose. 42846.
  Made to_common_type(const Expr* expr, TypeOid type, std::string_view what);
  // A result column: a literal or parameter of no type becomes text.
  Made settled(const Expr* expr);

 private:
  struct Operands {
    const Expr* left;  // nullptr of a prefix operator
    const Expr* right;
    const FunctionEntry* function;
    const KernelEntry* kernel;
    TypeOid result;
  };

  Result<Operands> resolve_operands(std::string_view name, const Expr* left, const Expr* right);
  Made call_function(const FunctionEntry& function, TypeOid result, std::span<const Expr* const> arguments);
  Made text_of_any(const Expr* left, const Expr* right);
  Made coerce(const Expr* expr, TypeOid target, CastContext context);
  Made read_literal(const Expr& literal, TypeOid target);
  Made read_default(const ExprType& type);
  Made to_modifier(const Expr* expr, const ExprType& target, bool is_explicit);
  // The same physical form as `type`, for nodes that copy values.
  Made to_form(const Expr* expr, const ExprType& type);
  Made typed_leaf(ExprKind kind, uint32_t index, const ExprType& type);
  Made typed_null(const ExprType& type);
  Made wrap(ExprKind kind, const ExprType& type, const Expr* argument);
  Made make(Expr node, std::span<const Expr* const> arguments);
  Made comparison(ExprKind kind, const Operands& operands, const ExprType& type);
  Result<std::vector<const Expr*>> to_one_type(std::span<const Expr* const> arguments, std::string_view what,
                                               ExprType& type);

  ExprArena& arena_;
  ParameterTypes& parameters_;
  const DateTimeContext& datetime_;
};

}  // namespace ddb
