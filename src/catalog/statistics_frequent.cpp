// statistics_frequent: the test of a frequency against that of the rest.
#include "catalog/statistics_frequent.h"

#include <algorithm>
#include <cmath>

namespace ddb {

uint32_t frequent_values_kept(std::span<const uint32_t> counts, const FrequencySample& sample) {
  auto kept = static_cast<uint32_t>(counts.size());
  if (kept == sample.distinct_sample && !sample.has_unread && sample.distinct > 0) return kept;
  const auto n = static_cast<double>(sample.sample_rows);
  const double all = sample.table_rows;
  if (n >= all || all <= 1) return kept;

  const double distinct = sample.distinct < 0 ? -sample.distinct * all : sample.distinct;
  double more_frequent = 0;  // counts of the values before the last
  for (uint32_t i = 0; i + 1 < kept; ++i) more_frequent += counts[i];
  while (kept > 0) {
    const double count = counts[kept - 1];
    double rest = std::clamp(1 - more_frequent / n - sample.null_fraction, 0.0, 1.0);
    const double others = distinct - (kept - 1);
    if (others > 1) rest /= others;
    // Of a value with `in_table` rows of `all`, n drawn without putting back.
    const double in_table = all * count / n;
    const double variance = n * in_table * (all - in_table) * (all - n) / (all * all * (all - 1));
    if (count > rest * n + 2 * std::sqrt(std::max(variance, 0.0)) + 0.5) break;
    if (--kept > 0) more_frequent -= counts[kept - 1];
  }
  return kept;
}

}  // namespace ddb
