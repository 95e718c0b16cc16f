// leaf_edit: one row at a time. Everything is decided before the first byte changes.
#include "btree/leaf_edit.h"

#include <algorithm>
#include <cstring>

#include "btree/leaf_kernels.h"
#include "btree/leaf_write.h"

namespace ddb {

// A value on its way into a slot.
struct LeafEditor::Cell {
  Cell(const Vector& values, uint32_t row, PhysicalKind kind_of_column, bool is_reference)
      : vector(values),
        at(values.row(row)),
        kind(kind_of_column),
        is_null(!values.is_valid(row)),
        overflow(is_reference) {}

  int64_t integer() const {
    switch (kind) {
      case PhysicalKind::kBool:
        return static_cast<int64_t>(vector.data<uint8_t>()[at] != 0);
      case PhysicalKind::kInt16:
        return vector.data<int16_t>()[at];
      case PhysicalKind::kInt32:
        return vector.data<int32_t>()[at];
      default:
        return vector.data<int64_t>()[at];
    }
  }
  const std::byte* fixed(size_t width) const {
    return static_cast<const std::byte*>(vector.raw_data()) + at * width;
  }
  const StringView16& string() const { return vector.data<StringView16>()[at]; }

  const Vector& vector;
  uint32_t at;
  PhysicalKind kind;
  bool is_null;
  bool overflow;
};

// The heap as it will be.
struct LeafEditor::Heap {
  explicit Heap(const TableLeaf& leaf) : start(leaf.heap_start()), garbage(leaf.heap_garbage()) {}

  // Bytes that no cell refers to any more: given back where they lie at the edge.
  void drop(const HeapCell& cell, uint32_t content_bytes) {
    const uint32_t bytes = cell.bytes();
    if (bytes == 0) return;
    if (cell.offset == start) {
      start += bytes;
    } else {
      garbage += bytes;
    }
    // A damaged leaf may count bytes twice.
    garbage = std::min(garbage, content_bytes - start);
  }
  void store(PageWriter& leaf) const {
    if (load_le<uint16_t>(leaf.data() + 44) == start && load_le<uint16_t>(leaf.data() + 46) == garbage)
      return;
    std::byte* at = leaf.change(44, 4);
    store_le<uint16_t>(at, static_cast<uint16_t>(start));
    store_le<uint16_t>(at + 2, static_cast<uint16_t>(garbage));
  }

