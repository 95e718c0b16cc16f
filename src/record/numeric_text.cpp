// numeric_text: numerics from and to text, as numeric_in and numeric_out of PostgreSQL 15.
#include <algorithm>
#include <climits>
#include <optional>

#include "record/ascii.h"
#include "record/numeric.h"
#include "record/numeric_typmod.h"
#include "record/text_error.h"

namespace ddb {
namespace {

// A value beyond this bound is an error before the modifier is looked at; it keeps all sums below in 64 bits.
constexpr int64_t kExponentBound = INT_MAX / 2;

struct SpecialName {
  std::string_view lower;
  Numeric (*value)();
};
// Longer names before their prefixes.
constexpr SpecialName kSpecialNames[] = {
    {"nan", &Numeric::nan},
    {"infinity", &Numeric::infinity},
    {"+infinity", &Numeric::infinity},
    {"-infinity", &Numeric::negative_infinity},
    {"inf", &Numeric::infinity},
    {"+inf", &Numeric::infinity},
    {"-inf", &Numeric::negative_infinity},
};

// What the text of a number is made of.
struct NumberText {
  bool negative = false;
  std::string_view whole;     // digits before the point
  std::string_view fraction;  // digits behind it
  int64_t exponent = 0;
  size_t size = 0;  // characters taken
};

std::string_view take_digits(std::string_view text, size_t& at) {
  const size_t first = at;
  while (at < text.size() && is_ascii_digit(text[at])) ++at;
  return text.substr(first, at - first);
}

// The exponent at `at`, with white space and a sign before it, saturated at kExponentBound; nothing without a digit.
std::optional<int64_t> take_exponent(std::string_view text, size_t& at) {
  while (at < text.size() && is_ascii_space(text[at])) ++at;
  bool negative = false;
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) negative = text[at++] == '-';
  const std::string_view digits = take_digits(text, at);
  if (digits.empty()) return std::nullopt;
  int64_t exponent = 0;
  for (const char c : digits) {
    exponent = exponent * 10 + (c - '0');
    if (exponent > kExponentBound) exponent = kExponentBound;
  }
  return negative ? -exponent : exponent;
}

// Nothing when the text does not begin with a number.
std::optional<NumberText> take_number(std::string_view text) {
  NumberText number;
  size_t at = 0;
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) number.negative = text[at++] == '-';
  number.whole = take_digits(text, at);
  if (at < text.size() && text[at] == '.') {
    ++at;
    number.fraction = take_digits(text, at);
  }
  if (number.whole.empty() && number.fraction.empty()) return std::nullopt;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    const std::optional<int64_t> exponent = take_exponent(text, at);
    if (!exponent.has_value()) return std::nullopt;
    number.exponent = *exponent;
  }
  number.size = at;
  return number;
}

// Floor of a / b for b > 0.
constexpr int64_t floor_divide(int64_t a, int64_t b) { return (a >= 0 ? a : a - b + 1) / b; }

Decimal decimal_of(const NumberText& number) {
  Decimal result;
  result.negative = number.negative;
  // Far above the limits of Numeric, which the caller checks; below it all sums stay in 32 bits.
  constexpr int64_t kScaleBound = INT_MAX - 8;
  const auto fraction_size = static_cast<int64_t>(number.fraction.size());
  result.display_scale =
      static_cast<int32_t>(std::clamp<int64_t>(fraction_size - number.exponent, 0, kScaleBound));
  std::string_view whole = number.whole;
  while (!whole.empty() && whole.front() == '0') whole.remove_prefix(1);
  const size_t count = whole.size() + number.fraction.size();
  // The first digit counts 10^top; it stands at place `lead` of its base digit.
  const int64_t top = static_cast<int64_t>(whole.size()) + number.exponent - 1;
  const int64_t weight = floor_divide(top, Decimal::kBaseDigits);
  const int64_t lead = Decimal::kBaseDigits - 1 - (top - weight * Decimal::kBaseDigits);
  result.weight = static_cast<int32_t>(weight);
  const auto base_digits = static_cast<uint32_t>(
      (lead + static_cast<int64_t>(count) + Decimal::kBaseDigits - 1) / Decimal::kBaseDigits);
  result.digits.assign_zeros(base_digits);
  uint16_t* digits = result.digits.data();
  static constexpr int kUnits[Decimal::kBaseDigits] = {1000, 100, 10, 1};
  size_t place = static_cast<size_t>(lead);
  for (const std::string_view part : {whole, number.fraction}) {
    for (const char c : part) {
      uint16_t& digit = digits[place / Decimal::kBaseDigits];
      digit = static_cast<uint16_t>(digit + (c - '0') * kUnits[place % Decimal::kBaseDigits]);
      ++place;
    }
  }
  strip(result);
  return result;
}

