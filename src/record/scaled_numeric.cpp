// scaled_numeric: changing scales, comparing across scales, printing.
#include "record/scaled_numeric.h"

namespace ddb {
namespace {

constexpr uint64_t kTenTo18 = 1'000'000'000'000'000'000;

unsigned __int128 magnitude_of(__int128 value) {
  const auto bits = static_cast<unsigned __int128>(value);
  return value < 0 ? -bits : bits;
}

// All digits of `value` with at least `digits_min`, at the end of `buffer`; the first of them.
char* write_digits(unsigned __int128 value, int digits_min, char* end) {
  char* at = end;
  while (value >= kTenTo18) {
    auto low = static_cast<uint64_t>(value % kTenTo18);
    value /= kTenTo18;
    for (int i = 0; i < 18; ++i, low /= 10) *--at = static_cast<char>('0' + low % 10);
  }
  for (auto rest = static_cast<uint64_t>(value); rest != 0 || end - at < digits_min; rest /= 10) {
    *--at = static_cast<char>('0' + rest % 10);
  }
  return at;
}

}  // namespace

template <typename Int>
bool rescale(Int value, int from_scale, int to_scale, Int& out) {
  DDB_ASSERT(from_scale >= 0 && from_scale <= 38 && to_scale >= 0 && to_scale <= 38);
  out = value;
  if (from_scale == to_scale || is_scaled_nan(value)) return true;
  __int128 result = value;
  if (to_scale > from_scale) {
    const auto factor = static_cast<__int128>(power_of_ten(to_scale - from_scale));
    if (__builtin_mul_overflow(result, factor, &result)) return false;
    if (result >= ScaledForm<Int>::kBound || result <= -ScaledForm<Int>::kBound) return false;
  } else {
    const auto divisor = static_cast<__int128>(power_of_ten(from_scale - to_scale));
    const __int128 remainder = result % divisor;
    result /= divisor;
    const __int128 distance = remainder < 0 ? -remainder : remainder;
    if (distance >= divisor - distance) result += value < 0 ? -1 : 1;
  }
  out = static_cast<Int>(result);
  return true;
}

template <typename Int>
int compare_scaled(Int a, int a_scale, Int b, int b_scale) {
  DDB_ASSERT(a_scale >= 0 && a_scale <= 38 && b_scale >= 0 && b_scale <= 38);
  const auto order = [](__int128 left, __int128 right) {
    return static_cast<int>(left > right) - static_cast<int>(left < right);
  };
  if (a_scale == b_scale || is_scaled_nan(a) || is_scaled_nan(b)) {
    // A NaN is above every number of its own form, at any scale.
    return order(a, b);
  }
  const auto a_unit = static_cast<__int128>(power_of_ten(a_scale));
  const auto b_unit = static_cast<__int128>(power_of_ten(b_scale));
  const int whole = order(a / a_unit, b / b_unit);
  if (whole != 0) return whole;
  // Fractions below 1 at the larger of the two scales: below 10^38.
  const int scale = a_scale > b_scale ? a_scale : b_scale;
  const auto fraction = [scale](__int128 value, __int128 unit, int from_scale) {
    return value % unit * static_cast<__int128>(power_of_ten(scale - from_scale));
  };
  return order(fraction(a, a_unit, a_scale), fraction(b, b_unit, b_scale));
}

template <typename Int>
void append_scaled(Int value, int scale, std::string& out) {
  DDB_ASSERT(scale >= 0 && scale <= 38);
  if (is_scaled_nan(value)) {
    out += "NaN";
    return;
  }
  char buffer[48];
  char* const end = buffer + sizeof(buffer);
  const char* const first = write_digits(magnitude_of(value), scale + 1, end);
  if (value < 0) out += '-';
  out.append(first, static_cast<size_t>(end - first - scale));
  if (scale == 0) return;
  out += '.';
  out.append(end - scale, static_cast<size_t>(scale));
}

template bool rescale(int64_t, int, int, int64_t&);
template bool rescale(__int128, int, int, __int128&);
template int compare_scaled(int64_t, int, int64_t, int);
template int compare_scaled(__int128, int, __int128, int);
template void append_scaled(int64_t, int, std::string&);
template void append_scaled(__int128, int, std::string&);

}  // namespace ddb
