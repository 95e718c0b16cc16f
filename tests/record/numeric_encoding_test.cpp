// numeric_encoding_test: the bytes of numerics never change, one value has one encoding, and damage is told.
#include <gtest/gtest.h>

#include <string>

#include "base/seeded_random.h"
#include "record/bytea_text.h"
#include "record/numeric.h"

namespace ddb {
namespace {

std::string encoded(const Numeric& value) {
  std::string bytes;
  numeric_encode(value, bytes);
  return bytes;
}

std::string hex_of(std::string_view bytes) {
  std::string text;
  append_bytea(bytes, text);
  return text.substr(2);
}

std::string bytes_of(const std::string& hex) { return std::move(parse_bytea("\\x" + hex)).value(); }

struct GoldenRow {
  const char* text;
  const char* hex;
};
// These bytes lie in databases: a row that changes is a new format version.
constexpr GoldenRow kGolden[] = {
    {"0", "00"},
    {"0.00", "4002"},
    {"1", "0101"},
    {"-1", "2101"},
    {"255", "01ff"},
    {"256", "020001"},
    {"1.00", "410264"},
    {"12.34", "4202d204"},
    {"-12.34", "6202d204"},
    {"123456.78", "43024e61bc"},
    {"0.000000000000000000000000000000000001", "412401"},
    {"99999999999999999999999999999999999999", "10ffffffff3f228a097ac4865aa84c3b4b"},
    {"-99999999999999999999999999999999999999", "30ffffffff3f228a097ac4865aa84c3b4b"},
    {"100000000000000000000000000000000000000",
     "84090000000100"
     "6400"},
    {"1e40", "840a00000001000100"},
    {"-1e131071", "85ff7f00000100e803"},
    {"1e-255", "41ff01"},
    {"1e-256", "84c0ff000101000100"},
    {"1e-16383", "8400f0ff3f01000a00"},
    {"0e-256", "84000000010000"},
    {"NaN", "80"},
    {"Infinity", "81"},
    {"-Infinity", "82"},
};

TEST(NumericEncoding, BytesAreGolden) {
  for (const GoldenRow& row : kGolden) {
    const Numeric value = std::move(numeric_parse(row.text)).value();
    EXPECT_EQ(hex_of(encoded(value)), row.hex) << row.text;
    const Result<DecodedNumeric> decoded = numeric_decode(bytes_of(row.hex) + "more");
    ASSERT_TRUE(decoded.is_ok()) << row.text << " " << decoded.status().to_string();
    EXPECT_EQ(numeric_to_text(decoded.value().value), numeric_to_text(value));
    EXPECT_EQ(decoded.value().size, bytes_of(row.hex).size());
  }
}

TEST(NumericEncoding, EveryCutIsDamage) {
  for (const GoldenRow& row : kGolden) {
    const std::string bytes = bytes_of(row.hex);
    for (size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_TRUE(numeric_decode(bytes.substr(0, size)).status().is(sqlstate::kCorrupted))
          << row.text << " " << size;
    }
  }
}

TEST(NumericEncoding, OtherSpellingsOfAValueAreDamage) {
  constexpr const char* kDamaged[] = {
      "20",      // negative zero
      "6001",    // negative zero with a scale
      "410001",  // scale written though it is 0
      "020100",  // highest byte 0
      "1100000000000000000000000000000000"
      "01",  // 17 bytes
      "1000000000"
      "40228a097ac4865aa84c3b4b",  // 10^38
      "83",                        // unknown forms
      "86",
      "ff",
      "84000000000100"
      "0500",  // 5 fits the short form
      "840a00000002000100"
      "0000",  // last digit 0
      "840a00000002000000"
      "0100",                // first digit 0
      "840a00000001001027",  // digit 10,000
      "840a0000400100"
      "0100",                // display scale 16,384
      "8400f0fe3f01000a00",  // a decimal behind the display scale
      "85000000010000",      // negative zero
      "84010000010000",      // zero with a weight
  };
  for (const char* hex : kDamaged) {
    EXPECT_TRUE(numeric_decode(bytes_of(hex)).status().is(sqlstate::kCorrupted)) << hex;
  }
}

// Random bytes either are damage or decode to a value whose encoding is those bytes.
TEST(NumericEncoding, DecodeAcceptsOnlyWhatEncodeWrites) {
  constexpr uint64_t kSeed = 4711;
  SCOPED_TRACE(kSeed);
  SeededRandom random(kSeed);
  int accepted = 0;
  for (int i = 0; i < 200000; ++i) {
    std::string bytes(1 + random.below(24), '\0');
    for (char& c : bytes) c = static_cast<char>(random.below(random.chance(500) ? 256 : 3));
    if (random.chance(500)) bytes[0] = static_cast<char>(0x84 + random.below(2));
    const Result<DecodedNumeric> decoded = numeric_decode(bytes);
    if (!decoded.is_ok()) {
      ASSERT_TRUE(decoded.status().is(sqlstate::kCorrupted));
      continue;
    }
    ++accepted;
    ASSERT_EQ(hex_of(encoded(decoded.value().value)), hex_of(bytes.substr(0, decoded.value().size)));
  }
  EXPECT_GT(accepted, 1000);
}

}  // namespace
}  // namespace ddb
