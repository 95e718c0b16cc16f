// Building leaves: layouts are as narrow as the rows allow, pages are filled, and everything comes back.
#include "leaf_world.h"

namespace ddb {
namespace {

TableSchema small_schema() {
  TableSchema schema;
  schema.columns = {leaf_column(1, SqlTypeId::kBigint), leaf_column(2, SqlTypeId::kText),
                    leaf_column(3, SqlTypeId::kDoublePrecision)};
  return schema;
}

LeafValue real(double value) { return {Value{{SqlTypeId::kDoublePrecision, kNoTypmod}, value}, false}; }

LeafModel small_rows(int64_t count, int64_t first = 1) {
  LeafModel model;
  for (int64_t i = 0; i < count; ++i) {
    model[first + i] = {big(1000 + i), text("code" + std::to_string(100 + i % 900)),
                        real(0.5 * static_cast<double>(i))};
  }
  return model;
}

class LeafBuildTest : public ::testing::Test {
 protected:
  bool build(const LeafModel& model, bool sparse = false, uint32_t room = 0) {
    const LeafRows rows(schema_, model);
    const LeafSource source{nullptr, &rows.batch(), 0, rows.batch().rows};
    return page_.build(builder_, {&source, 1}, sparse, room, hints_);
  }
  void expect(const LeafModel& model) { expect_leaf_is(page_, schema_, model, random_); }
  LeafEntry entry(uint16_t id) { return page_.leaf().column(page_.leaf().find_column(id)); }

