// selection: which rows of a batch count. Keeps: positions ascend and are below kVectorRowsMax.
#pragma once

#include <cstdint>

#include "base/assert.h"

namespace ddb {

// Rows of a batch, at most.
inline constexpr uint32_t kVectorRowsMax = 2048;

// A view: the positions belong to somebody else.
class Selection {
 public:
  Selection() = default;  // no rows
  // The first `count` rows.
  static Selection all(uint32_t count) { return Selection(nullptr, count); }
  // `positions` must outlive this.
  Selection(const uint16_t* positions, uint32_t count) : positions_(positions), count_(count) {
    DDB_ASSERT(count <= kVectorRowsMax);
  }

  uint32_t count() const { return count_; }
  // True when positions are 0, 1, 2, … without an array.
  bool is_dense() const { return positions_ == nullptr; }
  // nullptr when is_dense().
  const uint16_t* positions() const { return positions_; }
  uint32_t operator[](uint32_t i) const { return positions_ == nullptr ? i : positions_[i]; }

 private:
  const uint16_t* positions_ = nullptr;
  uint32_t count_ = 0;
};

// Writes the positions of `from` for which keep(position) holds to `out`, which has room for from.count() of them and
// may be from.positions(). Returns their number. No branch depends on what keep() answers.
template <typename Keep>
inline uint32_t select_rows(const Selection& from, Keep&& keep, uint16_t* out) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < from.count(); ++i) {
    const uint32_t position = from[i];
    out[kept] = static_cast<uint16_t>(position);
    kept += static_cast<uint32_t>(static_cast<bool>(keep(position)));
  }
  return kept;
}

}  // namespace ddb
