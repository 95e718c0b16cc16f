// float_kernels: mathematical functions of integers, real and double precision, with PostgreSQL's domains and errors.
#include <cmath>
#include <limits>
#include <numbers>

#include "expr/row_kernel.h"
#include "record/float_arithmetic.h"
#include "record/integer_arithmetic.h"

namespace ddb {
namespace {

Status out_of_range(SqlTypeId type) { return arithmetic_status(ArithmeticError::kOutOfRange, type); }
Status overflow() { return arithmetic_status(ArithmeticError::kOverflow, SqlTypeId::kDoublePrecision); }
Status underflow() { return arithmetic_status(ArithmeticError::kUnderflow, SqlTypeId::kDoublePrecision); }
Status input_out_of_range() { return Status::error(sqlstate::kNumericOutOfRange, "input is out of range"); }

template <typename T>
Result<T> checked(ArithmeticError error, T value) {
  if (error == ArithmeticError::kNone) return value;
  constexpr SqlTypeId kType = sizeof(T) == 2   ? SqlTypeId::kSmallint
                              : sizeof(T) == 4 ? SqlTypeId::kInteger
                                               : SqlTypeId::kBigint;
  return arithmetic_status(error, kType);
}
template <std::signed_integral T>
Result<T> negated(T value) {
  T out = 0;
  const ArithmeticError error = checked_negate(value, out);
  return checked(error, out);
}
template <std::signed_integral T>
Result<T> absolute(T value) {
  T out = 0;
  const ArithmeticError error = checked_abs(value, out);
  return checked(error, out);
}

template <std::signed_integral T>
Result<T> greatest_divisor(T a, T b) {
  using U = std::make_unsigned_t<T>;
  U x = a < 0 ? U{0} - static_cast<U>(a) : static_cast<U>(a);
  U y = b < 0 ? U{0} - static_cast<U>(b) : static_cast<U>(b);
  while (y != 0) {
    const U rest = x % y;
    x = y;
    y = rest;
  }
  if (x > static_cast<U>(std::numeric_limits<T>::max())) {
    return out_of_range(sizeof(T) == 4 ? SqlTypeId::kInteger : SqlTypeId::kBigint);
  }
  return static_cast<T>(x);
}
template <std::signed_integral T>
Result<T> least_multiple(T a, T b) {
  if (a == 0 || b == 0) return T{0};
  DDB_TRY(const T divisor, greatest_divisor(a, b));
  T multiple = 0;
  ArithmeticError error = checked_multiply(static_cast<T>(a / divisor), b, multiple);
  if (error == ArithmeticError::kNone) error = checked_abs(multiple, multiple);
  return checked(error, multiple);
}

Result<double> power(double base, double exponent) {
  if (std::isnan(base)) return exponent == 0 ? 1.0 : base;
  if (std::isnan(exponent)) return base == 1 ? 1.0 : exponent;
  if (base == 0 && exponent < 0) {
    return Status::error(sqlstate::kInvalidPowerArgument, "zero raised to a negative power is undefined");
  }
  if (base < 0 && std::floor(exponent) != exponent) {
    return Status::error(sqlstate::kInvalidPowerArgument,
                         "a negative number raised to a non-integer power yields a complex result");
  }
  const double result = std::pow(base, exponent);
  if (std::isinf(base) || std::isinf(exponent)) return result;
  if (std::isinf(result)) return overflow();
  if (result == 0 && base != 0) return underflow();
  return result;
}

Result<double> square_root(double value) {
  if (value < 0) {
    return Status::error(sqlstate::kInvalidPowerArgument, "cannot take square root of a negative number");
  }
  return std::sqrt(value);
}

Result<double> exponential(double value) {
  if (std::isnan(value)) return value;
  if (std::isinf(value)) return value > 0 ? value : 0.0;
  const double result = std::exp(value);
  if (std::isinf(result)) return overflow();
  if (result == 0) return underflow();
  return result;
}

template <double (*Log)(double)>
Result<double> logarithm(double value) {
  if (value == 0) return Status::error(sqlstate::kInvalidLogArgument, "cannot take logarithm of zero");
  if (value < 0) {
    return Status::error(sqlstate::kInvalidLogArgument, "cannot take logarithm of a negative number");
  }
  return Log(value);
}
double natural_log(double value) { return std::log(value); }
double decimal_log(double value) { return std::log10(value); }

// sin, cos, tan, cot: no angle at infinity.
template <typename F>
Result<double> of_angle(double angle, F function) {
  if (std::isnan(angle)) return angle;
  if (std::isinf(angle)) return input_out_of_range();
  return function(angle);
}
// asin, acos, atanh: only −1 … 1.
template <typename F>
Result<double> of_ratio(double value, F function) {
  if (std::isnan(value)) return value;
  if (value < -1 || value > 1) return input_out_of_range();
  return function(value);
}
Result<double> finite_product(double a, double b) {
  double out = 0;
  const ArithmeticError error = checked_multiply(a, b, out);
  if (error != ArithmeticError::kNone) return arithmetic_status(error, SqlTypeId::kDoublePrecision);
  return out;
}
Result<double> finite_quotient(double a, double b) {
  double out = 0;
  const ArithmeticError error = checked_divide(a, b, out);
  if (error != ArithmeticError::kNone) return arithmetic_status(error, SqlTypeId::kDoublePrecision);
  return out;
}

constexpr KernelEntry kIntegerEntries[] = {
    row_kernel("int2um", [](int16_t a) { return negated(a); }),
    row_kernel("int4um", [](int32_t a) { return negated(a); }),
    row_kernel("int8um", [](int64_t a) { return negated(a); }),
    row_kernel("int2up", [](int16_t a) { return a; }),
    row_kernel("int4up", [](int32_t a) { return a; }),
    row_kernel("int8up", [](int64_t a) { return a; }),
    row_kernel("int2abs", [](int16_t a) { return absolute(a); }),
    row_kernel("int4abs", [](int32_t a) { return absolute(a); }),
    row_kernel("int8abs", [](int64_t a) { return absolute(a); }),
    row_kernel("int2and", [](int16_t a, int16_t b) { return static_cast<int16_t>(a & b); }),
    row_kernel("int4and", [](int32_t a, int32_t b) { return a & b; }),
    row_kernel("int8and", [](int64_t a, int64_t b) { return a & b; }),
    row_kernel("int2or", [](int16_t a, int16_t b) { return static_cast<int16_t>(a | b); }),
    row_kernel("int4or", [](int32_t a, int32_t b) { return a | b; }),
    row_kernel("int8or", [](int64_t a, int64_t b) { return a | b; }),
    row_kernel("int2xor", [](int16_t a, int16_t b) { return static_cast<int16_t>(a ^ b); }),
    row_kernel("int4xor", [](int32_t a, int32_t b) { return a ^ b; }),
    row_kernel("int8xor", [](int64_t a, int64_t b) { return a ^ b; }),
    row_kernel("int2not", [](int16_t a) { return static_cast<int16_t>(~a); }),
    row_kernel("int4not", [](int32_t a) { return ~a; }),
    row_kernel("int8not", [](int64_t a) { return ~a; }),
    // The machine's shifts, which count modulo the width, as PostgreSQL on x86-64: smallint shifts as an int.
    row_kernel("int2shl",
               [](int16_t a, int32_t n) { return static_cast<int16_t>(uint32_t(int32_t{a}) << (n & 31)); }),
    row_kernel("int2shr", [](int16_t a, int32_t n) { return static_cast<int16_t>(int32_t{a} >> (n & 31)); }),
    row_kernel("int4shl", [](int32_t a, int32_t n) { return static_cast<int32_t>(uint32_t(a) << (n & 31)); }),
    row_kernel("int4shr", [](int32_t a, int32_t n) { return a >> (n & 31); }),
    row_kernel("int8shl", [](int64_t a, int32_t n) { return static_cast<int64_t>(uint64_t(a) << (n & 63)); }),
    row_kernel("int8shr", [](int64_t a, int32_t n) { return a >> (n & 63); }),
    row_kernel("int4gcd", [](int32_t a, int32_t b) { return greatest_divisor(a, b); }),
    row_kernel("int8gcd", [](int64_t a, int64_t b) { return greatest_divisor(a, b); }),
    row_kernel("int4lcm", [](int32_t a, int32_t b) { return least_multiple(a, b); }),
    row_kernel("int8lcm", [](int64_t a, int64_t b) { return least_multiple(a, b); }),
};

constexpr KernelEntry kFloatEntries[] = {
    row_kernel("float4um", [](float a) { return -a; }),
    row_kernel("float8um", [](double a) { return -a; }),
    row_kernel("float4up", [](float a) { return a; }),
    row_kernel("float8up", [](double a) { return a; }),
    row_kernel("float4abs", [](float a) { return std::fabs(a); }),
    row_kernel("float8abs", [](double a) { return std::fabs(a); }),
    row_kernel("dceil", [](double a) { return std::ceil(a); }),
    row_kernel("dfloor", [](double a) { return std::floor(a); }),
    row_kernel("dround", [](double a) { return std::rint(a); }),
    row_kernel("dtrunc", [](double a) { return a >= 0 ? std::floor(a) : -std::floor(-a); }),
    row_kernel("dsign", [](double a) { return a > 0   ? 1.0
                                              : a < 0 ? -1.0
                                                      : 0.0; }),
    row_kernel("dsqrt", [](double a) { return square_root(a); }),
    row_kernel("dcbrt", [](double a) { return std::cbrt(a); }),
    row_kernel("dpow", [](double a, double b) { return power(a, b); }),
    row_kernel("dexp", [](double a) { return exponential(a); }),
    row_kernel("dlog1", [](double a) { return logarithm<natural_log>(a); }),
    row_kernel("dlog10", [](double a) { return logarithm<decimal_log>(a); }),
    row_kernel("dpi", []() { return std::numbers::pi; }),
    row_kernel("degrees", [](double a) { return finite_quotient(a, std::numbers::pi / 180.0); }),
    row_kernel("radians", [](double a) { return finite_product(a, std::numbers::pi / 180.0); }),
    row_kernel("dsin", [](double a) { return of_angle(a, [](double x) { return std::sin(x); }); }),
    row_kernel("dcos", [](double a) { return of_angle(a, [](double x) { return std::cos(x); }); }),
    row_kernel("dtan", [](double a) { return of_angle(a, [](double x) { return std::tan(x); }); }),
    row_kernel("dcot", [](double a) { return of_angle(a, [](double x) { return 1.0 / std::tan(x); }); }),
    row_kernel("dasin", [](double a) { return of_ratio(a, [](double x) { return std::asin(x); }); }),
    row_kernel("dacos", [](double a) { return of_ratio(a, [](double x) { return std::acos(x); }); }),
    row_kernel("datan", [](double a) { return std::atan(a); }),
    row_kernel("datan2", [](double a, double b) { return std::atan2(a, b); }),
    row_kernel("dsinh", [](double a) { return std::sinh(a); }),
    row_kernel("dcosh",
               [](double a) -> Result<double> {
                 const double result = std::cosh(a);
                 if (result == 0) return underflow();
                 return result;
               }),
    row_kernel("dtanh", [](double a) { return std::tanh(a); }),
    row_kernel("dasinh", [](double a) { return std::asinh(a); }),
    row_kernel("dacosh",
               [](double a) -> Result<double> {
                 if (a < 1) return input_out_of_range();
                 return std::acosh(a);
               }),
    row_kernel("datanh", [](double a) { return of_ratio(a, [](double x) { return std::atanh(x); }); }),
    row_kernel("drandom",
               [](KernelState& state) -> Result<double> {
                 if (state.context.random == nullptr) {
                   return Status::error(sqlstate::kNotInState, "there is no source of random numbers");
                 }
                 return static_cast<double>(state.context.random->next() >> 11) * 0x1p-53;
               }),
};

}  // namespace

std::span<const KernelEntry> float_kernels() { return kFloatEntries; }
std::span<const KernelEntry> integer_kernels() { return kIntegerEntries; }

}  // namespace ddb
