// recovery_impl: what a scan learns about a log file, for redo and for taking it over. Private to this layer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "wal/block_walk.h"
#include "wal/recovery.h"
#include "wal/redo_index.h"

namespace ddb {

// A physical segment whose header is valid and carries our UUID.
struct KnownSegment {
  uint32_t index = 0;  // its place: index × segment bytes
  SegmentHeader header;
};

// A segment of the log as the scan followed it.
struct ChainSegment {
  uint32_t index = 0;
  SegmentHeader header;
  Lsn newest;      // LSN of its last block; its prior LSN if it has none
  size_t end = 0;  // behind its last block
};

struct RecoveredLog::Impl {
  Impl(const ScanRequest& scan_request, MemoryBudget& budget) : request(scan_request), index(budget) {}

  const ScanRequest request;
  std::unique_ptr<File> file;
  LogPresence presence = LogPresence::kMissing;
  uint64_t file_bytes = 0;
  uint32_t segment_bytes = 0;
  uint32_t segment_count = 0;
  std::vector<KnownSegment> known;  // by physical place
  std::vector<ChainSegment> chain;  // in log order
  uint64_t newest_sequence = 0;
  std::vector<uint64_t> salts;  // every one a segment header names
  Lsn end_lsn;                  // newest closed run in the log, also if before the checkpoint
  Lsn synced;
  uint64_t stop_offset = 0;
  bool stopped_at_damage = false;
  // The cut behind the last closed run; everything later is void. Without a closed run in the chain: its begin.
  bool cut_behind_run = false;
  size_t cut_chain = 0;                  // in `chain`
  size_t cut_end = kSegmentHeaderBytes;  // offset in that segment
  uint32_t cut_crc = 0;                  // of the block before the cut
  RedoIndex index;

  // Reads all of physical segment `i` into `buffer`. 58030, or XX001 if the file has become shorter.
  Status read_segment(uint32_t i, std::vector<std::byte>* buffer) const;
};

// Finds segment size and headers. Leaves presence at kMissing or kForeign if there is nothing of ours.
Status find_segments(RecoveredLog::Impl& log);
// Fills chain, cut, end, synced and the redo index.
Status follow_chain(RecoveredLog::Impl& log);
// Looks behind the stop for blocks which prove that committed bytes are damaged. `proof`: file offset of one.
Status probe_behind_stop(const RecoveredLog::Impl& log, std::optional<uint64_t>* proof);

}  // namespace ddb
