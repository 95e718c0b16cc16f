// datetime_typmod: rounding to digits of seconds, and an interval's fields.
#include "record/datetime_typmod.h"

#include <limits>

#include "record/interval_typmod.h"

namespace ddb {
namespace {

__int128 round_wide(__int128 micros, int digits) {
  if (digits < 0 || digits >= 6) return micros;
  int64_t scale = 1;
  for (int i = digits; i < 6; ++i) scale *= 10;
  const __int128 half = scale / 2;
  return micros >= 0 ? (micros + half) / scale * scale : -((-micros + half) / scale * scale);
}

}  // namespace

int64_t round_to_typmod(int64_t micros, int32_t typmod) {
  return static_cast<int64_t>(round_wide(micros, typmod));
}

Result<Interval> apply_typmod(const Interval& interval, int32_t typmod) {
  if (typmod < 0) return interval;
  const int range = interval_range(typmod);
  Interval result = interval;
  if (range != kIntervalFullRange) {
    if ((range & kIntervalSecond) != 0) {
    } else if ((range & kIntervalMinute) != 0) {
      result.micros -= result.micros % kMicrosPerMinute;
    } else if ((range & kIntervalHour) != 0) {
      result.micros -= result.micros % kMicrosPerHour;
    } else {
      result.micros = 0;
      if ((range & kIntervalDay) == 0) result.days = 0;
      if (range == kIntervalYear) result.months -= result.months % kMonthsPerYear;
    }
  }
  const int digits = interval_precision(typmod);
  const __int128 rounded = round_wide(result.micros, digits == kIntervalFullPrecision ? -1 : digits);
  if (rounded != static_cast<int64_t>(rounded)) {
    return Status::error(sqlstate::kDatetimeOverflow, "interval out of range");
  }
  result.micros = static_cast<int64_t>(rounded);
  return result;
}

}  // namespace ddb
