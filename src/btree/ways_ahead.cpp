// ways_ahead: a ring of ways.
#include "btree/ways_ahead.h"

#include <algorithm>

#include "btree/table_leaf.h"

namespace ddb {
namespace {

// Rows from `first` on that the leaf takes, one after the other; `stop` if there are more.
uint32_t end_of_run(const RowBatch& batch, uint32_t first, uint32_t stop, const TreePath& path) {
  uint32_t row = first + 1;
  while (row < stop && path.covers(batch.row_ids[row])) ++row;
  return row;
}

void expect_slots(Session& session, TreeId tree, PageNo page) {
  Result<PageRef> ref = read_tree_page(session, tree, page, 0);
  if (!ref.is_ok()) return;
  const TableLeaf leaf(ref->data());
  const uint32_t slot = leaf.used();
  for (uint32_t i = 0; i < leaf.columns(); ++i) {
    const LeafEntry entry = leaf.column(i);
    const std::byte* cell = leaf.page() + entry.offset + size_t{entry.width} * slot;
    __builtin_prefetch(cell, 1);
    __builtin_prefetch(cell + entry.width, 1);  // of the next row, or what does not fit the line
  }
}

}  // namespace

const TreePath* WaysAhead::find(uint32_t row) {
  while (count_ > 0 && at(0).end <= row) {
    begin_ = (begin_ + 1) % kWays;
    --count_;
  }
  return count_ > 0 && at(0).first <= row ? &at(0).path : nullptr;
}

void WaysAhead::extend(Session& session, const TableTree& tree, const RowBatch& batch, uint32_t row,
                       uint32_t end, const TreePath& path, const LeafShape& like) {
  (void)find(row);
  const uint32_t stop = std::min(end, row + kRowsMax);
  uint32_t next = 0;
  if (count_ > 0) {
    // The first may be that of the row itself.
    const uint32_t ahead = at(0).first <= row ? 1 : 0;
    if (ahead < count_) expect_slots(session, tree.tree, at(ahead).path.leaf);
    next = at(count_ - 1).end;
  } else {
    next = end_of_run(batch, row, stop, path);
  }
  for (; count_ < kWays && next < stop; next = at(count_ - 1).end) {
    Way& way = at(count_);
    if (!find_leaf(session, tree, batch.row_ids[next], &way.path).is_ok()) return;
    way.first = next;
    way.end = end_of_run(batch, next, stop, way.path);
    ++count_;
    expect_page(session, way.path.leaf, like);
  }
}

}  // namespace ddb
