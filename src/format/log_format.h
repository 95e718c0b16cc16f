// log_format: segment headers, blocks and frames of the log (ADR 0002). Encode and decode, no I/O.
//
// segment header, 80 bytes at the start of each segment:
//   0  4 magic            4  4 CRC32C of bytes 8..79    8  16 UUID
//   24 8 sequence         32 8 position                 40 8 prior LSN
//   48 8 run position     56 8 salt                     64 4 CRC of the previous block
//   68 4 segment bytes    72 4 page bytes               76 4 zero
//
// block, 16-byte aligned, 48 bytes of header, then frames, padded with zeros to 16:
//   0  4 CRC32C of bytes 4..length-1     4  4 length without padding
//   8  8 LSN                             16 8 salt
//   24 4 CRC of the previous block       28 2 frame count    30 1 flags    31 1 zero
//   32 8 LSN known synced when written   40 4 index of the block in its run    44 4 zero
//
// frame, 16 bytes, then ranges × {2 offset, 2 length, bytes}:
//   0  4 page number      4  1 kind      5  1 zero      6  2 range count
//   8  8 base LSN (delta) | 0 (image) | CRC32C of the page (direct)
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/byte_order.h"
#include "base/ids.h"
#include "format/file_header.h"

namespace ddb {

inline constexpr size_t kSegmentHeaderBytes = 80;
inline constexpr size_t kBlockHeaderBytes = 48;
inline constexpr size_t kBlockAlign = 16;
inline constexpr size_t kFrameHeaderBytes = 16;
inline constexpr size_t kRangeHeaderBytes = 4;
inline constexpr uint32_t kSectorBytes = 4096;  // what a power loss may tear or garble as one
inline constexpr uint32_t kLogSegmentBytesMax = 16 << 20;
inline constexpr uint32_t kDefaultSegmentBytes = 256 * 1024;

struct SegmentHeader {
  FileUuid uuid{};
  uint64_t sequence = 0;
  uint64_t position = 0;
  Lsn prior_lsn;
  uint64_t run_position = 0;
  uint64_t salt = 0;
  uint32_t previous_crc = 0;
  uint32_t segment_bytes = 0;
  uint32_t page_bytes = 0;
};
void encode_segment_header(const SegmentHeader& header, std::byte* out);  // kSegmentHeaderBytes
// False if it is not a valid segment header.
bool decode_segment_header(std::span<const std::byte> bytes, SegmentHeader* out);

enum BlockFlags : uint8_t { kBlockFirst = 1, kBlockCommit = 2, kBlockAbort = 4 };

struct BlockHeader {
  uint32_t crc = 0;
  uint32_t length = 0;
  Lsn lsn;
  uint64_t salt = 0;
  uint32_t previous_crc = 0;
  uint16_t frame_count = 0;
  uint8_t flags = 0;
  Lsn synced_lsn;
  uint32_t run_index = 0;
};
// Writes the header in front of a block whose frames are already in place, zeroes the padding, and returns its CRC.
// `block` spans the padded length; header.length is the length without padding.
uint32_t seal_block(const BlockHeader& header, std::span<std::byte> block);
// Reads a header without checking it. REQUIRES: bytes.size() >= kBlockHeaderBytes.
BlockHeader peek_block(std::span<const std::byte> bytes);
// True if a whole block that starts at bytes[0] has a possible length and a right checksum.
bool block_valid(std::span<const std::byte> bytes, BlockHeader* out);
constexpr size_t block_padded(size_t length) {
  return (length + kBlockAlign - 1) / kBlockAlign * kBlockAlign;
}

enum class FrameKind : uint8_t { kDelta = 1, kImage = 2, kDirect = 3 };

struct Frame {
  PageNo page;
  FrameKind kind = FrameKind::kDelta;
  uint16_t range_count = 0;
  uint64_t extra = 0;                 // base LSN or CRC
  std::span<const std::byte> ranges;  // the encoded ranges; a view into the block
};
// Parses the frame at `offset` of a block's bytes and moves `offset` behind it. False on impossible bytes: a page offset
// outside [16, page_bytes), a range past the end, an unknown kind.
bool next_frame(std::span<const std::byte> block, size_t* offset, uint32_t page_bytes, Frame* out);
// Copies the ranges of a parsed frame into a page.
void apply_ranges(const Frame& frame, std::byte* page);

}  // namespace ddb
