// page: the header that every page of the main file starts with, the root page, and the free map (ADR 0001). No I/O.
//
// page header, 32 bytes:
//   0  4 CRC32C of the page without these four bytes (set when the page leaves memory)
//   4  4 page number
//   8  8 LSN of the transaction that wrote this version
//   16 4 owner tree (0 = the store)
//   20 1 type
//   21 1 page format version (1)
//   22 10 zero
// Content runs from byte 32 to page bytes - reserved bytes. Bytes 16… are what log frames carry.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "base/byte_order.h"
#include "base/crc32c.h"
#include "base/ids.h"
#include "base/status.h"

namespace ddb {

inline constexpr size_t kPageHeaderBytes = 32;
inline constexpr size_t kPageLoggedFrom = 16;  // first byte that log frames may carry

enum class PageType : uint8_t {
  kNone = 0,        // never written
  kRoot = 1,        // page 0
  kFreeMap = 2,     // bitmap of one group of pages
  kFirstTree = 16,  // 16… belong to the layers above
};

inline PageNo page_number_of(const std::byte* page) { return PageNo(load_le<uint32_t>(page + 4)); }
inline Lsn page_lsn(const std::byte* page) { return Lsn(load_le<uint64_t>(page + 8)); }
inline TreeId page_owner(const std::byte* page) { return TreeId(load_le<uint32_t>(page + 16)); }
inline PageType page_type(const std::byte* page) { return static_cast<PageType>(page[20]); }
inline void set_page_lsn(std::byte* page, Lsn lsn) { store_le<uint64_t>(page + 8, lsn.value); }

// Zeroes the page and writes its header (LSN 0, no checksum yet).
inline void format_page(std::byte* page, size_t page_bytes, PageNo number, TreeId owner, PageType type) {
  std::memset(page, 0, page_bytes);
  store_le<uint32_t>(page + 4, number.value);
  store_le<uint32_t>(page + 16, owner.value);
  page[20] = static_cast<std::byte>(type);
  page[21] = std::byte{1};
}

inline uint32_t page_crc(const std::byte* page, size_t page_bytes) {
  return crc32c(page + 4, page_bytes - 4);
}
inline void seal_page(std::byte* page, size_t page_bytes) {
  store_le<uint32_t>(page, page_crc(page, page_bytes));
}
// Checksum and page number; the content is judged by the layer that owns it.
inline bool page_valid(const std::byte* page, size_t page_bytes, PageNo number) {
  return load_le<uint32_t>(page) == page_crc(page, page_bytes) && page_number_of(page) == number &&
         page[21] == std::byte{1};
}

// root page content, from byte 32: 4 page count, 4 catalog root page (kNoPage if none), 8 schema version
inline constexpr PageNo kRootPage{0};
inline constexpr size_t kRootPageCount = 32;
inline constexpr size_t kRootCatalog = 36;
inline constexpr size_t kRootSchemaVersion = 40;

// free map: group g covers pages [g × C, (g + 1) × C) and lies in page g × C + 1; bit i is page g × C + i, set = in use
struct FreeMapLayout {
  uint32_t pages_per_group;  // C
  static constexpr FreeMapLayout of(uint32_t page_bytes, uint32_t reserved_bytes) {
    return {static_cast<uint32_t>((page_bytes - kPageHeaderBytes - reserved_bytes) * 8)};
  }
  PageNo map_page(PageNo page) const { return PageNo(page.value / pages_per_group * pages_per_group + 1); }
  uint32_t bit(PageNo page) const { return page.value % pages_per_group; }
  bool is_map_page(PageNo page) const { return page.value % pages_per_group == 1; }
};
inline size_t free_map_byte(uint32_t bit) { return kPageHeaderBytes + bit / 8; }
inline bool free_map_test(const std::byte* map_page, uint32_t bit) {
  return (map_page[free_map_byte(bit)] >> (bit % 8) & std::byte{1}) != std::byte{0};
}

}  // namespace ddb
