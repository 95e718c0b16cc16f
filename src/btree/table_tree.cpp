// table_tree: a tree's beginning and its end.
#include <vector>

#include "btree/overflow.h"
#include "btree/table_writer.h"

namespace ddb {
namespace {

Status free_leaf_chains(Session& session, TreeId tree, const TableLeaf& leaf) {
  for (uint32_t index = 0; index < leaf.columns(); ++index) {
    const LeafEntry entry = leaf.column(index);
    if (entry.encoding != LeafEncoding::kHeap) continue;
    for (uint32_t position = 0; position < leaf.rows(); ++position) {
      DDB_RETURN_IF_ERROR(free_overflow_cell(session, tree, leaf, entry, leaf.slot(position)));
    }
  }
  return Status::ok();
}

// Depth is bounded: every level is one less than the one above.
Status free_below(Session& session, TreeId tree, PageNo page, uint32_t level) {
  {
    DDB_TRY(const PageRef ref, read_tree_page(session, tree, page, level));
    if (level == 0) {
      DDB_RETURN_IF_ERROR(free_leaf_chains(session, tree, TableLeaf(ref.data())));
    } else {
      const TableInner inner(ref.data(), session.content_bytes());
      for (uint32_t i = 0; i < inner.count(); ++i) {
        DDB_RETURN_IF_ERROR(free_below(session, tree, inner.child(i), level - 1));
      }
    }
  }
  return session.free(page);
}

}  // namespace

Result<TableTree> create_table_tree(Session& session, TreeId tree, const TableSchema& schema) {
  DDB_RETURN_IF_ERROR(schema.check(session.content_bytes()));
  TableTree made{tree, kNoPage};
  DDB_TRY(PageWriter root, session.allocate(tree, kTableLeaf, &made.root));
  LeafBuilder builder(schema, session.content_bytes());
  LeafHints hints;
  hints.columns.resize(schema.columns.size());
  if (!builder.plan({}, false, 0, hints))
    return session.fail_transaction(Status::corruption("an empty leaf does not fit a page"));
  builder.write({},
                root.change(kPageHeaderBytes, session.content_bytes() - kPageHeaderBytes) - kPageHeaderBytes);
  session.note_checked(root.data());
  return made;
}

Status drop_table_tree(Session& session, const TableTree& tree) {
  uint32_t level = 0;
  DDB_RETURN_IF_ERROR(read_root_page(session, tree, &level).status());
  Status freed = free_below(session, tree.tree, tree.root, level);
  return freed.is_ok() ? freed : session.fail_transaction(std::move(freed));
}

}  // namespace ddb
