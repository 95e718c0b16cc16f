// byte_order: integers of fixed byte order for file formats (mold's ul32 idea). Unaligned, little endian.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace ddb {

template <typename T>
inline T load_le(const void* p) {
  T v;
  std::memcpy(&v, p, sizeof(T));
  if constexpr (std::endian::native == std::endian::big) {
    T swapped = 0;
    for (size_t i = 0; i < sizeof(T); ++i) swapped = static_cast<T>((swapped << 8) | ((v >> (8 * i)) & 0xFF));
    v = swapped;
  }
  return v;
}

template <typename T>
inline void store_le(void* p, T v) {
  if constexpr (std::endian::native == std::endian::big) v = load_le<T>(&v);
  std::memcpy(p, &v, sizeof(T));
}

template <typename T>
class LittleEndian {
 public:
  LittleEndian() = default;
  LittleEndian(T v) { store_le(bytes_, v); }  // NOLINT: implicit by design
  LittleEndian& operator=(T v) {
    store_le(bytes_, v);
    return *this;
  }
  operator T() const { return load_le<T>(bytes_); }  // NOLINT: implicit by design

 private:
  unsigned char bytes_[sizeof(T)];
};

using U16le = LittleEndian<uint16_t>;
using U32le = LittleEndian<uint32_t>;
using U64le = LittleEndian<uint64_t>;
static_assert(sizeof(U64le) == 8 && alignof(U64le) == 1);

}  // namespace ddb
