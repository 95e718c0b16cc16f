// chain: which segments, in which order, are the log (ADR 0002), and the redo index of the runs in them.
#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "base/faults.h"
#include "wal/continuations.h"
#include "wal/recovery_impl.h"

namespace ddb {
namespace {

using Impl = RecoveredLog::Impl;

// True if every run after the checkpoint that this segment or its successors hold begins in it or later.
bool can_start(const SegmentHeader& header, Lsn checkpoint) {
  return header.prior_lsn < checkpoint ||
         (header.prior_lsn == checkpoint && header.run_position == header.position);
}

Candidates linking(const Positions& positions, const SegmentHeader& before, const ChainState& state) {
  Candidates found;
  for (const KnownSegment* segment : positions.at(before.position + 1)) {
    if (segment_links(before, state, segment->header)) found.push_back(segment);
  }
  return found;
}

Status newest_reached_from(const Impl& log, const Positions& positions, const Candidates& start,
                           std::vector<std::byte>* buffer, Lsn* closed) {
  Continuations continuations(log, positions, buffer);
  for (const KnownSegment* segment : start) {
    DDB_RETURN_IF_ERROR(continuations.add_start(segment, state_before(segment->header)));
  }
  Candidates path;
  return continuations.resolve(&path, closed);
}

// True if the log goes on from here at least up to the checkpoint LSN, as the live log does: that much was durable.
Result<bool> reaches_checkpoint(const Impl& log, const Positions& positions, const Candidates& start,
                                std::vector<std::byte>* buffer) {
  const Lsn checkpoint = log.request.checkpoint_lsn;
  Candidates next = start;
  ChainState state;
  if (next.size() == 1) state = state_before(next.front()->header);
  while (next.size() == 1) {
    if (state.closed >= checkpoint) return true;
    const SegmentHeader& header = next.front()->header;
    SegmentWalk walk;
    DDB_RETURN_IF_ERROR(log.read_segment(next.front()->index, buffer));
    DDB_RETURN_IF_ERROR(walk_segment(*buffer, header, state, &walk, kIgnoreBlocks));
    if (state.closed >= checkpoint) return true;
    next = linking(positions, header, state);
  }
  if (next.empty()) return false;
  Lsn closed;
  DDB_RETURN_IF_ERROR(newest_reached_from(log, positions, start, buffer, &closed));
  return closed >= checkpoint;
}

// Of the newest chain the last segment that no run after the checkpoint closed before; then back to where the run open
// at its start began. A segment whose begin of run never reached the disk is passed over, also where an older segment
// of the same position lies in its place. Without a chain that reaches the checkpoint: the first one, to be judged.
Status find_start(const Impl& log, const Positions& positions, std::vector<std::byte>* buffer,
                  Candidates* found) {
  const Lsn checkpoint = log.request.checkpoint_lsn;
  Candidates newest_first;
  for (const KnownSegment& segment : log.known) {
    if (segment.header.prior_lsn <= checkpoint) newest_first.push_back(&segment);
  }
  std::sort(newest_first.begin(), newest_first.end(), [](const KnownSegment* a, const KnownSegment* b) {
    return a->header.sequence > b->header.sequence;
  });
  Candidates first_found;
  uint64_t last_tried = 0;
  for (const KnownSegment* segment : newest_first) {
    const SegmentHeader& header = segment->header;
    const bool go_back = header.prior_lsn == checkpoint;
    const uint64_t position = go_back ? header.run_position : header.position;
    if (position == last_tried) continue;
    last_tried = position;
    Candidates start;
    for (const KnownSegment* one : positions.at(position)) {
      if (can_start(one->header, checkpoint)) start.push_back(one);
    }
    if (start.empty()) continue;
    DDB_TRY(const bool reaches, reaches_checkpoint(log, positions, start, buffer));
    if (reaches) {
      *found = std::move(start);
      return Status::ok();
    }
    if (first_found.empty()) first_found = std::move(start);
  }
  *found = std::move(first_found);
  return Status::ok();
}

// A start without a block up to the checkpoint LSN may not be durable. If the segment before it is there, it is what a
// crash falls back to: the scan starts with it, so that a take-over leaves it alone. Not if it leads to some of several
// starts only and the log goes on from another one, whose own predecessor was recycled.
Status step_back(const Impl& log, const Positions& positions, std::vector<std::byte>* buffer,
                 Candidates* start) {
  const Lsn checkpoint = log.request.checkpoint_lsn;
  Candidates before;
  for (const KnownSegment* segment : positions.at(start->front()->header.position - 1)) {
    if (!can_start(segment->header, checkpoint)) continue;
    ChainState state = state_before(segment->header);
    SegmentWalk walk;
    DDB_RETURN_IF_ERROR(log.read_segment(segment->index, buffer));
    DDB_RETURN_IF_ERROR(walk_segment(*buffer, segment->header, state, &walk, kIgnoreBlocks));
    const bool leads_to_start = std::any_of(start->begin(), start->end(), [&](const KnownSegment* one) {
      return segment_links(segment->header, state, one->header);
    });
    if (walk.blocks > 0 && leads_to_start) before.push_back(segment);
  }
  if (before.empty()) return Status::ok();
  if (start->size() > 1) {
    Lsn from_before;
    Lsn from_start;
    DDB_RETURN_IF_ERROR(newest_reached_from(log, positions, before, buffer, &from_before));
    DDB_RETURN_IF_ERROR(newest_reached_from(log, positions, *start, buffer, &from_start));
    if (from_start > from_before) return Status::ok();
  }
  *start = std::move(before);
  return Status::ok();
}

// Reads the chosen segments in order and builds the index.
class ChainReader {
 public:
  ChainReader(Impl& log, std::vector<std::byte>* buffer) : log_(log), buffer_(buffer) {}

