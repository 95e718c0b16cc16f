// row_lines: where the lines of a row lie in a leaf, told from where they lay in the leaf read last and from the separators around it. In a
// table whose ids have few gaps a fetch then waits for memory once: header, ids and cells come together. A guess that is wrong costs some
// lines that nobody reads.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/prefetch.h"
#include "btree/table_leaf.h"

namespace ddb {

class RowLines {
 public:
  static constexpr uint32_t kColumnsMax = 12;  // more are not asked for

  // After a row of `leaf` was found, its columns at directory indexes map[columns[…]].
  void learn(const TableLeaf& leaf, const uint32_t* map, std::span<const uint32_t> columns) {
    rows_ = leaf.rows();
    if (arrays_end_ == leaf.arrays_end() && capacity_ == leaf.capacity() && asked_ == columns.size())
        [[likely]]
      return;
    arrays_end_ = leaf.arrays_end();
    capacity_ = leaf.capacity();
    asked_ = columns.size();
    const LeafEntry ids = leaf.row_ids();
    ids_ = {ids.offset, ids.width};
    cells_count_ = 0;
    for (const uint32_t column : columns) {
      if (map[column] >= leaf.columns() || cells_count_ == kColumnsMax) continue;
      const LeafEntry entry = leaf.column(map[column]);
      cells_[cells_count_++] = {entry.offset, entry.width};
    }
  }

  // A leaf whose row ids lie in [low, high) is about to be searched for `row_id`, which lies there too.
  void expect(const std::byte* page, int64_t row_id, int64_t low, int64_t high) const {
    if (rows_ == 0) return;
    const uint64_t range = static_cast<uint64_t>(high) - static_cast<uint64_t>(low);
    uint64_t position = static_cast<uint64_t>(row_id) - static_cast<uint64_t>(low);
    if (range != rows_)
      position = static_cast<uint64_t>(static_cast<double>(position) * rows_ / static_cast<double>(range));
    prefetch(page);
    prefetch(page + 64);
    prefetch(page + 128);
    prefetch(page + ids_.offset);
    prefetch(page + ids_.offset + (rows_ - 1) * ids_.width);
    prefetch(page + ids_.offset + position * ids_.width);
    for (uint32_t i = 0; i < cells_count_; ++i) {
      const std::byte* cell = page + cells_[i].offset + position * cells_[i].width;
      prefetch(cell);
      if (cells_[i].width > 8) prefetch(cell + cells_[i].width - 1);
    }
  }

 private:
  struct Array {
    uint32_t offset = 0;
    uint32_t width = 0;
  };
  uint32_t rows_ = 0;
  uint32_t arrays_end_ = 0, capacity_ = 0;
  size_t asked_ = 0;
  Array ids_;
  uint32_t cells_count_ = 0;
  std::array<Array, kColumnsMax> cells_;
};

}  // namespace ddb
