// datetime_field_decoder: what one field of a text says about date and time, given what was said before it.
#pragma once

#include <cstdint>
#include <string_view>

#include "record/datetime_decode.h"

namespace ddb {

// The clock fields of a kTime field, not yet range-checked in hours (intervals have more than 24).
struct ClockFields {
  int64_t hour = 0;
  int32_t minute = 0;
  int32_t second = 0;
  int64_t micros = 0;
};
// two_fields_are_minutes: "12:34" is 12 minutes 34 seconds, as in INTERVAL MINUTE TO SECOND.
[[nodiscard]] DateTimeFault decode_clock(std::string_view text, bool two_fields_are_minutes,
                                         ClockFields& clock);

class FieldDecoder {
 public:
  explicit FieldDecoder(DateOrder order) : order_(order) {}

  // All set `found` to what the field has set. seen: what earlier fields have set.
  [[nodiscard]] DateTimeFault date(std::string_view text, FieldMask seen, FieldMask& found);
  [[nodiscard]] DateTimeFault time(std::string_view text, FieldMask& found);
  [[nodiscard]] DateTimeFault number(std::string_view text, bool have_text_month, FieldMask seen,
                                     FieldMask& found);
  // Digits run together: yyyymmdd, hhmmss, hhmm, with a fraction of seconds.
  [[nodiscard]] DateTimeFault run_together(std::string_view text, FieldMask seen, FieldMask& found);

  // After the last field: two-digit years, BC, days of the year, lengths of months.
  [[nodiscard]] DateTimeFault finish_date(FieldMask seen, bool is_julian, bool is_bc);

  DateTimeParts parts;

 private:
  // Takes `value` as the day, month or year that seen asks for.
  [[nodiscard]] DateTimeFault place_number(int32_t value, size_t digits, bool have_text_month, FieldMask seen,
                                           FieldMask& found);

  DateOrder order_;
  bool two_digit_year_ = false;
  int day_of_year_ = 0;
};

}  // namespace ddb
