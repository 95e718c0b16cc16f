// log_world: a log with a model of what it must hold, for the tests of wal. It drives the interface as pager and txn do:
// pages in a "main file" of the model, runs of deltas, images and direct frames, checkpoints, crashes.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/inline_runtime.h"
#include "base/seeded_random.h"
#include "format/page.h"
#include "vfs/sim_vfs.h"
#include "wal/log.h"
#include "wal/recovery.h"

namespace ddb {

using PageBytes = std::vector<std::byte>;
using PageMap = std::map<uint32_t, PageBytes>;

#define ASSERT_OK(expr)                                      \
  do {                                                       \
    const ::ddb::Status ok_status = (expr);                  \
    ASSERT_TRUE(ok_status.is_ok()) << ok_status.to_string(); \
  } while (false)

inline FileUuid test_uuid() {
  FileUuid uuid{};
  for (size_t i = 0; i < uuid.size(); ++i) uuid[i] = static_cast<uint8_t>(i * 17 + 3);
  return uuid;
}

inline LogConfig small_config(uint32_t segment_bytes = 16 * 1024, uint64_t bytes_max = 512 * 1024) {
  LogConfig config;
  config.path = "/app.ddb-wal";
  config.uuid = test_uuid();
  config.page_bytes = 4096;
  config.segment_bytes = segment_bytes;
  config.bytes_max = bytes_max;
  config.relaxed_tail_bytes_max = 64 * 1024;
  config.stream_sync_bytes = 64 * 1024;
  return config;
}

class LogWorld {
 public:
  LogWorld(Vfs& vfs, Runtime& runtime, uint64_t seed, LogConfig config = small_config())
      : vfs_(&vfs),
        runtime_(runtime),
        random_(seed),
        config_(std::move(config)),
        poison_(new Poison(runtime)) {}

  Status create() {
    DDB_TRY(log_, Log::create(*vfs_, runtime_, *poison_, horizon_, config_, checkpoint_));
    horizon_ = checkpoint_.value;
    return Status::ok();
  }

  // Appends one run with `changes` random page changes and registers it; kNeedsCheckpoint is answered with one.
  Status append_run(size_t changes, bool full, bool beyond_limit = false) {
    PageMap touched = make_changes(changes);
    DDB_RETURN_IF_ERROR(make_room(beyond_limit));
    const Lsn lsn = log_->appended_lsn().next();
    log_->begin_run(lsn);
    DDB_RETURN_IF_ERROR(add_frames(touched));
    history_[lsn.value] = std::move(touched);  // it may survive although its write fails
    DDB_RETURN_IF_ERROR(log_->write_commit(full));
    log_->register_commit(lsn, full);
    return Status::ok();
  }
  Status commit_run(size_t changes, bool full, bool beyond_limit = false) {
    DDB_RETURN_IF_ERROR(append_run(changes, full, beyond_limit));
    const Lsn lsn = log_->appended_lsn();
    DDB_RETURN_IF_ERROR(log_->wait_visible(lsn));
    if (full) acknowledged_ = lsn;
    return Status::ok();
  }
  // A run that ends with an abort record after some of its frames.
  Status abort_run(size_t changes) {
    PageMap touched = make_changes(changes);
    DDB_RETURN_IF_ERROR(make_room(false));
    const Lsn lsn = log_->appended_lsn().next();
    log_->begin_run(lsn);
    DDB_RETURN_IF_ERROR(add_frames(touched));
    DDB_RETURN_IF_ERROR(log_->write_abort());
    history_[lsn.value] = {};
    log_->register_commit(lsn, false);
    return log_->wait_visible(lsn);
  }
  // Begins a run and leaves it open.
  Status begin_and_leave(size_t changes) {
    PageMap touched = make_changes(changes);
    DDB_RETURN_IF_ERROR(make_room(false));
    const Lsn lsn = log_->appended_lsn().next();
    log_->begin_run(lsn);
    return add_frames(touched);
  }

  // Moves the model's main file to `lsn` and recycles.
  Status checkpoint(Lsn lsn, bool recycle = true) {
    DDB_RETURN_IF_ERROR(log_->wait_durable(lsn));
    main_ = state_at(lsn);
    checkpoint_ = lsn;
    // A page written directly by a later run stays; one by a run that never was is overwritten.
    std::erase_if(direct_, [&](const auto& one) {
      const uint64_t at = page_lsn(one.second.data()).value;
      return at <= lsn.value || !history_.contains(at) || !history_[at].contains(one.first);
    });
    if (recycle) log_->recycle(lsn, false);
    return Status::ok();
  }

