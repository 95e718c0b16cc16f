// boolean_text: the words of a boolean and their prefixes.
#include "record/boolean_text.h"

#include "record/ascii.h"
#include "record/text_error.h"

namespace ddb {

Result<bool> parse_boolean(std::string_view text) {
  struct Word {
    std::string_view lower;
    size_t size_min;  // "o" could be on or off
    bool value;
  };
  static constexpr Word kWords[] = {{"true", 1, true}, {"false", 1, false}, {"yes", 1, true},
                                    {"no", 1, false},  {"on", 2, true},     {"off", 2, false},
                                    {"1", 1, true},    {"0", 1, false}};
  const std::string_view trimmed = trim_ascii_space(text);
  for (const Word& word : kWords) {
    if (trimmed.size() < word.size_min || trimmed.size() > word.lower.size()) continue;
    if (starts_with_ignoring_case(trimmed, word.lower.substr(0, trimmed.size()))) return word.value;
  }
  return invalid_input_syntax("boolean", text);
}

}  // namespace ddb
