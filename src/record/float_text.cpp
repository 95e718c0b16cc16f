// float_text: numbers by std::from_chars, special names by hand; shortest output without the ends of the rounding
// interval.
#include "record/float_text.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <type_traits>

#include "record/ascii.h"
#include "record/text_error.h"

namespace ddb {
namespace {

template <typename Float>
constexpr std::string_view type_name() {
  return std::is_same_v<Float, double> ? "double precision" : "real";
}

template <typename Float>
struct Taken {
  Float value = 0;
  size_t size = 0;  // characters of the number
  bool out_of_range = false;
};

// "nan", "nan(anything)", "inf", "infinity" behind the sign, at the front of `text`.
template <typename Float>
std::optional<Taken<Float>> take_special(std::string_view text) {
  using Limits = std::numeric_limits<Float>;
  if (starts_with_ignoring_case(text, "infinity")) return Taken<Float>{Limits::infinity(), 8, false};
  if (starts_with_ignoring_case(text, "inf")) return Taken<Float>{Limits::infinity(), 3, false};
  if (!starts_with_ignoring_case(text, "nan")) return std::nullopt;
  size_t size = 3;
  if (size < text.size() && text[size] == '(') {
    size_t end = size + 1;
    while (end < text.size() && (is_ascii_letter(text[end]) || is_ascii_digit(text[end]) || text[end] == '_'))
      ++end;
    if (end < text.size() && text[end] == ')') size = end + 1;
  }
  return Taken<Float>{Limits::quiet_NaN(), size, false};
}

// A number without sign at the front of `text`.
template <typename Float>
std::optional<Taken<Float>> take_magnitude(std::string_view text) {
  if (text.empty() || !(is_ascii_digit(text[0]) || text[0] == '.')) return take_special<Float>(text);
  std::chars_format format = std::chars_format::general;
  size_t start = 0;
  if (text.size() > 2 && text[0] == '0' && ascii_lower(text[1]) == 'x' &&
      (hex_digit_value(text[2]) >= 0 ||
       (text[2] == '.' && text.size() > 3 && hex_digit_value(text[3]) >= 0))) {
    format = std::chars_format::hex;
    start = 2;
  }
  Taken<Float> taken;
  const char* first = text.data() + start;
  const std::from_chars_result result =
      std::from_chars(first, text.data() + text.size(), taken.value, format);
  if (result.ec == std::errc::invalid_argument) return std::nullopt;
  taken.size = static_cast<size_t>(result.ptr - text.data());
  taken.out_of_range = result.ec == std::errc::result_out_of_range || std::isinf(taken.value);
  if (taken.value == 0 && !taken.out_of_range) {
    // Zero is right only when all digits are.
    for (const char* c = first;
         c != result.ptr && *c != (start == 0 ? 'e' : 'p') && *c != (start == 0 ? 'E' : 'P'); ++c) {
      if (*c != '0' && *c != '.') taken.out_of_range = true;
    }
  }
  return taken;
}

template <typename Float>
Result<Float> parse_float(std::string_view text) {
  const std::string_view trimmed = trim_ascii_space(text);
  std::string_view rest = trimmed;
  const bool negative = !rest.empty() && rest[0] == '-';
  const size_t sign_size = !rest.empty() && (rest[0] == '-' || rest[0] == '+') ? 1 : 0;
  rest.remove_prefix(sign_size);
  const std::optional<Taken<Float>> taken = take_magnitude<Float>(rest);
  if (!taken.has_value()) return invalid_input_syntax(type_name<Float>(), text);
  if (taken->out_of_range) {
    // PostgreSQL shows what it read of a double, and all of the text of a real.
    if (std::is_same_v<Float, float>) return float_text_out_of_range(type_name<Float>(), text);
    return float_text_out_of_range(type_name<Float>(), trimmed.substr(0, sign_size + taken->size));
  }
  if (taken->size != rest.size()) return invalid_input_syntax(type_name<Float>(), text);
  return negative ? -taken->value : taken->value;
}

// digits · 10^exponent
struct ShortDecimal {
  uint64_t digits = 0;
  int exponent = 0;
};

// From "d.ddde±xx".
ShortDecimal read_scientific(const char* first, const char* end) {
  ShortDecimal result;
  const char* at = first;
  int fraction = 0;
  bool behind_point = false;
  for (; at != end && *at != 'e'; ++at) {
    if (*at == '.') {
      behind_point = true;
      continue;
    }
    result.digits = result.digits * 10 + static_cast<uint64_t>(*at - '0');
    fraction += behind_point ? 1 : 0;
  }
  int exponent = 0;
  if (at != end) {
    ++at;
    if (*at == '+') ++at;
    std::from_chars(at, end, exponent);
  }
  result.exponent = exponent - fraction;
  while (result.digits != 0 && result.digits % 10 == 0) {
    result.digits /= 10;
    ++result.exponent;
  }
  return result;
}

// True when `decimal` is exactly half way between two neighbouring floats one of which is value > 0: such text would
// read back as `value` only thanks to rounding to even.
template <typename Float>
bool is_half_way(const ShortDecimal& decimal, Float value) {
  using Limits = std::numeric_limits<Float>;
  // Only 5^23 or a smaller power divides into a half-way point of 54 bits.
  constexpr int kFivesMax = 23;
  if (decimal.exponent > kFivesMax || decimal.exponent < -kFivesMax) return false;
  int binary_exponent = 0;
  const Float fraction = std::frexp(value, &binary_exponent);
  auto mantissa = static_cast<uint64_t>(std::ldexp(fraction, Limits::digits));
  int unit = binary_exponent - Limits::digits;
  const int unit_min = Limits::min_exponent - Limits::digits;
  if (unit < unit_min) {
    mantissa >>= unit_min - unit;
    unit = unit_min;
  }
  unsigned __int128 odd = decimal.digits;
  int twos = decimal.exponent;
  while (odd % 2 == 0) {
    odd /= 2;
    ++twos;
  }
  unsigned __int128 fives = 1;
  for (int i = decimal.exponent < 0 ? -decimal.exponent : decimal.exponent; i > 0; --i) fives *= 5;
  // Half-way points are odd · 2^(unit − 1); below a power of two also odd · 2^(unit − 2).
  const auto meets = [&](uint64_t half_way, int exponent) {
    if (twos != exponent) return false;
    return decimal.exponent >= 0 ? odd * fives == half_way : odd == half_way * fives;
  };
  if (meets(2 * mantissa + 1, unit - 1)) return true;
  const bool power_of_two = mantissa == uint64_t{1} << (Limits::digits - 1) && unit > unit_min;
  return power_of_two ? meets(4 * mantissa - 1, unit - 2) : meets(2 * mantissa - 1, unit - 1);
}

template <typename Float>
ShortDecimal shortest(Float value) {
  char text[64];
  std::to_chars_result end = std::to_chars(text, text + sizeof(text), value, std::chars_format::scientific);
  ShortDecimal decimal = read_scientific(text, end.ptr);
  if (!is_half_way(decimal, value)) return decimal;
  // The nearest decimal of more and more digits that lies inside the interval.
  for (int precision = 0; precision < std::numeric_limits<Float>::max_digits10; ++precision) {
    end = std::to_chars(text, text + sizeof(text), value, std::chars_format::scientific, precision);
    Float back = 0;
    std::from_chars(text, end.ptr, back);
    decimal = read_scientific(text, end.ptr);
    if (back == value && !is_half_way(decimal, value)) break;
  }
  return decimal;
}

template <typename Float>
void append_float(Float value, std::string& out) {
  if (std::isnan(value)) {
    out += "NaN";
    return;
  }
  if (std::signbit(value)) out += '-';
  if (std::isinf(value)) {
    out += "Infinity";
    return;
  }
  if (value == 0) {
    out += '0';
    return;
  }
  const ShortDecimal decimal = shortest(std::fabs(value));
  char digits[24];
  const int count =
      static_cast<int>(std::to_chars(digits, digits + sizeof(digits), decimal.digits).ptr - digits);
  const int point = count + decimal.exponent;  // digits in front of the point
  const auto append_digits = [&](int first, int last) {
    out.append(digits + first, static_cast<size_t>(last - first));
  };
  if (point < -3 || point > std::numeric_limits<Float>::digits10) {
    out += digits[0];
    if (count > 1) {
      out += '.';
      append_digits(1, count);
    }
    const int exponent = point - 1;
    const int magnitude = exponent < 0 ? -exponent : exponent;
    out += exponent < 0 ? "e-" : "e+";
    if (magnitude < 10) out += '0';
    out += std::to_string(magnitude);
  } else if (point <= 0) {
    out += "0.";
    out.append(static_cast<size_t>(-point), '0');
    append_digits(0, count);
  } else if (point >= count) {
    append_digits(0, count);
    out.append(static_cast<size_t>(point - count), '0');
  } else {
    append_digits(0, point);
    out += '.';
    append_digits(point, count);
  }
}

}  // namespace

Result<double> parse_double(std::string_view text) { return parse_float<double>(text); }
Result<float> parse_real(std::string_view text) { return parse_float<float>(text); }
void append_double(double value, std::string& out) { append_float(value, out); }
void append_real(float value, std::string& out) { append_float(value, out); }

}  // namespace ddb
