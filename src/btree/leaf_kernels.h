// leaf_kernels: loops over the arrays of a table leaf, one instance per width. Keeps: reads only slots that it was given.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

#include "btree/table_leaf.h"
#include "record/physical_kind.h"

namespace ddb {

static_assert(std::endian::native == std::endian::little, "vectors view the arrays of leaves in place");

// Where row i of a run lies: one slot after another, or as a list of u16 (of the permutation, or chosen) says.
struct DenseSlots {
  size_t first;
  size_t operator()(size_t i) const { return first + i; }
};
struct ListedSlots {
  const std::byte* list;
  size_t operator()(size_t i) const { return load_le<uint16_t>(list + 2 * i); }
};

// visit(slots) for the rows at positions first, first + 1, …
template <typename Visitor>
inline decltype(auto) visit_slots(const TableLeaf& leaf, size_t first, Visitor&& visit) {
  const uint32_t order = leaf.permutation();
  if (order == 0) return visit(DenseSlots{first});
  return visit(ListedSlots{leaf.page() + order + 2 * first});
}

// visit(std::type_identity<T>()) with the unsigned type of a narrow array. REQUIRES: width is 1, 2, 4 or 8.
template <typename Visitor>
inline decltype(auto) visit_width(uint32_t width, Visitor&& visit) {
  switch (width) {
    case 1:
      return visit(std::type_identity<uint8_t>());
    case 2:
      return visit(std::type_identity<uint16_t>());
    case 4:
      return visit(std::type_identity<uint32_t>());
    default:
      return visit(std::type_identity<uint64_t>());
  }
}

// The largest value of a narrow array.
constexpr uint64_t narrow_max(uint32_t width) {
  return width >= 8 ? std::numeric_limits<uint64_t>::max() : (uint64_t{1} << (8 * width)) - 1;
}
constexpr uint8_t narrow_width(uint64_t span) {
  return span == 0 ? 0 : span >> 8 == 0 ? 1 : span >> 16 == 0 ? 2 : span >> 32 == 0 ? 4 : 8;
}

// out[i] = the integer in slot slots(i).
template <typename To, typename Slots>
inline void decode_narrow(const std::byte* page, const LeafEntry& entry, Slots slots, size_t count,
                          To* __restrict out) {
  using Unsigned = std::make_unsigned_t<To>;
  const auto base = static_cast<Unsigned>(entry.base);
  if (entry.width == 0) {
    std::fill_n(out, count, static_cast<To>(base));
    return;
  }
  visit_width(entry.width, [&](auto type) {
    using From = typename decltype(type)::type;
    const std::byte* __restrict from = page + entry.offset;
    for (size_t i = 0; i < count; ++i) {
      const From narrow = load_le<From>(from + slots(i) * sizeof(From));
      out[i] = static_cast<To>(static_cast<Unsigned>(base + static_cast<Unsigned>(narrow)));
    }
  });
}

// Slots first, first + 1, … become these integers. REQUIRES: each fits base and width.
inline void encode_narrow(const int64_t* __restrict values, size_t count, const LeafEntry& entry,
                          std::byte* page, size_t first) {
  if (entry.width == 0) return;
  visit_width(entry.width, [&](auto type) {
    using To = typename decltype(type)::type;
    const auto base = static_cast<To>(static_cast<uint64_t>(entry.base));
    std::byte* __restrict to = page + entry.offset + first * sizeof(To);
    for (size_t i = 0; i < count; ++i) {
      store_le<To>(to + i * sizeof(To),
                   static_cast<To>(static_cast<To>(static_cast<uint64_t>(values[i])) - base));
    }
  });
}

// Bits [first, first + count) of a bitmap of 64-bit words, count <= 64, in the low bits. Reads no word without such a bit.
inline uint64_t bits_at(const std::byte* words, size_t first, size_t count) {
  const size_t shift = first % 64;
  uint64_t bits = load_le<uint64_t>(words + first / 64 * 8) >> shift;
  if (shift + count > 64) bits |= load_le<uint64_t>(words + (first / 64 + 1) * 8) << (64 - shift);
  return bits;
}
constexpr uint64_t low_bits(size_t count) { return count >= 64 ? ~uint64_t{0} : (uint64_t{1} << count) - 1; }

// Bit i says whether the cell in slots(i) is not NULL, count <= 64; bits from `count` on are set. REQUIRES: entry.validity != 0.
inline uint64_t validity_of(const std::byte* page, const LeafEntry& entry, DenseSlots slots, size_t count) {
  return bits_at(page + entry.validity, slots.first, count) | ~low_bits(count);
}
inline uint64_t validity_of(const std::byte* page, const LeafEntry& entry, ListedSlots slots, size_t count) {
  uint64_t bits = 0;
  for (size_t i = 0; i < count; ++i) {
    const size_t slot = slots(i);
    bits |= (load_le<uint64_t>(page + entry.validity + slot / 64 * 8) >> (slot % 64) & 1) << i;
  }
  return bits | ~low_bits(count);
}
inline DenseSlots skip(DenseSlots slots, size_t rows) { return {slots.first + rows}; }
inline ListedSlots skip(ListedSlots slots, size_t rows) { return {slots.list + 2 * rows}; }

// The same for any count, into words; true if no cell is NULL.
template <typename Slots>
inline bool copy_validity(const std::byte* page, const LeafEntry& entry, Slots slots, size_t count,
                          uint64_t* words) {
  uint64_t all = ~uint64_t{0};
  for (size_t done = 0; done < count; done += 64) {
    const uint64_t bits = validity_of(page, entry, skip(slots, done), std::min<size_t>(64, count - done));
    words[done / 64] = bits;
    all &= bits;
  }
  return all == ~uint64_t{0};
}

// A cell of a kHeap array.
struct HeapCell {
  uint16_t offset = 0;
  uint16_t length = 0;
  bool is_overflow() const { return length == kOverflowLength; }
  uint32_t bytes() const { return is_overflow() ? uint32_t{kOverflowRefBytes} : length; }
};
inline HeapCell heap_cell(const std::byte* at) {
  const auto both = load_le<uint32_t>(at);
  return {static_cast<uint16_t>(both), static_cast<uint16_t>(both >> 16)};
}
inline void store_heap_cell(std::byte* at, uint32_t offset, uint32_t length) {
  store_le<uint32_t>(at, offset | length << 16);
}

// Whether a column of this kind has a kNarrow array.
constexpr bool is_narrow_kind(PhysicalKind kind) { return kind <= PhysicalKind::kInt64; }
static_assert(PhysicalKind::kBool < PhysicalKind::kInt16 && PhysicalKind::kInt16 < PhysicalKind::kInt32 &&
              PhysicalKind::kInt32 < PhysicalKind::kInt64 && PhysicalKind::kInt64 < PhysicalKind::kInt128);

// Whether a narrow array of a column holds the value: with eight bytes any.
inline bool fits_narrow(const LeafEntry& entry, int64_t value) {
  return entry.width == 8 ||
         (value >= entry.base &&
          static_cast<uint64_t>(value) - static_cast<uint64_t>(entry.base) <= narrow_max(entry.width));
}
// Row ids with eight bytes start at their base too.
inline bool fits_row_id(const LeafEntry& ids, int64_t value) {
  return value >= ids.base && fits_narrow(ids, value);
}

// Whether a column of this kind may have such an array; a checked leaf may still be another table's.
bool suits_kind(const LeafEntry& entry, PhysicalKind kind);

// Whether a column of this kind can hold the integer (L5); true for kinds that are no narrow integers.
constexpr bool integer_in_kind(int64_t value, PhysicalKind kind) {
  switch (kind) {
    case PhysicalKind::kBool:
      return value == 0 || value == 1;
    case PhysicalKind::kInt16:
      return value == static_cast<int16_t>(value);
    case PhysicalKind::kInt32:
      return value == static_cast<int32_t>(value);
    default:
      return true;
  }
}

}  // namespace ddb
