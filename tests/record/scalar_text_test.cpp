// scalar_text_test: boolean, uuid and bytea read and print as in PostgreSQL.
#include "record/boolean_text.h"

#include <gtest/gtest.h>

#include <string>

#include "record/bytea_text.h"
#include "record/outcome.h"
#include "record/uuid.h"

namespace ddb {
namespace {

// The tables hold what PostgreSQL 15 answers.
constexpr OneOperand kBooleans[] = {
    {"t", "true"},
    {"T", "true"},
    {"tr", "true"},
    {"true", "true"},
    {"TRUE", "true"},
    {" yes ", "true"},
    {"y", "true"},
    {"on", "true"},
    {"1", "true"},
    {"f", "false"},
    {"fal", "false"},
    {"false", "false"},
    {"n", "false"},
    {"no", "false"},
    {"of", "false"},
    {"off", "false"},
    {"OFF\t", "false"},
    {"0", "false"},
    {"", "22P02: invalid input syntax for type boolean: \"\""},
    {"  ", "22P02: invalid input syntax for type boolean: \"  \""},
    {"o", "22P02: invalid input syntax for type boolean: \"o\""},
    {"truex", "22P02: invalid input syntax for type boolean: \"truex\""},
    {"2", "22P02: invalid input syntax for type boolean: \"2\""},
    {"10", "22P02: invalid input syntax for type boolean: \"10\""},
    {"tr ue", "22P02: invalid input syntax for type boolean: \"tr ue\""},
    {"nope", "22P02: invalid input syntax for type boolean: \"nope\""},
};

constexpr OneOperand kUuids[] = {
    {"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
    {"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
    {"{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
    {"a0eebc999c0b4ef8bb6d6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
    {"a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
    {"{a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11}", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
    {"00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000000"},
    {"", "22P02: invalid input syntax for type uuid: \"\""},
    {"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1",
     "22P02: invalid input syntax for type uuid: \"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1\""},
    {"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a111",
     "22P02: invalid input syntax for type uuid: \"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a111\""},
    {"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11-",
     "22P02: invalid input syntax for type uuid: \"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11-\""},
    {"{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
     "22P02: invalid input syntax for type uuid: \"{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\""},
    {"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}",
     "22P02: invalid input syntax for type uuid: \"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}\""},
    {" a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
     "22P02: invalid input syntax for type uuid: \" a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\""},
    {"a0e-ebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
     "22P02: invalid input syntax for type uuid: \"a0e-ebc99-9c0b-4ef8-bb6d-6bb9bd380a11\""},
    {"g0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
     "22P02: invalid input syntax for type uuid: \"g0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\""},
    {"a0eebc99--9c0b-4ef8-bb6d-6bb9bd380a11",
     "22P02: invalid input syntax for type uuid: \"a0eebc99--9c0b-4ef8-bb6d-6bb9bd380a11\""},
};

constexpr OneOperand kByteas[] = {
    {"", "\\x"},
    {"\\x", "\\x"},
    {"\\xDEADbeef", "\\xdeadbeef"},
    {"\\x de ad\n", "\\xdead"},
    {"abc", "\\x616263"},
    {"a\\\\b", "\\x615c62"},
    {"\\000\\377x", "\\x00ff78"},
    {"é", "\\xc3a9"},
    {"\\", "22P02: invalid input syntax for type bytea"},
    {"\\x1", "22023: invalid hexadecimal data: odd number of digits"},
    {"\\x12 3", "22023: invalid hexadecimal data: odd number of digits"},
    {"\\xzz", "22023: invalid hexadecimal digit: \"z\""},
    {"\\x1z", "22023: invalid hexadecimal digit: \"z\""},
    {"\\x1é", "22023: invalid hexadecimal digit: \"é\""},
    {"\\400", "22P02: invalid input syntax for type bytea"},
    {"\\12", "22P02: invalid input syntax for type bytea"},
    {"\\X12", "22P02: invalid input syntax for type bytea"},
    {"a\\", "22P02: invalid input syntax for type bytea"},
};

TEST(ScalarText, BooleanTakesUnambiguousPrefixes) {
  for (const OneOperand& row : kBooleans) {
    const Result<bool> value = parse_boolean(row.text);
    const std::string got =
        value.is_ok() ? std::string(boolean_cast_text(value.value())) : value.status().to_string();
    EXPECT_EQ(got, row.outcome) << row.text;
  }
  EXPECT_EQ(boolean_output(true), "t");
  EXPECT_EQ(boolean_output(false), "f");
}

TEST(ScalarText, UuidTakesHyphensAndBraces) {
  for (const OneOperand& row : kUuids) {
    const Result<Uuid> value = parse_uuid(row.text);
    std::string got = value.is_ok() ? "" : value.status().to_string();
    if (value.is_ok()) append_uuid(value.value(), got);
    EXPECT_EQ(got, row.outcome) << row.text;
  }
}

TEST(ScalarText, ByteaTakesHexadecimalAndEscapes) {
  for (const OneOperand& row : kByteas) {
    const Result<std::string> value = parse_bytea(row.text);
    std::string got = value.is_ok() ? "" : value.status().to_string();
    if (value.is_ok()) append_bytea(value.value(), got);
    EXPECT_EQ(got, row.outcome) << row.text;
  }
}

}  // namespace
}  // namespace ddb
