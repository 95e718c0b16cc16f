// datetime_rows: what the table tests of dates and times share: values and errors as one line of text.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "record/datetime_text.h"

namespace ddb {

// "22008: message [detail] {hint}".
inline std::string error_row(const Status& status) {
  std::string row = std::string(status.sqlstate().view()) + ": " + std::string(status.message());
  if (!status.detail().empty()) row += " [" + std::string(status.detail()) + "]";
  if (!status.hint().empty()) row += " {" + std::string(status.hint()) + "}";
  return row;
}

inline std::string text_of(Date value, const DateTimeContext& context) {
  std::string text;
  format_date(value, context, text);
  return text;
}
inline std::string text_of(TimeOfDay value, const DateTimeContext&) {
  std::string text;
  format_time(value, text);
  return text;
}
inline std::string text_of(Timestamp value, const DateTimeContext& context) {
  std::string text;
  format_timestamp(value, context, text);
  return text;
}
inline std::string text_of(Timestamptz value, const DateTimeContext& context) {
  std::string text;
  format_timestamptz(value, context, text);
  return text;
}
inline std::string text_of(const Interval& value, const DateTimeContext& context) {
  std::string text;
  format_interval(value, context.interval_style, text);
  return text;
}

template <typename T>
std::string row_of(const Result<T>& result, const DateTimeContext& context = {}) {
  return result.is_ok() ? text_of(result.value(), context) : error_row(result.status());
}

// A value that the test's author wrote; a wrong one gives a value that no expectation has.
inline Timestamp timestamp(std::string_view text) {
  auto parsed = parse_timestamp(text, {});
  return parsed.is_ok() ? *parsed : Timestamp{-1};
}
inline Timestamptz timestamptz(std::string_view text) {
  auto parsed = parse_timestamptz(text, {});
  return parsed.is_ok() ? *parsed : Timestamptz{-1};
}
inline Date date(std::string_view text) {
  auto parsed = parse_date(text, {});
  return parsed.is_ok() ? *parsed : Date{-1};
}
inline TimeOfDay time_of_day(std::string_view text) {
  auto parsed = parse_time(text, {});
  return parsed.is_ok() ? *parsed : TimeOfDay{-1};
}
inline Interval interval(std::string_view text) {
  auto parsed = parse_interval(text, {});
  return parsed.is_ok() ? *parsed : Interval{-1, -1, -1};
}

}  // namespace ddb
