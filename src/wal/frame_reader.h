// frame_reader: fetches frames of the redo index from the log file, in log order, through a window. Checks them again:
// the file may have been changed by others since the scan. Private to this layer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/ids.h"
#include "base/status.h"
#include "format/log_format.h"
#include "wal/recovery_impl.h"

namespace ddb {

// Lives for the redo of one page. Allocates; throws std::bad_alloc.
class FrameReader {
 public:
  explicit FrameReader(const RecoveredLog::Impl& log) : log_(log) {}

  // The frame of entry `index`, which is higher than in the call before, and its LSN. `wide`: more of them follow
  // closely. The frame is a view, dead after the next call. Errors: XX001 (changed since the scan), 58030.
  Status read(uint32_t index, bool wide, Frame* frame, Lsn* lsn);

 private:
  Status start_group(size_t group, bool wide);
  Status start_block(uint64_t offset, uint32_t frame_offset, bool wide);
  Status next_block(bool wide);
  Status step(bool wide, Frame* frame);
  Status fill(uint64_t from, size_t bytes);
  std::span<const std::byte> window(uint64_t from) const;
  Status changed() const;

  const RecoveredLog::Impl& log_;
  std::vector<std::byte> buffer_;
  uint64_t begin_ = 0;  // file offset of the window
  size_t size_ = 0;
  size_t group_ = ~size_t{0};
  uint32_t next_entry_ = 0;   // whose frame is at frame_at_
  uint64_t block_ = 0;        // file offset of the block
  uint32_t block_bytes_ = 0;  // its length; 0: a large block, entered in its middle
  uint32_t frame_at_ = 0;     // in the block
  Lsn lsn_;
};

}  // namespace ddb
