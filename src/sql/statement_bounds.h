// statement_bounds: where in a script one statement's own text begins and ends.
#pragma once

#include <cstddef>
#include <string_view>

namespace ddb {

// The first byte at or behind `begin` that is neither white space nor in a comment; text.size() if there is none. REQUIRES: the grammar has accepted
// the text, so every comment that begins also ends.
size_t skip_blank(std::string_view text, size_t begin);

// The end of text[begin, end) without white space behind. Comments behind a statement belong to it.
size_t trim_blank(std::string_view text, size_t begin, size_t end);

}  // namespace ddb
