// index_writer: changes entries of an index tree within a write transaction.
//
// insert: the leaf is found ── the entries fit in place ────────────────────────▶ done
//                            └ they and the page's fit one page, built anew ───▶ done
//                            └ several pages; the parent takes the new children ─ full ─▶ it is cut likewise
//                              the root cut: its pieces go to new pages, the root's page stays above them
// erase:  entries go ── the page is empty: it is given back, the parent loses a child
//                     └ less than a quarter full, and a neighbour has room: merged, the parent loses a child
//         an inner root with one child takes that child's place.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "btree/index_build.h"
#include "btree/index_edit.h"
#include "btree/index_page.h"
#include "txn/session.h"

namespace ddb {

// An index tree without entries: allocates its root. `payloads`: entries carry a payload. The session's errors.
Result<IndexTree> create_index_tree(Session& session, TreeId tree, bool payloads);
// Gives all pages of the tree back, the root too. XX001 for a damaged tree; the session's errors.
Status drop_index_tree(Session& session, const IndexTree& tree);

// For one session and thread, for as many write transactions as liked. REQUIRES of every call: the session is writing. An error fails the
// transaction. Keeps no guard between calls. Throws std::bad_alloc.
class IndexWriter {
 public:
  IndexWriter(Session& session, const IndexTree& tree) : session_(session), tree_(tree) {}

  // Adds entries. REQUIRES: keys ascend strictly. 54000 for an entry above index_entry_max() (nothing was changed); XX001 for a key that
  // is there already, or a payload where the tree has none.
  Status insert(std::span<const IndexEntry> entries);
  // Takes entries out. REQUIRES: keys ascend strictly. XX001 for one that is not there.
  Status erase(std::span<const std::string_view> keys);

  const IndexTree& tree() const { return tree_; }

 private:
  struct Child {
    std::string separator;
    PageNo page;
  };

  Status insert_all(std::span<const IndexEntry> entries);
  Status erase_all(std::span<const std::string_view> keys);
  // index_split.cpp: entries come into the page of a step (path.depth: the leaf), however many pages that takes. The path is dead then.
  Status add_entries(IndexPath& path, uint32_t step, std::span<const IndexEntry> entries);
  Status merge_entries(const IndexNode& node, std::span<const IndexEntry> entries, IndexScratch* out);
  Status cut_root(IndexPageKind kind, std::span<const IndexEntry> entries, std::span<const uint32_t> ends);
  Status new_page(IndexPageKind kind, std::span<const IndexEntry> entries, PageNo* page);
  // index_merge.cpp
  Status after_erase(IndexPath& path, uint32_t step);
  Result<bool> merge_with(IndexPath& path, uint32_t step, uint32_t left_child);
  Status remove_child(IndexPath& path, uint32_t step, uint32_t child);
  Status lower_root();

  Session& session_;
  const IndexTree tree_;
  IndexEditor editor_;
  IndexPath path_;
  uint16_t leaf_payload_ = 0;                             // of the leaf changed last
  std::array<IndexScratch, kTreeLevelsMax + 1> scratch_;  // by level
};

}  // namespace ddb
