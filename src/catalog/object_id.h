// object_id: the names that objects of the catalog never change. Keeps: one space of 64-bit numbers for all kinds, handed out in
// ascending order and never again, so that a smaller id is an older object.
#pragma once

#include <cstdint>

#include "base/ids.h"

namespace ddb {

using ObjectId = StrongId<struct ObjectIdTag, uint64_t>;  // of any kind; 0 = none
using SchemaId = StrongId<struct SchemaIdTag, uint64_t>;
using TableId = StrongId<struct TableIdTag, uint64_t>;
using IndexId = StrongId<struct IndexIdTag, uint64_t>;
using ConstraintId = StrongId<struct ConstraintIdTag, uint64_t>;
using ViewId = StrongId<struct ViewIdTag, uint64_t>;
using SequenceId = StrongId<struct SequenceIdTag, uint64_t>;
// Within its table, 1…65535, never given to a second column. 0 = none, or the table as a whole.
using ColumnId = StrongId<struct ColumnIdTag, uint16_t>;

template <typename Tag>
constexpr ObjectId object_id(StrongId<Tag, uint64_t> id) {
  return ObjectId(id.value);
}

// A table (or another object as a whole, then `column` is 0) that something refers to.
struct ObjectReference {
  ObjectId object;
  ColumnId column;
  friend auto operator<=>(const ObjectReference&, const ObjectReference&) = default;
};

}  // namespace ddb
