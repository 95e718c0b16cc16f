// foreign_key: whether children have parents, and which children parents have.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "access/table_changer.h"
#include "access/table_rules.h"
#include "base/status.h"
#include "record/byte_buffer.h"
#include "txn/session.h"

namespace ddb {

// Keys of parents as the child's side has them (the order of its index, if one serves), one after the other.
class ForeignKeyList {
 public:
  size_t size() const { return ends_.size(); }
  std::string_view key(size_t i) const {
    const uint64_t begin = i == 0 ? 0 : ends_[i - 1];
    return bytes_.view().substr(begin, ends_[i] - begin);
  }
  uint64_t bytes() const { return bytes_.size() + ends_.size() * sizeof(uint64_t); }
  // Adds the key of a parent's row; false (and nothing added) if no child can have it: a NULL, or a number that its type cannot hold.
  Result<bool> add(const ForeignKeyRules& key, const RowBatch& parents, uint32_t row);
  void remove_last() {
    ends_.pop_back();
    bytes_.truncate(ends_.empty() ? 0 : ends_.back());
  }

 private:
  ByteBuffer bytes_;
  std::vector<uint64_t> ends_;
};

// Bit i of `missing` is set for rows of the child that need a parent and have none. 23503 for MATCH FULL with some NULLs. XX001; the
// session's errors. Throws std::bad_alloc.
Status find_orphans(TableChanger& parent, const ForeignKeyRules& key, const RowBatch& children,
                    uint64_t* missing);

struct ChildRow {
  int64_t row_id = 0;
  uint32_t key = 0;  // position in the list
};
// Children of the parents in the list; with `first_only` at most one. In order of row ids, each once per key.
Status find_children(TableChanger& child, const ForeignKeyRules& key, const ForeignKeyList& parents,
                     bool first_only, std::vector<ChildRow>* children);

// An integer as a value of an integer type. REQUIRES: it fits.
Value integer_value(const SqlType& type, int64_t value);
// A value for a column of `type`: an integer of another width is converted (22003 if it does not fit), all else is of that type already.
Status convert_integer(Value* value, const SqlType& type);

// Whether a row of the parent has this key (again).
Result<bool> has_parent(TableChanger& parent, const ForeignKeyRules& key, std::string_view child_key);
// "(id)=(1)" with the parent's column names.
std::string describe_parent(const ForeignKeyRules& key, std::string_view child_key);

}  // namespace ddb
