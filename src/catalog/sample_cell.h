// sample_cell: one sampled value as bytes: what statistics need of it, and no more.
//
//   offset size
//        0    1  kind
//        1    4  width: bytes of the value (kNull: absent, and all that follows)
//        5    2  bytes of the key (kUnread: absent, and all that follows)
//        7    …  the ascending key, or its first kStatisticsKeyBytesMax bytes
//        …    8  kPrefix: statistics_hash() of the whole key
// In memory only; may change in any version.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ddb {

enum class SampleKind : uint8_t {
  kNull,
  kKey,
  kPrefix,  // the key was cut
  kUnread,  // a long value of which only the width is known
};

struct SampleCell {
  SampleKind kind = SampleKind::kNull;
  uint32_t width = 0;
  std::string_view key;  // view into the sample
  uint64_t hash = 0;

  bool is_read() const { return kind == SampleKind::kKey || kind == SampleKind::kPrefix; }
};

void append_null_cell(std::string& out);
void append_unread_cell(uint32_t width, std::string& out);
// `key`: whole, at least one byte.
void append_key_cell(std::string_view key, uint32_t width, std::string& out);

// The cell at *offset, which moves behind it. REQUIRES: bytes that the functions above wrote.
SampleCell take_cell(std::string_view bytes, size_t* offset);

// By value: below, at or above 0. Cut values with the same first bytes are told apart by their hashes. REQUIRES: both were read.
inline int compare_cells(const SampleCell& a, const SampleCell& b) {
  const int order = a.key.compare(b.key);
  if (order != 0 || a.hash == b.hash) return order;
  return a.hash < b.hash ? -1 : 1;
}

}  // namespace ddb
