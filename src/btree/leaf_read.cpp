// leaf_read: values of a leaf as vectors.
#include "btree/leaf_read.h"

#include <cstring>

#include "btree/leaf_kernels.h"

namespace ddb {
namespace {

struct Bytes16 {
  uint64_t halves[2];
};

LeafEntry entry_of(const TableLeaf& leaf, uint32_t index) {
  return index == kLeafRowId ? leaf.row_ids() : leaf.column(index);
}

template <typename T, typename Slots>
void copy_values(const std::byte* from, Slots slots, size_t count, void* to) {
  auto* out = static_cast<std::byte*>(to);
  for (size_t i = 0; i < count; ++i) std::memcpy(out + i * sizeof(T), from + slots(i) * sizeof(T), sizeof(T));
}

template <typename Slots>
void read_fixed(const std::byte* from, size_t width, Slots slots, size_t count, void* to) {
  switch (width) {
    case 4:
      return copy_values<uint32_t>(from, slots, count, to);
    case 8:
      return copy_values<uint64_t>(from, slots, count, to);
    default:
      return copy_values<Bytes16>(from, slots, count, to);
  }
}

// *out = the string of `bytes` bytes at `offset`, made in registers: a view put together byte by byte would wait for its own
// stores. Up to 12 bytes are loaded as 16 that end with the string, which never pass the page: directory and arrays lie before.
inline void store_view(const std::byte* page, size_t offset, uint32_t bytes, StringView16* out) {
  uint64_t halves[2];
  if (bytes <= StringView16::kInlineMax) {
    // {0, 0} is an empty string too: the shifts leave nothing of what was loaded.
    const size_t end = std::max<size_t>(offset + bytes, 16);
    const auto low = load_le<uint64_t>(page + end - 16);
    const auto high = load_le<uint64_t>(page + end - 8);
    const auto text = (static_cast<unsigned __int128>(high) << 64 | low) >> (8 * (15 - bytes)) >> 8;
    halves[0] = static_cast<uint64_t>(text) << 32 | bytes;
    halves[1] = static_cast<uint64_t>(text >> 32);
  } else {
    halves[0] = uint64_t{load_le<uint32_t>(page + offset)} << 32 | bytes;
    halves[1] = reinterpret_cast<uintptr_t>(page + offset);
  }
  static_assert(sizeof(halves) == sizeof(*out) && std::is_trivially_copyable_v<StringView16>);
  std::memcpy(static_cast<void*>(out), halves, sizeof(halves));
}

template <typename Slots>
void read_equal(const std::byte* page, const LeafEntry& entry, Slots slots, size_t count, StringView16* out) {
  const uint64_t width = entry.width;
  if (width <= sizeof(uint64_t)) {
    // As store_view(), with a shift that is the same for all.
    const std::byte* ends = page + entry.offset + width - sizeof(uint64_t);
    for (size_t i = 0; i < count; ++i) {
      const uint64_t text = load_le<uint64_t>(ends + slots(i) * width) >> (64 - 8 * width);
      const uint64_t halves[2] = {text << 32 | width, text >> 32};
      std::memcpy(static_cast<void*>(out + i), halves, sizeof(halves));
    }
    return;
  }
  for (size_t i = 0; i < count; ++i) {
    store_view(page, entry.offset + slots(i) * entry.width, entry.width, out + i);
  }
}

template <typename Slots>
void read_heap(const std::byte* page, const LeafEntry& entry, Slots slots, size_t count,
               const uint64_t* validity, StringView16* out) {
  const std::byte* cells = page + entry.offset;
  for (size_t i = 0; i < count; ++i) {
    HeapCell cell = heap_cell(cells + slots(i) * 4);
    // Under a NULL anything may lie.
    if (validity != nullptr && (validity[i / 64] >> (i % 64) & 1) == 0) cell = {};
    store_view(page, cell.offset, cell.bytes(), out + i);
  }
}

// `to`: where rows of the kind go. `validity`: of these rows, from bit 0 on, or null.
template <typename Slots>
void read_values(const TableLeaf& leaf, const LeafEntry& entry, PhysicalKind kind, Slots slots, size_t count,
                 const uint64_t* validity, void* to) {
  const std::byte* page = leaf.page();
  switch (kind) {
    case PhysicalKind::kBool:
      return decode_narrow(page, entry, slots, count, static_cast<uint8_t*>(to));
    case PhysicalKind::kInt16:
      return decode_narrow(page, entry, slots, count, static_cast<int16_t*>(to));
    case PhysicalKind::kInt32:
      return decode_narrow(page, entry, slots, count, static_cast<int32_t*>(to));
    case PhysicalKind::kInt64:
      return decode_narrow(page, entry, slots, count, static_cast<int64_t*>(to));
    case PhysicalKind::kString:
      if (entry.encoding == LeafEncoding::kEqual) {
        return read_equal(page, entry, slots, count, static_cast<StringView16*>(to));
      }
      return read_heap(page, entry, slots, count, validity, static_cast<StringView16*>(to));
    default:
      return read_fixed(page + entry.offset, entry.width, slots, count, to);
  }
}

void set_rows_null(Vector* out, uint32_t to, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) out->set_null(to + i);
}

// The array is as the vector has it.
bool is_view(const LeafEntry& entry, PhysicalKind kind) {
  return entry.encoding == LeafEncoding::kFixed ||
         (entry.encoding == LeafEncoding::kNarrow && entry.base == 0 && entry.width == bytes_per_value(kind));
}

void set_constant(Vector* out, PhysicalKind kind, int64_t value) {
  switch (kind) {
    case PhysicalKind::kBool:
      return out->set_constant(static_cast<uint8_t>(value));
    case PhysicalKind::kInt16:
      return out->set_constant(static_cast<int16_t>(value));
    case PhysicalKind::kInt32:
      return out->set_constant(static_cast<int32_t>(value));
    default:
      return out->set_constant(value);
  }
}

void* row_of(Vector* out, PhysicalKind kind, uint32_t row) {
  void* rows = visit_kind(
      kind, [&](auto type) -> void* { return out->mutable_data<typename decltype(type)::type>(); });
  return static_cast<std::byte*>(rows) + size_t{row} * bytes_per_value(kind);
}

// Rows [to, to + count) of an owned vector: valid as `words` say, or all.
void put_validity(Vector* out, uint32_t to, uint32_t count, const uint64_t* words) {
  if (words == nullptr && out->validity() == nullptr) return;
  for (uint32_t i = 0; i < count; ++i) {
    if (words == nullptr || (words[i / 64] >> (i % 64) & 1) != 0) {
      out->set_valid(to + i);
    } else {
      out->set_null(to + i);
    }
  }
}

template <typename Slots>
void read_rows(const TableLeaf& leaf, const LeafEntry& entry, PhysicalKind kind, Slots slots, uint32_t count,
               Vector* out, uint32_t to) {
  uint64_t words[kValidityWordsMax];
  const bool all = entry.validity == 0 || copy_validity(leaf.page(), entry, slots, count, words);
  const uint64_t* nulls = all ? nullptr : words;
  read_values(leaf, entry, kind, slots, count, nulls, row_of(out, kind, to));
  put_validity(out, to, count, nulls);
}

}  // namespace

