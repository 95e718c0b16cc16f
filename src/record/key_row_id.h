// key_row_id: a row id behind the columns of an index key, which makes the key unique. Keeps: memcmp orders as the
// ids do; no encoding is a prefix of another; the id can be read from the end of a key without its columns; the first
// byte is below kAboveEveryColumn. After the record ids of MongoDB's key strings.
//
//   n = least of 0…7 so that the id has at most 10 + 8n bits
//   first 3 bits n · 10 + 8n bits of the id, highest first · last 3 bits n: n + 2 bytes
//
// Ids below 2^10 take 2 bytes, below 2^18 3, below 2^26 4, below 2^34 5, all 2 to 9.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/status.h"
#include "record/byte_buffer.h"

namespace ddb {

inline constexpr size_t kKeyRowIdBytesMin = 2;
inline constexpr size_t kKeyRowIdBytesMax = 9;

// Throws std::bad_alloc when `out` grows.
void append_key_row_id(uint64_t row_id, ByteBuffer& out);

// From the front or from the end of `key`, which then is what remains. XX001, and `key` unchanged, for bytes that
// append_key_row_id() does not write.
Result<uint64_t> take_key_row_id(std::string_view& key);
Result<uint64_t> take_key_row_id_from_end(std::string_view& key);

}  // namespace ddb
