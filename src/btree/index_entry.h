// index_entry: one entry of an index tree on its way in or out, and many of them in memory of their own.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "btree/index_node.h"

namespace ddb {

// A view: the bytes belong to somebody else. The key orders by memcmp and is unique in its tree: the columns (key_column.h) and, behind
// them, the row id (key_row_id.h).
struct IndexEntry {
  std::string_view key;
  std::string_view payload;
};

constexpr size_t shared_bytes(std::string_view a, std::string_view b) {
  size_t i = 0;
  for (const size_t end = std::min(a.size(), b.size()); i < end && a[i] == b[i];) ++i;
  return i;
}

// The least key s with below < s ≤ above that is shortest: what separates two pages. REQUIRES: below < above.
constexpr std::string_view shortest_separator(std::string_view below, std::string_view above) {
  return above.substr(0, shared_bytes(below, above) + 1);
}

// Copies of entries, apart from the pages that they came from. Reusable; throws std::bad_alloc.
class IndexScratch {
 public:
  void clear() {
    entries_.clear();
    used_ = 0;
  }
  // Makes room, so that views of what was added stay valid. REQUIRES: nothing was added since clear().
  void reserve(size_t entries, size_t bytes) {
    if (bytes_.size() < bytes) bytes_.resize(bytes);
    entries_.reserve(entries);
  }
  // Bytes that reserve() needs for a page.
  static size_t bytes_of(const IndexNode& node);
  // REQUIRES: reserved.
  void add(const IndexNode& node, uint32_t i);
  void add(const IndexEntry& entry) { entries_.push_back(entry); }  // a view, not a copy
  std::string_view copy(std::string_view bytes);
  std::span<IndexEntry> entries() { return entries_; }

 private:
  std::vector<char> bytes_;
  size_t used_ = 0;
  std::vector<IndexEntry> entries_;
};

}  // namespace ddb
