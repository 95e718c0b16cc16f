// datetime_context: what the meaning of date and time text depends on, handed in by the caller. Keeps: nothing in this
// layer reads a setting or a clock by itself.
#pragma once

#include <cstdint>

#include "record/datetime_types.h"
#include "record/time_zone.h"

namespace ddb {

// DateStyle: how dates and timestamps are printed, and how 1/2/03 is read.
enum class DateFormat : uint8_t { kIso, kSql, kPostgres, kGerman };
enum class DateOrder : uint8_t { kMdy, kDmy, kYmd };
enum class IntervalStyle : uint8_t { kPostgres, kPostgresVerbose, kSqlStandard, kIso8601 };

// Pointers are borrowed for the call only.
struct DateTimeContext {
  DateFormat format = DateFormat::kIso;
  DateOrder order = DateOrder::kMdy;
  IntervalStyle interval_style = IntervalStyle::kPostgres;
  const TimeZone* zone = nullptr;        // the session's; null: UTC
  const ZoneDirectory* zones = nullptr;  // named zones; null: only the built-in ones
  Timestamptz now;                       // what 'now' and 'today' mean: the transaction's start
};

const TimeZone& session_zone(const DateTimeContext& context);

}  // namespace ddb
