// string_view16: a string reference of 16 bytes, as vectors of strings hold it (Neumann & Freitag, Umbra, CIDR 2020).
// Keeps: unused bytes are zero, so that two views of equal text up to 12 bytes are equal memory.
//
//   offset size
//        0    4  length in bytes
//        4    4  first bytes of the text
//        8    8  length <= 12: the next bytes of the text; else a pointer to the whole text, which somebody else owns
//
// Order is that of the bytes (collation C; also that of bytea).
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/assert.h"

namespace ddb {

class StringView16 {
 public:
  static constexpr uint32_t kInlineMax = 12;
  static constexpr uint32_t kPrefix = 4;

  StringView16() noexcept = default;  // ""
  // Text longer than kInlineMax must outlive this and all its copies. REQUIRES: text.size() < 2^32.
  explicit StringView16(std::string_view text) noexcept : length_(static_cast<uint32_t>(text.size())) {
    DDB_ASSERT(text.size() <= UINT32_MAX);
    if (length_ <= kInlineMax) {
      // Never reads text.data() of an empty view, which may be null.
      if (length_ != 0) std::memcpy(bytes_, text.data(), length_);
    } else {
      const char* pointer = text.data();
      std::memcpy(bytes_, pointer, kPrefix);
      std::memcpy(bytes_ + kPrefix, &pointer, sizeof(pointer));
    }
  }

  uint32_t size() const { return length_; }
  bool empty() const { return length_ == 0; }
  bool is_inline() const { return length_ <= kInlineMax; }
  // A view into this object when is_inline(): dead when it moves.
  const char* data() const { return is_inline() ? bytes_ : pointer(); }
  std::string_view view() const { return std::string_view(data(), length_); }

  friend bool operator==(const StringView16& a, const StringView16& b) {
    if (a.first_half() != b.first_half()) return false;
    if (a.second_half() == b.second_half()) return true;
    if (a.is_inline()) return false;
    return std::memcmp(a.pointer() + kPrefix, b.pointer() + kPrefix, a.length_ - kPrefix) == 0;
  }

  // Below, above or equal to 0.
  friend int compare(const StringView16& a, const StringView16& b) {
    // Zeros fill a short prefix, so a difference here is one of the texts.
    const uint32_t left = a.prefix_order();
    const uint32_t right = b.prefix_order();
    if (left != right) return left < right ? -1 : 1;
    const uint32_t shared = a.length_ < b.length_ ? a.length_ : b.length_;
    if (shared > kPrefix) {
      const int order = std::memcmp(a.data() + kPrefix, b.data() + kPrefix, shared - kPrefix);
      if (order != 0) return order;
    }
    return static_cast<int>(a.length_ > b.length_) - static_cast<int>(a.length_ < b.length_);
  }
  friend bool operator<(const StringView16& a, const StringView16& b) { return compare(a, b) < 0; }

 private:
  const char* pointer() const {
    const char* pointer = nullptr;
    std::memcpy(&pointer, bytes_ + kPrefix, sizeof(pointer));
    return pointer;
  }
  uint64_t first_half() const {
    uint64_t half = 0;
    std::memcpy(&half, this, sizeof(half));
    return half;
  }
  uint64_t second_half() const {
    uint64_t half = 0;
    std::memcpy(&half, bytes_ + kPrefix, sizeof(half));
    return half;
  }
  // The prefix as a number that orders as memcmp.
  uint32_t prefix_order() const {
    uint32_t prefix = 0;
    std::memcpy(&prefix, bytes_, sizeof(prefix));
    return std::endian::native == std::endian::little ? __builtin_bswap32(prefix) : prefix;
  }

  alignas(8) uint32_t length_ = 0;
  char bytes_[kInlineMax] = {};
};
static_assert(sizeof(StringView16) == 16 && alignof(StringView16) == 8);
static_assert(sizeof(const char*) == 8, "the pointer fills the second half");

}  // namespace ddb
