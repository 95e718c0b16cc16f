// pacing: when the checkpoint works: its thread, those who wait for room, and how commits are slowed (ADR 0005.4).
#include <algorithm>

#include "txn/checkpoint.h"
#include "txn/store.h"

namespace ddb {
namespace {
constexpr uint64_t kPollNs = 500'000;      // between two looks whether a slice may run
constexpr uint64_t kRetryNs = 50'000'000;  // after ENOSPC or lack of memory, doubled up to
constexpr uint64_t kRetryMaxNs = 2'000'000'000;
constexpr double kStartLoad = 0.25;
constexpr double kBusyLoad = 0.5;
constexpr double kThrottleLoad = 0.75;
constexpr uint64_t kThrottleMaxNs = 10'000'000;  // of one commit
}  // namespace

double Store::load() const {
  const Log* current = log.load(std::memory_order_acquire);
  if (current == nullptr) return 0;
  const double used = static_cast<double>(current->used_bytes()) / static_cast<double>(options.wal_limit);
  const double unbacked = static_cast<double>(cache->dirty_pages() * cache->page_bytes()) /
                          static_cast<double>(options.memory_limit);
  return std::max(used, unbacked);
}

void Checkpointer::note_progress() {
  MutexLock lock(wake_mutex_);
  ++units_;
  progress_.notify_all();
}

void Checkpointer::kick_if_due() {
  if (store_.in_memory() || store_.load() < kStartLoad) return;
  if (want()) return;
  // Inline: one unit per commit once half full; an error shows where room is needed.
  if (store_.load() >= kBusyLoad) (void)step(false).is_ok();
}

bool Checkpointer::want() {
  MutexLock lock(wake_mutex_);
  if (!thread_runs_ || wanted_) return thread_runs_;
  wanted_ = true;
  wake_.notify_one();
  return true;
}

Result<bool> Checkpointer::await_progress() {
  {
    MutexLock lock(wake_mutex_);
    if (thread_runs_) {
      const uint64_t units = units_;
      const uint64_t give_ups = give_ups_;
      forced_ = true;
      wake_.notify_one();
      while (units_ == units && give_ups_ == give_ups && !stop_ && !store_.poison.is_set()) {
        progress_.wait_until(wake_mutex_, store_.runtime.now_ns() + kRetryNs);
      }
      DDB_RETURN_IF_ERROR(store_.poison.cause());
      if (units_ != units) return true;
      if (last_error_.is_ok()) return false;
      return last_error_;
    }
  }
  return step(true);
}

// Below half a slice starts only while no commit is in flight; above, one between two commit batches.
bool Checkpointer::may_run_slice() {
  const Log* log = store_.log.load(std::memory_order_acquire);
  if (log == nullptr || !log->commits_in_flight()) return true;
  if (store_.load() < kBusyLoad) return false;
  const uint64_t syncs = log->sync_count();
  if (syncs == last_slice_syncs_) return false;
  last_slice_syncs_ = syncs;
  return true;
}

void Checkpointer::background_loop() {
  uint64_t retry_ns = kRetryNs;
  MutexLock lock(wake_mutex_);
  while (!stop_) {
    if (!wanted_ && !forced_) {
      wake_.wait(wake_mutex_);
      continue;
    }
    const bool force = forced_;
    if (!force && !may_run_slice()) {
      wake_.wait_until(wake_mutex_, store_.runtime.now_ns() + kPollNs);
      continue;
    }
    lock.unlock();
    Result<bool> worked = step(force);
    lock.lock();
    if (worked.is_ok() && *worked) {
      ++units_;
      retry_ns = kRetryNs;
      if (force) forced_ = false;
      progress_.notify_all();
      continue;
    }
    if (worked.is_ok() || store_.poison.is_set()) wanted_ = false;
    if (force) {  // whoever asked meanwhile, during a step that was not forced, still gets one
      forced_ = false;
      ++give_ups_;
      last_error_ = worked.status();
      progress_.notify_all();
    }
    if (worked.is_ok()) continue;
    if (store_.poison.is_set()) continue;
    retries_.fetch_add(1, std::memory_order_relaxed);
    if (forced_) continue;  // asked for during the step that failed
    wake_.wait_until(wake_mutex_, store_.runtime.now_ns() + retry_ns);
    retry_ns = std::min(retry_ns * 2, kRetryMaxNs);
  }
}

// Not what the options allow: a host may have refused the thread.
bool Checkpointer::thread_runs() {
  MutexLock lock(wake_mutex_);
  return thread_runs_;
}

void Checkpointer::set_thread_runs() {
  MutexLock lock(wake_mutex_);
  thread_runs_ = true;
}

void Checkpointer::stop() {
  MutexLock lock(wake_mutex_);
  stop_ = true;
  wake_.notify_all();
  progress_.notify_all();
}

void Checkpointer::thread_ended() {
  MutexLock lock(wake_mutex_);
  thread_runs_ = false;
  stop_ = false;
}

void Checkpointer::throttle() {
  const double load = store_.in_memory() ? 0 : store_.load();
  if (load < kThrottleLoad || store_.poison.is_set()) return;
  store_.throttled_commits.fetch_add(1, std::memory_order_relaxed);
  const uint64_t begin = store_.runtime.now_ns();
  if (!thread_runs()) {
    (void)step(true).is_ok();
  } else {
    const double share = std::min(1.0, (load - kThrottleLoad) / (1.0 - kThrottleLoad));
    const uint64_t deadline = begin + static_cast<uint64_t>(share * static_cast<double>(kThrottleMaxNs));
    MutexLock lock(wake_mutex_);
    wanted_ = true;
    wake_.notify_one();
    while (store_.runtime.now_ns() < deadline && !stop_) progress_.wait_until(wake_mutex_, deadline);
  }
  store_.throttle_ns.fetch_add(store_.runtime.now_ns() - begin, std::memory_order_relaxed);
}

}  // namespace ddb
