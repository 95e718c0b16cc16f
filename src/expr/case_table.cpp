// case_table: looking characters up.
#include "expr/case_table.h"

#include <algorithm>

#include "expr/code_point.h"
#include "record/ascii.h"

namespace ddb {
namespace {

using namespace case_table;

int32_t value_in(const CaseRange* ranges, uint32_t count, uint32_t code) {
  const CaseRange* end = ranges + count;
  const CaseRange* found =
      std::lower_bound(ranges, end, code, [](const CaseRange& r, uint32_t c) { return r.last < c; });
  if (found == end || code < found->first || (code - found->first) % found->step != 0) return 0;
  return found->value;
}

uint32_t lower_of(uint32_t code) {
  return static_cast<uint32_t>(static_cast<int32_t>(code) + value_in(kLower, kLowerCount, code));
}
uint32_t upper_of(uint32_t code) {
  return static_cast<uint32_t>(static_cast<int32_t>(code) + value_in(kUpper, kUpperCount, code));
}

constexpr char ascii_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace

void append_in_case(std::string_view text, LetterCase wanted, std::string& out) {
  bool in_word = false;
  while (!text.empty()) {
    const bool upper = wanted == LetterCase::kUpper || (wanted == LetterCase::kInitial && !in_word);
    const size_t size = first_character_size(text);
    if (static_cast<signed char>(text[0]) >= 0) {
      out += upper ? ascii_upper(text[0]) : ascii_lower(text[0]);
      in_word = is_ascii_letter(text[0]) || is_ascii_digit(text[0]);
    } else if (size == 1) {
      out += text[0];
      in_word = false;
    } else {
      const uint32_t code = first_code_point(text);
      const uint32_t changed = upper ? upper_of(code) : lower_of(code);
      append_code_point(changed < 0x110000 ? changed : code, out);
      in_word = value_in(kLetters, kLettersCount, code) != 0;
    }
    text.remove_prefix(size);
  }
}

}  // namespace ddb
