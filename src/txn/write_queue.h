// write_queue: the write lock: one holder, waiters in order of arrival, each with a deadline. Rank 1 (ADR 0007).
// Keeps: a release wakes only the head; a waiter that gives up leaves the order of the others unchanged.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/mutex.h"
#include "base/status.h"

namespace ddb {

class WriteQueue {
 public:
  WriteQueue(Runtime& runtime, uint32_t waiters_max)
      : runtime_(runtime), mutex_(runtime), waiters_max_(waiters_max) {}

  // deadline_ns on Runtime::now_ns(). 55P03 deadline, 53400 queue full, 25000 this thread holds it already.
  Status acquire(uint64_t deadline_ns);
  // Takes the lock only if nobody holds or awaits it.
  bool try_acquire();
  void release();
  uint64_t length() const { return length_.load(std::memory_order_relaxed); }

 private:
  struct Waiter {
    explicit Waiter(Runtime& runtime, uint64_t id) : ready(runtime), thread(id) {}
    CondVar ready;
    uint64_t thread;
    Waiter* next = nullptr;
    bool granted = false;
  };

  Runtime& runtime_;
  Mutex mutex_;
  const uint32_t waiters_max_;
  bool held_ DDB_GUARDED_BY(mutex_) = false;
  uint64_t holder_ DDB_GUARDED_BY(mutex_) = 0;  // thread
  Waiter* first_ DDB_GUARDED_BY(mutex_) = nullptr;
  Waiter* last_ DDB_GUARDED_BY(mutex_) = nullptr;
  std::atomic<uint64_t> length_{0};
};

}  // namespace ddb
