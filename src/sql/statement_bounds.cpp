// statement_bounds: white space and comments as PostgreSQL's scanner has them; /* */ nests.
#include "sql/statement_bounds.h"

namespace ddb {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

}  // namespace

size_t skip_blank(std::string_view text, size_t begin) {
  size_t at = begin;
  while (at < text.size()) {
    if (is_space(text[at])) {
      ++at;
    } else if (text.substr(at, 2) == "--") {
      while (at < text.size() && text[at] != '\n' && text[at] != '\r') ++at;
    } else if (text.substr(at, 2) == "/*") {
      size_t depth = 1;
      at += 2;
      while (at < text.size() && depth > 0) {
        if (text.substr(at, 2) == "*/") {
          --depth;
          at += 2;
        } else if (text.substr(at, 2) == "/*") {
          ++depth;
          at += 2;
        } else {
          ++at;
        }
      }
    } else {
      break;
    }
  }
  return at;
}

size_t trim_blank(std::string_view text, size_t begin, size_t end) {
  while (end > begin && is_space(text[end - 1])) --end;
  return end;
}

}  // namespace ddb
