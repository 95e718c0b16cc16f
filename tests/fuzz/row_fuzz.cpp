// row_fuzz: rows outside leaves of any columns and bytes. A row is refused with XX001, or every column can be read, and
// the vectors that it decodes to encode to the same bytes.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <type_traits>
#include <vector>

#include "record/row_codec.h"

using namespace ddb;

namespace {

constexpr size_t kColumnsMax = 24;

void require(bool holds) {
  if (!holds) __builtin_trap();
}

// All bytes of a column, so that a read outside the row is one of this program.
uint64_t read_column(const RowLayout& layout, const RowView& view, uint32_t column) {
  uint64_t sum = view.is_null(column) ? 1 : 0;
  if (layout.kind(column) == PhysicalKind::kString) {
    for (const char byte : view.string(column)) sum += static_cast<uint8_t>(byte);
    return sum;
  }
  visit_kind(layout.kind(column), [&](auto type) {
    using T = typename decltype(type)::type;
    if constexpr (!std::is_same_v<T, StringView16>) {
      const T value = view.value<T>(column);
      const auto* bytes = reinterpret_cast<const unsigned char*>(&value);
      for (size_t i = 0; i < sizeof(T); ++i) sum += bytes[i];
    }
  });
  return sum;
}

void check_round_trip(const RowLayout& layout, const RowView& view, std::string_view row) {
  BatchArena arena(1 << 20);
  BatchArena heap(1 << 20);
  const uint32_t count = layout.column_count();
  const auto vectors = std::make_unique<Vector[]>(count);
  std::vector<Vector*> columns;
  for (uint32_t c = 0; c < count; ++c) {
    require(vectors[c].allocate(layout.kind(c), 2, arena).is_ok());
    columns.push_back(&vectors[c]);
  }
  require(decode_row(layout, view, columns, 0, RowStrings::kCopied, heap).is_ok());
  require(decode_row(layout, view, columns, 1, RowStrings::kInPlace, heap).is_ok());
  const std::vector<const Vector*> read(columns.begin(), columns.end());
  for (const uint32_t i : {0u, 1u}) {
    ByteBuffer again;
    require(encode_row(layout, read, i, again).is_ok());
    require(again.view() == row);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const size_t count = data[0] % (kColumnsMax + 1);
  if (size < 1 + count) return 0;
  std::vector<PhysicalKind> kinds;
  for (size_t i = 0; i < count; ++i) kinds.push_back(static_cast<PhysicalKind>(data[1 + i] % kPhysicalKinds));
  const Result<RowLayout> layout = RowLayout::create(std::span<const PhysicalKind>(kinds));
  require(layout.is_ok());

  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1 + count, size - 1 - count);
  const Result<RowView> view = RowView::open(layout.value(), bytes);
  if (!view.is_ok()) {
    require(view.status().is(sqlstate::kCorrupted));
    return 0;
  }
  require(view.value().size() <= bytes.size());
  uint64_t sum = 0;
  for (uint32_t c = 0; c < count; ++c) sum += read_column(layout.value(), view.value(), c);
  volatile uint64_t kept = sum;
  (void)kept;
  check_round_trip(layout.value(), view.value(), bytes.substr(0, view.value().size()));
  return 0;
}
