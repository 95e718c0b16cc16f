// time_zone_search: a zone for a name that a user wrote.
#pragma once

#include <optional>
#include <string_view>

#include "base/status.h"
#include "record/time_zone.h"
#include "record/time_zone_posix.h"

namespace ddb {

// A zone found by name: one of a directory, or one held here.
class FoundZone {
 public:
  explicit FoundZone(const TimeZone* known) noexcept : known_(known) {}
  explicit FoundZone(const FixedZone& fixed) noexcept : fixed_(fixed) {}
  explicit FoundZone(const PosixZone& rule) noexcept : rule_(rule) {}
  const TimeZone& zone() const {
    if (known_ != nullptr) return *known_;
    if (rule_.has_value()) return *rule_;
    return fixed_;
  }

 private:
  const TimeZone* known_ = nullptr;
  FixedZone fixed_;
  std::optional<PosixZone> rule_;
};

// A full zone name: the directory's (may be null), else UTC, GMT and their aliases, else a POSIX rule. Absent: unknown.
std::optional<FoundZone> find_zone(std::string_view name, const ZoneDirectory* directory);

// The zone of SET TIME ZONE and AT TIME ZONE 'name': an abbreviation, else a full name. Errors: 22023.
Result<FoundZone> zone_by_name(std::string_view name, const ZoneDirectory* directory);

}  // namespace ddb
