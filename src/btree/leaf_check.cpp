// leaf_check: shows that the bytes of a page keep the invariants of a table leaf, so that nothing else needs to look.
#include <array>
#include <charconv>
#include <cstring>

#include "btree/leaf_kernels.h"
#include "btree/table_leaf.h"

namespace ddb {
namespace {

constexpr uint32_t kContentMax = 32768;
constexpr uint32_t kSlotsMax = 32768;

// Names page, offset and rule; allocates nothing itself.
class Message {
 public:
  Message& text(std::string_view text) {
    const size_t taken = std::min(text.size(), sizeof(buffer_) - size_);
    std::memcpy(buffer_ + size_, text.data(), taken);
    size_ += taken;
    return *this;
  }
  Message& number(uint64_t number) {
    const auto [end, error] = std::to_chars(buffer_ + size_, buffer_ + sizeof(buffer_), number);
    if (error == std::errc()) size_ = static_cast<size_t>(end - buffer_);
    return *this;
  }
  Status corruption() const { return Status::corruption(std::string_view(buffer_, size_)); }

 private:
  char buffer_[160];
  size_t size_ = 0;
};

class LeafCheck {
 public:
  LeafCheck(const std::byte* page, uint32_t content_bytes)
      : page_(page), leaf_(page), content_(content_bytes) {}

  Status run() {
    DDB_RETURN_IF_ERROR(check_header());
    DDB_RETURN_IF_ERROR(check_directory());
    DDB_RETURN_IF_ERROR(check_permutation());
    DDB_RETURN_IF_ERROR(check_row_ids());
    return check_heap_cells();
  }

 private:
  Status damaged(size_t offset, std::string_view rule) const {
    return Message()
        .text("page ")
        .number(page_number_of(page_).value)
        .text(" is damaged at offset ")
        .number(offset)
        .text(": table leaf, ")
        .text(rule)
        .corruption();
  }

  Status check_header() {
    directory_end_ = kLeafDirectory + (size_t{leaf_.columns()} + 1) * kLeafEntryBytes;
    if (directory_end_ > leaf_.arrays_end()) return damaged(48, "the directory passes the arrays (L1)");
    if (leaf_.arrays_end() > leaf_.heap_start()) return damaged(50, "arrays reach into the heap (L1)");
    if (leaf_.heap_start() > content_) return damaged(44, "the heap starts behind the content (L1)");
    if (leaf_.heap_garbage() > content_ - leaf_.heap_start())
      return damaged(46, "more garbage than heap (L1)");
    if (leaf_.capacity() > kSlotsMax || leaf_.used() > leaf_.capacity() || leaf_.rows() > leaf_.used()) {
      return damaged(36, "rows, used slots and capacity contradict each other (L2)");
    }
    if (leaf_.permutation() == 0 && leaf_.rows() != leaf_.used()) {
      return damaged(40, "holes without a permutation (L2)");
    }
    if (load_le<uint32_t>(page_ + 52) != 0) return damaged(52, "reserved bytes are not zero");
    return Status::ok();
  }

  // An array of `bytes` at `offset`, behind those before it.
  bool take(uint32_t offset, size_t bytes) {
    if (offset % 16 != 0 || offset < taken_ || offset + bytes > leaf_.arrays_end()) return false;
    taken_ = offset + bytes;
    return true;
  }

  static bool is_narrow(const LeafEntry& entry) {
    return entry.encoding == LeafEncoding::kNarrow &&
           (entry.width <= 2 || entry.width == 4 || entry.width == 8);
  }
  static bool is_encoding(const LeafEntry& entry) {
    switch (entry.encoding) {
      case LeafEncoding::kNarrow:
        return is_narrow(entry);
      case LeafEncoding::kFixed:
        return entry.width == 4 || entry.width == 8 || entry.width == 16;
      case LeafEncoding::kEqual:
        return entry.width != 0;
      case LeafEncoding::kHeap:
        return entry.width == 4;
    }
    return false;
  }
  // base + the largest value that the width holds is an int64; eight bytes hold the value itself.
  static bool is_base(const LeafEntry& entry) {
    if (entry.encoding != LeafEncoding::kNarrow || entry.width == 8) return entry.base == 0;
    const uint64_t above = static_cast<uint64_t>(INT64_MAX) - static_cast<uint64_t>(entry.base);
    return above >= narrow_max(entry.width);
  }

