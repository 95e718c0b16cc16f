// log_block_fuzz: blocks and frames of any bytes. The walk over a segment ends, stays inside, and frames that parse can be
// applied to a page without touching anything else.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "format/log_format.h"
#include "wal/block_walk.h"

using namespace ddb;

namespace {

constexpr uint32_t kPage = 4096;

void parse_frames(std::span<const std::byte> block) {
  std::vector<std::byte> page(kPage);
  size_t at = std::min(kBlockHeaderBytes, block.size());
  Frame frame;
  while (next_frame(block, &at, kPage, &frame)) {
    if (at > block.size()) __builtin_trap();
    std::fill(page.begin(), page.begin() + 16, std::byte{0x5A});
    apply_ranges(frame, page.data());
    for (size_t i = 0; i < 16; ++i) {
      if (page[i] != std::byte{0x5A}) __builtin_trap();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  parse_frames(bytes);
  BlockHeader parsed;
  (void)block_valid(bytes, &parsed);
  SegmentHeader header;
  (void)decode_segment_header(bytes, &header);

  // A segment whose blocks are sealed and linked here, with fields and lengths from the input.
  std::vector<std::byte> segment(16 * 1024);
  header = {};
  header.position = 1;
  header.run_position = size > 0 && (data[0] & 1) != 0 ? 0 : 1;
  header.salt = 7;
  ChainState state = state_before(header);
  uint32_t previous_crc = 0;
  size_t at = kSegmentHeaderBytes;
  size_t in = 0;
  while (in + 8 <= size) {
    const uint32_t body = (data[in] | data[in + 1] << 8) % 2048;
    const size_t length = kBlockHeaderBytes + std::min<size_t>(body, size - in - 8);
    if ((data[in + 2] & 128) != 0) at = (at + kSectorBytes - 1) / kSectorBytes * kSectorBytes;
    if (at + block_padded(length) > segment.size()) break;
    BlockHeader block;
    block.length = static_cast<uint32_t>(length);
    block.lsn = Lsn(data[in + 3] % 8);
    block.salt = 7 + (data[in + 4] & 128 ? 1 : 0);
    block.previous_crc = previous_crc;
    block.flags = data[in + 5] % 8;
    block.frame_count = data[in + 6] % 4;
    block.run_index = data[in + 7] % 4;
    std::memcpy(segment.data() + at + kBlockHeaderBytes, data + in + 8, length - kBlockHeaderBytes);
    previous_crc = seal_block(block, std::span(segment).subspan(at, block_padded(length)));
    at += block_padded(length);
    in += 8 + length - kBlockHeaderBytes;
  }
  SegmentWalk walk;
  uint64_t last_closed = 0;
  const Status status =
      walk_segment(segment, header, state, &walk,
                   [&](const ChainState& before, const BlockHeader& block, size_t offset,
                       std::span<const std::byte> content) {
                     if (offset % kBlockAlign != 0 || offset + content.size() > segment.size())
                       __builtin_trap();
                     if (before.closed.value < last_closed || block.lsn <= before.closed) __builtin_trap();
                     last_closed = before.closed.value;
                     parse_frames(content);
                     return Status::ok();
                   });
  if (!status.is_ok() || walk.end > segment.size()) __builtin_trap();
  return 0;
}
