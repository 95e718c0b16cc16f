// row_kernel: turns a plain function over C++ values into a row kernel. row_kernel("symbol", [](int32_t a, int32_t b) {…})
// reads the arguments from the vectors and writes what the function returns.
//
//   argument    bool int16_t int32_t int64_t float double Uuid Interval Date TimeOfDay Timestamp Timestamptz,
//               Numeric (by value or reference), std::string_view (text of all types, bytea)
//   first       KernelState&: for functions that need memory, the clock or the zone
//   result      the same; Kept for text that lives as long as the batch; Result<T> of what can err (which is how the
//               kernel knows); std::optional<T>: nothing is NULL
#pragma once

#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "expr/kernel.h"
#include "record/vector_value.h"

namespace ddb {

// Text in memory that lives as long as the batch: of the arena, of an argument, or constant.
struct Kept {
  std::string_view text;
};

namespace row_kernel_parts {

template <typename T>
struct Input {
  static T read(const KernelCall& call, uint32_t i, uint32_t row, Status&) {
    return call.arg(i).value<T>(row);
  }
};
template <>
struct Input<bool> {
  static bool read(const KernelCall& call, uint32_t i, uint32_t row, Status&) {
    return call.arg(i).value<uint8_t>(row) != 0;
  }
};
template <>
struct Input<Date> {
  static Date read(const KernelCall& call, uint32_t i, uint32_t row, Status&) {
    return {call.arg(i).value<int32_t>(row)};
  }
};
template <typename T>
struct MicrosInput {
  static T read(const KernelCall& call, uint32_t i, uint32_t row, Status&) {
    return {call.arg(i).value<int64_t>(row)};
  }
};
template <>
struct Input<TimeOfDay> : MicrosInput<TimeOfDay> {};
template <>
struct Input<Timestamp> : MicrosInput<Timestamp> {};
template <>
struct Input<Timestamptz> : MicrosInput<Timestamptz> {};
template <>
struct Input<std::string_view> {
  static std::string_view read(const KernelCall& call, uint32_t i, uint32_t row, Status&) {
    return call.arg(i).value<StringView16>(row).view();
  }
};
template <>
struct Input<Numeric> {
  static Numeric read(const KernelCall& call, uint32_t i, uint32_t row, Status& status) {
    auto read = numeric_at(call.arg(i), call.argument_types[i], row);
    if (read.is_ok()) return std::move(*read);
    status = read.status();
    return {};
  }
};

template <typename T>
inline Status write(KernelCall& call, uint32_t row, const T& value) {
  call.result.set(row, value);
  return Status::ok();
}
inline Status write(KernelCall& call, uint32_t row, bool value) {
  call.result.set(row, static_cast<uint8_t>(value));
  return Status::ok();
}
inline Status write(KernelCall& call, uint32_t row, Date value) { return write(call, row, value.days); }
inline Status write(KernelCall& call, uint32_t row, TimeOfDay value) {
  return write(call, row, value.micros);
}
inline Status write(KernelCall& call, uint32_t row, Timestamp value) {
  return write(call, row, value.micros);
}
inline Status write(KernelCall& call, uint32_t row, Timestamptz value) {
  return write(call, row, value.micros);
}
inline Status write(KernelCall& call, uint32_t row, std::string_view text) {
  return call.result.set_string(row, text, call.state.heap);
}
inline Status write(KernelCall& call, uint32_t row, Kept kept) {
  call.result.set(row, StringView16(kept.text));
  return Status::ok();
}
Status write(KernelCall& call, uint32_t row, const Numeric& value);
template <typename T>
inline Status write(KernelCall& call, uint32_t row, const std::optional<T>& value) {
  if (value.has_value()) return write(call, row, *value);
  call.result.set_null(row);
  return Status::ok();
}
template <typename T>
inline Status write(KernelCall& call, uint32_t row, Result<T> result) {
  if (!result.is_ok()) return result.status();
  return write(call, row, *result);
}

template <typename T>
struct IsResult : std::false_type {};
template <typename T>
struct IsResult<Result<T>> : std::true_type {};

template <typename Call>
struct Signature;
template <typename F, typename R, typename... A>
struct Signature<R (F::*)(A...) const> {
  static constexpr bool kCanError = IsResult<R>::value;
  template <size_t... I>
  static Status apply(KernelCall& call, uint32_t row, std::index_sequence<I...>) {
    Status status;
    std::tuple<std::remove_cvref_t<A>...> inputs{
        Input<std::remove_cvref_t<A>>::read(call, I, row, status)...};
    if (!status.is_ok()) [[unlikely]]
      return status;
    return write(call, row, F{}(std::get<I>(inputs)...));
  }
  static Status run(KernelCall& call, uint32_t row) {
    return apply(call, row, std::index_sequence_for<A...>());
  }
};
template <typename F, typename R, typename... A>
struct Signature<R (F::*)(KernelState&, A...) const> {
  static constexpr bool kCanError = IsResult<R>::value;
  template <size_t... I>
  static Status apply(KernelCall& call, uint32_t row, std::index_sequence<I...>) {
    Status status;
    std::tuple<std::remove_cvref_t<A>...> inputs{
        Input<std::remove_cvref_t<A>>::read(call, I, row, status)...};
    if (!status.is_ok()) [[unlikely]]
      return status;
    return write(call, row, F{}(call.state, std::get<I>(inputs)...));
  }
  static Status run(KernelCall& call, uint32_t row) {
    return apply(call, row, std::index_sequence_for<A...>());
  }
};

}  // namespace row_kernel_parts

template <typename F>
constexpr KernelEntry row_kernel(const char* symbol, F) {
  using Parts = row_kernel_parts::Signature<decltype(&F::operator())>;
  return {symbol, &Parts::run, nullptr, Parts::kCanError, 0};
}

}  // namespace ddb
