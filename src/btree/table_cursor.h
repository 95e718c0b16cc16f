// table_cursor: rows of a table tree in row id order, forwards or backwards, a batch of columns at a time.
//
// A batch without predicates is one leaf's rows (or 2,048 of them), as views into the page where its layout allows; with
// predicates, the survivors of as many leaves as fill a batch, gathered.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "btree/column_map.h"
#include "btree/leaf_read.h"
#include "btree/table_reader.h"
#include "btree/tree_page.h"
#include "record/batch_arena.h"
#include "record/vector.h"

namespace ddb {

struct ScanRequest {
  std::span<const uint32_t> columns;                   // of the schema, each once
  std::span<const ScanPredicate> predicates;           // all must hold; is_leaf_predicate() of each
  int64_t low = std::numeric_limits<int64_t>::min();   // row ids from here
  int64_t high = std::numeric_limits<int64_t>::max();  // to here, inclusive
  bool backwards = false;
  bool row_ids = false;  // row_ids() is wanted
};

// For one thread and one session; reusable. Holds at most two page guards of the session. In a write transaction rows may be changed
// between batches: the cursor goes on behind the last row id range that it delivered. Throws std::bad_alloc.
class TableCursor {
 public:
  // Overflow values of a batch take at most `heap_bytes_max`: beyond it 53200.
  TableCursor(const TableTree& tree, const TableSchema& schema, uint64_t heap_bytes_max = uint64_t{64} << 20);

  // Before the first row. The request's arrays are copied. 22023 for a column or predicate that does not exist.
  Status open(Session& session, const ScanRequest& request);
  // The next rows, at most kVectorRowsMax; 0 at the end. What the last call gave is dead. XX001, 53200; the session's errors.
  Result<uint32_t> next_batch();
  // Lets go of the pages; the batch is dead. The next batch goes on where the cursor was.
  void release();

  // Of the batch; `i` as in the request.
  const Vector& column(uint32_t i) const { return vectors_[i]; }
  const int64_t* row_ids() const { return row_ids_.data(); }

 private:
  Status make_vectors();
  Status step();
  Status descend(int64_t row_id);
  Status enter_leaf(PageNo page, bool expected);
  void bound_leaf(const TableInner& parent);
  void expect_rows(const std::byte* page, uint32_t from, uint64_t rows);
  void expect_next();
  Result<uint32_t> take_range();
  Status take_survivors(uint32_t* rows);
  uint32_t next_positions(uint16_t* out);
  Result<uint32_t> recheck(uint16_t* positions, uint32_t count);
  Status gather(const uint16_t* positions, uint32_t count, uint32_t to);
  Status resolve(uint32_t i, const LeafEntry& entry, const uint16_t* positions, uint32_t first,
                 uint32_t count, uint32_t to);
  Status detach_strings(uint32_t rows);
  void fill_default(uint32_t i, uint32_t to, uint32_t count);

  const TableTree tree_;
  const TableSchema& schema_;
  ColumnMap map_;
  Session* session_ = nullptr;
  std::vector<uint32_t> columns_;
  std::vector<ScanPredicate> predicates_;
  std::vector<std::string> texts_;  // of predicates
  int64_t low_ = 0;
  int64_t high_ = 0;
  bool backwards_ = false;
  bool wants_row_ids_ = false;

  // Where the cursor is.
  bool done_ = true;
  bool started_ = false;
  PageRef parent_;  // the inner page above the leaf, in read transactions
  uint32_t child_ = 0;
  uint32_t children_ = 0;
  std::optional<int64_t> parent_low_, parent_high_;
  std::optional<int64_t> leaf_low_, leaf_high_;
  PageRef leaf_;
  uint32_t first_ = 0;  // positions of the leaf still to deliver: [first_, end_)
  uint32_t end_ = 0;

  // The batch.
  BatchArena buffers_;
  BatchArena heap_;
  std::unique_ptr<Vector[]> vectors_;
  std::unique_ptr<Vector[]> defaults_;
  std::vector<int64_t> row_ids_;
  std::vector<uint16_t> positions_;
  uint32_t attached_ = 0;  // rows from here on have strings that refer to leaf_
  std::string value_;
  std::string scratch_;
};

}  // namespace ddb
