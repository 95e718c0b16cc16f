// decimal: comparing, adding, multiplying and rounding in base 10,000. Division is in decimal_divide.cpp.
#include "record/decimal.h"

#include <algorithm>
#include <array>
#include <memory>

#include "base/assert.h"

namespace ddb {
namespace {

// The weight of the last digit. REQUIRES: not zero.
int32_t lowest_weight(const Decimal& value) {
  return value.weight - static_cast<int32_t>(value.digits.size()) + 1;
}

int compare_magnitude(const Decimal& a, const Decimal& b) {
  if (a.is_zero() || b.is_zero()) return static_cast<int>(!a.is_zero()) - static_cast<int>(!b.is_zero());
  if (a.weight != b.weight) return a.weight < b.weight ? -1 : 1;
  const uint32_t shared = std::min(a.digits.size(), b.digits.size());
  const uint16_t* left = a.digits.data();
  const uint16_t* right = b.digits.data();
  for (uint32_t i = 0; i < shared; ++i) {
    if (left[i] != right[i]) return left[i] < right[i] ? -1 : 1;
  }
  // Digits are stripped, so the longer one ends in a nonzero digit.
  if (a.digits.size() == b.digits.size()) return 0;
  return a.digits.size() < b.digits.size() ? -1 : 1;
}

// |a| + |b|, or |a| − |b| when `minus`. REQUIRES: neither is zero, and |a| >= |b| for `minus`.
Decimal combine_magnitudes(const Decimal& a, const Decimal& b, bool minus) {
  const int32_t top = std::max(a.weight, b.weight) + 1;
  const int32_t low = std::min(lowest_weight(a), lowest_weight(b));
  Decimal result;
  result.weight = top;
  result.digits.assign_zeros(static_cast<uint32_t>(top - low + 1));
  uint16_t* out = result.digits.data();
  std::copy_n(a.digits.data(), a.digits.size(), out + (top - a.weight));

  const uint16_t* right = b.digits.data();
  const int32_t b_top = top - b.weight;
  int32_t carry = 0;
  for (int32_t i = b_top + static_cast<int32_t>(b.digits.size()) - 1; i >= 0; --i) {
    if (i < b_top && carry == 0) break;
    const int32_t addend = i >= b_top ? right[i - b_top] : 0;
    int32_t digit = minus ? out[i] - addend - carry : out[i] + addend + carry;
    carry = 0;
    if (digit < 0) {
      digit += Decimal::kBase;
      carry = 1;
    } else if (digit >= Decimal::kBase) {
      digit -= Decimal::kBase;
      carry = 1;
    }
    out[i] = static_cast<uint16_t>(digit);
  }
  return result;
}

Decimal add_signed(const Decimal& a, const Decimal& b, bool b_negative) {
  const int32_t scale = std::max(a.display_scale, b.display_scale);
  Decimal result;
  if (b.is_zero()) {
    result = a;
  } else if (a.is_zero()) {
    result = b;
    result.negative = b_negative;
  } else if (a.negative == b_negative) {
    result = combine_magnitudes(a, b, false);
    result.negative = a.negative;
  } else {
    const int order = compare_magnitude(a, b);
    if (order > 0) {
      result = combine_magnitudes(a, b, true);
      result.negative = a.negative;
    } else if (order < 0) {
      result = combine_magnitudes(b, a, true);
      result.negative = b_negative;
    }
  }
  result.display_scale = scale;
  strip(result);
  return result;
}

}  // namespace

void strip(Decimal& value) {
  const uint16_t* digits = value.digits.data();
  uint32_t end = value.digits.size();
  while (end > 0 && digits[end - 1] == 0) --end;
  uint32_t first = 0;
  while (first < end && digits[first] == 0) ++first;
  value.digits.keep_first(end);
  if (first > 0) {
    value.digits.drop_first(first);
    value.weight -= static_cast<int32_t>(first);
  }
  if (value.digits.empty()) {
    value.weight = 0;
    value.negative = false;
  }
}

int compare(const Decimal& a, const Decimal& b) {
  if (a.negative != b.negative) return a.negative ? -1 : 1;
  const int order = compare_magnitude(a, b);
  return a.negative ? -order : order;
}

Decimal add(const Decimal& a, const Decimal& b) { return add_signed(a, b, b.negative); }
Decimal subtract(const Decimal& a, const Decimal& b) { return add_signed(a, b, !b.negative); }

Decimal multiply(const Decimal& a, const Decimal& b) {
  Decimal result;
  result.display_scale = a.display_scale + b.display_scale;
  if (a.is_zero() || b.is_zero()) return result;
  const uint32_t count = a.digits.size() + b.digits.size();
  // Column sums without carries: at most 36,864 products below 10^8 each, so 64 bits never overflow.
  std::array<uint64_t, 24> few{};
  std::unique_ptr<uint64_t[]> many;
  uint64_t* sums = few.data();
  if (count > few.size()) {
    many = std::make_unique<uint64_t[]>(count);
    sums = many.get();
  }
  const uint16_t* left = a.digits.data();
  const uint16_t* right = b.digits.data();
  const uint32_t right_size = b.digits.size();
  for (uint32_t i = 0; i < a.digits.size(); ++i) {
    const uint64_t factor = left[i];
    uint64_t* column = sums + i + 1;
    for (uint32_t j = 0; j < right_size; ++j) column[j] += factor * right[j];
  }
  result.negative = a.negative != b.negative;
  result.weight = a.weight + b.weight + 1;
  result.digits.assign_zeros(count);
  uint16_t* out = result.digits.data();
  uint64_t carry = 0;
  for (uint32_t i = count; i-- > 0;) {
    const uint64_t sum = sums[i] + carry;
    carry = sum / Decimal::kBase;
    out[i] = static_cast<uint16_t>(sum % Decimal::kBase);
  }
  DDB_ASSERT(carry == 0);
  strip(result);
  return result;
}

void round_to(Decimal& value, int32_t scale, Rounding rounding) {
  value.display_scale = std::max(scale, 0);
  const int64_t places = (static_cast<int64_t>(value.weight) + 1) * Decimal::kBaseDigits + scale;
  if (places < 0) {
    value.digits.clear();
    strip(value);
    return;
  }
  const int64_t kept_wide = (places + Decimal::kBaseDigits - 1) / Decimal::kBaseDigits;
  const int in_last = static_cast<int>(places % Decimal::kBaseDigits);
  const uint32_t size = value.digits.size();
  if (kept_wide > size || (kept_wide == size && in_last == 0)) return;
  const uint32_t kept = static_cast<uint32_t>(kept_wide);
  uint16_t* digits = value.digits.data();
  bool carry = false;
  if (in_last == 0) {
    carry = digits[kept] >= Decimal::kBase / 2;
  } else {
    static constexpr int kUnits[Decimal::kBaseDigits] = {0, 1000, 100, 10};
    const int unit = kUnits[in_last];
    const int dropped = digits[kept - 1] % unit;
    int last = digits[kept - 1] - dropped;
    if (rounding == Rounding::kHalfAwayFromZero && dropped >= unit / 2) last += unit;
    carry = last >= Decimal::kBase;
    digits[kept - 1] = static_cast<uint16_t>(carry ? last - Decimal::kBase : last);
  }
  value.digits.keep_first(kept);
  if (rounding == Rounding::kTowardsZero) carry = false;
  for (uint32_t i = in_last == 0 ? kept : kept - 1; carry && i-- > 0;) {
    carry = digits[i] == Decimal::kBase - 1;
    digits[i] = carry ? 0 : static_cast<uint16_t>(digits[i] + 1);
  }
  if (carry) {
    value.digits.push_front(1);
    ++value.weight;
  }
  strip(value);
}

unsigned __int128 power_of_ten(int n) {
  static constexpr auto kPowers = [] {
    std::array<unsigned __int128, 39> powers{};
    powers[0] = 1;
    for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
    return powers;
  }();
  DDB_ASSERT(n >= 0 && n <= 38);
  return kPowers[static_cast<size_t>(n)];
}

Decimal decimal_from_scaled(bool negative, unsigned __int128 coefficient, int32_t scale) {
  Decimal result;
  result.display_scale = scale;
  if (coefficient == 0) return result;
  result.negative = negative;
  const int32_t fraction_digits = (scale + Decimal::kBaseDigits - 1) / Decimal::kBaseDigits;
  // The last base digit may be only partly filled: 1.5 is the digits 1 and 5000.
  const unsigned fill = static_cast<unsigned>(power_of_ten(fraction_digits * Decimal::kBaseDigits - scale));
  std::array<uint16_t, 12> reversed;
  uint32_t count = 0;
  const unsigned unit = Decimal::kBase / fill;
  reversed[count++] = static_cast<uint16_t>(static_cast<unsigned>(coefficient % unit) * fill);
  coefficient /= unit;
  while (coefficient > UINT64_MAX) {
    reversed[count++] = static_cast<uint16_t>(coefficient % Decimal::kBase);
    coefficient /= Decimal::kBase;
  }
  for (uint64_t rest = static_cast<uint64_t>(coefficient); rest != 0; rest /= Decimal::kBase) {
    reversed[count++] = static_cast<uint16_t>(rest % Decimal::kBase);
  }
  std::reverse(reversed.begin(), reversed.begin() + count);
  result.weight = static_cast<int32_t>(count) - 1 - fraction_digits;
  result.digits.assign(reversed.data(), count);
  strip(result);
  return result;
}

bool scaled_from_decimal(const Decimal& value, int32_t scale, unsigned __int128& out) {
  out = 0;
  if (value.is_zero()) return true;
  // 10 digits in front of the point and a scale of 38 are the most that 38 decimal digits can need.
  if (value.weight >= 10) return false;
  unsigned __int128 coefficient = 0;
  const uint32_t size = value.digits.size();
  const uint16_t* digits = value.digits.data();
  const int64_t low = lowest_weight(value);
  // Decimal places left to fill after all digits were taken; negative: the last digit sticks out behind the scale.
  const int64_t places_after = scale + low * Decimal::kBaseDigits;
  if (places_after <= -Decimal::kBaseDigits || size > 11) return false;
  const unsigned __int128 limit = power_of_ten(38);
  const uint32_t whole = places_after < 0 ? size - 1 : size;
  for (uint32_t i = 0; i < whole; ++i) {
    if (coefficient >= limit / Decimal::kBase) return false;
    coefficient = coefficient * Decimal::kBase + digits[i];
  }
  int64_t fill = places_after;
  if (places_after < 0) {
    const int cut = static_cast<int>(power_of_ten(static_cast<int>(-places_after)));
    if (digits[size - 1] % cut != 0) return false;
    const int unit = Decimal::kBase / cut;
    if (coefficient >= limit / static_cast<unsigned>(unit)) return false;
    coefficient = coefficient * static_cast<unsigned>(unit) + static_cast<unsigned>(digits[size - 1] / cut);
    fill = 0;
  }
  if (fill > 38 || coefficient >= power_of_ten(static_cast<int>(38 - fill))) return false;
  out = coefficient * power_of_ten(static_cast<int>(fill));
  return true;
}

}  // namespace ddb
