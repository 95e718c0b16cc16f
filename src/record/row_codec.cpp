// row_codec: encoding, decoding and the check of rows.
#include "record/row_codec.h"

#include <bit>
#include <string>

namespace ddb {
namespace {

Status damaged(const char* what) { return Status::corruption(std::string("damaged row: ") + what); }

template <typename T>
void store_slot(const T& value, char* slot) {
  if constexpr (std::is_same_v<T, Interval>) {
    store_le<int32_t>(slot, value.months);
    store_le<int32_t>(slot + 4, value.days);
    store_le<int64_t>(slot + 8, value.micros);
  } else if constexpr (std::is_same_v<T, Uuid>) {
    std::memcpy(slot, value.bytes.data(), sizeof(Uuid));
  } else if constexpr (std::is_same_v<T, float>) {
    store_le<uint32_t>(slot, std::bit_cast<uint32_t>(value));
  } else if constexpr (std::is_same_v<T, double>) {
    store_le<uint64_t>(slot, std::bit_cast<uint64_t>(value));
  } else if constexpr (std::is_same_v<T, uint8_t>) {
    *slot = value != 0 ? 1 : 0;
  } else {
    store_le<T>(slot, value);
  }
}

// The bytes of all strings of the row.
uint64_t heap_bytes(const RowLayout& layout, std::span<const Vector* const> columns, uint32_t row) {
  uint64_t bytes = 0;
  for (uint32_t c = layout.last_string(); c != RowLayout::kNoColumn; c = layout.string_before(c)) {
    if (columns[c]->is_valid(row)) bytes += columns[c]->value<StringView16>(row).size();
  }
  return bytes;
}

}  // namespace

// What open() checks before anybody may use the accessors.
class RowCheck {
 public:
  RowCheck(const RowLayout& layout, std::string_view bytes)
      : layout_(layout), bytes_(bytes), row_(layout, bytes.data()) {}

  Status run() const {
    if (bytes_.size() < layout_.fixed_bytes()) return damaged("cut short");
    const uint32_t count = layout_.column_count();
    if (count % 8 != 0 && static_cast<uint8_t>(bytes_[count / 8]) >> (count % 8) != 0)
      return damaged("unknown columns");
    uint32_t end = 0;
    for (uint32_t c = 0; c < count; ++c) {
      if (layout_.kind(c) == PhysicalKind::kString) {
        const uint32_t next = row_.end_of(c);
        if (next < end) return damaged("text ends before it begins");
        if (next != end && row_.is_null(c)) return damaged("NULL with content");
        end = next;
      } else if (row_.is_null(c) && !slot_is_zero(c)) {
        return damaged("NULL with content");
      } else if (layout_.kind(c) == PhysicalKind::kBool &&
                 static_cast<uint8_t>(bytes_[layout_.slot(c)]) > 1) {
        return damaged("no boolean");
      }
    }
    if (end > bytes_.size() - layout_.fixed_bytes()) return damaged("cut short");
    return Status::ok();
  }

 private:
  bool slot_is_zero(uint32_t column) const {
    const uint32_t slot = layout_.slot(column);
    const uint32_t size = RowLayout::slot_bytes(layout_.kind(column));
    return bytes_.substr(slot, size).find_first_not_of('\0') == std::string_view::npos;
  }

  const RowLayout& layout_;
  std::string_view bytes_;
  RowView row_;
};

Result<RowView> RowView::open(const RowLayout& layout, std::string_view bytes) {
  DDB_RETURN_IF_ERROR(RowCheck(layout, bytes).run());
  return RowView(layout, bytes.data());
}

Status encode_row(const RowLayout& layout, std::span<const Vector* const> columns, uint32_t row,
                  ByteBuffer& out) {
  DDB_ASSERT(columns.size() == layout.column_count());
  const uint64_t bytes = layout.fixed_bytes() + heap_bytes(layout, columns, row);
  if (bytes > RowLayout::kRowBytesMax) {
    return Status::error(sqlstate::kProgramLimit, "a row of " + std::to_string(bytes) + " bytes is too long");
  }
  if (bytes == 0) return Status::ok();
  char* const start = out.extend(bytes);
  char* const heap = start + layout.fixed_bytes();
  std::memset(start, 0, layout.null_bytes());
  uint32_t end = 0;
  for (uint32_t c = 0; c < layout.column_count(); ++c) {
    const Vector& column = *columns[c];
    DDB_ASSERT(column.kind() == layout.kind(c));
    const bool null = column.is_null(row);
    if (null) start[c / 8] = static_cast<char>(start[c / 8] | 1 << (c % 8));
    char* const slot = start + layout.slot(c);
    if (layout.kind(c) == PhysicalKind::kString) {
      if (!null) {
        const StringView16& text = column.value<StringView16>(row);
        if (!text.empty()) std::memcpy(heap + end, text.data(), text.size());
        end += text.size();
      }
      store_le<uint32_t>(slot, end);
    } else if (null) {
      std::memset(slot, 0, RowLayout::slot_bytes(layout.kind(c)));
    } else {
      visit_kind(layout.kind(c), [&](auto type) {
        using T = typename decltype(type)::type;
        if constexpr (!std::is_same_v<T, StringView16>) store_slot(column.value<T>(row), slot);
      });
    }
  }
  return Status::ok();
}

Status decode_row(const RowLayout& layout, const RowView& view, std::span<Vector* const> columns,
                  uint32_t row, RowStrings strings, BatchArena& heap) {
  DDB_ASSERT(columns.size() == layout.column_count());
  for (uint32_t c = 0; c < layout.column_count(); ++c) {
    Vector& column = *columns[c];
    DDB_ASSERT(column.kind() == layout.kind(c));
    if (view.is_null(c)) {
      column.set_null(row);
      continue;
    }
    column.set_valid(row);
    if (layout.kind(c) != PhysicalKind::kString) {
      visit_kind(layout.kind(c), [&](auto type) {
        using T = typename decltype(type)::type;
        if constexpr (!std::is_same_v<T, StringView16>) column.set(row, view.value<T>(c));
      });
    } else if (strings == RowStrings::kInPlace) {
      column.set(row, StringView16(view.string(c)));
    } else {
      DDB_RETURN_IF_ERROR(column.set_string(row, view.string(c), heap));
    }
  }
  return Status::ok();
}

}  // namespace ddb
