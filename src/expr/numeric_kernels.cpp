// numeric_kernels: arithmetic and rounding of numeric, in whichever form its arguments are held.
#include "expr/row_kernel.h"

namespace ddb {
namespace {

Result<Numeric> factorial(int64_t n) {
  if (n < 0) {
    return Status::error(sqlstate::kNumericOutOfRange, "factorial of a negative number is undefined");
  }
  // PostgreSQL's bound: beyond it the result overflows numeric.
  constexpr int64_t kArgumentMax = 32'177;
  if (n > kArgumentMax) return Status::error(sqlstate::kNumericOutOfRange, "value overflows numeric format");
  Numeric product = Numeric::from_int64(1);
  for (int64_t i = 2; i <= n; ++i) {
    DDB_TRY(product, numeric_multiply(product, Numeric::from_int64(i)));
  }
  return product;
}

// NaN with anything is NaN, infinity with anything else is NaN: PostgreSQL's rule for gcd and lcm.
Result<Numeric> greatest_divisor(Numeric a, Numeric b) {
  if (!a.is_finite() || !b.is_finite()) return Numeric::nan();
  const int32_t scale = std::max(a.display_scale(), b.display_scale());
  a = numeric_abs(a);
  b = numeric_abs(b);
  // Euclid's algorithm ends: each remainder is smaller, and they are multiples of 10^−scale.
  while (!b.is_zero()) {
    DDB_TRY(Numeric rest, numeric_modulo(a, b));
    a = std::move(b);
    b = std::move(rest);
  }
  return numeric_round(a, scale);
}

Result<Numeric> least_multiple(const Numeric& a, const Numeric& b) {
  if (!a.is_finite() || !b.is_finite()) return Numeric::nan();
  const int32_t scale = std::max(a.display_scale(), b.display_scale());
  if (a.is_zero() || b.is_zero()) return numeric_round(Numeric(), scale);
  DDB_TRY(const Numeric divisor, greatest_divisor(a, b));
  DDB_TRY(const Numeric quotient, numeric_divide_truncating(a, divisor));
  DDB_TRY(const Numeric multiple, numeric_multiply(quotient, b));
  return numeric_round(numeric_abs(multiple), scale);
}

// Decimals that are needed to write the value.
int32_t needed_scale(const Numeric& value) {
  const Decimal& decimal = value.decimal();
  if (decimal.is_zero()) return 0;
  const int32_t last = static_cast<int32_t>(decimal.digits.size()) - 1 - decimal.weight;
  int32_t scale = last * Decimal::kBaseDigits;
  for (uint16_t digit = decimal.digits[decimal.digits.size() - 1]; digit % 10 == 0; digit /= 10) --scale;
  return std::max(scale, 0);
}

constexpr KernelEntry kEntries[] = {
    row_kernel("numeric_add", [](const Numeric& a, const Numeric& b) { return numeric_add(a, b); }),
    row_kernel("numeric_sub", [](const Numeric& a, const Numeric& b) { return numeric_subtract(a, b); }),
    row_kernel("numeric_mul", [](const Numeric& a, const Numeric& b) { return numeric_multiply(a, b); }),
    row_kernel("numeric_div", [](const Numeric& a, const Numeric& b) { return numeric_divide(a, b); }),
    row_kernel("numeric_mod", [](const Numeric& a, const Numeric& b) { return numeric_modulo(a, b); }),
    row_kernel("numeric_div_trunc",
               [](const Numeric& a, const Numeric& b) { return numeric_divide_truncating(a, b); }),
    row_kernel("numeric_uminus", [](const Numeric& a) { return numeric_negate(a); }),
    row_kernel("numeric_uplus", [](const Numeric& a) { return a; }),
    row_kernel("numeric_abs", [](const Numeric& a) { return numeric_abs(a); }),
    row_kernel("numeric_sign", [](const Numeric& a) { return numeric_sign(a); }),
    row_kernel("numeric_ceil", [](const Numeric& a) { return numeric_ceil(a); }),
    row_kernel("numeric_floor", [](const Numeric& a) { return numeric_floor(a); }),
    row_kernel("numeric_round", [](const Numeric& a, int32_t scale) { return numeric_round(a, scale); }),
    row_kernel("numeric_trunc", [](const Numeric& a, int32_t scale) { return numeric_truncate(a, scale); }),
    row_kernel("sql:round(numeric)", [](const Numeric& a) { return numeric_round(a, 0); }),
    row_kernel("sql:trunc(numeric)", [](const Numeric& a) { return numeric_truncate(a, 0); }),
    row_kernel("numeric_gcd", [](const Numeric& a, const Numeric& b) { return greatest_divisor(a, b); }),
    row_kernel("numeric_lcm", [](const Numeric& a, const Numeric& b) { return least_multiple(a, b); }),
    row_kernel("numeric_fac", [](int64_t n) { return factorial(n); }),
    row_kernel("numeric_scale",
               [](const Numeric& a) -> std::optional<int32_t> {
                 if (!a.is_finite()) return std::nullopt;
                 return a.display_scale();
               }),
    row_kernel("numeric_min_scale",
               [](const Numeric& a) -> std::optional<int32_t> {
                 if (!a.is_finite()) return std::nullopt;
                 return needed_scale(a);
               }),
    row_kernel("numeric_trim_scale",
               [](const Numeric& a) -> Result<Numeric> {
                 if (!a.is_finite()) return a;
                 return numeric_round(a, needed_scale(a));
               }),
};

}  // namespace

std::span<const KernelEntry> numeric_kernels() { return kEntries; }

}  // namespace ddb
