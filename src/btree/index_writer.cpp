// index_writer: from leaf to leaf, changing them in place where that is possible.
#include "btree/index_writer.h"

#include <new>

namespace ddb {
namespace {

// Depth is bounded: every level is one less than the one above.
Status free_below(Session& session, TreeId tree, PageNo page, uint32_t level) {
  if (level > 0) {
    DDB_TRY(const PageRef ref, read_index_page(session, tree, page, level));
    const IndexNode inner(ref.data());
    for (uint32_t i = 0; i < inner.count(); ++i) {
      DDB_RETURN_IF_ERROR(free_below(session, tree, inner.child(i), level - 1));
    }
  }
  return session.free(page);
}

}  // namespace

Result<IndexTree> create_index_tree(Session& session, TreeId tree, bool payloads) {
  IndexTree made{tree, kNoPage};
  DDB_TRY(PageWriter root, session.allocate(tree, kIndexLeaf, &made.root));
  build_index_node(root, session.content_bytes(), {0, payloads ? kVariablePayload : uint16_t{0}}, {});
  session.note_checked(root.data());
  return made;
}

Status drop_index_tree(Session& session, const IndexTree& tree) {
  uint32_t level = 0;
  DDB_RETURN_IF_ERROR(read_index_root(session, tree, &level).status());
  Status freed = free_below(session, tree.tree, tree.root, level);
  return freed.is_ok() ? freed : session.fail_transaction(std::move(freed));
}

Status IndexWriter::insert(std::span<const IndexEntry> entries) {
  const uint32_t most = index_entry_max(session_.content_bytes());
  for (const IndexEntry& entry : entries) {
    const size_t bytes = kIndexSlotBytes + entry.key.size() + entry.payload.size() + 2;
    if (bytes > most) {
      return session_.fail_transaction(
          Status::error(sqlstate::kProgramLimit, "an index entry takes " + std::to_string(bytes) +
                                                     " bytes, at most " + std::to_string(most) +
                                                     " are possible: index a shorter value or a hash of it"));
    }
  }
  try {
    Status done = insert_all(entries);
    return done.is_ok() ? done : session_.fail_transaction(std::move(done));
  } catch (const std::bad_alloc&) {
    return session_.fail_transaction(Status::out_of_memory());
  }
}

Status IndexWriter::insert_all(std::span<const IndexEntry> entries) {
  while (!entries.empty()) {
    DDB_RETURN_IF_ERROR(find_index_leaf(session_, tree_, entries.front().key, &path_));
    size_t count = entries.size();
    if (path_.has_high) {
      const std::string_view high = path_.high.view();
      count = 1;
      while (count < entries.size() && entries[count].key < high) ++count;
    }
    DDB_RETURN_IF_ERROR(add_entries(path_, path_.depth, entries.first(count)));
    entries = entries.subspan(count);
  }
  return Status::ok();
}

Status IndexWriter::erase(std::span<const std::string_view> keys) {
  try {
    Status done = erase_all(keys);
    return done.is_ok() ? done : session_.fail_transaction(std::move(done));
  } catch (const std::bad_alloc&) {
    return session_.fail_transaction(Status::out_of_memory());
  }
}

Status IndexWriter::erase_all(std::span<const std::string_view> keys) {
  while (!keys.empty()) {
    DDB_RETURN_IF_ERROR(find_index_leaf(session_, tree_, keys.front(), &path_));
    size_t count = keys.size();
    if (path_.has_high) {
      const std::string_view high = path_.high.view();
      count = 1;
      while (count < keys.size() && keys[count] < high) ++count;
    }
    DDB_TRY(PageWriter leaf, change_index_page(session_, tree_.tree, path_.leaf, 0));
    leaf_payload_ = static_cast<uint16_t>(IndexNode(leaf.data()).payload_kind());
    if (editor_.erase(leaf, keys.first(count)) == IndexChange::kConflict) {
      return Status::corruption("page " + std::to_string(path_.leaf.value) + " of index tree " +
                                std::to_string(tree_.tree.value) + ": an entry of a row is missing");
    }
    leaf.release();
    DDB_RETURN_IF_ERROR(after_erase(path_, path_.depth));
    keys = keys.subspan(count);
  }
  return Status::ok();
}

}  // namespace ddb
