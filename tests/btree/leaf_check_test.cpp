// Checking leaves at load: the format is what the header says, and bytes that break an invariant are named and refused.
#include <functional>

#include "leaf_world.h"

namespace ddb {
namespace {

class LeafCheckTest : public ::testing::Test {
 protected:
  void SetUp() override {
    schema_.version = 3;
    schema_.columns = {leaf_column(1, SqlTypeId::kInteger), leaf_column(4, SqlTypeId::kText),
                       leaf_column(9, SqlTypeId::kReal)};
    LeafModel model;
    model[10] = {
        {Value{schema_.columns[0].type, int32_t{-2}}}, text("ab"), {Value{schema_.columns[2].type, 1.0f}}};
    model[12] = {{Value{schema_.columns[0].type, int32_t{5}}},
                 null_of(schema_.columns[1].type),
                 {Value{schema_.columns[2].type, -1.0f}}};
    model[13] = {
        {Value{schema_.columns[0].type, int32_t{3}}}, text("cde"), {Value{schema_.columns[2].type, 0.0f}}};
    const LeafRows rows(schema_, model);
    const LeafSource source{nullptr, &rows.batch(), 0, rows.batch().rows};
    LeafBuilder builder(schema_, kContent);
    LeafHints hints;
    ASSERT_TRUE(builder.plan({&source, 1}, true, 0, hints));
    page_.resize(kContent);
    builder.write({&source, 1}, page_.data());
  }
  Status check() const { return check_table_leaf(page_, kContent); }
  void expect_refused(const std::function<void()>& damage, const char* rule) {
    const std::vector<std::byte> before = page_;
    damage();
    const Status status = check();
    EXPECT_TRUE(status.is(sqlstate::kCorrupted)) << rule;
    EXPECT_NE(status.to_string().find(rule), std::string::npos) << status.to_string();
    page_ = before;
  }
  void put16(size_t at, uint32_t value) {
    store_le<uint16_t>(page_.data() + at, static_cast<uint16_t>(value));
  }
  void put64(size_t at, uint64_t value) { store_le<uint64_t>(page_.data() + at, value); }
  uint32_t get16(size_t at) const { return load_le<uint16_t>(page_.data() + at); }
  std::string hex(size_t from, size_t to) const {
    static const char* kDigits = "0123456789abcdef";
    std::string out;
    for (size_t i = from; i < to; ++i) {
      out += kDigits[static_cast<unsigned>(page_[i]) >> 4];
      out += kDigits[static_cast<unsigned>(page_[i]) & 15];
    }
    return out;
  }

