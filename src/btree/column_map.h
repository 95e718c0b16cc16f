// column_map: where the columns of the current schema lie in the leaf at hand. One schema version is remembered: nearly every
// leaf has it.
#pragma once

#include <cstdint>
#include <vector>

#include "btree/leaf_read.h"
#include "btree/table_leaf.h"
#include "btree/table_schema.h"

namespace ddb {

class ColumnMap {
 public:
  explicit ColumnMap(const TableSchema& schema) : schema_(schema), index_(schema.columns.size()) {}

  // Directory index, kLeafMissing or kLeafRowId of each schema column in this leaf. Dead at the next call.
  const uint32_t* of(const TableLeaf& leaf) {
    // The count as well: a damaged leaf may lack columns that its version has.
    if (leaf.schema_version() != version_ || leaf.columns() != columns_) [[unlikely]]
      fill(leaf);
    return index_.data();
  }

 private:
  void fill(const TableLeaf& leaf);

  const TableSchema& schema_;
  uint32_t version_ = 0;  // versions begin at 1
  uint32_t columns_ = 0;  // of the leaf that index_ was made for
  std::vector<uint32_t> index_;
};

}  // namespace ddb
