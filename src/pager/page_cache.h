// page_cache: versions of pages in memory: lookup by snapshot, loading, publishing, reclaim, eviction and spill (ADR 0004).
// Keeps: for every live snapshot and page, the newest version at or below it is in the chain, or is what the files
// (main file, double-write images, redo index) give back. Versions above the horizon are in chains but seen by the writer only.
//
// The chain mutex guards chains, lists, frame infos, dirty bits, marks, loads in flight and the slot registry. It is
// never held across I/O.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/faults.h"
#include "base/memory_budget.h"
#include "base/mutex.h"
#include "format/page.h"
#include "pager/frame_pool.h"
#include "pager/page_file.h"
#include "pager/page_table.h"
#include "pager/reader_slot.h"
#include "pager/temp_file.h"
#include "pager/version.h"
#include "wal/recovery.h"

namespace ddb {

enum class FrameUse { kReader, kWriter, kPreserve, kCheckpoint };

struct PageCacheConfig {
  size_t page_bytes = kDefaultPageBytes;
  uint32_t slots_max = 1024 + 2;
  bool end_readers = true;  // policy at the spill limit
  bool files = true;        // false: ":memory:"
};

struct PageCacheCounters {
  std::atomic<uint64_t> misses{0}, evictions{0}, reclaimed{0}, reclaim_passes{0}, redone{0}, preserved{0},
      spilled{0}, readers_ended{0};
};

// One page of a commit, handed over by publish(). `version` was taken by prepare_version().
struct PublishedPage {
  PageNo page;
  Version* version = nullptr;
  std::byte* data = nullptr;  // null: in temp_slot
  uint32_t temp_slot = kNoTempSlot;
};

class PageCache {
 public:
  static Result<std::unique_ptr<PageCache>> create(Runtime& runtime, MemoryBudget& budget,
                                                   std::atomic<uint64_t>& horizon,
                                                   const PageCacheConfig& config,
                                                   std::unique_ptr<TempFile> temp);
  ~PageCache();

  // The files behind the cache; set once at open, before any fetch.
  void attach_file(PageFile* file) { file_ = file; }
  void attach_recovered(std::unique_ptr<RecoveredLog> recovered) { recovered_ = std::move(recovered); }
  bool has_redo() DDB_EXCLUDES(chain_mutex_);
  // The page as of a snapshot comes from the redo index: no version in memory is old enough.
  bool served_by_redo(PageNo page, uint64_t snapshot) DDB_EXCLUDES(chain_mutex_);
  // Drops the redo entry of a page that no snapshot reads through it. False if it is being loaded right now.
  bool forget_redo(PageNo page) DDB_EXCLUDES(chain_mutex_);
  // Called when no frame can be had otherwise: run or await a checkpoint slice; true if one made progress.
  void set_make_room(std::function<Result<bool>(FrameUse)> make_room) { make_room_ = std::move(make_room); }

  // --- Slots
  Result<ReaderSlot*> acquire_slot();
  void release_slot(ReaderSlot* slot);
  SlotRegistry& slots() { return slots_; }
  // Publishes the horizon as the slot's snapshot (publish, fence, re-read, retry) and returns it.
  uint64_t publish_snapshot(ReaderSlot& slot) {
    slot.snapshot.store(0, std::memory_order_release);  // an ended one must not look alive again
    slot.ended.store(0, std::memory_order_release);
    uint64_t seen = horizon_.load(std::memory_order_acquire);
    for (;;) {
      DDB_SWITCH_POINT(runtime_);
      // Tentative until the horizon was read again: it keeps versions, but some may be gone already.
      slot.snapshot.store(DDB_FAULT(kNoSnapshotRecheck) ? seen : seen | kTentativeSnapshot,
                          std::memory_order_release);
      light_fence(slot.asymmetric);
      if (DDB_FAULT(kNoSnapshotRecheck)) return seen;
      DDB_SWITCH_POINT(runtime_);
      const uint64_t again = horizon_.load(std::memory_order_acquire);
      if (again == seen) {
        slot.snapshot.store(seen, std::memory_order_release);
        return seen;
      }
      seen = again;
    }
  }

  // --- Reading

