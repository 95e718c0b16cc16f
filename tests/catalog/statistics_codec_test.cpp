// statistics_codec_test: statistics come back as they were; the bytes never change; damaged and newer ones are told.
#include "catalog/statistics_codec.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>

#include "catalog/statistics_world.h"
#include "record/random_values.h"

namespace ddb {
namespace {

class RandomStatistics {
 public:
  explicit RandomStatistics(uint64_t seed) : values_(seed) {}
  SeededRandom& random() { return values_.random(); }

  TableStatistics table() {
    TableStatistics table;
    table.rows = random().next() >> random().below(64);
    table.changes = random().next() >> random().below(64);
    if (random().chance(100)) return table;
    table.analyzed = true;
    table.rows_analyzed = random().next() >> random().below(64);
    table.rows_sampled = random().next() >> random().below(64);
    table.leaves = random().below(1 << 20);
    table.inner_pages = random().below(1000);
    table.is_complete = random().chance(500);
    uint16_t id = 0;
    for (uint64_t columns = random().below(6); columns > 0; --columns) {
      id = static_cast<uint16_t>(id + 1 + random().below(500));
      table.columns.push_back(column(id));
    }
    return table;
  }

 private:
  double fraction() { return static_cast<double>(random().below(1001)) / 1000; }
  StatisticsValue value(const SqlType& type) {
    if ((type.id == SqlTypeId::kText || type.id == SqlTypeId::kBytea) && random().chance(200)) {
      Value longer = values_.value(type);
      longer = Value{type, longer.get<std::string>() + std::string(300, 'l')};
      return make_statistics_value(key_of(longer));
    }
    return make_statistics_value(key_of(values_.value(type)));
  }
  std::vector<StatisticsValue> values(const SqlType& type, uint64_t count) {
    std::vector<StatisticsValue> found;
    for (; count > 0; --count) found.push_back(value(type));
    std::sort(found.begin(), found.end(),
              [](const StatisticsValue& a, const StatisticsValue& b) { return a.key < b.key; });
    found.erase(
        std::unique(found.begin(), found.end(),
                    [](const StatisticsValue& a, const StatisticsValue& b) { return a.key == b.key; }),
        found.end());
    return found;
  }
  ColumnStatistics column(uint16_t id) {
    ColumnStatistics column;
    column.column_id = id;
    column.type = values_.type();
    column.null_fraction = fraction();
    column.unread_fraction = (1 - column.null_fraction) * fraction() / 2;
    column.average_width = static_cast<double>(random().below(100000)) / 7;
    column.distinct = random().chance(500) ? -fraction() : static_cast<double>(random().below(1 << 30));
    if (random().chance(800)) column.correlation = 2 * fraction() - 1;
    std::vector<StatisticsValue> bounds = values(column.type, 3);
    if (random().chance(900)) {
      column.min = bounds.front();
      column.max = bounds.back();
      column.bounds_exact = random().chance(500);
    }
    const double share = 1 - column.null_fraction - column.unread_fraction;
    std::vector<StatisticsValue> frequent = values(column.type, random().below(kFrequentValuesMax + 1));
    for (const StatisticsValue& value : frequent) {
      if (share > 0) column.frequent.push_back({value, share / static_cast<double>(frequent.size())});
    }
    column.histogram = values(column.type, random().below(kHistogramBoundsMax + 1));
    if (column.histogram.size() == 1) column.histogram.clear();
    return column;
  }

  RandomValues values_;
};

std::string encoded(const TableStatistics& statistics) {
  std::string bytes;
  const Status done = encode_statistics(statistics, bytes);
  EXPECT_TRUE(done.is_ok()) << done.to_string();
  return bytes;
}

TEST(StatisticsCodec, RoundTrip) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const TableStatistics table = RandomStatistics(seed).table();
    ASSERT_TRUE(check_statistics(table).is_ok()) << check_statistics(table).to_string();
    const std::string bytes = encoded(table);
    const Result<TableStatistics> decoded = decode_statistics(bytes);
    ASSERT_TRUE(decoded.is_ok()) << decoded.status().to_string();
    EXPECT_TRUE(decoded.value() == table);
    EXPECT_EQ(encoded(decoded.value()), bytes);
    // What is kept for the bound of lists is what is written.
    uint64_t columns = 0;
    for (const ColumnStatistics& column : table.columns) columns += encoded_column_bytes(column);
    EXPECT_EQ(bytes.size(), 1 + 5 + 16 + (table.analyzed ? 5 + 33 : 0) + columns);
  }
}

