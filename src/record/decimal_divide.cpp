// decimal_divide: long division in base 10,000 (Knuth, The Art of Computer Programming, volume 2, 4.3.1, algorithm D),
// with machine division where 128 bits hold the operands.
#include <algorithm>
#include <array>
#include <vector>

#include "base/assert.h"
#include "record/decimal.h"

namespace ddb {
namespace {

constexpr uint32_t kWideDigits = 9;    // base digits that always fit 128 bits
constexpr uint32_t kNarrowDigits = 3;  // base digits of a divisor whose remainder times 10,000 fits 64 bits

// The digits as one number, as if `zeros` zero digits followed. REQUIRES: count + zeros <= kWideDigits.
unsigned __int128 wide_value(const uint16_t* digits, uint32_t count, uint32_t zeros) {
  unsigned __int128 value = 0;
  for (uint32_t i = 0; i < count; ++i) value = value * Decimal::kBase + digits[i];
  for (uint32_t i = 0; i < zeros; ++i) value *= Decimal::kBase;
  return value;
}

void divide_wide(unsigned __int128 dividend, unsigned __int128 divisor, Decimal& out) {
  unsigned __int128 quotient = dividend / divisor;
  out.digits.assign_zeros(kWideDigits);
  uint16_t* digits = out.digits.data();
  for (uint32_t i = kWideDigits; quotient != 0 && i-- > 0;) {
    if (quotient > UINT64_MAX) {
      digits[i] = static_cast<uint16_t>(quotient % Decimal::kBase);
      quotient /= Decimal::kBase;
    } else {
      const uint64_t narrow = static_cast<uint64_t>(quotient);
      digits[i] = static_cast<uint16_t>(narrow % Decimal::kBase);
      quotient = narrow / Decimal::kBase;
    }
  }
}

// `taken` digits of the dividend and then zeros up to `count` digits.
void divide_narrow(const uint16_t* dividend, uint32_t taken, uint32_t count, uint64_t divisor, Decimal& out) {
  out.digits.assign_zeros(count);
  uint16_t* digits = out.digits.data();
  uint64_t remainder = 0;
  for (uint32_t i = 0; i < count; ++i) {
    remainder = remainder * Decimal::kBase + (i < taken ? dividend[i] : 0);
    digits[i] = static_cast<uint16_t>(remainder / divisor);
    remainder %= divisor;
  }
}

// As divide_narrow for a divisor of two or more digits.
void divide_long(const uint16_t* dividend, uint32_t taken, uint32_t count, const DigitBuffer& divisor,
                 Decimal& out) {
  constexpr int64_t kBase = Decimal::kBase;
  const uint32_t n = divisor.size();
  out.digits.assign_zeros(count);
  if (count < n) return;
  // Normalised, so that a digit of the quotient guessed from two digits is at most two too large.
  const int64_t factor = kBase / (divisor[0] + 1);
  std::vector<int32_t> u(count + 1, 0);
  std::vector<int32_t> v(n, 0);
  int64_t carry = 0;
  for (uint32_t i = n; i-- > 0;) {
    const int64_t product = divisor[i] * factor + carry;
    v[i] = static_cast<int32_t>(product % kBase);
    carry = product / kBase;
  }
  DDB_ASSERT(carry == 0);
  for (uint32_t i = taken; i-- > 0;) {
    const int64_t product = dividend[i] * factor + carry;
    u[i + 1] = static_cast<int32_t>(product % kBase);
    carry = product / kBase;
  }
  u[0] = static_cast<int32_t>(carry);

  uint16_t* digits = out.digits.data();
  for (uint32_t j = 0; j + n <= count; ++j) {
    const int64_t two = u[j] * kBase + u[j + 1];
    int64_t guess = two / v[0];
    int64_t rest = two % v[0];
    while (guess >= kBase || guess * v[1] > rest * kBase + u[j + 2]) {
      --guess;
      rest += v[0];
      if (rest >= kBase) break;
    }
    int64_t borrow = 0;
    for (uint32_t i = n; i-- > 0;) {
      // Between −10^8 and 9,999; the shift by 10,001 · base keeps the division on positive numbers.
      constexpr int64_t kShift = 10001 * kBase;
      const int64_t digit = u[j + 1 + i] - guess * v[i] - borrow + kShift;
      u[j + 1 + i] = static_cast<int32_t>(digit % kBase);
      borrow = 10001 - digit / kBase;
    }
    const int64_t top = u[j] - borrow;
    u[j] = 0;
    if (top < 0) {
      --guess;
      int32_t add_carry = 0;
      for (uint32_t i = n; i-- > 0;) {
        int32_t digit = u[j + 1 + i] + v[i] + add_carry;
        add_carry = digit >= kBase ? 1 : 0;
        if (add_carry != 0) digit -= Decimal::kBase;
        u[j + 1 + i] = digit;
      }
    }
    digits[j + n - 1] = static_cast<uint16_t>(guess);
  }
}

}  // namespace

Decimal divide(const Decimal& a, const Decimal& b, int32_t scale, Rounding rounding) {
  DDB_ASSERT(!b.is_zero() && scale >= 0);
  Decimal result;
  result.display_scale = scale;
  if (a.is_zero()) return result;
  // One digit behind the scale decides the rounding: half away from zero never looks further.
  const int32_t lowest = -((scale + Decimal::kBaseDigits - 1) / Decimal::kBaseDigits) - 1;
  const int32_t a_lowest = a.weight - static_cast<int32_t>(a.digits.size()) + 1;
  const int32_t b_lowest = b.weight - static_cast<int32_t>(b.digits.size()) + 1;
  // The dividend is a's digits followed by `zeros` zeros, or without its last −zeros digits.
  const int32_t zeros = a_lowest - b_lowest - lowest;
  const int32_t count_signed = static_cast<int32_t>(a.digits.size()) + zeros;
  if (count_signed <= 0) return result;
  const uint32_t count = static_cast<uint32_t>(count_signed);
  const uint32_t taken = std::min(count, a.digits.size());
  const uint32_t n = b.digits.size();
  if (count <= kWideDigits && n <= kWideDigits) {
    divide_wide(wide_value(a.digits.data(), taken, count - taken), wide_value(b.digits.data(), n, 0), result);
  } else if (n <= kNarrowDigits) {
    const auto divisor = static_cast<uint64_t>(wide_value(b.digits.data(), n, 0));
    divide_narrow(a.digits.data(), taken, count, divisor, result);
  } else {
    divide_long(a.digits.data(), taken, count, b.digits, result);
  }
  result.negative = a.negative != b.negative;
  result.weight = lowest + static_cast<int32_t>(result.digits.size()) - 1;
  strip(result);
  round_to(result, scale, rounding);
  return result;
}

int32_t select_division_scale(const Decimal& a, const Decimal& b) {
  constexpr int32_t kSignificantDigitsMin = 16;
  constexpr int32_t kScaleMax = 1000;
  const int32_t first_a = a.is_zero() ? 0 : a.digits[0];
  const int32_t first_b = b.is_zero() ? 0 : b.digits[0];
  int32_t quotient_weight = a.weight - b.weight;
  if (first_a <= first_b) --quotient_weight;
  const int32_t wanted = kSignificantDigitsMin - quotient_weight * Decimal::kBaseDigits;
  return std::clamp(std::max({wanted, a.display_scale, b.display_scale}), 0, kScaleMax);
}

}  // namespace ddb