  // What each page holds behind the run `lsn`.
  PageMap state_at(Lsn lsn) const {
    PageMap state = main_;
    for (const auto& [at, pages] : history_) {
      if (at > lsn.value) break;
      if (at <= checkpoint_.value) continue;
      for (const auto& [page, bytes] : pages) {
        if (bytes.empty()) {
          state.erase(page);  // freed
        } else {
          state[page] = bytes;
        }
      }
    }
    return state;
  }

  Result<std::unique_ptr<RecoveredLog>> scan(bool salvage = false) { return scan_on(*vfs_, salvage); }
  Result<std::unique_ptr<RecoveredLog>> scan_on(Vfs& vfs, bool salvage = false) {
    ScanRequest request;
    request.path = config_.path;
    request.uuid = config_.uuid;
    request.checkpoint_lsn = checkpoint_;
    request.page_bytes = config_.page_bytes;
    request.salvage = salvage;
    return RecoveredLog::scan(vfs, request, budget_);
  }

  // Every page redone from the main file is what the model says for the recovered LSN.
  void check(const RecoveredLog& recovered) {
    const PageMap state = state_at(recovered.last_lsn());
    for (const auto& [page, bytes] : state) {
      PageBytes copy = main_copy(page);
      const bool valid = !copy.empty();
      copy.resize(config_.page_bytes);
      if (recovered.has(PageNo(page))) {
        ASSERT_OK(recovered.redo(PageNo(page), copy, valid));
      }
      ASSERT_TRUE(std::equal(copy.begin() + 4, copy.end(), bytes.begin() + 4, bytes.end()))
          << "page " << page << " at LSN " << recovered.last_lsn().value;
    }
    std::optional<PageNo> page = recovered.pages_from(PageNo(0));
    uint64_t count = 0;
    while (page.has_value()) {
      ++count;
      page = recovered.pages_from(page->next());
    }
    ASSERT_EQ(count, recovered.page_count());
  }

  // Goes on with a recovered log, perhaps on another Vfs; later runs than last_lsn() never were.
  Status take_over(Vfs& vfs, const RecoveredLog& recovered) {
    history_.erase(history_.upper_bound(recovered.last_lsn().value), history_.end());
    log_.reset();
    poison_ = std::make_unique<Poison>(runtime_);
    vfs_ = &vfs;
    DDB_TRY(log_, Log::take_over(vfs, runtime_, *poison_, horizon_, config_, recovered));
    horizon_ = recovered.last_lsn().value;
    acknowledged_ = recovered.last_lsn();  // durable from now on
    return Status::ok();
  }

  Log& log() { return *log_; }
  void close() { log_.reset(); }
  Poison& poison() { return *poison_; }
  SeededRandom& random() { return random_; }
  const LogConfig& config() const { return config_; }
  LogConfig& mutable_config() { return config_; }
  Lsn acknowledged() const { return acknowledged_; }
  Lsn checkpoint_lsn() const { return checkpoint_; }
  MemoryBudget& budget() { return budget_; }
  std::atomic<uint64_t>& horizon() { return horizon_; }
  void set_pages(uint32_t pages) { pages_ = pages; }
  void set_direct_per_mille(uint32_t per_mille) { direct_per_mille_ = per_mille; }
  // The page as the main file has it: the checkpointed version, or a newer one that was written directly.
  PageBytes main_copy(uint32_t page) const {
    if (auto direct = direct_.find(page); direct != direct_.end()) return direct->second;
    auto found = main_.find(page);
    return found == main_.end() ? PageBytes{} : found->second;
  }

 private:
  enum class Kind { kDelta, kImage, kDirect };
  struct Change {
    Kind kind;
    PageBytes before;
  };

