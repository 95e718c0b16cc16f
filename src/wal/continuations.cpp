// continuations: a breadth-first walk over the segments that link, then the best leaf.
#include "wal/continuations.h"

#include <algorithm>

namespace ddb {

Positions::Positions(const std::vector<KnownSegment>& known) {
  sorted_.reserve(known.size());
  for (const KnownSegment& segment : known) sorted_.push_back(&segment);
  std::sort(sorted_.begin(), sorted_.end(), [](const KnownSegment* a, const KnownSegment* b) {
    if (a->header.position != b->header.position) return a->header.position < b->header.position;
    return a->header.sequence > b->header.sequence;
  });
}

std::span<const KnownSegment* const> Positions::at(uint64_t position) const {
  const auto from =
      std::lower_bound(sorted_.begin(), sorted_.end(), position,
                       [](const KnownSegment* s, uint64_t p) { return s->header.position < p; });
  auto to = from;
  while (to != sorted_.end() && (*to)->header.position == position) ++to;
  return {from, to};
}

Status Continuations::resolve(Candidates* path, Lsn* closed) {
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
  if (closed != nullptr) *closed = nodes_[best].state.closed;
  for (size_t i = best; i != kNone; i = nodes_[i].parent) path->push_back(nodes_[i].segment);
  std::reverse(path->begin(), path->end());
  return Status::ok();
}

// Of the nodes that the segment links to, the one put to use last.
size_t Continuations::parent_of(const SegmentHeader& header, size_t begin, size_t end) const {
  size_t best = kNone;
  for (size_t i = begin; i < end; ++i) {
    const SegmentHeader& before = nodes_[i].segment->header;
    if (!segment_links(before, nodes_[i].state, header)) continue;
    if (best == kNone || before.sequence > nodes_[best].segment->header.sequence) best = i;
  }
  return best;
}

Status Continuations::add(const KnownSegment* segment, size_t parent, ChainState state) {
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

// Salts come up in the order of sequences. Copies of a fresh segment rank as it does.
uint64_t Continuations::rank_of_salt(const SegmentHeader& header) const {
  uint64_t lowest = header.sequence;
  for (const KnownSegment& other : log_.known) {
    if (other.header.salt == header.salt) lowest = std::min(lowest, other.header.sequence);
  }
  return lowest;
}

bool Continuations::better(const Node& a, const Node& b) {
  if (a.state.closed != b.state.closed) return a.state.closed > b.state.closed;
  if (a.newest_fresh != b.newest_fresh) return a.newest_fresh > b.newest_fresh;
  return a.segment->header.sequence < b.segment->header.sequence;
}

}  // namespace ddb
