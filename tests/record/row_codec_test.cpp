// row_codec_test: rows come back as they were encoded, column by column and whole; their bytes never change; damage
// is told.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "random_values.h"
#include "record/bytea_text.h"
#include "record/row_codec.h"
#include "record/vector_value.h"

namespace ddb {
namespace {

constexpr uint32_t kRows = 16;

// Vectors of some types, and the values in them.
struct Table {
  Table(std::vector<SqlType> column_types, BatchArena& arena) : types(std::move(column_types)) {
    vectors = std::make_unique<Vector[]>(types.size());
    for (size_t c = 0; c < types.size(); ++c) {
      EXPECT_TRUE(vectors[c].allocate(physical_kind(types[c]), kRows, arena).is_ok());
      pointers.push_back(&vectors[c]);
    }
  }
  std::span<const Vector* const> read() const { return {pointers.data(), pointers.size()}; }

  std::vector<SqlType> types;
  std::unique_ptr<Vector[]> vectors;
  std::vector<Vector*> pointers;
};

RowLayout layout_of(const std::vector<SqlType>& types) {
  return std::move(RowLayout::create(std::span<const SqlType>(types))).value();
}

std::vector<SqlType> draw_types(RandomValues& values) {
  std::vector<SqlType> types(values.random().below(20));
  for (SqlType& type : types) type = values.type();
  return types;
}

class RowCodec : public ::testing::TestWithParam<uint64_t> {
 protected:
  BatchArena arena_{16 << 20};
  BatchArena heap_{16 << 20};
  BatchArena decoded_heap_{16 << 20};
};

// Reads every column of an opened row, so that a sanitizer sees a read outside.
uint64_t read_all(const RowLayout& layout, const RowView& view) {
  uint64_t sum = view.size();
  for (uint32_t c = 0; c < layout.column_count(); ++c) {
    sum += view.is_null(c) ? 1 : 0;
    if (layout.kind(c) == PhysicalKind::kString) {
      for (const char byte : view.string(c)) sum += static_cast<uint8_t>(byte);
      continue;
    }
    visit_kind(layout.kind(c), [&](auto type) {
      using T = typename decltype(type)::type;
      if constexpr (!std::is_same_v<T, StringView16>) {
        const T value = view.value<T>(c);
        for (size_t i = 0; i < sizeof(T); ++i) sum += reinterpret_cast<const unsigned char*>(&value)[i];
      }
    });
  }
  return sum;
}

TEST_P(RowCodec, RowsComeBack) {
  SCOPED_TRACE(GetParam());
  RandomValues values(GetParam());
  for (int round = 0; round < 300; ++round) {
    arena_.reset();
    heap_.reset();
    decoded_heap_.reset();
    Table table(draw_types(values), arena_);
    Table decoded(table.types, arena_);
    const RowLayout layout = layout_of(table.types);
    std::vector<std::vector<Value>> rows(kRows);
    ByteBuffer bytes;
    std::vector<size_t> starts;
    for (uint32_t row = 0; row < kRows; ++row) {
      for (size_t c = 0; c < table.types.size(); ++c) {
        rows[row].push_back(values.value(table.types[c], 200));
        ASSERT_TRUE(set_value(table.vectors[c], row, rows[row].back(), heap_).is_ok());
      }
      starts.push_back(bytes.size());
      ASSERT_TRUE(encode_row(layout, table.read(), row, bytes).is_ok());
    }
    const RowStrings strings = round % 2 == 0 ? RowStrings::kCopied : RowStrings::kInPlace;
    for (uint32_t row = 0; row < kRows; ++row) {
      const std::string_view rest = bytes.view().substr(starts[row]);
      const Result<RowView> view = RowView::open(layout, rest);
      ASSERT_TRUE(view.is_ok()) << view.status().to_string();
      ASSERT_EQ(starts[row] + view.value().size(), row + 1 < kRows ? starts[row + 1] : bytes.size());
      ASSERT_EQ(RowView::trusted(layout, rest.data()).size(), view.value().size());
      ASSERT_TRUE(decode_row(layout, view.value(), decoded.pointers, row, strings, decoded_heap_).is_ok());
      for (size_t c = 0; c < table.types.size(); ++c) {
        ASSERT_EQ(view.value().is_null(static_cast<uint32_t>(c)), rows[row][c].is_null());
        const Result<Value> back = value_at(decoded.vectors[c], table.types[c], row);
        ASSERT_TRUE(back.is_ok()) << back.status().to_string();
        ASSERT_TRUE(identical_values(back.value(), rows[row][c])) << describe(rows[row][c]);
      }
      // One row, one encoding.
      ByteBuffer again;
      ASSERT_TRUE(encode_row(layout, decoded.read(), row, again).is_ok());
      ASSERT_EQ(again.view(), rest.substr(0, view.value().size()));
    }
  }
}

TEST_P(RowCodec, EveryCutIsDamage) {
  SCOPED_TRACE(GetParam());
  RandomValues values(GetParam());
  for (int round = 0; round < 100; ++round) {
    arena_.reset();
    Table table(draw_types(values), arena_);
    const RowLayout layout = layout_of(table.types);
    for (size_t c = 0; c < table.types.size(); ++c) {
      ASSERT_TRUE(set_value(table.vectors[c], 0, values.value(table.types[c], 200), heap_).is_ok());
    }
    ByteBuffer bytes;
    ASSERT_TRUE(encode_row(layout, table.read(), 0, bytes).is_ok());
    for (size_t size = 0; size < bytes.size(); ++size) {
      const std::string cut(bytes.view().substr(0, size));
      ASSERT_TRUE(RowView::open(layout, cut).status().is(sqlstate::kCorrupted)) << size;
    }
  }
}

// Changed bytes are told as damage, or are a row whose every column can be read, decoded and encoded to those bytes.
TEST_P(RowCodec, ChangedBytesNeverReadOutside) {
  SCOPED_TRACE(GetParam());
  RandomValues values(GetParam());
  SeededRandom& random = values.random();
  uint64_t sum = 0;
  int accepted = 0;
  for (int round = 0; round < 20000; ++round) {
    arena_.reset();
    decoded_heap_.reset();
    Table table(draw_types(values), arena_);
    Table decoded(table.types, arena_);
    const RowLayout layout = layout_of(table.types);
    for (size_t c = 0; c < table.types.size(); ++c) {
      ASSERT_TRUE(set_value(table.vectors[c], 0, values.value(table.types[c], 200), heap_).is_ok());
    }
    heap_.reset();
    ByteBuffer bytes;
    ASSERT_TRUE(encode_row(layout, table.read(), 0, bytes).is_ok());
    // Exactly as large as the row, so that a sanitizer sees the first byte behind it.
    const std::unique_ptr<char[]> exact(new char[bytes.size()]);
    std::copy_n(bytes.data(), bytes.size(), exact.get());
    for (uint64_t changes = 1 + random.below(3); changes > 0 && bytes.size() > 0; --changes) {
      exact[random.below(random.chance(500) ? layout.fixed_bytes() : bytes.size())] =
          static_cast<char>(random.next());
    }
    const size_t size = random.chance(800) ? bytes.size() : random.below(bytes.size() + 1);
    const std::string_view damaged(exact.get(), size);
    const Result<RowView> view = RowView::open(layout, damaged);
    if (!view.is_ok()) {
      ASSERT_TRUE(view.status().is(sqlstate::kCorrupted));
      continue;
    }
    ++accepted;
    ASSERT_LE(view.value().size(), size);
    sum += read_all(layout, view.value());
    ASSERT_TRUE(
        decode_row(layout, view.value(), decoded.pointers, 0, RowStrings::kCopied, decoded_heap_).is_ok());
    ByteBuffer again;
    ASSERT_TRUE(encode_row(layout, decoded.read(), 0, again).is_ok());
    ASSERT_EQ(again.view(), damaged.substr(0, view.value().size()));
    // A value may be refused, not more.
    for (size_t c = 0; c < table.types.size(); ++c) {
      const Result<Value> value = value_at(decoded.vectors[c], table.types[c], 0);
      ASSERT_TRUE(value.is_ok() || value.status().is(sqlstate::kCorrupted));
    }
  }
  EXPECT_GT(accepted, 1000);
  EXPECT_NE(sum, 0u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RowCodec, ::testing::Values(3, 20260102, 0xDECDB));

TEST(RowCodecGolden, BytesAreGolden) {
  const std::vector<SqlType> types = {
      {SqlTypeId::kBoolean, kNoTypmod}, {SqlTypeId::kText, kNoTypmod},
      {SqlTypeId::kInteger, kNoTypmod}, {SqlTypeId::kNumeric, numeric_typmod(10, 2)},
      {SqlTypeId::kText, kNoTypmod},    {SqlTypeId::kBytea, kNoTypmod},
      {SqlTypeId::kReal, kNoTypmod},    {SqlTypeId::kSmallint, kNoTypmod},
      {SqlTypeId::kInterval, kNoTypmod}};
  BatchArena arena(1 << 20);
  Table table(types, arena);
  const Value values[] = {{types[0], true},
                          {types[1], std::string("ab")},
                          {types[2], int32_t{-2}},
                          {types[3], std::move(numeric_parse("12.34")).value()},
                          {types[4], Null{}},
                          {types[5], std::string("\0xyz", 4)},
                          {types[6], 1.0f},
                          {types[7], Null{}},
                          {types[8], Interval{1, -1, 2}}};
  for (size_t c = 0; c < types.size(); ++c)
    ASSERT_TRUE(set_value(table.vectors[c], 0, values[c], arena).is_ok());
  const RowLayout layout = layout_of(types);
  ByteBuffer bytes;
  ASSERT_TRUE(encode_row(layout, table.read(), 0, bytes).is_ok());
  std::string hex;
  append_bytea(bytes.view(), hex);
  EXPECT_EQ(hex,
            "\\x"
            "9000"                              // columns 4 and 7 are NULL
            "01"                                // true
            "02000000"                          // "ab" ends at 2
            "feffffff"                          // −2
            "d204000000000000"                  // 1234 hundredths
            "02000000"                          // NULL ends where it begins
            "06000000"                          // the bytea ends at 6
            "0000803f"                          // 1.0
            "0000"                              // NULL
            "01000000ffffffff0200000000000000"  // the interval
            "6162"
            "0078797a");
  EXPECT_EQ(RowView::open(layout, bytes.view()).value().string(5), std::string_view("\0xyz", 4));
}

TEST(RowCodecGolden, RowsWithoutColumnsAreEmpty) {
  const RowLayout layout = layout_of({});
  ByteBuffer bytes;
  ASSERT_TRUE(encode_row(layout, {}, 0, bytes).is_ok());
  EXPECT_EQ(bytes.size(), 0u);
  EXPECT_EQ(RowView::open(layout, "").value().size(), 0u);
}

}  // namespace
}  // namespace ddb
