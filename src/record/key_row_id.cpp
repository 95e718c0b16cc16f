// key_row_id: packs and unpacks row ids.
#include "record/key_row_id.h"

#include <bit>

namespace ddb {
namespace {

constexpr int kCountBits = 3;
constexpr unsigned kCountMask = (1u << kCountBits) - 1;
constexpr int kLeastBits = 16 - 2 * kCountBits;

Status damaged() { return Status::corruption("damaged row id in a key"); }

unsigned further_bytes(uint64_t row_id) {
  const int bits = std::bit_width(row_id);
  return bits <= kLeastBits ? 0 : static_cast<unsigned>(bits - kLeastBits + 7) / 8;
}

// `bytes` is as long as its count says.
Result<uint64_t> unpack(std::string_view bytes) {
  unsigned __int128 packed = 0;
  for (const char byte : bytes) packed = packed << 8 | static_cast<uint8_t>(byte);
  const auto further = static_cast<unsigned>(bytes.size() - kKeyRowIdBytesMin);
  const int total_bits = static_cast<int>(bytes.size()) * 8;
  if ((static_cast<unsigned>(packed) & kCountMask) != further) return damaged();
  if (static_cast<unsigned>(packed >> (total_bits - kCountBits)) != further) return damaged();
  packed &= (static_cast<unsigned __int128>(1) << (total_bits - kCountBits)) - 1;
  packed >>= kCountBits;
  if (packed >> 64 != 0) return damaged();
  const auto row_id = static_cast<uint64_t>(packed);
  if (further_bytes(row_id) != further) return damaged();
  return row_id;
}

}  // namespace

void append_key_row_id(uint64_t row_id, ByteBuffer& out) {
  const unsigned further = further_bytes(row_id);
  const size_t bytes = kKeyRowIdBytesMin + further;
  unsigned __int128 packed = static_cast<unsigned __int128>(further) << (bytes * 8 - kCountBits);
  packed |= static_cast<unsigned __int128>(row_id) << kCountBits | further;
  char* to = out.extend(bytes);
  for (size_t i = bytes; i-- > 0; packed >>= 8) to[i] = static_cast<char>(packed & 0xFF);
}

Result<uint64_t> take_key_row_id(std::string_view& key) {
  if (key.size() < kKeyRowIdBytesMin) return damaged();
  const size_t bytes = kKeyRowIdBytesMin + (static_cast<uint8_t>(key.front()) >> (8 - kCountBits));
  if (key.size() < bytes) return damaged();
  DDB_TRY(const uint64_t row_id, unpack(key.substr(0, bytes)));
  key.remove_prefix(bytes);
  return row_id;
}

Result<uint64_t> take_key_row_id_from_end(std::string_view& key) {
  if (key.size() < kKeyRowIdBytesMin) return damaged();
  const size_t bytes = kKeyRowIdBytesMin + (static_cast<uint8_t>(key.back()) & kCountMask);
  if (key.size() < bytes) return damaged();
  DDB_TRY(const uint64_t row_id, unpack(key.substr(key.size() - bytes)));
  key.remove_suffix(bytes);
  return row_id;
}

}  // namespace ddb