  PageMap make_changes(size_t changes) {
    PageMap touched;
    plan_.clear();
    const Lsn next = log_->appended_lsn().next();
    const PageMap& now = newest_state();
    for (size_t i = 0; i < changes; ++i) {
      const auto page = static_cast<uint32_t>(random_.below(pages_));
      if (touched.contains(page)) continue;
      auto found = now.find(page);
      const bool fresh = found == now.end();
      PageBytes bytes(config_.page_bytes);
      if (fresh) {
        format_page(bytes.data(), bytes.size(), PageNo(page), TreeId(7), PageType::kFirstTree);
      } else {
        bytes = found->second;
      }
      Kind kind = fresh || random_.chance(image_per_mille_) ? Kind::kImage : Kind::kDelta;
      // Directly to the main file: only where no state that a crash can lead to has a page. Visible is not enough: a
      // relaxed run that freed it may be lost.
      const bool unused = !main_.contains(page) && log_->synced_lsn().next() == next;
      if (fresh && unused && random_.chance(direct_per_mille_)) kind = Kind::kDirect;
      if (!fresh && random_.chance(60)) {
        touched[page] = {};  // freed
        continue;
      }
      const size_t ranges = kind == Kind::kDelta ? 1 + random_.below(4) : 20;
      for (size_t r = 0; r < ranges; ++r) {
        const size_t at = kPageHeaderBytes + random_.below(config_.page_bytes - kPageHeaderBytes - 64);
        for (size_t b = 0; b < 1 + random_.below(60); ++b)
          bytes[at + b] = static_cast<std::byte>(random_.next());
      }
      set_page_lsn(bytes.data(), next);
      plan_[page] = {kind, fresh ? PageBytes{} : found->second};
      touched[page] = std::move(bytes);
    }
    return touched;
  }

  const PageMap& newest_state() {
    cached_ = state_at(kMaxLsn);
    return cached_;
  }

  std::vector<PageRange> ranges_of(const Change& change, const PageBytes& after) const {
    std::vector<PageRange> ranges;
    if (change.kind == Kind::kDirect) return ranges;
    const PageBytes zeros(config_.page_bytes);
    const PageBytes& before = change.kind == Kind::kDelta ? change.before : zeros;
    size_t at = kPageLoggedFrom;
    while (at < after.size()) {
      if (before[at] == after[at]) {
        ++at;
        continue;
      }
      size_t end = at + 1;
      for (size_t same = 0; end < after.size() && same < 8; ++end)
        same = before[end] == after[end] ? same + 1 : 0;
      ranges.push_back({static_cast<uint16_t>(at), static_cast<uint16_t>(end - at)});
      at = end;
    }
    return ranges;
  }

  Status make_room(bool beyond_limit) {
    const uint64_t bytes = plan_.size() * (config_.page_bytes + 64);
    for (int attempt = 0; attempt < 2; ++attempt) {
      DDB_TRY(const Space space, log_->reserve(bytes, plan_.size(), beyond_limit));
      if (space == Space::kReady) return Status::ok();
      DDB_RETURN_IF_ERROR(checkpoint(log_->appended_lsn()));
    }
    return Status::error(sqlstate::kDiskFull, "a checkpoint did not make room");
  }

  Status add_frames(const PageMap& touched) {
    for (const auto& [page, bytes] : touched) {
      if (bytes.empty()) continue;
      const Change& change = plan_[page];
      const std::vector<PageRange> ranges = ranges_of(change, bytes);
      FrameKind kind = FrameKind::kImage;
      uint64_t extra = 0;
      if (change.kind == Kind::kDelta) {
        kind = FrameKind::kDelta;
        extra = page_lsn(change.before.data()).value;
      } else if (change.kind == Kind::kDirect) {
        kind = FrameKind::kDirect;
        extra = page_crc(bytes.data(), bytes.size());
        direct_[page] = bytes;
      }
      DDB_RETURN_IF_ERROR(log_->add_frame(kind, PageNo(page), extra, ranges, bytes.data()));
    }
    return Status::ok();
  }

  Vfs* vfs_;
  Runtime& runtime_;
  SeededRandom random_;
  LogConfig config_;
  MemoryBudget budget_{64 << 20};
  std::unique_ptr<Poison> poison_;
  std::atomic<uint64_t> horizon_{0};
  std::unique_ptr<Log> log_;
  uint32_t pages_ = 24;
  uint32_t image_per_mille_ = 150;
  uint32_t direct_per_mille_ = 300;
  Lsn checkpoint_{1};
  Lsn acknowledged_{1};
  PageMap main_;
  PageMap direct_;  // written to the main file beside the log
  PageMap cached_;
  std::map<uint64_t, PageMap> history_;
  std::map<uint32_t, Change> plan_;
};

}  // namespace ddb
