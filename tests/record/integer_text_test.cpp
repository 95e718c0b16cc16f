// integer_text_test: smallint, integer and bigint read as in PostgreSQL.
#include "record/integer_text.h"

#include <gtest/gtest.h>

#include "record/outcome.h"

namespace ddb {
namespace {

// The tables hold what PostgreSQL 15 answers.
constexpr OneOperand kSmallints[] = {
    {"0", "0"},
    {"-0", "0"},
    {"+5", "5"},
    {" 12 ", "12"},
    {"\n-7\t", "-7"},
    {"32767", "32767"},
    {"32768", "22003: value \"32768\" is out of range for type smallint"},
    {"-32768", "-32768"},
    {"-32769", "22003: value \"-32769\" is out of range for type smallint"},
    {"2147483647", "22003: value \"2147483647\" is out of range for type smallint"},
    {"2147483648", "22003: value \"2147483648\" is out of range for type smallint"},
    {"-2147483648", "22003: value \"-2147483648\" is out of range for type smallint"},
    {"-2147483649", "22003: value \"-2147483649\" is out of range for type smallint"},
    {"9223372036854775807", "22003: value \"9223372036854775807\" is out of range for type smallint"},
    {"9223372036854775808", "22003: value \"9223372036854775808\" is out of range for type smallint"},
    {"-9223372036854775808", "22003: value \"-9223372036854775808\" is out of range for type smallint"},
    {"-9223372036854775809", "22003: value \"-9223372036854775809\" is out of range for type smallint"},
    {"", "22P02: invalid input syntax for type smallint: \"\""},
    {"  ", "22P02: invalid input syntax for type smallint: \"  \""},
    {"-", "22P02: invalid input syntax for type smallint: \"-\""},
    {"+", "22P02: invalid input syntax for type smallint: \"+\""},
    {"1.0", "22P02: invalid input syntax for type smallint: \"1.0\""},
    {"1e3", "22P02: invalid input syntax for type smallint: \"1e3\""},
    {"0x1", "22P02: invalid input syntax for type smallint: \"0x1\""},
    {"1_000", "22P02: invalid input syntax for type smallint: \"1_000\""},
    {"1 2", "22P02: invalid input syntax for type smallint: \"1 2\""},
    {"abc", "22P02: invalid input syntax for type smallint: \"abc\""},
    {"99999999999999999999x", "22003: value \"99999999999999999999x\" is out of range for type smallint"},
    {"x99999999999999999999", "22P02: invalid input syntax for type smallint: \"x99999999999999999999\""},
    {"--1", "22P02: invalid input syntax for type smallint: \"--1\""},
};

constexpr OneOperand kIntegers[] = {
    {"0", "0"},
    {"-0", "0"},
    {"+5", "5"},
    {" 12 ", "12"},
    {"\n-7\t", "-7"},
    {"32767", "32767"},
    {"32768", "32768"},
    {"-32768", "-32768"},
    {"-32769", "-32769"},
    {"2147483647", "2147483647"},
    {"2147483648", "22003: value \"2147483648\" is out of range for type integer"},
    {"-2147483648", "-2147483648"},
    {"-2147483649", "22003: value \"-2147483649\" is out of range for type integer"},
    {"9223372036854775807", "22003: value \"9223372036854775807\" is out of range for type integer"},
    {"9223372036854775808", "22003: value \"9223372036854775808\" is out of range for type integer"},
    {"-9223372036854775808", "22003: value \"-9223372036854775808\" is out of range for type integer"},
    {"-9223372036854775809", "22003: value \"-9223372036854775809\" is out of range for type integer"},
    {"", "22P02: invalid input syntax for type integer: \"\""},
    {"  ", "22P02: invalid input syntax for type integer: \"  \""},
    {"-", "22P02: invalid input syntax for type integer: \"-\""},
    {"+", "22P02: invalid input syntax for type integer: \"+\""},
    {"1.0", "22P02: invalid input syntax for type integer: \"1.0\""},
    {"1e3", "22P02: invalid input syntax for type integer: \"1e3\""},
    {"0x1", "22P02: invalid input syntax for type integer: \"0x1\""},
    {"1_000", "22P02: invalid input syntax for type integer: \"1_000\""},
    {"1 2", "22P02: invalid input syntax for type integer: \"1 2\""},
    {"abc", "22P02: invalid input syntax for type integer: \"abc\""},
    {"99999999999999999999x", "22003: value \"99999999999999999999x\" is out of range for type integer"},
    {"x99999999999999999999", "22P02: invalid input syntax for type integer: \"x99999999999999999999\""},
    {"--1", "22P02: invalid input syntax for type integer: \"--1\""},
};

constexpr OneOperand kBigints[] = {
    {"0", "0"},
    {"-0", "0"},
    {"+5", "5"},
    {" 12 ", "12"},
    {"\n-7\t", "-7"},
    {"32767", "32767"},
    {"32768", "32768"},
    {"-32768", "-32768"},
    {"-32769", "-32769"},
    {"2147483647", "2147483647"},
    {"2147483648", "2147483648"},
    {"-2147483648", "-2147483648"},
    {"-2147483649", "-2147483649"},
    {"9223372036854775807", "9223372036854775807"},
    {"9223372036854775808", "22003: value \"9223372036854775808\" is out of range for type bigint"},
    {"-9223372036854775808", "-9223372036854775808"},
    {"-9223372036854775809", "22003: value \"-9223372036854775809\" is out of range for type bigint"},
    {"", "22P02: invalid input syntax for type bigint: \"\""},
    {"  ", "22P02: invalid input syntax for type bigint: \"  \""},
    {"-", "22P02: invalid input syntax for type bigint: \"-\""},
    {"+", "22P02: invalid input syntax for type bigint: \"+\""},
    {"1.0", "22P02: invalid input syntax for type bigint: \"1.0\""},
    {"1e3", "22P02: invalid input syntax for type bigint: \"1e3\""},
    {"0x1", "22P02: invalid input syntax for type bigint: \"0x1\""},
    {"1_000", "22P02: invalid input syntax for type bigint: \"1_000\""},
    {"1 2", "22P02: invalid input syntax for type bigint: \"1 2\""},
    {"abc", "22P02: invalid input syntax for type bigint: \"abc\""},
    {"99999999999999999999x", "22003: value \"99999999999999999999x\" is out of range for type bigint"},
    {"x99999999999999999999", "22P02: invalid input syntax for type bigint: \"x99999999999999999999\""},
    {"--1", "22P02: invalid input syntax for type bigint: \"--1\""},
};

TEST(IntegerText, ReadsAndPrintsAsPostgres) {
  for (const OneOperand& row : kSmallints)
    EXPECT_EQ(outcome(parse_smallint(row.text)), row.outcome) << row.text;
  for (const OneOperand& row : kIntegers)
    EXPECT_EQ(outcome(parse_integer(row.text)), row.outcome) << row.text;
  for (const OneOperand& row : kBigints) EXPECT_EQ(outcome(parse_bigint(row.text)), row.outcome) << row.text;
}

}  // namespace
}  // namespace ddb
