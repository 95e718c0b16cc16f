// datetime_number: floating-point numbers by std::from_chars.
#include "record/datetime_number.h"

#include <charconv>

namespace ddb {

bool take_double(std::string_view& text, double& value) {
  const bool negative = !text.empty() && text[0] == '-';
  const std::string_view digits = text.substr(negative ? 1 : 0);
  if (!digits.empty() && digits[0] == '-') return false;
  const bool hex = digits.size() > 2 && digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
  const char* begin = digits.data() + (hex ? 2 : 0);
  const char* end = digits.data() + digits.size();
  std::from_chars_result read =
      std::from_chars(begin, end, value, hex ? std::chars_format::hex : std::chars_format::general);
  if (hex && read.ptr == begin) {  // "0x" alone is the number 0
    value = 0;
    read = {digits.data() + 1, std::errc()};
  }
  if (read.ec != std::errc() || read.ptr == begin) return false;
  if (negative) value = -value;
  text.remove_prefix(static_cast<size_t>(read.ptr - text.data()));
  return true;
}

bool read_fraction(std::string_view text, double& fraction) {
  fraction = 0;
  if (text == ".") return true;
  return take_double(text, fraction) && text.empty();
}

bool read_fraction_micros(std::string_view text, int64_t& micros) {
  double fraction = 0;
  if (!read_fraction(text, fraction)) return false;
  micros = static_cast<int64_t>(std::rint(fraction * 1e6));
  return true;
}

}  // namespace ddb
