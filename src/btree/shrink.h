// shrink: gives disk space back in steps: pages of trees at the end of the file move to the lowest free places, then the page count
// falls. Each step is a part of a write transaction; readers keep their snapshots, and the file gets shorter at a later
// checkpoint that no snapshot needs the end for (STORAGE 5).
#pragma once

#include <cstdint>
#include <span>

#include "base/ids.h"
#include "base/status.h"
#include "btree/index_page.h"
#include "btree/tree_page.h"
#include "txn/session.h"

namespace ddb {

struct ShrinkStep {
  uint32_t moved = 0;    // pages that lie elsewhere now
  uint32_t trimmed = 0;  // by how many pages the count fell
  // Null while there is more to do. Else why the file ends where it does: no page below is free, or its last page stays where it is.
  const char* done = nullptr;
};

// One step: moves at most `pages_max` pages of the given trees, and trims whatever is free at the end. Log: an image of each moved page. Roots stay where they are, and so
// does a page of a tree that is not given. REQUIRES: writing, no guards held. Cursors of the session must be opened again. 25000
// unless writing; XX001 for a page that its tree does not lead to; the session's errors. Throws std::bad_alloc.
Result<ShrinkStep> shrink_file(Session& session, std::span<const TableTree> tables,
                               std::span<const IndexTree> indexes, uint32_t pages_max);
inline Result<ShrinkStep> shrink_file(Session& session, std::span<const TableTree> tables,
                                      uint32_t pages_max) {
  return shrink_file(session, tables, {}, pages_max);
}

}  // namespace ddb
