// utf8: checking and counting characters. Everything but validate_utf8 takes text that it has accepted; on other bytes
// the answers are unspecified but no function reads outside its text.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/status.h"

namespace ddb {

// 22021 `invalid byte sequence for encoding "UTF8": 0xe2 0x28`, with PostgreSQL's choice of bytes, for overlong forms,
// surrogates, code points above U+10FFFF, cut sequences, and for a NUL byte. Throws std::bad_alloc.
Status validate_utf8(std::string_view text);

// Bytes of the character that begins with `first`: 1…4; 1 for a byte that begins none.
constexpr size_t utf8_size_by_first_byte(char first) {
  const auto byte = static_cast<unsigned char>(first);
  if ((byte & 0xE0) == 0xC0) return 2;
  if ((byte & 0xF0) == 0xE0) return 3;
  if ((byte & 0xF8) == 0xF0) return 4;
  return 1;
}

size_t count_characters(std::string_view text);

// The bytes of the first `characters` characters, or all when there are fewer.
size_t bytes_of_characters(std::string_view text, size_t characters);

}  // namespace ddb
