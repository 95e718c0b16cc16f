// slotted_leaf: prototype of a leaf of rows: slots with key heads from the front, rows in a heap from the back.
//
//   32 2 rows   36 2 heap begin   40 8 base of the key heads
//   48 slots, 8 bytes each, in key order: 4 key − base, 2 offset, 2 length
//   row: numbers at the width of their type, then {2 end} a text, then the texts
#pragma once

#include <span>

#include "base/byte_order.h"
#include "support/leaf_rows.h"
#include "txn/database.h"

namespace bench {

class SlottedLeaf {
 public:
  static constexpr const char* kName = "slotted";
  SlottedLeaf(std::vector<LeafColumn> columns, size_t page_bytes)
      : columns_(std::move(columns)), page_bytes_(page_bytes) {
    for (const LeafColumn& column : columns_) {
      at_.push_back(column.kind == CellKind::kText ? texts_++ : fixed_);
      if (column.kind != CellKind::kText) fixed_ += column.bytes;
    }
    for (size_t c = 0; c < columns_.size(); ++c) {
      if (columns_[c].kind == CellKind::kText) at_[c] = fixed_ + at_[c] * 2;
    }
  }

  static size_t rows(const std::byte* p) { return ddb::load_le<uint16_t>(p + 32); }
  size_t lower_bound(const std::byte* p, uint64_t key) const {
    const uint64_t first = ddb::load_le<uint64_t>(p + 40);
    if (key < first) return 0;
    const uint64_t wanted = key - first;
    size_t base = 0;
    for (size_t n = rows(p); n > 0;) {
      const size_t half = n / 2;
      const bool right = ddb::load_le<uint32_t>(p + 48 + (base + half) * 8) < wanted;
      base = right ? base + half + 1 : base;
      n = right ? n - half - 1 : half;
    }
    return base;
  }
  size_t slot_at(const std::byte*, size_t position) const { return position; }
  uint64_t key_at(const std::byte* p, size_t slot) const {
    return ddb::load_le<uint64_t>(p + 40) + ddb::load_le<uint32_t>(p + 48 + slot * 8);
  }
  void read_cells(const std::byte* p, size_t slot, LeafCell* out) const {
    const std::byte* row = p + ddb::load_le<uint16_t>(p + 52 + slot * 8);
    size_t begin = fixed_ + texts_ * 2;
    for (size_t c = 0; c < columns_.size(); ++c) {
      if (columns_[c].kind == CellKind::kText) {
        const size_t end = ddb::load_le<uint16_t>(row + at_[c]);
        out[c].text = {reinterpret_cast<const char*>(row) + begin, end - begin};
        begin = end;
      } else {
        out[c].number = number(row, c);
      }
    }
  }

  Inserted insert(ddb::PageWriter& w, const LeafRow& row) const {
    const std::byte* p = w.data();
    const size_t count = rows(p);
    const uint64_t base = ddb::load_le<uint64_t>(p + 40);
    if (count == 0 || row.key < base || (row.key - base) >> 32 != 0) return Inserted::kRebuild;
    const size_t bytes = row_bytes(row);
    const size_t heap = ddb::load_le<uint16_t>(p + 36);
    if (heap - (48 + count * 8) < bytes + 8) return Inserted::kRebuild;
    const size_t position = row.key > key_at(p, count - 1) ? count : lower_bound(p, row.key);
    encode(row, w.change(heap - bytes, bytes));
    std::byte* slot = w.change(48 + position * 8, (count - position + 1) * 8);
    std::memmove(slot + 8, slot, (count - position) * 8);
    put_slot(slot, row.key - base, heap - bytes, bytes);
    std::byte* head = w.change(32, 8);
    ddb::store_le<uint16_t>(head, static_cast<uint16_t>(count + 1));
    ddb::store_le<uint16_t>(head + 4, static_cast<uint16_t>(heap - bytes));
    return Inserted::kDone;
  }
  bool update_number(ddb::PageWriter& w, size_t slot, size_t column, int64_t value) const {
    const size_t row = ddb::load_le<uint16_t>(w.data() + 52 + slot * 8);
    w.write(row + at_[column], &value, columns_[column].bytes);
    return true;
  }
  bool build(std::byte* p, std::span<const LeafRow> all, bool, size_t) {
    size_t bytes = 48;
    for (const LeafRow& row : all) bytes += row_bytes(row) + 8;
    if (bytes > page_bytes_) return false;
    std::memset(p + 32, 0, page_bytes_ - 32);
    const uint64_t base = all.empty() ? 0 : all.front().key > 1'000'000 ? all.front().key - 1'000'000 : 0;
    ddb::store_le<uint64_t>(p + 40, base);
    size_t heap = page_bytes_;
    for (size_t i = 0; i < all.size(); ++i) {
      const size_t size = row_bytes(all[i]);
      heap -= size;
      encode(all[i], p + heap);
      put_slot(p + 48 + i * 8, all[i].key - base, heap, size);
    }
    ddb::store_le<uint16_t>(p + 32, static_cast<uint16_t>(all.size()));
    ddb::store_le<uint16_t>(p + 36, static_cast<uint16_t>(heap));
    return true;
  }
  void scan(const std::byte* p, std::span<const size_t> chosen, LeafVectors* out) const {
    const size_t count = rows(p);
    out->rows = count;
    for (size_t i = 0; i < count; ++i) {
      const std::byte* row = p + ddb::load_le<uint16_t>(p + 52 + i * 8);
      for (const size_t c : chosen) {
        if (columns_[c].kind == CellKind::kText) {
          const size_t begin =
              at_[c] == fixed_ ? fixed_ + texts_ * 2 : ddb::load_le<uint16_t>(row + at_[c] - 2);
          out->texts[c][i] = {reinterpret_cast<const char*>(row) + begin,
                              ddb::load_le<uint16_t>(row + at_[c]) - begin};
        } else {
          out->numbers[c][i] = number(row, c);
        }
      }
    }
  }

 private:
  int64_t number(const std::byte* row, size_t c) const {
    if (columns_[c].bytes == 4) return static_cast<int32_t>(ddb::load_le<uint32_t>(row + at_[c]));
    return static_cast<int64_t>(ddb::load_le<uint64_t>(row + at_[c]));
  }
  size_t row_bytes(const LeafRow& row) const {
    size_t bytes = fixed_ + texts_ * 2;
    for (size_t c = 0; c < columns_.size(); ++c) bytes += row.cells[c].text.size();
    return bytes;
  }
  void encode(const LeafRow& row, std::byte* to) const {
    size_t end = fixed_ + texts_ * 2;
    for (size_t c = 0; c < columns_.size(); ++c) {
      if (columns_[c].kind == CellKind::kText) {
        std::memcpy(to + end, row.cells[c].text.data(), row.cells[c].text.size());
        end += row.cells[c].text.size();
        ddb::store_le<uint16_t>(to + at_[c], static_cast<uint16_t>(end));
      } else {
        std::memcpy(to + at_[c], &row.cells[c].number, columns_[c].bytes);
      }
    }
  }
  static void put_slot(std::byte* slot, uint64_t key, size_t offset, size_t length) {
    ddb::store_le<uint32_t>(slot, static_cast<uint32_t>(key));
    ddb::store_le<uint16_t>(slot + 4, static_cast<uint16_t>(offset));
    ddb::store_le<uint16_t>(slot + 6, static_cast<uint16_t>(length));
  }

  const std::vector<LeafColumn> columns_;
  const size_t page_bytes_;
  std::vector<size_t> at_;  // of each column in a row; a text's end
  size_t fixed_ = 0;
  size_t texts_ = 0;
};

}  // namespace bench
