// ways_ahead: the ways to the leaves that the next rows of a batch go to, found early, so that rows in no order do not wait for memory.
#pragma once

#include <array>
#include <cstdint>

#include "btree/row_batch.h"
#include "btree/tree_page.h"
#include "txn/session.h"

namespace ddb {

// For one thread. Never fails: a way that cannot be found is said when its row's turn comes.
class WaysAhead {
 public:
  static constexpr uint32_t kWays = 4;  // leaves
  static constexpr uint32_t kRowsMax =
      64;  // of one leaf, looked at: the leaf after more than these is far away

  // REQUIRED when another batch begins and after the tree has changed its shape.
  void clear() { count_ = 0; }

  // The way to a row, or null. REQUIRES: rows ascend from call to call.
  const TreePath* find(uint32_t row);

  // `row` goes to the leaf of `path`: rows after it, below `end`, are looked ahead for. Their leaves are on their way to the processor
  // then; of the next one, whose header has arrived meanwhile, the slots that its rows will take. `like`: LeafShape of `path`'s leaf.
  void extend(Session& session, const TableTree& tree, const RowBatch& batch, uint32_t row, uint32_t end,
              const TreePath& path, const LeafShape& like);

 private:
  struct Way {
    uint32_t first = 0;  // rows [first, end) of the batch
    uint32_t end = 0;
    TreePath path;
  };
  Way& at(uint32_t i) { return ways_[(begin_ + i) % kWays]; }

  std::array<Way, kWays> ways_;
  uint32_t begin_ = 0;
  uint32_t count_ = 0;
};

}  // namespace ddb
