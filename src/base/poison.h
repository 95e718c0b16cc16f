// poison: the first cause that makes further writing unsafe until the database is reopened. Thread-safe.
// Keeps: once set it stays set, and the first cause wins.
#pragma once

#include <atomic>

#include "base/mutex.h"
#include "base/status.h"

namespace ddb {

class Poison {
 public:
  explicit Poison(Runtime& runtime) : mutex_(runtime) {}
  bool is_set() const { return set_.load(std::memory_order_acquire); }
  void set(const Status& cause) {
    MutexLock lock(mutex_);
    if (set_.load(std::memory_order_relaxed)) return;
    cause_ = cause;
    set_.store(true, std::memory_order_release);
  }
  // Ok if not poisoned, else the first cause.
  Status cause() {
    if (!is_set()) return Status::ok();
    MutexLock lock(mutex_);
    return cause_;
  }

 private:
  Mutex mutex_;
  std::atomic<bool> set_{false};
  Status cause_ DDB_GUARDED_BY(mutex_);
};

}  // namespace ddb
