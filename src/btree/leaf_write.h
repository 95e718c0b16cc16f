// leaf_write: the parts of a leaf's change that inserts of one row and of many share.
#pragma once

#include <cstdint>
#include <cstring>

#include "btree/table_leaf.h"
#include "txn/page_guard.h"

namespace ddb {

// Rows in slots slot, slot + 1, … get positions position, position + 1, …; those behind move on. Nothing without a
// permutation. REQUIRES: the counts are still the old ones.
inline void add_positions(PageWriter& leaf, uint32_t position, uint32_t slot, uint32_t count) {
  const TableLeaf view(leaf.data());
  const uint32_t order = view.permutation();
  if (order == 0) return;
  const size_t behind = view.rows() - position;
  std::byte* at = leaf.change(order + 2 * size_t{position}, 2 * (behind + count));
  if (behind != 0) std::memmove(at + 2 * size_t{count}, at, 2 * behind);
  for (uint32_t i = 0; i < count; ++i) store_le<uint16_t>(at + 2 * i, static_cast<uint16_t>(slot + i));
}

// Bytes of a leaf's permutation.
inline uint32_t permutation_bytes(const TableLeaf& leaf) { return (leaf.capacity() * 2 + 15) / 16 * 16; }

// What strings may take of the gap between arrays and heap: a leaf without a permutation keeps room for one (ADR 0013).
inline uint32_t heap_room(const TableLeaf& leaf) {
  const uint32_t gap = leaf.heap_start() - leaf.arrays_end();
  const uint32_t kept = leaf.permutation() == 0 ? permutation_bytes(leaf) : 0;
  return gap > kept ? gap - kept : 0;
}
inline bool has_room_for_permutation(const TableLeaf& leaf) {
  return leaf.permutation() == 0 && leaf.arrays_end() % 2 == 0 &&
         leaf.heap_start() - leaf.arrays_end() >= permutation_bytes(leaf);
}
// Rows lie in row id order so far. REQUIRES: has_room_for_permutation().
inline void add_permutation(PageWriter& leaf) {
  const TableLeaf view(leaf.data());
  const uint32_t rows = view.rows();
  const uint32_t order = view.arrays_end();
  const uint32_t end = order + permutation_bytes(view);
  if (rows != 0) {
    std::byte* at = leaf.change(order, 2 * size_t{rows});
    for (uint32_t i = 0; i < rows; ++i) store_le<uint16_t>(at + 2 * i, static_cast<uint16_t>(i));
  }
  store_le<uint16_t>(leaf.change(42, 2), static_cast<uint16_t>(order));
  store_le<uint16_t>(leaf.change(50, 2), static_cast<uint16_t>(end));
}

inline void store_counts(PageWriter& leaf, uint32_t used, uint32_t rows, uint32_t heap_start) {
  std::byte* at = leaf.change(36, 10);
  store_le<uint16_t>(at, static_cast<uint16_t>(used));
  store_le<uint16_t>(at + 4, static_cast<uint16_t>(rows));
  store_le<uint16_t>(at + 8, static_cast<uint16_t>(heap_start));
}

}  // namespace ddb