  static constexpr uint32_t kContent = 512;
  TableSchema schema_;
  std::vector<std::byte> page_;
};

TEST_F(LeafCheckTest, TheFormatIsTheDocumentedOne) {
  ASSERT_TRUE(check().is_ok()) << check().to_string();
  // Version 3; used 3, capacity, rows 3, permutation, heap, garbage, columns 3, end of the arrays.
  EXPECT_EQ(hex(32, 56), "030000000300180003009001fb0100000300c00100000000");
  EXPECT_EQ(hex(56, 72), "00000000000000008000010000000000");
  EXPECT_EQ(hex(72, 88), "80ffffffffffffffa000010000000100");
  EXPECT_EQ(hex(88, 104), "0000000000000000d0000403c0000400");
  EXPECT_EQ(hex(104, 120), "00000000000000003001040100000900");
  const TableLeaf leaf(page_.data());
  EXPECT_EQ(hex(leaf.row_ids().offset, leaf.row_ids().offset + 3u), "0a0c0d");
  EXPECT_EQ(hex(leaf.column(0).offset, leaf.column(0).offset + 3u), "7e8583");
  EXPECT_EQ(hex(leaf.column(1).validity, leaf.column(1).validity + 8u), "0500000000000000");
  EXPECT_EQ(hex(leaf.column(1).offset, leaf.column(1).offset + 12u), "fe01020000000000fb010300");
  EXPECT_EQ(hex(leaf.column(2).offset, leaf.column(2).offset + 12u), "0000803f000080bf00000000");
  EXPECT_EQ(hex(leaf.permutation(), leaf.permutation() + 6), "000001000200");
  EXPECT_EQ(hex(kContent - 5, kContent), "6364656162");
}

TEST_F(LeafCheckTest, BrokenInvariantsAreNamed) {
  const TableLeaf leaf(page_.data());
  const uint32_t order = leaf.permutation();
  const uint32_t ids = leaf.row_ids().offset;
  const uint32_t texts = leaf.column(1).offset;
  expect_refused([&] { put16(48, 200); }, "(L1)");
  expect_refused([&] { put16(50, kContent); }, "(L1)");
  expect_refused([&] { put16(44, kContent + 1); }, "(L1)");
  expect_refused([&] { put16(46, kContent); }, "(L1)");
  expect_refused([&] { put16(56 + 8, get16(56 + 8) + 1); }, "(L1)");
  expect_refused([&] { put16(72 + 8, get16(56 + 8)); }, "(L1)");
  expect_refused([&] { put16(88 + 12, get16(50)); }, "(L1)");
  expect_refused([&] { put16(88 + 14, 1); }, "(L1)");
  expect_refused([&] { page_[56 + 10] = std::byte{3}; }, "(L1)");
  expect_refused([&] { page_[104 + 10] = std::byte{2}; }, "(L1)");
  expect_refused([&] { page_[72 + 11] = std::byte{7}; }, "(L1)");
  expect_refused([&] { put16(42, 8); }, "(L1)");
  expect_refused([&] { put16(38, 400); }, "(L1)");
  expect_refused([&] { put16(36, get16(38) + 1); }, "(L2)");
  expect_refused([&] { put16(40, 4); }, "(L2)");
  expect_refused([&] { put16(order, 3); }, "(L2)");
  expect_refused([&] { put16(order, 1); }, "(L2)");
  expect_refused([&] { put16(42, 0), put16(40, 2); }, "(L2)");
  expect_refused([&] { put16(order, 1), put16(order + 2, 0); }, "(L3)");
  expect_refused([&] { page_[ids + 1] = page_[ids]; }, "(L3)");
  expect_refused([&] { put16(texts, leaf.heap_start() - 1); }, "(L4)");
  expect_refused([&] { put16(texts + 2, 6); }, "(L4)");
  expect_refused([&] { put16(texts + 2, 3); }, "(L4)");  // starts inside, ends one byte behind
  expect_refused([&] { put16(texts + 2, kOverflowLength); }, "(L4)");
  expect_refused([&] { put16(texts + 2, 0); }, "(L4)");
  expect_refused([&] { put64(72, INT64_MAX - 3); }, "(L5)");
  expect_refused([&] { put64(56, INT64_MAX - 1); }, "(L5)");
  expect_refused([&] { put64(104, 1); }, "(L5)");
  expect_refused([&] { put16(52, 1); }, "reserved");
}

TEST_F(LeafCheckTest, WhatLiesUnderNullsAndInHolesDoesNotMatter) {
  const TableLeaf leaf(page_.data());
  put16(leaf.column(1).offset + 4, 3);
  put16(leaf.column(1).offset + 6, 7000);
  EXPECT_TRUE(check().is_ok());
  put16(40, 2);
  put16(leaf.column(1).offset + 8, 3);
  EXPECT_TRUE(check().is_ok());
}

TEST_F(LeafCheckTest, PagesOfImpossibleSizesAreRefused) {
  EXPECT_FALSE(check_table_leaf({}, kContent).is_ok());
  EXPECT_FALSE(check_table_leaf(page_, kContent + 1).is_ok());
  EXPECT_FALSE(check_table_leaf(page_, 60).is_ok());
}

}  // namespace
}  // namespace ddb
