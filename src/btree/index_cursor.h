// index_cursor: entries of an index tree in key order, forwards or backwards, a batch at a time; seeks to further ranges climb only as
// far as they must.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "btree/index_page.h"
#include "record/byte_buffer.h"
#include "record/vector.h"
#include "txn/session.h"

namespace ddb {

// Keys k with low <= k < high, as memcmp orders. Every range of columns is one of these: key_column.h says how bounds are made, an empty
// `high` means no bound above.
struct IndexRange {
  std::string_view low;
  std::string_view high;
};

// For one thread and one session; reusable. Holds at most one page guard a level while reading. In a write transaction entries may be
// changed between batches: the cursor goes on behind the last entry that it delivered. Throws std::bad_alloc.
class IndexCursor {
 public:
  explicit IndexCursor(const IndexTree& tree) : tree_(tree) {}

  struct Want {
    bool backwards = false;
    bool keys = false;      // key(i) is wanted
    bool payloads = false;  // payload(i) is wanted
  };
  // Before the first entry of the range; forgets where it was. Bounds are copied.
  void open(Session& session, const IndexRange& range, const Want& want);
  // Another range of the same session, snapshot and wants. Keys near the last ones cost no new descent.
  void seek(const IndexRange& range);
  // The next entries, at most min(rows_max, kVectorRowsMax); 0 at the end of the range. What the last call gave is dead. XX001; the
  // session's errors.
  Result<uint32_t> next_batch(uint32_t rows_max = kVectorRowsMax);
  // Lets go of the pages; the next batch goes on where the cursor was. The batch stays.
  void release();

  // Of the batch.
  const int64_t* row_ids() const { return row_ids_.data(); }
  std::string_view key(uint32_t i) const { return piece(keys_, key_ends_, i); }
  std::string_view payload(uint32_t i) const { return piece(payloads_, payload_ends_, i); }

 private:
  struct Level {
    PageRef page;
    uint32_t index = 0;
  };
  static std::string_view piece(const ByteBuffer& bytes, const std::vector<uint32_t>& ends, uint32_t i) {
    const uint32_t begin = i == 0 ? 0 : ends[i - 1];
    return bytes.view().substr(begin, ends[i] - begin);
  }
  Status place();
  Status descend(uint32_t step);
  Status enter_leaf(PageNo page);
  Status step_over();
  Result<uint32_t> take(uint32_t rows_max);
  void remember();

  const IndexTree tree_;
  Session* session_ = nullptr;
  Want want_;
  // What is left of the range when placed_ is false.
  std::string low_;
  std::string high_;
  bool has_high_ = false;
  bool done_ = true;
  bool placed_ = false;  // leaf_ is where the cursor is

  // The way to the leaf, root first, as long as it is kept.
  std::array<Level, kTreeLevelsMax> levels_;
  uint32_t depth_ = 0;
  bool has_way_ = false;
  PageRef leaf_;
  uint32_t first_ = 0;  // entries of the leaf still to deliver: [first_, end_)
  uint32_t end_ = 0;
  bool ends_here_ = false;  // entries beyond the range follow in this leaf

  std::vector<int64_t> row_ids_;
  ByteBuffer keys_, payloads_, scratch_;
  std::vector<uint32_t> key_ends_, payload_ends_;
};

}  // namespace ddb
