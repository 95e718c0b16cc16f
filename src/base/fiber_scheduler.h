// fiber_scheduler: a Runtime whose threads are fibers of one thread, chosen by a seed. Keeps: the same seed and the
// same program give the same interleaving, clock and random numbers. Every wait is a step that the seed replays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/fiber_context.h"
#include "base/runtime.h"
#include "base/seeded_random.h"

namespace ddb {

// How the next fiber is picked; schedules of different kinds find different bugs.
struct SchedulePolicy {
  uint32_t keep_per_mille = 0;  // chance that yield() goes on with the same fiber
  bool priorities = false;      // run the fiber of highest random priority (PCT, Burckhardt et al. 2010)
  uint32_t reprioritise_per_mille =
      0;                         // with priorities: chance per step that the running fiber falls to the end
  uint32_t tick_ns_max = 2'000;  // the clock moves by 1..this at each step
  // A mixture: uniform, sticky and prioritised schedules.
  static SchedulePolicy from_seed(uint64_t seed);
};

// Not thread-safe: one thread constructs it, runs it, and everything that uses it as Runtime runs there.
class FiberScheduler final : public Runtime, public CoopScheduler {
 public:
  // `stacks` may be shared by many schedulers of one thread and must outlive them; without it the scheduler has its own.
  explicit FiberScheduler(uint64_t seed, FiberStackPool* stacks = nullptr);
  FiberScheduler(uint64_t seed, SchedulePolicy policy, FiberStackPool* stacks = nullptr);
  // Fibers that have not ended are abandoned: their stacks are freed without running destructors, so what they own
  // leaks (it is kept reachable in ASan builds, so that LSan is quiet).
  ~FiberScheduler() override;

  // Adds a fiber; it first runs in run(). From fibers and from outside. Throws std::bad_alloc only.
  void spawn(std::string name, std::function<void()> body);
  // Runs until all fibers have ended. XX000 with names and reasons when all that are left wait without a deadline, when
  // a fiber ended with an exception, or after step_limit() steps (livelock).
  Status run();
  // The same, but also returns when `done()` is true; it is asked before each step, and must not wait.
  Status run_until(const std::function<bool()>& done);
  // From a fiber: run() returns ok after this step; the other fibers stay as they are, run() may be called again.
  void stop() { stop_ = true; }

  // Runs `body` on the stack that called run(), as if outside of any fiber: room for deep work such as a recovery check
  // inside an I/O hook. yield() in it is a no-op, waiting in it is an error. Outside of fibers just calls it.
  void call_outside(const std::function<void()>& body);

  // Runtime
  uint64_t now_ns() override { return now_ns_; }
  uint64_t current_thread() override;  // fiber number + 1; kOutside outside of fibers
  uint64_t random64() override { return values_.next(); }
  bool allows_threads() const override { return allows_threads_; }
  // The destructor of the handle joins cooperatively, also from outside of fibers (it runs the others meanwhile).
  Result<std::unique_ptr<BackgroundThread>> start_thread(const char* name,
                                                         std::function<void()> body) override;
  CoopScheduler* coop() override { return this; }

  // CoopScheduler. yield() outside of fibers is a no-op. wait() outside of fibers runs them until it is woken, and throws
  // std::logic_error when that can never happen (every caller loops on its condition, so returning would hang).
  void yield() override;
  bool wait(const void* key, uint64_t deadline_ns) override;
  void wake(const void* key, bool all) override;

  void set_allows_threads(bool allow) { allows_threads_ = allow; }
  void advance_clock(uint64_t ns) { now_ns_ += ns; }
  void set_step_limit(uint64_t steps) { step_limit_ = steps; }
  uint64_t step_limit() const { return step_limit_; }
  uint64_t steps() const { return steps_; }        // picks so far; equal runs have equal counts
  uint64_t switches() const { return switches_; }  // changes of the running fiber so far
  size_t live_fibers() const { return live_; }
  static constexpr uint64_t kOutside = 0xFFFFFFFFull;

 private:
  struct Fiber;
  class Thread;

  static void entry(void* self);
  Fiber* make_fiber(std::string name, std::function<void()> body);
  Fiber* pick();  // the next to run; null: back to the caller of run()
  Fiber* choose_runnable();
  void expire_deadlines();  // wakes waiters whose deadline has passed
  uint64_t next_deadline() const;
  void run_outside_calls();     // of the fiber that just switched to the outside
  void switch_to(Fiber* next);  // null: to the caller of run()
  void leave();                 // gives up the processor
  bool keep_running(Fiber* self);
  void wake_at(size_t position);  // in waiting_
  bool outside_ready() const;
  void make_runnable(Fiber* fiber);
  void reap();  // gives back the stack of a fiber that has ended
  Status pump(const std::function<bool()>* done);
  Status stuck(const char* why) const;
  void fail(const Fiber& fiber, const char* exception_text);
  bool wait_outside(const void* key, uint64_t deadline_ns);

  SeededRandom
      schedule_;  // picks and clock; apart from values_, so that drawing a salt does not shift the schedule
  SeededRandom values_;
  SchedulePolicy policy_;
  std::unique_ptr<FiberStackPool> own_stacks_;
  FiberStackPool& stacks_;
  std::vector<std::unique_ptr<Fiber>> fibers_;  // by number
  std::vector<Fiber*> runnable_;
  std::vector<Fiber*> waiting_;
  Fiber* current_ = nullptr;
  Fiber* ended_ = nullptr;
  FiberContext outside_;
  const std::function<bool()>* done_ = nullptr;
  const std::function<void()>* outside_call_ = nullptr;
  std::exception_ptr outside_exception_;
  const void* outside_key_ = nullptr;  // what the code outside waits for
  uint64_t outside_deadline_ns_ = kNoDeadline;
  bool outside_woken_ = false;
  bool running_ = false;
  bool on_outside_ = true;  // which stack is in use; current_ keeps the fiber during call_outside()
  bool stop_ = false;
  bool out_of_steps_ = false;
  bool allows_threads_ = true;
  size_t live_ = 0;
  uint64_t now_ns_ = 1'000'000'000;
  uint64_t steps_ = 0;
  uint64_t switches_ = 0;
  uint64_t step_limit_ = 50'000'000;
  static constexpr uint64_t kFirstPriority = uint64_t{1} << 62;
  uint64_t lowest_priority_ = kFirstPriority;
  Status failure_;  // of a fiber that ended with an exception
};

}  // namespace ddb