TEST(StatisticsCodec, EveryCutIsTold) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    TableStatistics table = RandomStatistics(seed).table();
    if (table.columns.size() > 2) table.columns.resize(2);
    const std::string bytes = encoded(table);
    size_t good = 0;
    for (size_t size = 0; size < bytes.size(); ++size) {
      const Result<TableStatistics> decoded = decode_statistics(std::string_view(bytes).substr(0, size));
      if (decoded.is_ok()) {
        ++good;  // between two fields
      } else {
        EXPECT_TRUE(decoded.status().is(sqlstate::kCorrupted)) << decoded.status().to_string();
      }
    }
    EXPECT_LE(good, 1 + table.columns.size());
  }
}

TEST(StatisticsCodec, ChangedBytesAreToldOrGiveSoundStatistics) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStatistics made(seed);
    const std::string bytes = encoded(made.table());
    for (int i = 0; i < 300; ++i) {
      std::string changed = bytes;
      changed[made.random().below(changed.size())] = static_cast<char>(made.random().next());
      const Result<TableStatistics> decoded = decode_statistics(changed);
      if (decoded.is_ok()) {
        EXPECT_TRUE(check_statistics(decoded.value()).is_ok());
      } else {
        EXPECT_TRUE(decoded.status().is(sqlstate::kCorrupted) ||
                    decoded.status().is(sqlstate::kFeatureNotSupported));
      }
    }
  }
}

std::string field(uint8_t tag, std::string_view content) {
  std::string bytes(1, static_cast<char>(tag));
  char length[4];
  store_le<uint32_t>(length, static_cast<uint32_t>(content.size()));
  bytes.append(length, 4);
  return bytes.append(content);
}

TEST(StatisticsCodec, UnknownOptionalFieldsAreSkippedAndOthersAreNewer) {
  const TableStatistics table = RandomStatistics(2).table();
  const std::string bytes = encoded(table);
  const Result<TableStatistics> skipped = decode_statistics(bytes + field(128, "later") + field(200, ""));
  ASSERT_TRUE(skipped.is_ok()) << skipped.status().to_string();
  EXPECT_TRUE(skipped.value() == table);
  EXPECT_TRUE(decode_statistics(bytes + field(4, "later")).status().is(sqlstate::kFeatureNotSupported));
  EXPECT_TRUE(decode_statistics(bytes + field(128, "") + field(128, "")).status().is(sqlstate::kCorrupted));
  EXPECT_TRUE(decode_statistics("\x02" + bytes.substr(1)).status().is(sqlstate::kFeatureNotSupported));
  EXPECT_TRUE(decode_statistics(std::string("\0", 1) + bytes.substr(1)).status().is(sqlstate::kCorrupted));
  EXPECT_TRUE(decode_statistics("").status().is(sqlstate::kCorrupted));
  // Counts alone, and an optional field inside a column.
  const std::string counts = "\x01" + field(1, std::string(16, '\0'));
  EXPECT_TRUE(decode_statistics(counts).is_ok());
  EXPECT_TRUE(decode_statistics("\x01").status().is(sqlstate::kCorrupted));
  const std::string head = field(1, std::string("\x07\0\x03\xFF\xFF\xFF\xFF", 7) + std::string(32, '\0'));
  const std::string analysis = counts + field(2, std::string(33, '\0'));
  EXPECT_TRUE(decode_statistics(analysis + field(3, head)).is_ok());
  EXPECT_TRUE(decode_statistics(analysis + field(3, head + field(130, "x"))).is_ok());
  EXPECT_TRUE(decode_statistics(analysis + field(3, head + field(6, "x")))
                  .status()
                  .is(sqlstate::kFeatureNotSupported));
  EXPECT_TRUE(decode_statistics(analysis + field(3, "")).status().is(sqlstate::kCorrupted));
  EXPECT_TRUE(decode_statistics(counts + field(3, head)).status().is(sqlstate::kCorrupted));  // no analysis
  // The same column again, and counts of items that are not there.
  EXPECT_TRUE(
      decode_statistics(analysis + field(3, head) + field(3, head)).status().is(sqlstate::kCorrupted));
  for (const uint8_t tag : {uint8_t{4}, uint8_t{5}})
    EXPECT_TRUE(
        decode_statistics(analysis + field(3, head + field(tag, "\x64"))).status().is(sqlstate::kCorrupted));
}

