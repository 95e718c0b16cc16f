// key_golden_test: the bytes of keys never change, and damaged ones are told.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "random_values.h"
#include "record/bytea_text.h"
#include "record/key_decode.h"
#include "record/key_encode.h"
#include "record/key_row_id.h"

namespace ddb {
namespace {

constexpr SqlType plain(SqlTypeId id) { return {id, kNoTypmod}; }

std::string hex_of(std::string_view bytes) {
  std::string text;
  append_bytea(bytes, text);
  return text.substr(2);
}

std::string bytes_of(const std::string& hex) { return std::move(parse_bytea("\\x" + hex)).value(); }

std::string key_hex(const KeyColumn& column, const Value& value) {
  ByteBuffer key;
  append_key(column, value, key);
  return hex_of(key.view());
}

Value numeric(const char* text) {
  return {plain(SqlTypeId::kNumeric), std::move(numeric_parse(text)).value()};
}

struct GoldenRow {
  Value value;
  const char* ascending;
  const char* descending;
};

std::vector<GoldenRow> golden_rows() {
  const SqlType text = plain(SqlTypeId::kText);
  const SqlType bytea = plain(SqlTypeId::kBytea);
  const SqlType interval = plain(SqlTypeId::kInterval);
  Uuid uuid;
  for (size_t i = 0; i < 16; ++i) uuid.bytes[i] = static_cast<uint8_t>(i * 17);
  return {
      {{plain(SqlTypeId::kBoolean), false}, "0200", "02ff"},
      {{plain(SqlTypeId::kBoolean), true}, "0201", "02fe"},
      {{plain(SqlTypeId::kSmallint), int16_t{-1}}, "027fff", "028000"},
      {{plain(SqlTypeId::kInteger), int32_t{1}}, "0280000001", "027ffffffe"},
      {{plain(SqlTypeId::kBigint), INT64_MIN}, "020000000000000000", "02ffffffffffffffff"},
      {{plain(SqlTypeId::kDate), int32_t{256}}, "0280000100", "027ffffeff"},
      {{plain(SqlTypeId::kTime), int64_t{1}}, "028000000000000001", "027ffffffffffffffe"},
      {{plain(SqlTypeId::kTimestamp), INT64_MAX}, "02ffffffffffffffff", "020000000000000000"},
      {{plain(SqlTypeId::kTimestamptz), int64_t{-2}}, "027ffffffffffffffe", "028000000000000001"},
      {{plain(SqlTypeId::kReal), 1.0f}, "02bf800000", "02407fffff"},
      {{plain(SqlTypeId::kReal), -1.0f}, "02407fffff", "02bf800000"},
      {{plain(SqlTypeId::kReal), -0.0f}, "0280000000", "027fffffff"},
      {{plain(SqlTypeId::kReal), std::numeric_limits<float>::quiet_NaN()}, "02ffc00000", "02003fffff"},
      {{plain(SqlTypeId::kDoublePrecision), 0.0}, "028000000000000000", "027fffffffffffffff"},
      {{plain(SqlTypeId::kDoublePrecision), -std::numeric_limits<double>::infinity()},
       "02000fffffffffffff",
       "02fff0000000000000"},
      {{plain(SqlTypeId::kDoublePrecision), -std::numeric_limits<double>::quiet_NaN()},
       "02fff8000000000000",
       "020007ffffffffffff"},
      {numeric("0.00"), "0280", "027f"},
      {numeric("1"), "028a02", "0275fd"},
      {numeric("1.00"), "028a02", "0275fd"},
      {numeric("-1"), "0275fd", "028a02"},
      {numeric("99"), "028ac6", "027539"},
      {numeric("100"), "028b02", "0274fd"},
      {numeric("123456.78"), "028c1945719c", "0273e6ba8e63"},  // 12 34 56 78
      {numeric("-123456.78"), "0273e6ba8e63", "028c1945719c"},
      {numeric("0.1"), "028914", "0276eb"},
      {numeric("1000.5"), "028b150164", "0274eafe9b"},  // 10 00 50
      {numeric("1e31"), "029914", "0266eb"},
      {numeric("1e32"), "029a001002", "0265ffeffd"},
      {numeric("1e-16"), "028202", "027dfd"},
      {numeric("1e-17"), "0281fff714", "027e0008eb"},
      {numeric("1e131071"), "029affff14", "02650000eb"},
      {numeric("Infinity"), "029b", "0264"},
      {numeric("-Infinity"), "0264", "029b"},
      {numeric("NaN"), "029c", "0263"},
      {{text, std::string()}, "0200", "02ff"},
      {{text, std::string("ab")}, "02616200", "029e9dff"},
      {{{SqlTypeId::kVarchar, 9}, std::string("a ")}, "02612000", "029edfff"},
      {{{SqlTypeId::kChar, 4}, std::string("a   ")}, "026100", "029eff"},
      {{bytea, std::string()}, "020000", "02ffff"},
      {{bytea, std::string("\0", 1)}, "0200ff0000", "02ff00ffff"},
      {{bytea, std::string("a\0\xFF", 3)}, "026100ffff0000", "029eff0000ffff"},
      {{plain(SqlTypeId::kUuid), uuid},
       "0200112233445566778899aabbccddeeff",
       "02ffeeddccbbaa99887766554433221100"},
      {{interval, Interval{0, 0, 1}}, "0280000000000000000001", "027ffffffffffffffffffe"},
      {{interval, Interval{0, 0, -1}}, "027fffffffffffffffffff", "0280000000000000000000"},
      {{interval, Interval{1, 0, 0}},
       "028000000002"
       "5b7f3d4000",
       "027ffffffffda480c2bfff"},
      {{interval, Interval{0, 30, 0}},
       "028000000002"
       "5b7f3d4000",
       "027ffffffffda480c2bfff"},
  };
}

TEST(KeyGolden, BytesAreGolden) {
  for (const GoldenRow& row : golden_rows()) {
    EXPECT_EQ(key_hex({row.value.type, false, false}, row.value), row.ascending) << describe(row.value);
    EXPECT_EQ(key_hex({row.value.type, true, true}, row.value), row.descending) << describe(row.value);
  }
  for (const SqlType& type : kEveryType) {
    const Value null{type, Null{}};
    for (const bool descending : {false, true}) {
      EXPECT_EQ(key_hex({type, descending, true}, null), "01");
      EXPECT_EQ(key_hex({type, descending, false}, null), "03");
    }
  }
}

TEST(KeyGolden, RowIdsAreGolden) {
  constexpr std::pair<uint64_t, const char*> kRows[] = {
      {0, "0000"},        {1, "0008"},          {1023, "1ff8"},        {1024, "202001"},
      {262143, "3ffff9"}, {262144, "40200002"}, {1000000, "407a1202"}, {UINT64_MAX, "e7ffffffffffffffff"}};
  for (const auto& [row_id, hex] : kRows) {
    ByteBuffer key;
    append_key_row_id(row_id, key);
    EXPECT_EQ(hex_of(key.view()), hex) << row_id;
  }
}

TEST(KeyDamage, EveryCutIsDamage) {
  for (const GoldenRow& row : golden_rows()) {
    for (const bool descending : {false, true}) {
      const KeyColumn column{row.value.type, descending, false};
      const std::string bytes = bytes_of(descending ? row.descending : row.ascending);
      for (size_t size = 0; size < bytes.size(); ++size) {
        const std::string cut = bytes.substr(0, size);
        std::string_view key = cut;
        EXPECT_TRUE(take_key(column, key).status().is(sqlstate::kCorrupted))
            << describe(row.value) << " " << size;
        key = cut;
        EXPECT_TRUE(skip_key(column, key).is(sqlstate::kCorrupted)) << describe(row.value) << " " << size;
      }
    }
  }
}

TEST(KeyDamage, OtherSpellingsOfAValueAreDamage) {
  struct Row {
    SqlTypeId type;
    const char* hex;
  };
  constexpr Row kDamaged[] = {
      {SqlTypeId::kInteger, "0080000001"},  // unknown markers
      {SqlTypeId::kInteger, "01"},          // NULL where NULLs come last
      {SqlTypeId::kInteger, "04"},
      {SqlTypeId::kBoolean, "0202"},
      {SqlTypeId::kReal, "027fffffff"},  // −0
      {SqlTypeId::kReal, "02ffc00001"},  // other NaNs
      {SqlTypeId::kReal, "02003fffff"},
      {SqlTypeId::kDoublePrecision, "027fffffffffffffff"},
      {SqlTypeId::kDoublePrecision, "020007ffffffffffff"},
      {SqlTypeId::kChar, "02612000"},                    // padding
      {SqlTypeId::kBytea, "02610001"},                   // no escape
      {SqlTypeId::kInterval, "0200000000000000000000"},  // no interval is that long
      {SqlTypeId::kNumeric, "027f"},                     // negative zero
      {SqlTypeId::kNumeric, "0263"},                     // negative NaN
      {SqlTypeId::kNumeric, "029d"},                     // unknown forms
      {SqlTypeId::kNumeric, "0200"},
      {SqlTypeId::kNumeric, "02ff"},
      {SqlTypeId::kNumeric, "028a00"},      // no digit but 0
      {SqlTypeId::kNumeric, "028a0102"},    // first digit 0
      {SqlTypeId::kNumeric, "028a0300"},    // last digit 0
      {SqlTypeId::kNumeric, "028ac8"},      // digit 100
      {SqlTypeId::kNumeric, "029a000f02"},  // a short weight in the long form
      {SqlTypeId::kNumeric, "0281fff802"},
      {SqlTypeId::kNumeric, "0281000002"},  // below the least scale
  };
  for (const Row& row : kDamaged) {
    const std::string bytes = bytes_of(row.hex);
    std::string_view key = bytes;
    EXPECT_TRUE(take_key({plain(row.type), false, false}, key).status().is(sqlstate::kCorrupted)) << row.hex;
  }
  for (const char* hex : {"", "00", "0001", "2000", "200801", "e8000000000000000007", "ffffffffffffffffff"}) {
    const std::string bytes = bytes_of(hex);
    std::string_view key = bytes;
    EXPECT_TRUE(take_key_row_id(key).status().is(sqlstate::kCorrupted)) << hex;
    EXPECT_EQ(key, bytes);
    EXPECT_TRUE(take_key_row_id_from_end(key).status().is(sqlstate::kCorrupted)) << hex;
    EXPECT_EQ(key, bytes);
  }
}

// Random and changed bytes either are damage or decode to a value whose key is those bytes; nothing reads outside.
TEST(KeyDamage, DecodeAcceptsOnlyWhatEncodeWrites) {
  constexpr uint64_t kSeed = 4712;
  SCOPED_TRACE(kSeed);
  RandomValues values(kSeed);
  SeededRandom& random = values.random();
  BatchArena arena(8 << 20);
  ByteBuffer scratch;
  int accepted = 0;
  for (int i = 0; i < 300000; ++i) {
    const KeyColumn column{values.type(), random.chance(500), random.chance(500)};
    ByteBuffer made;
    if (random.chance(600)) {
      append_key(column, values.value(column.type, 20), made);
    } else {
      made.append(static_cast<char>(kKeyValue));
      for (uint64_t more = random.below(24); more > 0; --more) made.append(static_cast<char>(random.next()));
    }
    for (uint64_t changes = random.below(3); changes > 0; --changes) {
      const uint64_t at = random.below(random.chance(500) ? std::min<size_t>(made.size(), 4) : made.size());
      made.data()[at] = static_cast<char>(random.chance(300) ? 0 - random.below(2) : random.next());
    }
    // Exactly as large as the key, so that a sanitizer sees the first byte behind it.
    const size_t size = random.chance(800) ? made.size() : random.below(made.size() + 1);
    const std::unique_ptr<char[]> exact(new char[size]);
    std::copy_n(made.data(), size, exact.get());
    const std::string_view bytes(exact.get(), size);

    std::string_view key = bytes;
    const Result<Value> value = take_key(column, key);
    std::string_view skipped = bytes;
    const Status skip = skip_key(column, skipped);
    ASSERT_TRUE(skip.is_ok() || skip.is(sqlstate::kCorrupted));
    arena.reset();
    Vector vector;
    ASSERT_TRUE(vector.allocate(physical_kind(column.type), 1, arena).is_ok());
    std::string_view key_of_vector = bytes;
    const Status to_vector = take_key(column, key_of_vector, vector, 0, arena, scratch);
    if (!value.is_ok()) {
      ASSERT_TRUE(value.status().is(sqlstate::kCorrupted)) << hex_of(bytes);
      ASSERT_TRUE(to_vector.is(sqlstate::kCorrupted)) << hex_of(bytes);
      continue;
    }
    ++accepted;
    ByteBuffer again;
    append_key(column, value.value(), again);
    ASSERT_EQ(hex_of(again.view()), hex_of(bytes.substr(0, size - key.size()))) << describe(value.value());
    ASSERT_TRUE(skip.is_ok());
    ASSERT_EQ(skipped.size(), key.size());
    ASSERT_TRUE(to_vector.is_ok()) << to_vector.to_string();
    again.clear();
    ASSERT_TRUE(append_key(column, vector, 0, again).is_ok());
    ASSERT_EQ(hex_of(again.view()), hex_of(bytes.substr(0, size - key.size())));
  }
  EXPECT_GT(accepted, 50000);
}

TEST(KeyDamage, RandomRowIdsAreDamageOrOneSpelling) {
  constexpr uint64_t kSeed = 4713;
  SCOPED_TRACE(kSeed);
  SeededRandom random(kSeed);
  for (int i = 0; i < 300000; ++i) {
    std::string bytes(random.below(12), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random.next());
    if (!bytes.empty() && random.chance(700)) {
      const unsigned count = static_cast<uint8_t>(bytes.front()) >> 5;
      if (bytes.size() >= count + 2) {
        bytes.resize(count + 2);
        bytes.back() = static_cast<char>((bytes.back() & 0xF8) | static_cast<char>(count));
      }
    }
    std::string_view key = bytes;
    const Result<uint64_t> front = take_key_row_id(key);
    if (front.is_ok()) {
      ByteBuffer again;
      append_key_row_id(front.value(), again);
      ASSERT_EQ(again.view(), std::string_view(bytes).substr(0, bytes.size() - key.size()));
    }
    key = bytes;
    const Result<uint64_t> end = take_key_row_id_from_end(key);
    if (end.is_ok()) {
      ByteBuffer again;
      append_key_row_id(end.value(), again);
      ASSERT_EQ(again.view(), std::string_view(bytes).substr(key.size()));
    }
  }
}

}  // namespace
}  // namespace ddb