  // The hit path: pins and returns the data of the newest version ≤ snapshot if it is in memory. Null otherwise (or no free pin).
  std::byte* find_cached(ReaderSlot& slot, PageNo page, uint64_t snapshot, uint32_t* pin) {
    slot.enter();
    std::byte* data = nullptr;
    if (const std::atomic<Version*>* head = table_.find(page); head != nullptr) {
      Version* v = head->load(std::memory_order_acquire);
      while (v != nullptr && v->lsn > snapshot) v = v->older.load(std::memory_order_acquire);
      if (v != nullptr && (data = v->data.load(std::memory_order_acquire)) != nullptr) {
        if (v->referenced.load(std::memory_order_relaxed) == 0)
          v->referenced.store(1, std::memory_order_relaxed);
        *pin = slot.pin(data);
        if (*pin == kNoPin) data = nullptr;
      }
    }
    slot.leave();
    return data;
  }
  // Says that pages will be read from the main file soon.
  void expect_read(PageNo first, uint32_t pages) {
    if (file_ != nullptr) file_->expect_read(first, pages);
  }
  // The same with loading: main file, redo index or temp file. 72000, XX001, 58030, 53200, 54000 (pins).
  Result<std::byte*> fetch(ReaderSlot& slot, PageNo page, uint64_t snapshot, FrameUse use, uint32_t* pin);

  // --- Frames and versions for private pages
  Result<std::byte*> allocate_frame(FrameUse use);
  // Gives back a frame that only the caller's session may still pin.
  void retire_private_frame(std::byte* frame);
  // A version struct for later publishing, with the table slot made. 53200.
  Result<Version*> prepare_version(PageNo page);
  void drop_prepared_version(Version* version);

  // --- Publishing: links the pages of a commit. Never fails, allocates nothing. Superseded versions queue for reclaim.
  void publish(std::span<const PublishedPage> pages, uint64_t lsn);
  // Reclaims if enough versions were superseded since the last time.
  void reclaim_if_due();
  void reclaim_now();
  // Forgets every version and redo entry of a page that no state uses (write_direct). False if it is being loaded or
  // overwritten right now.
  bool drop_unused_page(PageNo page);

  // --- Snapshots in use, for checkpoint, truncation and direct writes (fences, so that none is missed)
  void live_snapshots(std::vector<uint64_t>* out, const ReaderSlot* except);
  uint64_t oldest_snapshot();  // 0: nobody reads. Allocates nothing.
  // Of those the ones whose every page is kept: none that is only being taken.
  void settled_snapshots(std::vector<uint64_t>* out, const ReaderSlot* except);

  // --- Checkpoint (ADR 0005)
  std::optional<PageNo> next_dirty(PageNo from);
  // Copies the newest version ≤ target of a page with its checksum into `out`, if the main file does not have it.
  // Returns its LSN, or 0 if there is nothing to write. A copied page is picked until end_overwrite or drop_picks.
  Result<uint64_t> copy_for_checkpoint(ReaderSlot& slot, PageNo page, uint64_t target, std::byte* out);
  // Preserves main copies that live snapshots need, waits for loads in flight, marks the pages.
  Status begin_overwrite(ReaderSlot& slot, std::span<const SlicePage> pages);
  void end_overwrite(std::span<const SlicePage> pages, bool written);
  void drop_picks();
  void drop_redo();  // after the first checkpoint
  // The newest chained version equals the files (nothing to checkpoint) for all pages.
  uint64_t dirty_pages() const { return table_.dirty_pages(); }

  MemoryBudget& budget() { return budget_; }
  FramePool& frames() { return *pool_; }
  TempFile& temp() { return *temp_; }
  const PageCacheCounters& counters() const { return counters_; }
  uint64_t versions_alive();
  size_t page_bytes() const { return config_.page_bytes; }

 private:
  PageCache(Runtime& runtime, MemoryBudget& budget, std::atomic<uint64_t>& horizon,
            const PageCacheConfig& config, std::unique_ptr<TempFile> temp);

  // Everything one look at the slots tells; the vectors are reserved for slots_max.
  struct SlotScan {
    std::vector<uint64_t> snapshots;  // sorted
    uint64_t oldest_epoch = 0;        // smallest epoch that a reader is inside; ~0 if none
  };

