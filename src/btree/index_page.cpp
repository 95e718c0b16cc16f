// index_page: reading, judging and descending.
#include "btree/index_page.h"

#include <span>
#include <string>

#include "base/prefetch.h"

namespace ddb {
namespace {

inline bool is_expected(TreeId tree, const std::byte* data, uint32_t level) {
  return page_owner(data) == tree && page_type(data) == (level == 0 ? kIndexLeaf : kIndexInner) &&
         load_le<uint16_t>(data + 32) == level;
}

[[gnu::noinline]] Status judge(TreeId tree, PageNo page, const std::byte* data, uint32_t level) {
  return Status::corruption("page " + std::to_string(page.value) + ": a page of type " +
                            std::to_string(static_cast<int>(page_type(data))) + " and level " +
                            std::to_string(load_le<uint16_t>(data + 32)) + " of tree " +
                            std::to_string(page_owner(data).value) + " lies where one of level " +
                            std::to_string(level) + " of index tree " + std::to_string(tree.value) +
                            " belongs");
}

[[gnu::noinline]] Status check_structure(Session& session, const std::byte* data) {
  Status status = check_index_node({data, session.page_bytes()}, session.content_bytes());
  if (status.is_ok()) session.note_checked(data);
  return status;
}

// The guard, if what it guards is what was asked for.
template <typename Guard>
inline Result<Guard> checked(Session& session, Result<Guard> guard, TreeId tree, PageNo page,
                             uint32_t level) {
  if (!guard.is_ok()) [[unlikely]]
    return guard;
  const std::byte* data = guard->data();
  if (!is_expected(tree, data, level)) [[unlikely]]
    return judge(tree, page, data, level);
  if (!session.is_checked(data)) [[unlikely]]
    DDB_RETURN_IF_ERROR(check_structure(session, data));
  return guard;
}

}  // namespace

Result<PageRef> read_index_page(Session& session, TreeId tree, PageNo page, uint32_t level) {
  return checked(session, session.read(page), tree, page, level);
}

Result<PageRef> read_index_root(Session& session, const IndexTree& tree, uint32_t* level) {
  Result<PageRef> ref = session.read(tree.root);
  if (ref.is_ok()) *level = page_type(ref->data()) == kIndexInner ? load_le<uint16_t>(ref->data() + 32) : 0;
  return checked(session, std::move(ref), tree.tree, tree.root, *level);
}

Result<PageWriter> change_index_page(Session& session, TreeId tree, PageNo page, uint32_t level) {
  return checked(session, session.change(page), tree, page, level);
}

Status find_index_leaf(Session& session, const IndexTree& tree, std::string_view key, IndexPath* path) {
  path->depth = 0;
  path->has_high = false;
  uint32_t level = 0;
  DDB_TRY(PageRef ref, read_index_root(session, tree, &level));
  PageNo page = tree.root;
  while (level > 0) {
    const IndexNode inner(ref.data());
    const uint32_t index = inner.find_child(key);
    path->steps[path->depth++] = {page, index, inner.count()};
    if (index + 1 < inner.count()) {
      path->has_high = true;
      path->high.clear();
      inner.append_key(index + 1, path->high);
    }
    page = inner.child(index);
    if (--level > 0) {
      DDB_TRY(ref, read_index_page(session, tree.tree, page, level));
    }
  }
  path->leaf = page;
  return Status::ok();
}

}  // namespace ddb
