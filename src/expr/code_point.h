// code_point: characters of UTF-8 text as numbers. Never reads outside of the text, whatever its bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "record/utf8.h"

namespace ddb {

// Bytes of the first character, at most those there are. REQUIRES: text is not empty.
inline size_t first_character_size(std::string_view text) {
  const size_t size = utf8_size_by_first_byte(text[0]);
  return size < text.size() ? size : text.size();
}

// REQUIRES: text is not empty. Unspecified for bytes that are not UTF-8.
inline uint32_t first_code_point(std::string_view text) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<uint32_t>(static_cast<unsigned char>(text[i])) : 0u;
  };
  switch (first_character_size(text)) {
    case 2:
      return (byte(0) & 0x1F) << 6 | (byte(1) & 0x3F);
    case 3:
      return (byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
    case 4:
      return (byte(0) & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
    default:
      return byte(0);
  }
}

// REQUIRES: code < 0x110000. Throws std::bad_alloc.
inline void append_code_point(uint32_t code, std::string& out) {
  const auto put = [&](uint32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

}  // namespace ddb
