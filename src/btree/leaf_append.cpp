// leaf_append: many rows behind the last one, array by array.
#include <algorithm>
#include <cstring>

#include "btree/leaf_edit.h"
#include "btree/leaf_kernels.h"
#include "btree/leaf_source.h"
#include "btree/leaf_write.h"

namespace ddb {
namespace {

uint32_t first_null(const ValidityRun& validity, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) {
    if (!validity.is_valid(i)) return i;
  }
  return count;
}

uint32_t integers_that_fit(const LeafEntry& entry, const int64_t* values, const ValidityRun* validity,
                           uint32_t count) {
  if (entry.width == 8) return count;
  const auto base = static_cast<uint64_t>(entry.base);
  const uint64_t most = narrow_max(entry.width);
  if (validity == nullptr) {
    // base + most is an integer (L5), so that a value below the base is a large difference.
    bool beyond = false;
    for (uint32_t i = 0; i < count; ++i) beyond |= static_cast<uint64_t>(values[i]) - base > most;
    if (!beyond) return count;
  }
  for (uint32_t i = 0; i < count; ++i) {
    const bool is_null = validity != nullptr && !validity->is_valid(i);
    if (!is_null && !fits_narrow(entry, values[i])) return i;
  }
  return count;
}

uint32_t equal_that_fit(const LeafEntry& entry, const StringCell* strings, const ValidityRun* validity,
                        uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) {
    const bool is_null = validity != nullptr && !validity->is_valid(i);
    if (!is_null && (strings[i].overflow || strings[i].bytes != entry.width)) return i;
  }
  return count;
}

// Overwrites bits [first, first + count) of a bitmap.
void put_validity(PageWriter& leaf, const LeafEntry& entry, uint32_t first, uint32_t count,
                  const ValidityRun* validity) {
  leaf.change(entry.validity + first / 8, (first + count - 1) / 8 - first / 8 + 1);
  std::byte* words = leaf.change(entry.validity + first / 8, 1) - first / 8;
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t at = first + i;
    const std::byte bit = std::byte{1} << (at % 8);
    const bool valid = validity == nullptr || validity->is_valid(i);
    words[at / 8] = valid ? words[at / 8] | bit : words[at / 8] & ~bit;
  }
}

void put_strings(PageWriter& leaf, const LeafEntry& entry, uint32_t slot, const StringCell* strings,
                 uint32_t count, uint32_t* heap) {
  std::byte* array = leaf.change(entry.offset + size_t{slot} * entry.width, size_t{count} * entry.width);
  if (entry.encoding == LeafEncoding::kEqual) {
    store_equal(strings, count, entry.width, array);
    return;
  }
  uint32_t bytes = 0;
  for (uint32_t i = 0; i < count; ++i) bytes += strings[i].bytes;
  if (bytes == 0) {
    std::memset(array, 0, size_t{count} * entry.width);
    return;
  }
  std::byte* page = leaf.change(*heap - bytes, bytes) - (*heap - bytes);
  *heap = store_heap(strings, count, page, array, *heap);
}

// `heap`: where it starts; lowered by the strings of the column.
void put_column(PageWriter& leaf, const LeafEntry& entry, uint32_t slot, const ColumnSource& cells,
                uint32_t count, uint32_t* heap) {
  ValidityRun validity;
  bool valid = true;
  switch (entry.encoding) {
    case LeafEncoding::kNarrow: {
      int64_t values[kRunRows];
      valid = cells.load_integers(0, count, values, &validity);
      if (!valid) replace_nulls(values, count, validity, entry.base);
      if (entry.width == 0) break;
      const size_t at = entry.offset + size_t{slot} * entry.width;
      std::byte* page = leaf.change(at, size_t{count} * entry.width) - at;
      encode_narrow(values, count, entry, page, slot);
      break;
    }
    case LeafEncoding::kFixed:
      valid = cells.load_fixed(
          0, count, leaf.change(entry.offset + size_t{slot} * entry.width, size_t{count} * entry.width),
          &validity);
      break;
    case LeafEncoding::kEqual:
    case LeafEncoding::kHeap: {
      StringCell strings[kRunRows];
      valid = cells.load_strings(0, count, strings, &validity);
      put_strings(leaf, entry, slot, strings, count, heap);
      break;
    }
  }
  if (entry.validity != 0) put_validity(leaf, entry, slot, count, valid ? nullptr : &validity);
}

}  // namespace

