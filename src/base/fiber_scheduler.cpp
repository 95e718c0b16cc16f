// fiber_scheduler: picks the next fiber by seed, keeps the simulated clock, and switches. A fiber's life:
//   spawn -> runnable -> running -> (yield) runnable | (wait) waiting -> (wake, deadline) runnable | ended
// runnable_ and waiting_ have room for every fiber, so that nothing allocates once a fiber exists: campaigns that fail
// each allocation in turn must not hit the scheduler.
#include "base/fiber_scheduler.h"

#include <algorithm>
#include <cstdio>
#include <stdexcept>

namespace ddb {

enum class FiberState { kRunnable, kRunning, kWaiting, kEnded };

struct FiberScheduler::Fiber {
  FiberScheduler* owner;
  uint64_t number;
  std::string name;
  std::function<void()> body;
  uint64_t priority;
  FiberContext context;
  FiberStack stack;
  FiberState state = FiberState::kRunnable;
  const void* key = nullptr;
  uint64_t deadline_ns = kNoDeadline;
  bool woken = false;
};

class FiberScheduler::Thread final : public BackgroundThread {
 public:
  Thread(FiberScheduler& scheduler, const Fiber* fiber) : scheduler_(scheduler), fiber_(fiber) {}
  ~Thread() override {
    while (fiber_->state != FiberState::kEnded) scheduler_.wait(fiber_, kNoDeadline);
  }