TEST(StatisticsCodec, TheBoundIsHeld) {
  TableStatistics table;
  table.analyzed = true;
  const StatisticsValue value = make_statistics_value(key_of(text_value(std::string(400, 'a'))));
  for (uint16_t id = 1; id <= TableSchema::kColumnsMax; ++id) {
    ColumnStatistics column;
    column.column_id = id;
    column.type = {SqlTypeId::kText, kNoTypmod};
    column.histogram.assign(kHistogramBoundsMax, value);
    table.columns.push_back(std::move(column));
  }
  std::string bytes;
  EXPECT_TRUE(encode_statistics(table, bytes).is(sqlstate::kProgramLimit));
  EXPECT_TRUE(bytes.empty());
  EXPECT_TRUE(
      decode_statistics(std::string(kStatisticsBytesMax + 1, '\1')).status().is(sqlstate::kCorrupted));
}

TEST(StatisticsCheck, RefusesWhatNoAnalysisGives) {
  const auto refused = [](auto change) {
    TableStatistics table;
    table.analyzed = true;
    ColumnStatistics column;
    column.column_id = 3;
    column.type = {SqlTypeId::kBigint, kNoTypmod};
    const auto value = [](int64_t number) { return make_statistics_value(key_of(big_value(number))); };
    column.min = value(1);
    column.max = value(9);
    column.frequent = {{value(4), 0.5}, {value(2), 0.25}};
    column.histogram = {value(1), value(5), value(9)};
    table.columns.push_back(column);
    EXPECT_TRUE(check_statistics(table).is_ok());
    change(table, table.columns[0]);
    return check_statistics(table).is(sqlstate::kCorrupted);
  };
  using Table = TableStatistics;
  using Column = ColumnStatistics;
  static constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(refused([](Table& t, Column&) { t.analyzed = false; }));
  EXPECT_TRUE(refused([](Table& t, Column& c) { t.columns.push_back(Column(c)); }));
  EXPECT_TRUE(refused([](Table&, Column& c) { c.column_id = 0; }));
  EXPECT_TRUE(refused([](Table&, Column& c) { c.type.id = static_cast<SqlTypeId>(18); }));
  EXPECT_TRUE(refused([](Table&, Column& c) { c.type.id = SqlTypeId::kInteger; }));
  EXPECT_TRUE(
      refused([](Table&, Column& c) { c.null_fraction = 0.26; }));  // with the frequent values above 1
  EXPECT_TRUE(refused([](Table&, Column& c) { c.null_fraction = kNan; }));
  EXPECT_TRUE(refused([](Table&, Column& c) { c.unread_fraction = -0.1; }));
  EXPECT_TRUE(refused([](Table&, Column& c) { c.average_width = kNan; }));
  EXPECT_TRUE(refused([](Table&, Column& c) { c.average_width = INFINITY; }));
  EXPECT_TRUE(refused([](Table&, Column& c) { c.distinct = -1.5; }));
  EXPECT_TRUE(refused([](Table&, Column& c) { c.distinct = INFINITY; }));
  EXPECT_TRUE(refused([](Table&, Column& c) { c.correlation = kNan; }));
  EXPECT_TRUE(refused([](Table&, Column& c) { std::swap(c.min, c.max); }));
  EXPECT_TRUE(refused([](Table&, Column& c) { c.max.reset(); }));
  EXPECT_TRUE(refused([](Table&, Column& c) { std::swap(c.frequent[0], c.frequent[1]); }));
  EXPECT_TRUE(refused([](Table&, Column& c) { c.frequent[1].frequency = 0; }));
  EXPECT_TRUE(refused([](Table&, Column& c) { std::swap(c.histogram[0], c.histogram[1]); }));
  EXPECT_FALSE(refused([](Table&, Column& c) { c.histogram[1] = c.histogram[0]; }));
  EXPECT_TRUE(refused([](Table&, Column& c) { c.type.typmod = 3; }));
  EXPECT_TRUE(refused([](Table&, Column& c) { c.histogram.resize(1); }));
  EXPECT_TRUE(refused([](Table&, Column& c) { c.histogram[1].is_prefix = true; }));
  EXPECT_TRUE(refused([](Table&, Column& c) { c.histogram[1].hash = 7; }));
  EXPECT_TRUE(refused([](Table&, Column& c) { c.histogram[1].key += 'x'; }));
}

