// chain: which segments, in which order, are the log (ADR 0002), and the redo index of the runs in them.
//
// Nearly always one segment of each position links, and it is read once. Where several do (copies made when a log was
// taken over), every continuation is followed to its end first, and the one that closes most runs wins. On a tie the one
// that goes on through the newest fresh segment: its header was written after the copies before it were synced
// (take_over.cpp). On a further tie the older one: nothing proves that copies without a fresh segment are durable.
#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "base/faults.h"
#include "wal/recovery_impl.h"

namespace ddb {
namespace {

using Impl = RecoveredLog::Impl;
using Candidates = std::vector<const KnownSegment*>;

constexpr auto kIgnoreBlocks = [](const ChainState&, const BlockHeader&, size_t, std::span<const std::byte>) {
  return Status::ok();
};

// Segments by position, the newer first.
class Positions {
 public:
  explicit Positions(const std::vector<KnownSegment>& known) {
    for (const KnownSegment& segment : known) sorted_.push_back(&segment);
    std::sort(sorted_.begin(), sorted_.end(), [](const KnownSegment* a, const KnownSegment* b) {
      if (a->header.position != b->header.position) return a->header.position < b->header.position;
      return a->header.sequence > b->header.sequence;
    });
  }
  std::span<const KnownSegment* const> at(uint64_t position) const {
    const auto from = std::lower_bound(sorted_.begin(), sorted_.end(), position,
                                       [](const KnownSegment* s, uint64_t p) { return s->header.position < p; });
    auto to = from;
    while (to != sorted_.end() && (*to)->header.position == position) ++to;
    return {from, to};
  }

 private:
  Candidates sorted_;
};

// True if every run after the checkpoint that this segment or its successors hold begins in it or later.
bool can_start(const SegmentHeader& header, Lsn checkpoint) {
  return header.prior_lsn < checkpoint ||
         (header.prior_lsn == checkpoint && header.run_position == header.position);
}

// Of the newest chain the last segment that no run after the checkpoint closed before; then back to where the run open
// at its start began. A segment whose begin of run never reached the disk is passed over.
Candidates find_start(const Impl& log, const Positions& positions) {
  const Lsn checkpoint = log.request.checkpoint_lsn;
  Candidates newest_first;
  for (const KnownSegment& segment : log.known) {
    if (segment.header.prior_lsn <= checkpoint) newest_first.push_back(&segment);
  }
  std::sort(newest_first.begin(), newest_first.end(), [](const KnownSegment* a, const KnownSegment* b) {
    return a->header.sequence > b->header.sequence;
  });
  for (const KnownSegment* segment : newest_first) {
    const SegmentHeader& header = segment->header;
    const bool go_back = header.prior_lsn == checkpoint;
    Candidates start;
    for (const KnownSegment* one : positions.at(go_back ? header.run_position : header.position)) {
      if (can_start(one->header, checkpoint)) start.push_back(one);
    }
    if (!start.empty()) return start;
  }
  return {};
}

// A start without a block up to the checkpoint LSN may not be durable. If the segment before it is there, it is what a
// crash falls back to: the scan starts with it, so that a take-over leaves it alone.
Status step_back(const Impl& log, const Positions& positions, std::vector<std::byte>* buffer, Candidates* start) {
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
  if (!before.empty()) *start = std::move(before);
  return Status::ok();
}

// Follows every continuation at once, position by position.
class Continuations {
 public:
  Continuations(const Impl& log, const Positions& positions, std::vector<std::byte>* buffer)
      : log_(log), positions_(positions), buffer_(buffer) {}

  Status add_start(const KnownSegment* segment, const ChainState& state) { return add(segment, kNone, state); }

  // The segments of the best continuation, in order.
  Status resolve(Candidates* path) {
    size_t begin = 0;
    while (begin < nodes_.size()) {
      const size_t end = nodes_.size();
      const uint64_t position = nodes_[begin].segment->header.position + 1;
      for (const KnownSegment* segment : positions_.at(position)) {
        const size_t parent = parent_of(segment->header, begin, end);
        if (parent == kNone) continue;
        nodes_[parent].leaf = false;
        DDB_RETURN_IF_ERROR(add(segment, parent, nodes_[parent].state));
      }
      begin = end;
    }
    size_t best = kNone;
    for (size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i].leaf && (best == kNone || better(nodes_[i], nodes_[best]))) best = i;
    }
    for (size_t i = best; i != kNone; i = nodes_[i].parent) path->push_back(nodes_[i].segment);
    std::reverse(path->begin(), path->end());
    return Status::ok();
  }

