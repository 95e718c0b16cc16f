// time_zone: built-in zones, and wall clocks near a change of offset.
#include "record/time_zone.h"

#include <algorithm>

#include "record/datetime_context.h"

namespace ddb {

ZoneOffset TimeZone::at_local(int64_t local_seconds) const {
  const ZoneOffset before = at_instant(local_seconds - kSecondsPerDay);
  const ZoneOffset after = at_instant(local_seconds + kSecondsPerDay);
  if (before.seconds_east == after.seconds_east) return after;
  const auto is_in_force = [&](const ZoneOffset& offset) {
    return at_instant(local_seconds - offset.seconds_east).seconds_east == offset.seconds_east;
  };
  return is_in_force(after) ? after : before;
}

std::optional<ZoneOffset> TimeZone::at_abbreviation(std::string_view, int64_t) const { return std::nullopt; }

FixedZone::FixedZone(int32_t seconds_east, std::string_view abbreviation) noexcept
    : seconds_east_(seconds_east) {
  if (!abbreviation.empty()) {
    abbreviation_size_ = static_cast<uint8_t>(std::min<size_t>(abbreviation.size(), 10));
    std::copy_n(abbreviation.begin(), abbreviation_size_, abbreviation_.begin());
    return;
  }
  const int32_t seconds = seconds_east < 0 ? -seconds_east : seconds_east;
  size_t size = 0;
  const auto put = [&](char c) { abbreviation_[size++] = c; };
  const auto put_two = [&](int32_t value) {
    if (value >= 100) put(static_cast<char>('0' + value / 100));
    put(static_cast<char>('0' + value / 10 % 10));
    put(static_cast<char>('0' + value % 10));
  };
  put(seconds_east < 0 ? '-' : '+');
  put_two(seconds / 3600);
  if (seconds % 3600 != 0) {
    put(':');
    put_two(seconds / 60 % 60);
  }
  if (seconds % 60 != 0) {
    put(':');
    put_two(seconds % 60);
  }
  abbreviation_size_ = static_cast<uint8_t>(size);
}

const TimeZone& session_zone(const DateTimeContext& context) {
  static const FixedZone kUtc;
  return context.zone != nullptr ? *context.zone : kUtc;
}

}  // namespace ddb