  Status check_directory() {
    taken_ = directory_end_;
    const size_t slots = leaf_.capacity();
    const LeafEntry ids = leaf_.row_ids();
    if (!is_narrow(ids) || ids.validity != 0 || ids.column_id != 0) {
      return damaged(kLeafDirectory, "the entry of the row ids (L1)");
    }
    if (ids.width == 0 ? ids.offset != 0 : !take(ids.offset, slots * ids.width)) {
      return damaged(kLeafDirectory, "the array of the row ids (L1)");
    }
    uint32_t id = 0;
    for (uint32_t i = 0; i < leaf_.columns(); ++i) {
      const LeafEntry entry = leaf_.column(i);
      const size_t at = kLeafDirectory + (size_t{i} + 1) * kLeafEntryBytes;
      if (entry.column_id <= id) return damaged(at, "column ids do not ascend (L1)");
      id = entry.column_id;
      if (!is_encoding(entry)) return damaged(at, "encoding and width (L1)");
      if (!is_base(entry)) return damaged(at, "base (L5)");
      if (entry.validity != 0 && !take(entry.validity, (slots + 63) / 64 * 8)) {
        return damaged(at, "the validity of a column (L1)");
      }
      if (entry.width == 0 ? entry.offset != 0 : !take(entry.offset, slots * entry.width)) {
        return damaged(at, "the array of a column (L1)");
      }
    }
    if (leaf_.permutation() != 0 && !take(leaf_.permutation(), slots * 2)) {
      return damaged(42, "the permutation (L1)");
    }
    return Status::ok();
  }

  Status check_permutation() const {
    if (leaf_.permutation() == 0) return Status::ok();
    const uint32_t used = leaf_.used();
    std::array<uint64_t, kSlotsMax / 64> seen;
    std::memset(seen.data(), 0, (used + 63) / 64 * 8);
    for (uint32_t i = 0; i < leaf_.rows(); ++i) {
      const uint32_t slot = leaf_.slot(i);
      if (slot >= used) return damaged(leaf_.permutation() + 2 * i, "a slot that is not used (L2)");
      const uint64_t bit = uint64_t{1} << (slot % 64);
      if ((seen[slot / 64] & bit) != 0) return damaged(leaf_.permutation() + 2 * i, "a slot twice (L2)");
      seen[slot / 64] |= bit;
    }
    return Status::ok();
  }

  template <typename T, typename Slots>
  bool ascends(const std::byte* ids, Slots slots, size_t rows) const {
    bool wrong = false;
    for (size_t i = 1; i < rows; ++i) {
      wrong |= load_le<T>(ids + slots(i - 1) * sizeof(T)) >= load_le<T>(ids + slots(i) * sizeof(T));
    }
    return !wrong;
  }

  Status check_row_ids() const {
    const uint32_t rows = leaf_.rows();
    if (rows == 0) return Status::ok();
    const LeafEntry ids = leaf_.row_ids();
    const bool in_order = ids.width == 0 ? rows == 1 : visit_slots(leaf_, 0, [&](auto slots) {
      return visit_width(ids.width, [&](auto type) {
        return ascends<typename decltype(type)::type>(page_ + ids.offset, slots, rows);
      });
    });
    if (!in_order) return damaged(ids.offset, "row ids do not ascend (L3)");
    const uint64_t above = static_cast<uint64_t>(INT64_MAX) - static_cast<uint64_t>(ids.base);
    if (leaf_.narrow(ids, leaf_.slot(rows - 1)) > above)
      return damaged(kLeafDirectory, "row ids overflow (L5)");
    return Status::ok();
  }

  // Cells that are not NULL, of rows; what is left in holes is nobody's.
  template <typename Slots>
  bool cells_in_heap(const LeafEntry& entry, Slots slots) const {
    const uint32_t start = leaf_.heap_start();
    const uint32_t room = content_ - start;
    const std::byte* cells = page_ + entry.offset;
    bool wrong = false;
    for (size_t done = 0; done < leaf_.rows(); done += 64) {
      const size_t count = std::min<size_t>(64, leaf_.rows() - done);
      const Slots block = skip(slots, done);
      uint64_t valid = entry.validity == 0 ? ~uint64_t{0} : validity_of(page_, entry, block, count);
      for (size_t i = 0; i < count; ++i, valid >>= 1) {
        const HeapCell cell = heap_cell(cells + block(i) * 4);
        // An offset below the start becomes a huge number.
        const uint32_t from = cell.offset - start;
        const uint32_t bytes = cell.bytes();
        const bool inside = (from <= room) & (bytes <= room) & (from + bytes <= room) & (bytes != 0);
        const bool empty = (cell.offset | cell.length) == 0;
        wrong |= ((valid & 1) != 0) & !(inside | empty);
      }
    }
    return !wrong;
  }

  Status check_heap_cells() const {
    for (uint32_t i = 0; i < leaf_.columns(); ++i) {
      const LeafEntry entry = leaf_.column(i);
      if (entry.encoding != LeafEncoding::kHeap) continue;
      if (!visit_slots(leaf_, 0, [&](auto slots) { return cells_in_heap(entry, slots); })) {
        return damaged(entry.offset, "a string outside of the heap (L4)");
      }
    }
    return Status::ok();
  }

  const std::byte* page_;
  const TableLeaf leaf_;
  const uint32_t content_;
  size_t directory_end_ = 0;
  size_t taken_ = 0;  // end of the arrays seen
};

}  // namespace

Status check_table_leaf(std::span<const std::byte> page, uint32_t content_bytes) {
  if (content_bytes > kContentMax || content_bytes < kLeafDirectory + kLeafEntryBytes ||
      page.size() < content_bytes) {
    return Status::corruption("a table leaf does not fit a page of this size");
  }
  return LeafCheck(page.data(), content_bytes).run();
}

}  // namespace ddb
