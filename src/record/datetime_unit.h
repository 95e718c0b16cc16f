// datetime_unit: the unit that extract(), date_part() and date_trunc() are asked for.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "record/datetime_tokens.h"

namespace ddb {

// A unit's name as the user wrote it, and the errors about it.
class UnitName {
 public:
  // with_date_words: also the words of dates ("doy", "julian", "epoch", …).
  UnitName(std::string_view name, bool with_date_words, std::string_view type_name);

  // kNone: not a unit at all.
  DateTimeUnit unit() const { return unit_; }
  Status not_supported() const;   // 0A000
  Status not_recognized() const;  // 22023
  // not_supported() of a unit and of a word like "now", not_recognized() of another word.
  Status refused() const { return is_unit_ || is_reserved_ ? not_supported() : not_recognized(); }
  // not_supported() of a unit only: what PostgreSQL says of times and intervals.
  Status refused_unless_unit() const { return is_unit_ ? not_supported() : not_recognized(); }

 private:
  std::string lower_;
  std::string_view type_name_;
  DateTimeUnit unit_ = DateTimeUnit::kNone;
  bool is_unit_ = false;
  bool is_reserved_ = false;
};

}  // namespace ddb
