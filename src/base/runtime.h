// runtime: where time, thread identity and waiting come from. Production uses the operating system; the simulation puts
// a seeded single-threaded scheduler of fibers in its place, so that every wait is a step which one seed replays.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/status.h"

namespace ddb {

inline constexpr uint64_t kNoDeadline = ~uint64_t{0};

// Waiting under a cooperative scheduler. All calls come from fibers of one thread.
class CoopScheduler {
 public:
  virtual ~CoopScheduler() = default;
  // Lets other fibers run; returns when the scheduler picks this one again.
  virtual void yield() = 0;
  // Sleeps until wake(key) or until the simulated clock passes deadline_ns. Returns false on the deadline.
  virtual bool wait(const void* key, uint64_t deadline_ns) = 0;
  virtual void wake(const void* key, bool all) = 0;
};

// A background activity; the destructor joins.
class BackgroundThread {
 public:
  virtual ~BackgroundThread() = default;
};

class Runtime {
 public:
  virtual ~Runtime() = default;
  virtual uint64_t now_ns() = 0;            // monotonic
  virtual uint64_t current_thread() = 0;    // never 0; stable for one thread or fiber
  virtual uint64_t random64() = 0;          // salts, UUIDs
  virtual bool allows_threads() const = 0;  // false: the host forbids them, all work runs inline
  virtual Result<std::unique_ptr<BackgroundThread>> start_thread(const char* name,
                                                                 std::function<void()> body) = 0;
  virtual CoopScheduler* coop() { return nullptr; }
  // Lets other runnable threads or fibers go first; returns soon.
  void let_others_run();

  // The operating system's clock and threads. Thread-safe, lives for ever.
  static Runtime& native();
  // The same, but refuses threads.
  static Runtime& native_without_threads();
};

}  // namespace ddb
