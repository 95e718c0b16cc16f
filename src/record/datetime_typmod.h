// datetime_typmod: values fitted to their type's modifier. Keeps: rounding is half away from zero.
#pragma once

#include <cstdint>

#include "base/status.h"
#include "record/datetime_types.h"

namespace ddb {

// µs rounded to `typmod` digits of seconds (0…6; below 0: not at all). As in PostgreSQL a timestamp may be rounded up
// to 294277-01-01 00:00:00, the first instant out of range.
int64_t round_to_typmod(int64_t micros, int32_t typmod);

inline TimeOfDay apply_typmod(TimeOfDay time, int32_t typmod) {
  return {round_to_typmod(time.micros, typmod)};
}
inline Timestamp apply_typmod(Timestamp value, int32_t typmod) {
  return value.is_finite() ? Timestamp{round_to_typmod(value.micros, typmod)} : value;
}
inline Timestamptz apply_typmod(Timestamptz value, int32_t typmod) {
  return value.is_finite() ? Timestamptz{round_to_typmod(value.micros, typmod)} : value;
}

// Drops the fields that the modifier does not have, then rounds. Errors: 22008 when the rounded value does not fit
// (PostgreSQL 15 wraps around).
Result<Interval> apply_typmod(const Interval& interval, int32_t typmod);

}  // namespace ddb
