// string_kernels: length, case, cutting and joining of text. Positions and lengths count characters.
#include <algorithm>

#include "expr/case_table.h"
#include "expr/code_point.h"
#include "expr/text_memory.h"

namespace ddb {
namespace {

using Text = std::string_view;

int32_t characters(Text text) { return static_cast<int32_t>(count_characters(text)); }

Text without_first(Text text, int64_t count) {
  return count <= 0 ? text : text.substr(bytes_of_characters(text, static_cast<size_t>(count)));
}
Text only_first(Text text, int64_t count) {
  return count <= 0 ? Text() : text.substr(0, bytes_of_characters(text, static_cast<size_t>(count)));
}

Status negative_length() {
  return Status::error(sqlstate::kSubstringError, "negative substring length not allowed");
}

Result<Kept> substring(Text text, int32_t start, int32_t length) {
  if (length < 0) return negative_length();
  const int64_t end = int64_t{start} + length;
  const int64_t first = std::max<int64_t>(start, 1);
  if (end <= first) return Kept{Text()};
  return Kept{only_first(without_first(text, first - 1), end - first)};
}

Result<Kept> join(KernelState& state, Text a, Text b) {
  if (a.empty()) return Kept{b};
  if (b.empty()) return Kept{a};
  DDB_TRY(char* const room, text_room(state, a.size() + b.size()));
  std::memcpy(room, a.data(), a.size());
  std::memcpy(room + a.size(), b.data(), b.size());
  return Kept{Text(room, a.size() + b.size())};
}

Result<Kept> overlay(KernelState& state, Text text, Text with, int32_t start, int32_t length) {
  if (start <= 0) return negative_length();
  const int64_t rest = int64_t{start} + length;
  if (rest > INT32_MAX || rest < INT32_MIN) {
    return Status::error(sqlstate::kNumericOutOfRange, "integer out of range");
  }
  const Text before = only_first(text, start - 1);
  const Text after = without_first(text, rest - 1);
  DDB_TRY(const Kept head, join(state, before, with));
  return join(state, head.text, after);
}

// left() and right() with a count below 0 leave out that many at the other end.
Text left_part(Text text, int32_t count) {
  return only_first(text, count >= 0 ? count : int64_t{characters(text)} + count);
}
Text right_part(Text text, int32_t count) {
  return without_first(text, count >= 0 ? int64_t{characters(text)} - count : -int64_t{count});
}

Result<Kept> pad(KernelState& state, Text text, int32_t length, Text fill, bool at_left) {
  length = std::max(length, 0);
  const int32_t present = characters(text);
  if (length <= present || fill.empty()) return Kept{only_first(text, std::min(length, present))};
  const int32_t fill_characters = characters(fill);
  const int32_t missing = length - present;
  const Text last_fill = only_first(fill, missing % fill_characters);
  const size_t fill_bytes = static_cast<size_t>(missing / fill_characters) * fill.size() + last_fill.size();
  DDB_TRY(char* const room, text_room(state, text.size() + fill_bytes));
  char* to = room;
  if (!at_left) to = std::copy(text.begin(), text.end(), to);
  for (int32_t i = 0; i < missing / fill_characters; ++i) to = std::copy(fill.begin(), fill.end(), to);
  to = std::copy(last_fill.begin(), last_fill.end(), to);
  if (at_left) to = std::copy(text.begin(), text.end(), to);
  return Kept{Text(room, static_cast<size_t>(to - room))};
}

Result<Kept> repeat(KernelState& state, Text text, int32_t count) {
  if (count <= 0 || text.empty()) return Kept{Text()};
  const size_t bytes = text.size() * static_cast<size_t>(count);
  DDB_TRY(char* const room, text_room(state, bytes));
  for (size_t at = 0; at < bytes; at += text.size()) std::memcpy(room + at, text.data(), text.size());
  return Kept{Text(room, bytes)};
}

Result<Kept> reverse(KernelState& state, Text text) {
  DDB_TRY(char* const room, text_room(state, text.size()));
  char* to = room + text.size();
  for (Text rest = text; !rest.empty();) {
    const size_t size = first_character_size(rest);
    to -= size;
    std::memcpy(to, rest.data(), size);
    rest.remove_prefix(size);
  }
  return Kept{Text(room, text.size())};
}

// --- Trimming: sets of characters ---------------------------------------------------------------------------------------

bool has_character(Text set, Text character) {
  while (!set.empty()) {
    const size_t size = first_character_size(set);
    if (set.substr(0, size) == character) return true;
    set.remove_prefix(size);
  }
  return false;
}

Text trim_left(Text text, Text set) {
  while (!text.empty()) {
    const size_t size = first_character_size(text);
    if (!has_character(set, text.substr(0, size))) break;
    text.remove_prefix(size);
  }
  return text;
}
Text trim_right(Text text, Text set) {
  while (!text.empty()) {
    size_t size = 1;
    while (size < text.size() && size < 4 && (text[text.size() - size] & 0xC0) == 0x80) ++size;
    if (!has_character(set, text.substr(text.size() - size))) break;
    text.remove_suffix(size);
  }
  return text;
}

Text in_case(KernelState& state, Text text, LetterCase wanted) {
  std::string& out = empty_scratch(state);
  append_in_case(text, wanted, out);
  return out;
}

int32_t code_of_first(Text text) { return text.empty() ? 0 : static_cast<int32_t>(first_code_point(text)); }

Result<Text> character(KernelState& state, int32_t code) {
  const auto refuse = [](std::string_view why) { return Status::error(sqlstate::kProgramLimit, why); };
  if (code < 0) {
    return Status::error(sqlstate::kInvalidParameter, "character number must be positive");
  }
  if (code == 0) return refuse("null character not permitted");
  if (code > 0x10FFFF) {
    return refuse("requested character too large for encoding: " + std::to_string(code));
  }
  if (code >= 0xD800 && code <= 0xDFFF) {
    return refuse("requested character not valid for encoding: " + std::to_string(code));
  }
  std::string& out = empty_scratch(state);
  append_code_point(static_cast<uint32_t>(code), out);
  return Text(out);
}

constexpr KernelEntry kEntries[] = {
    row_kernel("textlen", [](Text a) { return characters(a); }),
    row_kernel("bpcharlen", [](Text a) { return characters(trim_right(a, " ")); }),
    row_kernel("textoctetlen", [](Text a) { return static_cast<int32_t>(a.size()); }),
    row_kernel("bpcharoctetlen", [](Text a) { return static_cast<int32_t>(a.size()); }),
    row_kernel("sql:bit_length(text)", [](Text a) { return static_cast<int32_t>(a.size() * 8); }),
    row_kernel("lower", [](KernelState& s, Text a) { return in_case(s, a, LetterCase::kLower); }),
    row_kernel("upper", [](KernelState& s, Text a) { return in_case(s, a, LetterCase::kUpper); }),
    row_kernel("initcap", [](KernelState& s, Text a) { return in_case(s, a, LetterCase::kInitial); }),
    row_kernel("textcat", [](KernelState& s, Text a, Text b) { return join(s, a, b); }),
    row_kernel("text_substr",
               [](Text a, int32_t start, int32_t length) { return substring(a, start, length); }),
    row_kernel("text_substr_no_len",
               [](Text a, int32_t start) { return Kept{without_first(a, int64_t{start} - 1)}; }),
    row_kernel("textoverlay", [](KernelState& s, Text a, Text b, int32_t start,
                                 int32_t length) { return overlay(s, a, b, start, length); }),
    row_kernel("textoverlay_no_len", [](KernelState& s, Text a, Text b,
                                        int32_t start) { return overlay(s, a, b, start, characters(b)); }),
    row_kernel("text_left", [](Text a, int32_t n) { return Kept{left_part(a, n)}; }),
    row_kernel("text_right", [](Text a, int32_t n) { return Kept{right_part(a, n)}; }),
    row_kernel("lpad", [](KernelState& s, Text a, int32_t n, Text fill) { return pad(s, a, n, fill, true); }),
    row_kernel("rpad",
               [](KernelState& s, Text a, int32_t n, Text fill) { return pad(s, a, n, fill, false); }),
    row_kernel("sql:lpad(text,int4)",
               [](KernelState& s, Text a, int32_t n) { return pad(s, a, n, " ", true); }),
    row_kernel("sql:rpad(text,int4)",
               [](KernelState& s, Text a, int32_t n) { return pad(s, a, n, " ", false); }),
    row_kernel("repeat", [](KernelState& s, Text a, int32_t n) { return repeat(s, a, n); }),
    row_kernel("text_reverse", [](KernelState& s, Text a) { return reverse(s, a); }),
    row_kernel("btrim", [](Text a, Text set) { return Kept{trim_right(trim_left(a, set), set)}; }),
    row_kernel("btrim1", [](Text a) { return Kept{trim_right(trim_left(a, " "), " ")}; }),
    row_kernel("ltrim", [](Text a, Text set) { return Kept{trim_left(a, set)}; }),
    row_kernel("ltrim1", [](Text a) { return Kept{trim_left(a, " ")}; }),
    row_kernel("rtrim", [](Text a, Text set) { return Kept{trim_right(a, set)}; }),
    row_kernel("ascii", [](Text a) { return code_of_first(a); }),
    row_kernel("chr", [](KernelState& s, int32_t code) { return character(s, code); }),
};

}  // namespace

std::span<const KernelEntry> string_kernels() { return kEntries; }

}  // namespace ddb
