// text_error: the two answers of PostgreSQL's input functions to text that is no value of the type.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"

namespace ddb {

// 22P02 invalid input syntax for type integer: "abc"
inline Status invalid_input_syntax(std::string_view type, std::string_view text) {
  return Status::error(sqlstate::kInvalidText, "invalid input syntax for type " + std::string(type) + ": \"" +
                                                   std::string(text) + "\"");
}

// 22003 value "99999999999" is out of range for type integer
inline Status integer_text_out_of_range(std::string_view type, std::string_view text) {
  return Status::error(sqlstate::kNumericOutOfRange,
                       "value \"" + std::string(text) + "\" is out of range for type " + std::string(type));
}

// 22003 "1e400" is out of range for type double precision
inline Status float_text_out_of_range(std::string_view type, std::string_view text) {
  return Status::error(sqlstate::kNumericOutOfRange,
                       "\"" + std::string(text) + "\" is out of range for type " + std::string(type));
}

}  // namespace ddb
