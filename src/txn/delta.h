// delta: which byte ranges of a page a log frame carries. Pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "txn/write_state.h"
#include "wal/log.h"

namespace ddb {

// Most ranges a page can give: a range and the gap behind it take at least 16 bytes.
inline constexpr size_t kRangesMax = kPageBytesMax / 16 + 1;

// Ranges of `page` that differ from `base` within the marked 64-byte lines, gaps under 8 bytes joined. base null: the
// marked lines whole. Returns the encoded bytes (range headers included).
size_t delta_ranges(const std::byte* base, const std::byte* page, size_t page_bytes,
                    const std::array<uint64_t, kMarkWords>& marks, std::vector<PageRange>* out);

// Ranges of a page over a zero page, leaving out zero runs of 16 bytes and more.
size_t image_ranges(const std::byte* page, size_t page_bytes, std::vector<PageRange>* out);

// Upper bound of the frame of a page: header and ranges.
size_t frame_bytes_max(size_t page_bytes, const std::array<uint64_t, kMarkWords>& marks, bool image);

}  // namespace ddb
