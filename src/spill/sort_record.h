// sort_record: a key with its payload, in memory and in temp files alike: both lengths as base-128 numbers (low bits first,
// as LEB128), key bytes, payload bytes. Keeps: key and payload are shorter than 2^32 bytes.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace ddb {

struct SortRecord {
  std::string_view key;
  std::string_view payload;
};

inline constexpr size_t kSortLengthBytesMax = 5;
inline constexpr size_t kSortRecordHeaderMax = 2 * kSortLengthBytesMax;
inline constexpr uint64_t kSortPartBytesMax = UINT32_MAX;

inline size_t sort_length_bytes(uint64_t length) {
  size_t bytes = 1;
  for (; length >= 0x80; length >>= 7) ++bytes;
  return bytes;
}
inline uint64_t sort_record_bytes(std::string_view key, std::string_view payload) {
  return sort_length_bytes(key.size()) + sort_length_bytes(payload.size()) + key.size() + payload.size();
}
inline char* put_sort_length(char* at, uint64_t length) {
  for (; length >= 0x80; length >>= 7) *at++ = static_cast<char>(length | 0x80);
  *at++ = static_cast<char>(length);
  return at;
}
// Null when there is no length of at most five bytes before `end`.
inline const char* get_sort_length(const char* at, const char* end, uint64_t& length) {
  length = 0;
  for (unsigned shift = 0; shift < 7 * kSortLengthBytesMax && at != end; shift += 7) {
    const auto byte = static_cast<unsigned char>(*at++);
    length |= uint64_t{byte & 0x7Fu} << shift;
    if (byte < 0x80) return at;
  }
  return nullptr;
}

// Writes sort_record_bytes() bytes.
inline void put_sort_record(char* at, std::string_view key, std::string_view payload) {
  at = put_sort_length(put_sort_length(at, key.size()), payload.size());
  if (!key.empty()) std::memcpy(at, key.data(), key.size());
  if (!payload.empty()) std::memcpy(at + key.size(), payload.data(), payload.size());
}
// REQUIRES: put_sort_record() wrote it, into memory nobody else writes to.
inline SortRecord sort_record_at(const char* at) {
  uint64_t key = 0, payload = 0;
  at = get_sort_length(at, at + kSortLengthBytesMax, key);
  at = get_sort_length(at, at + kSortLengthBytesMax, payload);
  return {{at, static_cast<size_t>(key)}, {at + key, static_cast<size_t>(payload)}};
}

// Eight bytes of the key from `from` on as a number that orders as they do; bytes behind the end count as 0. Keys with
// equal heads need a further look, also when both end there.
inline uint64_t key_head(std::string_view key, size_t from = 0) {
  unsigned char bytes[8] = {};
  if (key.size() >= from + 8) {
    std::memcpy(bytes, key.data() + from, 8);
  } else if (key.size() > from) {
    std::memcpy(bytes, key.data() + from, key.size() - from);
  }
  uint64_t head;
  std::memcpy(&head, bytes, 8);
  return std::endian::native == std::endian::little ? __builtin_bswap64(head) : head;
}

// Memcmp of all bytes, the shorter first when one is the other's beginning. REQUIRES: both have `from` equal bytes.
inline int compare_keys(std::string_view a, std::string_view b, size_t from = 0) {
  const size_t both = a.size() < b.size() ? a.size() : b.size();
  if (both > from) {
    if (const int order = std::memcmp(a.data() + from, b.data() + from, both - from); order != 0)
      return order;
  }
  return a.size() < b.size() ? -1 : a.size() > b.size() ? 1 : 0;
}

}  // namespace ddb
