// crc32c_test: known values, and the three-way kernel against the portable one at all sizes and alignments.
#include "base/crc32c.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "base/seeded_random.h"

namespace ddb {
namespace {

uint32_t bit_by_bit(const unsigned char* p, size_t size) {
  uint32_t c = ~0u;
  for (size_t i = 0; i < size; ++i) {
    c ^= p[i];
    for (int k = 0; k < 8; ++k) c = (c & 1) != 0 ? (c >> 1) ^ 0x82F63B78u : c >> 1;
  }
  return ~c;
}

TEST(Crc32c, KnownValues) {
  EXPECT_EQ(crc32c("123456789", 9), 0xE3069283u);
  EXPECT_EQ(crc32c_portable("123456789", 9), 0xE3069283u);
  EXPECT_EQ(crc32c("", 0), 0u);
  // RFC 3720, B.4: 32 bytes of zeros, of ones, ascending, descending.
  std::vector<unsigned char> bytes(32, 0);
  EXPECT_EQ(crc32c(bytes.data(), 32), 0x8A9136AAu);
  std::memset(bytes.data(), 0xFF, 32);
  EXPECT_EQ(crc32c(bytes.data(), 32), 0x62A8AB43u);
  for (size_t i = 0; i < 32; ++i) bytes[i] = static_cast<unsigned char>(i);
  EXPECT_EQ(crc32c(bytes.data(), 32), 0x46DD794Eu);
  for (size_t i = 0; i < 32; ++i) bytes[i] = static_cast<unsigned char>(31 - i);
  EXPECT_EQ(crc32c(bytes.data(), 32), 0x113FDB5Cu);
}

class Crc32cBytes : public ::testing::Test {
 protected:
  Crc32cBytes() : bytes_(40'000) {
    SeededRandom random(1);
    for (auto& byte : bytes_) byte = static_cast<unsigned char>(random.next());
  }
  std::vector<unsigned char> bytes_;
};

TEST_F(Crc32cBytes, KernelsAgreeAtAllSizesAndAlignments) {
  for (size_t size = 0; size <= 3'400; ++size) {
    const size_t alignment = size % 17;
    const unsigned char* p = bytes_.data() + alignment;
    ASSERT_EQ(crc32c(p, size), crc32c_portable(p, size)) << size;
  }
  for (size_t alignment = 0; alignment < 64; ++alignment) {
    for (size_t size : {0u, 1u, 7u, 8u, 9u, 383u, 384u, 385u, 3071u, 3072u, 3073u, 4096u, 8192u, 32768u}) {
      const unsigned char* p = bytes_.data() + alignment;
      ASSERT_EQ(crc32c(p, size), crc32c_portable(p, size)) << size << " at " << alignment;
    }
  }
}

TEST_F(Crc32cBytes, PortableAgreesWithTheDefinition) {
  for (size_t size = 0; size <= 200; ++size) {
    ASSERT_EQ(crc32c_portable(bytes_.data() + size % 5, size), bit_by_bit(bytes_.data() + size % 5, size))
        << size;
  }
  EXPECT_EQ(crc32c(bytes_.data(), bytes_.size()), bit_by_bit(bytes_.data(), bytes_.size()));
}

TEST_F(Crc32cBytes, ContinuesFromAnEarlierValue) {
  SeededRandom random(2);
  const uint32_t whole = crc32c(bytes_.data(), bytes_.size());
  for (int round = 0; round < 100; ++round) {
    const size_t cut = random.below(bytes_.size() + 1);
    const uint32_t first = crc32c(bytes_.data(), cut);
    ASSERT_EQ(crc32c(bytes_.data() + cut, bytes_.size() - cut, first), whole) << cut;
    ASSERT_EQ(crc32c_portable(bytes_.data() + cut, bytes_.size() - cut, first), whole) << cut;
  }
}

}  // namespace
}  // namespace ddb
