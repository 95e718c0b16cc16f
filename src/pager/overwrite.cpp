// overwrite: the pager's part of a checkpoint slice (ADR 0005): which page to write, its bytes, and the protection of
// what its main copy still means to old snapshots.
#include <algorithm>
#include <array>
#include <cstring>

#include "base/assert.h"
#include "pager/page_cache.h"

namespace ddb {

std::optional<PageNo> PageCache::next_dirty(PageNo from) {
  MutexLock lock(chain_mutex_);
  std::optional<PageNo> page = table_.next_dirty(from);
  if (recovered_ != nullptr) {
    const std::optional<PageNo> redo = recovered_->pages_from(from);
    if (redo.has_value() && (!page.has_value() || *redo < *page)) page = redo;
  }
  return page;
}

Result<uint64_t> PageCache::copy_for_checkpoint(ReaderSlot& slot, PageNo page, uint64_t target,
                                                std::byte* out) {
  uint32_t pin = kNoPin;
  const std::byte* data = nullptr;
  {
    MutexLock lock(chain_mutex_);
    Version* v = find_locked(page, target);
    const bool redo = recovered_ != nullptr && recovered_->has(page);
    if (v == nullptr && !redo) return uint64_t{0};
    if (v != nullptr && v->backed && !redo) {
      if (v->newer == nullptr) table_.clear_dirty(page);
      return uint64_t{0};
    }
    picked_.push_back(page);
  }
  DDB_TRY(data, fetch(slot, page, target, FrameUse::kCheckpoint, &pin));
  std::memcpy(out, data, config_.page_bytes);
  slot.unpin(pin);
  const uint64_t lsn = page_lsn(out).value;
  if (DDB_FAULT(kSkipNewLookingPage)) {
    std::vector<std::byte> main(config_.page_bytes);
    bool present = false;
    DDB_RETURN_IF_ERROR(file_->read(page, main.data(), &present));
    MutexLock lock(chain_mutex_);
    if (recovered_ != nullptr && recovered_->has(page) && present &&
        page_valid(main.data(), config_.page_bytes, page) && page_lsn(main.data()).value >= lsn) {
      recovered_->erase(page);
      return uint64_t{0};
    }
  }
  seal_page(out, config_.page_bytes);
  return lsn;
}

// From here on the main copies of these pages are about to change: what equals them stays in memory or goes to the temp file.
void PageCache::mark_locked(std::span<const SlicePage> pages) {
  for (const SlicePage& p : pages) {
    marked_.push_back(p.page);
    std::atomic<Version*>* head = table_.find(p.page);
    if (head == nullptr) continue;
    for (Version* v = head->load(std::memory_order_relaxed); v != nullptr;
         v = v->older.load(std::memory_order_relaxed)) {
      v->backed = false;
    }
  }
}

// The newest snapshot that still reads the main copy of this page although the slice overwrites it; 0 if none does.
uint64_t PageCache::needs_main_copy(const SlicePage& page) const {
  const std::atomic<Version*>* head = table_.find(page.page);
  uint64_t oldest = page.lsn.value;
  for (const Version* v = head == nullptr ? nullptr : head->load(std::memory_order_relaxed); v != nullptr;
       v = v->older.load(std::memory_order_relaxed)) {
    oldest = std::min(oldest, v->lsn);
    // Linked, but its bytes are in the main file only.
    if (v->backed && v->lsn != page.lsn.value && v->data.load(std::memory_order_relaxed) == nullptr &&
        v->temp_slot == kNoTempSlot) {
      return v->lsn;
    }
  }
  // Snapshots below the oldest version in memory read the main copy.
  const auto above = std::lower_bound(scan_.snapshots.begin(), scan_.snapshots.end(), oldest);
  return above == scan_.snapshots.begin() ? 0 : *(above - 1);
}

Status PageCache::begin_overwrite(ReaderSlot& slot, std::span<const SlicePage> pages) {
  std::array<uint64_t, 64>
      without_copy{};  // per slice page: the newest snapshot for which the main copy is no page
  for (;;) {
    size_t index = 0;
    uint64_t snapshot = 0;
    {
      MutexLock lock(chain_mutex_);
      bool loading = false;
      for (const SlicePage& p : pages) loading = loading || is_loading(p.page);
      if (loading) {
        loading_changed_.wait(chain_mutex_);
        continue;
      }
      scan_slots();
      for (; index < pages.size() && snapshot == 0; ++index) {
        if (DDB_FAULT(kNoPreservation)) continue;
        snapshot = needs_main_copy(pages[index]);
        if (snapshot <= without_copy[index]) snapshot = 0;
      }
      if (snapshot == 0) {
        mark_locked(pages);
        return Status::ok();
      }
      --index;
    }
    uint32_t pin = kNoPin;
    Result<std::byte*> data = fetch(slot, pages[index].page, snapshot, FrameUse::kPreserve, &pin);
    if (data.is_ok()) {
      // From now on it may leave only to the temp file; left backed, it could be evicted before the mark, again and again.
      MutexLock lock(chain_mutex_);
      Version* v = find_locked(pages[index].page, snapshot);
      if (v != nullptr && v->data.load(std::memory_order_relaxed) == *data) v->backed = false;
      slot.unpin(pin);
      counters_.preserved.fetch_add(1, std::memory_order_relaxed);
    } else if (data.status().is(sqlstate::kCorrupted)) {
      without_copy[index] = snapshot;  // allocated later than those snapshots, or damaged for them either way
    } else {
      return data.status();
    }
  }
}

void PageCache::drop_picks() {
  MutexLock lock(chain_mutex_);
  picked_.clear();
}

void PageCache::end_overwrite(std::span<const SlicePage> pages, bool written) {
  MutexLock lock(chain_mutex_);
  for (const SlicePage& p : pages) {
    if (!written) continue;
    Version* v = find_locked(p.page, p.lsn.value);
    if (v != nullptr && v->lsn == p.lsn.value) {
      v->backed = true;
      if (v->newer == nullptr) table_.clear_dirty(p.page);
    }
    if (recovered_ != nullptr) recovered_->erase(p.page);
  }
  marked_.clear();
  picked_.clear();
  loading_changed_.notify_all();
}

void PageCache::drop_redo() {
  MutexLock lock(chain_mutex_);
  if (recovered_ == nullptr || recovered_->page_count() > 0) return;
  // No load uses it: who erases the entry of a page waits for the loads of that page.
  recovered_.reset();
}

}  // namespace ddb
