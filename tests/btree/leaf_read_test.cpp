// Reading leaves: arrays whose layout is the vector's are views, everything else is decoded, predicates see SQL's order.
#include <cmath>
#include <limits>

#include "leaf_world.h"

namespace ddb {
namespace {

class LeafReadTest : public ::testing::Test {
 protected:
  void build(TableSchema schema, const LeafModel& model, bool sparse = false) {
    schema_ = std::move(schema);
    model_ = model;
    const LeafRows rows(schema_, model);
    const LeafSource source{nullptr, &rows.batch(), 0, rows.batch().rows};
    LeafBuilder builder(schema_, page_.content_bytes());
    LeafHints hints;
    ASSERT_TRUE(page_.build(builder, {&source, 1}, sparse, 0, hints));
  }
  bool in_page(const void* at) const {
    const auto* byte = static_cast<const std::byte*>(at);
    return byte >= page_.leaf().page() && byte < page_.leaf().page() + page_.page_bytes();
  }
  const Vector& read(uint32_t column, uint32_t first, uint32_t count) {
    const PhysicalKind kind = schema_.columns[column].kind;
    EXPECT_TRUE(out_.allocate(kind, kVectorRowsMax, arena_).is_ok());
    read_column(page_.leaf(), leaf_index(page_.leaf(), schema_, column), kind, first, count, &out_);
    return out_;
  }
  static TableSchema one_column(SqlTypeId type) {
    TableSchema schema;
    schema.columns = {leaf_column(1, type)};
    return schema;
  }

  LeafPage page_{16384};
  TableSchema schema_;
  LeafModel model_;
  BatchArena arena_{1 << 24};
  Vector out_;
  SeededRandom random_{3};
};

TEST_F(LeafReadTest, FullWidthIntegersAreViewsOfThePage) {
  LeafModel model;
  for (int64_t i = 1; i <= 300; ++i) model[i] = {big((i - 150) << 40)};
  build(one_column(SqlTypeId::kBigint), model);
  const Vector& whole = read(0, 0, 300);
  EXPECT_TRUE(in_page(whole.raw_data()));
  EXPECT_EQ(whole.validity(), nullptr);
  EXPECT_TRUE(in_page(read(0, 17, 100).raw_data()));
  EXPECT_EQ(out_.value<int64_t>(0), int64_t{18 - 150} << 40);
}

TEST_F(LeafReadTest, ViewsOfColumnsWithNullsStartAtWholeWords) {
  LeafModel model;
  for (int64_t i = 1; i <= 300; ++i) model[i] = {big(i << 40)};
  model[250][0] = null_of({SqlTypeId::kBigint, kNoTypmod});
  build(one_column(SqlTypeId::kBigint), model);
  EXPECT_TRUE(in_page(read(0, 64, 236).raw_data()));
  EXPECT_TRUE(in_page(out_.validity()));
  EXPECT_TRUE(out_.is_null(249 - 64));
  EXPECT_FALSE(in_page(read(0, 65, 235).raw_data()));
  EXPECT_TRUE(out_.is_null(249 - 65));
  EXPECT_FALSE(in_page(read(0, 72, 228).raw_data())) << "a whole byte is no whole word";
  EXPECT_TRUE(out_.is_null(249 - 72));
  EXPECT_EQ(read(0, 3, 100).validity(), nullptr) << "no NULL among these";
  EXPECT_TRUE(in_page(out_.raw_data()));
}

TEST_F(LeafReadTest, ColumnsOfOneValueAreConstants) {
  LeafModel model;
  for (int64_t i = 1; i <= 100; ++i) model[i] = {big(-77)};
  build(one_column(SqlTypeId::kBigint), model, true);
  EXPECT_TRUE(read(0, 5, 50).is_constant());
  EXPECT_EQ(out_.value<int64_t>(49), -77);
}

TEST_F(LeafReadTest, RealsOrderAsPostgreSqls) {
  const double nan = std::nan("");
  const double infinity = std::numeric_limits<double>::infinity();
  LeafModel model;
  const SqlType type{SqlTypeId::kDoublePrecision, kNoTypmod};
  int64_t id = 1;
  for (const double value : {0.0, -0.0, 1.0, -1.0, infinity, -infinity, nan})
    model[id++] = {{Value{type, value}}};
  model[id++] = {null_of(type)};
  build(one_column(SqlTypeId::kDoublePrecision), model);
  const auto kept = [&](CompareOp op, double constant) {
    ScanPredicate predicate;
    predicate.op = op;
    predicate.real = constant;
    std::vector<uint16_t> out(8);
    bool unsure = false;
    out.resize(filter_range(page_.leaf(), schema_, predicate, 0, 0, 8, out.data(), &unsure));
    return out;
  };
  using Positions = std::vector<uint16_t>;
  EXPECT_EQ(kept(CompareOp::kEqual, -0.0), (Positions{0, 1}));
  EXPECT_EQ(kept(CompareOp::kEqual, nan), (Positions{6}));
  EXPECT_EQ(kept(CompareOp::kNotEqual, nan), (Positions{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(kept(CompareOp::kLess, nan), (Positions{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(kept(CompareOp::kLessEqual, nan), (Positions{0, 1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(kept(CompareOp::kGreater, nan), Positions{});
  EXPECT_EQ(kept(CompareOp::kGreaterEqual, nan), (Positions{6}));
  EXPECT_EQ(kept(CompareOp::kGreater, 0.0), (Positions{2, 4, 6}));
  EXPECT_EQ(kept(CompareOp::kGreaterEqual, infinity), (Positions{4, 6}));
  EXPECT_EQ(kept(CompareOp::kNotEqual, 1.0), (Positions{0, 1, 3, 4, 5, 6}));
}

TEST_F(LeafReadTest, EveryComparisonAtTheEdgesOfAWidth) {
  for (const int64_t low : {int64_t{0}, int64_t{-300}, int64_t{1000}, INT64_MAX - 300, INT64_MIN}) {
    for (const int64_t span : {0, 100, 255, 256, 300}) {
      LeafModel model;
      for (int64_t i = 0; i < 150; ++i) model[i] = {big(low + i * span / 149)};
      build(one_column(SqlTypeId::kBigint), model, low == 1000);
      for (const int64_t constant :
           {INT64_MIN, INT64_MAX, low, low + span, low + span / 2, int64_t{0}, int64_t{-1}}) {
        for (int op = 0; op < 6; ++op) {
          expect_filter(page_, schema_, model_, 0, static_cast<CompareOp>(op), big(constant).value, random_);
          ASSERT_FALSE(HasFatalFailure()) << low << " " << span << " " << constant;
        }
      }
    }
  }
}

TEST_F(LeafReadTest, AnArrayOfAnotherKindReadsAsNulls) {
  LeafModel model;
  for (int64_t i = 1; i <= 10; ++i) model[i] = {text("abc")};
  build(one_column(SqlTypeId::kText), model);
  schema_ = one_column(SqlTypeId::kBigint);
  EXPECT_TRUE(read(0, 0, 10).is_null(4));
}

}  // namespace
}  // namespace ddb