TEST(StatisticsCheck, AModifierCannotMakeAValueLong) {
  TableStatistics table;
  table.analyzed = true;
  ColumnStatistics& column = table.columns.emplace_back();
  column.column_id = 1;
  column.type = {SqlTypeId::kChar, 10485760};
  column.min = column.max =
      make_statistics_value(key_of(Value{{SqlTypeId::kChar, kNoTypmod}, std::string("abc")}));
  EXPECT_TRUE(check_statistics(table).is_ok());
  EXPECT_EQ(decode_statistics_value(column.type, *column.min).value()->get<std::string>().size(), 10485760u);
  for (const int32_t length : {10485761, INT32_MAX, 0, -2, 2}) {
    column.type.typmod = length;
    EXPECT_TRUE(check_statistics(table).is(sqlstate::kCorrupted)) << length;
  }
}

// --- Bytes that stay ------------------------------------------------------------------------------------------------------

TableStatistics golden_statistics() {
  TableStatistics table;
  table.rows = 1'000'003;
  table.changes = 5;
  table.analyzed = true;
  table.rows_analyzed = 1'000'000;
  table.rows_sampled = 30'000;
  table.leaves = 3300;
  table.inner_pages = 4;
  ColumnStatistics key;
  key.column_id = 1;
  key.type = {SqlTypeId::kBigint, kNoTypmod};
  key.average_width = 8;
  key.distinct = -1;
  key.correlation = 1;
  key.min = make_statistics_value(key_of(big_value(1)));
  key.max = make_statistics_value(key_of(big_value(1'000'000)));
  key.bounds_exact = true;
  key.histogram = {*key.min, make_statistics_value(key_of(big_value(500'000))), *key.max};
  ColumnStatistics text;
  text.column_id = 300;
  text.type = {SqlTypeId::kText, kNoTypmod};
  text.null_fraction = 0.25;
  text.unread_fraction = 0.0625;
  text.average_width = 12.5;
  text.distinct = 40;
  text.min = make_statistics_value(key_of(text_value("a")));
  text.max = make_statistics_value(key_of(text_value(std::string(300, 'z'))));
  text.frequent = {{make_statistics_value(key_of(text_value("often"))), 0.5}, {*text.max, 0.125}};
  table.columns = {key, text};
  return table;
}

constexpr const char* kGolden =
#include "catalog/golden/statistics_v1.inc"
    ;

std::string hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    text += kDigits[static_cast<uint8_t>(byte) >> 4];
    text += kDigits[static_cast<uint8_t>(byte) & 15];
  }
  return text;
}

TEST(StatisticsCodec, TheBytesNeverChange) {
  const std::string bytes = encoded(golden_statistics());
  ASSERT_EQ(hex(bytes), kGolden);
  const Result<TableStatistics> decoded = decode_statistics(bytes);
  ASSERT_TRUE(decoded.is_ok()) << decoded.status().to_string();
  EXPECT_TRUE(decoded.value() == golden_statistics());
}

}  // namespace
}  // namespace ddb
