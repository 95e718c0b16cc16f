// time_zone_search: abbreviations, directories, UTC, rules, in this order.
#include "record/time_zone_search.h"

#include <algorithm>
#include <string>

#include "record/datetime_tokens.h"

namespace ddb {
namespace {

constexpr char to_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return ascii_lower(x) == ascii_lower(y); });
}

}  // namespace

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
  if (const auto rule = PosixZone::parse(name); rule.has_value()) return FoundZone(*rule);
  return std::nullopt;
}

Result<FoundZone> zone_by_name(std::string_view name, const ZoneDirectory* directory) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), ascii_lower);
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

}  // namespace ddb
