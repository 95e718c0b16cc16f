// pax_leaf: prototype of a leaf with an array per column, integers narrowed by frame of reference (STORAGE 29, 30).
//
//   32 2 rows   34 2 capacity   36 2 heap begin (grows down from the page end)   38 2 offset of the permutation, 0 = identity
//   48 directory, 16 bytes each, entry 0 the row id: 8 base, 2 offset, 1 width (0, 1, 2, 4, 8)
// Text is {2 offset, 2 length} into the heap.
#pragma once

#include <algorithm>
#include <span>

#include "base/byte_order.h"
#include "support/leaf_rows.h"
#include "txn/database.h"

namespace bench {

class PaxLeaf {
 public:
  static constexpr const char* kName = "pax";
  PaxLeaf(std::vector<LeafColumn> columns, size_t page_bytes)
      : columns_(std::move(columns)), page_bytes_(page_bytes), hints_(columns_.size() + 1, 0) {
    hints_[0] = 2;
  }

  static size_t rows(const std::byte* p) { return ddb::load_le<uint16_t>(p + 32); }

  // Position in key order of the first key >= `key`.
  size_t lower_bound(const std::byte* p, uint64_t key) const {
    const size_t perm = ddb::load_le<uint16_t>(p + 38);
    const Entry ids = entry(p, 0);
    if (static_cast<int64_t>(key) < ids.base) return 0;
    const uint64_t wanted = key - static_cast<uint64_t>(ids.base);
    switch (ids.width) {
      case 1:
        return search<uint8_t>(p, ids.offset, perm, wanted);
      case 2:
        return search<uint16_t>(p, ids.offset, perm, wanted);
      case 4:
        return search<uint32_t>(p, ids.offset, perm, wanted);
      default:
        return search<uint64_t>(p, ids.offset, perm, wanted);
    }
  }
  size_t slot_at(const std::byte* p, size_t position) const {
    const size_t perm = ddb::load_le<uint16_t>(p + 38);
    return perm == 0 ? position : ddb::load_le<uint16_t>(p + perm + position * 2);
  }
  uint64_t key_at(const std::byte* p, size_t slot) const {
    const Entry e = entry(p, 0);
    return static_cast<uint64_t>(e.base) + narrow(p, e, slot);
  }
  void read_cells(const std::byte* p, size_t slot, LeafCell* out) const {
    for (size_t c = 0; c < columns_.size(); ++c) {
      const Entry e = entry(p, c + 1);
      if (columns_[c].kind == CellKind::kText) {
        const std::byte* at = p + e.offset + slot * 4;
        out[c].text = {reinterpret_cast<const char*>(p) + ddb::load_le<uint16_t>(at),
                       ddb::load_le<uint16_t>(at + 2)};
      } else {
        out[c].number = e.base + static_cast<int64_t>(narrow(p, e, slot));
      }
    }
  }

  Inserted insert(ddb::PageWriter& w, const LeafRow& row) const {
    const std::byte* p = w.data();
    const size_t count = rows(p);
    if (count == ddb::load_le<uint16_t>(p + 34)) return Inserted::kRebuild;
    const size_t perm = ddb::load_le<uint16_t>(p + 38);
    const bool at_end = count == 0 || row.key > key_at(p, slot_at(p, count - 1));
    if (!at_end && perm == 0) return Inserted::kRebuild;  // gets a permutation
    size_t heap_bytes = 0;
    for (size_t c = 0; c <= columns_.size(); ++c) {
      const Entry e = entry(p, c);
      if (c > 0 && columns_[c - 1].kind == CellKind::kText) {
        heap_bytes += row.cells[c - 1].text.size();
      } else if (!fits(e, c == 0 ? static_cast<int64_t>(row.key) : row.cells[c - 1].number)) {
        return Inserted::kRebuild;
      }
    }
    size_t heap = ddb::load_le<uint16_t>(p + 36);
    if (heap - heap_end_of_arrays(p) < heap_bytes) return Inserted::kRebuild;
    const size_t position = at_end ? count : lower_bound(p, row.key);
    for (size_t c = 0; c <= columns_.size(); ++c) {
      const Entry e = entry(p, c);
      if (c > 0 && columns_[c - 1].kind == CellKind::kText) {
        const std::string_view text = row.cells[c - 1].text;
        heap -= text.size();
        w.write(heap, text.data(), text.size());
        std::byte* at = w.change(e.offset + count * 4, 4);
        ddb::store_le<uint16_t>(at, static_cast<uint16_t>(heap));
        ddb::store_le<uint16_t>(at + 2, static_cast<uint16_t>(text.size()));
      } else if (e.width > 0) {
        put(w, e, count, c == 0 ? static_cast<int64_t>(row.key) : row.cells[c - 1].number);
      }
    }
    if (perm != 0) {
      std::byte* at = w.change(perm + position * 2, (count - position + 1) * 2);
      std::memmove(at + 2, at, (count - position) * 2);
      ddb::store_le<uint16_t>(at, static_cast<uint16_t>(count));
    }
    std::byte* head = w.change(32, 8);
    ddb::store_le<uint16_t>(head, static_cast<uint16_t>(count + 1));
    ddb::store_le<uint16_t>(head + 4, static_cast<uint16_t>(heap));
    return Inserted::kDone;
  }

