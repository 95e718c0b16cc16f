// sample_options: the bounds of what a look at a table may read and hold.
#pragma once

#include <cstdint>
#include <functional>

namespace ddb {

struct SampleOptions {
  uint32_t rows_max = 30000;  // PostgreSQL's 300 × 100 parts of a histogram
  uint32_t leaves_max = 30000;
  uint32_t inner_pages_max = 30000;                // of each level
  uint64_t memory_bytes_max = uint64_t{64} << 20;  // of sampled values
  uint32_t long_value_bytes_max = 64 << 10;        // longer values in overflow pages are not read
  uint64_t long_values_bytes_max = uint64_t{64}
                                   << 20;  // nor are those in overflow pages behind so many bytes of them
  uint64_t seed = 0;
  std::function<bool()> is_cancelled;  // asked before each page; may be empty
};

}  // namespace ddb