  TableSchema schema_ = small_schema();
  LeafPage page_{16384};
  LeafBuilder builder_{schema_, page_.content_bytes()};
  LeafHints hints_;
  SeededRandom random_{1};
};

TEST_F(LeafBuildTest, RowsComeBack) {
  const LeafModel model = small_rows(200);
  ASSERT_TRUE(build(model));
  expect(model);
  ASSERT_TRUE(build(model, true));
  EXPECT_NE(page_.leaf().permutation(), 0u);
  expect(model);
}

TEST_F(LeafBuildTest, AnEmptyLeafIsALeaf) {
  ASSERT_TRUE(page_.build(builder_, {}, false, 0, hints_));
  expect({});
  EXPECT_GT(page_.leaf().capacity(), 0u);
  EXPECT_EQ(page_.leaf().lower_bound(5), 0u);
}

TEST_F(LeafBuildTest, IntegersTakeTheBytesOfTheirSpan) {
  LeafModel model = small_rows(100);
  ASSERT_TRUE(build(model));
  EXPECT_EQ(entry(1).width, 1);
  EXPECT_EQ(entry(1).base, 1000);
  model[50][0] = big(60000);
  ASSERT_TRUE(build(model));
  EXPECT_EQ(entry(1).width, 2);
  EXPECT_EQ(entry(1).base, 0);  // room below
  model[51][0] = big(int64_t{1} << 40);
  ASSERT_TRUE(build(model));
  EXPECT_EQ(entry(1).width, 8);
  EXPECT_EQ(entry(1).base, 0);
  expect(model);
}

TEST_F(LeafBuildTest, ExtremeIntegersFit) {
  LeafModel model = small_rows(3);
  model[1][0] = big(INT64_MIN);
  model[2][0] = big(INT64_MAX);
  ASSERT_TRUE(build(model));
  expect(model);
  hints_ = {};
  model[1][0] = big(INT64_MAX - 1);
  model[3][0] = big(INT64_MAX - 200);
  ASSERT_TRUE(build(model));
  EXPECT_EQ(entry(1).width, 1);
  expect(model);
}

TEST_F(LeafBuildTest, ExtremeRowIdsFit) {
  LeafModel model;
  for (const int64_t id : {INT64_MIN, INT64_MIN + 1, int64_t{-1}, int64_t{0}, INT64_MAX - 1, INT64_MAX}) {
    model[id] = {big(id), text("x"), real(1)};
  }
  for (const bool sparse : {false, true}) {
    ASSERT_TRUE(build(model, sparse));
    expect(model);
  }
  model.erase(model.begin(), std::next(model.begin(), 4));
  for (const bool sparse : {false, true}) {
    ASSERT_TRUE(build(model, sparse));
    expect(model);
  }
}

TEST_F(LeafBuildTest, WidthsNeverShrinkWithinAWriter) {
  LeafModel wide = small_rows(10);
  wide[5][0] = big(1 << 20);
  ASSERT_TRUE(build(wide));
  ASSERT_TRUE(build(small_rows(10)));
  EXPECT_EQ(entry(1).width, 4);
}

TEST_F(LeafBuildTest, AppendedIdsHaveRoomForTheWholeCapacity) {
  ASSERT_TRUE(build(small_rows(64, 1)));
  const TableLeaf leaf = page_.leaf();
  ASSERT_GT(leaf.capacity(), 256u);
  EXPECT_EQ(leaf.row_ids().width, 2);
  EXPECT_EQ(leaf.row_ids().base, 1);
}

TEST_F(LeafBuildTest, StringsOfOneLengthHaveNoHeap) {
  LeafModel model = small_rows(100);
  ASSERT_TRUE(build(model));
  EXPECT_EQ(entry(2).encoding, LeafEncoding::kEqual);
  EXPECT_EQ(entry(2).width, 7);
  EXPECT_EQ(page_.leaf().heap_start(), page_.content_bytes());
  model[7][1] = text("another length");
  ASSERT_TRUE(build(model));
  EXPECT_EQ(entry(2).encoding, LeafEncoding::kHeap);
  expect(model);
  model[7][1] = text("code777");
  ASSERT_TRUE(build(model));
  EXPECT_EQ(entry(2).encoding, LeafEncoding::kHeap) << "varying is remembered";
}

TEST_F(LeafBuildTest, OverflowReferencesStayReferences) {
  LeafModel model = small_rows(20);
  model[3][1] = {Value{{SqlTypeId::kText, kNoTypmod}, std::string("reference-bytes!")}, true};
  ASSERT_TRUE(build(model));
  expect(model);
  std::vector<std::byte> copy(page_.page_bytes());
  std::memcpy(copy.data(), page_.writer().data(), copy.size());
  const TableLeaf old(copy.data());
  const LeafSource source{&old, nullptr, 0, old.rows()};
  ASSERT_TRUE(page_.build(builder_, {&source, 1}, true, 0, hints_));
  expect(model);
}

TEST_F(LeafBuildTest, NullsNeedABitmapAndOthersHaveNone) {
  LeafModel model = small_rows(100);
  model[9][0] = null_of(schema_.columns[0].type);
  model[70][2] = null_of(schema_.columns[2].type);
  ASSERT_TRUE(build(model));
  EXPECT_NE(entry(1).validity, 0);
  EXPECT_EQ(entry(2).validity, 0);
  EXPECT_NE(entry(3).validity, 0);
  expect(model);
  ASSERT_TRUE(build(small_rows(10)));
  EXPECT_NE(entry(1).validity, 0) << "nullable is remembered";
}

TEST_F(LeafBuildTest, PagesAreFilled) {
  LeafModel model = small_rows(2000);
  const LeafRows rows(schema_, model);
  const LeafSource source{nullptr, &rows.batch(), 0, rows.batch().rows};
  const uint32_t fitting = builder_.fitting({&source, 1}, false, 100, hints_);
  const LeafSource full{nullptr, &rows.batch(), 0, fitting};
  const LeafSource over{nullptr, &rows.batch(), 0, fitting + 1};
  EXPECT_FALSE(builder_.plan({&over, 1}, false, 0, hints_));
  ASSERT_TRUE(page_.build(builder_, {&full, 1}, false, 0, hints_));
  EXPECT_FALSE(builder_.plan({&full, 1}, false, fitting / 8, hints_));
  model.erase(std::next(model.begin(), fitting), model.end());
  expect(model);
  const uint32_t half = builder_.fitting({&source, 1}, false, 50, hints_);
  EXPECT_GT(half, fitting * 4 / 10);
  EXPECT_LT(half, fitting * 6 / 10);
}

TEST_F(LeafBuildTest, OlderSchemaVersionsAreConverted) {
  const LeafModel model = small_rows(50);
  ASSERT_TRUE(build(model));
  std::vector<std::byte> copy(page_.page_bytes());
  std::memcpy(copy.data(), page_.writer().data(), copy.size());
  const TableLeaf old(copy.data());
  TableSchema newer = schema_;
  newer.version = 2;
  newer.columns.erase(newer.columns.begin() + 1);
  newer.columns.push_back(leaf_column(4, SqlTypeId::kText));
  newer.columns.back().missing = text("default of the column").value;
  newer.columns.push_back(leaf_column(5, SqlType{SqlTypeId::kNumeric, numeric_typmod(10, 2)}));
  newer.columns.back().missing =
      Value{newer.columns.back().type, numeric_parse("12.50", newer.columns.back().type.typmod).value()};
  newer.columns.push_back(leaf_column(6, SqlTypeId::kUuid));
  LeafModel wanted;
  for (const auto& [id, row] : model) {
    wanted[id] = {row[0],
                  row[2],
                  {newer.columns[2].missing},
                  {newer.columns[3].missing},
                  null_of(newer.columns[4].type)};
  }
  LeafBuilder builder(newer, page_.content_bytes());
  LeafHints hints;
  const LeafSource source{&old, nullptr, 0, old.rows()};
  ASSERT_TRUE(page_.build(builder, {&source, 1}, false, 0, hints));
  EXPECT_EQ(page_.leaf().schema_version(), 2u);
  expect_leaf_is(page_, newer, wanted, random_);
}

}  // namespace
}  // namespace ddb
