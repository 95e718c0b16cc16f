// index_build: whole pages of index trees out of sorted entries.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "btree/index_entry.h"
#include "btree/index_node.h"
#include "txn/page_guard.h"

namespace ddb {

// What a page says of itself.
struct IndexPageKind {
  uint32_t level = 0;
  uint16_t payload = 0;  // as in the format
};

// Bytes of the room that these entries take on one page (slots, cells and prefix). Of an inner page the first key counts as empty.
uint64_t index_bytes(std::span<const IndexEntry> entries, IndexPageKind kind);

// Writes header and entries over a page of the tree. REQUIRES: ascending keys, index_bytes() ≤ the room.
void build_index_node(PageWriter& page, uint32_t content_bytes, IndexPageKind kind,
                      std::span<const IndexEntry> entries);

// How entries that one page cannot hold are cut: *ends gets the end of each piece. Every piece fits a page. `fill_bytes` > 0: pieces of so
// many bytes, the rest in the last one; 0: pieces of about the same size. REQUIRES: each entry within index_entry_max().
void cut_into_pages(std::span<const IndexEntry> entries, IndexPageKind kind, uint32_t content_bytes,
                    uint64_t fill_bytes, std::vector<uint32_t>* ends);

}  // namespace ddb
