// vector_test: the forms of a vector, NULLs, gathering, and that a reused batch takes no memory.
#include "record/vector.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/failing_new.h"
#include "random_values.h"
#include "record/scaled_numeric.h"
#include "record/vector_value.h"

namespace ddb {
namespace {

TEST(VectorTest, OwnedRowsKeepTheirValues) {
  BatchArena arena(1 << 20);
  Vector vector;
  ASSERT_TRUE(vector.allocate(PhysicalKind::kInt32, kVectorRowsMax, arena).is_ok());
  for (uint32_t row = 0; row < kVectorRowsMax; ++row) vector.set(row, static_cast<int32_t>(row * 3));
  EXPECT_EQ(vector.validity(), nullptr);
  vector.set_null(0);
  vector.set_null(64);
  vector.set_null(2047);
  for (uint32_t row = 0; row < kVectorRowsMax; ++row) {
    EXPECT_EQ(vector.is_null(row), row == 0 || row == 64 || row == 2047);
    EXPECT_EQ(vector.value<int32_t>(row), static_cast<int32_t>(row * 3));
  }
  vector.set_valid(64);
  EXPECT_TRUE(vector.is_valid(64));
  vector.reset();
  EXPECT_TRUE(vector.is_valid(0));
  EXPECT_EQ(vector.validity(), nullptr);
}

TEST(VectorTest, ViewsReadForeignMemory) {
  Vector vector;
  BatchArena arena(0);
  ASSERT_TRUE(vector.allocate(PhysicalKind::kInt64, 0, arena).is_ok());
  const int64_t page[] = {7, 8, 9};
  const uint64_t validity[] = {0b101};
  vector.set_view(page, validity);
  EXPECT_FALSE(vector.is_owned());
  EXPECT_EQ(vector.data<int64_t>(), page);
  EXPECT_TRUE(vector.is_valid(0));
  EXPECT_TRUE(vector.is_null(1));
  EXPECT_EQ(vector.value<int64_t>(2), 9);

  Vector other;
  ASSERT_TRUE(other.allocate(PhysicalKind::kInt64, 0, arena).is_ok());
  other.set_view(vector);
  EXPECT_EQ(other.data<int64_t>(), page);
  EXPECT_TRUE(other.is_null(1));
}

TEST(VectorTest, ConstantsStandForEveryRow) {
  Vector vector;
  BatchArena arena(0);
  ASSERT_TRUE(vector.allocate(PhysicalKind::kString, 0, arena).is_ok());
  vector.set_constant(StringView16("short"));
  Vector copy;
  ASSERT_TRUE(copy.allocate(PhysicalKind::kString, 0, arena).is_ok());
  copy.set_view(vector);
  vector.set_constant_null();
  for (const uint32_t row : {0u, 1u, 63u, 64u, 2047u}) {
    EXPECT_EQ(copy.value<StringView16>(row).view(), "short");
    EXPECT_TRUE(copy.is_valid(row));
    EXPECT_TRUE(vector.is_null(row));
  }
  EXPECT_TRUE(copy.is_constant());
  copy.set_view(vector);
  EXPECT_TRUE(copy.is_null(5));
}

TEST(VectorTest, AFullArenaIsAnError) {
  BatchArena arena(4096);
  Vector vector;
  EXPECT_TRUE(vector.allocate(PhysicalKind::kInt64, 2048, arena).is(sqlstate::kOutOfMemory));
  ASSERT_TRUE(vector.allocate(PhysicalKind::kString, 4, arena).is_ok());
  EXPECT_TRUE(vector.set_string(0, "twelve bytes", arena).is_ok());
  EXPECT_TRUE(vector.set_string(1, std::string(5000, 'x'), arena).is(sqlstate::kOutOfMemory));
  EXPECT_TRUE(vector.set_string(1, std::string(500, 'x'), arena).is_ok());
  EXPECT_EQ(vector.value<StringView16>(0).view(), "twelve bytes");
  EXPECT_EQ(vector.value<StringView16>(1).view(), std::string(500, 'x'));
}

// Every form of source, dense and chosen rows, appended behind rows that are there.
TEST(VectorTest, GatherTakesTheChosenRows) {
  constexpr uint64_t kSeed = 99;
  SCOPED_TRACE(kSeed);
  RandomValues values(kSeed);
  SeededRandom& random = values.random();
  constexpr uint32_t kSourceRows = 200;
  BatchArena arena(8 << 20);
  BatchArena heap(8 << 20);
  for (int round = 0; round < 400; ++round) {
    arena.reset();
    heap.reset();
    const SqlType type = values.type();
    Vector source;
    Vector target;
    ASSERT_TRUE(source.allocate(physical_kind(type), kSourceRows, arena).is_ok());
    ASSERT_TRUE(target.allocate(physical_kind(type), 2 * kSourceRows, arena).is_ok());
    std::vector<Value> expected;
    for (int part = 0; part < 2; ++part) {
      source.reset();
      std::vector<Value> in_source;
      const uint32_t null_per_mille = random.chance(500) ? 0 : 300;
      for (uint32_t row = 0; row < kSourceRows; ++row) {
        in_source.push_back(values.value(type, null_per_mille));
        ASSERT_TRUE(set_value(source, row, in_source.back(), arena).is_ok());
      }
      Vector view;
      ASSERT_TRUE(view.allocate(physical_kind(type), 0, arena).is_ok());
      view.set_view(source);
      if (random.chance(200)) {
        view.set_constant_null();
        in_source.assign(kSourceRows, Value{type, Null{}});
      }
      uint16_t positions[kSourceRows];
      const bool dense = random.chance(300);
      const uint32_t chosen = select_rows(
          Selection::all(kSourceRows), [&](uint32_t) { return random.chance(400); }, positions);
      const Selection rows = dense ? Selection::all(kSourceRows) : Selection(positions, chosen);
      ASSERT_TRUE(target.gather(view, rows, static_cast<uint32_t>(expected.size()), heap).is_ok());
      for (uint32_t i = 0; i < rows.count(); ++i) expected.push_back(in_source[rows[i]]);
    }
    for (uint32_t row = 0; row < expected.size(); ++row) {
      ASSERT_TRUE(identical_values(value_at(target, type, row).value(), expected[row]))
          << describe(expected[row]);
    }
  }
}

TEST(VectorTest, GatherOverwritesNullsOfBefore) {
  BatchArena arena(1 << 16);
  Vector nulls;
  Vector numbers;
  Vector target;
  for (Vector* vector : {&nulls, &numbers, &target}) {
    ASSERT_TRUE(vector->allocate(PhysicalKind::kInt32, 100, arena).is_ok());
  }
  for (uint32_t row = 0; row < 100; ++row) {
    nulls.set_null(row);
    numbers.set(row, static_cast<int32_t>(row));
  }
  ASSERT_TRUE(target.gather(nulls, Selection::all(100), 0, arena).is_ok());
  ASSERT_TRUE(target.gather(numbers, Selection::all(60), 10, arena).is_ok());
  for (uint32_t row = 0; row < 100; ++row) EXPECT_EQ(target.is_valid(row), row >= 10 && row < 70) << row;
}

// Once a batch of a size has passed, the next ones of that size take nothing from the system.
TEST(VectorTest, AReusedBatchAllocatesNothing) {
  BatchArena arena(8 << 20);
  BatchArena heap(8 << 20);
  const std::string text(40, 'x');
  Vector numbers;
  Vector texts;
  Vector gathered;
  ASSERT_TRUE(numbers.allocate(PhysicalKind::kInt64, kVectorRowsMax, arena).is_ok());
  ASSERT_TRUE(texts.allocate(PhysicalKind::kString, kVectorRowsMax, arena).is_ok());
  ASSERT_TRUE(gathered.allocate(PhysicalKind::kString, kVectorRowsMax, arena).is_ok());
  const auto run_batch = [&] {
    heap.reset();
    numbers.reset();
    texts.reset();
    gathered.reset();
    for (uint32_t row = 0; row < kVectorRowsMax; ++row) {
      numbers.set(row, static_cast<int64_t>(row));
      if (row % 7 == 0) {
        texts.set_null(row);
      } else if (!texts.set_string(row, text, heap).is_ok()) {
        return false;
      }
    }
    uint16_t positions[kVectorRowsMax];
    const uint32_t chosen = select_rows(
        Selection::all(kVectorRowsMax), [&](uint32_t row) { return numbers.value<int64_t>(row) % 2 == 0; },
        positions);
    return chosen == kVectorRowsMax / 2 &&
           gathered.gather(texts, Selection(positions, chosen), 0, heap).is_ok();
  };
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(run_batch());
  const uint64_t held = heap.bytes_held();
  bool good = true;
  {
    FailingNew none(1);
    for (int i = 0; i < 100; ++i) good = run_batch() && good;
  }
  EXPECT_TRUE(good);
  EXPECT_EQ(FailingNew::failures(), 0u);
  EXPECT_EQ(heap.bytes_held(), held);
  // The buffers of a smaller capacity, and of another kind that needs no more, are those it has.
  FailingNew none(1);
  EXPECT_TRUE(texts.allocate(PhysicalKind::kDouble, 64, arena).is_ok());
  EXPECT_TRUE(texts.allocate(PhysicalKind::kUuid, kVectorRowsMax, arena).is_ok());
}

TEST(SelectionTest, SelectingInPlaceNarrows) {
  uint16_t positions[100];
  uint32_t count = select_rows(
      Selection::all(100), [](uint32_t row) { return row % 2 == 0; }, positions);
  EXPECT_EQ(count, 50u);
  count = select_rows(
      Selection(positions, count), [](uint32_t row) { return row % 5 == 0; }, positions);
  ASSERT_EQ(count, 10u);
  for (uint32_t i = 0; i < count; ++i) EXPECT_EQ(positions[i], i * 10);
  EXPECT_EQ(Selection().count(), 0u);
}

TEST(BatchArenaTest, NeverHoldsMoreThanItsLimit) {
  constexpr uint64_t kSeed = 5;
  SCOPED_TRACE(kSeed);
  SeededRandom random(kSeed);
  for (int round = 0; round < 200; ++round) {
    const uint64_t limit = random.below(200000);
    BatchArena arena(limit);
    for (int i = 0; i < 200; ++i) {
      const size_t bytes = random.below(random.chance(900) ? 300 : 60000);
      const size_t align = size_t{1} << random.below(7);
      char* memory = arena.allocate(bytes, align);
      ASSERT_LE(arena.bytes_held(), limit);
      if (memory == nullptr) {
        arena.reset();
        continue;
      }
      ASSERT_EQ(reinterpret_cast<uintptr_t>(memory) % align, 0u);
      std::memset(memory, 0x5A, bytes);
    }
    arena.release();
    EXPECT_EQ(arena.bytes_held(), 0u);
  }
}

TEST(PhysicalKindTest, NumericsTakeTheNarrowestForm) {
  const auto form = [](int precision, int scale) { return numeric_form(numeric_typmod(precision, scale)); };
  EXPECT_EQ(form(18, 2), (NumericForm{PhysicalKind::kInt64, 2}));
  EXPECT_EQ(form(19, 2), (NumericForm{PhysicalKind::kInt128, 2}));
  EXPECT_EQ(form(38, 38), (NumericForm{PhysicalKind::kInt128, 38}));
  EXPECT_EQ(form(39, 0).kind, PhysicalKind::kString);
  EXPECT_EQ(form(5, 39).kind, PhysicalKind::kString);
  EXPECT_EQ(form(5, 30), (NumericForm{PhysicalKind::kInt64, 30}));
  EXPECT_EQ(form(5, -13), (NumericForm{PhysicalKind::kInt64, 0}));
  EXPECT_EQ(form(5, -14), (NumericForm{PhysicalKind::kInt128, 0}));
  EXPECT_EQ(form(5, -1000).kind, PhysicalKind::kString);
  EXPECT_EQ(numeric_form(kNoTypmod).kind, PhysicalKind::kString);
}

}  // namespace
}  // namespace ddb
