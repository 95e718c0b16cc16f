// time_zone: built-in zones and the search for a zone by its name.
#include "record/time_zone.h"

#include <algorithm>
#include <string>

#include "record/datetime_context.h"

namespace ddb {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr char to_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return to_lower(x) == to_lower(y); });
}

// Up to three digits at the front of `text`; −1 when there is none or the number exceeds `max`.
int take_number(std::string_view& text, int max) {
  size_t used = 0;
  int value = 0;
  while (used < text.size() && used < 4 && is_digit(text[used])) value = value * 10 + (text[used++] - '0');
  text.remove_prefix(used);
  return used == 0 || used == 4 || value > max ? -1 : value;
}

// POSIX TZ without a daylight rule: name, sign, hours[:minutes[:seconds]]; positive is west. The name ends before a
// digit, sign or comma, or stands between < and >.
std::optional<FixedZone> posix_zone(std::string_view name) {
  std::string_view zone_name;
  std::string_view rest;
  if (!name.empty() && name[0] == '<') {
    const size_t close = name.find('>');
    if (close == std::string_view::npos) return std::nullopt;
    zone_name = name.substr(1, close - 1);
    rest = name.substr(close + 1);
  } else {
    const size_t size = std::min(name.find_first_of("0123456789,-+"), name.size());
    zone_name = name.substr(0, size);
    rest = name.substr(size);
  }
  if (zone_name.empty() || rest.empty()) return std::nullopt;
  const bool east = rest[0] == '-';
  if (rest[0] == '-' || rest[0] == '+') rest.remove_prefix(1);
  int fields[3] = {0, 0, 0};
  constexpr int kMax[3] = {167, 59, 60};
  for (int i = 0; i < 3; ++i) {
    fields[i] = take_number(rest, kMax[i]);
    if (fields[i] < 0) return std::nullopt;
    if (rest.empty() || rest[0] != ':' || i == 2) break;
    rest.remove_prefix(1);
  }
  if (!rest.empty()) return std::nullopt;
  const int seconds = fields[0] * 3600 + fields[1] * 60 + fields[2];
  char upper[10];
  const size_t kept = std::min(zone_name.size(), sizeof(upper));
  std::transform(zone_name.begin(), zone_name.begin() + static_cast<ptrdiff_t>(kept), upper, to_upper);
  return FixedZone(east ? seconds : -seconds, {upper, kept});
}

}  // namespace

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

std::optional<FoundZone> find_zone(std::string_view name, const ZoneDirectory* directory) {
  if (directory != nullptr) {
    if (const TimeZone* known = directory->find(name); known != nullptr) return FoundZone(known);
  }
  for (const std::string_view utc :
       {"UTC", "UCT", "Zulu", "Universal", "Etc/UTC", "Etc/UCT", "Etc/Zulu", "Etc/Universal"}) {
    if (equals_ignoring_case(name, utc)) return FoundZone(FixedZone(0, "UTC"));
  }
  for (const std::string_view gmt :
       {"GMT", "GMT0", "GMT+0", "GMT-0", "Greenwich", "Etc/GMT", "Etc/GMT0", "Etc/Greenwich"}) {
    if (equals_ignoring_case(name, gmt)) return FoundZone(FixedZone(0, "GMT"));
  }
  if (const auto posix = posix_zone(name); posix.has_value()) return FoundZone(*posix);
  return std::nullopt;
}

Result<FoundZone> zone_by_name(std::string_view name, const ZoneDirectory* directory) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), to_lower);
  std::string_view full_name = name;
  if (const ZoneAbbreviation* abbreviation = find_zone_abbreviation(lower); abbreviation != nullptr) {
    if (abbreviation->zone.empty()) {
      std::transform(lower.begin(), lower.end(), lower.begin(), to_upper);
      return FoundZone(FixedZone(abbreviation->seconds_east, lower));
    }
    full_name = abbreviation->zone;
  }
  if (auto found = find_zone(full_name, directory); found.has_value()) return *found;
  return Status::error(sqlstate::kInvalidParameter,
                       "time zone \"" + std::string(full_name) + "\" not recognized");
}

const TimeZone& session_zone(const DateTimeContext& context) {
  static const FixedZone kUtc;
  return context.zone != nullptr ? *context.zone : kUtc;
}

}  // namespace ddb
