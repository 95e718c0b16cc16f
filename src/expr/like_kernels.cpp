// like_kernels: LIKE and ILIKE. A pattern for a whole batch that is only text between percent signs at its ends is
// searched for; every other one goes through the matcher, which never looks back beyond the last percent sign.
#include "expr/case_table.h"
#include "expr/code_point.h"
#include "expr/text_memory.h"

namespace ddb {
namespace {

using Text = std::string_view;

Status cut_escape() {
  return Status::error(sqlstate::kInvalidEscapeSequence, "LIKE pattern must not end with escape character");
}

// What must stand at `pattern`'s first character; false for an escape at its end.
struct Matcher {
  Text text, pattern;
  // Where to go on when a match fails: behind the last '%', one character further each time.
  Text retry_text, retry_pattern;
  bool can_retry = false;

  bool retry() {
    if (!can_retry || retry_text.empty()) return false;
    retry_text.remove_prefix(first_character_size(retry_text));
    text = retry_text;
    pattern = retry_pattern;
    return true;
  }
};

// _ is a character, % any number of them, \ takes the next byte as it is. 22025.
Result<bool> matches(Text text, Text pattern) {
  Matcher m{text, pattern, {}, {}, false};
  // Bounded: each step shortens the pattern or, at a retry, what is left of the text.
  while (true) {
    if (m.pattern.empty()) {
      if (m.text.empty()) return true;
      if (!m.retry()) return false;
      continue;
    }
    // An end of the text ends all tries: later ones have still less text.
    if (m.text.empty()) return m.pattern.find_first_not_of('%') == Text::npos;
    if (m.pattern[0] == '%') {
      // What follows is skipped at once, so that an escape at the end is refused whatever text is left.
      for (; !m.pattern.empty() && (m.pattern[0] == '%' || m.pattern[0] == '_'); m.pattern.remove_prefix(1)) {
        if (m.pattern[0] == '%') continue;
        if (m.text.empty()) return false;
        m.text.remove_prefix(first_character_size(m.text));
      }
      if (m.pattern.empty()) return true;
      if (m.pattern == "\\") return cut_escape();
      m.retry_text = m.text;
      m.retry_pattern = m.pattern;
      m.can_retry = true;
      continue;
    }
    if (m.pattern[0] == '_') {
      m.text.remove_prefix(first_character_size(m.text));
      m.pattern.remove_prefix(1);
      continue;
    }
    if (m.pattern[0] == '\\') {
      m.pattern.remove_prefix(1);
      if (m.pattern.empty()) return cut_escape();
    }
    if (m.pattern[0] == m.text[0]) {
      m.text.remove_prefix(1);
      m.pattern.remove_prefix(1);
    } else if (!m.retry()) {
      return false;
    }
  }
}

// A pattern without _ and \ and with % at its ends only.
struct SimplePattern {
  Text part;
  bool open_left = false;
  bool open_right = false;

  bool holds(Text text) const {
    if (text.size() < part.size()) return false;
    if (open_left && open_right) return memmem(text.data(), text.size(), part.data(), part.size()) != nullptr;
    if (open_left) return text.substr(text.size() - part.size()) == part;
    if (open_right) return text.substr(0, part.size()) == part;
    return text == part;
  }
};

bool is_simple(Text pattern, SimplePattern& simple) {
  if (pattern.find_first_of("_\\") != Text::npos) return false;
  while (!pattern.empty() && pattern.front() == '%') {
    simple.open_left = true;
    pattern.remove_prefix(1);
  }
  while (!pattern.empty() && pattern.back() == '%') {
    simple.open_right = true;
    pattern.remove_suffix(1);
  }
  if (pattern.empty() && simple.open_left) simple.open_right = true;
  simple.part = pattern;
  return pattern.find('%') == Text::npos;
}

// variant 1: NOT LIKE.
void like_kernel(KernelCall& call, const Selection& rows) {
  if (combine_nulls(call, rows)) return;
  uint8_t* out = call.result.mutable_data<uint8_t>();
  const Vector& texts = call.arg(0);
  const Vector& patterns = call.arg(1);
  SimplePattern simple;
  const bool searches = patterns.is_constant() && is_simple(patterns.value<StringView16>(0).view(), simple);
  for (uint32_t i = 0; i < rows.count(); ++i) {
    const uint32_t row = rows[i];
    if (call.result.is_null(row)) continue;
    const Text text = texts.value<StringView16>(row).view();
    if (searches) {
      out[row] = static_cast<uint8_t>(simple.holds(text)) ^ call.variant;
      continue;
    }
    const auto matched = matches(text, patterns.value<StringView16>(row).view());
    if (!matched.is_ok()) return call.fail(row, matched.status());
    out[row] = static_cast<uint8_t>(matched.value()) ^ call.variant;
  }
}

Result<bool> matches_ignoring_case(KernelState& state, Text text, Text pattern) {
  std::string& both = empty_scratch(state);
  append_in_case(text, LetterCase::kLower, both);
  const size_t text_size = both.size();
  append_in_case(pattern, LetterCase::kLower, both);
  return matches(Text(both).substr(0, text_size), Text(both).substr(text_size));
}

Result<bool> no_match_ignoring_case(KernelState& state, Text text, Text pattern) {
  DDB_TRY(const bool matched, matches_ignoring_case(state, text, pattern));
  return !matched;
}

// A pattern with another escape character, or none, as one with the backslash.
Result<Text> with_backslashes(KernelState& state, Text pattern, Text escape) {
  std::string& out = empty_scratch(state);
  if (escape.empty()) {
    for (const char c : pattern) {
      if (c == '\\') out += c;
      out += c;
    }
    return Text(out);
  }
  if (first_character_size(escape) != escape.size()) {
    return Status::error(sqlstate::kInvalidEscapeSequence, "invalid escape string")
        .with_hint("Escape string must be empty or one character.");
  }
  if (escape == "\\") return pattern;
  bool after_escape = false;
  for (; !pattern.empty(); pattern.remove_prefix(first_character_size(pattern))) {
    const Text character = pattern.substr(0, first_character_size(pattern));
    if (character == escape && !after_escape) {
      out += '\\';
      after_escape = true;
      continue;
    }
    if (character == "\\" && !after_escape) out += '\\';
    out += character;
    after_escape = false;
  }
  return Text(out);
}

constexpr KernelEntry kEntries[] = {
    {"textlike", nullptr, &like_kernel, true, 0},
    {"textnlike", nullptr, &like_kernel, true, 1},
    row_kernel("texticlike", [](KernelState& s, Text a, Text p) { return matches_ignoring_case(s, a, p); }),
    row_kernel("texticnlike", [](KernelState& s, Text a, Text p) { return no_match_ignoring_case(s, a, p); }),
    row_kernel("like_escape",
               [](KernelState& s, Text p, Text escape) { return with_backslashes(s, p, escape); }),
};

}  // namespace

std::span<const KernelEntry> like_kernels() { return kEntries; }

}  // namespace ddb
