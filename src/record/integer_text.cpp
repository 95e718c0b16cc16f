// integer_text: reads digit by digit, so that the first fault in the text decides the error, as in PostgreSQL.
#include "record/integer_text.h"

#include <charconv>
#include <limits>

#include "record/ascii.h"
#include "record/text_error.h"

namespace ddb {
namespace {

template <typename Int>
Result<Int> parse(std::string_view text, const char* type) {
  std::string_view rest = trim_ascii_space(text);
  const bool negative = !rest.empty() && rest.front() == '-';
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) rest.remove_prefix(1);
  if (rest.empty() || !is_ascii_digit(rest.front())) return invalid_input_syntax(type, text);
  // Negative while reading: that range is one larger.
  Int value = 0;
  for (const char c : rest) {
    if (!is_ascii_digit(c)) return invalid_input_syntax(type, text);
    if (__builtin_mul_overflow(value, static_cast<Int>(10), &value) ||
        __builtin_sub_overflow(value, static_cast<Int>(c - '0'), &value)) {
      return integer_text_out_of_range(type, text);
    }
  }
  if (negative) return value;
  if (value == std::numeric_limits<Int>::min()) return integer_text_out_of_range(type, text);
  return static_cast<Int>(-value);
}

}  // namespace

Result<int16_t> parse_smallint(std::string_view text) { return parse<int16_t>(text, "smallint"); }
Result<int32_t> parse_integer(std::string_view text) { return parse<int32_t>(text, "integer"); }
Result<int64_t> parse_bigint(std::string_view text) { return parse<int64_t>(text, "bigint"); }

void append_integer(int64_t value, std::string& out) {
  char text[24];
  const std::to_chars_result end = std::to_chars(text, text + sizeof(text), value);
  out.append(text, static_cast<size_t>(end.ptr - text));
}

}  // namespace ddb