  ChainState& state() { return state_; }

  // With salvage an impossible block ends the log instead: `*ends`.
  Status read(const KnownSegment& segment, bool* ends) {
    DDB_RETURN_IF_ERROR(log_.read_segment(segment.index, buffer_));
    base_ = uint64_t{segment.index} * log_.segment_bytes;
    log_.index.break_group();
    SegmentWalk walk;
    const Status outcome =
        walk_segment(*buffer_, segment.header, state_, &walk,
                     [this](const ChainState&, const BlockHeader& header, size_t offset,
                            std::span<const std::byte> block) { return take_block(header, offset, block); });
    *ends = outcome.is(sqlstate::kCorrupted) && log_.request.salvage;
    if (!outcome.is_ok() && !*ends) return outcome;
    log_.stopped_at_damage = *ends;
    if (log_.chain.empty()) {
      log_.cut_crc = segment.header.previous_crc;
    } else if (log_.chain.back().header.salt != segment.header.salt) {
      log_.synced =
          std::max(log_.synced, segment.header.prior_lsn);  // fresh: written after all before it was synced
    }
    log_.chain.push_back(
        {segment.index, segment.header, std::max(walk.newest, segment.header.prior_lsn), walk.end});
    log_.synced = std::max(log_.synced, walk.synced);
    log_.stop_offset = base_ + walk.end;
    if (walk.closed_end != 0) {
      log_.cut_behind_run = true;
      log_.cut_chain = log_.chain.size() - 1;
      log_.cut_end = walk.closed_end;
      log_.cut_crc = walk.closed_crc;
    }
    return Status::ok();
  }

  // Behind the last segment.
  void finish() {
    if (DDB_FAULT(kReplayWithoutCommit) && state_.open != kNoLsn && !state_.open_from_middle) {
      state_.closed = state_.open;
      log_.index.commit_staged();
      log_.cut_behind_run = true;
      log_.cut_chain = log_.chain.size() - 1;
      log_.cut_end = log_.chain.back().end;
      log_.cut_crc = state_.crc;
    }
    log_.index.finish();
    log_.end_lsn = state_.closed;
  }

