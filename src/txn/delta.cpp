// delta: comparing marked lines.
#include "txn/delta.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/byte_order.h"
#include "format/page.h"

namespace ddb {
namespace {

constexpr size_t kLine = 64;
constexpr size_t kJoinGap = 8;  // a range header costs 4
constexpr size_t kZeroRun = 16;

// Appends [from, to), joined to the last range if the gap is small.
void add_range(std::vector<PageRange>* out, size_t from, size_t to, size_t join) {
  if (!out->empty()) {
    PageRange& last = out->back();
    if (from - (size_t{last.offset} + last.length) < join) {
      last.length = static_cast<uint16_t>(to - last.offset);
      return;
    }
  }
  out->push_back({static_cast<uint16_t>(from), static_cast<uint16_t>(to - from)});
}

size_t encoded(const std::vector<PageRange>& ranges) {
  size_t bytes = 0;
  for (const PageRange& range : ranges) bytes += kRangeHeaderBytes + range.length;
  return bytes;
}

// First and last differing byte of each 8-byte word inside a line.
void diff_line(const std::byte* base, const std::byte* page, size_t begin, size_t end,
               std::vector<PageRange>* out) {
  for (size_t at = begin; at < end; at += 8) {
    uint64_t diff = load_le<uint64_t>(base + at) ^ load_le<uint64_t>(page + at);
    if (diff == 0) continue;
    const auto low = static_cast<size_t>(std::countr_zero(diff)) / 8;
    const auto high = 8 - static_cast<size_t>(std::countl_zero(diff)) / 8;
    add_range(out, at + low, at + high, kJoinGap);
  }
}

}  // namespace

size_t delta_ranges(const std::byte* base, const std::byte* page, size_t page_bytes,
                    const std::array<uint64_t, kMarkWords>& marks, std::vector<PageRange>* out) {
  out->clear();
  for (size_t word = 0; word * 64 * kLine < page_bytes; ++word) {
    for (uint64_t bits = marks[word]; bits != 0; bits &= bits - 1) {
      const size_t line = word * 64 + static_cast<size_t>(std::countr_zero(bits));
      const size_t begin = std::max(line * kLine, kPageLoggedFrom);
      const size_t end = std::min((line + 1) * kLine, page_bytes);
      if (begin >= end) continue;
      if (base == nullptr) {
        add_range(out, begin, end, kJoinGap);
      } else if (std::memcmp(base + begin, page + begin, end - begin) != 0) {
        diff_line(base, page, begin, end, out);
      }
    }
  }
  return encoded(*out);
}

size_t image_ranges(const std::byte* page, size_t page_bytes, std::vector<PageRange>* out) {
  out->clear();
  for (size_t at = kPageLoggedFrom; at < page_bytes; at += 8) {
    if (load_le<uint64_t>(page + at) != 0) add_range(out, at, at + 8, kZeroRun);
  }
  return encoded(*out);
}

size_t frame_bytes_max(size_t page_bytes, const std::array<uint64_t, kMarkWords>& marks, bool image) {
  const size_t whole = kFrameHeaderBytes + kRangeHeaderBytes + page_bytes;
  if (image) return whole;
  size_t lines = 0;
  for (const uint64_t word : marks) lines += static_cast<size_t>(std::popcount(word));
  const size_t delta = lines * (kLine + kRangeHeaderBytes);
  return delta > page_bytes / 2 ? whole : kFrameHeaderBytes + delta;
}

}  // namespace ddb
