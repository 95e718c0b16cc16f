// redo: rebuilding one page from its frames in the log (ADR 0002). The only other reader of log bytes after the scan is
// take_over. Frames are checked again when read: the file may have been changed by others since.
#include <algorithm>
#include <cstring>
#include <new>
#include <string>
#include <vector>

#include "base/faults.h"
#include "format/page.h"
#include "wal/recovery.h"
#include "wal/recovery_impl.h"

namespace ddb {
namespace {

using Impl = RecoveredLog::Impl;

constexpr size_t kWindowBytes = 4096;         // read at once for a frame that stands alone
constexpr size_t kWideWindowBytes = 64 * 1024;  // and for one that many others of the page follow closely
constexpr size_t kFollowersForWide = 4;
constexpr size_t kWholeBlockBytes = 16 * 1024;  // blocks up to here are read whole, so that their checksum is tested

Status changed(const Impl& log, uint64_t offset) {
  return Status::corruption("log file \"" + log.request.path + "\" changed at byte offset " + std::to_string(offset) +
                            " since it was opened");
}

// Reads frames at ascending places through a window.
class FrameReader {
 public:
  explicit FrameReader(const Impl& log) : log_(log) {}

  // `wide`: more frames lie right behind this one. The frame is a view, dead after the next call.
  Status read(const FramePlace& place, PageNo page, bool wide, Frame* frame) {
    std::span<const std::byte> bytes;  // from the frame to at least its end
    if (place.frame_offset < kWholeBlockBytes) {
      DDB_RETURN_IF_ERROR(block_at(place, wide, &bytes));
    }
    if (bytes.empty()) {
      // Inside a large block: only the frame.
      const uint64_t from = place.block_offset + place.frame_offset;
      DDB_RETURN_IF_ERROR(fill(from, frame_bytes_max()));
      bytes = window(from);
    }
    size_t at = 0;
    if (!next_frame(bytes, &at, log_.request.page_bytes, frame) || frame->page != page || frame->kind != place.kind) {
      return changed(log_, place.block_offset);
    }
    return Status::ok();
  }

 private:
  size_t frame_bytes_max() const { return log_.request.page_bytes + 64; }

  // The frame inside its block if that is small enough to be checked as a whole; else empty.
  Status block_at(const FramePlace& place, bool wide, std::span<const std::byte>* frame) {
    std::span<const std::byte> bytes = window(place.block_offset);
    if (bytes.size() < kBlockHeaderBytes || bytes.size() < peek_block(bytes).length) {
      DDB_RETURN_IF_ERROR(fill(place.block_offset, wide ? kWideWindowBytes : kWindowBytes));
      bytes = window(place.block_offset);
      if (bytes.size() < kBlockHeaderBytes) return changed(log_, place.block_offset);
      const size_t length = peek_block(bytes).length;
      if (length > kWholeBlockBytes) return Status::ok();
      if (length > bytes.size()) {
        DDB_RETURN_IF_ERROR(fill(place.block_offset, length));
        bytes = window(place.block_offset);
      }
    }
    BlockHeader header;
    if (peek_block(bytes).length > kWholeBlockBytes) return Status::ok();
    if (place.block_offset != checked_block_) {
      if (!block_valid(bytes, &header)) return changed(log_, place.block_offset);
      checked_block_ = place.block_offset;
    }
    header = peek_block(bytes);
    if (place.frame_offset >= header.length) return changed(log_, place.block_offset);
    *frame = bytes.subspan(place.frame_offset, header.length - place.frame_offset);
    return Status::ok();
  }

  std::span<const std::byte> window(uint64_t from) const {
    if (from < begin_ || from >= begin_ + size_) return {};
    return std::span(buffer_).subspan(from - begin_, begin_ + size_ - from);
  }

  Status fill(uint64_t from, size_t bytes) {
    if (buffer_.size() < bytes) buffer_.resize(bytes);
    size_ = 0;
    checked_block_ = ~uint64_t{0};
    DDB_TRY(size_, log_.file->read(from, std::span(buffer_).first(bytes)));
    begin_ = from;
    return Status::ok();
  }

