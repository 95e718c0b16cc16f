// row_codec: rows between vectors and bytes (row_layout.h). Vectors are given as one pointer per column of the
// layout, each of the column's kind.
#pragma once

#include <cstdint>
#include <span>

#include "base/status.h"
#include "record/byte_buffer.h"
#include "record/row_view.h"
#include "record/vector.h"

namespace ddb {

// Appends row `row` of the vectors. 54000 beyond RowLayout::kRowBytesMax. Throws std::bad_alloc when `out` grows.
Status encode_row(const RowLayout& layout, std::span<const Vector* const> columns, uint32_t row,
                  ByteBuffer& out);

// Whether decoded strings are copied or refer to the row's bytes, which must then outlive the vectors' use.
enum class RowStrings { kCopied, kInPlace };

// Sets row `row` of owned vectors. `heap` takes long strings when they are copied: 53200 when it is full. Throws
// std::bad_alloc from the heap.
Status decode_row(const RowLayout& layout, const RowView& view, std::span<Vector* const> columns,
                  uint32_t row, RowStrings strings, BatchArena& heap);

}  // namespace ddb
