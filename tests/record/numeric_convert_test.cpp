// numeric_convert_test: conversions to and from integers, floats and scaled integers.
#include "record/numeric.h"

#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <string>

#include "record/outcome.h"

namespace ddb {
namespace {

// The tables hold what PostgreSQL 15 answers.
constexpr OneOperand kSmallints[] = {
    {"0", "0"},
    {"1", "1"},
    {"-1", "-1"},
    {"0.5", "1"},
    {"-0.5", "-1"},
    {"1.5", "2"},
    {"2.5", "3"},
    {"0.4999", "0"},
    {"32767", "32767"},
    {"32767.4999", "32767"},
    {"32767.5", "22003: smallint out of range"},
    {"-32768", "-32768"},
    {"-32768.4", "-32768"},
    {"-32768.5", "22003: smallint out of range"},
    {"2147483647.4", "22003: smallint out of range"},
    {"2147483647.5", "22003: smallint out of range"},
    {"-2147483648.4", "22003: smallint out of range"},
    {"-2147483648.5", "22003: smallint out of range"},
    {"9223372036854775807.4", "22003: smallint out of range"},
    {"9223372036854775807.5", "22003: smallint out of range"},
    {"-9223372036854775808.4", "22003: smallint out of range"},
    {"-9223372036854775808.5", "22003: smallint out of range"},
    {"1e30", "22003: smallint out of range"},
    {"NaN", "0A000: cannot convert NaN to smallint"},
    {"inf", "0A000: cannot convert infinity to smallint"},
    {"-inf", "0A000: cannot convert infinity to smallint"},
};

constexpr OneOperand kIntegers[] = {
    {"0", "0"},
    {"1", "1"},
    {"-1", "-1"},
    {"0.5", "1"},
    {"-0.5", "-1"},
    {"1.5", "2"},
    {"2.5", "3"},
    {"0.4999", "0"},
    {"32767", "32767"},
    {"32767.4999", "32767"},
    {"32767.5", "32768"},
    {"-32768", "-32768"},
    {"-32768.4", "-32768"},
    {"-32768.5", "-32769"},
    {"2147483647.4", "2147483647"},
    {"2147483647.5", "22003: integer out of range"},
    {"-2147483648.4", "-2147483648"},
    {"-2147483648.5", "22003: integer out of range"},
    {"9223372036854775807.4", "22003: integer out of range"},
    {"9223372036854775807.5", "22003: integer out of range"},
    {"-9223372036854775808.4", "22003: integer out of range"},
    {"-9223372036854775808.5", "22003: integer out of range"},
    {"1e30", "22003: integer out of range"},
    {"NaN", "0A000: cannot convert NaN to integer"},
    {"inf", "0A000: cannot convert infinity to integer"},
    {"-inf", "0A000: cannot convert infinity to integer"},
};

constexpr OneOperand kBigints[] = {
    {"0", "0"},
    {"1", "1"},
    {"-1", "-1"},
    {"0.5", "1"},
    {"-0.5", "-1"},
    {"1.5", "2"},
    {"2.5", "3"},
    {"0.4999", "0"},
    {"32767", "32767"},
    {"32767.4999", "32767"},
    {"32767.5", "32768"},
    {"-32768", "-32768"},
    {"-32768.4", "-32768"},
    {"-32768.5", "-32769"},
    {"2147483647.4", "2147483647"},
    {"2147483647.5", "2147483648"},
    {"-2147483648.4", "-2147483648"},
    {"-2147483648.5", "-2147483649"},
    {"9223372036854775807.4", "9223372036854775807"},
    {"9223372036854775807.5", "22003: bigint out of range"},
    {"-9223372036854775808.4", "-9223372036854775808"},
    {"-9223372036854775808.5", "22003: bigint out of range"},
    {"1e30", "22003: bigint out of range"},
    {"NaN", "0A000: cannot convert NaN to bigint"},
    {"inf", "0A000: cannot convert infinity to bigint"},
    {"-inf", "0A000: cannot convert infinity to bigint"},
};

constexpr OneOperand kDoubles[] = {
    {"0", "0"},
    {"0.1", "0.1"},
    {"1e22", "1e+22"},
    {"123456789.125", "123456789.125"},
    {"0.30000000000000004", "0.30000000000000004"},
    {"1e308", "1e+308"},
    {"1e-323", "1e-323"},
    {"1e38", "1e+38"},
    {"3.5e38", "3.5e+38"},
    {"1e-45", "1e-45"},
    {"1e-46", "1e-46"},
    {"NaN", "NaN"},
    {"inf", "Infinity"},
    {"-inf", "-Infinity"},
    {"9007199254740993", "9.007199254740992e+15"},
    {"16777217", "16777217"},
};

constexpr OneOperand kReals[] = {
    {"0", "0"},
    {"0.1", "0.1"},
    {"1e22", "1e+22"},
    {"123456789.125", "1.2345679e+08"},
    {"0.30000000000000004", "0.3"},
    {"1e38", "1e+38"},
    {"3.5e38", "22003: \"350000000000000000000000000000000000000\" is out of range for type real"},
    {"1e-45", "1e-45"},
    {"1e-46", "22003: \"0.0000000000000000000000000000000000000000000001\" is out of range for type real"},
    {"NaN", "NaN"},
    {"inf", "Infinity"},
    {"-inf", "-Infinity"},
    {"9007199254740993", "9.007199e+15"},
    {"16777217", "1.6777216e+07"},
};

TEST(NumericConvert, ToIntegersRoundsHalvesAwayFromZero) {
  for (const OneOperand& row : kSmallints) {
    EXPECT_EQ(outcome(numeric_to_int16(numeric_parse(row.text).value())), row.outcome) << row.text;
  }
  for (const OneOperand& row : kIntegers) {
    EXPECT_EQ(outcome(numeric_to_int32(numeric_parse(row.text).value())), row.outcome) << row.text;
  }
  for (const OneOperand& row : kBigints) {
    EXPECT_EQ(outcome(numeric_to_int64(numeric_parse(row.text).value())), row.outcome) << row.text;
  }
}

TEST(NumericConvert, ToFloatsGivesTheNearest) {
  for (const OneOperand& row : kDoubles) {
    EXPECT_EQ(outcome(numeric_to_double(numeric_parse(row.text).value())), row.outcome) << row.text;
  }
  for (const OneOperand& row : kReals) {
    EXPECT_EQ(outcome(numeric_to_float(numeric_parse(row.text).value())), row.outcome) << row.text;
  }
}

TEST(NumericConvert, FromFloatsKeepsTheSignificantDigits) {
  struct DoubleRow {
    double value;
    const char* text;
  };
  using Limits = std::numeric_limits<double>;
  const DoubleRow doubles[] = {
      {0.1, "0.1"},
      {-0.0, "0"},
      {123456789012345678.0, "123456789012346000"},
      {0.1234567890123456789, "0.123456789012346"},
      {Limits::quiet_NaN(), "NaN"},
      {Limits::infinity(), "Infinity"},
      {-Limits::infinity(), "-Infinity"},
      {100.0, "100"},
  };
  for (const DoubleRow& row : doubles) EXPECT_EQ(numeric_to_text(numeric_from_double(row.value)), row.text);
}

TEST(NumericConvert, FromRealsKeepsTheSignificantDigits) {
  struct RealRow {
    float value;
    const char* text;
  };
  using Limits = std::numeric_limits<float>;
  const RealRow reals[] = {
      {0.1f, "0.1"},
      {1.17549435e-38f, "0.0000000000000000000000000000000000000117549"},
      {16777216.0f, "16777200"},
      {123456789.0f, "123457000"},
      {Limits::quiet_NaN(), "NaN"},
      {-Limits::infinity(), "-Infinity"},
      {0.333333343f, "0.333333"},
  };
  for (const RealRow& row : reals) EXPECT_EQ(numeric_to_text(numeric_from_float(row.value)), row.text);
}

TEST(NumericConvert, FromIntegersIsExact) {
  EXPECT_EQ(numeric_to_text(Numeric::from_int64(INT64_MIN)), "-9223372036854775808");
  EXPECT_EQ(numeric_to_text(Numeric::from_int64(INT64_MAX)), "9223372036854775807");
  EXPECT_EQ(numeric_to_text(Numeric::from_int64(0)), "0");
}

TEST(NumericConvert, ScaledFormsKeepValueAndScale) {
  EXPECT_EQ(numeric_to_text(Numeric::from_scaled(-12345, 2)), "-123.45");
  EXPECT_EQ(numeric_to_text(Numeric::from_scaled(5, 20)), "0.00000000000000000005");
  EXPECT_EQ(numeric_to_text(Numeric::from_scaled(0, 3)), "0.000");
  constexpr auto kMin = static_cast<__int128>(static_cast<unsigned __int128>(1) << 127);
  EXPECT_EQ(numeric_to_text(Numeric::from_scaled(kMin, 0)), "-170141183460469231731687303715884105728");
  EXPECT_EQ(numeric_to_text(Numeric::from_scaled(kMin, 38)), "-1.70141183460469231731687303715884105728");
}

TEST(NumericConvert, ToScaledRefusesWhatWouldLoseDigits) {
  const auto scaled = [](const char* text, int32_t scale, int digits) -> std::string {
    const std::optional<__int128> value = numeric_to_scaled(numeric_parse(text).value(), scale, digits);
    return value.has_value() ? numeric_to_text(Numeric::from_scaled(*value, 0)) : "wide";
  };
  EXPECT_EQ(scaled("123.45", 2, 5), "12345");
  EXPECT_EQ(scaled("-123.4", 2, 5), "-12340");
  EXPECT_EQ(scaled("123.450", 2, 5), "12345");
  EXPECT_EQ(scaled("123.451", 2, 18), "wide");
  EXPECT_EQ(scaled("1000", 2, 5), "wide");
  EXPECT_EQ(scaled("0", 300, 1), "0");
  EXPECT_EQ(scaled("1e-300", 300, 1), "1");
  EXPECT_EQ(scaled("1e-301", 300, 38), "wide");
  EXPECT_EQ(scaled("99999999999999999999999999999999999999", 0, 38),
            "99999999999999999999999999999999999999");
  EXPECT_EQ(scaled("100000000000000000000000000000000000000", 0, 38), "wide");
  EXPECT_EQ(scaled("0.99999999999999999999999999999999999999", 38, 38),
            "99999999999999999999999999999999999999");
  EXPECT_EQ(scaled("9.9999999999999999999999999999999999999", 37, 38),
            "99999999999999999999999999999999999999");
  EXPECT_EQ(scaled("9.9999999999999999999999999999999999999", 38, 38), "wide");
  EXPECT_EQ(scaled("1e131071", 0, 38), "wide");
  EXPECT_EQ(scaled("NaN", 0, 38), "wide");
  EXPECT_EQ(scaled("-inf", 0, 38), "wide");
}

}  // namespace
}  // namespace ddb
