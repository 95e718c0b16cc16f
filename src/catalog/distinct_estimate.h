// distinct_estimate: how many different values a table has, from a sample.
//
// Haas and Stokes, "Estimating the number of classes in a finite population" (JASA 93, 1998): the estimator Duj1, as
// PostgreSQL's ANALYZE uses it with the two cases beside it.
#pragma once

#include <cstdint>

namespace ddb {

struct DistinctSample {
  uint64_t values = 0;    // sampled that are not NULL, unread ones included
  uint64_t distinct = 0;  // different among those that were read
  uint64_t once = 0;      // of these, those that occur once
  uint64_t unread = 0;    // values that were not read: each counts as one that occurs once
};

// As ColumnStatistics::distinct: a number, or a negative fraction of `table_rows` where it is more than a tenth of them, or 0 without
// values. `null_fraction`: of the sampled rows. Never fails.
double estimate_distinct(const DistinctSample& sample, double null_fraction, double table_rows);

}  // namespace ddb
