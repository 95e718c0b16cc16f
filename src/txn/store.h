// store: everything behind a Database, and what its parts share.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "base/memory_budget.h"
#include "base/poison.h"
#include "pager/page_cache.h"
#include "pager/page_file.h"
#include "txn/checkpoint.h"
#include "txn/options.h"
#include "txn/stats.h"
#include "txn/write_queue.h"
#include "wal/log.h"

namespace ddb {

struct Store {
  Store(const Options& given, Vfs* files, Runtime& run)
      : options(given),
        vfs(files),
        runtime(run),
        poison(run),
        budget(given.memory_limit),
        queue(run, given.write_queue_max),
        checkpointer(*this, run),
        keeper_mutex(run),
        keeper_wake(run) {}
  ~Store();

  const Options options;
  Vfs* const vfs;  // null: ":memory:"
  Runtime& runtime;
  uint32_t fork_generation = 0;
  const std::atomic<uint32_t>* forks = nullptr;  // of the VFS; null: in memory
  std::atomic<bool> closed{false};
  std::string path;      // resolved
  std::string log_path;  // resolved path + "-wal"
  Poison poison;
  MemoryBudget budget;

  alignas(128) std::atomic<uint64_t> horizon{0};   // newest visible LSN
  alignas(128) std::atomic<uint64_t> appended{0};  // newest LSN in the log; written under the write lock
  std::atomic<uint64_t> checkpoint_lsn{0};         // both headers carry it

  std::unique_ptr<PageFile> file;
  std::unique_ptr<PageCache> cache;
  FreeMapLayout free_map{0};
  FileUuid uuid{};
  std::atomic<Log*> log{nullptr};  // made by the first write, or by recovery
  std::unique_ptr<Log> log_owner;

  WriteQueue queue;
  // Under the write lock:
  bool writing_started = false;         // headers say unclean, log and descriptors are there
  uint32_t alloc_hint = 0;              // no free page below it
  std::atomic<uint32_t> page_count{0};  // of the newest appended state
  // Pages of the state at checkpoint_lsn; the maximum while it is unknown (from an unclean open to the first checkpoint).
  std::atomic<uint32_t> checkpoint_page_count{~uint32_t{0}};
  std::atomic<uint64_t> shrink_lsn{0};  // newest commit that lowered the page count

  Checkpointer checkpointer;

  // The log keeper's thread: relaxed syncs and growth ahead.
  Mutex keeper_mutex;
  CondVar keeper_wake;
  bool keeper_stop DDB_GUARDED_BY(keeper_mutex) = false;
  bool keeper_work DDB_GUARDED_BY(keeper_mutex) = false;
  std::unique_ptr<BackgroundThread> keeper_thread;
  std::unique_ptr<BackgroundThread> checkpoint_thread;

  std::atomic<uint64_t> sessions{0};
  std::atomic<uint64_t> commits{0}, rollbacks{0}, serialization_failures{0}, throttled_commits{0},
      throttle_ns{0};

  bool threads() const { return options.background_threads && runtime.allows_threads(); }
  bool in_memory() const { return vfs == nullptr; }
  uint32_t reserved_bytes() const {
    return in_memory() ? options.reserved_bytes : file->layout().reserved_bytes;
  }
  bool usable() const {
    return (forks == nullptr || forks->load(std::memory_order_relaxed) == fork_generation) &&
           !closed.load(std::memory_order_relaxed);
  }
  // 25000 in a forked child, 08003 after close().
  Status check_usable() const {
    if (usable()) [[likely]]
      return Status::ok();
    if (!closed.load(std::memory_order_relaxed)) {
      return Status::error(sqlstate::kInvalidState,
                           "this database handle was opened before a fork and cannot be used in the child")
          .with_hint("open the database again in the child process");
    }
    return Status::error(sqlstate::kConnectionDoesNotExist, "the database has been closed");
  }

  // How full the log and the memory are with what the main file lacks: 1.0 = at the limit.
  double load() const;
  // REQUIRES the write lock. Creates the log, marks the headers unclean, starts the threads (STORAGE 3).
  Status start_writing();
  LogConfig log_config() const;
  void start_threads();
  void stop_threads();
  void keeper_loop();
  // Reads a field of the root page as of a snapshot, through a slot.
  Status read_root(ReaderSlot& slot, uint64_t snapshot, uint32_t* page_count_out);
  // Whether the page is in use in the state at an LSN that a live slot protects.
  Result<bool> page_used_at(ReaderSlot& slot, PageNo page, uint64_t state);
  // The same for a state that live_snapshots() named. Its session may end at any moment, and its pages may go with it:
  // then nobody uses the page there.
  Result<bool> page_used_while_live(ReaderSlot& slot, PageNo page, uint64_t state);
};

}  // namespace ddb
