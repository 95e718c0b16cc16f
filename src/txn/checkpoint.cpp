// checkpoint: the state machine of one checkpoint.
#include "txn/checkpoint.h"

#include <algorithm>

#include "base/assert.h"
#include "base/faults.h"
#include "txn/store.h"

namespace ddb {

Checkpointer::Checkpointer(Store& store, Runtime& runtime)
    : store_(store), mutex_(runtime), wake_mutex_(runtime), wake_(runtime), progress_(runtime) {}

Result<bool> Checkpointer::step(bool force) {
  MutexLock lock(mutex_);
  try {
    return step_locked(force);
  } catch (const std::bad_alloc&) {
    store_.cache->drop_picks();
    return Status::out_of_memory();
  }
}

Result<bool> Checkpointer::step_locked(bool force) {
  DDB_RETURN_IF_ERROR(store_.poison.cause());
  if (!running_) {
    DDB_TRY(const bool started, start(force));
    if (!started) return false;
  }
  DDB_TRY(const bool wrote, write_one_slice());
  if (!wrote) DDB_RETURN_IF_ERROR(finish());
  return true;
}

Status Checkpointer::ensure_slot() {
  const FileHeader& header = store_.file->layout();
  const size_t bytes = kDoubleWriteDirectoryBytes + size_t{header.double_write_slots} * header.page_bytes;
  if (buffer_.size() != bytes) {
    buffer_.resize(bytes);
    slice_.reserve(header.double_write_slots);
    snapshots_.reserve(size_t{store_.options.sessions_max} +
                       2);  // listing them under the write lock never fails
  }
  if (slot_ == nullptr) {
    DDB_TRY(slot_, store_.cache->acquire_slot());
    slot_->exempt.store(true, std::memory_order_release);
  }
  return Status::ok();
}

Result<bool> Checkpointer::start(bool force) {
  Log* log = store_.log.load(std::memory_order_acquire);
  const uint64_t done = store_.checkpoint_lsn.load(std::memory_order_relaxed);
  if (log == nullptr) return false;
  const bool redo = store_.cache->has_redo();
  if (!redo && store_.appended.load(std::memory_order_acquire) <= done) return false;
  const double load = store_.load();
  if (!force && load < 0.25 && !redo) return false;
  DDB_RETURN_IF_ERROR(ensure_slot());

  uint64_t target = 0;
  if (!force && load < 0.5) {  // an old reader's state costs nothing to preserve
    snapshots_.clear();
    store_.cache->settled_snapshots(&snapshots_, slot_);
    if (!snapshots_.empty()) {
      const uint64_t oldest = *std::min_element(snapshots_.begin(), snapshots_.end());
      if (oldest <= done && !redo) return false;
      slot_->snapshot.store(oldest, std::memory_order_release);
      snapshots_.clear();
      store_.cache->live_snapshots(&snapshots_,
                                   slot_);  // its reader must still be there: it kept the versions for us
      if (std::find(snapshots_.begin(), snapshots_.end(), oldest) != snapshots_.end()) target = oldest;
    }
  }
  if (target == 0) target = store_.cache->publish_snapshot(*slot_);
  if (DDB_FAULT(kCheckpointPastSynced)) {
    target = store_.appended.load(std::memory_order_acquire);
    slot_->snapshot.store(target, std::memory_order_release);
  } else if (Status durable = log->wait_durable(Lsn(target)); !durable.is_ok()) {
    slot_->snapshot.store(0, std::memory_order_release);
    return durable;
  }
  if (target <= done && !redo) {
    slot_->snapshot.store(0, std::memory_order_release);
    return false;
  }
  target_ = std::max(target, done);
  cursor_ = PageNo(0);
  started_ns_ = store_.runtime.now_ns();
  running_ = true;
  is_running_.store(true, std::memory_order_relaxed);
  return true;
}

// Copies the next pages to write into the buffer. Returns where to go on; cursor_ moves only once they are written, so
// that a failure in between repeats the slice.
Result<PageNo> Checkpointer::fill_slice() {
  PageCache& cache = *store_.cache;
  const FileHeader& header = store_.file->layout();
  PageNo next = cursor_;
  slice_.clear();
  while (slice_.size() < header.double_write_slots) {
    const std::optional<PageNo> page = cache.next_dirty(next);
    if (!page.has_value()) break;
    DDB_TRY(const bool forgotten, forget_unused_redo(*page));
    if (forgotten) {
      next = page->next();
      continue;
    }
    std::byte* out = buffer_.data() + kDoubleWriteDirectoryBytes + slice_.size() * header.page_bytes;
    DDB_TRY(const uint64_t lsn, cache.copy_for_checkpoint(*slot_, *page, target_, out));
    if (lsn != 0) slice_.push_back({*page, Lsn(lsn)});
    next = page->next();
  }
  return next;
}

Result<bool> Checkpointer::write_one_slice() {
  PageCache& cache = *store_.cache;
  Result<PageNo> next = fill_slice();
  if (!next.is_ok()) {
    cache.drop_picks();
    return next.status();
  }
  if (slice_.empty()) return false;
  Status ready = store_.file->reserve_pages(uint64_t{slice_.back().page.value} + 1);
  if (ready.is_ok()) ready = cache.begin_overwrite(*slot_, slice_);
  if (!ready.is_ok()) {  // nothing was overwritten
    cache.drop_picks();
    return ready;
  }
  Status written = store_.file->write_slice(slice_, Lsn(target_), buffer_);
  cache.end_overwrite(slice_, written.is_ok());
  DDB_RETURN_IF_ERROR(std::move(written));
  cursor_ = *next;
  slices_.fetch_add(1, std::memory_order_relaxed);
  pages_.fetch_add(slice_.size(), std::memory_order_relaxed);
  return true;
}

// A page that recovery could redo but no state uses: its place may hold what a transaction wrote directly before the
// crash ended it, on which no frame of the log fits.
Result<bool> Checkpointer::forget_unused_redo(PageNo page) {
  PageCache& cache = *store_.cache;
  if (!cache.served_by_redo(page, target_)) return false;
  snapshots_.clear();
  cache.live_snapshots(&snapshots_, nullptr);  // the target among them
  for (const uint64_t state : snapshots_) {
    if (!cache.served_by_redo(page, state)) continue;
    DDB_TRY(const bool used, store_.page_used_while_live(*slot_, page, state));
    if (used) return false;
  }
  return cache.forget_redo(page);
}

Status Checkpointer::finish() {
  Log* log = store_.log.load(std::memory_order_acquire);
  uint32_t page_count = 0;
  DDB_RETURN_IF_ERROR(store_.read_root(*slot_, target_, &page_count));
  // Free pages at the end may never have been written: the file covers them all the same.
  DDB_RETURN_IF_ERROR(store_.file->reserve_pages(page_count));
  FileHeader header = store_.file->header();
  header.checkpoint_lsn = Lsn(target_);
  header.log_must_reach = std::max(header.log_must_reach, log->synced_lsn());
  header.clean = false;
  DDB_RETURN_IF_ERROR(store_.file->write_header_copy(header, 0));
  if (DDB_FAULT(kRecycleAfterOneHeader)) log->recycle(Lsn(target_), false);
  DDB_RETURN_IF_ERROR(store_.file->write_header_copy(header, 1));
  store_.file->set_header(header);
  store_.checkpoint_lsn.store(target_, std::memory_order_release);
  store_.checkpoint_page_count.store(page_count, std::memory_order_release);
  store_.cache->drop_redo();
  log->recycle(Lsn(target_), store_.cache->has_redo());
  running_ = false;
  is_running_.store(false, std::memory_order_relaxed);
  slot_->snapshot.store(0, std::memory_order_release);
  const uint64_t spent = store_.runtime.now_ns() - started_ns_;
  completed_.fetch_add(1, std::memory_order_relaxed);
  total_ns_.fetch_add(spent, std::memory_order_relaxed);
  last_ns_.store(spent, std::memory_order_relaxed);
  truncate_if_possible();
  return Status::ok();
}

// STORAGE 4: both headers carry the shrinking LSN, no snapshot is older, and under the write lock nothing newer has a
// page in the tail. Best effort: a failure leaves a longer file, which is normal.
void Checkpointer::truncate_if_possible() {
  const uint64_t shrink = store_.shrink_lsn.load(std::memory_order_acquire);
  if (shrink == 0 || shrink > target_ || !store_.queue.try_acquire()) return;
  snapshots_.clear();
  store_.cache->live_snapshots(&snapshots_, slot_);
  const bool unused =
      std::all_of(snapshots_.begin(), snapshots_.end(), [&](uint64_t s) { return s >= shrink; });
  if (unused && store_.shrink_lsn.load(std::memory_order_acquire) == shrink) {
    const uint32_t keep = store_.page_count.load(std::memory_order_acquire);
    if (store_.file->truncate_pages(keep).is_ok()) store_.shrink_lsn.store(0, std::memory_order_release);
  }
  store_.queue.release();
}

Status Checkpointer::mark_unclean() {
  MutexLock lock(mutex_);  // a checkpoint of recovered pages may be about to write the headers as well
  FileHeader header = store_.file->header();
  if (!header.clean) return Status::ok();
  header.clean = false;
  header.log_must_reach =
      std::max(header.log_must_reach, store_.log.load(std::memory_order_acquire)->synced_lsn());
  return store_.file->write_headers(header);
}

Status Checkpointer::run_to_end() {
  Log* log = store_.log.load(std::memory_order_acquire);
  if (log == nullptr) return Status::ok();
  const uint64_t goal =
      log->appended_lsn().value;  // not the store's: that of a commit under way is not registered yet
  DDB_RETURN_IF_ERROR(log->wait_durable(Lsn(goal)));
  DDB_RETURN_IF_ERROR(log->wait_visible(Lsn(goal)));
  for (;;) {
    DDB_TRY(const bool worked, step(true));
    if (worked) note_progress();
    if (store_.checkpoint_lsn.load(std::memory_order_acquire) >= goal && !store_.cache->has_redo())
      return Status::ok();
    DDB_CHECK(worked);
  }
}

CheckpointStats Checkpointer::stats() const {
  CheckpointStats stats;
  stats.completed = completed_.load(std::memory_order_relaxed);
  stats.slices = slices_.load(std::memory_order_relaxed);
  stats.pages_written = pages_.load(std::memory_order_relaxed);
  stats.total_ns = total_ns_.load(std::memory_order_relaxed);
  stats.last_ns = last_ns_.load(std::memory_order_relaxed);
  stats.retries_no_space = retries_.load(std::memory_order_relaxed);
  stats.running = is_running_.load(std::memory_order_relaxed);
  return stats;
}

}  // namespace ddb
