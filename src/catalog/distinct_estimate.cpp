// distinct_estimate: Duj1 = n·d / (n − f1 + f1·n / N), with n values sampled of N, d different ones, f1 of them once.
#include "catalog/distinct_estimate.h"

#include <algorithm>
#include <cmath>

namespace ddb {

double estimate_distinct(const DistinctSample& sample, double null_fraction, double table_rows) {
  if (sample.values == 0) return 0;
  const auto once = static_cast<double>(sample.once + sample.unread);
  const auto distinct = static_cast<double>(sample.distinct + sample.unread);
  // Nothing occurs twice: a key, and so it will be when the table grows.
  if (once == distinct) return -(1 - null_fraction);
  double count = distinct;  // Everything occurs more than once: nothing is likely to be left unseen.
  if (once > 0) {
    const auto values = static_cast<double>(sample.values);
    const double all = std::max(table_rows * (1 - null_fraction), values);
    count = values * distinct / (values - once + once * values / all);
    count = std::floor(std::clamp(count, distinct, all) + 0.5);
  }
  // What is many for the table is taken to grow with it.
  if (count > 0.1 * table_rows) return std::max(-1.0, -count / std::max(table_rows, 1.0));
  return count;
}

}  // namespace ddb
