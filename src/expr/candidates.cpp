// candidates: the rounds of func_select_candidate(), each a function that thins the candidates out.
#include "expr/candidates.h"

#include <algorithm>

#include "expr/coercion.h"

namespace ddb {
namespace {

// Keeps those with the highest score.
template <typename Score>
void keep_best(std::vector<Candidate>& candidates, Score score) {
  int best = 0;
  for (const Candidate& candidate : candidates) best = std::max(best, score(candidate));
  std::erase_if(candidates, [&](const Candidate& candidate) { return score(candidate) != best; });
}

int exact_matches(std::span<const TypeOid> inputs, const Candidate& candidate) {
  int matches = 0;
  for (size_t i = 0; i < inputs.size(); ++i) {
    matches += inputs[i] != TypeOid::kUnknown && candidate.types[i] == inputs[i];
  }
  return matches;
}

// A preferred type counts only within the category of the input.
int exact_or_preferred_matches(std::span<const TypeOid> inputs, const Candidate& candidate) {
  int matches = 0;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i] == TypeOid::kUnknown) continue;
    const TypeOid type = candidate.types[i];
    matches +=
        type == inputs[i] || (is_preferred_type(type) && type_category(type) == type_category(inputs[i]));
  }
  return matches;
}

// What an argument of unknown type is taken for.
struct Slot {
  char category = '\0';
  bool has_preferred = false;
};

// False: the candidates disagree and none takes a string there.
bool choose_slot(const std::vector<Candidate>& candidates, size_t argument, Slot& slot) {
  bool conflict = false;
  for (const Candidate& candidate : candidates) {
    const TypeOid type = candidate.types[argument];
    const char category = type_category(type);
    if (slot.category == '\0' || (category != slot.category && category == 'S')) {
      slot = {category, is_preferred_type(type)};
    } else if (category == slot.category) {
      slot.has_preferred = slot.has_preferred || is_preferred_type(type);
    } else {
      conflict = true;
    }
  }
  return !conflict || slot.category == 'S';
}

// The round for literals: a category for each of them, then only candidates of those categories.
void keep_for_unknowns(std::span<const TypeOid> inputs, std::vector<Candidate>& candidates) {
  std::vector<Slot> slots(inputs.size());
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i] == TypeOid::kUnknown && !choose_slot(candidates, i, slots[i])) return;
  }
  const auto fits = [&](const Candidate& candidate) {
    for (size_t i = 0; i < inputs.size(); ++i) {
      if (inputs[i] != TypeOid::kUnknown) continue;
      const TypeOid type = candidate.types[i];
      if (type_category(type) != slots[i].category) return false;
      if (slots[i].has_preferred && !is_preferred_type(type)) return false;
    }
    return true;
  };
  if (std::none_of(candidates.begin(), candidates.end(), fits)) return;
  std::erase_if(candidates, [&](const Candidate& candidate) { return !fits(candidate); });
}

// The last round: literals are of the one known type. nullptr: that does not decide either.
const void* by_known_type(std::span<const TypeOid> inputs, const std::vector<Candidate>& candidates) {
  TypeOid known = TypeOid::kUnknown;
  for (const TypeOid type : inputs) {
    if (type == TypeOid::kUnknown || type == known) continue;
    if (known != TypeOid::kUnknown) return nullptr;
    known = type;
  }
  if (known == TypeOid::kUnknown) return nullptr;
  const std::vector<TypeOid> all_known(inputs.size(), known);
  const void* found = nullptr;
  for (const Candidate& candidate : candidates) {
    if (!can_coerce_all(all_known, candidate.types, CastContext::kImplicit)) continue;
    if (found != nullptr) return nullptr;
    found = candidate.entry;
  }
  return found;
}

}  // namespace

std::vector<Candidate> matching_candidates(std::span<const TypeOid> inputs, std::vector<Candidate> all) {
  std::erase_if(all, [&](const Candidate& candidate) {
    return !can_coerce_all(inputs, candidate.types, CastContext::kImplicit);
  });
  return all;
}

const void* best_candidate(std::span<const TypeOid> inputs, std::vector<Candidate> candidates) {
  keep_best(candidates, [&](const Candidate& c) { return exact_matches(inputs, c); });
  if (candidates.size() == 1) return candidates[0].entry;
  keep_best(candidates, [&](const Candidate& c) { return exact_or_preferred_matches(inputs, c); });
  if (candidates.size() == 1) return candidates[0].entry;
  if (std::find(inputs.begin(), inputs.end(), TypeOid::kUnknown) == inputs.end()) return nullptr;
  keep_for_unknowns(inputs, candidates);
  if (candidates.size() == 1) return candidates[0].entry;
  return by_known_type(inputs, candidates);
}

}  // namespace ddb
