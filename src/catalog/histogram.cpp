// histogram: evenly spaced positions, the rounding always downwards.
#include "catalog/histogram.h"

#include <algorithm>

namespace ddb {

std::vector<uint32_t> histogram_positions(uint32_t values, uint32_t distinct, uint32_t bounds_max) {
  std::vector<uint32_t> positions;
  const uint32_t bounds = std::min(distinct, bounds_max);
  if (bounds < 2 || values < 2) return positions;
  positions.reserve(bounds);
  for (uint32_t i = 0; i < bounds; ++i)
    positions.push_back(static_cast<uint32_t>(uint64_t{i} * (values - 1) / (bounds - 1)));
  return positions;
}

}  // namespace ddb
