// outcome: the text of a result, or its error as "22003: message (detail)", so that tables can hold either.
#pragma once

#include <functional>
#include <string>
#include <type_traits>

#include "base/status.h"
#include "record/arithmetic_error.h"
#include "record/float_text.h"
#include "record/integer_text.h"
#include "record/numeric.h"

namespace ddb {

struct OneOperand {
  const char* text;
  const char* outcome;
};

struct TwoOperands {
  const char* left;
  const char* right;
  const char* outcome;
};

inline std::string text_of(const std::string& value) { return value; }
inline std::string text_of(std::string_view value) { return std::string(value); }
inline std::string text_of(const Numeric& value) { return numeric_to_text(value); }
template <typename Number>
requires std::is_arithmetic_v<Number> std::string text_of(Number value) {
  std::string text;
  if constexpr (std::is_same_v<Number, double>) {
    append_double(value, text);
  } else if constexpr (std::is_same_v<Number, float>) {
    append_real(value, text);
  } else {
    append_integer(static_cast<int64_t>(value), text);
  }
  return text;
}

template <typename T>
std::string outcome(const Result<T>& result) {
  return result.is_ok() ? text_of(result.value()) : result.status().to_string();
}

template <typename T>
std::string outcome(ArithmeticError error, SqlTypeId type, T value) {
  const Status status = arithmetic_status(error, type);
  return status.is_ok() ? text_of(value) : status.to_string();
}

}  // namespace ddb
