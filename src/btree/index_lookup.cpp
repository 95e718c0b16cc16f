// index_lookup: a descent, a search in the leaf, and rarely a look at the leaf behind it.
#include "btree/index_lookup.h"

#include "record/key_row_id.h"

namespace ddb {

Result<int64_t> index_row_id(const IndexNode& node, uint32_t i, ByteBuffer& scratch) {
  // Mostly the end of the key lies in one piece.
  std::string_view end = node.tail(i);
  if (end.size() < kKeyRowIdBytesMax) {
    scratch.clear();
    node.append_key(i, scratch);
    end = scratch.view();
  }
  DDB_TRY(const uint64_t row_id, take_key_row_id_from_end(end));
  return static_cast<int64_t>(row_id);
}

// *look_on: entries of the key may begin behind this leaf.
Result<bool> IndexReader::find_in(Session&, const IndexNode& leaf, std::string_view key, int64_t* row_id,
                                  bool* look_on) {
  const uint32_t at = leaf.lower_bound(key);
  *look_on = at == leaf.count();
  if (*look_on || !leaf.starts_with(at, key)) return false;
  DDB_TRY(*row_id, index_row_id(leaf, at, scratch_));
  return true;
}

Result<bool> IndexReader::find_first(Session& session, std::string_view key, int64_t* row_id) {
  uint32_t level = 0;
  DDB_TRY(PageRef ref, read_index_root(session, tree_, &level));
  while (level > 0) {
    const IndexNode inner(ref.data());
    const PageNo page = inner.child(inner.find_child(key));
    --level;
    DDB_TRY(ref, read_index_page(session, tree_.tree, page, level));
  }
  bool look_on = false;
  DDB_TRY(bool found, find_in(session, IndexNode(ref.data()), key, row_id, &look_on));
  if (!look_on) return found;
  // Only where an erase took the entry that the leaves were cut at: what begins with the key may lie behind the separator.
  ref.release();
  DDB_RETURN_IF_ERROR(find_index_leaf(session, tree_, key, &path_));
  while (look_on && path_.has_high && path_.high.view().starts_with(key)) {
    next_.clear();
    next_.append(path_.high.view());
    DDB_RETURN_IF_ERROR(find_index_leaf(session, tree_, next_.view(), &path_));
    DDB_TRY(const PageRef leaf, read_index_page(session, tree_.tree, path_.leaf, 0));
    DDB_TRY(found, find_in(session, IndexNode(leaf.data()), key, row_id, &look_on));
  }
  return found;
}

Status IndexReader::find_each(Session& session, std::span<const std::string_view> keys, int64_t* row_ids,
                              uint64_t* found) {
  std::fill_n(found, (keys.size() + 63) / 64, uint64_t{0});
  for (size_t i = 0; i < keys.size();) {
    DDB_RETURN_IF_ERROR(find_index_leaf(session, tree_, keys[i], &path_));
    DDB_TRY(PageRef leaf, read_index_page(session, tree_.tree, path_.leaf, 0));
    const bool has_high = path_.has_high;
    next_.clear();
    if (has_high) next_.append(path_.high.view());
    const std::string_view high = next_.view();
    for (; i < keys.size() && (!has_high || keys[i] < high); ++i) {
      bool look_on = false;
      DDB_TRY(bool is_there, find_in(session, IndexNode(leaf.data()), keys[i], &row_ids[i], &look_on));
      if (look_on && has_high && high.starts_with(keys[i])) {
        leaf.release();
        DDB_TRY(is_there, find_first(session, keys[i], &row_ids[i]));
        if (is_there) found[i / 64] |= uint64_t{1} << (i % 64);
        ++i;
        break;
      }
      if (is_there) found[i / 64] |= uint64_t{1} << (i % 64);
    }
  }
  return Status::ok();
}

}  // namespace ddb
