// log_format: encode and decode of the log's bytes.
#include "format/log_format.h"

#include <cstring>

#include "base/crc32c.h"
#include "format/page.h"

namespace ddb {
namespace {

constexpr uint32_t kSegmentMagic = 0x4C444444;  // "DDDL"

struct SegmentLayout {
  U32le magic;
  U32le crc;
  unsigned char uuid[16];
  U64le sequence;
  U64le position;
  U64le prior_lsn;
  U64le run_position;
  U64le salt;
  U32le previous_crc;
  U32le segment_bytes;
  U32le page_bytes;
  U32le zero;
};
static_assert(sizeof(SegmentLayout) == kSegmentHeaderBytes);

struct BlockLayout {
  U32le crc;
  U32le length;
  U64le lsn;
  U64le salt;
  U32le previous_crc;
  U16le frame_count;
  unsigned char flags;
  unsigned char zero1;
  U64le synced_lsn;
  U32le run_index;
  U32le zero2;
};
static_assert(sizeof(BlockLayout) == kBlockHeaderBytes);

}  // namespace

void encode_segment_header(const SegmentHeader& header, std::byte* out) {
  SegmentLayout layout{};
  layout.magic = kSegmentMagic;
  std::memcpy(layout.uuid, header.uuid.data(), 16);
  layout.sequence = header.sequence;
  layout.position = header.position;
  layout.prior_lsn = header.prior_lsn.value;
  layout.run_position = header.run_position;
  layout.salt = header.salt;
  layout.previous_crc = header.previous_crc;
  layout.segment_bytes = header.segment_bytes;
  layout.page_bytes = header.page_bytes;
  std::memcpy(out, &layout, sizeof(layout));
  store_le<uint32_t>(out + 4, crc32c(out + 8, sizeof(layout) - 8));
}

bool decode_segment_header(std::span<const std::byte> bytes, SegmentHeader* out) {
  if (bytes.size() < kSegmentHeaderBytes) return false;
  SegmentLayout layout;
  std::memcpy(&layout, bytes.data(), sizeof(layout));
  if (layout.magic != kSegmentMagic || crc32c(bytes.data() + 8, sizeof(layout) - 8) != layout.crc)
    return false;
  std::memcpy(out->uuid.data(), layout.uuid, 16);
  out->sequence = layout.sequence;
  out->position = layout.position;
  out->prior_lsn = Lsn(layout.prior_lsn);
  out->run_position = layout.run_position;
  out->salt = layout.salt;
  out->previous_crc = layout.previous_crc;
  out->segment_bytes = layout.segment_bytes;
  out->page_bytes = layout.page_bytes;
  return out->run_position <= out->position;
}

uint32_t seal_block(const BlockHeader& header, std::span<std::byte> block) {
  BlockLayout layout{};
  layout.length = header.length;
  layout.lsn = header.lsn.value;
  layout.salt = header.salt;
  layout.previous_crc = header.previous_crc;
  layout.frame_count = header.frame_count;
  layout.flags = header.flags;
  layout.synced_lsn = header.synced_lsn.value;
  layout.run_index = header.run_index;
  std::memcpy(block.data(), &layout, sizeof(layout));
  const uint32_t crc = crc32c(block.data() + 4, header.length - 4);
  store_le<uint32_t>(block.data(), crc);
  if (block.size() > header.length)
    std::memset(block.data() + header.length, 0, block.size() - header.length);
  return crc;
}

BlockHeader peek_block(std::span<const std::byte> bytes) {
  BlockLayout layout;
  std::memcpy(&layout, bytes.data(), sizeof(layout));
  BlockHeader header;
  header.crc = layout.crc;
  header.length = layout.length;
  header.lsn = Lsn(layout.lsn);
  header.salt = layout.salt;
  header.previous_crc = layout.previous_crc;
  header.frame_count = layout.frame_count;
  header.flags = layout.flags;
  header.synced_lsn = Lsn(layout.synced_lsn);
  header.run_index = layout.run_index;
  return header;
}

bool block_valid(std::span<const std::byte> bytes, BlockHeader* out) {
  if (bytes.size() < kBlockHeaderBytes) return false;
  *out = peek_block(bytes);
  if (out->length < kBlockHeaderBytes || out->length > bytes.size()) return false;
  return crc32c(bytes.data() + 4, out->length - 4) == out->crc;
}

bool next_frame(std::span<const std::byte> block, size_t* offset, uint32_t page_bytes, Frame* out) {
  if (*offset > block.size() || block.size() - *offset < kFrameHeaderBytes) return false;
  const std::byte* p = block.data() + *offset;
  out->page = PageNo(load_le<uint32_t>(p));
  const auto kind = static_cast<uint8_t>(p[4]);
  if (kind < 1 || kind > 3 || out->page == kNoPage) return false;
  out->kind = static_cast<FrameKind>(kind);
  out->range_count = load_le<uint16_t>(p + 6);
  out->extra = load_le<uint64_t>(p + 8);
  size_t at = *offset + kFrameHeaderBytes;
  const size_t begin = at;
  for (uint32_t i = 0; i < out->range_count; ++i) {
    if (block.size() - at < kRangeHeaderBytes) return false;
    const uint32_t from = load_le<uint16_t>(block.data() + at);
    const uint32_t length = load_le<uint16_t>(block.data() + at + 2);
    at += kRangeHeaderBytes;
    if (from < kPageLoggedFrom || from + length > page_bytes || block.size() - at < length) return false;
    at += length;
  }
  out->ranges = block.subspan(begin, at - begin);
  *offset = at;
  return true;
}

void apply_ranges(const Frame& frame, std::byte* page) {
  const std::byte* p = frame.ranges.data();
  for (uint32_t i = 0; i < frame.range_count; ++i) {
    const uint32_t from = load_le<uint16_t>(p);
    const uint32_t length = load_le<uint16_t>(p + 2);
    std::memcpy(page + from, p + kRangeHeaderBytes, length);
    p += kRangeHeaderBytes + length;
  }
}

}  // namespace ddb
