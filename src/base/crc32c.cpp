// crc32c: three streams of the SSE4.2 instruction hide its latency of three cycles; their remainders are joined by a
// multiplication by x^n modulo the polynomial (carry-less shift through precomputed tables). Source of the method:
// Gopal et al., "Fast CRC Computation for iSCSI Polynomial Using CRC32 Instruction", Intel 2011.
#include "base/crc32c.h"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace ddb {
namespace {

constexpr uint32_t kPolynomial = 0x82F63B78u;  // reflected
constexpr size_t kLongStream = 1024;           // bytes per stream of the long step
constexpr size_t kShortStream = 128;           // and of the short one

using ByteTable = std::array<std::array<uint32_t, 256>, 8>;
using ShiftTable = std::array<std::array<uint32_t, 256>, 4>;

constexpr ByteTable make_byte_table() {
  ByteTable table{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t c = i;
    for (int k = 0; k < 8; ++k) c = (c & 1) != 0 ? (c >> 1) ^ kPolynomial : c >> 1;
    table[0][i] = c;
  }
  for (size_t i = 0; i < 256; ++i) {
    for (size_t k = 1; k < 8; ++k) table[k][i] = (table[k - 1][i] >> 8) ^ table[0][table[k - 1][i] & 0xFF];
  }
  return table;
}

constexpr ByteTable kTable = make_byte_table();

#if defined(__x86_64__)
// Appends `count` zero bytes to a remainder.
constexpr uint32_t shift_zeros(uint32_t crc, size_t count) {
  for (size_t i = 0; i < count; ++i) crc = (crc >> 8) ^ kTable[0][crc & 0xFF];
  return crc;
}

ShiftTable make_shift_table(size_t count) {
  ShiftTable table{};
  std::array<uint32_t, 32> basis{};
  for (size_t bit = 0; bit < 32; ++bit) basis[bit] = shift_zeros(1u << bit, count);
  for (size_t k = 0; k < 4; ++k) {
    for (uint32_t i = 0; i < 256; ++i) {
      uint32_t v = 0;
      for (size_t bit = 0; bit < 8; ++bit) {
        if ((i >> bit & 1) != 0) v ^= basis[k * 8 + bit];
      }
      table[k][i] = v;
    }
  }
  return table;
}

inline uint32_t apply(const ShiftTable& t, uint32_t crc) {
  return t[0][crc & 0xFF] ^ t[1][crc >> 8 & 0xFF] ^ t[2][crc >> 16 & 0xFF] ^ t[3][crc >> 24];
}

inline uint64_t load64(const unsigned char* p) {
  uint64_t v;
  std::memcpy(&v, p, 8);
  return v;
}

template <size_t kStream>
__attribute__((target("sse4.2"))) inline void three_streams(const unsigned char*& p, size_t& size,
                                                            uint64_t& c, const ShiftTable& shift) {
  while (size >= 3 * kStream) {
    uint64_t c1 = 0;
    uint64_t c2 = 0;
    for (size_t i = 0; i < kStream; i += 8) {
      c = _mm_crc32_u64(c, load64(p + i));
      c1 = _mm_crc32_u64(c1, load64(p + kStream + i));
      c2 = _mm_crc32_u64(c2, load64(p + 2 * kStream + i));
    }
    c = apply(shift, static_cast<uint32_t>(c)) ^ c1;
    c = apply(shift, static_cast<uint32_t>(c)) ^ c2;
    p += 3 * kStream;
    size -= 3 * kStream;
  }
}

__attribute__((target("sse4.2"))) uint32_t crc32c_sse42(const void* data, size_t size, uint32_t crc) {
  static const ShiftTable long_shift = make_shift_table(kLongStream);
  static const ShiftTable short_shift = make_shift_table(kShortStream);
  const auto* p = static_cast<const unsigned char*>(data);
  uint64_t c = ~crc;
  three_streams<kLongStream>(p, size, c, long_shift);
  three_streams<kShortStream>(p, size, c, short_shift);
  for (; size >= 8; p += 8, size -= 8) c = _mm_crc32_u64(c, load64(p));
  for (; size > 0; ++p, --size) c = _mm_crc32_u8(static_cast<uint32_t>(c), *p);
  return ~static_cast<uint32_t>(c);
}
#endif

}  // namespace

uint32_t crc32c_portable(const void* data, size_t size, uint32_t crc) {
  const auto* p = static_cast<const unsigned char*>(data);
  uint32_t c = ~crc;
  for (; size >= 8; p += 8, size -= 8) {
    c ^= static_cast<uint32_t>(p[0]) | static_cast<uint32_t>(p[1]) << 8 | static_cast<uint32_t>(p[2]) << 16 |
         static_cast<uint32_t>(p[3]) << 24;
    c = kTable[7][c & 0xFF] ^ kTable[6][c >> 8 & 0xFF] ^ kTable[5][c >> 16 & 0xFF] ^ kTable[4][c >> 24] ^
        kTable[3][p[4]] ^ kTable[2][p[5]] ^ kTable[1][p[6]] ^ kTable[0][p[7]];
  }
  for (; size > 0; ++p, --size) c = (c >> 8) ^ kTable[0][(c ^ *p) & 0xFF];
  return ~c;
}

uint32_t crc32c(const void* data, size_t size, uint32_t crc) {
#if defined(__x86_64__)
  static const bool has_instruction = __builtin_cpu_supports("sse4.2") != 0;
  if (has_instruction) return crc32c_sse42(data, size, crc);
#endif
  return crc32c_portable(data, size, crc);
}

}  // namespace ddb
