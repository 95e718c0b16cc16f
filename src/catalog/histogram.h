// histogram: which of a column's sampled values become the bounds of its equi-height histogram, by PostgreSQL's rule.
#pragma once

#include <cstdint>
#include <vector>

#include "catalog/statistics.h"

namespace ddb {

// Positions in a sorted list of `values` values (frequent ones taken out) of which `distinct` differ: the first, the last and
// evenly spaced ones between, as many as `distinct` and at most `bounds_max`. None if fewer than two differ. Ascending.
std::vector<uint32_t> histogram_positions(uint32_t values, uint32_t distinct,
                                          uint32_t bounds_max = kHistogramBoundsMax);

}  // namespace ddb
