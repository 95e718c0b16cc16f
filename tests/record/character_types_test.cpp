// character_types_test: UTF-8 checks and the length rules of character types.
#include "record/character_types.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "record/bytea_text.h"
#include "record/outcome.h"
#include "record/sql_type.h"
#include "record/utf8.h"

namespace ddb {
namespace {

// The tables hold what PostgreSQL 15 answers.
// Bytes in hexadecimal; the number of characters.
constexpr OneOperand kSequences[] = {
    {"", "0"},
    {"61", "1"},
    {"c3a9", "1"},
    {"e282ac", "1"},
    {"f09f9880", "1"},
    {"61c3a9e282acf09f988062", "5"},
    {"f48fbfbf", "1"},
    {"00", "22021: invalid byte sequence for encoding \"UTF8\": 0x00"},
    {"616263646566676800", "22021: invalid byte sequence for encoding \"UTF8\": 0x00"},
    {"80", "22021: invalid byte sequence for encoding \"UTF8\": 0x80"},
    {"bf", "22021: invalid byte sequence for encoding \"UTF8\": 0xbf"},
    {"c0", "22021: invalid byte sequence for encoding \"UTF8\": 0xc0"},
    {"c080", "22021: invalid byte sequence for encoding \"UTF8\": 0xc0 0x80"},
    {"c1bf", "22021: invalid byte sequence for encoding \"UTF8\": 0xc1 0xbf"},
    {"c3", "22021: invalid byte sequence for encoding \"UTF8\": 0xc3"},
    {"c328", "22021: invalid byte sequence for encoding \"UTF8\": 0xc3 0x28"},
    {"e0", "22021: invalid byte sequence for encoding \"UTF8\": 0xe0"},
    {"e09f80", "22021: invalid byte sequence for encoding \"UTF8\": 0xe0 0x9f 0x80"},
    {"e28228", "22021: invalid byte sequence for encoding \"UTF8\": 0xe2 0x82 0x28"},
    {"e282", "22021: invalid byte sequence for encoding \"UTF8\": 0xe2 0x82"},
    {"eda080", "22021: invalid byte sequence for encoding \"UTF8\": 0xed 0xa0 0x80"},
    {"edbfbf", "22021: invalid byte sequence for encoding \"UTF8\": 0xed 0xbf 0xbf"},
    {"ee8080", "1"},
    {"f08fbfbf", "22021: invalid byte sequence for encoding \"UTF8\": 0xf0 0x8f 0xbf 0xbf"},
    {"f0908080", "1"},
    {"f4908080", "22021: invalid byte sequence for encoding \"UTF8\": 0xf4 0x90 0x80 0x80"},
    {"f5808080", "22021: invalid byte sequence for encoding \"UTF8\": 0xf5 0x80 0x80 0x80"},
    {"f8888080", "22021: invalid byte sequence for encoding \"UTF8\": 0xf8"},
    {"ff", "22021: invalid byte sequence for encoding \"UTF8\": 0xff"},
    {"6162636465666768c328", "22021: invalid byte sequence for encoding \"UTF8\": 0xc3 0x28"},
    {"61626364656667e282", "22021: invalid byte sequence for encoding \"UTF8\": 0xe2 0x82"},
};

TEST(Utf8, RefusesWhatPostgresRefuses) {
  for (const OneOperand& row : kSequences) {
    const std::string bytes = std::move(parse_bytea(std::string("\\x") + row.text)).value();
    const Status status = validate_utf8(bytes);
    EXPECT_EQ(status.is_ok() ? text_of(count_characters(bytes)) : status.to_string(), row.outcome)
        << row.text;
  }
}

TEST(Utf8, CountsAndCutsAtCharacters) {
  std::string text;
  for (size_t characters = 0; characters < 100; ++characters) {
    EXPECT_EQ(count_characters(text), characters);
    EXPECT_EQ(bytes_of_characters(text, characters), text.size());
    EXPECT_EQ(bytes_of_characters(text, characters + 1), text.size());
    const size_t before = text.size();
    text += characters % 3 == 0 ? "\u20AC" : characters % 3 == 1 ? "a" : "\U0001F600";
    EXPECT_EQ(bytes_of_characters(text, characters), before);
  }
  EXPECT_TRUE(validate_utf8(text).is_ok());
}

TEST(Utf8, CutTextIsReadWithinItsBounds) { EXPECT_EQ(bytes_of_characters("a\xF0", 5), 2u); }

struct LengthRow {
  const char* text;
  int length;
  const char* outcome;
};
constexpr LengthRow kVarcharAssigned[] = {
    {"abc", 3, "abc"},
    {"abcd", 3, "22001: value too long for type character varying(3)"},
    {"abc  ", 3, "abc"},
    {"ab   ", 3, "ab "},
    {"abc x", 3, "22001: value too long for type character varying(3)"},
    {"é€😀", 3, "é€😀"},
    {"é€😀x", 3, "22001: value too long for type character varying(3)"},
    {"", 1, ""},
    {"   ", 1, " "},
};

constexpr LengthRow kVarcharCast[] = {
    {"abcd", 3, "abc"},
    {"abc  ", 3, "abc"},
    {"é€😀x", 3, "é€😀"},
    {"ab", 3, "ab"},
};

constexpr LengthRow kCharAssigned[] = {
    {"ab", 4, "ab  "},
    {"abcd", 4, "abcd"},
    {"abcde", 4, "22001: value too long for type character(4)"},
    {"abcd  ", 4, "abcd"},
    {"é", 3, "é  "},
    {"é€😀", 3, "é€😀"},
    {"é€😀x", 3, "22001: value too long for type character(3)"},
    {"", 2, "  "},
};

constexpr LengthRow kCharCast[] = {
    {"abcde", 4, "abcd"},
    {"é€😀x", 3, "é€😀"},
    {"a", 3, "a  "},
};

TEST(CharacterTypes, VarcharRefusesAllButSpacesAndCastsCut) {
  for (const LengthRow& row : kVarcharAssigned) {
    EXPECT_EQ(outcome(coerce_varchar(row.text, row.length, Coercion::kAssignment)), row.outcome) << row.text;
  }
  for (const LengthRow& row : kVarcharCast) {
    EXPECT_EQ(outcome(coerce_varchar(row.text, row.length, Coercion::kExplicit)), row.outcome) << row.text;
  }
  EXPECT_EQ(outcome(coerce_varchar("abc", kNoTypmod, Coercion::kAssignment)), "abc");
}

TEST(CharacterTypes, CharPadsToItsLength) {
  for (const LengthRow& row : kCharAssigned) {
    EXPECT_EQ(outcome(coerce_char(row.text, row.length, Coercion::kAssignment)), row.outcome) << row.text;
  }
  for (const LengthRow& row : kCharCast) {
    EXPECT_EQ(outcome(coerce_char(row.text, row.length, Coercion::kExplicit)), row.outcome) << row.text;
  }
  EXPECT_EQ(outcome(coerce_char("a  ", kNoTypmod, Coercion::kAssignment)), "a  ");
}

TEST(CharacterTypes, CharComparesWithoutPadding) {
  struct CompareRow {
    const char* left;
    const char* right;
    int order;
  };
  const CompareRow rows[] = {
      {"a", "a ", 0}, {"a", "a\t", -1},  {"a", "b", -1}, {"", "   ", 0},
      {"ab", "a", 1}, {"a ", "a b", -1}, {"é", "z", 1},
  };
  for (const CompareRow& row : rows) {
    EXPECT_EQ(compare_char(row.left, row.right), row.order) << row.left << "|" << row.right;
    EXPECT_EQ(compare_char(row.right, row.left), -row.order) << row.left << "|" << row.right;
  }
  EXPECT_EQ(without_padding("  a  "), "  a");
  EXPECT_EQ(without_padding("   "), "");
}

}  // namespace
}  // namespace ddb
