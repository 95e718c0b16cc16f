// row_view: an encoded row (row_layout.h) read in place. Keeps: every accessor reads inside the bytes that open()
// accepted; payloads are not judged, so a numeric's bytes or text may still be wrong.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "base/assert.h"
#include "base/byte_order.h"
#include "base/status.h"
#include "record/datetime_types.h"
#include "record/row_layout.h"
#include "record/uuid.h"

namespace ddb {

// Layout and bytes must outlive this. May be read by many threads.
class RowView {
 public:
  // The row at the front of `bytes`, and what follows it is not looked at. XX001 for a row that is cut short or whose
  // ends do not ascend, for unknown bits in the bitmap, and for NULLs with content.
  static Result<RowView> open(const RowLayout& layout, std::string_view bytes);
  // Without the checks, for bytes that never left memory. REQUIRES: encode_row() wrote them with that layout.
  static RowView trusted(const RowLayout& layout, const char* bytes) { return RowView(layout, bytes); }

  // With the heap.
  uint32_t size() const { return layout_->fixed_bytes() + end_of(layout_->last_string()); }

  bool is_null(uint32_t column) const {
    DDB_ASSERT(column < layout_->column_count());
    return (static_cast<uint8_t>(bytes_[column / 8]) >> (column % 8) & 1) != 0;
  }

  // REQUIRES: T is the C++ type of the column's kind and not StringView16. A NULL is 0.
  template <typename T>
  T value(uint32_t column) const;
  // A view of the row. REQUIRES: kind kString. A NULL is empty.
  std::string_view string(uint32_t column) const {
    DDB_ASSERT(layout_->kind(column) == PhysicalKind::kString);
    const uint32_t begin = end_of(layout_->string_before(column));
    return std::string_view(bytes_ + layout_->fixed_bytes() + begin, end_of(column) - begin);
  }

 private:
  RowView(const RowLayout& layout, const char* bytes) : layout_(&layout), bytes_(bytes) {}
  uint32_t end_of(uint32_t string_column) const {
    return string_column == RowLayout::kNoColumn ? 0
                                                 : load_le<uint32_t>(bytes_ + layout_->slot(string_column));
  }
  friend class RowCheck;

  const RowLayout* layout_;
  const char* bytes_;
};

template <typename T>
inline T RowView::value(uint32_t column) const {
  DDB_ASSERT(layout_->kind(column) == PhysicalKindOf<T>::value);
  const char* slot = bytes_ + layout_->slot(column);
  if constexpr (std::is_same_v<T, Interval>) {
    return {load_le<int32_t>(slot), load_le<int32_t>(slot + 4), load_le<int64_t>(slot + 8)};
  } else if constexpr (std::is_same_v<T, Uuid>) {
    Uuid uuid;
    std::memcpy(uuid.bytes.data(), slot, sizeof(Uuid));
    return uuid;
  } else if constexpr (std::is_same_v<T, float>) {
    return std::bit_cast<float>(load_le<uint32_t>(slot));
  } else if constexpr (std::is_same_v<T, double>) {
    return std::bit_cast<double>(load_le<uint64_t>(slot));
  } else {
    return load_le<T>(slot);
  }
}

}  // namespace ddb
