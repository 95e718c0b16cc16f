// log: creation of the file, and the calls of Log handed to the writer, the segments and the group sync.
#include "wal/log.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "base/assert.h"
#include "base/faults.h"
#include "wal/log_impl.h"

namespace ddb {
namespace {

constexpr uint32_t kSegmentBytesMax = 16 << 20;
constexpr uint32_t kSegmentsMin = 3;                    // one is current, one is spare
constexpr uint64_t kGrowthRetryNs = 1'000'000'000;      // after growth ahead found no space
constexpr uint64_t kInlineGrowthBytesMax = 4ull << 20;  // beyond what is needed at once

LogConfig with_lower_bounds(LogConfig config) {
  config.bytes_max = std::max<uint64_t>(config.bytes_max, uint64_t{kSegmentsMin} * config.segment_bytes);
  config.initial_segments = std::max(config.initial_segments, kSegmentsMin);
  return config;
}

Status remove_if_there(Vfs& vfs, const std::string& path) {
  Status removed = vfs.unlink(path);
  return removed.is(sqlstate::kUndefinedFile) ? Status::ok() : removed;
}

// The header of position 1, in physical segment 0.
Status start_first_segment(LogImpl& log, Runtime& runtime, Lsn prior_lsn) {
  const LogConfig& config = log.config();
  SegmentHeader header;
  header.uuid = config.uuid;
  header.sequence = 1;
  header.position = 1;
  header.prior_lsn = prior_lsn;
  header.run_position = 1;
  header.salt = runtime.random64();
  header.segment_bytes = config.segment_bytes;
  header.page_bytes = config.page_bytes;
  std::byte bytes[kSegmentHeaderBytes];
  encode_segment_header(header, bytes);
  DDB_RETURN_IF_ERROR(log.segments().file().write(0, bytes));
  DDB_RETURN_IF_ERROR(log.segments().sync());
  DDB_CHECK(log.segments().activate({.position = 1, .prior = prior_lsn}, kNoLsn) == 0);
  AppendPoint point;
  point.offset = kSegmentHeaderBytes;
  point.position = 1;
  point.next_sequence = 2;
  point.salt = header.salt;
  point.closed = prior_lsn;
  log.writer().start_at(point);
  return Status::ok();
}

}  // namespace

Status check_config(const LogConfig& config) {
  const bool pages = config.page_bytes >= kPageBytesMin && config.page_bytes <= kPageBytesMax;
  const bool segments = config.segment_bytes % kSectorBytes == 0 &&
                        config.segment_bytes <= kSegmentBytesMax &&
                        config.segment_bytes > config.page_bytes + kSectorBytes;
  if (pages && segments) return Status::ok();
  return Status::error(sqlstate::kInvalidParameter,
                       "log segments must be a multiple of 4096 bytes and larger than a page");
}

LogImpl::LogImpl(Runtime& runtime, Poison& poison, std::atomic<uint64_t>& horizon, const LogConfig& config,
                 Lsn synced)
    : config_(with_lower_bounds(config)),
      poison_(poison),
      group_(runtime, poison, horizon, synced, config.unsynced_commits_max) {}

Result<std::unique_ptr<LogImpl>> LogImpl::open(Vfs& vfs, Runtime& runtime, Poison& poison,
                                               std::atomic<uint64_t>& horizon, const LogConfig& config,
                                               Lsn synced) {
  DDB_RETURN_IF_ERROR(check_config(config));
  std::unique_ptr<LogImpl> log(new LogImpl(runtime, poison, horizon, config, synced));
  for (auto& file : log->sync_files_) {
    DDB_TRY(file, vfs.open(config.path, OpenMode::kReadWrite));
  }
  log->group_.set_files(log->sync_files_[0].get(), log->sync_files_[1].get());
  DDB_TRY(auto growth_file, vfs.open(config.path, OpenMode::kReadWrite));
  log->segments_ = std::make_unique<Segments>(runtime, std::move(growth_file), config.segment_bytes,
                                              log->config_.bytes_max);
  DDB_TRY(auto append_file, vfs.open(config.path, OpenMode::kReadWrite));
  DDB_TRY(log->writer_,
          LogWriter::make(log->config_, std::move(append_file), poison, log->group_, *log->segments_));
  return log;
}

Result<std::unique_ptr<Log>> Log::create(Vfs& vfs, Runtime& runtime, Poison& poison,
                                         std::atomic<uint64_t>& horizon, const LogConfig& config,
                                         Lsn prior_lsn) try {
  DDB_RETURN_IF_ERROR(check_config(config));
  // A new file rather than a cut one: a crash leaves the old log or the new one, never a mixture.
  DDB_RETURN_IF_ERROR(remove_if_there(vfs, config.path));
  auto build = [&]() -> Result<std::unique_ptr<Log>> {
    { DDB_TRY(auto created, vfs.open(config.path, OpenMode::kCreateNew)); }
    DDB_TRY(auto log, LogImpl::open(vfs, runtime, poison, horizon, config, prior_lsn));
    DDB_RETURN_IF_ERROR(log->segments().extend(log->config().initial_segments));
    DDB_RETURN_IF_ERROR(start_first_segment(*log, runtime, prior_lsn));
    DDB_RETURN_IF_ERROR(vfs.sync_dir(config.path));
    return std::unique_ptr<Log>(std::move(log));
  };
  auto built = build();
  if (!built.is_ok()) (void)remove_if_there(vfs, config.path).is_ok();
  return built;
} catch (const std::bad_alloc&) {
  return Status::out_of_memory();
}

Result<Space> LogImpl::reserve(uint64_t frame_bytes, uint64_t /*frame_count*/, bool beyond_limit) {
  if (poison_.is_set()) [[unlikely]]
    return poison_.cause();
  writer_->plan(frame_bytes);
  const uint32_t needed = writer_->segments_needed(frame_bytes);
  while (!segments_->reserve(needed)) {
    const uint32_t missing = needed + Segments::kSpare - std::min(needed, segments_->free_count());
    const uint32_t count = segments_->count();
    const uint32_t room = segments_->count_max() > count ? segments_->count_max() - count : 0;
    if (missing > room && !beyond_limit) return Space::kNeedsCheckpoint;
    // Ahead, so that a host without a keeper does not grow by one segment at a time.
    const auto ahead = std::min<uint32_t>(
        {count, static_cast<uint32_t>(kInlineGrowthBytesMax / config_.segment_bytes), room});
    Status grown = grow(count, std::max(missing, ahead));
    if (grown.is(sqlstate::kDiskFull) && ahead > missing) grown = grow(count, missing);
    DDB_RETURN_IF_ERROR(std::move(grown));
  }
  return Space::kReady;
}

Status LogImpl::grow(uint32_t from_count, uint32_t segments) {
  bool sync_failed = false;
  Status outcome = segments_->grow(from_count, segments, &sync_failed);
  if (sync_failed) {
    group_.fail(Status(outcome).with_prefix("the log could not be synced: "), true);
    return poison_.cause();
  }
  return outcome;
}

void LogImpl::begin_run(Lsn lsn) {
  DDB_ASSERT(lsn == appended_lsn().next());
  writer_->begin_run(lsn);
}

Status LogImpl::add_frame(FrameKind kind, PageNo page, uint64_t extra, std::span<const PageRange> ranges,
                          const std::byte* page_bytes) {
  return writer_->add_frame(kind, page, extra, ranges, page_bytes);
}

Status LogImpl::write_commit(bool full) {
  if (full) {
    if (group_.full_commits_at_limit() && !group_.sync_written().is_ok()) [[unlikely]]
      return poison_.cause();
  } else {
    const uint64_t tail = group_.unsynced_bytes();
    const bool too_long = tail > 0 && tail + writer_->pending_bytes() > config_.relaxed_tail_bytes_max;
    if (too_long && !group_.sync_written().is_ok()) [[unlikely]]
      return poison_.cause();
  }
  return writer_->close_run(kBlockCommit);
}

Status LogImpl::write_abort() { return writer_->close_run(kBlockAbort); }

void LogImpl::register_commit(Lsn lsn, bool full) {
  const bool relaxed_begins = group_.register_commit(lsn, full);
  const bool switched = writer_->take_switched();
  if (relaxed_begins || (switched && segments_->growth_due() > 0)) call_on_work();
}

uint64_t LogImpl::used_bytes() const {
  const Segments::Counts counts = segments_->counts();
  return (counts.segments - counts.free) * config_.segment_bytes;
}

LogStats LogImpl::stats() const {
  LogStats stats;
  const GroupSync::Counters group = group_.counters();
  stats.commits_full = group.commits_full;
  stats.commits_relaxed = group.commits_relaxed;
  stats.syncs = group.syncs;
  stats.synced_commits = group.synced_commits;
  stats.largest_group = group.largest_group;
  const Segments::Counts counts = segments_->counts();
  stats.segments = counts.segments;
  stats.segments_free = counts.free;
  stats.growths = counts.growths;
  stats.recycled_segments = counts.recycled;
  stats.file_bytes = counts.segments * config_.segment_bytes;
  stats.bytes_written = writer_->bytes_written();
  stats.blocks = writer_->blocks();
  stats.padding_bytes = writer_->padding_bytes();
  return stats;
}

void LogImpl::recycle(Lsn checkpoint_lsn, bool keep_recovered) {
  segments_->recycle(checkpoint_lsn, group_.synced_lsn(), keep_recovered);
}

uint64_t LogImpl::keeper_step(uint64_t now_ns) {
  if (poison_.is_set()) return kNoDeadline;
  uint64_t next = kNoDeadline;
  auto relaxed_due = [&] {
    const uint64_t since = group_.relaxed_since_ns();
    return since == kNoDeadline ? kNoDeadline : since + config_.relaxed_delay_ns;
  };
  if (relaxed_due() <= now_ns && !group_.wait_durable(group_.appended_lsn()).is_ok()) return kNoDeadline;
  next = std::min(next, relaxed_due());
  const uint32_t count = segments_->count();
  if (const uint32_t segments = segments_->growth_due(); segments > 0) {
    if (now_ns >= growth_retry_ns_.load(std::memory_order_relaxed) && !grow(count, segments).is_ok()) {
      growth_retry_ns_.store(now_ns + kGrowthRetryNs, std::memory_order_relaxed);
    }
    if (segments_->growth_due() > 0) {
      next = std::min(next, std::max(now_ns, growth_retry_ns_.load(std::memory_order_relaxed)));
    }
  }
  return next;
}

}  // namespace ddb
