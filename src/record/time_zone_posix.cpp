// time_zone_posix: reading the rule, and the offset it gives.
#include "record/time_zone_posix.h"

#include <algorithm>
#include <limits>

#include "record/date_calendar.h"
#include "record/datetime_tokens.h"

namespace ddb {

class PosixZone::Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  bool run(PosixZone& zone) {
    std::string_view name;
    int32_t west = 0;
    if (!take_name(name) || !take_signed_time(west)) return false;
    zone.standard_.set_name(name);
    zone.standard_.seconds_east = -west;
    if (rest_.empty()) return true;
    zone.has_daylight_ = true;
    if (!take_name(name)) return false;
    zone.daylight_.set_name(name);
    west -= 3600;
    if (!rest_.empty() && rest_[0] != ',' && !take_signed_time(west)) return false;
    zone.daylight_.seconds_east = -west;
    if (rest_.empty()) rest_ = ",M3.2.0,M11.1.0";
    return take(',') && take_change(zone.to_daylight_) && take(',') && take_change(zone.to_standard_) &&
           rest_.empty();
  }

 private:
  bool take(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool take_name(std::string_view& name) {
    if (take('<')) {
      const size_t size = rest_.find('>');
      if (size == std::string_view::npos) return false;
      name = rest_.substr(0, size);
      rest_.remove_prefix(size + 1);
    } else {
      const size_t size = std::min(rest_.find_first_of("0123456789,-+"), rest_.size());
      name = rest_.substr(0, size);
      rest_.remove_prefix(size);
    }
    return !name.empty();
  }

  bool take_number(int least, int greatest, int& value) {
    if (rest_.empty() || !is_ascii_digit(rest_[0])) return false;
    value = 0;
    for (; !rest_.empty() && is_ascii_digit(rest_[0]); rest_.remove_prefix(1)) {
      value = value * 10 + (rest_[0] - '0');
      if (value > greatest) return false;
    }
    return value >= least;
  }

  // [+-]hh[:mm[:ss]]
  bool take_signed_time(int32_t& seconds) {
    const bool negative = take('-');
    if (!negative) (void)take('+');
    int hours = 0, minutes = 0, rest = 0;
    if (!take_number(0, 167, hours)) return false;
    if (take(':')) {
      if (!take_number(0, 59, minutes) || (take(':') && !take_number(0, 60, rest))) return false;
    }
    seconds = (hours * 60 + minutes) * 60 + rest;
    if (negative) seconds = -seconds;
    return true;
  }

  bool take_change(Change& change) {
    if (take('J')) {
      change.kind = DayKind::kJulian;
      if (!take_number(1, 365, change.day)) return false;
    } else if (take('M')) {
      change.kind = DayKind::kWeekday;
      if (!take_number(1, 12, change.month) || !take('.') || !take_number(1, 5, change.week) || !take('.') ||
          !take_number(0, 6, change.day)) {
        return false;
      }
    } else {
      change.kind = DayKind::kDayOfYear;
      if (!take_number(0, 365, change.day)) return false;
    }
    return !take('/') || take_signed_time(change.seconds);
  }

  std::string_view rest_;
};

std::optional<PosixZone> PosixZone::parse(std::string_view rule) {
  PosixZone zone;
  if (!Parser(rule).run(zone)) return std::nullopt;
  return zone;
}

void PosixZone::Season::set_name(std::string_view text) {
  name_size = 0;
  for (const char c : text) {
    if (name_size == name.size()) break;
    name[name_size++] = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
}

int64_t PosixZone::Change::local_seconds(int64_t year) const {
  int64_t days = 0;
  switch (kind) {
    case DayKind::kDayOfYear:
      days = days_from_civil(year, 1, 1) + day;
      break;
    case DayKind::kJulian:
      days = days_from_civil(year, 1, day) + (is_leap_year(year) && day >= 60);
      break;
    case DayKind::kWeekday: {
      const int64_t first = days_from_civil(year, month, 1);
      const int to_weekday = (day - weekday_of(first) + 7) % 7;
      days = first + to_weekday + (week - 1) * 7;
      if (days >= first + days_in_month(year, month)) days -= 7;
      break;
    }
  }
  return days * kSecondsPerDay + seconds;
}

ZoneOffset PosixZone::at_instant(int64_t utc_seconds) const {
  if (!has_daylight_) return standard_.offset();
  // The last change at or before the instant; one of the neighbouring years may lie nearest.
  const int64_t year = civil_from_days(floor_div(utc_seconds, kSecondsPerDay)).year;
  int64_t latest = std::numeric_limits<int64_t>::min();
  bool is_daylight = false;
  const auto consider = [&](int64_t change, bool to_daylight) {
    if (change > utc_seconds || change < latest) return;
    latest = change;
    is_daylight = to_daylight;
  };
  for (int64_t y = year - 1; y <= year + 1; ++y) {
    const int64_t begin = to_daylight_.local_seconds(y) - standard_.seconds_east;
    const int64_t end = to_standard_.local_seconds(y) - daylight_.seconds_east;
    if (begin < end) {
      consider(begin, true);
      consider(end, false);
    } else {
      consider(end, false);
      consider(begin, true);
    }
  }
  return is_daylight ? daylight_.offset() : standard_.offset();
}

}  // namespace ddb
