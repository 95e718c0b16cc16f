// database: the public face: sessions, checkpoint, close, counters.
#include "txn/database.h"

#include "base/assert.h"
#include "txn/session.h"
#include "txn/store.h"

namespace ddb {

Database::Database(std::unique_ptr<Store> store) : store_(std::move(store)) {}

Database::~Database() = default;

Result<std::unique_ptr<Session>> Database::new_session() {
  DDB_RETURN_IF_ERROR(store_->check_usable());
  const uint64_t sessions_max = store_->options.sessions_max;
  if (store_->sessions.fetch_add(1, std::memory_order_relaxed) >= sessions_max) {
    store_->sessions.fetch_sub(1, std::memory_order_relaxed);
    return Status::error(sqlstate::kLimitExceeded,
                         "too many sessions: the limit is " + std::to_string(sessions_max))
        .with_hint("close sessions or raise sessions_max");
  }
  Result<std::unique_ptr<Session>> made = make_session();
  if (!made.is_ok()) store_->sessions.fetch_sub(1, std::memory_order_relaxed);
  return made;
}

Result<std::unique_ptr<Session>> Database::make_session() {
  try {
    DDB_TRY(ReaderSlot * slot, store_->cache->acquire_slot());
    auto* session = new (std::nothrow) Session(*store_, slot);
    if (session == nullptr) {
      store_->cache->release_slot(slot);
      return Status::out_of_memory();
    }
    return std::unique_ptr<Session>(session);
  } catch (const std::bad_alloc&) {
    return Status::out_of_memory();
  }
}

Status Database::checkpoint() {
  DDB_RETURN_IF_ERROR(store_->check_usable());
  if (store_->in_memory() || store_->options.read_only) return Status::ok();
  return store_->checkpointer.run_to_end();
}

Result<bool> Database::background_step() {
  DDB_RETURN_IF_ERROR(store_->check_usable());
  Log* log = store_->log.load(std::memory_order_acquire);
  if (log == nullptr || store_->options.read_only) return false;
  (void)log->keeper_step(store_->runtime.now_ns());
  return store_->checkpointer.step(false);
}

Status Database::wait_durable(Lsn lsn) {
  DDB_RETURN_IF_ERROR(store_->check_usable());
  Log* log = store_->log.load(std::memory_order_acquire);
  if (log == nullptr) return Status::ok();
  if (lsn > log->appended_lsn()) {
    return Status::error(sqlstate::kInvalidParameter, "no commit has this LSN yet");
  }
  return log->wait_durable(lsn);
}

Status Database::close() {
  Store& store = *store_;
  DDB_RETURN_IF_ERROR(store.check_usable());
  if (store.sessions.load(std::memory_order_acquire) != 0) {
    return Status::error(sqlstate::kObjectInUse, "the database still has open sessions")
        .with_hint("close them first");
  }
  if (store.in_memory() || store.options.read_only || store.log_owner == nullptr) {
    store.closed = true;
    return Status::ok();
  }
  try {
    store.stop_threads();
    DDB_RETURN_IF_ERROR(store.poison.cause());
    DDB_RETURN_IF_ERROR(store.checkpointer.run_to_end());
    (void)store.file->truncate_pages(store.page_count.load()).is_ok();  // a longer file is normal
    FileHeader header = store.file->header();
    header.clean = true;
    header.log_must_reach = header.checkpoint_lsn;
    DDB_RETURN_IF_ERROR(store.file->write_headers(header));
    store.log.store(nullptr, std::memory_order_release);
    store.log_owner.reset();
    store.closed = true;
    DDB_RETURN_IF_ERROR(store.vfs->unlink(store.log_path));
    return store.vfs->sync_dir(store.log_path);
  } catch (const std::bad_alloc&) {
    return Status::out_of_memory();
  }
}

Stats Database::stats() const {
  const Store& store = *store_;
  Stats stats;
  if (const Log* log = store.log.load(std::memory_order_acquire); log != nullptr) {
    stats.log = log->stats();
    stats.synced_lsn = log->synced_lsn().value;
  }
  const PageCacheCounters& cache = store.cache->counters();
  stats.cache.misses = cache.misses.load();
  stats.cache.evictions = cache.evictions.load();
  stats.cache.versions_alive = store.cache->versions_alive();
  stats.cache.versions_reclaimed = cache.reclaimed.load();
  stats.cache.reclaim_passes = cache.reclaim_passes.load();
  stats.cache.redone_pages = cache.redone.load();
  stats.cache.preserved_pages = cache.preserved.load();
  stats.cache.spilled_pages = store.cache->temp().writes();
  stats.cache.spill_bytes = store.cache->temp().bytes_in_use();
  stats.cache.spill_bytes_max = store.cache->temp().bytes_most();
  stats.cache.dirty_pages = store.cache->dirty_pages();
  stats.cache.frames_used = store.cache->frames().frames_used();
  stats.cache.memory_used = store.budget.used();
  stats.cache.readers_ended = cache.readers_ended.load();
  stats.checkpoint = store.checkpointer.stats();
  stats.commits = store.commits.load();
  stats.rollbacks = store.rollbacks.load();
  stats.serialization_failures = store.serialization_failures.load();
  stats.throttled_commits = store.throttled_commits.load();
  stats.throttle_ns = store.throttle_ns.load();
  stats.write_queue_length = store.queue.length();
  stats.sessions = store.sessions.load();
  stats.horizon = store.horizon.load();
  stats.appended_lsn = store.appended.load();
  stats.checkpoint_lsn = store.checkpoint_lsn.load();
  stats.oldest_snapshot = store.cache->oldest_snapshot();
  stats.poisoned = store.poison.is_set();
  return stats;
}

uint32_t Database::page_bytes() const { return static_cast<uint32_t>(store_->cache->page_bytes()); }
uint32_t Database::content_bytes() const { return page_bytes() - store_->reserved_bytes(); }
const FileUuid& Database::uuid() const { return store_->uuid; }
bool Database::read_only() const { return store_->options.read_only; }
Status Database::poisoned() const { return store_->poison.cause(); }

}  // namespace ddb
