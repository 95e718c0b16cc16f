// take_over: continuing a recovered log (ADR 0002, STORAGE 12). Keeps: what the scan followed is not touched, so an error
// or a crash leaves the old log valid.
//
// The scan cannot know which bytes it saw are durable: a killed process leaves them in the cache of the operating system,
// and after a failed sync they may be readable there and nowhere else. So two syncs: the copies of all that is not known
// to be durable; then the header of the fresh segment. A fresh segment (its salt differs from its predecessor's) that a
// later scan sees therefore proves that everything before it is durable, without it the originals count.
#include <algorithm>
#include <cstring>
#include <new>
#include <vector>

#include "base/assert.h"
#include "base/faults.h"
#include "wal/log_impl.h"
#include "wal/recovery_impl.h"

namespace ddb {
namespace {

uint64_t unused_salt(Runtime& runtime, const std::vector<uint64_t>& used) {
  uint64_t salt = runtime.random64();
  while (std::find(used.begin(), used.end(), salt) != used.end()) ++salt;
  return salt;
}

// Number in the chain of the first segment that must be copied: the first with blocks not known to be synced, or the last
// one if blocks of a void run lie behind the cut. kNothing if there is none.
constexpr size_t kNothing = ~size_t{0};
size_t first_to_copy(const RecoveredLog::Impl& log) {
  if (!log.cut_behind_run || DDB_FAULT(kNoTailCopy)) return kNothing;
  for (size_t i = 0; i < log.cut_chain; ++i) {
    if (log.chain[i].newest > log.synced) return i;
  }
  const ChainSegment& last = log.chain[log.cut_chain];
  const bool unsynced = std::min(last.newest, log.end_lsn) > log.synced;
  return unsynced || last.end > log.cut_end ? log.cut_chain : kNothing;
}

class TakeOver {
 public:
  TakeOver(LogImpl& log, const RecoveredLog::Impl& old, Lsn last) : log_(log), old_(old), last_(last) {}

  Status run(Runtime& runtime) {
    const size_t first = first_to_copy(old_);
    const size_t copies = first == kNothing ? 0 : old_.cut_chain + 1 - first;
    Segments& segments = log_.segments();
    DDB_RETURN_IF_ERROR(segments.adopt(old_.segment_count));
    for (size_t i = 0; i <= old_.cut_chain; ++i) {
      Segments::Use use = use_of(old_.chain[i]);
      use.recovered = true;
      use.superseded = i >= first;
      segments.mark_used(old_.chain[i].index, use);
    }
    const auto needed = static_cast<uint32_t>(copies + 1 + Segments::kSpare);
    if (segments.free_count() < needed) DDB_RETURN_IF_ERROR(segments.extend(needed - segments.free_count()));
    DDB_TRY(const bool voided, void_abandoned());  // before copies take such places
    sequence_ = old_.newest_sequence;
    uint32_t newest_copy = old_.chain[old_.cut_chain].index;
    for (size_t i = old_.cut_chain + 1 - copies; i <= old_.cut_chain; ++i) {
      DDB_RETURN_IF_ERROR(
          copy(old_.chain[i], i == old_.cut_chain ? old_.cut_end : old_.chain[i].end, &newest_copy));
    }
    if (DDB_FAULT(kReuseSalt)) return go_on_in_place(newest_copy);
    if (copies > 0 || voided) DDB_RETURN_IF_ERROR(segments.sync());
    return start_fresh(unused_salt(runtime, old_.salts));
  }

 private:
  Segments::Use use_of(const ChainSegment& segment) const {
    return {.position = segment.header.position,
            .prior = segment.header.prior_lsn,
            .newest = std::min(segment.newest, last_)};
  }

  // Segments behind the end of the log hold transactions that were lost, because a power loss took something before them. A
  // checkpoint past their first LSNs would make a start of the log of such a segment: their headers go now. True if there are any.
  Result<bool> void_abandoned() {
    const std::byte zeros[kSegmentHeaderBytes] = {};
    bool any = false;
    for (const KnownSegment& segment : old_.known) {
      if (segment.header.position <= old_.chain[old_.cut_chain].header.position) continue;
      DDB_RETURN_IF_ERROR(log_.segments().file().write(uint64_t{segment.index} * old_.segment_bytes, zeros));
      any = true;
    }
    return any;
  }

