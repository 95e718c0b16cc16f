// bytea_text: bytea from and to text.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"

namespace ddb {

// "\x" and pairs of hexadecimal digits with white space between pairs; or PostgreSQL's escape form, where a backslash
// is doubled and any byte may be a backslash and three octal digits. 22023 for wrong hexadecimal digits, 22P02 for a
// wrong escape. Throws std::bad_alloc.
Result<std::string> parse_bytea(std::string_view text);

// bytea_output = hex. Throws std::bad_alloc.
void append_bytea(std::string_view bytes, std::string& out);

}  // namespace ddb
