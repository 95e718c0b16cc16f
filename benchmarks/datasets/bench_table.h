// bench_table: the table of all measurements: bench(id bigint PRIMARY KEY, a integer 0…99, b bigint of 40 random bits,
// c double precision, d text of 8 bytes, e text of 22 bytes). Keeps: a row follows from the seed and its id alone, so any
// row is made without those before it, today and on every machine (the assertions at the end are golden).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string_view>
#include <vector>

#include "support/clock.h"

namespace bench {

inline constexpr uint64_t kBenchSeed = 1;

struct BenchRow {
  int64_t id = 0;
  int32_t a = 0;             // 0 … 99
  int64_t b = 0;             // 0 … 2^40 - 1
  double c = 0;              // 0 <= c < 1
  std::array<char, 8> d{};   // letters and digits
  std::array<char, 22> e{};  // likewise

  constexpr std::string_view d_text() const { return {d.data(), d.size()}; }
  constexpr std::string_view e_text() const { return {e.data(), e.size()}; }
};

// May be read by many threads.
class BenchTable {
 public:
  constexpr explicit BenchTable(uint64_t rows, uint64_t seed = kBenchSeed)
      : rows_(rows), key_(mixed(seed ^ 0xD1B54A32D192ED03u)) {}

  constexpr uint64_t rows() const { return rows_; }

  // Row i of 0 … rows() - 1 has id i + 1. Rows behind the last exist too: those that a benchmark appends.
  constexpr BenchRow row(uint64_t i) const {
    BenchRow row;
    row.id = static_cast<int64_t>(i) + 1;
    row.a = static_cast<int32_t>(below(word(i, 0), 100));
    row.b = b_of(row.id);
    row.c = static_cast<double>(word(i, 2) >> 11) * 0x1.0p-53;
    put_text(word(i, 3), row.d.data(), 8);
    put_text(word(i, 4), row.e.data(), 10);
    put_text(word(i, 5), row.e.data() + 10, 10);
    put_text(word(i, 6), row.e.data() + 20, 2);
    return row;
  }

  // b after `version` updates of the row: an update must write a new value, identical ones are skipped by some engines.
  constexpr int64_t b_of(int64_t id, uint64_t version = 0) const {
    const uint64_t drawn = word(static_cast<uint64_t>(id) - 1, 1) >> 24;
    // An odd step: the first 2^40 versions differ.
    return static_cast<int64_t>((drawn + version * 0x9E3779B97Fu) & ((uint64_t{1} << 40) - 1));
  }

  // Independent ids, each row as likely as any other, for point reads.
  std::vector<int64_t> random_ids(size_t count, uint64_t seed) const {
    Random random(key_ ^ seed);
    std::vector<int64_t> ids(count);
    for (int64_t& id : ids) id = static_cast<int64_t>(random.below(rows_)) + 1;
    return ids;
  }
  // Every id once, in random order; the first n are a random sample without repetition.
  std::vector<int64_t> shuffled_ids(uint64_t seed) const {
    Random random(key_ ^ seed);
    std::vector<int64_t> ids(rows_);
    std::iota(ids.begin(), ids.end(), int64_t{1});
    for (size_t i = ids.size(); i > 1; --i) std::swap(ids[i - 1], ids[random.below(i)]);
    return ids;
  }

 private:
  // The finisher of SplitMix64 (Steele, Lea, Flood 2014).
  static constexpr uint64_t mixed(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  // Word `lane` of row i: element 8 · i + lane of the generator's sequence, reached directly.
  constexpr uint64_t word(uint64_t i, uint64_t lane) const {
    return mixed(key_ + (i * 8 + lane + 1) * 0x9E3779B97F4A7C15u);
  }
  static constexpr uint64_t below(uint64_t word, uint64_t bound) {
    return static_cast<uint64_t>((static_cast<unsigned __int128>(word) * bound) >> 64);
  }
  // Up to 10 characters out of the 64 bits, read as a fraction in base 62.
  static constexpr void put_text(uint64_t word, char* to, size_t count) {
    constexpr std::string_view kCharacters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    for (size_t i = 0; i < count; ++i) {
      const unsigned __int128 product = static_cast<unsigned __int128>(word) * kCharacters.size();
      to[i] = kCharacters[static_cast<size_t>(product >> 64)];
      word = static_cast<uint64_t>(product);
    }
  }

  uint64_t rows_;
  uint64_t key_;
};

static_assert(BenchTable(1).row(0).a == 2 && BenchTable(1).row(0).b == 394'574'576'647);
static_assert(BenchTable(1).row(0).c == 0.50355130674790705);
static_assert(BenchTable(1).row(0).d_text() == "mXrBhuDS" &&
              BenchTable(1).row(0).e_text() == "gCYdQuWRRAABTwVIce3Tbv");
static_assert(BenchTable(1).row(999'999).a == 63 && BenchTable(1).row(999'999).d_text() == "mgPzXmEN");

}  // namespace bench
