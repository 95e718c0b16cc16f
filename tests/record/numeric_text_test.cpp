// numeric_text_test: numerics read and print as in PostgreSQL.
#include "record/numeric.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "record/outcome.h"

namespace ddb {
namespace {

// The tables hold what PostgreSQL 15 answers.
constexpr OneOperand kTexts[] = {
    {"0", "0"},
    {"-0", "0"},
    {"1", "1"},
    {"+1", "1"},
    {"-1", "-1"},
    {"007", "7"},
    {".5", "0.5"},
    {"5.", "5"},
    {"-.5", "-0.5"},
    {"1.50", "1.50"},
    {"000.100", "0.100"},
    {"  12 \t", "12"},
    {"\n\v\f\r7", "7"},
    {"12345678901234567890.12345678901234567890", "12345678901234567890.12345678901234567890"},
    {"9999", "9999"},
    {"10000", "10000"},
    {"10000.0001", "10000.0001"},
    {"0.0001", "0.0001"},
    {"0.00001", "0.00001"},
    {"1e5", "100000"},
    {"1E+5", "100000"},
    {"1.5e-3", "0.0015"},
    {"1.5e3", "1500"},
    {"1e 5", "100000"},
    {"0e10", "0"},
    {"0.00e1", "0.0"},
    {"1e-10", "0.0000000001"},
    {"123.456e1", "1234.56"},
    {"nan", "NaN"},
    {"NaN", "NaN"},
    {" NAN ", "NaN"},
    {"inf", "Infinity"},
    {"+inf", "Infinity"},
    {"-INF", "-Infinity"},
    {"Infinity", "Infinity"},
    {"+infinity", "Infinity"},
    {"-Infinity", "-Infinity"},
    {"", "22P02: invalid input syntax for type numeric: \"\""},
    {"  ", "22P02: invalid input syntax for type numeric: \"  \""},
    {".", "22P02: invalid input syntax for type numeric: \".\""},
    {"+", "22P02: invalid input syntax for type numeric: \"+\""},
    {"-", "22P02: invalid input syntax for type numeric: \"-\""},
    {"e5", "22P02: invalid input syntax for type numeric: \"e5\""},
    {"1e", "22P02: invalid input syntax for type numeric: \"1e\""},
    {"1e+", "22P02: invalid input syntax for type numeric: \"1e+\""},
    {"1 2", "22P02: invalid input syntax for type numeric: \"1 2\""},
    {"1..2", "22P02: invalid input syntax for type numeric: \"1..2\""},
    {"1.2.3", "22P02: invalid input syntax for type numeric: \"1.2.3\""},
    {"--1", "22P02: invalid input syntax for type numeric: \"--1\""},
    {"+-1", "22P02: invalid input syntax for type numeric: \"+-1\""},
    {"0x10", "22P02: invalid input syntax for type numeric: \"0x10\""},
    {"1_000", "22P02: invalid input syntax for type numeric: \"1_000\""},
    {"1,5", "22P02: invalid input syntax for type numeric: \"1,5\""},
    {"nanx", "22P02: invalid input syntax for type numeric: \"nanx\""},
    {"+nan", "22P02: invalid input syntax for type numeric: \"+nan\""},
    {"-nan", "22P02: invalid input syntax for type numeric: \"-nan\""},
    {"infi", "22P02: invalid input syntax for type numeric: \"infi\""},
    {"- inf", "22P02: invalid input syntax for type numeric: \"- inf\""},
    {"1e5x", "22P02: invalid input syntax for type numeric: \"1e5x\""},
    {"1e131072", "22003: value overflows numeric format"},
    {"1e-16384", "22003: value overflows numeric format"},
    {"0e-16384", "22003: value overflows numeric format"},
    {"1e1073741822", "22003: value overflows numeric format"},
    {"1e1073741823", "22003: value overflows numeric format"},
    {"1e1073741823x", "22003: value overflows numeric format"},
    {"1e-99999999999999999999", "22003: value overflows numeric format"},
};

TEST(NumericText, ReadsAndPrintsAsPostgres) {
  for (const OneOperand& row : kTexts) EXPECT_EQ(outcome(numeric_parse(row.text)), row.outcome) << row.text;
}

TEST(NumericText, LimitsAreThoseOfPostgres) {
  const std::string largest(131072, '9');
  EXPECT_EQ(outcome(numeric_parse(largest)), largest);
  EXPECT_EQ(outcome(numeric_parse(largest + "9")), "22003: value overflows numeric format");
  const std::string smallest = "0." + std::string(16382, '0') + "1";
  EXPECT_EQ(outcome(numeric_parse(smallest)), smallest);
  EXPECT_EQ(outcome(numeric_parse(smallest + "0")), "22003: value overflows numeric format");
  EXPECT_EQ(outcome(numeric_parse("1e131071")), "1" + std::string(131071, '0'));
  EXPECT_EQ(outcome(numeric_parse("1e-16383")), smallest);
}

TEST(NumericText, ANulByteIsNoSpace) {
  EXPECT_TRUE(numeric_parse(std::string_view("1\0", 2)).status().is(sqlstate::kInvalidText));
}

struct ModifierRow {
  const char* text;
  int precision;
  int scale;
  const char* outcome;
};
constexpr ModifierRow kModifiers[] = {
    {"123.456", 5, 2, "123.46"},
    {"123.455", 5, 2, "123.46"},
    {"-123.455", 5, 2, "-123.46"},
    {"123.4549", 5, 2, "123.45"},
    {"999.994", 5, 2, "999.99"},
    {"999.995", 5, 2,
     "22003: numeric field overflow (A field with precision 5, scale 2 must round to an absolute value less "
     "than 10^3.)"},
    {"-999.995", 5, 2,
     "22003: numeric field overflow (A field with precision 5, scale 2 must round to an absolute value less "
     "than 10^3.)"},
    {"0", 5, 2, "0.00"},
    {"0.001", 3, 3, "0.001"},
    {"0.9994", 3, 3, "0.999"},
    {"0.9995", 3, 3,
     "22003: numeric field overflow (A field with precision 3, scale 3 must round to an absolute value less "
     "than 1.)"},
    {"12345", 3, -2, "12300"},
    {"99949", 3, -2, "99900"},
    {"99950", 3, -2,
     "22003: numeric field overflow (A field with precision 3, scale -2 must round to an absolute value less "
     "than 10^5.)"},
    {"49", 3, -2, "0"},
    {"50", 3, -2, "100"},
    {"0.00099", 3, 5, "0.00099"},
    {"0.01", 3, 5,
     "22003: numeric field overflow (A field with precision 3, scale 5 must round to an absolute value less "
     "than 10^-2.)"},
    {"0.001", 1, 3, "0.001"},
    {"0.0099", 1, 3,
     "22003: numeric field overflow (A field with precision 1, scale 3 must round to an absolute value less "
     "than 10^-2.)"},
    {"1e-20000", 10, 2, "0.00"},
    {"1e200000", 10, 2,
     "22003: numeric field overflow (A field with precision 10, scale 2 must round to an absolute value less "
     "than 10^8.)"},
    {"NaN", 5, 2, "NaN"},
    {"inf", 5, 2,
     "22003: numeric field overflow (A field with precision 5, scale 2 cannot hold an infinite value.)"},
    {"-inf", 5, -3,
     "22003: numeric field overflow (A field with precision 5, scale -3 cannot hold an infinite value.)"},
    {"1e1073741823", 5, 2, "22003: value overflows numeric format"},
    {"x", 5, 2, "22P02: invalid input syntax for type numeric: \"x\""},
    {"1", 1000, 1000,
     "22003: numeric field overflow (A field with precision 1000, scale 1000 must round to an absolute value "
     "less than 1.)"},
    {"1e1000", 1000, 0,
     "22003: numeric field overflow (A field with precision 1000, scale 0 must round to an absolute value "
     "less than 10^1000.)"},
};

TEST(NumericText, ModifierRoundsAndRefuses) {
  for (const ModifierRow& row : kModifiers) {
    const int32_t typmod = numeric_typmod(row.precision, row.scale);
    EXPECT_EQ(outcome(numeric_parse(row.text, typmod)), row.outcome) << row.text;
    const Result<Numeric> unlimited = numeric_parse(row.text);
    if (unlimited.is_ok()) {
      EXPECT_EQ(outcome(numeric_apply_typmod(unlimited.value(), typmod)), row.outcome) << row.text;
    }
  }
}

}  // namespace
}  // namespace ddb
