// reclaim: which versions are dead, how they leave, eviction by clock. Everything runs under the chain mutex.
//
// A pass: heavy fence → read every slot once (snapshot, epoch, pins) → free what was retired before and nobody is
// inside or pins → unlink dead versions → under pressure evict backed ones and look again.
#include <algorithm>

#include "base/assert.h"
#include "pager/page_cache.h"

namespace ddb {

void PageCache::scan_slots() {
  ++pass_;
  scan_.snapshots.clear();
  scan_.oldest_epoch = ~uint64_t{0};
  heavy_fence(asymmetric_);
  const uint64_t pass = pass_;
  SlotScan* const scan = &scan_;
  slots_.for_each([pass, scan, this](ReaderSlot& slot) {
    const bool ended = slot.ended.load(std::memory_order_acquire) != 0;  // first: see publish_snapshot()
    const uint64_t snapshot = slot.snapshot.load(std::memory_order_acquire) & ~kTentativeSnapshot;
    if (snapshot != 0 && !ended) scan->snapshots.push_back(snapshot);
    // The epoch first: a reader that is outside has its pins in place.
    const uint64_t epoch = slot.epoch.load(std::memory_order_acquire);
    if (epoch != 0) scan->oldest_epoch = std::min(scan->oldest_epoch, epoch);
    for (const auto& pin : slot.pins) {
      const uintptr_t word = pin.load(std::memory_order_acquire) & ~kWriterPin;
      if (word != 0) pool_->info_of(reinterpret_cast<const std::byte*>(word)).pinned_pass = pass;
    }
  });
  std::sort(scan_.snapshots.begin(), scan_.snapshots.end());
}

bool PageCache::needed_by_snapshot(uint64_t from, uint64_t to) const {
  auto first = std::lower_bound(scan_.snapshots.begin(), scan_.snapshots.end(), from);
  return first != scan_.snapshots.end() && *first < to;
}

void PageCache::unlink(Version* v) {
  Version* older = v->older.load(std::memory_order_relaxed);
  if (v->newer != nullptr) {
    v->newer->older.store(older, std::memory_order_release);
  } else {
    table_.find(PageNo(v->page))->store(older, std::memory_order_release);
  }
  if (older != nullptr) older->newer = v->newer;
  if (v->list == VersionList::kSuperseded) superseded_.remove(v);
  if (v->list == VersionList::kHeld) held_.remove(v);
}

void PageCache::retire_frame(std::byte* frame) {
  FrameInfo& info = pool_->info_of(frame);
  info.owner = nullptr;
  info.retire_tag = slots_.global_epoch.load(std::memory_order_relaxed) + 1;
  info.next_retired = retired_frames_;
  retired_frames_ = pool_->index_of(frame) + 1;
  ++retired_count_;
}

void PageCache::retire_version(Version* v) {
  if (std::byte* data = v->data.load(std::memory_order_relaxed)) retire_frame(data);
  if (v->temp_slot != kNoTempSlot) {
    temp_->release(v->temp_slot);
    v->temp_slot = kNoTempSlot;
  }
  // `newer` belongs to the mutex alone, so it can carry the tag; readers may still walk lsn, older and data.
  v->newer = reinterpret_cast<Version*>(slots_.global_epoch.load(std::memory_order_relaxed) + 1);
  retired_versions_.push_back(v, VersionList::kRetired);
}

void PageCache::free_retired() {
  while (Version* v = retired_versions_.first) {
    if (reinterpret_cast<uint64_t>(v->newer) > scan_.oldest_epoch) break;  // tags only grow along the queue
    retired_versions_.remove(v);
    slab_.give_back(v);
  }
  uint32_t* link = &retired_frames_;
  while (*link != 0) {
    std::byte* frame = pool_->frame(*link - 1);
    FrameInfo& info = pool_->info_of(frame);
    if (info.retire_tag > scan_.oldest_epoch || info.pinned_pass == pass_) {
      link = &info.next_retired;
      continue;
    }
    *link = info.next_retired;
    --retired_count_;
    pool_->free(frame);
  }
}

void PageCache::examine_superseded(uint64_t horizon) {
  while (Version* v = superseded_.first) {
    if (v->newer->lsn > horizon) break;
    superseded_.remove(v);
    if (v->busy || needed_by_snapshot(v->lsn, v->newer->lsn)) {
      held_.push_back(v, VersionList::kHeld);
      continue;
    }
    unlink(v);
    retire_version(v);
    ++since_held_pass_;
    counters_.reclaimed.fetch_add(1, std::memory_order_relaxed);
  }
}

void PageCache::examine_held() {
  since_held_pass_ = 0;
  for (Version* v = held_.first; v != nullptr;) {
    Version* next = v->next;
    if (!v->busy && !needed_by_snapshot(v->lsn, v->newer->lsn)) {
      unlink(v);
      retire_version(v);
      counters_.reclaimed.fetch_add(1, std::memory_order_relaxed);
    }
    v = next;
  }
}

void PageCache::evict_batch(uint32_t at_least) {
  const uint32_t touched = pool_->frames_touched();
  if (touched == 0) return;
  uint32_t wanted = std::max(at_least, std::clamp<uint32_t>(touched / 32, 2, 64));
  for (uint32_t step = 0; step < 2 * touched && wanted > 0; ++step) {
    hand_ = hand_ + 1 < touched ? hand_ + 1 : 0;
    FrameInfo& info = pool_->info(hand_);
    Version* v = info.owner;
    if (v == nullptr || v->busy || info.pinned_pass == pass_) continue;
    if (v->referenced.load(std::memory_order_relaxed) != 0) {
      v->referenced.store(0, std::memory_order_relaxed);
      continue;
    }
    if (v->backed && v->older.load(std::memory_order_relaxed) == nullptr) {
      unlink(v);
      retire_version(v);
    } else if (v->backed || v->temp_slot != kNoTempSlot) {
      // Its copy in a file is still good. With older versions below it the struct must stay, or a lookup would fall through to those.
      retire_frame(v->data.exchange(nullptr, std::memory_order_acq_rel));
    } else {
      continue;
    }
    --wanted;
    counters_.evictions.fetch_add(1, std::memory_order_relaxed);
  }
}

void PageCache::reclaim(bool pressure, uint32_t evict_at_least) {
  counters_.reclaim_passes.fetch_add(1, std::memory_order_relaxed);
  const uint64_t horizon = horizon_.load(std::memory_order_acquire);  // before the slots are scanned
  scan_slots();
  free_retired();
  examine_superseded(horizon);
  if (pressure || since_held_pass_ >= held_.size / 4 + 16) examine_held();
  if (pressure) evict_batch(evict_at_least);
  // What was unlinked just now carries the tag global + 1: readers that enter from here on cannot see it.
  slots_.global_epoch.fetch_add(1, std::memory_order_acq_rel);
  if (pressure) {
    scan_slots();
    free_retired();
  }
}

void PageCache::retire_private_frame(std::byte* frame) {
  MutexLock lock(chain_mutex_);
  retire_frame(frame);
}

}  // namespace ddb
