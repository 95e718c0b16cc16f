// comparison: the six comparisons and how each is made of "equal" and "less".
#pragma once

#include <cstdint>

namespace ddb {

enum class Comparison : uint8_t { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual };

struct ComparisonPlan {
  bool is_less;    // else equal
  bool exchanged;  // right < left
  uint8_t flip;    // 1: negated
};

constexpr ComparisonPlan comparison_plan(Comparison comparison) {
  switch (comparison) {
    case Comparison::kEqual:
      return {false, false, 0};
    case Comparison::kNotEqual:
      return {false, false, 1};
    case Comparison::kLess:
      return {true, false, 0};
    case Comparison::kLessEqual:
      return {true, true, 1};
    case Comparison::kGreater:
      return {true, true, 0};
    case Comparison::kGreaterEqual:
      break;
  }
  return {true, false, 1};
}

// From a three-way order: −1, 0 or 1.
constexpr bool holds(Comparison comparison, int order) {
  switch (comparison) {
    case Comparison::kEqual:
      return order == 0;
    case Comparison::kNotEqual:
      return order != 0;
    case Comparison::kLess:
      return order < 0;
    case Comparison::kLessEqual:
      return order <= 0;
    case Comparison::kGreater:
      return order > 0;
    case Comparison::kGreaterEqual:
      break;
  }
  return order >= 0;
}

}  // namespace ddb