 private:
  Status take_block(const BlockHeader& header, size_t offset, std::span<const std::byte> block) {
    const Lsn checkpoint = log_.request.checkpoint_lsn;
    if (header.lsn <= checkpoint) return Status::ok();
    if ((header.flags & kBlockAbort) != 0) {
      log_.index.drop_staged();
      return Status::ok();
    }
    if (header.lsn.value - checkpoint.value > 0xFFFFFFFF) {
      return Status::error(sqlstate::kProgramLimit, "the log holds more than 2^32 transactions");
    }
    const auto lsn_delta = static_cast<uint32_t>(header.lsn.value - checkpoint.value);
    const bool large = block.size() > RedoIndex::kCheckedBlockBytes;
    if (large) log_.index.break_group();
    size_t at = kBlockHeaderBytes;
    for (uint32_t i = 0; i < header.frame_count; ++i) {
      const size_t begin = at;
      Frame frame;
      if (!next_frame(block, &at, log_.request.page_bytes, &frame)) return impossible_frame(offset);
      if (frame.kind == FrameKind::kDirect && DDB_FAULT(kNoDirectPriority)) {
        log_.index.break_group();
        continue;
      }
      const FramePlace place{base_ + offset, static_cast<uint32_t>(begin)};
      if (!log_.index.stage(frame.page, frame.kind, place, lsn_delta)) {
        return Status::error(sqlstate::kProgramLimit, "the log holds more than 2^30 page changes");
      }
    }
    if (at != block.size()) return impossible_frame(offset);
    if (large) log_.index.break_group();
    if ((header.flags & kBlockCommit) != 0) log_.index.commit_staged();
    return Status::ok();
  }

  // The checksum is right, so this was written so: not by us, or by a broken program.
  Status impossible_frame(size_t offset) const {
    return Status::corruption("log file \"" + log_.request.path +
                              "\" holds an impossible block at byte offset " +
                              std::to_string(base_ + offset));
  }

  Impl& log_;
  std::vector<std::byte>* buffer_;
  ChainState state_;
  uint64_t base_ = 0;  // of the segment being read
};

}  // namespace

Status follow_chain(RecoveredLog::Impl& log) {
  const Positions positions(log.known);
  std::vector<std::byte> buffer;
  Candidates next;
  DDB_RETURN_IF_ERROR(find_start(log, positions, &buffer, &next));
  if (next.empty()) {
    return Status::corruption("log file \"" + log.request.path + "\" starts after the checkpoint LSN " +
                              std::to_string(log.request.checkpoint_lsn.value));
  }
  DDB_RETURN_IF_ERROR(step_back(log, positions, &buffer, &next));
  log.index.expect(uint64_t{log.segment_count} * log.segment_bytes);
  ChainReader reader(log, &buffer);
  bool ends = false;
  while (next.size() == 1 && !ends) {
    if (log.chain.empty()) reader.state() = state_before(next.front()->header);
    DDB_RETURN_IF_ERROR(reader.read(*next.front(), &ends));
    next = linking(positions, next.front()->header, reader.state());
  }
  if (!next.empty() && !ends) {
    const bool at_start = log.chain.empty();
    Continuations continuations(log, positions, &buffer);
    for (const KnownSegment* segment : next) {
      DDB_RETURN_IF_ERROR(
          continuations.add_start(segment, at_start ? state_before(segment->header) : reader.state()));
    }
    Candidates path;
    DDB_RETURN_IF_ERROR(continuations.resolve(&path));
    if (at_start) reader.state() = state_before(path.front()->header);
    for (size_t i = 0; i < path.size() && !ends; ++i) DDB_RETURN_IF_ERROR(reader.read(*path[i], &ends));
  }
  reader.finish();
  return Status::ok();
}

}  // namespace ddb
