// log_impl: the parts of the log joined: files, segments, group sync, writer. Private to this layer.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

#include "wal/group_sync.h"
#include "wal/log.h"
#include "wal/log_writer.h"
#include "wal/segments.h"

namespace ddb {

// 22023 for sizes that do not fit together.
Status check_config(const LogConfig& config);

class LogImpl final : public Log {
 public:
  // Opens the log's file once for each activity that writes or syncs it. The file exists; nothing is written.
  static Result<std::unique_ptr<LogImpl>> open(Vfs& vfs, Runtime& runtime, Poison& poison,
                                               std::atomic<uint64_t>& horizon, const LogConfig& config,
                                               Lsn synced);

  Result<Space> reserve(uint64_t frame_bytes, uint64_t frame_count, bool beyond_limit) override;
  void begin_run(Lsn lsn) override;
  Status add_frame(FrameKind kind, PageNo page, uint64_t extra, std::span<const PageRange> ranges,
                   const std::byte* page_bytes) override;
  Status write_commit(bool full) override;
  Status write_abort() override;
  void register_commit(Lsn lsn, bool full) override;

  Status wait_visible(Lsn lsn) override { return group_.wait_visible(lsn); }
  Status wait_durable(Lsn lsn) override { return group_.wait_durable(lsn); }

  Lsn appended_lsn() const override { return group_.appended_lsn(); }
  Lsn synced_lsn() const override { return group_.synced_lsn(); }
  bool commits_in_flight() const override { return group_.commits_in_flight(); }
  uint64_t sync_count() const override { return group_.sync_count(); }
  uint64_t used_bytes() const override;
  uint64_t bytes_max() const override { return config_.bytes_max; }
  LogStats stats() const override;

  void recycle(Lsn checkpoint_lsn, bool keep_recovered) override;
  uint64_t keeper_step(uint64_t now_ns) override;
  void set_on_work(std::function<void()> on_work) override { on_work_ = std::move(on_work); }

  // For create() and take_over(), before the first append.
  Segments& segments() { return *segments_; }
  GroupSync& group() { return group_; }
  LogWriter& writer() { return *writer_; }
  const LogConfig& config() const { return config_; }

 private:
  LogImpl(Runtime& runtime, Poison& poison, std::atomic<uint64_t>& horizon, const LogConfig& config,
          Lsn synced);
  Status grow(uint32_t from_count, uint32_t segments);
  void call_on_work() {
    if (on_work_) on_work_();
  }

  const LogConfig config_;
  Poison& poison_;
  GroupSync group_;
  std::unique_ptr<File> sync_files_[2];
  std::unique_ptr<Segments> segments_;
  std::unique_ptr<LogWriter> writer_;
  std::function<void()> on_work_;
  std::atomic<uint64_t> growth_retry_ns_{0};  // growth ahead found no space: not before
};

}  // namespace ddb
