// overflow: long strings in chains of pages of their own, compressed where that saves (LZ4 or zstd). A leaf's cell holds a
// reference instead.
//
// overflow page:
//   offset size
//        0   32  page header (format/page.h): type kOverflow, owner = the tree
//       32    4  next page of the chain, 0 = last
//       36    4  bytes in this page
//       40    8  row id of the row the value belongs to
//       48    2  column id
//       50    2  zero
//       52    4  number of this page in the chain, from 0
//       56    …  bytes
//
// reference, kOverflowRefBytes:
//        0    4  first page
//        4    4  bytes stored, over all pages
//        8    4  bytes of the value
//       12    1  0 as it is, 1 LZ4 block, 2 zstd frame
//       13    3  zero
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/status.h"
#include "btree/compression.h"
#include "btree/table_leaf.h"
#include "txn/session.h"

namespace ddb {

inline constexpr uint32_t kValueBytesMax = 1u << 30;  // as PostgreSQL: longer ones are 54000

struct OverflowRef {
  PageNo first = kNoPage;
  uint32_t stored = 0;
  uint32_t bytes = 0;
  Compression compression = Compression::kNone;

  void encode(char* out) const;  // kOverflowRefBytes
  // XX001 for bytes that are no reference (reserved bytes, unknown compression, stored 0 or more than kValueBytesMax, page 0 or 1).
  static Result<OverflowRef> decode(std::string_view bytes);
};

// Writes the value in pages of its own, compressed if that saves at least an eighth. `scratch` is working memory. 54000 too long; the
// session's errors (the transaction has failed then). LZ4 for values below 64 KiB, zstd level 1 above; a 4 KiB sample that does
// not shrink saves the attempt on long values.
Result<OverflowRef> write_overflow(Session& session, TreeId tree, int64_t row_id, uint16_t column_id,
                                   std::string_view value, std::string& scratch);
// The value into `out` (resized). XX001 naming the page for a chain that does not hold what the reference says: wrong owner, type, order,
// length, or bytes that do not decompress to the length. Never reads more pages than `stored` needs.
Status read_overflow(Session& session, TreeId tree, const OverflowRef& ref, std::string& out,
                     std::string& scratch);
// The pages of the chain, in order, appended to `pages`. Same checks; for verify and shrinking. Throws std::bad_alloc.
Status list_overflow_pages(Session& session, TreeId tree, const OverflowRef& ref, std::vector<PageNo>* pages);
// Gives the pages of the chain back.
Status free_overflow(Session& session, TreeId tree, const OverflowRef& ref);

// A page of a chain; dead with the guard of its page.
struct OverflowPage {
  PageNo next;  // kRootPage: none
  int64_t row_id = 0;
  uint16_t column_id = 0;
  std::string_view bytes;
};
// Judges a page as the one with this number in a chain of which `left` bytes (> 0) are still to come. XX001 naming the page.
Result<OverflowPage> judge_overflow_page(const std::byte* data, PageNo page, TreeId tree, uint32_t number,
                                         uint32_t left, uint32_t content_bytes);
// XX001 naming the page if the chain is broken or a page of it belongs to another row or column: a reference that
// nothing vouches for may name pages that were given back and taken again.
Status check_overflow_owner(Session& session, TreeId tree, const OverflowRef& ref, int64_t row_id,
                            uint16_t column_id);

// The reference in a cell of a kHeap array that is_overflow_cell(). XX001.
Result<OverflowRef> overflow_ref_at(const TableLeaf& leaf, const LeafEntry& entry, uint32_t slot);
// Gives the pages of a cell's chain back; does nothing for a cell without one. REQUIRES: `entry` is a kHeap array.
Status free_overflow_cell(Session& session, TreeId tree, const TableLeaf& leaf, const LeafEntry& entry,
                          uint32_t slot);

// Bytes of value in one page.
constexpr uint32_t overflow_page_room(uint32_t content_bytes) { return content_bytes - 56; }

}  // namespace ddb
