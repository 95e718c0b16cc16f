// runtime: the operating system's clock, threads and randomness.
#include "base/runtime.h"

#include <atomic>
#include <chrono>
#include <random>
#include <system_error>
#include <thread>

namespace ddb {
namespace {

class NativeThread final : public BackgroundThread {
 public:
  explicit NativeThread(std::function<void()> body) : thread_(std::move(body)) {}
  ~NativeThread() override { thread_.join(); }

 private:
  std::thread thread_;
};

class NativeRuntime final : public Runtime {
 public:
  explicit NativeRuntime(bool threads) : threads_(threads) {}
  uint64_t now_ns() override {
    return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                     std::chrono::steady_clock::now().time_since_epoch())
                                     .count());
  }
  uint64_t current_thread() override {
    static std::atomic<uint64_t> next{1};
    thread_local const uint64_t id = next.fetch_add(1, std::memory_order_relaxed);
    return id;
  }
  uint64_t random64() override {
    std::random_device device;
    return static_cast<uint64_t>(device()) << 32 ^ device();
  }
  bool allows_threads() const override { return threads_; }
  Result<std::unique_ptr<BackgroundThread>> start_thread(const char* name,
                                                         std::function<void()> body) override {
    if (!threads_) return Status::error(sqlstate::kFeatureNotSupported, "this runtime starts no threads");
    try {
      return std::unique_ptr<BackgroundThread>(new NativeThread(std::move(body)));
    } catch (const std::system_error& e) {
      return Status::error(sqlstate::kOutOfMemory, std::string("cannot start thread ") + name,
                           e.code().value());
    } catch (const std::bad_alloc&) {
      return Status::out_of_memory();
    }
  }

 private:
  bool threads_;
};

}  // namespace

void Runtime::let_others_run() {
  if (CoopScheduler* scheduler = coop(); scheduler != nullptr) {
    scheduler->yield();
  } else {
    std::this_thread::yield();
  }
}

Runtime& Runtime::native() {
  static NativeRuntime runtime(true);
  return runtime;
}

Runtime& Runtime::native_without_threads() {
  static NativeRuntime runtime(false);
  return runtime;
}

}  // namespace ddb
