// arithmetic_kernels: + − * / of integers and floats, as loops that compute every row of a dense batch and look for
// errors afterwards: a flag says that some row may have overflowed, and only then are rows judged one by one. So what a
// NULL or an unselected row holds never raises.
#include <cmath>
#include <concepts>
#include <limits>

#include "expr/kernel.h"
#include "record/arithmetic_error.h"
#include "record/float_arithmetic.h"
#include "record/integer_arithmetic.h"

namespace ddb {
namespace {

template <typename T>
using Wide = std::conditional_t<sizeof(T) == 2, int32_t, int64_t>;

// fast(): the result and whether it is suspicious; check(): what PostgreSQL says of it.
struct Add {
  template <typename R>
  static bool fast(R a, R b, R& out) {
    if constexpr (std::floating_point<R>) {
      out = a + b;
      return std::isinf(out);
    } else if constexpr (sizeof(R) == 8) {
      out = static_cast<R>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
      return ((a ^ out) & (b ^ out)) < 0;
    } else {
      const Wide<R> wide = static_cast<Wide<R>>(a) + b;
      out = static_cast<R>(wide);
      return out != wide;
    }
  }
  template <typename R>
  static ArithmeticError check(R a, R b, R& out) {
    return checked_add(a, b, out);
  }
};
struct Subtract {
  template <typename R>
  static bool fast(R a, R b, R& out) {
    if constexpr (std::floating_point<R>) {
      out = a - b;
      return std::isinf(out);
    } else if constexpr (sizeof(R) == 8) {
      out = static_cast<R>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
      return ((a ^ b) & (a ^ out)) < 0;
    } else {
      const Wide<R> wide = static_cast<Wide<R>>(a) - b;
      out = static_cast<R>(wide);
      return out != wide;
    }
  }
  template <typename R>
  static ArithmeticError check(R a, R b, R& out) {
    return checked_subtract(a, b, out);
  }
};
struct Multiply {
  template <typename R>
  static bool fast(R a, R b, R& out) {
    if constexpr (std::floating_point<R>) {
      out = a * b;
      return static_cast<bool>(
          static_cast<int>(std::isinf(out)) |
          (static_cast<int>(out == 0) & static_cast<int>(a != 0) & static_cast<int>(b != 0)));
    } else if constexpr (sizeof(R) == 8) {
      return __builtin_mul_overflow(a, b, &out);
    } else {
      const Wide<R> wide = static_cast<Wide<R>>(a) * b;
      out = static_cast<R>(wide);
      return out != wide;
    }
  }
  template <typename R>
  static ArithmeticError check(R a, R b, R& out) {
    return checked_multiply(a, b, out);
  }
};
struct Divide {
  template <std::floating_point R>
  static bool fast(R a, R b, R& out) {
    out = a / b;
    return static_cast<bool>(static_cast<int>(b == 0) | static_cast<int>(std::isinf(out)) |
                             (static_cast<int>(out == 0) & static_cast<int>(a != 0)));
  }
  template <typename R>
  static ArithmeticError check(R a, R b, R& out) {
    return checked_divide(a, b, out);
  }
};
struct Modulo {
  template <typename R>
  static ArithmeticError check(R a, R b, R& out) {
    return checked_modulo(a, b, out);
  }
};

template <typename T>
const T* data_of(const Vector& vector) {
  return static_cast<const T*>(vector.raw_data());
}

// One row after the other, until one fails.
template <typename Op, typename A, typename B, typename R>
void judge_rows(KernelCall& call, const Selection& rows, R* out) {
  const A* a = data_of<A>(call.arg(0));
  const B* b = data_of<B>(call.arg(1));
  for (uint32_t i = 0; i < rows.count(); ++i) {
    const uint32_t row = rows[i];
    if (call.result.is_null(row)) continue;
    const ArithmeticError error =
        Op::check(static_cast<R>(a[call.arg(0).row(row)]), static_cast<R>(b[call.arg(1).row(row)]), out[row]);
    if (error != ArithmeticError::kNone) [[unlikely]] {
      call.fail(row, arithmetic_status(error, call.result_type.id));
      return;
    }
  }
}

template <typename Op, typename A, typename B, typename R>
void checked_kernel(KernelCall& call, const Selection& rows) {
  if (combine_nulls(call, rows)) return;
  judge_rows<Op, A, B, R>(call, rows, call.result.mutable_data<R>());
}

template <typename Op, typename A, typename B, typename R>
void fast_kernel(KernelCall& call, const Selection& rows) {
  if (combine_nulls(call, rows)) return;
  R* out = call.result.mutable_data<R>();
  const bool no_column = call.arg(0).is_constant() && call.arg(1).is_constant();
  if (!rows.is_dense() || no_column) return judge_rows<Op, A, B, R>(call, rows, out);
  const A* a = data_of<A>(call.arg(0));
  const B* b = data_of<B>(call.arg(1));
  const uint32_t count = rows.count();
  int suspicious = 0;
  if (call.arg(1).is_constant()) {
    const auto constant = static_cast<R>(b[0]);
    for (uint32_t i = 0; i < count; ++i) suspicious |= Op::fast(static_cast<R>(a[i]), constant, out[i]);
  } else if (call.arg(0).is_constant()) {
    const auto constant = static_cast<R>(a[0]);
    for (uint32_t i = 0; i < count; ++i) suspicious |= Op::fast(constant, static_cast<R>(b[i]), out[i]);
  } else {
    for (uint32_t i = 0; i < count; ++i) {
      suspicious |= Op::fast(static_cast<R>(a[i]), static_cast<R>(b[i]), out[i]);
    }
  }
  if (suspicious != 0) [[unlikely]]
    judge_rows<Op, A, B, R>(call, rows, out);
}

template <typename Op, typename A, typename B, typename R>
constexpr KernelEntry fast(const char* symbol) {
  return {symbol, nullptr, &fast_kernel<Op, A, B, R>, true, 0};
}
template <typename Op, typename A, typename B, typename R>
constexpr KernelEntry checked(const char* symbol) {
  return {symbol, nullptr, &checked_kernel<Op, A, B, R>, true, 0};
}

#define DDB_FOUR_INTEGER(prefix, A, B, R)                                \
  fast<Add, A, B, R>(prefix "pl"), fast<Subtract, A, B, R>(prefix "mi"), \
      fast<Multiply, A, B, R>(prefix "mul"), checked<Divide, A, B, R>(prefix "div")
#define DDB_FOUR_FLOAT(prefix, A, B, R)                                  \
  fast<Add, A, B, R>(prefix "pl"), fast<Subtract, A, B, R>(prefix "mi"), \
      fast<Multiply, A, B, R>(prefix "mul"), fast<Divide, A, B, R>(prefix "div")

constexpr KernelEntry kEntries[] = {
    DDB_FOUR_INTEGER("int2", int16_t, int16_t, int16_t),
    DDB_FOUR_INTEGER("int4", int32_t, int32_t, int32_t),
    DDB_FOUR_INTEGER("int8", int64_t, int64_t, int64_t),
    DDB_FOUR_INTEGER("int24", int16_t, int32_t, int32_t),
    DDB_FOUR_INTEGER("int42", int32_t, int16_t, int32_t),
    DDB_FOUR_INTEGER("int28", int16_t, int64_t, int64_t),
    DDB_FOUR_INTEGER("int82", int64_t, int16_t, int64_t),
    DDB_FOUR_INTEGER("int48", int32_t, int64_t, int64_t),
    DDB_FOUR_INTEGER("int84", int64_t, int32_t, int64_t),
    checked<Modulo, int16_t, int16_t, int16_t>("int2mod"),
    checked<Modulo, int32_t, int32_t, int32_t>("int4mod"),
    checked<Modulo, int64_t, int64_t, int64_t>("int8mod"),
    DDB_FOUR_FLOAT("float4", float, float, float),
    DDB_FOUR_FLOAT("float8", double, double, double),
    DDB_FOUR_FLOAT("float48", float, double, double),
    DDB_FOUR_FLOAT("float84", double, float, double),
};

}  // namespace

std::span<const KernelEntry> arithmetic_kernels() { return kEntries; }

}  // namespace ddb
