// shrink: the last page's place in its tree is found from what the page itself says: a row id or a key below it, or the row and
// column it belongs to.
#include "btree/shrink.h"

#include <algorithm>
#include <string>
#include <vector>

#include "btree/leaf_read.h"
#include "btree/overflow.h"

namespace ddb {
namespace {

class Shrinker {
 public:
  Shrinker(Session& session, std::span<const TableTree> trees, std::span<const IndexTree> indexes,
           uint32_t pages_max)
      : session_(session), trees_(trees), indexes_(indexes), pages_max_(pages_max) {}

  Result<ShrinkStep> run() {
    DDB_RETURN_IF_ERROR(trim());
    while (step_.done == nullptr && step_.moved < pages_max_) {
      DDB_TRY(const PageNo last, last_page());
      if (step_.done != nullptr) break;
      DDB_RETURN_IF_ERROR(move_last(last));
      DDB_RETURN_IF_ERROR(trim());
    }
    return step_;
  }

 private:
  Status trim() {
    DDB_TRY(const uint32_t trimmed, session_.trim(~uint32_t{0}));
    step_.trimmed += trimmed;
    return Status::ok();
  }

  // A page of the free map at the end goes when the page before it does.
  Result<PageNo> last_page() {
    DDB_TRY(const uint32_t count, session_.page_count());
    if (count <= 2) {
      step_.done = "the file is empty";
      return kNoPage;
    }
    const PageNo last(count - 1);
    DDB_TRY(const PageRef ref, session_.read(last));
    return page_type(ref.data()) == PageType::kFreeMap ? PageNo(count - 2) : last;
  }

  Status move_last(PageNo last) {
    PageType type{};
    TreeId owner;
    uint32_t level = 0;
    int64_t row_id = 0;
    uint16_t column_id = 0;
    {
      DDB_TRY(const PageRef ref, session_.read(last));
      type = page_type(ref.data());
      owner = page_owner(ref.data());
      if (type == kTableInner || type == kIndexInner) level = load_le<uint16_t>(ref.data() + 32);
      if (type == kOverflow) {
        row_id = static_cast<int64_t>(load_le<uint64_t>(ref.data() + 40));
        column_id = load_le<uint16_t>(ref.data() + 48);
      }
    }
    const auto index = std::ranges::find_if(indexes_, [&](const IndexTree& t) { return t.tree == owner; });
    if (index != indexes_.end()) return move_index_page(*index, last, type, level);
    const auto tree = std::ranges::find_if(trees_, [&](const TableTree& t) { return t.tree == owner; });
    if (tree == trees_.end()) {
      step_.done = "the last page belongs to no tree that may be moved";
      return Status::ok();
    }
    if (last == tree->root) {
      step_.done = "the last page is the root of a tree";
      return Status::ok();
    }
    if (type == kOverflow) return move_chain(*tree, last, row_id, column_id);
    if (type != kTableLeaf && type != kTableInner) {
      step_.done = "the last page is of a type that is not moved";
      return Status::ok();
    }
    return move_tree_page(*tree, last, level);
  }

  // A free place below `from` with the page's content, in *to; kNoPage and step_.done if there is none. Not linked yet.
  Status copy_down(TreeId tree, PageNo from, PageType type, PageNo* to) {
    DDB_TRY(PageWriter writer, session_.allocate(tree, type, to));
    if (*to > from) {
      writer.release();
      DDB_RETURN_IF_ERROR(session_.free(*to));
      *to = kNoPage;
      step_.done = "no page below is free";
      return Status::ok();
    }
    DDB_TRY(const PageRef ref, session_.read(from));
    writer.write(kPageHeaderBytes, ref.data() + kPageHeaderBytes,
                 session_.content_bytes() - kPageHeaderBytes);
    return Status::ok();
  }

  Status misplaced(PageNo page) const {
    return Status::corruption("page " + std::to_string(page.value) +
                              ": its tree does not lead to it from where its content belongs");
  }

  Status move_tree_page(const TableTree& tree, PageNo page, uint32_t level) {
    DDB_TRY(const int64_t row_id, row_below(tree, page, level));
    TreePath path;
    DDB_RETURN_IF_ERROR(find_leaf(session_, tree, row_id, &path));
    if (level >= path.depth) return misplaced(page);
    const PageNo there = level == 0 ? path.leaf : path.steps[path.depth - level].page;
    if (there != page) return misplaced(page);
    const TreePath::Step above = path.steps[path.depth - level - 1];
    PageNo to = kNoPage;
    DDB_RETURN_IF_ERROR(copy_down(tree.tree, page, level == 0 ? kTableLeaf : kTableInner, &to));
    if (to == kNoPage) return Status::ok();
    {
      DDB_TRY(PageWriter parent, change_tree_page(session_, tree.tree, above.page, level + 1));
      set_child(parent, session_.content_bytes(), above.index, to);
    }
    ++step_.moved;
    return session_.free(page);
  }

