// statistics_codec: fields out and in.
#include "catalog/statistics_codec.h"

#include <bit>
#include <cstddef>
#include <type_traits>

#include "base/byte_order.h"
#include "btree/table_schema.h"

namespace ddb {
namespace {

constexpr uint8_t kVersion = 1;
constexpr uint8_t kFirstOptionalTag = 128;
constexpr size_t kFieldHeadBytes = 5;
constexpr size_t kValueBytesMin = 3;
constexpr size_t kValueBytesMaxEncoded = kValueBytesMin + kStatisticsKeyBytesMax + 8;

enum TableTag : uint8_t { kCounts = 1, kAnalysis = 2, kColumn = 3 };
enum ColumnTag : uint8_t { kHead = 1, kBounds = 2, kCorrelation = 3, kFrequent = 4, kHistogram = 5 };

constexpr size_t kHeadBytes = 2 + 1 + 4 + 4 * 8;
static_assert(TableSchema::kColumnsMax *
                          (5 * kFieldHeadBytes + kHeadBytes + 1 + 2 * kValueBytesMaxEncoded + 8) +
                      100 <=
                  kStatisticsBytesMax - kStatisticsListsBytesMax,
              "columns without lists fit beside the lists");

Status damaged(const char* what) {
  return Status::corruption(std::string("table statistics: ") + what).with_hint("Run ANALYZE on the table.");
}

// --- Out -------------------------------------------------------------------------------------------------------------

template <typename T>
void put(T value, std::string& out) {
  if constexpr (std::is_same_v<T, double>) {
    put(std::bit_cast<uint64_t>(value), out);
  } else {
    char bytes[sizeof(T)];
    store_le<T>(bytes, value);
    out.append(bytes, sizeof(T));
  }
}

void put_value(const StatisticsValue& value, std::string& out) {
  put<uint8_t>(value.is_prefix ? 1 : 0, out);
  put(static_cast<uint16_t>(value.key.size()), out);
  out += value.key;
  if (value.is_prefix) put(value.hash, out);
}

// A field whose content `write` appends.
template <typename Write>
void put_field(uint8_t tag, std::string& out, Write&& write) {
  put(tag, out);
  put<uint32_t>(0, out);
  const size_t start = out.size();
  write();
  store_le<uint32_t>(out.data() + start - 4, static_cast<uint32_t>(out.size() - start));
}

void put_column(const ColumnStatistics& column, std::string& out) {
  put_field(kHead, out, [&] {
    put(column.column_id, out);
    put(static_cast<uint8_t>(column.type.id), out);
    put(static_cast<uint32_t>(column.type.typmod), out);
    for (const double number :
         {column.null_fraction, column.unread_fraction, column.average_width, column.distinct}) {
      put(number, out);
    }
  });
  if (column.min.has_value() && column.max.has_value()) {
    put_field(kBounds, out, [&] {
      put<uint8_t>(column.bounds_exact ? 1 : 0, out);
      put_value(*column.min, out);
      put_value(*column.max, out);
    });
  }
  if (column.correlation.has_value()) put_field(kCorrelation, out, [&] { put(*column.correlation, out); });
  if (!column.frequent.empty()) {
    put_field(kFrequent, out, [&] {
      put(static_cast<uint16_t>(column.frequent.size()), out);
      for (const FrequentValue& frequent : column.frequent) {
        put(frequent.frequency, out);
        put_value(frequent.value, out);
      }
    });
  }
  if (!column.histogram.empty()) {
    put_field(kHistogram, out, [&] {
      put(static_cast<uint16_t>(column.histogram.size()), out);
      for (const StatisticsValue& value : column.histogram) put_value(value, out);
    });
  }
}

// --- In --------------------------------------------------------------------------------------------------------------

// Takes from the front; after a failure everything is zero and ok() false.
class Bytes {
 public:
  explicit Bytes(std::string_view rest) : rest_(rest) {}
  bool ok() const { return ok_; }
  bool empty() const { return rest_.empty(); }
  size_t size() const { return rest_.size(); }