 private:
  static constexpr size_t kNone = ~size_t{0};
  struct Node {
    const KnownSegment* segment;
    size_t parent;
    ChainState state;    // behind the segment
    uint64_t newest_fresh;  // rank of the newest fresh segment on the way here; 0 if there is none behind the start
    bool leaf = true;
  };

  // Of the nodes that the segment links to, the one put to use last.
  size_t parent_of(const SegmentHeader& header, size_t begin, size_t end) const {
    size_t best = kNone;
    for (size_t i = begin; i < end; ++i) {
      const SegmentHeader& before = nodes_[i].segment->header;
      if (!segment_links(before, nodes_[i].state, header)) continue;
      if (best == kNone || before.sequence > nodes_[best].segment->header.sequence) best = i;
    }
    return best;
  }

  Status add(const KnownSegment* segment, size_t parent, ChainState state) {
    DDB_RETURN_IF_ERROR(log_.read_segment(segment->index, buffer_));
    SegmentWalk walk;
    DDB_RETURN_IF_ERROR(walk_segment(*buffer_, segment->header, state, &walk, kIgnoreBlocks));
    uint64_t newest_fresh = parent == kNone ? 0 : nodes_[parent].newest_fresh;
    if (parent != kNone && nodes_[parent].segment->header.salt != segment->header.salt) {
      newest_fresh = rank_of_salt(segment->header);
    }
    nodes_.push_back({segment, parent, state, newest_fresh});
    return Status::ok();
  }

  // Copies of a fresh segment rank as it does.
  uint64_t rank_of_salt(const SegmentHeader& header) const {
    uint64_t lowest = header.sequence;
    for (const KnownSegment& other : log_.known) {
      if (other.header.salt == header.salt) lowest = std::min(lowest, other.header.sequence);
    }
    return lowest;
  }

  static bool better(const Node& a, const Node& b) {
    if (a.state.closed != b.state.closed) return a.state.closed > b.state.closed;
    if (a.newest_fresh != b.newest_fresh) return a.newest_fresh > b.newest_fresh;
    return a.segment->header.sequence < b.segment->header.sequence;
  }

  const Impl& log_;
  const Positions& positions_;
  std::vector<std::byte>* buffer_;
  std::vector<Node> nodes_;
};

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
    const Status outcome = walk_segment(
        *buffer_, segment.header, state_, &walk,
        [this](const ChainState&, const BlockHeader& header, size_t offset, std::span<const std::byte> block) {
          return take_block(header, offset, block);
        });
    *ends = outcome.is(sqlstate::kCorrupted) && log_.request.salvage;
    if (!outcome.is_ok() && !*ends) return outcome;
    log_.stopped_at_damage = *ends;
    if (log_.chain.empty()) {
      log_.cut_crc = segment.header.previous_crc;
    } else if (log_.chain.back().header.salt != segment.header.salt) {
      log_.synced = std::max(log_.synced, segment.header.prior_lsn);  // fresh: written after all before it was synced
    }
    log_.chain.push_back({segment.index, segment.header, std::max(walk.newest, segment.header.prior_lsn), walk.end});
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
    return Status::corruption("log file \"" + log_.request.path + "\" holds an impossible block at byte offset " +
                              std::to_string(base_ + offset));
  }

  Impl& log_;
  std::vector<std::byte>* buffer_;
  ChainState state_;
  uint64_t base_ = 0;  // of the segment being read
};

Candidates linking(const Positions& positions, const SegmentHeader& before, const ChainState& state) {
  Candidates found;
  for (const KnownSegment* segment : positions.at(before.position + 1)) {
    if (segment_links(before, state, segment->header)) found.push_back(segment);
  }
  return found;
}

}  // namespace

Status follow_chain(RecoveredLog::Impl& log) {
  const Positions positions(log.known);
  Candidates next = find_start(log, positions);
  if (next.empty()) {
    return Status::corruption("log file \"" + log.request.path + "\" starts after the checkpoint LSN " +
                              std::to_string(log.request.checkpoint_lsn.value));
  }
  std::vector<std::byte> buffer;
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
