// column_map: a leaf of another schema version than the last one.
#include "btree/column_map.h"

namespace ddb {

[[gnu::noinline]] void ColumnMap::fill(const TableLeaf& leaf) {
  for (uint32_t column = 0; column < index_.size(); ++column)
    index_[column] = leaf_index(leaf, schema_, column);
  version_ = leaf.schema_version();
  columns_ = leaf.columns();
}

}  // namespace ddb