  Status move_index_page(const IndexTree& tree, PageNo page, PageType type, uint32_t level) {
    if (page == tree.root) {
      step_.done = "the last page is the root of a tree";
      return Status::ok();
    }
    if (type != kIndexLeaf && type != kIndexInner) return misplaced(page);
    std::string key;
    DDB_RETURN_IF_ERROR(key_below(tree, page, level, &key));
    IndexPath path;
    DDB_RETURN_IF_ERROR(find_index_leaf(session_, tree, key, &path));
    if (level >= path.depth || path.page(path.depth - level) != page) return misplaced(page);
    const IndexPath::Step above = path.steps[path.depth - level - 1];
    PageNo to = kNoPage;
    DDB_RETURN_IF_ERROR(copy_down(tree.tree, page, type, &to));
    if (to == kNoPage) return Status::ok();
    {
      DDB_TRY(PageWriter parent, change_index_page(session_, tree.tree, above.page, level + 1));
      store_le<uint32_t>(parent.change(IndexNode(parent.data()).cell_offset(above.index), kIndexChildBytes),
                         to.value);
    }
    ++step_.moved;
    return session_.free(page);
  }

  // Some key below a page of an index tree.
  Status key_below(const IndexTree& tree, PageNo page, uint32_t level, std::string* key) {
    for (;; --level) {
      DDB_TRY(const PageRef ref, read_index_page(session_, tree.tree, page, level));
      const IndexNode node(ref.data());
      if (level > 0) {
        page = node.child(0);
        continue;
      }
      if (node.count() == 0) return misplaced(page);
      key->resize(node.key_bytes(0));
      node.copy_key(0, key->data());
      return Status::ok();
    }
  }

  // Some row id below a page.
  Result<int64_t> row_below(const TableTree& tree, PageNo page, uint32_t level) {
    for (;; --level) {
      DDB_TRY(const PageRef ref, read_tree_page(session_, tree.tree, page, level));
      if (level == 0) {
        const TableLeaf leaf(ref.data());
        if (leaf.rows() == 0) return misplaced(page);
        return leaf.row_id(0);
      }
      page = TableInner(ref.data(), session_.content_bytes()).child(0);
    }
  }

  // Moves the pages of the chain that lie at the end, as many as the step may: one walk finds them all.
  Status move_chain(const TableTree& tree, PageNo last, int64_t row_id, uint16_t column_id) {
    TreePath path;
    DDB_RETURN_IF_ERROR(find_leaf(session_, tree, row_id, &path));
    OverflowRef ref;
    size_t ref_at = 0;
    {
      DDB_TRY(const PageRef page, read_tree_page(session_, tree.tree, path.leaf, 0));
      const TableLeaf leaf(page.data());
      const uint32_t position = leaf.lower_bound(row_id);
      if (position == leaf.rows() || leaf.row_id(position) != row_id) return misplaced(last);
      const uint32_t index = leaf.find_column(column_id);
      if (index == leaf.columns()) return misplaced(last);
      const LeafEntry entry = leaf.column(index);
      const uint32_t slot = leaf.slot(position);
      if (entry.encoding != LeafEncoding::kHeap || !is_overflow_cell(leaf, entry, slot))
        return misplaced(last);
      DDB_TRY(ref, overflow_ref_at(leaf, entry, slot));
      ref_at = load_le<uint16_t>(page.data() + entry.offset + size_t{4} * slot);
    }
    std::vector<PageNo> chain;
    DDB_RETURN_IF_ERROR(list_overflow_pages(session_, tree.tree, ref, &chain));
    if (std::ranges::find(chain, last) == chain.end()) return misplaced(last);
    const uint32_t left = pages_max_ - step_.moved;
    const uint32_t from = last.value < left ? 0 : last.value - left;
    for (size_t i = 0; i < chain.size() && step_.moved < pages_max_; ++i) {
      if (chain[i].value <= from) continue;
      PageNo to = kNoPage;
      DDB_RETURN_IF_ERROR(copy_down(tree.tree, chain[i], kOverflow, &to));
      if (to == kNoPage) {
        if (chain[i] == last) break;
        step_.done = nullptr;  // this one has no place below it, the last page may
        continue;
      }
      if (i == 0) {
        DDB_TRY(PageWriter leaf, change_tree_page(session_, tree.tree, path.leaf, 0));
        store_le<uint32_t>(leaf.change(ref_at, 4), to.value);
      } else {
        DDB_TRY(PageWriter before, session_.change(chain[i - 1]));
        store_le<uint32_t>(before.change(32, 4), to.value);
      }
      DDB_RETURN_IF_ERROR(session_.free(chain[i]));
      chain[i] = to;
      ++step_.moved;
    }
    return Status::ok();
  }

  Session& session_;
  const std::span<const TableTree> trees_;
  const std::span<const IndexTree> indexes_;
  const uint32_t pages_max_;
  ShrinkStep step_;
};

}  // namespace

Result<ShrinkStep> shrink_file(Session& session, std::span<const TableTree> tables,
                               std::span<const IndexTree> indexes, uint32_t pages_max) {
  Result<ShrinkStep> done = Shrinker(session, tables, indexes, pages_max).run();
  if (!done.is_ok()) return session.fail_transaction(done.status());
  return done;
}

}  // namespace ddb
