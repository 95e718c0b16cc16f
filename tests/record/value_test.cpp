// value_test: values from and to text by type, their order and identity, and rows of vectors as values.
#include "record/value.h"

#include <gtest/gtest.h>

#include <string>

#include "random_values.h"
#include "record/interval.h"
#include "record/vector_value.h"

namespace ddb {
namespace {

std::string through_value(const SqlType& type, std::string_view text) {
  Result<Value> value = parse_value(type, text);
  if (!value.is_ok()) return value.status().to_string();
  std::string out;
  const Status status = append_value_text(value.value(), out);
  return status.is_ok() ? out : status.to_string();
}

TEST(ValueTest, TextGoesThroughTheTypesOwnFunctions) {
  EXPECT_EQ(through_value({SqlTypeId::kBoolean, kNoTypmod}, " yes"), "t");
  EXPECT_EQ(through_value({SqlTypeId::kSmallint, kNoTypmod}, "-32768"), "-32768");
  EXPECT_EQ(through_value({SqlTypeId::kSmallint, kNoTypmod}, "32768"),
            "22003: value \"32768\" is out of range for type smallint");
  EXPECT_EQ(through_value({SqlTypeId::kInteger, kNoTypmod}, "7"), "7");
  EXPECT_EQ(through_value({SqlTypeId::kBigint, kNoTypmod}, "9223372036854775807"), "9223372036854775807");
  EXPECT_EQ(through_value({SqlTypeId::kReal, kNoTypmod}, "0.1"), "0.1");
  EXPECT_EQ(through_value({SqlTypeId::kDoublePrecision, kNoTypmod}, "1e20"), "1e+20");
  EXPECT_EQ(through_value({SqlTypeId::kNumeric, numeric_typmod(5, 1)}, "1.25"), "1.3");
  EXPECT_EQ(through_value({SqlTypeId::kText, kNoTypmod}, "a b "), "a b ");
  EXPECT_EQ(through_value({SqlTypeId::kVarchar, 2}, "ab  "), "ab");
  EXPECT_EQ(through_value({SqlTypeId::kVarchar, 2}, "abc"),
            "22001: value too long for type character varying(2)");
  EXPECT_EQ(through_value({SqlTypeId::kChar, 4}, "ab"), "ab  ");
  EXPECT_EQ(through_value({SqlTypeId::kBytea, kNoTypmod}, "\\x00ff"), "\\x00ff");
  EXPECT_EQ(through_value({SqlTypeId::kUuid, kNoTypmod}, "{A0EEBC999C0B4EF8BB6D6BB9BD380A11}"),
            "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
  EXPECT_EQ(through_value({SqlTypeId::kDate, kNoTypmod}, "Feb 29, 2024"), "2024-02-29");
  EXPECT_EQ(through_value({SqlTypeId::kTime, 1}, "12:34:56.78"), "12:34:56.8");
  EXPECT_EQ(through_value({SqlTypeId::kTimestamp, kNoTypmod}, "2024-02-29T1:02"), "2024-02-29 01:02:00");
  EXPECT_EQ(through_value({SqlTypeId::kTimestamptz, kNoTypmod}, "2024-02-29 01:02+02"),
            "2024-02-28 23:02:00+00");
  EXPECT_EQ(through_value({SqlTypeId::kInterval, kNoTypmod}, "1 year 2 days 3 hours"),
            "1 year 2 days 03:00:00");
  EXPECT_EQ(through_value({SqlTypeId::kText, kNoTypmod}, "\xFF").substr(0, 5), "22021");
}

TEST(ValueTest, NullHasNoText) {
  std::string out;
  EXPECT_TRUE(append_value_text(Value{{SqlTypeId::kDate, kNoTypmod}, Null{}}, out).is_ok());
  EXPECT_EQ(out, "");
}

TEST(ValueTest, EqualIsNotAlwaysIdentical) {
  const auto value = [](SqlTypeId id, const char* text) {
    return std::move(parse_value({id, kNoTypmod}, text)).value();
  };
  const auto equal_but_different = [](const Value& a, const Value& b) {
    return compare_values(a, b) == 0 && !identical_values(a, b) && equal_may_differ(a.type);
  };
  EXPECT_TRUE(equal_but_different(value(SqlTypeId::kNumeric, "1.0"), value(SqlTypeId::kNumeric, "1.00")));
  EXPECT_TRUE(equal_but_different(value(SqlTypeId::kReal, "0"), value(SqlTypeId::kReal, "-0")));
  EXPECT_TRUE(
      equal_but_different(value(SqlTypeId::kDoublePrecision, "0"), value(SqlTypeId::kDoublePrecision, "-0")));
  EXPECT_TRUE(equal_but_different(value(SqlTypeId::kChar, "a"), value(SqlTypeId::kChar, "a ")));
  const SqlType interval{SqlTypeId::kInterval, kNoTypmod};
  EXPECT_TRUE(equal_but_different(Value{interval, Interval{1, 0, 0}}, Value{interval, Interval{0, 30, 0}}));
  EXPECT_NE(compare_values(value(SqlTypeId::kText, "a"), value(SqlTypeId::kText, "a ")), 0);
}

TEST(ValueTest, SpansOfIntervalsComeBack) {
  constexpr int32_t kMax = INT32_MAX;
  constexpr int32_t kMin = INT32_MIN;
  constexpr Interval kIntervals[] = {
      {0, 0, 0},   {kMax, kMax, INT64_MAX}, {kMin, kMin, INT64_MIN}, {kMax, 0, -1},          {kMin, 0, 1},
      {-1, 31, 0}, {0, 0, INT64_MAX},       {0, kMin, INT64_MAX},    {kMax, kMin, INT64_MIN}};
  for (const Interval& interval : kIntervals) {
    Interval back;
    ASSERT_TRUE(interval_from_span(interval_span(interval), back));
    EXPECT_TRUE(compare(interval, back) == 0);
  }
  Interval back;
  EXPECT_FALSE(interval_from_span(interval_span({kMax, kMax, INT64_MAX}) + 1, back));
  EXPECT_FALSE(interval_from_span(interval_span({kMin, kMin, INT64_MIN}) - 1, back));
}

TEST(VectorValueTest, RowsKeepEveryValue) {
  constexpr uint64_t kSeed = 12;
  SCOPED_TRACE(kSeed);
  RandomValues values(kSeed);
  BatchArena arena(1 << 20);
  for (int i = 0; i < 20000; ++i) {
    const SqlType type = values.type();
    const Value value = values.value(type, 100);
    arena.reset();
    Vector vector;
    ASSERT_TRUE(vector.allocate(physical_kind(type), 2, arena).is_ok());
    ASSERT_TRUE(set_value(vector, 1, value, arena).is_ok()) << describe(value);
    const Result<Value> back = value_at(vector, type, 1);
    ASSERT_TRUE(back.is_ok());
    ASSERT_TRUE(identical_values(back.value(), value)) << describe(value);
  }
}

TEST(VectorValueTest, AScaledColumnRefusesWhatItCannotHold) {
  BatchArena arena(1 << 16);
  const SqlType type{SqlTypeId::kNumeric, numeric_typmod(10, 2)};
  Vector vector;
  ASSERT_TRUE(vector.allocate(physical_kind(type), 1, arena).is_ok());
  for (const char* text : {"0.001", "1e17", "Infinity"}) {
    const Value value{type, std::move(numeric_parse(text)).value()};
    EXPECT_TRUE(set_value(vector, 0, value, arena).is(sqlstate::kNumericOutOfRange)) << text;
  }
}

TEST(VectorValueTest, DamagedNumericBytesAreAnError) {
  BatchArena arena(1 << 16);
  const SqlType type{SqlTypeId::kNumeric, kNoTypmod};
  Vector vector;
  ASSERT_TRUE(vector.allocate(physical_kind(type), 1, arena).is_ok());
  for (const std::string_view bytes :
       {std::string_view(""), std::string_view("\xFF"), std::string_view("\0\0", 2)}) {
    ASSERT_TRUE(vector.set_string(0, bytes, arena).is_ok());
    EXPECT_TRUE(value_at(vector, type, 0).status().is(sqlstate::kCorrupted));
  }
}

}  // namespace
}  // namespace ddb
