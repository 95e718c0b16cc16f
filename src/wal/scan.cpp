// scan: reading the log once at open: headers, chain, damage (ADR 0002).
#include <algorithm>
#include <new>
#include <span>
#include <string>

#include "wal/recovery.h"
#include "wal/recovery_impl.h"

namespace ddb {
namespace {

constexpr size_t kProbeBytes = 256 * 1024;

constexpr uint64_t kCountMax = uint64_t{1}
                               << 62;  // of sequences, positions and LSNs: counting on never overflows

bool possible(const SegmentHeader& header) {
  if (header.sequence >= kCountMax || header.position >= kCountMax || header.prior_lsn.value >= kCountMax)
    return false;
  return header.segment_bytes % kSectorBytes == 0 && header.segment_bytes > 2 * kSectorBytes &&
         header.segment_bytes <= kLogSegmentBytesMax && header.position > 0 && header.sequence > 0;
}

// Some header of ours tells the size of the segments. The one at offset 0 nearly always does; if it is torn, every
// sector is looked at.
Status find_segment_bytes(RecoveredLog::Impl& log, bool* foreign) {
  std::vector<std::byte> buffer(kSectorBytes);
  for (uint64_t at = 0; at < log.file_bytes;) {
    DDB_TRY(const size_t got, log.file->read(at, buffer));
    for (size_t i = 0; i + kSegmentHeaderBytes <= got; i += kSectorBytes) {
      SegmentHeader header;
      if (!decode_segment_header(std::span(buffer).subspan(i, kSegmentHeaderBytes), &header)) continue;
      if (header.uuid != log.request.uuid) {
        *foreign = true;
      } else if (possible(header) && (at + i) % header.segment_bytes == 0) {
        log.segment_bytes = header.segment_bytes;
        return Status::ok();
      }
    }
    if (got < buffer.size()) break;
    at += got;
    buffer.resize(kProbeBytes);
  }
  return Status::ok();
}

}  // namespace

Status RecoveredLog::Impl::read_segment(uint32_t i, std::vector<std::byte>* buffer) const {
  buffer->resize(segment_bytes);
  DDB_TRY(const size_t got, file->read(uint64_t{i} * segment_bytes, *buffer));
  if (got == segment_bytes) return Status::ok();
  return Status::corruption("log file \"" + request.path + "\" became shorter while it was read");
}

Status find_segments(RecoveredLog::Impl& log) {
  bool foreign = false;
  DDB_RETURN_IF_ERROR(find_segment_bytes(log, &foreign));
  if (log.segment_bytes == 0) {
    log.presence = foreign ? LogPresence::kForeign : LogPresence::kMissing;
    return Status::ok();
  }
  log.presence = LogPresence::kPresent;
  const uint64_t count = log.file_bytes / log.segment_bytes;
  if (count * log.segment_bytes > RedoIndex::kFileBytesMax) {
    return Status::error(sqlstate::kProgramLimit,
                         "log file \"" + log.request.path + "\" is larger than 1 TiB");
  }
  log.segment_count = static_cast<uint32_t>(count);
  std::byte bytes[kSegmentHeaderBytes];
  for (uint32_t i = 0; i < log.segment_count; ++i) {
    DDB_TRY(const size_t got, log.file->read(uint64_t{i} * log.segment_bytes, bytes));
    SegmentHeader header;
    if (got != sizeof(bytes) || !decode_segment_header(bytes, &header) || header.uuid != log.request.uuid ||
        !possible(header) || header.segment_bytes != log.segment_bytes) {
      continue;
    }
    if (header.page_bytes != log.request.page_bytes) {
      return Status::corruption("log file \"" + log.request.path + "\" is of a database with pages of " +
                                std::to_string(header.page_bytes) + " bytes");
    }
    log.known.push_back({i, header});
    log.newest_sequence = std::max(log.newest_sequence, header.sequence);
    if (std::find(log.salts.begin(), log.salts.end(), header.salt) == log.salts.end()) {
      log.salts.push_back(header.salt);
    }
  }
  return Status::ok();
}

Result<std::unique_ptr<RecoveredLog>> RecoveredLog::scan(Vfs& vfs, const ScanRequest& request,
                                                         MemoryBudget& budget) try {
  std::unique_ptr<RecoveredLog> result(new RecoveredLog(std::make_unique<Impl>(request, budget)));
  Impl& log = *result->impl_;
  log.end_lsn = log.synced = request.checkpoint_lsn;
  auto file = vfs.open(request.path, OpenMode::kReadOnly);
  if (!file.is_ok()) {
    if (file.status().is(sqlstate::kUndefinedFile)) return result;
    return file.status();
  }
  log.file = std::move(file).value();
  DDB_TRY(log.file_bytes, log.file->size());
  DDB_RETURN_IF_ERROR(find_segments(log));
  if (log.presence != LogPresence::kPresent) return result;
  DDB_RETURN_IF_ERROR(follow_chain(log));
  if (log.stopped_at_damage) return result;
  std::optional<uint64_t> proof;
  DDB_RETURN_IF_ERROR(probe_behind_stop(log, &proof));
  if (!proof.has_value()) return result;
  if (!request.salvage) {
    return Status::corruption("log file \"" + request.path + "\" is damaged at byte offset " +
                              std::to_string(log.stop_offset) + ": committed transactions after LSN " +
                              std::to_string(log.end_lsn.value) + " cannot be read")
        .with_detail("a block at byte offset " + std::to_string(*proof) +
                     " names a newer transaction as durable")
        .with_hint("restore a backup, or open read-only with the salvage option at the last good commit");
  }
  log.stopped_at_damage = true;
  return result;
} catch (const std::bad_alloc&) {
  return Status::out_of_memory();
}

RecoveredLog::RecoveredLog(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RecoveredLog::~RecoveredLog() = default;

LogPresence RecoveredLog::presence() const { return impl_->presence; }
Lsn RecoveredLog::last_lsn() const { return std::max(impl_->end_lsn, impl_->request.checkpoint_lsn); }
Lsn RecoveredLog::end_lsn() const { return impl_->end_lsn; }
Lsn RecoveredLog::synced_lsn() const { return impl_->synced; }
bool RecoveredLog::stopped_at_damage() const { return impl_->stopped_at_damage; }
uint64_t RecoveredLog::stop_offset() const { return impl_->stop_offset; }
bool RecoveredLog::has(PageNo page) const { return impl_->index.head(page) != RedoIndex::kNone; }
uint64_t RecoveredLog::page_count() const { return impl_->index.page_count(); }
std::optional<PageNo> RecoveredLog::pages_from(PageNo from) const { return impl_->index.first_from(from); }
void RecoveredLog::erase(PageNo page) { impl_->index.erase(page); }

}  // namespace ddb
