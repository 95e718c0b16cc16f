// resolve: exact matches first, then the candidates that accept the arguments.
#include "expr/resolve.h"

#include <algorithm>
#include <string>

#include "expr/candidates.h"
#include "expr/coercion.h"

namespace ddb {
namespace {

Status no_such_operator(std::string_view name, TypeOid left, TypeOid right) {
  const bool is_prefix = left == TypeOid::kNone;
  return Status::error(sqlstate::kUndefinedFunction,
                       "operator does not exist: " + operator_signature(name, left, right))
      .with_hint(is_prefix ? "No operator matches the given name and argument type. You might need to add an "
                             "explicit type cast."
                           : "No operator matches the given name and argument types. You might need to add "
                             "explicit type casts.");
}

Status ambiguous_operator(std::string_view name, TypeOid left, TypeOid right) {
  return Status::error(sqlstate::kAmbiguousFunction,
                       "operator is not unique: " + operator_signature(name, left, right))
      .with_hint("Could not choose a best candidate operator. You might need to add explicit type casts.");
}

// An operator of exactly these types; a literal beside a known type is taken for that type.
const OperatorEntry* exact_operator(std::string_view name, TypeOid left, TypeOid right) {
  if (left == TypeOid::kUnknown) left = right;
  if (right == TypeOid::kUnknown && left != TypeOid::kNone) right = left;
  return find_operator(name, left, right);
}

// The types a function would be called with, or nothing when it does not take so many arguments. `fixed` counts those
// before the variadic ones.
bool expand_arguments(const FunctionEntry& function, size_t count, Candidate& out, bool& is_variadic) {
  const std::span<const TypeOid> declared = argument_types(function);
  is_variadic = function.variadic != TypeOid::kNone && declared.size() <= count;
  if (is_variadic) {
    out.types.assign(declared.begin(), declared.end() - 1);
    out.types.resize(count, function.variadic);
    return true;
  }
  if (count > declared.size() || count + function.default_count < declared.size()) return false;
  out.types.assign(declared.begin(), declared.begin() + static_cast<ptrdiff_t>(count));
  return true;
}

std::vector<Candidate> function_candidates(std::string_view name, size_t count) {
  std::vector<Candidate> candidates;
  std::vector<bool> variadic;
  for (const FunctionEntry& function : functions_named(name)) {
    Candidate candidate;
    bool is_variadic = false;
    if (!expand_arguments(function, count, candidate, is_variadic)) continue;
    candidate.entry = &function;
    // Of two with the same arguments the one that is not variadic, or needs no defaults, hides the other.
    const auto same = std::find_if(candidates.begin(), candidates.end(),
                                   [&](const Candidate& c) { return c.types == candidate.types; });
    if (same == candidates.end()) {
      candidates.push_back(std::move(candidate));
      variadic.push_back(is_variadic);
    } else if (variadic[static_cast<size_t>(same - candidates.begin())] && !is_variadic) {
      variadic[static_cast<size_t>(same - candidates.begin())] = false;
      *same = std::move(candidate);
    }
  }
  return candidates;
}

// A call of one argument by the name of a type, `text(x)`, is a cast where that needs no function of its own.
TypeOid cast_by_name(std::string_view name, TypeOid argument, bool is_literal) {
  const TypeEntry* type = find_type(name);
  if (type == nullptr || type->kind == 'p') return TypeOid::kNone;
  if (argument == TypeOid::kUnknown && is_literal) return type->oid;
  const CoercionPath path = find_coercion(argument, type->oid, CastContext::kExplicit);
  const bool is_cast =
      path.kind == CoercionPath::Kind::kRelabel || path.kind == CoercionPath::Kind::kThroughText;
  return is_cast ? type->oid : TypeOid::kNone;
}

ResolvedFunction chosen(const FunctionEntry* function, size_t count) {
  ResolvedFunction resolved;
  Candidate candidate;
  resolved.function = function;
  resolved.given = count;
  // It was a candidate, so it takes these arguments.
  if (expand_arguments(*function, count, candidate, resolved.is_variadic)) {
    resolved.declared = std::move(candidate.types);
  }
  if (!resolved.is_variadic) {
    const std::span<const TypeOid> declared = argument_types(*function);
    resolved.declared.assign(declared.begin(), declared.end());
  }
  return resolved;
}

Status no_such_function(std::string_view name, std::span<const TypeOid> arguments) {
  return Status::error(sqlstate::kUndefinedFunction,
                       "function " + function_signature(name, arguments) + " does not exist")
      .with_hint(
          "No function matches the given name and argument types. You might need to add explicit type "
          "casts.");
}

Status ambiguous_function(std::string_view name, std::span<const TypeOid> arguments) {
  return Status::error(sqlstate::kAmbiguousFunction,
                       "function " + function_signature(name, arguments) + " is not unique")
      .with_hint("Could not choose a best candidate function. You might need to add explicit type casts.");
}

}  // namespace

Result<const OperatorEntry*> resolve_operator(std::string_view name, TypeOid left, TypeOid right) {
  if (const OperatorEntry* exact = exact_operator(name, left, right)) return exact;
  const bool is_prefix = left == TypeOid::kNone;
  const TypeOid both[] = {left, right};
  const std::span<const TypeOid> inputs(is_prefix ? both + 1 : both, is_prefix ? 1 : 2);
  std::vector<Candidate> candidates;
  for (const OperatorEntry& entry : operators_named(name)) {
    if ((entry.left == TypeOid::kNone) != is_prefix) continue;
    Candidate candidate;
    if (!is_prefix) candidate.types.push_back(entry.left);
    candidate.types.push_back(entry.right);
    candidate.entry = &entry;
    candidates.push_back(std::move(candidate));
  }
  candidates = matching_candidates(inputs, std::move(candidates));
  if (candidates.empty()) return no_such_operator(name, left, right);
  if (candidates.size() == 1) return static_cast<const OperatorEntry*>(candidates[0].entry);
  const void* best = best_candidate(inputs, std::move(candidates));
  if (best == nullptr) return ambiguous_operator(name, left, right);
  return static_cast<const OperatorEntry*>(best);
}

Result<ResolvedFunction> resolve_function(std::string_view name, std::span<const TypeOid> arguments,
                                          bool first_is_literal) {
  std::vector<Candidate> candidates = function_candidates(name, arguments.size());
  for (const Candidate& candidate : candidates) {
    if (std::equal(arguments.begin(), arguments.end(), candidate.types.begin(), candidate.types.end())) {
      return chosen(static_cast<const FunctionEntry*>(candidate.entry), arguments.size());
    }
  }
  if (arguments.size() == 1) {
    const TypeOid target = cast_by_name(name, arguments[0], first_is_literal);
    if (target != TypeOid::kNone) {
      ResolvedFunction cast;
      cast.cast_target = target;
      cast.given = 1;
      return cast;
    }
  }
  candidates = matching_candidates(arguments, std::move(candidates));
  if (candidates.empty()) return no_such_function(name, arguments);
  if (candidates.size() == 1) {
    return chosen(static_cast<const FunctionEntry*>(candidates[0].entry), arguments.size());
  }
  const void* best = best_candidate(arguments, std::move(candidates));
  if (best == nullptr) return ambiguous_function(name, arguments);
  return chosen(static_cast<const FunctionEntry*>(best), arguments.size());
}

}  // namespace ddb
