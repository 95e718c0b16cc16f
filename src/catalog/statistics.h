// statistics: what is known of a table's rows and of the values in each column. Keeps: everything is bounded (the constants
// below) and check_statistics() holds for whatever was built or decoded.
//
// A value is kept as its ascending key (record/key_column.h), so that values of every type compare by memcmp. A key of
// more than kStatisticsKeyBytesMax bytes is cut: its first bytes and a hash of the whole stay. A cut value is thus no
// wrong bound, but an unsharp one: all that begins with its bytes compares as equal to it (compare_to), and whether a
// value is the very one is answered by the hash (is_value).
//
// Plain structs: for one thread, or for many that only read. What allocates throws std::bad_alloc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "record/sql_type.h"
#include "record/value.h"

namespace ddb {

inline constexpr uint32_t kStatisticsKeyBytesMax = 256;  // of a kept value
inline constexpr uint32_t kFrequentValuesMax = 100;      // of a column
inline constexpr uint32_t kHistogramBoundsMax = 101;     // of a column: 100 parts
// Of a table's encoded statistics; columns that would pass it keep no lists of values.
inline constexpr uint64_t kStatisticsBytesMax = uint64_t{16} << 20;

struct StatisticsValue {
  std::string key;         // at least a marker and a byte; if cut, exactly kStatisticsKeyBytesMax bytes
  bool is_prefix = false;  // the key was cut
  uint64_t hash = 0;       // of the whole key where it was cut, else 0

  friend bool operator==(const StatisticsValue&, const StatisticsValue&) = default;
};

// Of any key. Stored: it never changes.
uint64_t statistics_hash(std::string_view key);
// `key`: the whole ascending key of a value that is not NULL.
StatisticsValue make_statistics_value(std::string_view key);
// −1, 0 or 1 as `value` lies below, at or above the value with this whole key; 0 also for every key that begins with a cut one.
int compare_to(const StatisticsValue& value, std::string_view key);
// Whether it is the value with this key (for cut ones: but for 2^−64).
bool is_value(const StatisticsValue& value, std::string_view key);
// An equal value of the type; text and bytea that were cut as far as they are known, text at a character's end; nothing for other
// types that were cut. XX001 for bytes that are no value of the type.
Result<std::optional<Value>> decode_statistics_value(const SqlType& type, const StatisticsValue& value);

struct FrequentValue {
  StatisticsValue value;
  double frequency = 0;  // of all rows, NULLs included; in (0, 1]

  friend bool operator==(const FrequentValue&, const FrequentValue&) = default;
};

// Fractions are of all rows of the table. Of the values only those that were read are in min, max and the lists: long values are
// read up to a bound (SampleOptions), the rest is `unread_fraction`.
struct ColumnStatistics {
  uint16_t column_id = 0;
  SqlType type;              // the column's then; if it is another now, these statistics say nothing
  double null_fraction = 0;  // 0…1
  double unread_fraction = 0;
  double average_width = 0;  // bytes of a value that is not NULL; of long ones before compression
  // Different values: the number if positive; if negative, a fraction of the rows (−1: all different), as it grows with the
  // table; 0: not known (no values).
  double distinct = 0;
  // Between the order of row ids and of values, −1…1; nothing with fewer than two values or if all are equal.
  std::optional<double> correlation;
  std::optional<StatisticsValue> min, max;  // of the sample; nothing if all is NULL or unread
  bool bounds_exact = false;                // every value was read: min and max are the table's
  std::vector<FrequentValue> frequent;      // most frequent first
  // Ascending: as many rows between any two neighbours, frequent values, NULLs and unread ones not counted. Empty or at least two. A
  // value that fills more than a part without being kept as frequent is more than one bound.
  std::vector<StatisticsValue> histogram;

  friend bool operator==(const ColumnStatistics&, const ColumnStatistics&) = default;
};

struct TableStatistics {
  uint64_t rows = 0;     // as of the last write of these statistics
  uint64_t changes = 0;  // rows inserted, updated and deleted since the analysis, as of then
  // The rest is of the last analysis; zeros and no columns if there was none.
  bool analyzed = false;
  uint64_t rows_analyzed = 0;  // rows of the table then
  uint64_t rows_sampled = 0;
  uint64_t leaves = 0;  // pages of the table tree
  uint64_t inner_pages = 0;
  bool is_complete = false;               // all rows were read: numbers of rows are exact
  std::vector<ColumnStatistics> columns;  // column ids ascend

  const ColumnStatistics* find(uint16_t column_id) const;

  friend bool operator==(const TableStatistics&, const TableStatistics&) = default;
};

// How many different values a table of `rows` rows has; at least 1 if any is known, at most its values; 0: not known.
double distinct_values(const ColumnStatistics& column, double rows);

// Shows the bounds, orders and ranges that the comments above state, and that every value is one of its column's type. XX001.
Status check_statistics(const TableStatistics& statistics);

}  // namespace ddb
