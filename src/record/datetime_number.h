// datetime_number: numbers at the front of date and time text, read as strtol() and strtod() of the C locale read them
// but without any locale.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>

namespace ddb {

// Takes an optional sign and digits off the front of `text`; without digits the result is 0 and nothing is taken.
// False: the number does not fit (its digits are taken all the same).
template <typename Int>
[[nodiscard]] bool take_integer(std::string_view& text, Int& value) {
  size_t at = 0;
  const bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) at = 1;
  const size_t first_digit = at;
  __int128 number = 0;
  bool fits = true;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    if (fits) number = number * 10 + (text[at] - '0');
    if (number > __int128{1} << 65) fits = false;
  }
  if (negative) number = -number;
  value = 0;
  if (at == first_digit) return true;
  text.remove_prefix(at);
  if (!fits || number < std::numeric_limits<Int>::min() || number > std::numeric_limits<Int>::max())
    return false;
  value = static_cast<Int>(number);
  return true;
}

// Takes a floating-point number off the front, also "e" notation, hexadecimal and "infinity". False: none there, or
// too large or small for a double.
[[nodiscard]] bool take_double(std::string_view& text, double& value);

// `text` is '.' and digits, all of it. False otherwise.
[[nodiscard]] bool read_fraction(std::string_view text, double& fraction);
// The same in µs, rounded half to even.
[[nodiscard]] bool read_fraction_micros(std::string_view text, int64_t& micros);

}  // namespace ddb
