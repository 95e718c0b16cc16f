// mutex: lock and condition with clang's thread-safety annotations, over threads or over the cooperative scheduler of
// the simulation. Lock ranks stand in docs/concurrency.md.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "base/runtime.h"

#if defined(__clang__)
#define DDB_ATTR(x) __attribute__((x))
#else
#define DDB_ATTR(x)
#endif
#define DDB_CAPABILITY(x) DDB_ATTR(capability(x))
#define DDB_SCOPED_CAPABILITY DDB_ATTR(scoped_lockable)
#define DDB_GUARDED_BY(x) DDB_ATTR(guarded_by(x))
#define DDB_PT_GUARDED_BY(x) DDB_ATTR(pt_guarded_by(x))
#define DDB_REQUIRES(...) DDB_ATTR(requires_capability(__VA_ARGS__))
#define DDB_ACQUIRE(...) DDB_ATTR(acquire_capability(__VA_ARGS__))
#define DDB_RELEASE(...) DDB_ATTR(release_capability(__VA_ARGS__))
#define DDB_EXCLUDES(...) DDB_ATTR(locks_excluded(__VA_ARGS__))
#define DDB_NO_THREAD_SAFETY_ANALYSIS DDB_ATTR(no_thread_safety_analysis)

namespace ddb {

class DDB_CAPABILITY("mutex") Mutex {
 public:
  explicit Mutex(Runtime& runtime) : coop_(runtime.coop()) {}
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void lock() DDB_ACQUIRE() {
    if (coop_ == nullptr) {
      native_.lock();
    } else {
      coop_lock();
    }
  }
  void unlock() DDB_RELEASE() {
    if (coop_ == nullptr) {
      native_.unlock();
    } else {
      coop_held_ = false;
      coop_->wake(this, true);
    }
  }

 private:
  friend class CondVar;
  void coop_lock() {
    while (coop_held_) coop_->wait(this, kNoDeadline);
    coop_held_ = true;
  }

  CoopScheduler* coop_;
  bool coop_held_ = false;  // of the fiber scheduler's single thread
  std::mutex native_;
};

class DDB_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) DDB_ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() DDB_RELEASE() {
    if (held_) mutex_.unlock();
  }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;
  void unlock() DDB_RELEASE() {
    held_ = false;
    mutex_.unlock();
  }
  void lock() DDB_ACQUIRE() {
    mutex_.lock();
    held_ = true;
  }

 private:
  Mutex& mutex_;
  bool held_ = true;
};

class CondVar {
 public:
  explicit CondVar(Runtime& runtime) : runtime_(runtime), coop_(runtime.coop()) {}
  // May wake without a notification: callers loop on their condition.
  void wait(Mutex& mutex) DDB_REQUIRES(mutex) { wait_until(mutex, kNoDeadline); }
  // deadline_ns is on Runtime::now_ns(). Returns false when it has passed.
  bool wait_until(Mutex& mutex, uint64_t deadline_ns) DDB_REQUIRES(mutex) DDB_NO_THREAD_SAFETY_ANALYSIS {
    if (coop_ != nullptr) {
      mutex.unlock();
      const bool woken = coop_->wait(this, deadline_ns);
      mutex.lock();
      return woken;
    }
    std::unique_lock<std::mutex> lock(mutex.native_, std::adopt_lock);
    bool woken = true;
    if (deadline_ns == kNoDeadline) {
      native_.wait(lock);
    } else {
      const uint64_t now = runtime_.now_ns();
      woken = now < deadline_ns && native_.wait_for(lock, std::chrono::nanoseconds(deadline_ns - now)) ==
                                       std::cv_status::no_timeout;
    }
    lock.release();
    return woken;
  }
  void notify_one() {
    if (coop_ != nullptr) {
      coop_->wake(this, false);
    } else {
      native_.notify_one();
    }
  }
  void notify_all() {
    if (coop_ != nullptr) {
      coop_->wake(this, true);
    } else {
      native_.notify_all();
    }
  }

 private:
  Runtime& runtime_;
  CoopScheduler* coop_;
  std::condition_variable native_;
};

}  // namespace ddb
