// datetime_trunc: date_trunc() and date_bin(). Infinities stay, whatever the unit.
//
// unit: any case; microsecond(s) … millennium and their abbreviations. Errors: 0A000, 22023 as datetime_part.h; 22008
// when the beginning of the unit is out of range.
#pragma once

#include <string_view>

#include "base/status.h"
#include "record/datetime_types.h"
#include "record/time_zone.h"

namespace ddb {

Result<Timestamp> date_trunc(std::string_view unit, Timestamp timestamp);
// On the zone's wall clock: a day begins at its midnight.
Result<Timestamptz> date_trunc(std::string_view unit, Timestamptz timestamp, const TimeZone& zone);
// Weeks are refused: months are not made of them.
Result<Interval> date_trunc(std::string_view unit, const Interval& interval);

// date_bin(): the beginning of the stride in which a timestamp lies, strides counted from origin both ways. Errors:
// 0A000 strides with months; 22008 strides that are not positive, an infinite origin, results out of range.
Result<Timestamp> date_bin(const Interval& stride, Timestamp timestamp, Timestamp origin);
Result<Timestamptz> date_bin(const Interval& stride, Timestamptz timestamp, Timestamptz origin);

}  // namespace ddb
