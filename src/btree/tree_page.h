// tree_page: the only way to the pages of a tree: reads or changes one and judges type, owner, level and, once per load, structure.
// The way from the root to a leaf.
#pragma once

#include <cstdint>
#include <optional>

#include "base/ids.h"
#include "base/status.h"
#include "btree/table_inner.h"
#include "btree/table_leaf.h"
#include "txn/session.h"

namespace ddb {

// Where a table tree lies. The root's page number never changes.
struct TableTree {
  TreeId tree;
  PageNo root;
};

// A page of the tree. `level`: 0 a leaf, n an inner page of that level. XX001 naming the page and what is wrong with it; the
// session's errors.
Result<PageRef> read_tree_page(Session& session, TreeId tree, PageNo page, uint32_t level);
// The second half of it, for whoever has read the page: whether its bytes are those of such a page.
Status judge_tree_page(Session& session, TreeId tree, PageNo page, uint32_t level, const std::byte* data);
// Of whatever level (the root's is known only from the page): *level.
Result<PageRef> read_root_page(Session& session, const TableTree& tree, uint32_t* level);
// For changing. An error fails the transaction.
Result<PageWriter> change_tree_page(Session& session, TreeId tree, PageNo page, uint32_t level);

// The inner pages above a leaf, root first, with the child taken in each, and what row ids the leaf may hold.
struct TreePath {
  struct Step {
    PageNo page;
    uint32_t index = 0;  // of the child taken
    uint32_t count = 0;  // children of the page
  };
  Step steps[kTreeLevelsMax];
  uint32_t depth = 0;  // inner pages; 0: the root is the leaf
  PageNo leaf;
  std::optional<int64_t> low;   // the leaf's row ids are ≥ low
  std::optional<int64_t> high;  // and < high

  // No leaf follows.
  bool is_last() const { return !high.has_value(); }
  bool covers(int64_t row_id) const { return (!low || row_id >= *low) && (!high || row_id < *high); }
};

// The way to the leaf that holds `row_id` if any does. The leaf itself is not read.
Status find_leaf(Session& session, const TableTree& tree, int64_t row_id, TreePath* path);
// Where a search for a row id looks in a leaf: much the same in all leaves of a table.
struct LeafShape {
  uint32_t ids = 0;  // where the row ids lie, and how many bytes they take
  uint32_t id_bytes = 0;
  uint32_t order = 0;  // the permutation likewise
  uint32_t order_bytes = 0;
  static LeafShape of(const TableLeaf& leaf);
};
// Has that leaf on its way to the processor or to memory.
void expect_leaf(Session& session, const TableTree& tree, int64_t row_id, const LeafShape& like);
// The same for a leaf whose page is known.
void expect_page(Session& session, PageNo leaf, const LeafShape& like);

}  // namespace ddb