  // False: the value needs a wider column.
  bool update_number(ddb::PageWriter& w, size_t slot, size_t column, int64_t value) const {
    const Entry e = entry(w.data(), column + 1);
    if (!fits(e, value)) return false;
    if (e.width > 0) put(w, e, slot, value);
    return true;
  }

  // Writes the rows, in key order, into the page; false if they and `room` more do not fit. `sparse`: with a permutation.
  bool build(std::byte* p, std::span<const LeafRow> all, bool sparse, size_t room) {
    const size_t columns = columns_.size() + 1;
    std::vector<Entry> entries(columns);
    size_t heap_bytes = 0;
    size_t row_bytes = sparse ? 2 : 0;
    for (size_t c = 0; c < columns; ++c) {
      Entry& e = entries[c];
      if (c > 0 && columns_[c - 1].kind == CellKind::kText) {
        for (const LeafRow& row : all) heap_bytes += row.cells[c - 1].text.size();
        e.width = 4;
      } else if (c > 0 && columns_[c - 1].kind == CellKind::kDouble) {
        e.width = 8;
      } else {
        choose(all, c, &e);
      }
      row_bytes += e.width;
    }
    const size_t fixed = 48 + columns * 32;  // directory, alignment
    const size_t mean = all.empty() ? 32 : heap_bytes / all.size();
    const size_t capacity = (page_bytes_ - fixed) / (row_bytes + mean);
    if (capacity < all.size() + room || fixed + capacity * row_bytes + heap_bytes > page_bytes_) return false;
    std::memset(p + 32, 0, page_bytes_ - 32);
    size_t at = (48 + columns * 16 + 15) / 16 * 16;
    for (size_t c = 0; c < columns; ++c) {
      entries[c].offset = static_cast<uint16_t>(at);
      ddb::store_le<uint64_t>(p + 48 + c * 16, static_cast<uint64_t>(entries[c].base));
      ddb::store_le<uint16_t>(p + 56 + c * 16, entries[c].offset);
      p[58 + c * 16] = static_cast<std::byte>(entries[c].width);
      at = (at + capacity * entries[c].width + 15) / 16 * 16;
    }
    ddb::store_le<uint16_t>(p + 34, static_cast<uint16_t>(capacity));
    if (sparse) {
      ddb::store_le<uint16_t>(p + 38, static_cast<uint16_t>(at));
      for (size_t i = 0; i < all.size(); ++i)
        ddb::store_le<uint16_t>(p + at + i * 2, static_cast<uint16_t>(i));
      at += capacity * 2;
    }
    ddb::store_le<uint16_t>(p + 40, static_cast<uint16_t>(at));
    size_t heap = page_bytes_;
    for (size_t i = 0; i < all.size(); ++i) {
      for (size_t c = 0; c < columns; ++c) {
        if (c > 0 && columns_[c - 1].kind == CellKind::kText) {
          const std::string_view text = all[i].cells[c - 1].text;
          heap -= text.size();
          std::memcpy(p + heap, text.data(), text.size());
          ddb::store_le<uint16_t>(p + entries[c].offset + i * 4, static_cast<uint16_t>(heap));
          ddb::store_le<uint16_t>(p + entries[c].offset + i * 4 + 2, static_cast<uint16_t>(text.size()));
        } else {
          const int64_t value = c == 0 ? static_cast<int64_t>(all[i].key) : all[i].cells[c - 1].number;
          const uint64_t delta = static_cast<uint64_t>(value) - static_cast<uint64_t>(entries[c].base);
          std::memcpy(p + entries[c].offset + i * entries[c].width, &delta, entries[c].width);
        }
      }
    }
    ddb::store_le<uint16_t>(p + 32, static_cast<uint16_t>(all.size()));
    ddb::store_le<uint16_t>(p + 36, static_cast<uint16_t>(std::min<size_t>(heap, 65535)));
    return true;
  }

