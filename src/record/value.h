// value: one SQL value or NULL, of any type, apart from vectors: for literals, parameters and tests. Hot paths use
// vectors. Keeps: the payload's alternative is that of the type (table below).
//
//   boolean bool · smallint int16_t · integer, date int32_t · bigint, time, timestamp, timestamptz int64_t · real float
//   double precision double · numeric Numeric · text, varchar, char, bytea std::string · uuid Uuid · interval Interval
//
// All of this throws std::bad_alloc and nothing else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/status.h"
#include "record/datetime_context.h"
#include "record/datetime_types.h"
#include "record/numeric.h"
#include "record/sql_type.h"
#include "record/uuid.h"

namespace ddb {

struct Null {
  friend bool operator==(const Null&, const Null&) = default;
};

struct Value {
  using Payload = std::variant<Null, bool, int16_t, int32_t, int64_t, float, double, Numeric, std::string,
                               Uuid, Interval>;

  SqlType type;
  Payload payload;

  bool is_null() const { return std::holds_alternative<Null>(payload); }
  // REQUIRES: T is the alternative of the type and this is not NULL.
  template <typename T>
  const T& get() const {
    return *std::get_if<T>(&payload);
  }
};

// −1, 0 or 1 as PostgreSQL's comparison of the type, text by its bytes (collation C). REQUIRES: neither is NULL, and
// both have the same type id.
int compare_values(const Value& a, const Value& b);

// The same bits: also equal display scale, sign of zero, padding, and fields of an interval. NaNs are identical.
bool identical_values(const Value& a, const Value& b);

// Where equal values of a column may differ in bits, so that an index must store the value beside its key, or cannot
// cover: real, double precision, interval, and numeric and char without a modifier.
bool equal_may_differ(const SqlType& type);

// Text as the type's input function reads it, with the modifier of the type. That function's errors; 22021 for text
// that is not UTF-8. `context`: zone, styles and the meaning of 'now' of date and time types.
Result<Value> parse_value(const SqlType& type, std::string_view text, const DateTimeContext& context = {});

// As a query returns it; nothing for NULL.
Status append_value_text(const Value& value, std::string& out, const DateTimeContext& context = {});

}  // namespace ddb
