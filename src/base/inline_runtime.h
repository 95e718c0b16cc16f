// inline_runtime: a Runtime without threads and fibers whose clock and random numbers come from a seed. For code that
// runs straight through inside a simulation: the recovery check in an I/O hook, single-threaded campaigns.
#pragma once

#include "base/runtime.h"
#include "base/seeded_random.h"

namespace ddb {

// Not thread-safe; one thread uses it. Each look at the clock moves it by one microsecond.
class InlineRuntime final : public Runtime {
 public:
  explicit InlineRuntime(uint64_t seed) : random_(seed) {}
  uint64_t now_ns() override { return now_ns_ += 1'000; }
  uint64_t current_thread() override { return 1; }
  uint64_t random64() override { return random_.next(); }
  bool allows_threads() const override { return false; }
  Result<std::unique_ptr<BackgroundThread>> start_thread(const char*, std::function<void()>) override {
    return Status::error(sqlstate::kFeatureNotSupported, "this runtime starts no threads");
  }
  void advance(uint64_t ns) { now_ns_ += ns; }

 private:
  uint64_t now_ns_ = 1'000'000'000;
  SeededRandom random_;
};

}  // namespace ddb