  // f(snapshot, whether it is only being taken) for each one in use.
  template <typename F>
  void each_snapshot(const ReaderSlot* except, F&& f);
  Version* find_locked(PageNo page, uint64_t snapshot) DDB_REQUIRES(chain_mutex_);
  bool is_loading(PageNo page) const DDB_REQUIRES(chain_mutex_);
  bool is_marked(PageNo page) const DDB_REQUIRES(chain_mutex_);
  Status load_main(PageNo page, std::byte* into);
  Status link_loaded(PageNo page, std::byte* data, Version* version, uint64_t snapshot)
      DDB_REQUIRES(chain_mutex_);
  // The version that a load is to fill (null: it makes one), as it was when the load began.
  struct LoadPlan {
    Version* version;
    uint64_t lsn;
    uint32_t temp_slot;
  };
  Status finish_load(PageNo page, uint64_t snapshot, const LoadPlan& plan, Status loaded, std::byte** spare,
                     Version** fresh) DDB_REQUIRES(chain_mutex_);
  void scan_slots() DDB_REQUIRES(chain_mutex_);
  bool needed_by_snapshot(uint64_t from, uint64_t to) const DDB_REQUIRES(chain_mutex_);
  void reclaim(bool pressure, uint32_t evict_at_least = 0) DDB_REQUIRES(chain_mutex_);
  void examine_superseded(uint64_t horizon) DDB_REQUIRES(chain_mutex_);
  void examine_held() DDB_REQUIRES(chain_mutex_);
  void unlink(Version* version) DDB_REQUIRES(chain_mutex_);
  void retire_version(Version* version) DDB_REQUIRES(chain_mutex_);
  void retire_frame(std::byte* frame) DDB_REQUIRES(chain_mutex_);
  void free_retired() DDB_REQUIRES(chain_mutex_);
  void evict_batch(uint32_t at_least) DDB_REQUIRES(chain_mutex_);
  void pause_for_others(int round);
  Result<bool> spill_versions();
  Version* pick_spill_victim() DDB_REQUIRES(chain_mutex_);
  Result<bool> end_oldest_reader();
  void note_superseded(Version* version) DDB_REQUIRES(chain_mutex_);
  uint64_t needs_main_copy(const SlicePage& page) const DDB_REQUIRES(chain_mutex_);
  void mark_locked(std::span<const SlicePage> pages) DDB_REQUIRES(chain_mutex_);

  Runtime& runtime_;
  MemoryBudget& budget_;
  std::atomic<uint64_t>& horizon_;
  const PageCacheConfig config_;
  const bool asymmetric_;
  PageTable table_;
  std::unique_ptr<FramePool> pool_;
  std::unique_ptr<TempFile> temp_;
  PageFile* file_ = nullptr;
  std::function<Result<bool>(FrameUse)> make_room_;
  PageCacheCounters counters_;

  Mutex chain_mutex_;
  CondVar loading_changed_;
  SlotRegistry slots_;
  std::unique_ptr<RecoveredLog> recovered_;  // erased under the chain mutex
  VersionSlab slab_ DDB_GUARDED_BY(chain_mutex_);
  VersionQueue superseded_ DDB_GUARDED_BY(chain_mutex_);  // in the order of their successors' LSNs
  VersionQueue held_ DDB_GUARDED_BY(chain_mutex_);        // superseded visibly, but a snapshot needed them
  VersionQueue retired_versions_ DDB_GUARDED_BY(chain_mutex_);  // `lsn`-free tag kept in `newer`
  uint32_t retired_frames_ DDB_GUARDED_BY(chain_mutex_) = 0;    // index + 1
  uint64_t retired_count_ DDB_GUARDED_BY(chain_mutex_) = 0;
  uint64_t since_held_pass_ DDB_GUARDED_BY(chain_mutex_) = 0;
  uint64_t pass_ DDB_GUARDED_BY(chain_mutex_) = 0;
  uint32_t hand_ DDB_GUARDED_BY(chain_mutex_) = 0;
  uint32_t spill_hand_ DDB_GUARDED_BY(chain_mutex_) = 0;
  SlotScan scan_ DDB_GUARDED_BY(chain_mutex_);
  std::vector<PageNo> loading_ DDB_GUARDED_BY(chain_mutex_);  // capacity: slots_max
  std::vector<PageNo> picked_ DDB_GUARDED_BY(chain_mutex_);   // copied for the next slice; capacity 64
  std::vector<PageNo> marked_ DDB_GUARDED_BY(
      chain_mutex_);  // of the slice being written, sorted; capacity 64
};

}  // namespace ddb
