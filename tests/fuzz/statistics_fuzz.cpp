// statistics_fuzz: any bytes as stored statistics. They are refused with XX001 or 0A000, or are sound and encode to bytes that decode to
// the same statistics.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "catalog/statistics.h"
#include "catalog/statistics_codec.h"

using namespace ddb;

namespace {

void require(bool holds) {
  if (!holds) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Result<TableStatistics> statistics = decode_statistics(bytes);
  if (!statistics.is_ok()) {
    require(statistics.status().is(sqlstate::kCorrupted) ||
            statistics.status().is(sqlstate::kFeatureNotSupported));
    return 0;
  }
  require(check_statistics(statistics.value()).is_ok());
  std::string again;
  require(encode_statistics(statistics.value(), again).is_ok());
  require(again.size() <= size);
  const Result<TableStatistics> decoded = decode_statistics(again);
  require(decoded.is_ok() && decoded.value() == statistics.value());
  for (const ColumnStatistics& column : statistics.value().columns) {
    for (const FrequentValue& frequent : column.frequent) {
      require(decode_statistics_value(column.type, frequent.value).is_ok());
      if (!frequent.value.is_prefix) require(is_value(frequent.value, frequent.value.key));
    }
    require(distinct_values(column, 1000) <= 1000);
  }
  return 0;
}
