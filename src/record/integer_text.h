// integer_text: smallint, integer and bigint from and to text, as PostgreSQL 15: decimal digits with an optional sign
// and white space around them, no underscores, no other bases.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace ddb {

// 22P02 with the text; 22003 "value \"…\" is out of range for type integer". All throw std::bad_alloc.
Result<int16_t> parse_smallint(std::string_view text);
Result<int32_t> parse_integer(std::string_view text);
Result<int64_t> parse_bigint(std::string_view text);

void append_integer(int64_t value, std::string& out);

}  // namespace ddb
