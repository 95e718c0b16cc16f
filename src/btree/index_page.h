// index_page: the only way to the pages of an index tree: reads or changes one and judges type, owner, level and, once per load,
// structure. The way from the root to a leaf.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/ids.h"
#include "base/status.h"
#include "btree/index_node.h"
#include "record/byte_buffer.h"
#include "txn/session.h"

namespace ddb {

// Where an index tree lies. The root's page number never changes.
struct IndexTree {
  TreeId tree;
  PageNo root;
};

// A page of the tree, of this level (0: a leaf). XX001 naming the page and what is wrong with it; the session's errors.
Result<PageRef> read_index_page(Session& session, TreeId tree, PageNo page, uint32_t level);
// Of whatever level (the root's is known only from the page): *level.
Result<PageRef> read_index_root(Session& session, const IndexTree& tree, uint32_t* level);
// For changing. An error fails the transaction.
Result<PageWriter> change_index_page(Session& session, TreeId tree, PageNo page, uint32_t level);

// The inner pages above a leaf, root first, with the child taken in each.
struct IndexPath {
  struct Step {
    PageNo page;
    uint32_t index = 0;  // of the child taken
    uint32_t count = 0;  // children of the page
  };
  Step steps[kTreeLevelsMax];
  uint32_t depth = 0;  // inner pages; 0: the root is the leaf
  PageNo leaf;
  bool has_high = false;  // the leaf's keys are below `high`; otherwise no leaf follows
  ByteBuffer high;

  // Page of a step, or the leaf for step `depth`.
  PageNo page(uint32_t step) const { return step == depth ? leaf : steps[step].page; }
};

// The way to the leaf that holds `key` if any does. The leaf itself is not read. Throws std::bad_alloc when path->high grows.
Status find_index_leaf(Session& session, const IndexTree& tree, std::string_view key, IndexPath* path);

}  // namespace ddb
