// work_watch: lets long work be cancelled and watched. Keeps: whoever reports its work is polled after about 0.2 ms of it,
// so that estimates may be wrong by a factor of ten and more before 10 ms pass.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <utility>

#include "base/status.h"

namespace ddb {

struct SortProgress {
  uint64_t records_added = 0;
  uint64_t records_merged = 0;  // written by merges before the last one, and delivered
};

// For one thread, but for the cancel flag, which any thread may set.
class WorkWatch {
 public:
  static constexpr uint64_t kPollNanoseconds = 200'000;

  // `cancel` may be null and outlives the work; once it is true the work ends with 57014. `on_poll`, if any, is called at
  // each poll with the progress so far; an error from it ends the work with that error (a deadline, for example).
  explicit WorkWatch(const std::atomic<bool>* cancel = nullptr,
                     std::function<Status(const SortProgress&)> on_poll = nullptr)
      : cancel_(cancel), on_poll_(std::move(on_poll)) {}

  // Reports work of about so many nanoseconds, done or about to be done. Errors: 57014, those of on_poll.
  Status spent(uint64_t nanoseconds) {
    if (nanoseconds < left_) [[likely]] {
      left_ -= nanoseconds;
      return Status::ok();
    }
    return poll();
  }
  Status poll() {
    left_ = kPollNanoseconds;
    if (cancel_ != nullptr && cancel_->load(std::memory_order_relaxed))
      return Status::error(sqlstate::kQueryCanceled, "canceling statement due to user request");
    return on_poll_ ? on_poll_(progress) : Status::ok();
  }

  SortProgress progress;

 private:
  const std::atomic<bool>* cancel_;
  std::function<Status(const SortProgress&)> on_poll_;
  uint64_t left_ = kPollNanoseconds;
};

}  // namespace ddb
