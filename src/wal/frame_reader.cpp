// frame_reader: from the start of a group frames are counted until the wanted one. Blocks of up to kCheckedBlockBytes are
// read whole, so that their checksum is tested; of larger ones, which share no group with others, only the frames.
#include "wal/frame_reader.h"

#include <algorithm>
#include <string>

namespace ddb {
namespace {

constexpr size_t kWindowBytes = 4096 + 512;  // a group and most frames at its end
constexpr size_t kWideWindowBytes = 64 * 1024;

}  // namespace

Status FrameReader::changed() const {
  return Status::corruption("log file \"" + log_.request.path + "\" changed at byte offset " +
                            std::to_string(block_) + " since it was opened");
}

std::span<const std::byte> FrameReader::window(uint64_t from) const {
  if (from < begin_ || from >= begin_ + size_) return {};
  return std::span(buffer_).subspan(from - begin_, begin_ + size_ - from);
}

Status FrameReader::fill(uint64_t from, size_t bytes) {
  if (buffer_.size() < bytes) buffer_.resize(bytes);
  size_ = 0;
  DDB_TRY(size_, log_.file->read(from, std::span(buffer_).first(bytes)));
  begin_ = from;
  return Status::ok();
}

Status FrameReader::start_block(uint64_t offset, uint32_t frame_offset, bool wide) {
  block_ = offset;
  frame_at_ = frame_offset;
  block_bytes_ = 0;
  if (frame_offset >= RedoIndex::kCheckedBlockBytes) return Status::ok();
  if (window(offset).size() < kBlockHeaderBytes) {
    DDB_RETURN_IF_ERROR(fill(offset, wide ? kWideWindowBytes : kWindowBytes));
    if (size_ < kBlockHeaderBytes) return changed();
  }
  const uint32_t length = peek_block(window(offset)).length;
  if (length > RedoIndex::kCheckedBlockBytes) return Status::ok();
  if (window(offset).size() < length)
    DDB_RETURN_IF_ERROR(fill(offset, std::max<size_t>(length, kWindowBytes)));
  BlockHeader header;
  if (!block_valid(window(offset), &header) || frame_offset > length) return changed();
  block_bytes_ = length;
  lsn_ = header.lsn;
  return Status::ok();
}

Status FrameReader::start_group(size_t group, bool wide) {
  group_ = group;
  const RedoIndex::Group& start = log_.index.group(group);
  next_entry_ = start.first_entry;
  lsn_ = Lsn(log_.request.checkpoint_lsn.value + start.lsn_delta);
  const Lsn expected = lsn_;
  const FramePlace place = start.place();
  DDB_RETURN_IF_ERROR(start_block(place.block_offset, place.frame_offset, wide));
  return lsn_ == expected ? Status::ok() : changed();
}

// The block behind the current one, perhaps on a fresh sector.
Status FrameReader::next_block(bool wide) {
  const uint32_t crc = peek_block(window(block_)).crc;
  const uint64_t next = block_ + block_padded(block_bytes_);
  auto links = [&] { return block_bytes_ != 0 && peek_block(window(block_)).previous_crc == crc; };
  const Status there = start_block(next, kBlockHeaderBytes, wide);
  if (!there.is_ok() && !there.is(sqlstate::kCorrupted)) return there;
  if (there.is_ok() && links()) return Status::ok();
  const uint64_t sector = (next + kSectorBytes - 1) / kSectorBytes * kSectorBytes;
  DDB_RETURN_IF_ERROR(start_block(sector, kBlockHeaderBytes, wide));
  return links() ? Status::ok() : changed();
}

Status FrameReader::step(bool wide, Frame* frame) {
  for (int blocks = 0; block_bytes_ != 0 && frame_at_ == block_bytes_; ++blocks) {
    if (blocks > static_cast<int>(kSectorBytes)) return changed();
    DDB_RETURN_IF_ERROR(next_block(wide));
  }
  const uint64_t at = block_ + frame_at_;
  std::span<const std::byte> bytes = window(at);
  if (block_bytes_ != 0) {
    bytes = bytes.first(block_bytes_ - frame_at_);
  } else if (const size_t need = log_.request.page_bytes + 64; bytes.size() < need) {
    DDB_RETURN_IF_ERROR(fill(at, need));
    bytes = window(at);
  }
  size_t length = 0;
  if (!next_frame(bytes, &length, log_.request.page_bytes, frame)) return changed();
  frame_at_ += static_cast<uint32_t>(length);
  ++next_entry_;
  return Status::ok();
}

Status FrameReader::read(uint32_t index, bool wide, Frame* frame, Lsn* lsn) {
  const size_t group = log_.index.group_of(index);
  if (group != group_ || index < next_entry_) DDB_RETURN_IF_ERROR(start_group(group, wide));
  do {
    DDB_RETURN_IF_ERROR(step(wide, frame));
  } while (next_entry_ <= index);
  *lsn = lsn_;
  return Status::ok();
}

}  // namespace ddb
