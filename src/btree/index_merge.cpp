// index_merge: pages that entries have left: given back when empty, merged when a neighbour has room, a lower root when one child is left.
#include <algorithm>

#include "btree/index_writer.h"

namespace ddb {

Status IndexWriter::after_erase(IndexPath& path, uint32_t step) {
  if (step == 0) return lower_root();
  const uint32_t level = path.depth - step;
  const uint32_t child = path.steps[step - 1].index;
  uint32_t count = 0;
  uint64_t used = 0;
  {
    DDB_TRY(const PageRef ref, read_index_page(session_, tree_.tree, path.page(step), level));
    const IndexNode node(ref.data());
    count = node.count();
    used = index_room(session_.content_bytes()) - node.gap() - node.garbage();
  }
  if (count == 0) {
    DDB_RETURN_IF_ERROR(session_.free(path.page(step)));
    return remove_child(path, step - 1, child);
  }
  const uint64_t room = index_room(session_.content_bytes());
  // Now and then only: a neighbour may be full for long.
  if (used * 4 >= room || (count % 8 != 0 && count > 64)) return lower_root();
  const uint32_t siblings = path.steps[step - 1].count;
  if (child > 0) {
    DDB_TRY(const bool merged, merge_with(path, step, child - 1));
    if (merged) return remove_child(path, step - 1, child);
  }
  if (child + 1 < siblings) {
    DDB_TRY(const bool merged, merge_with(path, step, child));
    if (merged) return remove_child(path, step - 1, child + 1);
  }
  return lower_root();
}

// The pages of children `left_child` and the next one become one, in the left one's place, and the right one is given back; the parent
// still has both. False: they would fill more than three quarters.
Result<bool> IndexWriter::merge_with(IndexPath& path, uint32_t step, uint32_t left_child) {
  const uint32_t content_bytes = session_.content_bytes();
  const uint32_t level = path.depth - step;
  std::string separator;
  PageNo left = kNoPage;
  PageNo right = kNoPage;
  {
    DDB_TRY(const PageRef ref, read_index_page(session_, tree_.tree, path.steps[step - 1].page, level + 1));
    const IndexNode parent(ref.data());
    if (left_child + 1 >= parent.count()) return Status::corruption("a child of an index page is missing");
    left = parent.child(left_child);
    right = parent.child(left_child + 1);
    separator.resize(parent.key_bytes(left_child + 1));
    parent.copy_key(left_child + 1, separator.data());
  }
  IndexScratch& scratch = scratch_[level];
  scratch.clear();
  IndexPageKind kind{level, 0};
  {
    DDB_TRY(const PageRef low, read_index_page(session_, tree_.tree, left, level));
    DDB_TRY(const PageRef high, read_index_page(session_, tree_.tree, right, level));
    const IndexNode a(low.data());
    const IndexNode b(high.data());
    kind.payload = static_cast<uint16_t>(a.payload_kind());
    if (b.payload_kind() != kind.payload) return Status::corruption("index pages of two kinds side by side");
    scratch.reserve(size_t{a.count()} + b.count(), IndexScratch::bytes_of(a) + IndexScratch::bytes_of(b));
    for (uint32_t i = 0; i < a.count(); ++i) scratch.add(a, i);
    for (uint32_t i = 0; i < b.count(); ++i) scratch.add(b, i);
    // What was below all others is now what the parent knew it to be.
    if (level > 0) scratch.entries()[a.count()].key = separator;
    if (level > 0) scratch.entries()[0].key = {};
  }
  const std::span<const IndexEntry> all = scratch.entries();
  if (index_bytes(all, kind) * 4 > uint64_t{index_room(content_bytes)} * 3) return false;
  for (size_t i = 1; i < all.size(); ++i) {
    if (all[i - 1].key >= all[i].key)
      return Status::corruption("page " + std::to_string(right.value) + " of index tree " +
                                std::to_string(tree_.tree.value) + ": keys do not ascend");
  }
  DDB_TRY(PageWriter page, change_index_page(session_, tree_.tree, left, level));
  build_index_node(page, content_bytes, kind, all);
  page.release();
  DDB_RETURN_IF_ERROR(session_.free(right));
  return true;
}

// The inner page of a step loses a child whose page is gone.
Status IndexWriter::remove_child(IndexPath& path, uint32_t step, uint32_t child) {
  const uint32_t level = path.depth - step;
  DDB_TRY(PageWriter page, change_index_page(session_, tree_.tree, path.page(step), level));
  const IndexNode node(page.data());
  if (node.count() == 1 && step == 0) {
    // Nothing is left: the root is an empty leaf again, of the kind that the last leaf was.
    *page.change(20, 1) = static_cast<std::byte>(kIndexLeaf);
    build_index_node(page, session_.content_bytes(), {0, leaf_payload_}, {});
    return Status::ok();
  }
  if (node.count() == 1) {
    page.release();
    DDB_RETURN_IF_ERROR(session_.free(path.page(step)));
    return remove_child(path, step - 1, path.steps[step - 1].index);
  }
  if (child > 0) {
    editor_.erase_at(page, child);
  } else {
    IndexScratch& scratch = scratch_[level];
    scratch.clear();
    scratch.reserve(node.count(), IndexScratch::bytes_of(node));
    for (uint32_t i = 1; i < node.count(); ++i) scratch.add(node, i);
    scratch.entries().front().key = {};
    build_index_node(page, session_.content_bytes(), {level, kIndexChildBytes}, scratch.entries());
  }
  page.release();
  return after_erase(path, step);
}

// An inner root with one child takes its place, as often as that is so.
Status IndexWriter::lower_root() {
  for (;;) {
    uint32_t level = 0;
    PageNo only = kNoPage;
    {
      DDB_TRY(const PageRef ref, read_index_root(session_, tree_, &level));
      const IndexNode root(ref.data());
      if (level == 0 || root.count() > 1) return Status::ok();
      only = root.child(0);
    }
    const uint32_t content_bytes = session_.content_bytes();
    {
      DDB_TRY(const PageRef child, read_index_page(session_, tree_.tree, only, level - 1));
      DDB_TRY(PageWriter root, change_index_page(session_, tree_.tree, tree_.root, level));
      if (level == 1) *root.change(20, 1) = static_cast<std::byte>(kIndexLeaf);
      root.write(kPageHeaderBytes, child.data() + kPageHeaderBytes, content_bytes - kPageHeaderBytes);
    }
    DDB_RETURN_IF_ERROR(session_.free(only));
  }
}

}  // namespace ddb