 private:
  FiberScheduler& scheduler_;
  const Fiber* fiber_;
};

SchedulePolicy SchedulePolicy::from_seed(uint64_t seed) {
  SeededRandom random(seed ^ 0x5C4ED01Eull);
  SchedulePolicy policy;
  switch (random.below(3)) {
    case 0:
      break;
    case 1:
      policy.keep_per_mille = static_cast<uint32_t>(300 + random.below(650));
      break;
    default:
      policy.priorities = true;
      policy.reprioritise_per_mille = static_cast<uint32_t>(20 + random.below(200));
      break;
  }
  policy.tick_ns_max = static_cast<uint32_t>(1) << random.below(18);  // from 1 ns to 131 us
  return policy;
}

FiberScheduler::FiberScheduler(uint64_t seed, FiberStackPool* stacks)
    : FiberScheduler(seed, SchedulePolicy::from_seed(seed), stacks) {}

FiberScheduler::FiberScheduler(uint64_t seed, SchedulePolicy policy, FiberStackPool* stacks)
    : schedule_(seed),
      values_(mix64(seed) ^ 0xA5A5A5A5ull),
      policy_(policy),
      own_stacks_(stacks != nullptr ? nullptr : std::make_unique<FiberStackPool>()),
      stacks_(stacks != nullptr ? *stacks : *own_stacks_) {}

FiberScheduler::~FiberScheduler() {
  reap();
  for (const auto& fiber : fibers_) stacks_.abandon(fiber->stack);
}

FiberScheduler::Fiber* FiberScheduler::make_fiber(std::string name, std::function<void()> body) {
  runnable_.reserve(fibers_.size() + 1);
  waiting_.reserve(fibers_.size() + 1);
  fibers_.reserve(fibers_.size() + 1);
  FiberStack stack = stacks_.take();
  std::unique_ptr<Fiber> fiber;
  try {
    fiber.reset(new Fiber{this,
                          fibers_.size(),
                          std::move(name),
                          std::move(body),
                          kFirstPriority + (schedule_.next() >> 2),
                          {},
                          stack});
    fiber->context.prepare(stack, &FiberScheduler::entry, fiber.get());
  } catch (...) {
    stacks_.give_back(stack);
    throw;
  }
  fibers_.push_back(std::move(fiber));
  ++live_;
  runnable_.push_back(fibers_.back().get());
  return fibers_.back().get();
}

void FiberScheduler::spawn(std::string name, std::function<void()> body) {
  make_fiber(std::move(name), std::move(body));
}

Result<std::unique_ptr<BackgroundThread>> FiberScheduler::start_thread(const char* name,
                                                                       std::function<void()> body) {
  if (!allows_threads_)
    return Status::error(sqlstate::kFeatureNotSupported, "this runtime starts no threads");
  try {
    // The handle's memory first: once the fiber exists nothing may fail.
    void* memory = ::operator new(sizeof(Thread));
    try {
      const Fiber* fiber = make_fiber(name, std::move(body));
      return std::unique_ptr<BackgroundThread>(new (memory) Thread(*this, fiber));
    } catch (...) {
      ::operator delete(memory);
      throw;
    }
  } catch (const std::bad_alloc&) {
    return Status::out_of_memory();
  }
}

uint64_t FiberScheduler::current_thread() { return current_ != nullptr ? current_->number + 1 : kOutside; }

void FiberScheduler::entry(void* self) {
  auto* fiber = static_cast<Fiber*>(self);
  FiberScheduler& scheduler = *fiber->owner;
  scheduler.reap();
  try {
    fiber->body();
    fiber->body = nullptr;  // what it captured goes on the fiber, which may wait in destructors
  } catch (const std::exception& e) {
    scheduler.fail(*fiber, e.what());
  } catch (...) {
    scheduler.fail(*fiber, "unknown exception");
  }
  fiber->state = FiberState::kEnded;
  --scheduler.live_;
  scheduler.wake(fiber, true);
  scheduler.leave();
}

void FiberScheduler::fail(const Fiber& fiber, const char* exception_text) {
  if (!failure_.is_ok()) return;
  failure_ = Status::error(sqlstate::kInternal, "fiber ended with an exception")
                 .with_detail(fiber.name)
                 .with_hint(exception_text);
}

Status FiberScheduler::run() { return pump(nullptr); }

Status FiberScheduler::run_until(const std::function<bool()>& done) { return pump(&done); }

Status FiberScheduler::pump(const std::function<bool()>* done) {
  if (running_) return Status::error(sqlstate::kInternal, "the fiber scheduler is running already");
  running_ = true;
  stop_ = false;
  done_ = done;
  while (Fiber* next = pick()) {
    switch_to(next);
    run_outside_calls();
  }
  running_ = false;
  done_ = nullptr;
  if (!failure_.is_ok()) return failure_;
  if (out_of_steps_) return stuck("step limit reached");
  const bool asked_to_return = stop_ || (done != nullptr && (*done)()) || outside_ready();
  if (live_ == 0 || asked_to_return) return Status::ok();
  return stuck("deadlock");
}

void FiberScheduler::run_outside_calls() {
  while (outside_call_ != nullptr) {
    Fiber* caller = std::exchange(current_, nullptr);
    try {
      (*outside_call_)();
    } catch (...) {
      outside_exception_ = std::current_exception();
    }
    outside_call_ = nullptr;
    switch_to(caller);
  }
  current_ = nullptr;
}

void FiberScheduler::call_outside(const std::function<void()>& body) {
  if (current_ == nullptr) {
    body();
    return;
  }
  outside_call_ = &body;
  switch_to(nullptr);
  if (outside_exception_) std::rethrow_exception(std::exchange(outside_exception_, nullptr));
}

Status FiberScheduler::stuck(const char* why) const {
  std::string text;
  for (const auto& fiber : fibers_) {
    if (fiber->state == FiberState::kEnded) continue;
    if (!text.empty()) text += ", ";
    text += fiber->name;
    if (fiber->state != FiberState::kWaiting) {
      text += " runnable";
      continue;
    }
    char key[40];
    std::snprintf(key, sizeof(key), " waits for %p", fiber->key);
    text += key;
  }
  return Status::error(sqlstate::kInternal, std::string(why) + ": " + text);
}

bool FiberScheduler::outside_ready() const {
  return outside_key_ != nullptr && (outside_woken_ || now_ns_ >= outside_deadline_ns_);
}

FiberScheduler::Fiber* FiberScheduler::pick() {
  if (stop_ || !failure_.is_ok() || (done_ != nullptr && (*done_)())) return nullptr;
  if (steps_ >= step_limit_) {
    out_of_steps_ = live_ > 0;
    return nullptr;
  }
  ++steps_;
  now_ns_ += 1 + schedule_.below(policy_.tick_ns_max);
  if (!waiting_.empty()) expire_deadlines();
  if (outside_ready()) return nullptr;
  if (runnable_.empty()) {
    const uint64_t deadline = next_deadline();
    if (deadline == kNoDeadline) return nullptr;
    now_ns_ = std::max(now_ns_, deadline);
    expire_deadlines();
    if (outside_ready() || runnable_.empty()) return nullptr;
  }
  return choose_runnable();
}

FiberScheduler::Fiber* FiberScheduler::choose_runnable() {
  size_t at = 0;
  if (!policy_.priorities) {
    at = schedule_.below(runnable_.size());
  } else {
    for (size_t i = 1; i < runnable_.size(); ++i) {
      if (runnable_[i]->priority > runnable_[at]->priority) at = i;
    }
    // Falls behind all others, which lie at or above kFirstPriority or fell earlier.
    if (schedule_.chance(policy_.reprioritise_per_mille)) runnable_[at]->priority = --lowest_priority_;
  }
  Fiber* fiber = runnable_[at];
  runnable_[at] = runnable_.back();
  runnable_.pop_back();
  return fiber;
}

uint64_t FiberScheduler::next_deadline() const {
  uint64_t deadline = outside_key_ != nullptr ? outside_deadline_ns_ : kNoDeadline;
  for (const Fiber* fiber : waiting_) deadline = std::min(deadline, fiber->deadline_ns);
  return deadline;
}

void FiberScheduler::expire_deadlines() {
  for (size_t i = 0; i < waiting_.size();) {
    Fiber* fiber = waiting_[i];
    if (fiber->deadline_ns > now_ns_) {
      ++i;
      continue;
    }
    waiting_[i] = waiting_.back();
    waiting_.pop_back();
    make_runnable(fiber);
  }
}

void FiberScheduler::make_runnable(Fiber* fiber) {
  fiber->state = FiberState::kRunnable;
  runnable_.push_back(fiber);
}

void FiberScheduler::switch_to(Fiber* next) {
  Fiber* self = std::exchange(current_, next != nullptr ? next : current_);
  if (next != nullptr) next->state = FiberState::kRunning;
  FiberContext& from = on_outside_ ? outside_ : self->context;
  FiberContext& to = next != nullptr ? next->context : outside_;
  ++switches_;
  const bool ends = !on_outside_ && self->state == FiberState::kEnded;
  if (ends) ended_ = self;
  on_outside_ = next == nullptr;
  FiberContext::switch_to(from, to, ends);
  reap();
}

// The running fiber, whose state says why, gives up the processor.
void FiberScheduler::leave() {
  Fiber* self = current_;
  Fiber* next = pick();
  if (next == self) {
    self->state = FiberState::kRunning;
  } else {
    switch_to(next);
  }
}

void FiberScheduler::reap() {
  if (ended_ == nullptr) return;
  stacks_.give_back(ended_->stack);
  ended_->stack = {};
  ended_ = nullptr;
}

void FiberScheduler::yield() {
  Fiber* self = current_;
  if (self == nullptr) return;
  make_runnable(self);
  if (policy_.keep_per_mille != 0 && schedule_.chance(policy_.keep_per_mille) && keep_running(self)) return;
  leave();
}

bool FiberScheduler::keep_running(Fiber* self) {
  if (stop_ || done_ != nullptr || outside_key_ != nullptr || steps_ >= step_limit_) return false;
  ++steps_;
  now_ns_ += 1 + schedule_.below(policy_.tick_ns_max);
  runnable_.pop_back();
  self->state = FiberState::kRunning;
  return true;
}

bool FiberScheduler::wait(const void* key, uint64_t deadline_ns) {
  Fiber* self = current_;
  if (self == nullptr) return wait_outside(key, deadline_ns);
  self->key = key;
  self->deadline_ns = deadline_ns;
  self->woken = false;
  self->state = FiberState::kWaiting;
  waiting_.push_back(self);
  leave();
  return self->woken;
}

bool FiberScheduler::wait_outside(const void* key, uint64_t deadline_ns) {
  if (running_) throw std::logic_error("waiting inside of FiberScheduler::call_outside()");
  outside_key_ = key;
  outside_deadline_ns_ = deadline_ns;
  outside_woken_ = false;
  Status status;
  do {
    status = pump(nullptr);
  } while (status.is_ok() && !outside_ready() && live_ > 0);
  const bool woken = outside_woken_;
  const bool ready = outside_ready();
  outside_key_ = nullptr;
  if (!ready) {
    throw std::logic_error(status.is_ok() ? "waiting outside of fibers and nothing can wake it"
                                          : status.to_string());
  }
  return woken;
}

void FiberScheduler::wake(const void* key, bool all) {
  if (key == outside_key_ && outside_key_ != nullptr && !outside_woken_) {
    outside_woken_ = true;
    if (!all) return;
  }
  if (waiting_.empty()) return;
  // One waiter is drawn by seed: the condition promises no order.
  size_t matches = 0;
  Fiber* chosen = nullptr;
  for (size_t i = 0; i < waiting_.size();) {
    Fiber* fiber = waiting_[i];
    if (fiber->key != key) {
      ++i;
      continue;
    }
    if (!all) {
      if (schedule_.below(++matches) == 0) chosen = fiber;
      ++i;
      continue;
    }
    wake_at(i);
  }
  if (chosen == nullptr) return;
  wake_at(static_cast<size_t>(std::find(waiting_.begin(), waiting_.end(), chosen) - waiting_.begin()));
}

void FiberScheduler::wake_at(size_t position) {
  Fiber* fiber = waiting_[position];
  waiting_[position] = waiting_.back();
  waiting_.pop_back();
  fiber->woken = true;
  make_runnable(fiber);
}

}  // namespace ddb