  // Same position, higher sequence, nothing behind `end`: the target may hold older blocks that would link there.
  Status copy(const ChainSegment& from, size_t end, uint32_t* target) {
    DDB_RETURN_IF_ERROR(old_.read_segment(from.index, &buffer_));
    std::memset(buffer_.data() + end, 0, buffer_.size() - end);
    SegmentHeader header = from.header;
    header.sequence = ++sequence_;
    encode_segment_header(header, buffer_.data());
    *target = log_.segments().take_free(use_of(from));
    DDB_CHECK(*target != Segments::kNone);
    return log_.segments().file().write(uint64_t{*target} * old_.segment_bytes, buffer_);
  }

  // Its header is synced here, so that no torn first block can hide that the log goes on. It follows the segment with the
  // newest closed run, or, when the log holds none, takes the place of its first segment.
  Status start_fresh(uint64_t salt) {
    SegmentHeader header;
    header.uuid = old_.request.uuid;
    header.sequence = ++sequence_;
    header.position = old_.chain[old_.cut_chain].header.position + (old_.cut_behind_run ? 1 : 0);
    header.prior_lsn = last_;
    header.run_position = header.position;
    header.salt = salt;
    header.previous_crc = old_.cut_crc;
    header.segment_bytes = old_.segment_bytes;
    header.page_bytes = old_.request.page_bytes;
    std::byte bytes[kSegmentHeaderBytes];
    encode_segment_header(header, bytes);
    AppendPoint point;
    point.segment = log_.segments().activate({.position = header.position, .prior = last_}, kNoLsn);
    DDB_CHECK(point.segment != Segments::kNone);
    DDB_RETURN_IF_ERROR(log_.segments().file().write(uint64_t{point.segment} * old_.segment_bytes, bytes));
    DDB_RETURN_IF_ERROR(log_.segments().sync());
    point.offset = kSegmentHeaderBytes;
    point.position = header.position;
    point.next_sequence = sequence_ + 1;
    point.salt = salt;
    point.previous_crc = old_.cut_crc;
    point.closed = last_;
    log_.writer().start_at(point);
    return Status::ok();
  }

  // What a careless implementation would do (Fault::kReuseSalt).
  Status go_on_in_place(uint32_t segment) {
    DDB_RETURN_IF_ERROR(log_.segments().sync());
    const SegmentHeader& header = old_.chain[old_.cut_chain].header;
    AppendPoint point;
    point.segment = segment;
    point.offset = old_.cut_end;
    point.position = header.position;
    point.next_sequence = sequence_ + 1;
    point.salt = header.salt;
    point.previous_crc = old_.cut_crc;
    point.closed = last_;
    log_.segments().set_current(segment);
    log_.writer().start_at(point);
    log_.group().forget_sync_began();
    return Status::ok();
  }

  LogImpl& log_;
  const RecoveredLog::Impl& old_;
  const Lsn last_;
  uint64_t sequence_ = 0;
  std::vector<std::byte> buffer_;
};

}  // namespace

Result<std::unique_ptr<Log>> Log::take_over(Vfs& vfs, Runtime& runtime, Poison& poison,
                                            std::atomic<uint64_t>& horizon, const LogConfig& config,
                                            const RecoveredLog& recovered) try {
  const RecoveredLog::Impl& old = recovered.impl();
  DDB_CHECK(old.presence == LogPresence::kPresent && !old.stopped_at_damage && !old.chain.empty());
  LogConfig own = config;
  own.segment_bytes = old.segment_bytes;  // of the file, whatever new ones get
  const Lsn last = recovered.last_lsn();
  DDB_TRY(auto log, LogImpl::open(vfs, runtime, poison, horizon, own, last));
  DDB_RETURN_IF_ERROR(TakeOver(*log, old, last).run(runtime));
  return std::unique_ptr<Log>(std::move(log));
} catch (const std::bad_alloc&) {
  return Status::out_of_memory();
}

}  // namespace ddb
