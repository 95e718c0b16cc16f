// datetime_unit: a unit's name looked up.
#include "record/datetime_unit.h"

namespace ddb {

UnitName::UnitName(std::string_view name, bool with_date_words, std::string_view type_name)
    : lower_(name.substr(0, 63)), type_name_(type_name) {  // identifiers are cut at 63 bytes
  for (char& c : lower_) c = ascii_lower(c);
  Word word = find_unit_word(lower_);
  if (word.kind == WordKind::kUnknown && with_date_words) word = find_date_word(lower_);
  if (word.kind == WordKind::kUnit) {
    unit_ = static_cast<DateTimeUnit>(word.value);
    is_unit_ = true;
  } else if (word.kind == WordKind::kReserved) {
    is_reserved_ = true;
    if (static_cast<ReservedWord>(word.value) == ReservedWord::kEpoch) unit_ = DateTimeUnit::kEpoch;
  }
}

Status UnitName::not_supported() const {
  return Status::error(sqlstate::kFeatureNotSupported,
                       "unit \"" + lower_ + "\" not supported for type " + std::string(type_name_));
}

Status UnitName::not_recognized() const {
  return Status::error(sqlstate::kInvalidParameter,
                       "unit \"" + lower_ + "\" not recognized for type " + std::string(type_name_));
}

}  // namespace ddb