void append_base_digit(int digit, int decimal_digits, std::string& out) {
  const char characters[Decimal::kBaseDigits] = {
      static_cast<char>('0' + digit / 1000), static_cast<char>('0' + digit / 100 % 10),
      static_cast<char>('0' + digit / 10 % 10), static_cast<char>('0' + digit % 10)};
  out.append(characters, static_cast<size_t>(decimal_digits));
}

}  // namespace

Result<Numeric> numeric_parse(std::string_view text, int32_t typmod) {
  const std::string_view trimmed = trim_ascii_space(text);
  for (const SpecialName& name : kSpecialNames) {
    if (!starts_with_ignoring_case(trimmed, name.lower)) continue;
    if (trimmed.size() != name.lower.size()) break;
    const Numeric value = name.value();
    if (value.is_infinite() && typmod != kNoTypmod) return infinity_beyond_typmod(typmod);
    return value;
  }
  const std::optional<NumberText> number = take_number(trimmed);
  if (!number.has_value()) return invalid_input_syntax("numeric", text);
  if (number->exponent >= kExponentBound || number->exponent <= -kExponentBound) {
    return Status::error(sqlstate::kNumericOutOfRange, "value overflows numeric format");
  }
  if (number->size != trimmed.size()) return invalid_input_syntax("numeric", text);
  Decimal value = decimal_of(*number);
  if (typmod != kNoTypmod) DDB_RETURN_IF_ERROR(decimal_apply_typmod(value, typmod));
  return Numeric::from_decimal(std::move(value));
}

void numeric_append_text(const Numeric& value, std::string& out) {
  if (!value.is_finite()) {
    out += value.is_nan() ? "NaN" : value.sign() > 0 ? "Infinity" : "-Infinity";
    return;
  }
  const Decimal& decimal = value.decimal();
  const auto digit_at = [&decimal](int32_t weight) -> int {
    const int64_t i = static_cast<int64_t>(decimal.weight) - weight;
    return i >= 0 && i < static_cast<int64_t>(decimal.digits.size()) ? decimal.digits[static_cast<size_t>(i)]
                                                                     : 0;
  };
  if (decimal.negative) out += '-';
  if (decimal.is_zero() || decimal.weight < 0) {
    out += '0';
  } else {
    out += std::to_string(digit_at(decimal.weight));
    for (int32_t weight = decimal.weight - 1; weight >= 0; --weight) {
      append_base_digit(digit_at(weight), Decimal::kBaseDigits, out);
    }
  }
  if (decimal.display_scale == 0) return;
  out += '.';
  int32_t left = decimal.display_scale;
  for (int32_t weight = -1; left > 0; --weight, left -= Decimal::kBaseDigits) {
    append_base_digit(digit_at(weight), left < Decimal::kBaseDigits ? left : Decimal::kBaseDigits, out);
  }
}

std::string numeric_to_text(const Numeric& value) {
  std::string text;
  numeric_append_text(value, text);
  return text;
}

}  // namespace ddb
