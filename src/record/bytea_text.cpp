// bytea_text: the hexadecimal and the escape form.
#include "record/bytea_text.h"

#include "record/ascii.h"
#include "record/utf8.h"

namespace ddb {
namespace {

Status not_hexadecimal(std::string_view from) {
  const size_t size = std::min(utf8_size_by_first_byte(from.front()), from.size());
  return Status::error(sqlstate::kInvalidParameter,
                       "invalid hexadecimal digit: \"" + std::string(from.substr(0, size)) + "\"");
}

Result<std::string> parse_hexadecimal(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() / 2);
  size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
      ++at;
      continue;
    }
    const int high = hex_digit_value(c);
    if (high < 0) return not_hexadecimal(text.substr(at));
    if (at + 1 == text.size()) {
      return Status::error(sqlstate::kInvalidParameter, "invalid hexadecimal data: odd number of digits");
    }
    const int low = hex_digit_value(text[at + 1]);
    if (low < 0) return not_hexadecimal(text.substr(at + 1));
    bytes += static_cast<char>(high << 4 | low);
    at += 2;
  }
  return bytes;
}

constexpr bool is_octal(char c, char last) { return c >= '0' && c <= last; }

}  // namespace

Result<std::string> parse_bytea(std::string_view text) {
  if (text.size() >= 2 && text[0] == '\\' && text[1] == 'x') return parse_hexadecimal(text.substr(2));
  std::string bytes;
  bytes.reserve(text.size());
  size_t at = 0;
  while (at < text.size()) {
    const std::string_view rest = text.substr(at);
    if (rest[0] != '\\') {
      bytes += rest[0];
      at += 1;
    } else if (rest.size() >= 4 && is_octal(rest[1], '3') && is_octal(rest[2], '7') &&
               is_octal(rest[3], '7')) {
      bytes += static_cast<char>((rest[1] - '0') << 6 | (rest[2] - '0') << 3 | (rest[3] - '0'));
      at += 4;
    } else if (rest.size() >= 2 && rest[1] == '\\') {
      bytes += '\\';
      at += 2;
    } else {
      return Status::error(sqlstate::kInvalidText, "invalid input syntax for type bytea");
    }
  }
  return bytes;
}

void append_bytea(std::string_view bytes, std::string& out) {
  static constexpr char kHex[] = "0123456789abcdef";
  const size_t start = out.size();
  out.resize(start + 2 + 2 * bytes.size());
  char* at = out.data() + start;
  *at++ = '\\';
  *at++ = 'x';
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    *at++ = kHex[byte >> 4];
    *at++ = kHex[byte & 0xF];
  }
}

}  // namespace ddb
