// continuations: segments by position, and the best of several ways in which a log may go on (ADR 0002). Private to this
// layer.
//
// Nearly always one segment of each position links. Where several do (copies made when a log was taken over), every
// continuation is followed to its end, and the one that closes most runs wins. On a tie the one that goes on through the
// newest fresh segment: its header was written after the copies before it were synced (take_over.cpp). On a further tie
// the older one: nothing proves that copies without a fresh segment behind them are durable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/status.h"
#include "wal/block_walk.h"
#include "wal/recovery_impl.h"

namespace ddb {

using Candidates = std::vector<const KnownSegment*>;

// Sees every block of a walk and does nothing.
inline constexpr auto kIgnoreBlocks = [](const ChainState&, const BlockHeader&, size_t,
                                         std::span<const std::byte>) { return Status::ok(); };

// Segments by position, the newer first. Views into `known`.
class Positions {
 public:
  explicit Positions(const std::vector<KnownSegment>& known);
  std::span<const KnownSegment* const> at(uint64_t position) const;

 private:
  Candidates sorted_;
};

// Follows every continuation at once, position by position; each segment is read once.
class Continuations {
 public:
  Continuations(const RecoveredLog::Impl& log, const Positions& positions, std::vector<std::byte>* buffer)
      : log_(log), positions_(positions), buffer_(buffer) {}

  // A segment to begin with; all have the same position. `state`: in front of it.
  Status add_start(const KnownSegment* segment, const ChainState& state) {
    return add(segment, kNone, state);
  }
  // The segments of the best continuation, in order, and the newest run that it closes. REQUIRES: a start was added.
  Status resolve(Candidates* path, Lsn* closed = nullptr);

 private:
  static constexpr size_t kNone = ~size_t{0};
  struct Node {
    const KnownSegment* segment;
    size_t parent;
    ChainState state;  // behind the segment
    uint64_t
        newest_fresh;  // rank of the newest fresh segment on the way here; 0 if there is none behind the start
    bool leaf = true;
  };

  size_t parent_of(const SegmentHeader& header, size_t begin, size_t end) const;
  Status add(const KnownSegment* segment, size_t parent, ChainState state);
  uint64_t rank_of_salt(const SegmentHeader& header) const;
  static bool better(const Node& a, const Node& b);

  const RecoveredLog::Impl& log_;
  const Positions& positions_;
  std::vector<std::byte>* buffer_;
  std::vector<Node> nodes_;
};

}  // namespace ddb
