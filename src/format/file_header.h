// file_header: the two header copies at the start of the main file and the places of everything behind them (ADR 0001).
// Holds constants and checkpoint state only. No I/O.
//
// header copy, 256 bytes, at file offsets 0 and 4096:
//   offset size
//   0      16   magic
//   16     4    format version
//   20     4    page bytes
//   24     8    read feature bits: an unknown one refuses every open
//   32     8    write feature bits: an unknown one refuses opening for writing
//   40     4    reserved bytes at the end of each page
//   44     4    double-write slots
//   48     16   UUID
//   64     8    checkpoint LSN
//   72     8    LSN that the log must reach
//   80     4    flags: bit 0 clean
//   84     168  zero
//   252    4    CRC32C of bytes 0..251
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/ids.h"
#include "base/status.h"

namespace ddb {

inline constexpr uint32_t kFormatVersion = 1;
inline constexpr uint64_t kHeaderCopyOffset[2] = {0, 4096};
inline constexpr size_t kHeaderCopyBytes = 4096;  // written whole
inline constexpr uint64_t kDoubleWriteOffset = 8192;
inline constexpr size_t kDoubleWriteDirectoryBytes = 4096;
inline constexpr uint32_t kDoubleWriteBytesMax = 256 * 1024;  // images of one slice
inline constexpr uint32_t kDefaultPageBytes = 16384;          // ADR 0011
inline constexpr uint32_t kPageBytesMin = 4096;
inline constexpr uint32_t kPageBytesMax = 32768;

using FileUuid = std::array<uint8_t, 16>;

struct FileHeader {
  uint32_t format_version = kFormatVersion;
  uint32_t page_bytes = kDefaultPageBytes;
  uint64_t read_features = 0;
  uint64_t write_features = 0;
  uint32_t reserved_bytes = 0;
  uint32_t double_write_slots = 0;
  FileUuid uuid{};
  Lsn checkpoint_lsn;
  Lsn log_must_reach;
  bool clean = true;

  // File offset of a page.
  uint64_t page_offset(PageNo page) const { return data_start() + uint64_t{page.value} * page_bytes; }
  uint64_t data_start() const {
    const uint64_t end =
        kDoubleWriteOffset + kDoubleWriteDirectoryBytes + uint64_t{double_write_slots} * page_bytes;
    return (end + page_bytes - 1) / page_bytes * page_bytes;
  }
};

// Slots that fill kDoubleWriteBytesMax at a page size.
constexpr uint32_t default_double_write_slots(uint32_t page_bytes) {
  return kDoubleWriteBytesMax / page_bytes;
}

// Writes one header copy into kHeaderCopyBytes bytes.
void encode_header(const FileHeader& header, std::span<std::byte, kHeaderCopyBytes> out);

// Reads one copy. Errors: XX001 bad checksum, magic or values ("not a DecentDB file" is told by `looks_foreign`).
Result<FileHeader> decode_header(std::span<const std::byte> copy);

// True if the bytes do not even carry our magic.
bool looks_foreign(std::span<const std::byte> copy);

// What both copies together say: constants of a valid one, the higher checkpoint LSN and log mark, unclean if any valid
// copy says so. Errors: 58030-class texts for a foreign file (XX001), XX001 if no copy is valid, 0A000 for a newer format.
Result<FileHeader> merge_headers(std::span<const std::byte> copy0, std::span<const std::byte> copy1,
                                 uint32_t* valid_mask);

// double-write directory, 4096 bytes at kDoubleWriteOffset:
//   0 4 magic, 4 4 CRC32C of bytes 8..end of list, 8 16 UUID, 24 8 sequence, 32 8 target LSN, 40 4 count, 44 4 zero,
//   48 count × {4 page number, 4 CRC32C of the image}
struct DoubleWriteEntry {
  PageNo page;
  uint32_t image_crc = 0;
};
struct DoubleWriteDirectory {
  uint64_t sequence = 0;
  Lsn target;
  uint32_t count = 0;
  std::array<DoubleWriteEntry, 64> entries{};
};
void encode_double_write(const DoubleWriteDirectory& directory, const FileUuid& uuid,
                         std::span<std::byte, kDoubleWriteDirectoryBytes> out);
// Returns false if the bytes are no valid directory of this file (also when never written or torn).
bool decode_double_write(std::span<const std::byte> bytes, const FileUuid& uuid, DoubleWriteDirectory* out);

}  // namespace ddb
