// page_map: page number → private page, open addressing with backward-shift deletion; keeps its memory between
// transactions. Not thread-safe. reserve_one() and insert() may throw std::bad_alloc and then change nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/ids.h"

namespace ddb {

struct PrivatePage;

class PageMap {
 public:
  PrivatePage* find(PageNo page) const {
    if (cells_.empty()) return nullptr;
    for (size_t i = home(page);; i = (i + 1) & mask()) {
      if (cells_[i].value == nullptr) return nullptr;
      if (cells_[i].page == page) return cells_[i].value;
    }
  }
  // Makes sure that the next insert() allocates nothing.
  void reserve_one() {
    if ((count_ + 1) * 2 > cells_.size()) grow();
  }
  // Sets the value of a page, new or old. Allocates nothing for one that is there.
  void insert(PageNo page, PrivatePage* value) {
    for (size_t i = home(page); !cells_.empty() && cells_[i].value != nullptr; i = (i + 1) & mask()) {
      if (cells_[i].page != page) continue;
      cells_[i].value = value;
      return;
    }
    reserve_one();
    size_t i = home(page);
    while (cells_[i].value != nullptr) i = (i + 1) & mask();
    cells_[i] = {page, value};
    ++count_;
  }
  void erase(PageNo page) {
    if (cells_.empty()) return;
    size_t i = home(page);
    while (cells_[i].value != nullptr && cells_[i].page != page) i = (i + 1) & mask();
    if (cells_[i].value == nullptr) return;
    --count_;
    for (size_t j = (i + 1) & mask(); cells_[j].value != nullptr; j = (j + 1) & mask()) {
      // A cell may move to the hole unless its home lies behind the hole.
      if (((j - home(cells_[j].page)) & mask()) >= ((j - i) & mask())) {
        cells_[i] = cells_[j];
        i = j;
      }
    }
    cells_[i].value = nullptr;
  }
  void clear() {
    if (cells_.size() > 4096) {
      std::vector<Cell>().swap(cells_);
    } else if (count_ > 0) {
      for (Cell& cell : cells_) cell.value = nullptr;
    }
    count_ = 0;
  }
  size_t size() const { return count_; }

 private:
  struct Cell {
    PageNo page;
    PrivatePage* value = nullptr;
  };
  size_t mask() const { return cells_.size() - 1; }
  size_t home(PageNo page) const { return (uint64_t{page.value} * 0x9E3779B97F4A7C15ull >> 32) & mask(); }
  void grow() {
    std::vector<Cell> bigger(cells_.empty() ? 16 : cells_.size() * 2);
    bigger.swap(cells_);
    for (const Cell& cell : bigger) {
      if (cell.value == nullptr) continue;
      size_t i = home(cell.page);
      while (cells_[i].value != nullptr) i = (i + 1) & mask();
      cells_[i] = cell;
    }
  }

  std::vector<Cell> cells_;
  size_t count_ = 0;
};

}  // namespace ddb