uint32_t LeafEditor::append(PageWriter& leaf, const RowBatch& batch, uint32_t first, uint32_t count) const {
  uint32_t done = 0;
  while (done < count) {
    const uint32_t run = std::min(kRunRows, count - done);
    const uint32_t appended = append_run(leaf, batch, first + done, run);
    done += appended;
    if (appended < run) break;
  }
  return done;
}

uint32_t LeafEditor::append_run(PageWriter& leaf, const RowBatch& batch, uint32_t first,
                                uint32_t count) const {
  const TableLeaf view(leaf.data());
  if (count == 1) return insert(leaf, view.rows(), batch, first) == LeafChange::kDone ? 1 : 0;
  if (!is_current(view)) return 0;
  const uint32_t rows = view.rows();
  const uint32_t slot = view.used();
  const LeafEntry ids = view.row_ids();
  count = rows_that_fit(view, batch, first, std::min(count, view.capacity() - slot));
  if (count == 0) return 0;
  if (ids.width != 0) {
    const size_t at = ids.offset + size_t{slot} * ids.width;
    std::byte* page = leaf.change(at, size_t{count} * ids.width) - at;
    encode_narrow(batch.row_ids + first, count, ids, page, slot);
  }
  uint32_t heap = view.heap_start();
  const LeafSource source{nullptr, &batch, first, count};
  for (uint32_t i = 0; i < schema_columns_.size(); ++i) {
    const uint32_t column = schema_columns_[i];
    const ColumnSource cells(source, schema_.columns[column], column, nullptr);
    put_column(leaf, view.column(i), slot, cells, count, &heap);
  }
  add_positions(leaf, rows, slot, count);
  store_counts(leaf, slot + count, rows + count, heap);
  return count;
}

uint32_t LeafEditor::rows_that_fit(const TableLeaf& leaf, const RowBatch& batch, uint32_t first,
                                   uint32_t count) const {
  const LeafEntry ids = leaf.row_ids();
  if (ids.width == 0) count = std::min(count, leaf.rows() == 0 ? 1u : 0u);
  while (count > 0 && !fits_row_id(ids, batch.row_ids[first + count - 1])) --count;
  if (count == 0 || !fits_row_id(ids, batch.row_ids[first])) return 0;
  const LeafSource source{nullptr, &batch, first, count};
  bool has_heap = false;
  uint32_t heap_bytes[kRunRows];
  for (uint32_t i = 0; i < schema_columns_.size() && count > 0; ++i) {
    const uint32_t column = schema_columns_[i];
    const PhysicalKind kind = schema_.columns[column].kind;
    const LeafEntry entry = leaf.column(i);
    if (!suits_kind(entry, kind)) return 0;
    const ColumnSource cells(source, schema_.columns[column], column, nullptr);
    ValidityRun validity;
    bool valid = true;
    switch (entry.encoding) {
      case LeafEncoding::kNarrow: {
        int64_t values[kRunRows];
        valid = cells.load_integers(0, count, values, &validity);
        count = integers_that_fit(entry, values, valid ? nullptr : &validity, count);
        break;
      }
      case LeafEncoding::kFixed:
        valid = cells.load_validity(0, count, &validity);
        break;
      case LeafEncoding::kEqual:
      case LeafEncoding::kHeap: {
        StringCell strings[kRunRows];
        valid = cells.load_strings(0, count, strings, &validity);
        if (entry.encoding == LeafEncoding::kEqual) {
          count = equal_that_fit(entry, strings, valid ? nullptr : &validity, count);
          break;
        }
        if (!has_heap) std::fill_n(heap_bytes, count, 0u);
        has_heap = true;
        // A string longer than any heap must not make the sum wrap.
        for (uint32_t k = 0; k < count; ++k) {
          heap_bytes[k] =
              std::min(heap_bytes[k] + std::min(strings[k].bytes, content_bytes_), content_bytes_);
        }
        break;
      }
    }
    if (!valid && entry.validity == 0) count = std::min(count, first_null(validity, count));
  }
  if (!has_heap) return count;
  uint32_t room = heap_room(leaf);
  for (uint32_t k = 0; k < count; ++k) {
    if (heap_bytes[k] > room) return k;
    room -= heap_bytes[k];
  }
  return count;
}

}  // namespace ddb
