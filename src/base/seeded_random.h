// seeded_random: a small deterministic generator (splitmix64, Steele et al. 2014) for simulation and tests. One seed
// gives the same numbers on every machine. Not for secrets.
#pragma once

#include <cstdint>

namespace ddb {

// One step of splitmix64 as a pure function: a well mixed 64-bit hash.
constexpr uint64_t mix64(uint64_t x) {
  x += 0x9E3779B97F4A7C15ull;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
  return x ^ (x >> 31);
}

class SeededRandom {
 public:
  explicit constexpr SeededRandom(uint64_t seed) : state_(mix64(seed)) {}
  constexpr uint64_t next() {
    state_ += 0x9E3779B97F4A7C15ull;
    return mix64(state_);
  }
  // Uniform in [0, bound); 0 when bound is 0.
  constexpr uint64_t below(uint64_t bound) {
    return static_cast<uint64_t>((static_cast<unsigned __int128>(next()) * bound) >> 64);
  }
  // True with probability per_mille / 1000.
  constexpr bool chance(uint32_t per_mille) { return below(1000) < per_mille; }

 private:
  uint64_t state_;
};

}  // namespace ddb