  std::string_view take(size_t bytes) {
    if (bytes > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const std::string_view taken = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
    return taken;
  }
  template <typename T>
  T number() {
    if constexpr (std::is_same_v<T, double>) {
      return std::bit_cast<double>(number<uint64_t>());
    } else {
      const std::string_view taken = take(sizeof(T));
      return taken.empty() ? T{0} : load_le<T>(taken.data());
    }
  }
  bool flag() {
    const auto byte = number<uint8_t>();
    if (byte > 1) ok_ = false;
    return byte == 1;
  }
  StatisticsValue value() {
    StatisticsValue taken;
    taken.is_prefix = flag();
    const auto bytes = number<uint16_t>();
    if (bytes > kStatisticsKeyBytesMax) ok_ = false;
    if (ok_) taken.key = take(bytes);
    if (taken.is_prefix) taken.hash = number<uint64_t>();
    return taken;
  }
  // A number of items of at least `item_bytes` each, at most `count_max` and no more than there are bytes for; never 0.
  uint16_t count(size_t count_max, size_t item_bytes) {
    const auto count = number<uint16_t>();
    if (count == 0 || count > count_max || count * item_bytes > rest_.size()) {
      ok_ = false;
      return 0;
    }
    return count;
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

// Gives each field to take(tag, content): true if it is known. Tags ascend; `repeated` may come again.
template <typename Take>
Status take_fields(Bytes& bytes, uint8_t repeated, Take&& take) {
  uint8_t last = 0;
  while (!bytes.empty()) {
    const auto tag = bytes.number<uint8_t>();
    const auto length = bytes.number<uint32_t>();
    Bytes content(bytes.take(length));
    if (!bytes.ok()) return damaged("a field is cut short");
    if (tag < last || (tag == last && tag != repeated) || tag == 0) return damaged("fields are out of order");
    last = tag;
    DDB_TRY(const bool known, take(tag, content));
    if (!known && tag < kFirstOptionalTag) {
      return Status::error(sqlstate::kFeatureNotSupported,
                           "table statistics: field " + std::to_string(tag) + " is of a newer version")
          .with_hint("Run ANALYZE on the table.");
    }
    if (known && (!content.ok() || !content.empty())) return damaged("a field has a wrong length");
  }
  return Status::ok();
}

void take_head(Bytes& content, ColumnStatistics* column) {
  column->column_id = content.number<uint16_t>();
  column->type.id = static_cast<SqlTypeId>(content.number<uint8_t>());
  column->type.typmod = static_cast<int32_t>(content.number<uint32_t>());
  column->null_fraction = content.number<double>();
  column->unread_fraction = content.number<double>();
  column->average_width = content.number<double>();
  column->distinct = content.number<double>();
}

void take_lists(uint8_t tag, Bytes& content, ColumnStatistics* column) {
  if (tag == kFrequent) {
    const auto count = content.count(kFrequentValuesMax, 8 + kValueBytesMin);
    column->frequent.reserve(count);
    for (uint16_t i = 0; i < count && content.ok(); ++i) {
      const auto frequency = content.number<double>();
      column->frequent.push_back({content.value(), frequency});
    }
  } else {
    const auto count = content.count(kHistogramBoundsMax, kValueBytesMin);
    column->histogram.reserve(count);
    for (uint16_t i = 0; i < count && content.ok(); ++i) column->histogram.push_back(content.value());
  }
}

Status take_column(Bytes& bytes, ColumnStatistics* column) {
  bool has_head = false;
  const Status taken = take_fields(bytes, 0, [&](uint8_t tag, Bytes& content) -> Result<bool> {
    switch (tag) {
      case kHead:
        has_head = true;
        take_head(content, column);
        return true;
      case kBounds:
        column->bounds_exact = content.flag();
        column->min = content.value();
        column->max = content.value();
        return true;
      case kCorrelation:
        column->correlation = content.number<double>();
        return true;
      case kFrequent:
      case kHistogram:
        take_lists(tag, content, column);
        return true;
      default:
        return false;
    }
  });
  if (!taken.is_ok()) return taken;
  return has_head ? Status::ok() : damaged("a column has no head");
}

void take_analysis(Bytes& content, TableStatistics* statistics) {
  statistics->analyzed = true;
  statistics->rows_analyzed = content.number<uint64_t>();
  statistics->rows_sampled = content.number<uint64_t>();
  statistics->leaves = content.number<uint64_t>();
  statistics->inner_pages = content.number<uint64_t>();
  statistics->is_complete = content.flag();
}

}  // namespace

uint64_t encoded_column_bytes(const ColumnStatistics& column) {
  const auto value_bytes = [](const StatisticsValue& value) {
    return kValueBytesMin + value.key.size() + (value.is_prefix ? 8 : 0);
  };
  uint64_t bytes = 2 * kFieldHeadBytes + kHeadBytes;
  if (column.min.has_value() && column.max.has_value())
    bytes += kFieldHeadBytes + 1 + value_bytes(*column.min) + value_bytes(*column.max);
  if (column.correlation.has_value()) bytes += kFieldHeadBytes + 8;
  if (!column.frequent.empty()) bytes += kFieldHeadBytes + 2;
  for (const FrequentValue& frequent : column.frequent) bytes += 8 + value_bytes(frequent.value);
  if (!column.histogram.empty()) bytes += kFieldHeadBytes + 2;
  for (const StatisticsValue& value : column.histogram) bytes += value_bytes(value);
  return bytes;
}

Status encode_statistics(const TableStatistics& statistics, std::string& out) {
  uint64_t bytes = 1 + 2 * kFieldHeadBytes + 16 + 33;
  for (const ColumnStatistics& column : statistics.columns) bytes += encoded_column_bytes(column);
  if (bytes > kStatisticsBytesMax) {
    return Status::error(sqlstate::kProgramLimit, "table statistics of " + std::to_string(bytes) +
                                                      " bytes are too long, at most " +
                                                      std::to_string(kStatisticsBytesMax));
  }
  out.reserve(out.size() + bytes);
  put(kVersion, out);
  put_field(kCounts, out, [&] {
    put(statistics.rows, out);
    put(statistics.changes, out);
  });
  if (!statistics.analyzed) return Status::ok();
  put_field(kAnalysis, out, [&] {
    for (const uint64_t number :
         {statistics.rows_analyzed, statistics.rows_sampled, statistics.leaves, statistics.inner_pages}) {
      put(number, out);
    }
    put<uint8_t>(statistics.is_complete ? 1 : 0, out);
  });
  for (const ColumnStatistics& column : statistics.columns)
    put_field(kColumn, out, [&] { put_column(column, out); });
  return Status::ok();
}

Result<TableStatistics> decode_statistics(std::string_view record) {
  if (record.size() > kStatisticsBytesMax) return damaged("longer than they can be");
  Bytes bytes(record);
  const auto version = bytes.number<uint8_t>();
  if (version == 0) return damaged("no version");
  if (version != kVersion) {
    return Status::error(sqlstate::kFeatureNotSupported,
                         "table statistics of version " + std::to_string(version) + ", newer than 1")
        .with_hint("Run ANALYZE on the table.");
  }
  TableStatistics statistics;
  bool has_counts = false;
  const Status taken = take_fields(bytes, kColumn, [&](uint8_t tag, Bytes& content) -> Result<bool> {
    switch (tag) {
      case kCounts:
        has_counts = true;
        statistics.rows = content.number<uint64_t>();
        statistics.changes = content.number<uint64_t>();
        return true;
      case kAnalysis:
        take_analysis(content, &statistics);
        return true;
      case kColumn:
        if (statistics.columns.size() == TableSchema::kColumnsMax) return damaged("too many columns");
        DDB_RETURN_IF_ERROR(take_column(content, &statistics.columns.emplace_back()));
        return true;
      default:
        return false;
    }
  });
  if (!taken.is_ok()) return taken;
  if (!has_counts) return damaged("no counts");
  DDB_RETURN_IF_ERROR(check_statistics(statistics));
  return statistics;
}

}  // namespace ddb
