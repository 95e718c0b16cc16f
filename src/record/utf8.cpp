// utf8: eight bytes at a time while text is ASCII.
#include "record/utf8.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>

namespace ddb {
namespace {

constexpr uint64_t kHighBits = 0x8080808080808080u;
constexpr uint64_t kLowBits = 0x0101010101010101u;

uint64_t load_eight(const char* at) {
  uint64_t word = 0;
  std::memcpy(&word, at, sizeof(word));
  return word;
}

constexpr bool is_continuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

// Bytes of the valid character at the front; 0 when there is none (RFC 3629, section 4).
size_t valid_character(std::string_view text) {
  const auto byte = [text](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return first == 0 ? 0 : 1;
  const size_t size = utf8_size_by_first_byte(text[0]);
  if (size == 1 || size > text.size()) return 0;
  for (size_t i = 1; i < size; ++i) {
    if (!is_continuation(byte(i))) return 0;
  }
  const unsigned char second = byte(1);
  switch (first) {
    case 0xC0:
    case 0xC1:
      return 0;  // overlong
    case 0xE0:
      return second < 0xA0 ? 0 : size;  // overlong
    case 0xED:
      return second > 0x9F ? 0 : size;  // surrogate
    case 0xF0:
      return second < 0x90 ? 0 : size;  // overlong
    case 0xF4:
      return second > 0x8F ? 0 : size;  // above U+10FFFF
    default:
      return first > 0xF4 ? 0 : size;
  }
}

Status invalid_sequence(std::string_view from) {
  static constexpr char kHex[] = "0123456789abcdef";
  const size_t size = std::min(utf8_size_by_first_byte(from[0]), from.size());
  std::string message = "invalid byte sequence for encoding \"UTF8\":";
  for (const char c : from.substr(0, size)) {
    const auto byte = static_cast<unsigned char>(c);
    message += " 0x";
    message += kHex[byte >> 4];
    message += kHex[byte & 0xF];
  }
  return Status::error(sqlstate::kNotInRepertoire, message);
}

}  // namespace

Status validate_utf8(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    if (at + sizeof(uint64_t) <= text.size()) {
      const uint64_t word = load_eight(text.data() + at);
      // No high bit and, as no byte is above 0x7F, a borrow only from a zero byte.
      if (((word | (word - kLowBits)) & kHighBits) == 0) {
        at += sizeof(uint64_t);
        continue;
      }
    }
    const size_t size = valid_character(text.substr(at));
    if (size == 0) return invalid_sequence(text.substr(at));
    at += size;
  }
  return Status::ok();
}

size_t count_characters(std::string_view text) {
  size_t continuations = 0;
  size_t at = 0;
  for (; at + sizeof(uint64_t) <= text.size(); at += sizeof(uint64_t)) {
    const uint64_t word = load_eight(text.data() + at);
    // Continuation bytes are 10xxxxxx: bit 7 set and bit 6 clear.
    continuations += static_cast<size_t>(__builtin_popcountll(word & ~(word << 1) & kHighBits));
  }
  for (; at < text.size(); ++at) {
    continuations += is_continuation(static_cast<unsigned char>(text[at])) ? 1 : 0;
  }
  return text.size() - continuations;
}

size_t bytes_of_characters(std::string_view text, size_t characters) {
  size_t at = 0;
  for (; characters > 0 && at < text.size(); --characters) {
    at += std::min(utf8_size_by_first_byte(text[at]), text.size() - at);
  }
  return at;
}

}  // namespace ddb
