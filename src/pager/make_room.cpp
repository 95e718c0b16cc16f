// make_room: what is tried, in order, when no frame is free: reclaim and evict, a checkpoint
// slice, old versions to the temp file, and at the spill limit the oldest reader. A writer spills its own private pages
// before they take half of the frames (private_pages).
#include <algorithm>

#include "base/assert.h"
#include "pager/page_cache.h"

namespace ddb {
namespace {
constexpr int kSpillBatch = 8;
constexpr int kFruitlessRoundsMax = 64;
constexpr int kRoundsAtOnce = 4;       // from then on each waits for others: a reader's call, a slice
constexpr uint64_t kPauseNs = 50'000;  // of the first such round, growing by as much up to
constexpr uint64_t kPauseMaxNs = 2'000'000;
}  // namespace

namespace {
uint32_t frames_left_by(FrameUse use) {
  switch (use) {
    case FrameUse::kReader:
      return FramePool::kReaderLeaves;
    case FrameUse::kWriter:
      return FramePool::kWriterLeaves;
    case FrameUse::kPreserve:
      return FramePool::kPreserveLeaves;
    case FrameUse::kCheckpoint:
      break;
  }
  return FramePool::kCheckpointLeaves;
}
}  // namespace

// Gives those who are about to free frames the time to do so; nobody signals it.
void PageCache::pause_for_others(int round) {
  if (round < kRoundsAtOnce) return;
  Mutex mutex(runtime_);
  CondVar never(runtime_);
  const uint64_t pause = std::min(kPauseMaxNs, kPauseNs * static_cast<uint64_t>(round - kRoundsAtOnce + 1));
  MutexLock lock(mutex);
  never.wait_until(mutex, runtime_.now_ns() + pause);
}

Result<std::byte*> PageCache::allocate_frame(FrameUse use) {
  const uint32_t leave = frames_left_by(use);
  Status last;
  for (int round = 0; round < kFruitlessRoundsMax; ++round) {
    if (std::byte* frame = pool_->try_allocate(leave)) return frame;
    {
      // At once all that the pool must hold, and taken before others see it: readers, who leave less, would be faster.
      MutexLock lock(chain_mutex_);
      reclaim(true, leave + 2);
      if (std::byte* frame = pool_->try_allocate(leave)) return frame;
    }
    bool progress = false;
    const bool by_checkpoint = use == FrameUse::kCheckpoint || use == FrameUse::kPreserve;
    if (!by_checkpoint && make_room_ && table_.dirty_pages() > 0) {
      DDB_TRY(progress, make_room_(use));
    }
    if (!progress) {
      Result<bool> spilled = spill_versions();
      if (spilled.is_ok()) {
        progress = *spilled;
      } else if ((spilled.status().is(sqlstate::kDiskFull) || (config_.files && !temp_->allowed())) &&
                 config_.end_readers) {
        last = spilled.status();
        DDB_TRY(progress, end_oldest_reader());
      } else {
        last = spilled.status();
      }
    }
    if (!progress && !last.is_ok()) return last;
    if (progress) {
      round = std::max(0, round - 1);
      DDB_SWITCH_POINT(runtime_);
    } else {
      pause_for_others(round);
    }
  }
  return Status::error(sqlstate::kOutOfMemory, "memory_limit of " + std::to_string(budget_.limit()) +
                                                   " bytes is used up by pages in use")
      .with_hint("raise memory_limit, hold fewer pages, or end old readers");
}

// An unbacked version that is not wanted soon: old ones first; the newest only where no checkpoint can free them.
Version* PageCache::pick_spill_victim() {
  const uint32_t touched = pool_->frames_touched();
  for (uint32_t step = 0; step < 2 * touched; ++step) {
    spill_hand_ = spill_hand_ + 1 < touched ? spill_hand_ + 1 : 0;
    const FrameInfo& info = pool_->info(spill_hand_);
    Version* v = info.owner;
    if (v == nullptr || v->busy || v->backed || info.pinned_pass == pass_) continue;
    if (v->temp_slot != kNoTempSlot)
      continue;  // read back since it was spilled: its copy is still good, the clock drops it
    const bool newest = v->newer == nullptr;
    if (newest && config_.files && step < touched) continue;  // the second round takes what it finds
    return v;
  }
  return nullptr;
}

Result<bool> PageCache::spill_versions() {
  int spilled = 0;
  for (int i = 0; i < kSpillBatch; ++i) {
    Version* victim = nullptr;
    std::byte* data = nullptr;
    {
      MutexLock lock(chain_mutex_);
      if (i == 0) scan_slots();
      victim = pick_spill_victim();
      if (victim == nullptr) break;
      victim->busy = true;  // reclaim leaves it alone while it is written
      data = victim->data.load(std::memory_order_relaxed);
    }
    Result<uint32_t> slot = temp_->write(data);
    MutexLock lock(chain_mutex_);
    victim->busy = false;
    if (!slot.is_ok()) return spilled > 0 ? Result<bool>(true) : Result<bool>(slot.status());
    counters_.spilled.fetch_add(1, std::memory_order_relaxed);
    victim->temp_slot = *slot;
    retire_frame(victim->data.exchange(nullptr, std::memory_order_acq_rel));
    ++spilled;
  }
  return spilled > 0;
}

Result<bool> PageCache::end_oldest_reader() {
  MutexLock lock(chain_mutex_);
  heavy_fence(asymmetric_);
  ReaderSlot* oldest = nullptr;
  uint64_t oldest_snapshot = ~uint64_t{0};
  slots_.for_each([&](ReaderSlot& slot) {
    const bool ended = slot.ended.load(std::memory_order_acquire) != 0;
    const uint64_t snapshot = slot.snapshot.load(std::memory_order_acquire);
    const bool tentative = (snapshot & kTentativeSnapshot) != 0;  // the newest state, which keeps nothing old
    if (slot.exempt.load(std::memory_order_acquire) || snapshot == 0 || tentative || ended) return;
    if (snapshot < oldest_snapshot) {
      oldest_snapshot = snapshot;
      oldest = &slot;
    }
  });
  if (oldest == nullptr) return false;
  oldest->ended.store(1, std::memory_order_release);  // before anything of it is freed
  counters_.readers_ended.fetch_add(1, std::memory_order_relaxed);
  reclaim(true);
  return true;
}

}  // namespace ddb
