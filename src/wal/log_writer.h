// log_writer: turns the frames of a run into blocks and hands them to the operating system (ADR 0002). Keeps: blocks go
// out in order, each in one write, each linked to the one before; no block crosses a segment; nothing is allocated.
//
// Not thread-safe: every call comes from the holder of the write lock.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <utility>

#include "base/ids.h"
#include "base/poison.h"
#include "base/status.h"
#include "format/log_format.h"
#include "vfs/vfs.h"
#include "wal/group_sync.h"
#include "wal/log.h"
#include "wal/segments.h"

namespace ddb {

// Where appending goes on.
struct AppendPoint {
  uint32_t segment = 0;  // physical number
  uint64_t offset = 0;   // in the segment, multiple of kBlockAlign
  uint64_t position = 0;
  uint64_t next_sequence = 0;
  uint64_t salt = 0;
  uint32_t previous_crc = 0;
  Lsn closed;  // newest closed run
};

class LogWriter {
 public:
  static constexpr uint32_t kBlockBytesMax = 256 * 1024;
  static constexpr uint32_t kSingleBlockBytesMax = 64 * 1024;  // a run up to here is one block, one write

  static Result<std::unique_ptr<LogWriter>> make(const LogConfig& config, std::unique_ptr<File> file,
                                                 Poison& poison, GroupSync& group, Segments& segments);

  void start_at(const AppendPoint& point);
  // Free segments that a run of these frames may take at most.
  uint32_t segments_needed(uint64_t frame_bytes) const;
  // Remembers the size of the next run: small ones become one block.
  void plan(uint64_t frame_bytes);

  void begin_run(Lsn lsn);
  Status add_frame(FrameKind kind, PageNo page, uint64_t extra, std::span<const PageRange> ranges,
                   const std::byte* page_bytes);
  Status close_run(uint8_t flag);                   // kBlockCommit or kBlockAbort
  uint64_t pending_bytes() const { return used_; }  // of the block under construction
  // True once after the writer moved on to another segment.
  bool take_switched() { return std::exchange(switched_, false); }

  uint64_t bytes_written() const { return bytes_written_.load(std::memory_order_relaxed); }
  uint64_t blocks() const { return blocks_.load(std::memory_order_relaxed); }
  uint64_t padding_bytes() const { return padding_bytes_.load(std::memory_order_relaxed); }

 private:
  LogWriter(const LogConfig& config, std::unique_ptr<File> file, Poison& poison, GroupSync& group,
            Segments& segments);
  std::byte* block() { return buffer_.get() + kBlockAt; }
  uint32_t fresh_room() const { return segment_bytes_ - static_cast<uint32_t>(kSegmentHeaderBytes); }
  uint32_t room_after_rounding() const;
  void start_block(uint32_t first_frame_bytes);
  Status flush_block(uint8_t flags);
  Status write_block(uint32_t padded);
  Status move_to_next_segment();
  void encode_header();
  Status broken(const Status& cause, uint8_t flags);

  // The segment header lies right before the block, so that both go out in one write.
  static constexpr size_t kBlockAt = 128;
  struct FreeAligned {
    void operator()(std::byte* p) const { ::operator delete[](p, std::align_val_t{4096}); }
  };

  const FileUuid uuid_;
  const uint32_t page_bytes_;
  const uint32_t segment_bytes_;
  const uint32_t block_bytes_max_;
  const uint32_t single_block_bytes_max_;
  const uint64_t stream_sync_bytes_;
  const std::unique_ptr<File> file_;
  Poison& poison_;
  GroupSync& group_;
  Segments& segments_;
  std::unique_ptr<std::byte[], FreeAligned> buffer_;

  AppendPoint at_;
  Lsn newest_in_segment_;
  bool switched_ = false;
  bool one_block_ = true;  // plan of the next or current run

  Lsn lsn_;                    // the open run
  uint32_t run_index_ = 0;     // of the block under construction
  uint64_t run_position_ = 0;  // where the open run began
  uint64_t run_unsynced_ = 0;  // bytes of it since its last sync
  uint32_t used_ = 0;          // bytes of the block under construction, its header included
  uint32_t limit_ = 0;         // it may grow to
  uint32_t frame_count_ = 0;

  std::atomic<uint64_t> bytes_written_{0};
  std::atomic<uint64_t> blocks_{0};
  std::atomic<uint64_t> padding_bytes_{0};
};

}  // namespace ddb
