// float_text: real and double precision from and to text, as PostgreSQL 15 with extra_float_digits = 1. No function
// looks at the host's locale. All throw std::bad_alloc.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"

namespace ddb {

// Decimal or hexadecimal ("0x1.8p3") numbers, "NaN", "inf", "Infinity", white space around them. 22P02 with the text;
// 22003 when the number overflows, or underflows to zero.
Result<double> parse_double(std::string_view text);
Result<float> parse_real(std::string_view text);

// The shortest digits that read back as the same value, and of those the nearest: 0.1, 1e+20, 1e-05, -0, NaN, Infinity.
void append_double(double value, std::string& out);
void append_real(float value, std::string& out);

}  // namespace ddb
