// boolean_text: boolean from and to text, as PostgreSQL 15.
#pragma once

#include <string_view>

#include "base/status.h"

namespace ddb {

// Any case, white space around it, and any prefix that is not ambiguous of: true, false, yes, no, on, off; or 1, 0.
// 22P02 with the text. Throws std::bad_alloc.
Result<bool> parse_boolean(std::string_view text);

// What a query returns: "t" or "f".
constexpr std::string_view boolean_output(bool value) { return value ? "t" : "f"; }
// What the cast to text gives: "true" or "false".
constexpr std::string_view boolean_cast_text(bool value) { return value ? "true" : "false"; }

}  // namespace ddb
