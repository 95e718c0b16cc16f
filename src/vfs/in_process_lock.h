// in_process_lock: who holds a file among the opens of one process. Not thread-safe: its owner has a lock of its own.
#pragma once

#include <optional>

#include "vfs/vfs.h"

namespace ddb {

class InProcessLock {
 public:
  // Gives `mode` to an open that holds `held` now, or leaves everything as it is and returns false.
  bool try_take(LockMode mode, std::optional<LockMode>& held) {
    const int others_shared = shared_ - (held == LockMode::kShared ? 1 : 0);
    const bool other_exclusive = exclusive_ && held != LockMode::kExclusive;
    if (other_exclusive || (mode == LockMode::kExclusive && others_shared > 0)) return false;
    shared_ = others_shared + (mode == LockMode::kShared ? 1 : 0);
    exclusive_ = mode == LockMode::kExclusive;
    held = mode;
    return true;
  }

  void release(std::optional<LockMode>& held) {
    if (held == LockMode::kShared) --shared_;
    if (held == LockMode::kExclusive) exclusive_ = false;
    held.reset();
  }

  bool is_free() const { return shared_ == 0 && !exclusive_; }

 private:
  int shared_ = 0;
  bool exclusive_ = false;
};

}  // namespace ddb
