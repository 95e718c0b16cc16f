// index_edit: changes of an index page in place.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "btree/index_entry.h"
#include "txn/page_guard.h"

namespace ddb {

enum class IndexChange {
  kDone,
  kRebuild,   // does not fit as the page is, nothing was changed
  kConflict,  // an entry to insert is there already, or one to erase is not; nothing was changed
};

// For one thread; keeps its buffers between calls. Throws std::bad_alloc before anything was changed.
class IndexEditor {
 public:
  // REQUIRES of both: a checked page, ascending keys.
  IndexChange insert(PageWriter& page, std::span<const IndexEntry> entries);
  IndexChange erase(PageWriter& page, std::span<const std::string_view> keys);
  // Takes entry i out. REQUIRES: i < count.
  void erase_at(PageWriter& page, uint32_t i);

 private:
  void erase_positions(PageWriter& page);
  std::vector<uint32_t> positions_;
};

}  // namespace ddb
