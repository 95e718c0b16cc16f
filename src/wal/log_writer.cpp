// log_writer: frames into one recycled buffer, sealed and written as a block when it is full or its run ends.
#include "wal/log_writer.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "base/assert.h"
#include "base/faults.h"

namespace ddb {
namespace {

constexpr uint32_t kFramesMax = 0xFFFF;      // of a block
constexpr uint32_t kFrameSlackBytes = 64;    // a frame takes at most the page and this
constexpr uint32_t kUsefulRoomBytes = 4096;  // a run of several blocks starts no block in less than this

}  // namespace

Result<std::unique_ptr<LogWriter>> LogWriter::make(const LogConfig& config, std::unique_ptr<File> file,
                                                   Poison& poison, GroupSync& group, Segments& segments) {
  std::unique_ptr<LogWriter> writer(new (std::nothrow)
                                        LogWriter(config, std::move(file), poison, group, segments));
  if (writer == nullptr) return Status::out_of_memory();
  const size_t bytes = kBlockAt + writer->block_bytes_max_ + kSectorBytes;
  writer->buffer_.reset(new (std::align_val_t{4096}, std::nothrow) std::byte[bytes]);
  if (writer->buffer_ == nullptr) return Status::out_of_memory();
  return writer;
}

LogWriter::LogWriter(const LogConfig& config, std::unique_ptr<File> file, Poison& poison, GroupSync& group,
                     Segments& segments)
    : uuid_(config.uuid),
      page_bytes_(config.page_bytes),
      segment_bytes_(config.segment_bytes),
      block_bytes_max_(std::min(kBlockBytesMax, fresh_room())),
      single_block_bytes_max_(std::min(kSingleBlockBytesMax, config.segment_bytes / 4)),
      stream_sync_bytes_(config.stream_sync_bytes),
      file_(std::move(file)),
      poison_(poison),
      group_(group),
      segments_(segments) {}

void LogWriter::start_at(const AppendPoint& point) {
  at_ = point;
  newest_in_segment_ = point.closed;
}

uint32_t LogWriter::room_after_rounding() const {
  const uint64_t offset = (at_.offset + kSectorBytes - 1) / kSectorBytes * kSectorBytes;
  return offset >= segment_bytes_ ? 0 : segment_bytes_ - static_cast<uint32_t>(offset);
}

// fresh_room() > lost: check_config() wants segments of more than a page and a sector.
// A run of one block wastes the rest of one segment. One of several blocks loses in each segment: headers, a rounding to
// the sector before each block (other sessions sync beside it), and the room that the next frame did not fit into.
uint32_t LogWriter::segments_needed(uint64_t frame_bytes) const {
  const uint64_t single = block_padded(kBlockHeaderBytes + frame_bytes);
  if (single <= single_block_bytes_max_) return single <= room_after_rounding() ? 0 : 1;
  const uint64_t blocks_per_segment = (fresh_room() + block_bytes_max_ - 1) / block_bytes_max_;
  const uint64_t lost_per_block = kBlockHeaderBytes + kBlockAlign + page_bytes_ + kFrameSlackBytes;
  const uint64_t lost = blocks_per_segment * lost_per_block + (blocks_per_segment - 1) * kSectorBytes;
  const uint64_t needed = frame_bytes / (fresh_room() - lost) + 1;
  return static_cast<uint32_t>(std::min<uint64_t>(needed, 0x7FFFFFFF));
}

void LogWriter::plan(uint64_t frame_bytes) {
  one_block_ = block_padded(kBlockHeaderBytes + frame_bytes) <= single_block_bytes_max_;
}

void LogWriter::begin_run(Lsn lsn) {
  lsn_ = lsn;
  run_index_ = 0;
  run_unsynced_ = 0;
  start_block(0);
}

void LogWriter::start_block(uint32_t first_frame_bytes) {
  used_ = kBlockHeaderBytes;
  frame_count_ = 0;
  const uint32_t room = room_after_rounding() / kBlockAlign * kBlockAlign;
  const bool useful = room >= std::max<uint32_t>(kUsefulRoomBytes, kBlockHeaderBytes + first_frame_bytes);
  limit_ = one_block_ || !useful ? block_bytes_max_ : std::min(room, block_bytes_max_);
}

Status LogWriter::add_frame(FrameKind kind, PageNo page, uint64_t extra, std::span<const PageRange> ranges,
                            const std::byte* page_bytes) {
  size_t bytes = kFrameHeaderBytes;
  for (const PageRange& range : ranges) bytes += kRangeHeaderBytes + range.length;
  if (used_ + bytes > limit_ || frame_count_ == kFramesMax) [[unlikely]] {
    if (bytes > page_bytes_ + kFrameSlackBytes || ranges.size() > 0xFFFF) {
      return broken(Status::error(sqlstate::kInternal, "a log frame is larger than its page"), 0);
    }
    if (frame_count_ > 0) DDB_RETURN_IF_ERROR(flush_block(0));
    start_block(static_cast<uint32_t>(bytes));
  }
  std::byte* to = block() + used_;
  store_le<uint32_t>(to, page.value);
  to[4] = static_cast<std::byte>(kind);
  to[5] = std::byte{0};
  store_le<uint16_t>(to + 6, static_cast<uint16_t>(ranges.size()));
  store_le<uint64_t>(to + 8, extra);
  to += kFrameHeaderBytes;
  for (const PageRange& range : ranges) {
    store_le<uint16_t>(to, range.offset);
    store_le<uint16_t>(to + 2, range.length);
    std::memcpy(to + kRangeHeaderBytes, page_bytes + range.offset, range.length);
    to += kRangeHeaderBytes + range.length;
  }
  used_ += static_cast<uint32_t>(bytes);
  ++frame_count_;
  return Status::ok();
}

Status LogWriter::close_run(uint8_t flag) {
  if (flag == kBlockAbort) {
    used_ = kBlockHeaderBytes;  // frames that are not written yet need not be
    frame_count_ = 0;
  }
  DDB_RETURN_IF_ERROR(flush_block(flag));
  at_.closed = lsn_;
  return Status::ok();
}

Status LogWriter::flush_block(uint8_t flags) {
  if (poison_.is_set()) [[unlikely]]
    return poison_.cause();
  const auto padded = static_cast<uint32_t>(block_padded(used_));
  BlockHeader header;
  header.length = used_;
  header.lsn = lsn_;
  header.salt = at_.salt;
  header.previous_crc = at_.previous_crc;
  header.frame_count = static_cast<uint16_t>(frame_count_);
  header.flags = static_cast<uint8_t>(flags | (run_index_ == 0 ? kBlockFirst : 0));
  header.synced_lsn = group_.synced_lsn();
  header.run_index = run_index_;
  const uint32_t crc = seal_block(header, {block(), padded});
  if (Status failed = write_block(padded); !failed.is_ok()) return broken(failed, flags);
  at_.previous_crc = crc;
  ++run_index_;
  newest_in_segment_ = lsn_;
  blocks_.fetch_add(1, std::memory_order_relaxed);
  run_unsynced_ += padded;
  if (flags == 0 && run_unsynced_ >= stream_sync_bytes_) {
    run_unsynced_ = 0;
    if (!group_.sync_written().is_ok()) return poison_.cause();
  }
  return Status::ok();
}

// Writes the sealed block at the next place of the current segment, or with its header into the next segment.
Status LogWriter::write_block(uint32_t padded) {
  uint64_t base = uint64_t{at_.segment} * segment_bytes_;
  const uint64_t expected = base + at_.offset;
  uint64_t place = group_.begin_append(expected, padded, base + segment_bytes_);
  size_t header_bytes = 0;
  uint64_t padding = place - expected;
  if (place == GroupSync::kNoPlace) {
    padding = segment_bytes_ - at_.offset;
    DDB_RETURN_IF_ERROR(move_to_next_segment());
    base = uint64_t{at_.segment} * segment_bytes_;
    header_bytes = kSegmentHeaderBytes;
    place = group_.begin_append(base, header_bytes + padded, base + segment_bytes_);
    DDB_CHECK(place != GroupSync::kNoPlace);
  }
  if (run_index_ == 0) run_position_ = at_.position;
  const size_t bytes = header_bytes + padded;
  // A sector that is entered is written to its end: the system need not read the rest of it from the disk first.
  const uint64_t end = place + bytes;
  size_t zeros = 0;
  if (const size_t behind = end % kSectorBytes; behind != 0 && behind <= bytes) zeros = kSectorBytes - behind;
  std::memset(block() + padded, 0, zeros);
  const Status outcome = file_->write(place, {block() - header_bytes, bytes + zeros});
  group_.end_append(outcome.is_ok() ? bytes : 0);
  if (!outcome.is_ok()) return outcome;
  at_.offset = end - base;
  bytes_written_.fetch_add(bytes, std::memory_order_relaxed);
  padding_bytes_.fetch_add(padding, std::memory_order_relaxed);
  return Status::ok();
}

Status LogWriter::move_to_next_segment() {
  const uint32_t next = segments_.activate(
      {.position = at_.position + 1, .prior = at_.closed, .durable_from = lsn_}, newest_in_segment_);
  // reserve() promised room.
  DDB_CHECK(next != Segments::kNone);
  at_.segment = next;
  at_.offset = 0;
  ++at_.position;
  switched_ = true;
  encode_header();
  return Status::ok();
}

void LogWriter::encode_header() {
  SegmentHeader header;
  header.uuid = uuid_;
  header.sequence = at_.next_sequence++;
  header.position = at_.position;
  header.prior_lsn = at_.closed;
  header.run_position = run_index_ > 0 ? run_position_ : at_.position;
  header.salt = at_.salt;
  header.previous_crc = at_.previous_crc;
  header.segment_bytes = segment_bytes_;
  header.page_bytes = page_bytes_;
  encode_segment_header(header, block() - kSegmentHeaderBytes);
}

// The log cannot be appended to any more: the bytes behind the last good block are unknown. Whether a commit record among
// them reached the disk is unknown as well.
Status LogWriter::broken(const Status& cause, uint8_t flags) {
  group_.fail(Status(cause).with_prefix("the log could not be written: "), false);
  if ((flags & kBlockCommit) == 0) return poison_.cause();
  return Status::error(sqlstate::kOutcomeUnknown,
                       "the outcome of the commit is unknown until the database is reopened")
      .with_detail(cause.message());
}

}  // namespace ddb
