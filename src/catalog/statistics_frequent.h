// statistics_frequent: how many of a sample's most frequent values are worth keeping, by the rules of PostgreSQL's ANALYZE.
#pragma once

#include <cstdint>
#include <span>

namespace ddb {

struct FrequencySample {
  uint64_t sample_rows = 0;  // NULLs included
  double table_rows = 0;
  double null_fraction = 0;
  double distinct = 0;           // as ColumnStatistics::distinct
  uint64_t distinct_sample = 0;  // different values in the sample
  bool has_unread = false;
};

// `counts`: how often the most frequent values occur in the sample, descending, each more than once. All are kept if they are all the
// values of the column, or all rows were read. Else a value is dropped, the rarest first, while it could by chance be one
// of the others: its count is not above what the rest has on average by more than two standard deviations of the
// hypergeometric distribution.
uint32_t frequent_values_kept(std::span<const uint32_t> counts, const FrequencySample& sample);

}  // namespace ddb
