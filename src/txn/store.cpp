// store: the first write, the threads, and the end.
#include "txn/store.h"

#include <algorithm>
#include <new>
#include <vector>

#include "base/assert.h"

namespace ddb {

Store::~Store() { stop_threads(); }

Status Store::read_root(ReaderSlot& slot, uint64_t snapshot, uint32_t* page_count_out) {
  uint32_t pin = kNoPin;
  DDB_TRY(const std::byte* root, cache->fetch(slot, kRootPage, snapshot, FrameUse::kCheckpoint, &pin));
  *page_count_out = load_le<uint32_t>(root + kRootPageCount);
  slot.unpin(pin);
  return Status::ok();
}

Result<bool> Store::page_used_at(ReaderSlot& slot, PageNo page, uint64_t state) {
  uint32_t count = 0;
  DDB_RETURN_IF_ERROR(read_root(slot, state, &count));
  if (page.value >= count) return false;
  uint32_t pin = kNoPin;
  DDB_TRY(const std::byte* map,
          cache->fetch(slot, free_map.map_page(page), state, FrameUse::kCheckpoint, &pin));
  const bool used = free_map_test(map, free_map.bit(page));
  slot.unpin(pin);
  return used;
}

Result<bool> Store::page_used_while_live(ReaderSlot& slot, PageNo page, uint64_t state) {
  Result<bool> used = page_used_at(slot, page, state);
  if (used.is_ok() || !used.status().is(sqlstate::kCorrupted)) return used;
  std::vector<uint64_t> live;
  cache->live_snapshots(&live, nullptr);
  if (std::find(live.begin(), live.end(), state) != live.end()) return used;
  return false;
}

// STORAGE 3: the log is there and its name durable before a header says unclean, and both headers say so before the first append.
Status Store::start_writing() {
  if (writing_started) return Status::ok();
  if (in_memory()) {
    writing_started = true;
    return Status::ok();
  }
  DDB_RETURN_IF_ERROR(file->open_for_writing());
  if (log_owner == nullptr) {
    DDB_TRY(const bool leftover, vfs->exists(log_path));
    // A log beside clean headers is about to be replaced: make sure that both copies are clean on the disk, too.
    if (leftover) DDB_RETURN_IF_ERROR(file->write_headers(file->header()));
    DDB_TRY(log_owner, Log::create(*vfs, runtime, poison, horizon, log_config(), Lsn(checkpoint_lsn.load())));
    log.store(log_owner.get(), std::memory_order_release);
  }
  DDB_RETURN_IF_ERROR(checkpointer.mark_unclean());
  writing_started = true;
  start_threads();
  return Status::ok();
}

LogConfig Store::log_config() const {
  LogConfig config;
  config.path = log_path;
  config.uuid = file->layout().uuid;
  config.page_bytes = file->layout().page_bytes;
  config.segment_bytes = options.wal_segment_bytes;
  config.initial_segments = options.wal_initial_segments;
  config.bytes_max = options.wal_limit;
  config.relaxed_tail_bytes_max = options.relaxed_tail_bytes_max;
  config.unsynced_commits_max = options.sessions_max + 2;
  return config;
}

// Without threads everything still runs, inline: a host that cannot give us one loses time, not function. The same when memory
// fails halfway: nobody must wait for a thread that does not run.
void Store::start_threads() {
  if (!threads() || keeper_thread != nullptr) return;
  try {
    log_owner->set_on_work([this] {
      MutexLock lock(keeper_mutex);
      keeper_work = true;
      keeper_wake.notify_one();
    });
    Result<std::unique_ptr<BackgroundThread>> keeper =
        runtime.start_thread("ddb-log", [this] { keeper_loop(); });
    if (keeper.is_ok()) keeper_thread = std::move(keeper).value();
    checkpointer.set_thread_runs();
    Result<std::unique_ptr<BackgroundThread>> thread =
        runtime.start_thread("ddb-checkpoint", [this] { checkpointer.background_loop(); });
    if (thread.is_ok()) checkpoint_thread = std::move(thread).value();
  } catch (const std::bad_alloc&) {
    // as if the host had refused the thread
  }
  if (checkpoint_thread == nullptr) {
    checkpointer.thread_ended();
  } else if (cache->has_redo()) {
    (void)checkpointer.want();
  }
}

void Store::stop_threads() {
  {
    MutexLock lock(keeper_mutex);
    keeper_stop = true;
    keeper_wake.notify_all();
  }
  checkpointer.stop();
  keeper_thread.reset();
  checkpoint_thread.reset();
  checkpointer.thread_ended();
  if (log_owner != nullptr) log_owner->set_on_work({});
}

void Store::keeper_loop() {
  MutexLock lock(keeper_mutex);
  while (!keeper_stop) {
    keeper_work = false;
    lock.unlock();
    const uint64_t next = log_owner->keeper_step(runtime.now_ns());
    lock.lock();
    while (!keeper_stop && !keeper_work && keeper_wake.wait_until(keeper_mutex, next)) {
    }
  }
}

}  // namespace ddb
