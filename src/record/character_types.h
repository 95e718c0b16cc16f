// character_types: the length rules of character varying(n) and character(n). Lengths count characters. All text is
// valid UTF-8; views into the argument live as long as it. What builds a string throws std::bad_alloc.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace ddb {

// How a value came to be converted: input, assignment and implicit casts refuse what does not fit (only spaces may be
// cut); an explicit cast cuts.
enum class Coercion { kAssignment, kExplicit };

// The part of `text` that character varying(length_max) keeps. No length: kNoTypmod.
// 22001 "value too long for type character varying(3)".
Result<std::string_view> coerce_varchar(std::string_view text, int32_t length_max, Coercion coercion);

// `text` cut or padded with spaces to exactly `length` characters; with kNoTypmod as it is.
// 22001 "value too long for type character(3)".
Result<std::string> coerce_char(std::string_view text, int32_t length, Coercion coercion);

// character(n) without its padding: what counts in comparisons, in length() and in the cast to text.
std::string_view without_padding(std::string_view text);

// −1, 0 or 1 by the bytes without padding (collation C).
int compare_char(std::string_view a, std::string_view b);

}  // namespace ddb