  // Fills the vectors of the chosen columns with all rows of the leaf, in slot order.
  void scan(const std::byte* p, std::span<const size_t> chosen, LeafVectors* out) const {
    const size_t count = rows(p);
    out->rows = count;
    for (const size_t c : chosen) {
      const Entry e = entry(p, c + 1);
      if (columns_[c].kind == CellKind::kText) {
        for (size_t i = 0; i < count; ++i) {
          const std::byte* at = p + e.offset + i * 4;
          out->texts[c][i] = {reinterpret_cast<const char*>(p) + ddb::load_le<uint16_t>(at),
                              ddb::load_le<uint16_t>(at + 2)};
        }
        continue;
      }
      int64_t* to = out->numbers[c].data();
      switch (e.width) {
        case 0:
          std::fill_n(to, count, e.base);
          break;
        case 1:
          widen<uint8_t>(p + e.offset, count, e.base, to);
          break;
        case 2:
          widen<uint16_t>(p + e.offset, count, e.base, to);
          break;
        case 4:
          widen<uint32_t>(p + e.offset, count, e.base, to);
          break;
        default:
          widen<uint64_t>(p + e.offset, count, e.base, to);
          break;
      }
    }
  }

 private:
  struct Entry {
    int64_t base = 0;
    uint16_t offset = 0;
    uint8_t width = 0;
  };
  Entry entry(const std::byte* p, size_t c) const {
    const std::byte* at = p + 48 + c * 16;
    return {static_cast<int64_t>(ddb::load_le<uint64_t>(at)), ddb::load_le<uint16_t>(at + 8),
            static_cast<uint8_t>(at[10])};
  }
  static size_t heap_end_of_arrays(const std::byte* p) { return ddb::load_le<uint16_t>(p + 40); }
  static uint64_t narrow(const std::byte* p, const Entry& e, size_t slot) {
    const std::byte* at = p + e.offset + slot * e.width;
    switch (e.width) {
      case 0:
        return 0;
      case 1:
        return static_cast<uint8_t>(*at);
      case 2:
        return ddb::load_le<uint16_t>(at);
      case 4:
        return ddb::load_le<uint32_t>(at);
      default:
        return ddb::load_le<uint64_t>(at);
    }
  }
  static bool fits(const Entry& e, int64_t value) {
    if (e.width == 8) return true;
    if (value < e.base) return false;
    return (static_cast<uint64_t>(value) - static_cast<uint64_t>(e.base)) >> (e.width * 8) == 0;
  }
  static void put(ddb::PageWriter& w, const Entry& e, size_t slot, int64_t value) {
    const uint64_t delta = static_cast<uint64_t>(value) - static_cast<uint64_t>(e.base);
    w.write(e.offset + slot * e.width, &delta, e.width);
  }
  template <typename T>
  static size_t search(const std::byte* p, size_t offset, size_t perm, uint64_t wanted) {
    size_t base = 0;
    for (size_t n = rows(p); n > 0;) {
      const size_t half = n / 2;
      const size_t middle = base + half;
      const size_t slot = perm == 0 ? middle : ddb::load_le<uint16_t>(p + perm + middle * 2);
      const bool right = ddb::load_le<T>(p + offset + slot * sizeof(T)) < wanted;
      base = right ? middle + 1 : base;
      n = right ? n - half - 1 : half;
    }
    return base;
  }
  template <typename T>
  static void widen(const std::byte* from, size_t count, int64_t base, int64_t* to) {
    for (size_t i = 0; i < count; ++i)
      to[i] = base + static_cast<int64_t>(ddb::load_le<T>(from + i * sizeof(T)));
  }
  // Base and width for what is there, never narrower than leaves of this table were before.
  void choose(std::span<const LeafRow> all, size_t c, Entry* e) {
    int64_t low = INT64_MAX;
    int64_t high = INT64_MIN;
    for (const LeafRow& row : all) {
      const int64_t value = c == 0 ? static_cast<int64_t>(row.key) : row.cells[c - 1].number;
      low = std::min(low, value);
      high = std::max(high, value);
    }
    if (all.empty()) low = high = 0;
    const uint64_t span = static_cast<uint64_t>(high) - static_cast<uint64_t>(low);
    uint8_t width = span == 0 ? 0 : span >> 8 == 0 ? 1 : span >> 16 == 0 ? 2 : span >> 32 == 0 ? 4 : 8;
    if (c > 0 && width > hints_[c]) hints_[c] = width;
    e->width = std::max(width, hints_[c]);
    // Room below: a column of non-negative values that nearly fit starts at zero.
    const bool from_zero = low >= 0 && (e->width == 8 || static_cast<uint64_t>(high) >> (e->width * 8) == 0);
    e->base = c > 0 && from_zero ? 0 : low;
  }

  const std::vector<LeafColumn> columns_;
  const size_t page_bytes_;
  std::vector<uint8_t> hints_;
};

}  // namespace bench