uint32_t leaf_index(const TableLeaf& leaf, const TableSchema& schema, uint32_t column) {
  if (column == schema.row_id_column) return kLeafRowId;
  const uint32_t index = leaf.find_column(schema.columns[column].id);
  return index == leaf.columns() ? kLeafMissing : index;
}

void read_row_ids(const TableLeaf& leaf, uint32_t first, uint32_t count, int64_t* out) {
  visit_slots(leaf, first,
              [&](auto slots) { decode_narrow(leaf.page(), leaf.row_ids(), slots, count, out); });
}

void read_column(const TableLeaf& leaf, uint32_t index, PhysicalKind kind, uint32_t first, uint32_t count,
                 Vector* out) {
  const LeafEntry entry = entry_of(leaf, index);
  out->reset();
  if (!suits_kind(entry, kind)) [[unlikely]] {
    out->set_constant_null();
    return;
  }
  uint64_t words[kValidityWordsMax];
  const bool all = entry.validity == 0 || visit_slots(leaf, first, [&](auto slots) {
                     return copy_validity(leaf.page(), entry, slots, count, words);
                   });
  if (all && entry.width == 0) {
    set_constant(out, kind, entry.base);
    return;
  }
  if (leaf.permutation() == 0 && (all || first % 64 == 0) && is_view(entry, kind)) {
    const std::byte* from = leaf.page() + entry.offset + size_t{first} * entry.width;
    const std::byte* validity = leaf.page() + entry.validity + first / 8;
    out->set_view(from, all ? nullptr : reinterpret_cast<const uint64_t*>(validity));
    return;
  }
  if (!all) std::memcpy(out->mutable_validity(), words, validity_words(count) * sizeof(uint64_t));
  visit_slots(leaf, first, [&](auto slots) {
    read_values(leaf, entry, kind, slots, count, all ? nullptr : words, row_of(out, kind, 0));
  });
}

