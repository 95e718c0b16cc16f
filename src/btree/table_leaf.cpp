// table_leaf: search for a row id among the row ids of a leaf, without a branch that depends on what they are.
#include "btree/table_leaf.h"

#include "btree/leaf_kernels.h"

namespace ddb {
namespace {

// The first i in [0, rows) whose narrow id is ≥ wanted. REQUIRES: rows > 0.
template <typename T, typename Slots>
uint32_t search(const std::byte* ids, Slots slots, uint32_t rows, T wanted) {
  const auto id = [&](size_t i) { return load_le<T>(ids + slots(i) * sizeof(T)); };
  size_t low = 0;
  for (size_t left = rows; left > 1;) {
    const size_t half = left / 2;
    // A mask instead of a choice: compilers make branches of choices.
    low += half & (size_t{0} - static_cast<size_t>(id(low + half - 1) < wanted));
    left -= half;
  }
  return static_cast<uint32_t>(low + static_cast<size_t>(id(low) < wanted));
}

template <typename T>
uint32_t find(const std::byte* page, uint32_t offset, uint32_t order, uint32_t rows, uint64_t wanted) {
  if (wanted > std::numeric_limits<T>::max()) return rows;
  const std::byte* ids = page + offset;
  if (order != 0) return search<T>(ids, ListedSlots{page + order}, rows, static_cast<T>(wanted));
  // Ids without gaps, the usual case of a generated key: the position follows.
  const uint64_t first = load_le<T>(ids);
  const uint64_t last = load_le<T>(ids + (rows - 1) * sizeof(T));
  if (last - first == rows - 1) {
    const uint64_t above = wanted > first ? wanted - first : 0;
    return above < rows ? static_cast<uint32_t>(above) : rows;
  }
  return search<T>(ids, DenseSlots{0}, rows, static_cast<T>(wanted));
}

}  // namespace

uint32_t TableLeaf::lower_bound(int64_t row_id) const {
  const uint32_t count = rows();
  const LeafEntry ids = row_ids();
  if (count == 0 || row_id <= ids.base) return 0;
  const uint64_t wanted = static_cast<uint64_t>(row_id) - static_cast<uint64_t>(ids.base);
  // Width 0 holds one row at most.
  if (ids.width == 0) return count;
  return visit_width(ids.width, [&](auto type) {
    using T = typename decltype(type)::type;
    return find<T>(page_, ids.offset, permutation(), count, wanted);
  });
}

bool suits_kind(const LeafEntry& entry, PhysicalKind kind) {
  switch (kind) {
    case PhysicalKind::kBool:
    case PhysicalKind::kInt16:
    case PhysicalKind::kInt32:
    case PhysicalKind::kInt64:
      return entry.encoding == LeafEncoding::kNarrow;
    case PhysicalKind::kString:
      return entry.encoding == LeafEncoding::kEqual || entry.encoding == LeafEncoding::kHeap;
    case PhysicalKind::kFloat:
    case PhysicalKind::kDouble:
    case PhysicalKind::kInt128:
    case PhysicalKind::kUuid:
    case PhysicalKind::kInterval:
      return entry.encoding == LeafEncoding::kFixed && entry.width == bytes_per_value(kind);
  }
  return false;
}

}  // namespace ddb
