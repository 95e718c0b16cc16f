// page_cache: making, slots, publishing.
#include "pager/page_cache.h"

#include <algorithm>
#include <new>

#include "base/assert.h"

namespace ddb {
namespace {
// Superseded versions that make a pass worth its fence. The simulation has few pages and looks for races: more often.
#if DDB_FAULTS
constexpr uint64_t kReclaimBatch = 3;
#else
constexpr uint64_t kReclaimBatch = 64;
#endif
}  // namespace

PageCache::PageCache(Runtime& runtime, MemoryBudget& budget, std::atomic<uint64_t>& horizon,
                     const PageCacheConfig& config, std::unique_ptr<TempFile> temp)
    : runtime_(runtime),
      budget_(budget),
      horizon_(horizon),
      config_(config),
      asymmetric_(asymmetric_fences()),
      table_(budget),
      temp_(std::move(temp)),
      chain_mutex_(runtime),
      loading_changed_(runtime),
      slots_(runtime, config.slots_max),
      slab_(budget) {}

PageCache::~PageCache() = default;

Result<std::unique_ptr<PageCache>> PageCache::create(Runtime& runtime, MemoryBudget& budget,
                                                     std::atomic<uint64_t>& horizon,
                                                     const PageCacheConfig& config,
                                                     std::unique_ptr<TempFile> temp) {
  std::unique_ptr<PageCache> cache(new PageCache(runtime, budget, horizon, config, std::move(temp)));
  DDB_TRY(cache->pool_, FramePool::create(runtime, budget, config.page_bytes));
  MutexLock lock(cache->chain_mutex_);
  cache->scan_.snapshots.reserve(config.slots_max);
  cache->loading_.reserve(config.slots_max);
  cache->marked_.reserve(64);
  cache->picked_.reserve(64);
  return cache;
}

bool PageCache::has_redo() {
  MutexLock lock(chain_mutex_);
  return recovered_ != nullptr && recovered_->page_count() > 0;
}

bool PageCache::served_by_redo(PageNo page, uint64_t snapshot) {
  MutexLock lock(chain_mutex_);
  return recovered_ != nullptr && recovered_->has(page) && find_locked(page, snapshot) == nullptr;
}

bool PageCache::forget_redo(PageNo page) {
  MutexLock lock(chain_mutex_);
  if (is_loading(page)) return false;
  if (recovered_ != nullptr) recovered_->erase(page);
  return true;
}

Result<ReaderSlot*> PageCache::acquire_slot() {
  MutexLock lock(chain_mutex_);
  return slots_.acquire();
}

void PageCache::release_slot(ReaderSlot* slot) {
  MutexLock lock(chain_mutex_);
  slots_.release(slot);
}

Version* PageCache::find_locked(PageNo page, uint64_t snapshot) {
  const std::atomic<Version*>* head = table_.find(page);
  if (head == nullptr) return nullptr;
  Version* v = head->load(std::memory_order_relaxed);
  while (v != nullptr && v->lsn > snapshot) v = v->older.load(std::memory_order_relaxed);
  return v;
}

Result<Version*> PageCache::prepare_version(PageNo page) {
  MutexLock lock(chain_mutex_);
  if (table_.ensure(page) == nullptr) return Status::out_of_memory();
  Version* version = slab_.take();
  if (version == nullptr) return Status::out_of_memory();
  version->page = page.value;
  return version;
}

void PageCache::drop_prepared_version(Version* version) {
  MutexLock lock(chain_mutex_);
  slab_.give_back(version);
}

void PageCache::note_superseded(Version* version) {
  if (version->list == VersionList::kNone) superseded_.push_back(version, VersionList::kSuperseded);
}

void PageCache::publish(std::span<const PublishedPage> pages, uint64_t lsn) {
  constexpr size_t kPagesPerHold = 512;  // so that a large commit does not stop the readers that miss
  for (size_t at = 0; at < pages.size(); at += kPagesPerHold) {
    MutexLock lock(chain_mutex_);
    for (const PublishedPage& p : pages.subspan(at, std::min(kPagesPerHold, pages.size() - at))) {
      std::atomic<Version*>* head = table_.find(p.page);
      Version* v = p.version;
      Version* old = head->load(std::memory_order_relaxed);
      v->lsn = lsn;
      v->temp_slot = p.temp_slot;
      v->backed = false;
      v->referenced.store(1, std::memory_order_relaxed);
      v->data.store(p.data, std::memory_order_relaxed);
      v->older.store(old, std::memory_order_relaxed);
      if (p.data != nullptr) pool_->info_of(p.data).owner = v;
      if (old != nullptr) {
        old->newer = v;
        note_superseded(old);
      }
      head->store(v, std::memory_order_release);
      if (config_.files) table_.set_dirty(p.page);
    }
  }
}

void PageCache::reclaim_if_due() {
  MutexLock lock(chain_mutex_);
  if (superseded_.size >= kReclaimBatch || retired_count_ >= kReclaimBatch) reclaim(false);
}

void PageCache::reclaim_now() {
  MutexLock lock(chain_mutex_);
  reclaim(true);
}

template <typename F>
void PageCache::each_snapshot(const ReaderSlot* except, F&& f) {
  MutexLock lock(chain_mutex_);
  heavy_fence(asymmetric_);
  slots_.for_each([&](ReaderSlot& slot) {
    const bool ended = slot.ended.load(std::memory_order_acquire) != 0;  // first: see publish_snapshot()
    const uint64_t snapshot = slot.snapshot.load(std::memory_order_acquire);
    if (&slot == except || snapshot == 0 || ended) return;
    f(snapshot & ~kTentativeSnapshot, (snapshot & kTentativeSnapshot) != 0);
  });
}

void PageCache::live_snapshots(std::vector<uint64_t>* out, const ReaderSlot* except) {
  each_snapshot(except, [&](uint64_t snapshot, bool) { out->push_back(snapshot); });
}

void PageCache::settled_snapshots(std::vector<uint64_t>* out, const ReaderSlot* except) {
  each_snapshot(except, [&](uint64_t snapshot, bool tentative) {
    if (!tentative) out->push_back(snapshot);
  });
}

uint64_t PageCache::oldest_snapshot() {
  uint64_t oldest = 0;
  each_snapshot(nullptr, [&](uint64_t snapshot, bool) {
    if (oldest == 0 || snapshot < oldest) oldest = snapshot;
  });
  return oldest;
}

uint64_t PageCache::versions_alive() {
  MutexLock lock(chain_mutex_);
  return slab_.in_use();
}

bool PageCache::drop_unused_page(PageNo page) {
  MutexLock lock(chain_mutex_);
  if (is_loading(page) || is_marked(page) ||
      std::find(picked_.begin(), picked_.end(), page) != picked_.end()) {
    return false;
  }
  if (std::atomic<Version*>* head = table_.find(page); head != nullptr) {
    for (Version* v = head->load(std::memory_order_relaxed); v != nullptr;) {
      if (v->busy) return false;
      v = v->older.load(std::memory_order_relaxed);
    }
    while (Version* v = head->load(std::memory_order_relaxed)) {
      unlink(v);
      retire_version(v);
    }
    table_.clear_dirty(page);
  }
  if (recovered_ != nullptr) recovered_->erase(page);
  return true;
}

}  // namespace ddb
