// block_walk: follows the blocks of one segment from the state in which the segments before it left the chain (ADR 0002).
// Pure: bytes in, state out. Trusts no byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/crc32c.h"
#include "base/ids.h"
#include "base/status.h"
#include "format/log_format.h"

namespace ddb {

// What is known at the end of a chain of blocks.
struct ChainState {
  uint32_t crc = 0;               // of the last block
  Lsn closed;                     // newest closed run
  Lsn open;                       // the run that has begun and is not closed; 0 if none
  bool open_from_middle = false;  // its begin lies before the start of the scan
  uint32_t next_index = 0;        // of the open run's next block
  uint64_t run_position = 0;      // where the open run began
};

// The state in front of a segment at which a scan starts.
inline ChainState state_before(const SegmentHeader& header) {
  ChainState state;
  state.crc = header.previous_crc;
  state.closed = header.prior_lsn;
  if (header.run_position != header.position) {
    state.open = header.prior_lsn.next();
    state.open_from_middle = true;
    state.run_position = header.run_position;
  }
  return state;
}

// True if a segment with header `next` goes on where `state`, the state behind the segment `before`, ends. What was put to
// use earlier never follows what was put to use later, whatever its content.
inline bool segment_links(const SegmentHeader& before, const ChainState& state, const SegmentHeader& next) {
  const uint64_t run_position = state.open == kNoLsn ? next.position : state.run_position;
  return next.previous_crc == state.crc && next.prior_lsn == state.closed &&
         next.run_position == run_position && next.sequence > before.sequence;
}

// What a walk over one segment found.
struct SegmentWalk {
  uint32_t blocks = 0;
  size_t end = kSegmentHeaderBytes;  // where the block after the last one was looked for
  size_t closed_end = 0;             // behind the newest block that closes a run; 0 if none here
  uint32_t closed_crc = 0;           // its CRC
  Lsn newest;                        // LSN of the last block; 0 if none
  Lsn synced;                        // newest LSN that a block says was synced
};

// True if the block at `bytes` validates and is the one that `state` expects next.
inline bool block_links(std::span<const std::byte> bytes, uint64_t salt, const ChainState& state,
                        BlockHeader* header) {
  if (bytes.size() < kBlockHeaderBytes) return false;
  *header = peek_block(bytes);
  if (header->salt != salt || header->previous_crc != state.crc) return false;
  if (header->length < kBlockHeaderBytes || header->length > bytes.size()) return false;
  const bool first = (header->flags & kBlockFirst) != 0;
  if (first != (header->run_index == 0) || header->flags > (kBlockFirst | kBlockCommit | kBlockAbort) ||
      (header->flags & (kBlockCommit | kBlockAbort)) == (kBlockCommit | kBlockAbort)) {
    return false;
  }
  if (first) {
    if (state.open != kNoLsn || header->lsn != state.closed.next()) return false;
  } else {
    const bool any_index = state.open_from_middle && state.next_index == 0;
    if (state.open == kNoLsn || header->lsn != state.open) return false;
    if (header->run_index != state.next_index && !any_index) return false;
  }
  // Last, and not through block_valid(), which would read the header again.
  return crc32c(bytes.data() + 4, header->length - 4) == header->crc;
}

inline void advance(ChainState& state, const BlockHeader& header, uint64_t position) {
  state.crc = header.crc;
  if ((header.flags & kBlockFirst) != 0) {
    state.open = header.lsn;
    state.open_from_middle = false;
    state.run_position = position;
  }
  state.next_index = header.run_index + 1;
  if ((header.flags & (kBlockCommit | kBlockAbort)) != 0) {
    state.closed = header.lsn;
    state.open = kNoLsn;
    state.open_from_middle = false;
  }
}

// Walks the blocks of `segment` (all of its bytes). on_block(state before, header, offset of the block, block) sees each.
template <typename OnBlock>
Status walk_segment(std::span<const std::byte> segment, const SegmentHeader& header, ChainState& state,
                    SegmentWalk* walk, OnBlock&& on_block) {
  size_t at = kSegmentHeaderBytes;
  while (true) {
    walk->end = at;
    BlockHeader block;
    if (at >= segment.size() || !block_links(segment.subspan(at), header.salt, state, &block)) {
      // Behind a sync the next block starts on a fresh sector.
      at = (at + kSectorBytes - 1) / kSectorBytes * kSectorBytes;
      if (at >= segment.size() || !block_links(segment.subspan(at), header.salt, state, &block))
        return Status::ok();
    }
    DDB_RETURN_IF_ERROR(on_block(state, block, at, segment.subspan(at, block.length)));
    advance(state, block, header.position);
    ++walk->blocks;
    at += block_padded(block.length);
    walk->newest = block.lsn;
    if (block.synced_lsn > walk->synced) walk->synced = block.synced_lsn;
    if (state.closed == block.lsn) {
      walk->closed_end = at;
      walk->closed_crc = block.crc;
    }
  }
}

}  // namespace ddb
