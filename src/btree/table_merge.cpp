// table_merge: pages that rows have left: given back when empty, merged when a neighbour has room, a lower root when one child is left.
#include <algorithm>
#include <cstring>
#include <vector>

#include "btree/table_writer.h"

namespace ddb {
namespace {

// A page with fewer than a quarter of its places taken looks for a neighbour; a page of many places only now and then, since that one
// may be full.
bool should_merge(uint32_t taken, uint32_t capacity) {
  return taken * 4 < capacity && (taken % 8 == 0 || capacity < 64);
}

}  // namespace

Status TableWriter::after_erase(TreePath& path, PageWriter leaf) {
  if (path.depth == 0) return Status::ok();
  const TableLeaf view(leaf.data());
  const uint32_t rows = view.rows();
  const uint32_t index = path.steps[path.depth - 1].index;
  if (rows == 0) {
    leaf.release();
    DDB_RETURN_IF_ERROR(session_.free(path.leaf));
    DDB_RETURN_IF_ERROR(remove_child(path, path.depth - 1, index));
    return lower_root();
  }
  if (!should_merge(rows, view.capacity())) return Status::ok();
  const uint32_t siblings = path.steps[path.depth - 1].count;
  if (siblings < 2) return Status::ok();
  DDB_TRY(bool merged, merge_leaf(path, leaf, index > 0 ? index - 1 : index + 1));
  if (!merged && index > 0 && index + 1 < siblings) {
    DDB_TRY(merged, merge_leaf(path, leaf, index + 1));
  }
  return merged ? lower_root() : Status::ok();
}

// False: they do not fit one leaf with a quarter to spare.
Result<bool> TableWriter::merge_leaf(TreePath& path, PageWriter& leaf, uint32_t neighbour) {
  const TreePath::Step step = path.steps[path.depth - 1];
  PageNo other = kNoPage;
  {
    DDB_TRY(const PageRef parent, read_tree_page(session_, tree_.tree, step.page, 1));
    other = TableInner(parent.data(), content_bytes_).child(neighbour);
  }
  DDB_TRY(PageRef ref, read_tree_page(session_, tree_.tree, other, 0));
  const TableLeaf near(ref.data());
  keep_old(leaf);
  const TableLeaf mine(old_page_.data());
  const LeafSource here{&mine, nullptr, 0, mine.rows()};
  const LeafSource there{&near, nullptr, 0, near.rows()};
  const bool is_left = neighbour < step.index;
  const LeafSource parts[2] = {is_left ? there : here, is_left ? here : there};
  const uint32_t rows = mine.rows() + near.rows();
  if (!builder_.plan(parts, mine.permutation() != 0 || near.permutation() != 0, rows / 3 + 1, hints_))
    return false;
  if (near.schema_version() != schema_.version) DDB_RETURN_IF_ERROR(free_dropped(near));
  // Into this leaf, whose rows were copied; then it takes the left one's place.
  DDB_RETURN_IF_ERROR(write_leaf(leaf, parts));
  ref.release();
  leaf.release();
  DDB_RETURN_IF_ERROR(session_.free(other));
  if (is_left) {
    DDB_TRY(PageWriter parent, change_tree_page(session_, tree_.tree, step.page, 1));
    set_child(parent, content_bytes_, neighbour, path.leaf);
  }
  DDB_RETURN_IF_ERROR(remove_child(path, path.depth - 1, std::max(neighbour, step.index)));
  return true;
}

// The inner page steps[depth] loses a child whose page is given back already.
Status TableWriter::remove_child(TreePath& path, uint32_t depth, uint32_t index) {
  const TreePath::Step step = path.steps[depth];
  DDB_TRY(PageWriter inner, change_tree_page(session_, tree_.tree, step.page, path.depth - depth));
  const uint32_t count = TableInner(inner.data(), content_bytes_).count();
  if (count > 1) {
    erase_child(inner, content_bytes_, index);
    inner.release();
    return depth > 0 && should_merge(count - 1, inner_capacity(content_bytes_)) ? merge_inner(path, depth)
                                                                                : Status::ok();
  }
  if (depth > 0) {
    inner.release();
    DDB_RETURN_IF_ERROR(session_.free(step.page));
    return remove_child(path, depth - 1, path.steps[depth - 1].index);
  }
  // Nothing is left: the root is an empty leaf again.
  *inner.change(20, 1) = static_cast<std::byte>(kTableLeaf);
  std::memset(inner.change(kPageHeaderBytes, content_bytes_ - kPageHeaderBytes), 0,
              content_bytes_ - kPageHeaderBytes);
  if (!builder_.plan({}, false, 0, hints_)) return Status::corruption("an empty leaf does not fit a page");
  return write_leaf(inner, {});
}

Status TableWriter::merge_inner(TreePath& path, uint32_t depth) {
  const TreePath::Step above = path.steps[depth - 1];
  const uint32_t level = path.depth - depth;
  PageNo left_page = kNoPage;
  PageNo right_page = kNoPage;
  uint32_t right_index = 0;
  int64_t between = 0;
  {
    DDB_TRY(const PageRef ref, read_tree_page(session_, tree_.tree, above.page, level + 1));
    const TableInner parent(ref.data(), content_bytes_);
    if (parent.count() < 2) return Status::ok();
    right_index = above.index > 0 ? above.index : 1;
    left_page = parent.child(right_index - 1);
    right_page = parent.child(right_index);
    between = parent.separator(right_index);
  }
  std::vector<int64_t> separators;
  std::vector<PageNo> children;
  for (const PageNo page : {left_page, right_page}) {
    DDB_TRY(const PageRef ref, read_tree_page(session_, tree_.tree, page, level));
    const TableInner inner(ref.data(), content_bytes_);
    for (uint32_t i = 0; i < inner.count(); ++i) {
      separators.push_back(i > 0 ? inner.separator(i) : page == right_page ? between : 0);
      children.push_back(inner.child(i));
    }
  }
  if (children.size() * 4 > size_t{3} * inner_capacity(content_bytes_)) return Status::ok();
  {
    DDB_TRY(PageWriter left, change_tree_page(session_, tree_.tree, left_page, level));
    build_inner(left, content_bytes_, level, separators, children);
  }
  DDB_RETURN_IF_ERROR(session_.free(right_page));
  return remove_child(path, depth - 1, right_index);
}

// An only child's content moves into the root.
Status TableWriter::lower_root() {
  for (uint32_t i = 0; i < kTreeLevelsMax; ++i) {
    uint32_t level = 0;
    PageNo only = kNoPage;
    {
      DDB_TRY(const PageRef ref, read_root_page(session_, tree_, &level));
      if (level == 0) return Status::ok();
      const TableInner root(ref.data(), content_bytes_);
      if (root.count() > 1) return Status::ok();
      only = root.child(0);
    }
    {
      DDB_TRY(PageWriter root, change_tree_page(session_, tree_.tree, tree_.root, level));
      DDB_TRY(const PageRef child, read_tree_page(session_, tree_.tree, only, level - 1));
      *root.change(20, 1) = static_cast<std::byte>(page_type(child.data()));
      root.write(kPageHeaderBytes, child.data() + kPageHeaderBytes, content_bytes_ - kPageHeaderBytes);
    }
    DDB_RETURN_IF_ERROR(session_.free(only));
  }
  return Status::ok();
}

}  // namespace ddb