  uint32_t start;
  uint32_t garbage;
};

namespace {

void put_integer(PageWriter& leaf, const LeafEntry& entry, uint32_t slot, int64_t value) {
  if (entry.width == 0) return;
  const uint64_t narrow = static_cast<uint64_t>(value) - static_cast<uint64_t>(entry.base);
  std::byte* at = leaf.change(entry.offset + size_t{slot} * entry.width, entry.width);
  visit_width(entry.width, [&](auto type) {
    using T = typename decltype(type)::type;
    store_le<T>(at, static_cast<T>(narrow));
  });
}

// The bytes of the string lie in the heap from `start` on.
void put_heap_cell(PageWriter& leaf, const LeafEntry& entry, uint32_t slot, uint32_t start, uint32_t bytes,
                   bool overflow) {
  std::byte* at = leaf.change(entry.offset + size_t{slot} * 4, 4);
  store_heap_cell(at, bytes == 0 ? 0 : start, overflow ? kOverflowLength : bytes);
}

void clear_cell(PageWriter& leaf, const LeafEntry& entry, uint32_t slot) {
  const size_t at = entry.offset + size_t{slot} * entry.width;
  const std::byte* cell = leaf.data() + at;
  if (std::all_of(cell, cell + entry.width, [](std::byte b) { return b == std::byte{0}; })) return;
  std::memset(leaf.change(at, entry.width), 0, entry.width);
}

void set_valid(PageWriter& leaf, const LeafEntry& entry, uint32_t slot, bool valid) {
  if (entry.validity == 0) return;
  const size_t at = entry.validity + slot / 8;
  const std::byte bit = std::byte{1} << (slot % 8);
  const std::byte old = leaf.data()[at];
  const std::byte now = valid ? old | bit : old & ~bit;
  if (now != old) *leaf.change(at, 1) = now;
}

}  // namespace

LeafEditor::LeafEditor(const TableSchema& schema, uint32_t content_bytes)
    : schema_(schema), content_bytes_(content_bytes), entries_(schema.columns.size()) {
  for (uint32_t i = 0; i < schema.columns.size(); ++i) {
    if (i != schema.row_id_column) schema_columns_.push_back(i);
  }
  std::sort(schema_columns_.begin(), schema_columns_.end(),
            [&](uint32_t a, uint32_t b) { return schema.columns[a].id < schema.columns[b].id; });
  for (uint32_t i = 0; i < schema_columns_.size(); ++i) entries_[schema_columns_[i]] = i;
}

// The version is promised; a damaged page may still have other columns.
bool LeafEditor::is_current(const TableLeaf& leaf) const { return leaf.columns() == schema_columns_.size(); }

bool LeafEditor::cell_fits(const LeafEntry& entry, const Cell& cell, uint32_t* heap_bytes) const {
  if (!suits_kind(entry, cell.kind)) return false;
  if (cell.is_null) return entry.validity != 0;
  switch (entry.encoding) {
    case LeafEncoding::kNarrow:
      return fits_narrow(entry, cell.integer());
    case LeafEncoding::kFixed:
      return true;
    case LeafEncoding::kEqual:
      return !cell.overflow && cell.string().size() == entry.width;
    case LeafEncoding::kHeap: {
      const uint32_t bytes = cell.string().size();
      // More than any heap: the sum stays small.
      if (bytes > content_bytes_) return false;
      *heap_bytes += bytes;
      return true;
    }
  }
  return false;
}

LeafChange LeafEditor::insert(PageWriter& leaf, uint32_t position, const RowBatch& batch,
                              uint32_t row) const {
  const TableLeaf view(leaf.data());
  const uint32_t slot = view.used();
  const uint32_t rows = view.rows();
  const bool inside = view.permutation() == 0 && position != rows;
  const LeafEntry ids = view.row_ids();
  if (slot == view.capacity() || (inside && !has_room_for_permutation(view)) || !is_current(view) ||
      !fits_row_id(ids, batch.row_ids[row]) || (ids.width == 0 && rows != 0)) {
    return LeafChange::kRebuild;
  }
  const auto columns = static_cast<uint32_t>(schema_columns_.size());
  const auto cell_of = [&](uint32_t i) {
    const uint32_t column = schema_columns_[i];
    return Cell(*batch.columns[column], row, schema_.columns[column].kind, batch.is_overflow(column, row));
  };
  const uint32_t room = heap_room(view);
  uint32_t heap_bytes = 0;
  for (uint32_t i = 0; i < columns; ++i) {
    if (!cell_fits(view.column(i), cell_of(i), &heap_bytes) || heap_bytes > room) return LeafChange::kRebuild;
  }
  if (inside) add_permutation(leaf);
  put_integer(leaf, ids, slot, batch.row_ids[row]);
  uint32_t heap = view.heap_start();
  for (uint32_t i = 0; i < columns; ++i) {
    const LeafEntry entry = view.column(i);
    const Cell cell = cell_of(i);
    set_valid(leaf, entry, slot, !cell.is_null);
    if (cell.is_null) {
      clear_cell(leaf, entry, slot);
      continue;
    }
    switch (entry.encoding) {
      case LeafEncoding::kNarrow:
        put_integer(leaf, entry, slot, cell.integer());
        break;
      case LeafEncoding::kFixed:
        leaf.write(entry.offset + size_t{slot} * entry.width, cell.fixed(entry.width), entry.width);
        break;
      case LeafEncoding::kEqual:
        leaf.write(entry.offset + size_t{slot} * entry.width, cell.string().data(), entry.width);
        break;
      case LeafEncoding::kHeap: {
        const StringView16& string = cell.string();
        heap -= string.size();
        leaf.write(heap, string.data(), string.size());
        put_heap_cell(leaf, entry, slot, heap, string.size(), cell.overflow);
        break;
      }
    }
  }
  add_positions(leaf, position, slot, 1);
  store_counts(leaf, slot + 1, rows + 1, heap);
  return LeafChange::kDone;
}

LeafChange LeafEditor::update(PageWriter& leaf, uint32_t slot, uint32_t column, const Vector& values,
                              uint32_t row, bool overflow) const {
  const TableLeaf view(leaf.data());
  if (!is_current(view)) return LeafChange::kRebuild;
  const LeafEntry entry = view.column(entries_[column]);
  const Cell cell(values, row, schema_.columns[column].kind, overflow);
  if (entry.encoding == LeafEncoding::kHeap) return update_heap(leaf, entry, slot, cell);
  uint32_t heap_bytes = 0;
  if (!cell_fits(entry, cell, &heap_bytes)) return LeafChange::kRebuild;
  set_valid(leaf, entry, slot, !cell.is_null);
  if (cell.is_null) {
    clear_cell(leaf, entry, slot);
  } else if (entry.encoding == LeafEncoding::kNarrow) {
    put_integer(leaf, entry, slot, cell.integer());
  } else {
    const std::byte* bytes = entry.encoding == LeafEncoding::kFixed
                                 ? cell.fixed(entry.width)
                                 : reinterpret_cast<const std::byte*>(cell.string().data());
    leaf.write(entry.offset + size_t{slot} * entry.width, bytes, entry.width);
  }
  return LeafChange::kDone;
}

LeafChange LeafEditor::update_heap(PageWriter& leaf, const LeafEntry& entry, uint32_t slot,
                                   const Cell& cell) const {
  const TableLeaf view(leaf.data());
  uint32_t bytes = 0;
  if (!cell_fits(entry, cell, &bytes)) return LeafChange::kRebuild;
  HeapCell old;
  if (view.is_valid(entry, slot)) old = heap_cell(view.page() + entry.offset + size_t{slot} * 4);
  Heap heap(view);
  uint32_t start = old.offset;
  if (cell.is_null || bytes == 0) {
    heap.drop(old, content_bytes_);
    start = 0;
  } else if (bytes <= old.bytes()) {
    heap.garbage = std::min(heap.garbage + old.bytes() - bytes, content_bytes_ - heap.start);
  } else {
    heap.drop(old, content_bytes_);
    if (heap.start - view.arrays_end() < bytes) return LeafChange::kRebuild;
    heap.start -= bytes;
    start = heap.start;
  }
  set_valid(leaf, entry, slot, !cell.is_null);
  if (cell.is_null) {
    clear_cell(leaf, entry, slot);
  } else {
    leaf.write(start, cell.string().data(), bytes);
    put_heap_cell(leaf, entry, slot, start, bytes, cell.overflow);
  }
  heap.store(leaf);
  return LeafChange::kDone;
}

LeafChange LeafEditor::erase(PageWriter& leaf, uint32_t position) const {
  const TableLeaf view(leaf.data());
  const uint32_t rows = view.rows();
  if (view.permutation() == 0 && position + 1 != rows) {
    if (!has_room_for_permutation(view)) return LeafChange::kRebuild;
    add_permutation(leaf);
  }
  const uint32_t order = view.permutation();
  const uint32_t slot = view.slot(position);
  Heap heap(view);
  // The last column's string lies lowest.
  for (uint32_t i = view.columns(); i-- > 0;) {
    const LeafEntry entry = view.column(i);
    if (entry.encoding != LeafEncoding::kHeap || !view.is_valid(entry, slot)) continue;
    heap.drop(heap_cell(view.page() + entry.offset + size_t{slot} * 4), content_bytes_);
  }
  if (order != 0 && position + 1 < rows) {
    std::byte* at = leaf.change(order + 2 * position, 2 * (rows - position - 1));
    std::memmove(at, at + 2, 2 * (rows - position - 1));
  }
  uint32_t used = slot + 1 == view.used() ? slot : view.used();
  if (rows == 1) {
    used = 0;
    heap.start = content_bytes_;
    heap.garbage = 0;
  }
  store_counts(leaf, used, rows - 1, heap.start);
  heap.store(leaf);
  return LeafChange::kDone;
}

}  // namespace ddb