  const Impl& log_;
  std::vector<std::byte> buffer_;
  uint64_t begin_ = 0;  // file offset of the window
  size_t size_ = 0;
  uint64_t checked_block_ = ~uint64_t{0};  // its checksum was right in this window
};

Status missing_base(PageNo page, Lsn have, Lsn base, Lsn delta) {
  return Status::corruption("page " + std::to_string(page.value) + " has LSN " + std::to_string(have.value) +
                            ", but the log changes it from LSN " + std::to_string(base.value) + " to LSN " +
                            std::to_string(delta.value));
}

Status check_direct(PageNo page_no, std::span<const std::byte> page, bool main_valid, Lsn lsn, uint64_t crc) {
  const std::string name = "page " + std::to_string(page_no.value);
  if (!main_valid) {
    return Status::corruption(name + " was written directly at LSN " + std::to_string(lsn.value) +
                              " and is damaged in the main file");
  }
  const Lsn have = page_lsn(page.data());
  if (have < lsn || (have == lsn && page_crc(page.data(), page.size()) != crc)) {
    return Status::corruption(name + " was written directly at LSN " + std::to_string(lsn.value) +
                              ", but the main file holds another version (LSN " + std::to_string(have.value) + ")");
  }
  return Status::ok();
}

void apply_image(PageNo page_no, const Frame& frame, Lsn lsn, std::span<std::byte> page) {
  std::memset(page.data(), 0, page.size());
  store_le<uint32_t>(page.data() + 4, page_no.value);
  apply_ranges(frame, page.data());
  set_page_lsn(page.data(), lsn);
}

}  // namespace

bool RecoveredLog::starts_at_image(PageNo page) const {
  uint32_t i = impl_->index.head(page);
  if (i == RedoIndex::kNone) return false;
  while (impl_->index.entry(i).previous != RedoIndex::kNone) i = impl_->index.entry(i).previous;
  return RedoIndex::unpack(impl_->index.entry(i).place).kind == FrameKind::kImage;
}

Status RecoveredLog::redo(PageNo page_no, std::span<std::byte> page, bool main_valid) const try {
  const Impl& log = *impl_;
  if (page.size() != log.request.page_bytes) return Status::error(sqlstate::kInternal, "redo of a page of another size");
  std::vector<uint32_t> entries;
  for (uint32_t i = log.index.head(page_no); i != RedoIndex::kNone; i = log.index.entry(i).previous) {
    entries.push_back(i);
  }
  FrameReader reader(log);
  bool have_page = main_valid;
  for (size_t n = entries.size(); n-- > 0;) {  // oldest first
    const RedoIndex::Entry& entry = log.index.entry(entries[n]);
    const FramePlace place = RedoIndex::unpack(entry.place);
    const Lsn lsn(log.request.checkpoint_lsn.value + entry.lsn_delta);
    if (place.kind == FrameKind::kDelta) {
      if (!have_page) {
        return Status::corruption("page " + std::to_string(page_no.value) +
                                  " is damaged in the main file, and the log holds only changes of it");
      }
      if (page_lsn(page.data()) >= lsn) continue;
    }
    const bool wide = n >= kFollowersForWide &&
                      RedoIndex::unpack(log.index.entry(entries[n - kFollowersForWide]).place).block_offset -
                              place.block_offset < kWideWindowBytes;
    Frame frame;
    DDB_RETURN_IF_ERROR(reader.read(place, page_no, wide, &frame));
    switch (frame.kind) {
      case FrameKind::kImage:
        apply_image(page_no, frame, lsn, page);
        have_page = true;
        break;
      case FrameKind::kDirect:
        DDB_RETURN_IF_ERROR(check_direct(page_no, page, have_page, lsn, frame.extra));
        break;
      case FrameKind::kDelta:
        if (page_lsn(page.data()).value != frame.extra) {
          return missing_base(page_no, page_lsn(page.data()), Lsn(frame.extra), lsn);
        }
        apply_ranges(frame, page.data());
        set_page_lsn(page.data(), lsn);
        break;
    }
  }
  return Status::ok();
} catch (const std::bad_alloc&) {
  return Status::out_of_memory();
}

}  // namespace ddb
