// interval_decode: interval text, in the verbose, PostgreSQL's, the SQL standard's and ISO 8601's forms, to a value.
// Keeps: no field ever wraps around; what does not fit is a fault.
#pragma once

#include <string_view>

#include "record/datetime_context.h"
#include "record/datetime_decode.h"
#include "record/datetime_tokens.h"
#include "record/datetime_types.h"

namespace ddb {

// Years are kept apart from months until all fields are read: their sum may fit though a part of it would not.
class IntervalSum {
 public:
  // Each adds (whole + fraction) of its unit; fraction has the sign of whole, |fraction| < 1. False: overflow.
  [[nodiscard]] bool add_micros(int64_t whole, double fraction, int64_t scale);
  [[nodiscard]] bool add_days(int64_t whole, double fraction, int scale);
  [[nodiscard]] bool add_months(int64_t whole, double fraction);
  [[nodiscard]] bool add_years(int64_t whole, double fraction, int scale);
  [[nodiscard]] bool negate();
  void set_micros(int64_t micros) { micros_ = micros; }
  int64_t micros() const { return micros_; }
  // False: the months do not fit.
  [[nodiscard]] bool to_interval(Interval& interval) const;

 private:
  [[nodiscard]] bool add_fraction_of_days(double fraction, int scale);
  [[nodiscard]] bool add_fraction_of_micros(double fraction, int64_t scale);

  int32_t years_ = 0;
  int32_t months_ = 0;
  int32_t days_ = 0;
  int64_t micros_ = 0;
};

// range: the field mask of the type's modifier, kIntervalFullRange without one.
[[nodiscard]] DateTimeFault decode_interval(const FieldList& fields, int range, IntervalStyle style,
                                            IntervalSum& sum);
// "P1Y2M3DT4H5M6S" and "P0001-02-03T04:05:06".
[[nodiscard]] DateTimeFault decode_iso8601_interval(std::string_view text, IntervalSum& sum);

}  // namespace ddb
