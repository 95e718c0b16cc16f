// golden_file: lines of a committed golden file, split at tabs.
#pragma once

#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace ddb {

// Of tests/expr/golden/; empty: the file cannot be read.
inline std::vector<std::string> golden_lines(const std::string& name) {
  std::ifstream file(std::string(DDB_TESTS_DIR) + "/expr/golden/" + name);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

inline std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  size_t begin = 0;
  for (size_t at = 0; at <= text.size(); ++at) {
    if (at != text.size() && text[at] != separator) continue;
    parts.emplace_back(text.substr(begin, at - begin));
    begin = at + 1;
  }
  return parts;
}

}  // namespace ddb
