// index_lookup: single entries of an index tree: what a unique index knows of a key's columns.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/status.h"
#include "btree/index_page.h"
#include "record/byte_buffer.h"
#include "txn/session.h"

namespace ddb {

// The row id behind the columns of entry i's key. XX001 for a key without one.
Result<int64_t> index_row_id(const IndexNode& node, uint32_t i, ByteBuffer& scratch);

// For one thread; usable with any session. Warm, it allocates nothing and makes no system call. Throws std::bad_alloc.
class IndexReader {
 public:
  explicit IndexReader(const IndexTree& tree) : tree_(tree) {}

  // Whether an entry begins with `key`; the row id of the first one. XX001; the session's errors.
  Result<bool> find_first(Session& session, std::string_view key, int64_t* row_id);
  // The same for keys that ascend: row_ids[i] and *bit i of `found` (one word per 64 keys) for each. Neighbours share the descent.
  Status find_each(Session& session, std::span<const std::string_view> keys, int64_t* row_ids,
                   uint64_t* found);

  const IndexTree& tree() const { return tree_; }

 private:
  Result<bool> find_in(Session& session, const IndexNode& leaf, std::string_view key, int64_t* row_id,
                       bool* look_on);

  const IndexTree tree_;
  IndexPath path_;
  ByteBuffer scratch_;
  ByteBuffer next_;
};

}  // namespace ddb
