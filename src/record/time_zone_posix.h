// time_zone_posix: a zone written as a rule, "EST5EDT,M3.2.0,M11.1.0", as POSIX's TZ and the last line of a TZif file
// have it. Keeps: the rule holds for all years, before and after.
//
// Grammar: name offset [name [offset] [,start[/time],end[/time]]]. A name ends before a digit, sign or comma, or stands
// between < and >. Offsets are positive west of Greenwich; the second is one hour less than the first unless given. A
// day is Jn (1…365, February 29th never counted), n (0…365) or Mm.w.d (weekday d of week w of month m, 5 = the last);
// time, 02:00 unless given, may be −167…167 hours. Without days the rule is the one of the USA since 2007.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "record/time_zone.h"

namespace ddb {

class PosixZone final : public TimeZone {
 public:
  // Absent: not such a rule. Names become upper case and are cut at 10 characters.
  static std::optional<PosixZone> parse(std::string_view rule);

  ZoneOffset at_instant(int64_t utc_seconds) const override;
  std::optional<int32_t> fixed_offset() const override {
    if (has_daylight_) return std::nullopt;
    return standard_.seconds_east;
  }

 private:
  enum class DayKind : uint8_t { kJulian, kDayOfYear, kWeekday };
  struct Change {
    DayKind kind = DayKind::kWeekday;
    int day = 0;  // of the year, or the weekday
    int week = 0;
    int month = 0;
    int32_t seconds = 2 * 3600;
    // Of the wall clock before the change, since 2000-01-01.
    int64_t local_seconds(int64_t year) const;
  };
  struct Season {
    int32_t seconds_east = 0;
    uint8_t name_size = 0;
    std::array<char, 10> name{};
    void set_name(std::string_view text);
    ZoneOffset offset() const { return {seconds_east, {name.data(), name_size}}; }
  };
  class Parser;

  Season standard_;
  Season daylight_;
  bool has_daylight_ = false;
  Change to_daylight_;
  Change to_standard_;
};

}  // namespace ddb
