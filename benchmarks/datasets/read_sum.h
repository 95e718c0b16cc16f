// read_sum: 64 bits over all values that were read of the bench table, so that engines which read the same rows show the
// same number. Keeps: independent of the order of rows and of how a scan is cut into pieces; every byte of every value
// counts, and so does its column, but not which row of the column it came from. Cheap enough to be inside what is timed:
// an addition a number, three or four a text.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "datasets/bench_table.h"

namespace bench {

class ReadSum {
 public:
  void add_id(int64_t value) { sums_[0] += static_cast<uint64_t>(value); }
  void add_a(int32_t value) { sums_[1] += static_cast<uint64_t>(int64_t{value}); }
  void add_b(int64_t value) { sums_[2] += static_cast<uint64_t>(value); }
  void add_c(double value) { sums_[3] += std::bit_cast<uint64_t>(value); }
  void add_d(std::string_view text) { sums_[4] += text_word(text); }
  void add_e(std::string_view text) { sums_[5] += text_word(text); }
  void add(const BenchRow& row) {
    add_id(row.id);
    add_a(row.a);
    add_b(row.b);
    add_c(row.c);
    add_d(row.d_text());
    add_e(row.e_text());
  }
  // Sums of parts, for instance of threads or of vectors.
  void add(const ReadSum& other) {
    for (size_t i = 0; i < sums_.size(); ++i) sums_[i] += other.sums_[i];
  }

  uint64_t total() const {
    uint64_t total = 0;
    uint64_t weight = 1;
    for (const uint64_t sum : sums_) total += sum * (weight *= 0x9E3779B97F4A7C15u);
    return total;
  }
  friend bool operator==(const ReadSum&, const ReadSum&) = default;

 private:
  static uint64_t load_word(const char* from) {
    uint64_t word;
    std::memcpy(&word, from, sizeof word);
    return word;
  }
  static uint64_t text_word(std::string_view text) {
    const size_t bytes = text.size();
    if (bytes < sizeof(uint64_t)) {
      uint64_t word = 0;
      if (bytes != 0) std::memcpy(&word, text.data(), bytes);
      return word + bytes;
    }
    uint64_t word = bytes;
    for (size_t at = 0; at + sizeof(uint64_t) < bytes; at += sizeof(uint64_t)) {
      word = std::rotl(word, 23) + load_word(text.data() + at);
    }
    return std::rotl(word, 23) + load_word(text.data() + bytes - sizeof(uint64_t));
  }

  std::array<uint64_t, 6> sums_{};
};

}  // namespace bench
