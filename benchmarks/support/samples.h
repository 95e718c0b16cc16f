// samples: percentiles by nearest rank and medians over rounds.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace bench {

// Latencies of single operations in nanoseconds.
class Samples {
 public:
  void add(uint64_t ns) { values_.push_back(ns); }
  void add(const Samples& other) {
    values_.insert(values_.end(), other.values_.begin(), other.values_.end());
  }
  void reserve(size_t count) { values_.reserve(count); }
  void clear() { values_.clear(); }
  size_t count() const { return values_.size(); }

  // The smallest sample that at least `percent` of the samples do not exceed, in nanoseconds; 0 without samples.
  double percentile(double percent) {
    if (values_.empty()) return 0;
    const auto rank = static_cast<size_t>(std::ceil(percent / 100.0 * static_cast<double>(values_.size())));
    const size_t index = rank == 0 ? 0 : rank - 1;
    std::nth_element(values_.begin(), values_.begin() + static_cast<std::ptrdiff_t>(index), values_.end());
    return static_cast<double>(values_[index]);
  }
  double percentile_us(double percent) { return percentile(percent) / 1000.0; }
  double max_us() const {
    return values_.empty() ? 0
                           : static_cast<double>(*std::max_element(values_.begin(), values_.end())) / 1000.0;
  }

 private:
  std::vector<uint64_t> values_;
};

// The middle value; of an even count the mean of the two in the middle. 0 without values.
inline double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

// Round by round: what[i] / by[i].
inline std::vector<double> ratios(const std::vector<double>& what, const std::vector<double>& by) {
  std::vector<double> out;
  for (size_t i = 0; i < std::min(what.size(), by.size()); ++i)
    out.push_back(by[i] == 0 ? 0 : what[i] / by[i]);
  return out;
}

}  // namespace bench
