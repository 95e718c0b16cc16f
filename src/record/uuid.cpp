// uuid: text in and out.
#include "record/uuid.h"

#include "record/ascii.h"
#include "record/text_error.h"

namespace ddb {

Result<Uuid> parse_uuid(std::string_view text) {
  std::string_view rest = text;
  const bool braces = !rest.empty() && rest.front() == '{';
  if (braces) rest.remove_prefix(1);
  Uuid value;
  for (size_t i = 0; i < value.bytes.size(); ++i) {
    if (rest.size() < 2) return invalid_input_syntax("uuid", text);
    const int high = hex_digit_value(rest[0]);
    const int low = hex_digit_value(rest[1]);
    if (high < 0 || low < 0) return invalid_input_syntax("uuid", text);
    value.bytes[i] = static_cast<uint8_t>(high << 4 | low);
    rest.remove_prefix(2);
    const bool hyphen_allowed = i % 2 == 1 && i + 1 < value.bytes.size();
    if (hyphen_allowed && !rest.empty() && rest.front() == '-') rest.remove_prefix(1);
  }
  if (rest != (braces ? "}" : "")) return invalid_input_syntax("uuid", text);
  return value;
}

void append_uuid(const Uuid& value, std::string& out) {
  static constexpr char kHex[] = "0123456789abcdef";
  char text[36];
  size_t at = 0;
  for (size_t i = 0; i < value.bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text[at++] = '-';
    text[at++] = kHex[value.bytes[i] >> 4];
    text[at++] = kHex[value.bytes[i] & 0xF];
  }
  out.append(text, at);
}

}  // namespace ddb
