// string_search_kernels: finding and exchanging parts of text.
#include <algorithm>

#include "expr/code_point.h"
#include "expr/text_memory.h"

namespace ddb {
namespace {

using Text = std::string_view;

// From 1; 0: not there.
int32_t position(Text text, Text part) {
  const size_t at = text.find(part);
  return at == Text::npos ? 0 : static_cast<int32_t>(count_characters(text.substr(0, at))) + 1;
}

Text replace_all(KernelState& state, Text text, Text from, Text to) {
  if (from.empty()) return text;
  std::string& out = empty_scratch(state);
  size_t at = 0;
  for (size_t found = text.find(from); found != Text::npos; found = text.find(from, at)) {
    out += text.substr(at, found - at);
    out += to;
    at = found + from.size();
  }
  out += text.substr(at);
  return out;
}

// The n-th part between separators, from 1; the last one is −1.
Result<Kept> split_part(Text text, Text separator, int32_t n) {
  if (n == 0) return Status::error(sqlstate::kInvalidParameter, "field position must not be zero");
  if (text.empty()) return Kept{Text()};
  if (separator.empty()) return Kept{n == 1 || n == -1 ? text : Text()};
  int64_t wanted = n;
  if (n < 0) {
    int64_t parts = 1;
    for (size_t at = text.find(separator); at != Text::npos;
         at = text.find(separator, at + separator.size())) {
      ++parts;
    }
    wanted = parts + n + 1;
    if (wanted < 1) return Kept{Text()};
  }
  for (; wanted > 1; --wanted) {
    const size_t at = text.find(separator);
    if (at == Text::npos) return Kept{Text()};
    text.remove_prefix(at + separator.size());
  }
  return Kept{text.substr(0, text.find(separator))};
}

// Each character of `from` becomes the one at its place in `to`, or vanishes.
Text translate(KernelState& state, Text text, Text from, Text to) {
  std::string& out = empty_scratch(state);
  for (; !text.empty(); text.remove_prefix(first_character_size(text))) {
    const Text character = text.substr(0, first_character_size(text));
    Text sources = from, targets = to;
    while (!sources.empty() && sources.substr(0, first_character_size(sources)) != character) {
      sources.remove_prefix(first_character_size(sources));
      if (!targets.empty()) targets.remove_prefix(first_character_size(targets));
    }
    if (sources.empty()) {
      out += character;
    } else if (!targets.empty()) {
      out += targets.substr(0, first_character_size(targets));
    }
  }
  return out;
}

constexpr KernelEntry kEntries[] = {
    row_kernel("textpos", [](Text a, Text part) { return position(a, part); }),
    row_kernel("replace_text",
               [](KernelState& s, Text a, Text from, Text to) { return replace_all(s, a, from, to); }),
    row_kernel("split_part", [](Text a, Text separator, int32_t n) { return split_part(a, separator, n); }),
    row_kernel("translate",
               [](KernelState& s, Text a, Text from, Text to) { return translate(s, a, from, to); }),
    row_kernel("text_starts_with", [](Text a, Text prefix) { return a.substr(0, prefix.size()) == prefix; }),
};

}  // namespace

std::span<const KernelEntry> string_search_kernels() { return kEntries; }

}  // namespace ddb
