// time_zone: offsets from UTC, both ways, as an interface. Keeps: no zone is read from the C library or a global; UTC
// and fixed offsets are built in, named zones come through a ZoneDirectory.
//
// Sign: seconds_east is positive east of Greenwich ("+02" = 7200). All instants and wall clocks here are whole seconds
// since 2000-01-01 00:00 (of UTC, and of the wall clock).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "record/datetime_types.h"

namespace ddb {

// abbreviation: view into the zone, lives as long as the zone.
struct ZoneOffset {
  int32_t seconds_east = 0;
  std::string_view abbreviation;
};

// Implementations are immutable: any thread may call at any time.
class TimeZone {
 public:
  virtual ~TimeZone() = default;
  virtual ZoneOffset at_instant(int64_t utc_seconds) const = 0;
  // A wall clock that a forward jump skips is read with the offset before the jump; one that occurs twice, with the
  // offset after it. As given here it asks at_instant() a day before and after: changes must lie two days apart.
  virtual ZoneOffset at_local(int64_t local_seconds) const;
  // The one offset of a zone that never changes it; absent for other zones.
  virtual std::optional<int32_t> fixed_offset() const { return std::nullopt; }
  // What `abbreviation` (upper case) means in this zone around an instant; absent: the zone never used it.
  virtual std::optional<ZoneOffset> at_abbreviation(std::string_view abbreviation, int64_t utc_seconds) const;
};

class FixedZone final : public TimeZone {
 public:
  FixedZone() noexcept : FixedZone(0, "UTC") {}
  // `abbreviation` is cut at 10 characters; empty: the offset itself, "+05:30". REQUIRES: |seconds_east| < 168 h.
  explicit FixedZone(int32_t seconds_east, std::string_view abbreviation = {}) noexcept;
  ZoneOffset at_instant(int64_t) const override { return offset(); }
  ZoneOffset at_local(int64_t) const override { return offset(); }
  std::optional<int32_t> fixed_offset() const override { return seconds_east_; }

 private:
  ZoneOffset offset() const { return {seconds_east_, {abbreviation_.data(), abbreviation_size_}}; }
  int32_t seconds_east_;
  uint8_t abbreviation_size_;
  std::array<char, 11> abbreviation_{};
};

// Zone names, matched without regard to ASCII case.
class ZoneDirectory {
 public:
  virtual ~ZoneDirectory() = default;
  // Null: no such zone. The zone lives as long as the directory.
  virtual const TimeZone* find(std::string_view name) const = 0;
};

// One of PostgreSQL's "Default" abbreviations: an offset, or the zone that tells what it means at a given time.
struct ZoneAbbreviation {
  std::string_view name;  // lower case
  std::string_view zone;  // empty: the offset counts
  int32_t seconds_east;
  bool is_dst;
};
// `lower`: lower case; only its first 10 characters count. Null: unknown.
const ZoneAbbreviation* find_zone_abbreviation(std::string_view lower);

}  // namespace ddb
