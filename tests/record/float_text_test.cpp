// float_text_test: real and double precision read and print as in PostgreSQL.
#include "record/float_text.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <string>

#include "base/seeded_random.h"
#include "record/outcome.h"

namespace ddb {
namespace {

// The tables hold what PostgreSQL 15 answers.
constexpr OneOperand kDoubles[] = {
    {"0", "0"},
    {"-0", "-0"},
    {"1", "1"},
    {"0.1", "0.1"},
    {"-1.5", "-1.5"},
    {"100000", "100000"},
    {"123456789012345", "123456789012345"},
    {"1234567890123456", "1.234567890123456e+15"},
    {"1e14", "100000000000000"},
    {"1e15", "1e+15"},
    {"1e16", "1e+16"},
    {"0.0001", "0.0001"},
    {"0.00001", "1e-05"},
    {"1e-5", "1e-05"},
    {"1.5e-7", "1.5e-07"},
    {"1e23", "9.999999999999999e+22"},
    {"8.41e21", "8.409999999999999e+21"},
    {"243817772387707600", "2.4381777238770758e+17"},
    {"5e-324", "5e-324"},
    {"2.2250738585072014e-308", "2.2250738585072014e-308"},
    {"1.7976931348623157e308", "1.7976931348623157e+308"},
    {"9007199254740993", "9.007199254740992e+15"},
    {"0.30000000000000004", "0.30000000000000004"},
    {"1e100", "1e+100"},
    {"-1e-100", "-1e-100"},
    {"NaN", "NaN"},
    {"nan", "NaN"},
    {" inf ", "Infinity"},
    {"+Infinity", "Infinity"},
    {"-INFINITY", "-Infinity"},
    {"0x10", "16"},
    {"0x1.8p3", "12"},
    {"nan(1_a)", "NaN"},
    {"1e-310", "1e-310"},
    {".5", "0.5"},
    {"5.", "5"},
    {"+7", "7"},
    {"1.8014398509481984e16", "1.8014398509481984e+16"},
    {"  3\t", "3"},
    {"", "22P02: invalid input syntax for type double precision: \"\""},
    {"  ", "22P02: invalid input syntax for type double precision: \"  \""},
    {".", "22P02: invalid input syntax for type double precision: \".\""},
    {"e5", "22P02: invalid input syntax for type double precision: \"e5\""},
    {"1e", "22P02: invalid input syntax for type double precision: \"1e\""},
    {"x", "22P02: invalid input syntax for type double precision: \"x\""},
    {"1x", "22P02: invalid input syntax for type double precision: \"1x\""},
    {"1 2", "22P02: invalid input syntax for type double precision: \"1 2\""},
    {"1.5.5", "22P02: invalid input syntax for type double precision: \"1.5.5\""},
    {"1e400", "22003: \"1e400\" is out of range for type double precision"},
    {"-1e400 ", "22003: \"-1e400\" is out of range for type double precision"},
    {"1e-400", "22003: \"1e-400\" is out of range for type double precision"},
    {"1e400x", "22003: \"1e400\" is out of range for type double precision"},
    {"0x", "22P02: invalid input syntax for type double precision: \"0x\""},
    {"infx", "22P02: invalid input syntax for type double precision: \"infx\""},
    {"0x1p2000", "22003: \"0x1p2000\" is out of range for type double precision"},
    {"--1", "22P02: invalid input syntax for type double precision: \"--1\""},
};

constexpr OneOperand kReals[] = {
    {"0", "0"},
    {"-0", "-0"},
    {"0.1", "0.1"},
    {"1.5", "1.5"},
    {"123456", "123456"},
    {"1234567", "1.234567e+06"},
    {"999999", "999999"},
    {"1e6", "1e+06"},
    {"1e5", "100000"},
    {"0.0001", "0.0001"},
    {"0.00001", "1e-05"},
    {"16777217", "1.6777216e+07"},
    {"3.4028235e38", "3.4028235e+38"},
    {"1.1754944e-38", "1.1754944e-38"},
    {"1e-45", "1e-45"},
    {"33554432", "3.3554432e+07"},
    {"8589934592", "8.589935e+09"},
    {"0.333333333", "0.33333334"},
    {"NaN", "NaN"},
    {"-inf", "-Infinity"},
    {"7.038531e-26", "7.038531e-26"},
    {"3.4028236e38", "22003: \"3.4028236e38\" is out of range for type real"},
    {"1e39", "22003: \"1e39\" is out of range for type real"},
    {" 1e39x", "22003: \" 1e39x\" is out of range for type real"},
    {"1e-46", "22003: \"1e-46\" is out of range for type real"},
    {"", "22P02: invalid input syntax for type real: \"\""},
    {"abc", "22P02: invalid input syntax for type real: \"abc\""},
};

TEST(FloatText, DoublePrecisionReadsAndPrintsAsPostgres) {
  for (const OneOperand& row : kDoubles) EXPECT_EQ(outcome(parse_double(row.text)), row.outcome) << row.text;
}

TEST(FloatText, RealReadsAndPrintsAsPostgres) {
  for (const OneOperand& row : kReals) EXPECT_EQ(outcome(parse_real(row.text)), row.outcome) << row.text;
}

// Whatever is printed reads back as the same bits, also where the shortest text would lie half way to a neighbour.
TEST(FloatText, PrintedTextReadsBack) {
  constexpr uint64_t kSeed = 20240611;
  SCOPED_TRACE(kSeed);
  SeededRandom random(kSeed);
  for (int i = 0; i < 100000; ++i) {
    const uint64_t bits = random.next();
    // Every fourth one a power of two or next to one.
    const auto value = std::bit_cast<double>(i % 4 == 0 ? (bits >> 52 << 52) + (bits & 1) : bits);
    if (std::isnan(value)) continue;
    std::string text;
    append_double(value, text);
    const Result<double> back = parse_double(text);
    ASSERT_TRUE(back.is_ok()) << text;
    ASSERT_EQ(std::bit_cast<uint64_t>(back.value()), std::bit_cast<uint64_t>(value)) << text;
    const auto narrow_bits = static_cast<uint32_t>(bits);
    const auto narrow =
        std::bit_cast<float>(i % 4 == 0 ? (narrow_bits >> 23 << 23) + (narrow_bits & 1) : narrow_bits);
    if (std::isnan(narrow)) continue;
    text.clear();
    append_real(narrow, text);
    const Result<float> narrow_back = parse_real(text);
    ASSERT_TRUE(narrow_back.is_ok()) << text;
    ASSERT_EQ(std::bit_cast<uint32_t>(narrow_back.value()), std::bit_cast<uint32_t>(narrow)) << text;
  }
}

}  // namespace
}  // namespace ddb
