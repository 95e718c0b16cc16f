// write_queue: FIFO hand-over of the write lock.
#include "txn/write_queue.h"

#include <string>

namespace ddb {

Status WriteQueue::acquire(uint64_t deadline_ns) {
  const uint64_t self = runtime_.current_thread();
  MutexLock lock(mutex_);
  if (!held_) {
    held_ = true;
    holder_ = self;
    return Status::ok();
  }
  if (holder_ == self) {
    return Status::error(
               sqlstate::kInvalidState,
               "this thread already holds the write lock through another session: waiting would never end")
        .with_hint("end the other session's write transaction first");
  }
  if (length_.load(std::memory_order_relaxed) >= waiters_max_) {
    return Status::error(
               sqlstate::kLimitExceeded,
               "the write queue is full: " + std::to_string(waiters_max_) + " transactions are waiting")
        .with_hint("raise write_queue_max or use fewer concurrent writers");
  }
  Waiter waiter(runtime_, self);
  (last_ != nullptr ? last_->next : first_) = &waiter;
  last_ = &waiter;
  length_.fetch_add(1, std::memory_order_relaxed);
  while (!waiter.granted) {
    if (waiter.ready.wait_until(mutex_, deadline_ns) || waiter.granted || runtime_.now_ns() < deadline_ns)
      continue;
    Waiter** link = &first_;
    Waiter* before = nullptr;
    while (*link != &waiter) {
      before = *link;
      link = &(*link)->next;
    }
    *link = waiter.next;
    if (last_ == &waiter) last_ = before;
    length_.fetch_sub(1, std::memory_order_relaxed);
    return Status::error(sqlstate::kLockNotAvailable, "the write lock was not free before the deadline")
        .with_hint("another transaction is writing; retry or use a longer lock timeout");
  }
  return Status::ok();
}

bool WriteQueue::try_acquire() {
  MutexLock lock(mutex_);
  if (held_) return false;
  held_ = true;
  holder_ = runtime_.current_thread();
  return true;
}

void WriteQueue::release() {
  MutexLock lock(mutex_);
  Waiter* head = first_;
  if (head == nullptr) {
    held_ = false;
    holder_ = 0;
    return;
  }
  first_ = head->next;
  if (first_ == nullptr) last_ = nullptr;
  length_.fetch_sub(1, std::memory_order_relaxed);
  holder_ = head->thread;
  head->granted = true;
  head->ready.notify_one();  // the lock never becomes free in between: order of arrival holds
}

}  // namespace ddb
