// candidates: PostgreSQL's choice among overloads that all accept a call's arguments.
#pragma once

#include <span>
#include <vector>

#include "expr/registry.h"

namespace ddb {

struct Candidate {
  // Of the call's arguments; variadic ones expanded.
  std::vector<TypeOid> types;
  const void* entry = nullptr;  // an OperatorEntry or FunctionEntry
};

// Keeps those whose argument types the inputs turn into implicitly. Throws std::bad_alloc.
std::vector<Candidate> matching_candidates(std::span<const TypeOid> inputs, std::vector<Candidate> all);

// func_select_candidate: nullptr when none is better than all others. REQUIRES: every candidate matches. Throws
// std::bad_alloc.
const void* best_candidate(std::span<const TypeOid> inputs, std::vector<Candidate> candidates);

}  // namespace ddb
