// sample_cell: writing and reading cells.
#include "catalog/sample_cell.h"

#include "base/assert.h"
#include "base/byte_order.h"
#include "catalog/statistics.h"

namespace ddb {
namespace {

template <typename Int>
void append_integer(Int value, std::string& out) {
  char bytes[sizeof(Int)];
  store_le<Int>(bytes, value);
  out.append(bytes, sizeof(Int));
}

template <typename Int>
Int take_integer(std::string_view bytes, size_t* offset) {
  DDB_ASSERT(*offset + sizeof(Int) <= bytes.size());
  const Int value = load_le<Int>(bytes.data() + *offset);
  *offset += sizeof(Int);
  return value;
}

}  // namespace

void append_null_cell(std::string& out) { out += static_cast<char>(SampleKind::kNull); }

void append_unread_cell(uint32_t width, std::string& out) {
  out += static_cast<char>(SampleKind::kUnread);
  append_integer<uint32_t>(width, out);
}

void append_key_cell(std::string_view key, uint32_t width, std::string& out) {
  const bool is_cut = key.size() > kStatisticsKeyBytesMax;
  out += static_cast<char>(is_cut ? SampleKind::kPrefix : SampleKind::kKey);
  append_integer<uint32_t>(width, out);
  const std::string_view kept = key.substr(0, kStatisticsKeyBytesMax);
  append_integer<uint16_t>(static_cast<uint16_t>(kept.size()), out);
  out += kept;
  if (is_cut) append_integer<uint64_t>(statistics_hash(key), out);
}

SampleCell take_cell(std::string_view bytes, size_t* offset) {
  SampleCell cell;
  cell.kind = static_cast<SampleKind>(take_integer<uint8_t>(bytes, offset));
  if (cell.kind == SampleKind::kNull) return cell;
  cell.width = take_integer<uint32_t>(bytes, offset);
  if (cell.kind == SampleKind::kUnread) return cell;
  const auto key_bytes = take_integer<uint16_t>(bytes, offset);
  DDB_ASSERT(*offset + key_bytes <= bytes.size());
  cell.key = bytes.substr(*offset, key_bytes);
  *offset += key_bytes;
  if (cell.kind == SampleKind::kPrefix) cell.hash = take_integer<uint64_t>(bytes, offset);
  return cell;
}

}  // namespace ddb