void read_positions(const TableLeaf& leaf, uint32_t index, PhysicalKind kind, const uint16_t* positions,
                    uint32_t count, Vector* out, uint32_t to) {
  const LeafEntry entry = entry_of(leaf, index);
  if (!suits_kind(entry, kind)) [[unlikely]] {
    set_rows_null(out, to, count);
    return;
  }
  if (leaf.permutation() == 0) {
    read_rows(leaf, entry, kind, ListedSlots{reinterpret_cast<const std::byte*>(positions)}, count, out, to);
    return;
  }
  uint16_t slots[kVectorRowsMax];
  for (uint32_t i = 0; i < count; ++i) slots[i] = static_cast<uint16_t>(leaf.slot(positions[i]));
  read_rows(leaf, entry, kind, ListedSlots{reinterpret_cast<const std::byte*>(slots)}, count, out, to);
}

void read_cell(const TableLeaf& leaf, uint32_t index, PhysicalKind kind, uint32_t slot, Vector* out,
               uint32_t to) {
  const LeafEntry entry = entry_of(leaf, index);
  if (!leaf.is_valid(entry, slot) || !suits_kind(entry, kind)) {
    out->set_null(to);
    return;
  }
  out->set_valid(to);
  const std::byte* at = leaf.page() + entry.offset + size_t{slot} * entry.width;
  switch (kind) {
    case PhysicalKind::kBool:
      return out->set(to, static_cast<uint8_t>(leaf.integer(entry, slot)));
    case PhysicalKind::kInt16:
      return out->set(to, static_cast<int16_t>(leaf.integer(entry, slot)));
    case PhysicalKind::kInt32:
      return out->set(to, static_cast<int32_t>(leaf.integer(entry, slot)));
    case PhysicalKind::kInt64:
      return out->set(to, leaf.integer(entry, slot));
    case PhysicalKind::kString: {
      StringView16* strings = out->mutable_data<StringView16>() + to;
      if (entry.encoding == LeafEncoding::kEqual) {
        return store_view(leaf.page(), static_cast<size_t>(at - leaf.page()), entry.width, strings);
      }
      const HeapCell cell = heap_cell(at);
      return store_view(leaf.page(), cell.offset, cell.bytes(), strings);
    }
    default:
      std::memcpy(row_of(out, kind, to), at, entry.width);
  }
}

bool is_overflow_cell(const TableLeaf& leaf, const LeafEntry& entry, uint32_t slot) {
  return leaf.is_valid(entry, slot) && heap_cell(leaf.page() + entry.offset + size_t{slot} * 4).is_overflow();
}

}  // namespace ddb
