// byte_order_test: integers of file formats are little endian, unaligned, and keep their value.
#include "base/byte_order.h"

#include <gtest/gtest.h>

#include <cstddef>

namespace ddb {
namespace {

TEST(ByteOrder, LowByteComesFirst) {
  unsigned char bytes[8];
  store_le<uint32_t>(bytes, 0x04030201u);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(bytes[i], i + 1);
  store_le<uint64_t>(bytes, 0x0807060504030201ull);
  for (int i = 0; i < 8; ++i) EXPECT_EQ(bytes[i], i + 1);
  EXPECT_EQ(load_le<uint16_t>(bytes), 0x0201u);
  EXPECT_EQ(load_le<uint64_t>(bytes), 0x0807060504030201ull);
}

struct Record {
  unsigned char tag;
  U16le small;
  U32le middle;
  U64le large;
};

TEST(ByteOrder, RecordsHaveNoPadding) {
  static_assert(sizeof(Record) == 15);
  static_assert(offsetof(Record, large) == 7);
  Record record{};
  record.small = 0xFFFE;
  record.middle = 0xFFFFFFFDu;
  record.large = 0xFFFFFFFFFFFFFFFCull;
  EXPECT_EQ(record.small, 0xFFFE);
  EXPECT_EQ(record.middle, 0xFFFFFFFDu);
  EXPECT_EQ(record.large, 0xFFFFFFFFFFFFFFFCull);
}

}  // namespace
}  // namespace ddb
