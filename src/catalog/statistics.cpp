// statistics: values cut to their bound, and the judge of a table's statistics.
#include "catalog/statistics.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/byte_order.h"
#include "base/seeded_random.h"
#include "btree/table_schema.h"
#include "record/key_column.h"
#include "record/key_decode.h"
#include "record/type_modifier.h"
#include "record/utf8.h"

namespace ddb {
namespace {

Status wrong(const char* what) {
  return Status::corruption(std::string("table statistics: ") + what).with_hint("Run ANALYZE on the table.");
}

Status wrong(const ColumnStatistics& column, const char* what) {
  return Status::corruption("table statistics, column id " + std::to_string(column.column_id) + ": " + what)
      .with_hint("Run ANALYZE on the table.");
}

bool is_fraction(double value) { return value >= 0 && value <= 1; }  // false for NaN

bool is_text(SqlTypeId type) {
  return type == SqlTypeId::kText || type == SqlTypeId::kVarchar || type == SqlTypeId::kChar;
}

// Without a character that the cut went through.
void drop_cut_character(std::string& text) {
  size_t end = text.size();
  for (size_t back = 1; back <= 4 && back <= text.size(); ++back) {
    const auto byte = static_cast<uint8_t>(text[text.size() - back]);
    if ((byte & 0xC0) == 0x80) continue;  // inside a character
    const size_t bytes = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    if (bytes > back) end = text.size() - back;
    break;
  }
  text.resize(end);
}

std::string cut_bytea(std::string_view key) {
  std::string bytes;
  for (size_t i = 0; i < key.size(); ++i) {
    bytes += key[i];
    if (key[i] == '\0') ++i;  // its escape
  }
  return bytes;
}

// A type with a modifier that it can have. Bytes from disk: a length of 2^31 must not become padding.
bool is_type(const SqlType& type) {
  if (type.id < SqlTypeId::kBoolean || type.id > SqlTypeId::kInterval) return false;
  if (type.typmod == kNoTypmod) return true;
  switch (type.id) {
    case SqlTypeId::kNumeric:
      return numeric_precision(type.typmod) >= 1 && numeric_precision(type.typmod) <= kNumericPrecisionMax &&
             std::abs(numeric_scale(type.typmod)) <= kNumericScaleMax;
    case SqlTypeId::kVarchar:
    case SqlTypeId::kChar:
      return type.typmod >= 1 && type.typmod <= kCharacterLengthMax;
    case SqlTypeId::kTime:
    case SqlTypeId::kTimestamp:
    case SqlTypeId::kTimestamptz:
      return type.typmod >= 0 && type.typmod <= 6;
    case SqlTypeId::kInterval:
      return type.typmod >= 0;
    default:
      return false;
  }
}

bool is_decodable(const SqlType& type, const StatisticsValue& value) {
  if (type.id != SqlTypeId::kChar || type.typmod == kNoTypmod)
    return decode_statistics_value(type, value).is_ok();
  // Without making its padding, which may be 10 MB.
  const Result<std::optional<Value>> decoded = decode_statistics_value({SqlTypeId::kChar, kNoTypmod}, value);
  return decoded.is_ok() &&
         count_characters(decoded.value()->get<std::string>()) <= static_cast<size_t>(type.typmod);
}

Status check_value(const ColumnStatistics& column, const StatisticsValue& value) {
  if (value.key.size() > kStatisticsKeyBytesMax) return wrong(column, "a value is longer than its bound");
  if (value.is_prefix ? value.key.size() != kStatisticsKeyBytesMax : value.hash != 0)
    return wrong(column, "a cut value is not marked as one");
  return is_decodable(column.type, value) ? Status::ok()
                                          : wrong(column, "a value is none of the column's type");
}

Status check_lists(const ColumnStatistics& column) {
  if (column.frequent.size() > kFrequentValuesMax || column.histogram.size() > kHistogramBoundsMax ||
      column.histogram.size() == 1) {
    return wrong(column, "a list of values has a wrong length");
  }
  if (column.min.has_value() != column.max.has_value()) return wrong(column, "only one bound");
  if (column.min.has_value()) {
    DDB_RETURN_IF_ERROR(check_value(column, *column.min));
    DDB_RETURN_IF_ERROR(check_value(column, *column.max));
    if (column.max->key < column.min->key) return wrong(column, "the bounds are not in order");
  }
  double sum = column.null_fraction + column.unread_fraction;
  double last = 1;
  for (const FrequentValue& frequent : column.frequent) {
    DDB_RETURN_IF_ERROR(check_value(column, frequent.value));
    if (!is_fraction(frequent.frequency) || frequent.frequency == 0 || frequent.frequency > last)
      return wrong(column, "the frequent values are not in order");
    last = frequent.frequency;
    sum += frequent.frequency;
  }
  // Room for the rounding of a hundred divisions.
  if (sum > 1 + 1e-9) return wrong(column, "the fractions are more than all rows");
  for (size_t i = 0; i < column.histogram.size(); ++i) {
    DDB_RETURN_IF_ERROR(check_value(column, column.histogram[i]));
    if (i > 0 && column.histogram[i].key < column.histogram[i - 1].key)
      return wrong(column, "the histogram is not in order");
  }
  return Status::ok();
}

}  // namespace

uint64_t statistics_hash(std::string_view key) {
  uint64_t hash = mix64(key.size());
  while (key.size() >= 8) {
    hash = mix64(hash ^ load_le<uint64_t>(key.data()));
    key.remove_prefix(8);
  }
  uint64_t rest = 0;
  for (size_t i = 0; i < key.size(); ++i) rest |= uint64_t{static_cast<uint8_t>(key[i])} << (8 * i);
  return mix64(hash ^ rest);
}

StatisticsValue make_statistics_value(std::string_view key) {
  if (key.size() <= kStatisticsKeyBytesMax) return {std::string(key), false, 0};
  return {std::string(key.substr(0, kStatisticsKeyBytesMax)), true, statistics_hash(key)};
}

int compare_to(const StatisticsValue& value, std::string_view key) {
  if (value.is_prefix) key = key.substr(0, value.key.size());
  const int order = std::string_view(value.key).compare(key);
  return static_cast<int>(order > 0) - static_cast<int>(order < 0);
}

bool is_value(const StatisticsValue& value, std::string_view key) {
  if (!value.is_prefix) return value.key == key;
  return key.size() > value.key.size() && key.starts_with(value.key) && statistics_hash(key) == value.hash;
}

Result<std::optional<Value>> decode_statistics_value(const SqlType& type, const StatisticsValue& value) {
  const KeyColumn column{type};
  std::string_view key = value.key;
  if (!value.is_prefix) {
    DDB_TRY(Value decoded, take_key(column, key));
    if (!key.empty() || decoded.is_null()) return Status::corruption("damaged key: not one value");
    return std::optional<Value>(std::move(decoded));
  }
  DDB_TRY(const bool is_value, take_key_marker(column, key));
  if (!is_value) return Status::corruption("damaged key: a cut NULL");
  std::optional<Value> cut;
  if (is_text(type.id)) {
    std::string text(key);
    drop_cut_character(text);
    cut = Value{type, std::move(text)};
  } else if (type.id == SqlTypeId::kBytea) {
    cut = Value{type, cut_bytea(key)};
  } else if (type.id != SqlTypeId::kNumeric) {
    return Status::corruption("damaged key: a value of this type is not so long");
  }
  return cut;
}

const ColumnStatistics* TableStatistics::find(uint16_t column_id) const {
  const auto at =
      std::lower_bound(columns.begin(), columns.end(), column_id,
                       [](const ColumnStatistics& column, uint16_t id) { return column.column_id < id; });
  return at != columns.end() && at->column_id == column_id ? &*at : nullptr;
}

double distinct_values(const ColumnStatistics& column, double rows) {
  if (column.distinct == 0) return 0;
  const double count = column.distinct > 0 ? column.distinct : -column.distinct * rows;
  return std::max(1.0, std::min(count, rows * (1 - column.null_fraction)));
}

Status check_statistics(const TableStatistics& statistics) {
  if (statistics.columns.size() > TableSchema::kColumnsMax) return wrong("too many columns");
  if (!statistics.analyzed && (!statistics.columns.empty() || statistics.is_complete))
    return wrong("columns without an analysis");
  uint32_t last_id = 0;
  for (const ColumnStatistics& column : statistics.columns) {
    if (column.column_id <= last_id) return wrong(column, "the column ids are not in order");
    last_id = column.column_id;
    if (!is_type(column.type)) return wrong(column, "no such type");
    if (!is_fraction(column.null_fraction) || !is_fraction(column.unread_fraction))
      return wrong(column, "no fraction of rows");
    if (!(column.average_width >= 0) || !std::isfinite(column.average_width))
      return wrong(column, "no width of values");
    if (!(column.distinct >= -1) || !std::isfinite(column.distinct))
      return wrong(column, "no number of different values");
    if (column.correlation.has_value() && !(*column.correlation >= -1 && *column.correlation <= 1))
      return wrong(column, "no correlation");
    DDB_RETURN_IF_ERROR(check_lists(column));
  }
  return Status::ok();
}

}  // namespace ddb
