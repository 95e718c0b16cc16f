// key_order_test: memcmp of keys is the order of values, for every type, direction and order of NULLs, alone and
// composed; and keys decode to what they were made of.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "random_values.h"
#include "record/key_decode.h"
#include "record/key_encode.h"
#include "record/key_row_id.h"
#include "record/vector_value.h"

namespace ddb {
namespace {

constexpr int kPairs = 20000;

int sign(int order) { return static_cast<int>(order > 0) - static_cast<int>(order < 0); }

int compare_columns(const KeyColumn& column, const Value& a, const Value& b) {
  if (a.is_null() || b.is_null()) {
    const int order = static_cast<int>(a.is_null()) - static_cast<int>(b.is_null());
    return column.nulls_first ? -order : order;
  }
  const int order = compare_values(a, b);
  return column.descending ? -order : order;
}

std::string key_of(const KeyColumn& column, const Value& value) {
  ByteBuffer key;
  append_key(column, value, key);
  return std::string(key.view());
}

std::vector<KeyColumn> every_column(const SqlType& type) {
  std::vector<KeyColumn> columns;
  for (int i = 0; i < 4; ++i) columns.push_back({type, (i & 1) != 0, (i & 2) != 0});
  return columns;
}

class KeyOrder : public ::testing::TestWithParam<uint64_t> {};

TEST_P(KeyOrder, IsThatOfValues) {
  SCOPED_TRACE(GetParam());
  RandomValues values(GetParam());
  for (const SqlType& type : kEveryType) {
    for (const KeyColumn& column : every_column(type)) {
      for (int i = 0; i < kPairs / 4; ++i) {
        const Value a = values.value(type, 100);
        const Value b = values.value(type, 100);
        const int order = sign(key_of(column, a).compare(key_of(column, b)));
        ASSERT_EQ(order, sign(compare_columns(column, a, b))) << describe(a) << " | " << describe(b);
      }
    }
  }
}

TEST_P(KeyOrder, NoKeyIsAPrefixOfAnother) {
  SCOPED_TRACE(GetParam());
  RandomValues values(GetParam());
  for (const SqlType& type : kEveryType) {
    for (const KeyColumn& column : every_column(type)) {
      for (int i = 0; i < kPairs / 8; ++i) {
        const std::string a = key_of(column, values.value(type, 100));
        const std::string b = key_of(column, values.value(type, 100));
        ASSERT_TRUE(a == b || a.compare(0, b.size(), b) != 0) << sql_type_name(type);
      }
    }
  }
}

// Sharing the first columns often, so that the later ones decide.
TEST_P(KeyOrder, CompositesOrderColumnByColumn) {
  SCOPED_TRACE(GetParam());
  RandomValues values(GetParam());
  SeededRandom& random = values.random();
  for (int i = 0; i < kPairs; ++i) {
    ByteBuffer left;
    ByteBuffer right;
    int expected = 0;
    std::string what;
    for (uint64_t column_count = 2 + random.below(3); column_count > 0; --column_count) {
      const KeyColumn column{values.type(), random.chance(500), random.chance(500)};
      const Value a = values.value(column.type, 100);
      const Value b = random.chance(600) ? a : values.value(column.type, 100);
      append_key(column, a, left);
      append_key(column, b, right);
      if (expected == 0) expected = sign(compare_columns(column, a, b));
      what += describe(a) + " | " + describe(b) + "\n";
    }
    const uint64_t left_row = random.next() >> random.below(64);
    const uint64_t right_row = random.next() >> random.below(64);
    append_key_row_id(left_row, left);
    append_key_row_id(right_row, right);
    if (expected == 0)
      expected = static_cast<int>(left_row > right_row) - static_cast<int>(left_row < right_row);
    ASSERT_EQ(sign(left.view().compare(right.view())), expected) << what;
  }
}

// P <= every key that begins with the columns P < P + 0xFF <= every later key.
TEST_P(KeyOrder, BoundsEncloseAPrefix) {
  SCOPED_TRACE(GetParam());
  RandomValues values(GetParam());
  SeededRandom& random = values.random();
  for (int i = 0; i < kPairs; ++i) {
    const KeyColumn first{values.type(), random.chance(500), random.chance(500)};
    const Value a = values.value(first.type, 100);
    const Value b = values.value(first.type, 100);
    const std::string low = key_of(first, a);
    const std::string high = low + static_cast<char>(kAboveEveryColumn);
    ByteBuffer key;
    append_key(first, b, key);
    if (random.chance(700)) {
      const KeyColumn second{values.type(), random.chance(500), random.chance(500)};
      append_key(second, values.value(second.type, 100), key);
    }
    append_key_row_id(random.next() >> random.below(64), key);
    const bool inside = key.view() >= low && key.view() < high;
    ASSERT_EQ(inside, compare_columns(first, a, b) == 0) << describe(a) << " | " << describe(b);
  }
}

TEST_P(KeyOrder, DecodesToTheValue) {
  SCOPED_TRACE(GetParam());
  RandomValues values(GetParam());
  for (const SqlType& type : kEveryType) {
    for (const KeyColumn& column : every_column(type)) {
      for (int i = 0; i < kPairs / 8; ++i) {
        const Value value = values.value(type, 100);
        const std::string bytes = key_of(column, value);
        const std::string with_more = bytes + "more";
        std::string_view key = with_more;
        const Result<Value> decoded = take_key(column, key);
        ASSERT_TRUE(decoded.is_ok()) << describe(value) << " " << decoded.status().to_string();
        ASSERT_EQ(key, "more") << describe(value);
        std::string_view skipped = with_more;
        ASSERT_TRUE(skip_key(column, skipped).is_ok()) << describe(value);
        ASSERT_EQ(skipped, "more") << describe(value);
        if (equal_may_differ(type) && !value.is_null()) {
          ASSERT_EQ(compare_values(decoded.value(), value), 0) << describe(value);
          ASSERT_EQ(key_of(column, decoded.value()), bytes) << describe(value);
        } else {
          ASSERT_TRUE(identical_values(decoded.value(), value)) << describe(value);
        }
      }
    }
  }
}

// Rows of vectors, scaled numerics among them, give the bytes that their values give.
TEST_P(KeyOrder, VectorsGiveTheSameKeys) {
  SCOPED_TRACE(GetParam());
  RandomValues values(GetParam());
  BatchArena arena(1 << 20);
  BatchArena heap(1 << 20);
  ByteBuffer scratch;
  for (const SqlType& type : kEveryType) {
    Vector vector;
    Vector decoded;
    ASSERT_TRUE(vector.allocate(physical_kind(type), 64, arena).is_ok());
    ASSERT_TRUE(decoded.allocate(physical_kind(type), 64, arena).is_ok());
    for (const KeyColumn& column : every_column(type)) {
      for (int i = 0; i < kPairs / 16; ++i) {
        const auto row = static_cast<uint32_t>(i % 64);
        const Value value = values.value(type, 100);
        ASSERT_TRUE(set_value(vector, row, value, heap).is_ok()) << describe(value);
        ByteBuffer key;
        ASSERT_TRUE(append_key(column, vector, row, key).is_ok());
        ASSERT_EQ(key.view(), key_of(column, value)) << describe(value);
        std::string_view rest = key.view();
        ASSERT_TRUE(take_key(column, rest, decoded, row, heap, scratch).is_ok()) << describe(value);
        ASSERT_TRUE(rest.empty());
        const Result<Value> back = value_at(decoded, type, row);
        ASSERT_TRUE(back.is_ok());
        ASSERT_EQ(back.value().is_null(), value.is_null());
        if (!value.is_null()) {
          ASSERT_EQ(compare_values(back.value(), value), 0) << describe(value);
        }
        if (row == 63) heap.reset();
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, KeyOrder, ::testing::Values(1, 20260101, 0xDECDB));

TEST(KeyRowId, OrdersAndComesBackFromBothEnds) {
  constexpr uint64_t kSeed = 77;
  SCOPED_TRACE(kSeed);
  SeededRandom random(kSeed);
  std::vector<uint64_t> ids = {0, 1, UINT64_MAX};
  for (int bits = 1; bits < 64; ++bits) {
    ids.push_back((uint64_t{1} << bits) - 1);
    ids.push_back(uint64_t{1} << bits);
  }
  for (int i = 0; i < 20000; ++i) ids.push_back(random.next() >> random.below(64));
  std::sort(ids.begin(), ids.end());
  std::string last;
  for (const uint64_t id : ids) {
    ByteBuffer key;
    append_key_row_id(id, key);
    const std::string bytes(key.view());
    ASSERT_LE(last, bytes) << id;
    ASSERT_LT(static_cast<uint8_t>(bytes[0]), kAboveEveryColumn);
    last = bytes;
    const std::string with_more = bytes + "more";
    std::string_view front = with_more;
    ASSERT_EQ(take_key_row_id(front).value(), id);
    ASSERT_EQ(front, "more");
    const std::string after_key = "key" + bytes;
    std::string_view end = after_key;
    ASSERT_EQ(take_key_row_id_from_end(end).value(), id);
    ASSERT_EQ(end, "key");
  }
}

// A key that fits the caller's memory stays there.
TEST(ByteBufferTest, StaysInLentMemoryWhileItFits) {
  char storage[16];
  ByteBuffer buffer{std::span<char>(storage)};
  const KeyColumn column{{SqlTypeId::kBigint, kNoTypmod}};
  append_key_integer<int64_t>(column, 5, buffer);
  EXPECT_EQ(static_cast<const void*>(buffer.data()), storage);
  append_key_integer<int64_t>(column, 6, buffer);
  EXPECT_NE(static_cast<const void*>(buffer.data()), storage);
  EXPECT_EQ(buffer.size(), 18u);
  std::string_view key = buffer.view();
  EXPECT_EQ(take_key(column, key).value().get<int64_t>(), 5);
  EXPECT_EQ(take_key(column, key).value().get<int64_t>(), 6);
  buffer.clear();
  EXPECT_GE(buffer.capacity(), 18u);
}

}  // namespace
}  // namespace ddb
