// tree_page: reading, judging and descending.
#include "btree/tree_page.h"

#include <span>
#include <string>

#include "base/prefetch.h"

namespace ddb {
namespace {

Status wrong_page(PageNo page, const std::string& what) {
  return Status::corruption("page " + std::to_string(page.value) + ": " + what);
}

Status judge_kind(TreeId tree, PageNo page, const std::byte* data, uint32_t level) {
  const PageType wanted = level == 0 ? kTableLeaf : kTableInner;
  if (page_owner(data) != tree) {
    return wrong_page(page, "belongs to tree " + std::to_string(page_owner(data).value) + ", not to tree " +
                                std::to_string(tree.value));
  }
  if (page_type(data) != wanted) {
    return wrong_page(page, "has type " + std::to_string(static_cast<int>(page_type(data))) +
                                " where a tree page of type " + std::to_string(static_cast<int>(wanted)) +
                                " belongs");
  }
  return wrong_page(page, "has level " + std::to_string(load_le<uint16_t>(data + 32)) + " where level " +
                              std::to_string(level) + " belongs");
}

inline bool is_expected(TreeId tree, const std::byte* data, uint32_t level) {
  if (page_owner(data) != tree) return false;
  if (level == 0) return page_type(data) == kTableLeaf;
  return page_type(data) == kTableInner && load_le<uint16_t>(data + 32) == level;
}

[[gnu::noinline]] Status check_structure(Session& session, const std::byte* data) {
  const std::span<const std::byte> page(data, session.page_bytes());
  Status status = page_type(data) == kTableLeaf ? check_table_leaf(page, session.content_bytes())
                                                : check_table_inner(page, session.content_bytes());
  if (status.is_ok()) session.note_checked(data);
  return status;
}

}  // namespace

Status judge_tree_page(Session& session, TreeId tree, PageNo page, uint32_t level, const std::byte* data) {
  if (!is_expected(tree, data, level)) [[unlikely]]
    return judge_kind(tree, page, data, level);
  if (!session.is_checked(data)) [[unlikely]]
    return check_structure(session, data);
  return Status::ok();
}

Result<PageRef> read_tree_page(Session& session, TreeId tree, PageNo page, uint32_t level) {
  Result<PageRef> ref = session.read(page);
  if (!ref.is_ok()) [[unlikely]]
    return ref;
  const std::byte* data = ref->data();
  if (!is_expected(tree, data, level)) [[unlikely]]
    return judge_kind(tree, page, data, level);
  if (!session.is_checked(data)) [[unlikely]]
    DDB_RETURN_IF_ERROR(check_structure(session, data));
  return ref;
}

Result<PageRef> read_root_page(Session& session, const TableTree& tree, uint32_t* level) {
  Result<PageRef> ref = session.read(tree.root);
  if (!ref.is_ok()) [[unlikely]]
    return ref;
  const std::byte* data = ref->data();
  *level = page_type(data) == kTableInner ? load_le<uint16_t>(data + 32) : 0;
  if (!is_expected(tree.tree, data, *level)) [[unlikely]]
    return judge_kind(tree.tree, tree.root, data, *level);
  if (!session.is_checked(data)) [[unlikely]]
    DDB_RETURN_IF_ERROR(check_structure(session, data));
  return ref;
}

Result<PageWriter> change_tree_page(Session& session, TreeId tree, PageNo page, uint32_t level) {
  Result<PageWriter> writer = session.change(page);
  if (!writer.is_ok()) [[unlikely]]
    return writer;
  const std::byte* data = writer->data();
  if (!is_expected(tree, data, level)) [[unlikely]]
    return judge_kind(tree, page, data, level);
  if (!session.is_checked(data)) [[unlikely]]
    DDB_RETURN_IF_ERROR(check_structure(session, data));
  return writer;
}

Status find_leaf(Session& session, const TableTree& tree, int64_t row_id, TreePath* path) {
  path->depth = 0;
  path->low.reset();
  path->high.reset();
  const uint32_t content_bytes = session.content_bytes();
  uint32_t level = 0;
  DDB_TRY(PageRef ref, read_root_page(session, tree, &level));
  PageNo page = tree.root;
  while (level > 0) {
    const TableInner inner(ref.data(), content_bytes);
    const uint32_t index = inner.find(row_id);
    path->steps[path->depth++] = {page, index, inner.count()};
    if (index > 0) path->low = inner.separator(index);
    if (index + 1 < inner.count()) path->high = inner.separator(index + 1);
    page = inner.child(index);
    if (--level > 0) {
      DDB_TRY(ref, read_tree_page(session, tree.tree, page, level));
    }
  }
  path->leaf = page;
  return Status::ok();
}

LeafShape LeafShape::of(const TableLeaf& leaf) {
  const LeafEntry ids = leaf.row_ids();
  const uint32_t order = leaf.permutation();
  return {ids.offset, leaf.rows() * ids.width, order, order == 0 ? 0 : 2 * leaf.rows()};
}

void expect_leaf(Session& session, const TableTree& tree, int64_t row_id, const LeafShape& like) {
  uint32_t level = 0;
  Result<PageRef> ref = read_root_page(session, tree, &level);
  while (ref.is_ok() && level > 0) {
    const TableInner inner(ref->data(), session.content_bytes());
    const PageNo page = inner.child(inner.find(row_id));
    if (--level > 0) {
      ref = read_tree_page(session, tree.tree, page, level);
      continue;
    }
    expect_page(session, page, like);
  }
}

void expect_page(Session& session, PageNo leaf, const LeafShape& like) {
  const std::byte* address = session.expect_read(leaf);
  if (address == nullptr) return;
  prefetch(address);
  prefetch(address + 64);
  for (uint32_t part = 1; part < 8; ++part) prefetch(address + like.ids + like.id_bytes * part / 8);
  if (like.order_bytes == 0) return;
  for (uint32_t part = 1; part < 8; part += 2) prefetch(address + like.order + like.order_bytes * part / 8);
}

}  // namespace ddb
