// redo: rebuilding one page from its frames in the log (ADR 0002). The only other reader of log bytes after the scan is
// take_over.
#include <algorithm>
#include <cstring>
#include <new>
#include <string>
#include <vector>

#include "format/page.h"
#include "wal/frame_reader.h"
#include "wal/recovery.h"
#include "wal/recovery_impl.h"

namespace ddb {
namespace {

using Impl = RecoveredLog::Impl;

constexpr size_t kFollowersForWide = 4;    // that many further frames of the page in the same…
constexpr uint32_t kEntriesForWide = 256;  // …stretch of the log make a wide read worthwhile

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
                              ", but the main file holds another version (LSN " + std::to_string(have.value) +
                              ")");
  }
  return Status::ok();
}

void apply_image(PageNo page_no, const Frame& frame, Lsn lsn, std::span<std::byte> page) {
  std::memset(page.data(), 0, page.size());
  store_le<uint32_t>(page.data() + 4, page_no.value);
  apply_ranges(frame, page.data());
  set_page_lsn(page.data(), lsn);
}

Status apply_frame(PageNo page_no, const Frame& frame, Lsn lsn, std::span<std::byte> page, bool* have_page) {
  if (frame.kind == FrameKind::kDirect) return check_direct(page_no, page, *have_page, lsn, frame.extra);
  if (frame.kind == FrameKind::kImage) {
    apply_image(page_no, frame, lsn, page);
    *have_page = true;
    return Status::ok();
  }
  const Lsn have = page_lsn(page.data());
  if (have >= lsn) return Status::ok();
  if (have.value != frame.extra) return missing_base(page_no, have, Lsn(frame.extra), lsn);
  apply_ranges(frame, page.data());
  set_page_lsn(page.data(), lsn);
  return Status::ok();
}

}  // namespace

bool RecoveredLog::starts_at_image(PageNo page) const {
  uint32_t i = impl_->index.head(page);
  if (i == RedoIndex::kNone) return false;
  while (impl_->index.entry(i).previous != RedoIndex::kNone) i = impl_->index.entry(i).previous;
  return impl_->index.entry(i).kind == FrameKind::kImage;
}

Status RecoveredLog::redo(PageNo page_no, std::span<std::byte> page, bool main_valid) const try {
  const Impl& log = *impl_;
  if (page.size() != log.request.page_bytes)
    return Status::error(sqlstate::kInternal, "redo of a page of another size");
  std::vector<uint32_t> entries;
  for (uint32_t i = log.index.head(page_no); i != RedoIndex::kNone; i = log.index.entry(i).previous) {
    entries.push_back(i);
  }
  FrameReader reader(log);
  bool have_page = main_valid;
  for (size_t n = entries.size(); n-- > 0;) {  // oldest first
    const uint32_t index = entries[n];
    if (log.index.entry(index).kind == FrameKind::kDelta) {
      if (!have_page) {
        return Status::corruption("page " + std::to_string(page_no.value) +
                                  " is damaged in the main file, and the log holds only changes of it");
      }
      const uint64_t newest = uint64_t{log.index.lsn_delta_max(log.index.group_of(index))};
      if (page_lsn(page.data()).value >= log.request.checkpoint_lsn.value + newest) continue;
    }
    const bool wide = n >= kFollowersForWide && entries[n - kFollowersForWide] - index < kEntriesForWide;
    Frame frame;
    Lsn lsn;
    DDB_RETURN_IF_ERROR(reader.read(index, wide, &frame, &lsn));
    if (frame.page != page_no || frame.kind != log.index.entry(index).kind) {
      return Status::corruption("log file \"" + log.request.path + "\" changed since it was opened: page " +
                                std::to_string(page_no.value) + " is not where it was");
    }
    DDB_RETURN_IF_ERROR(apply_frame(page_no, frame, lsn, page, &have_page));
  }
  if (log.stopped_at_damage && page_lsn(page.data()) > last_lsn()) {
    return Status::corruption("page " + std::to_string(page_no.value) + " of the main file is newer (LSN " +
                              std::to_string(page_lsn(page.data()).value) + ") than the last good commit");
  }
  return Status::ok();
} catch (const std::bad_alloc&) {
  return Status::out_of_memory();
}

}  // namespace ddb
