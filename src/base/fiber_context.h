// fiber_context: stacks and the switch between them, nothing else. x86-64 switches in a few nanoseconds without a system
// call, other processors through ucontext. Tells ASan and TSan about each switch. Exceptions may be in flight across one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ddb {

// A stack with a guard page below it. Not thread-safe.
struct FiberStack {
  std::byte* base = nullptr;  // lowest usable byte
  size_t bytes = 0;
};

// Recycles stacks. Not thread-safe. Keeps at most `keep` unused ones.
class FiberStackPool {
 public:
  static constexpr size_t kDefaultStackBytes = 256 * 1024;
  explicit FiberStackPool(size_t stack_bytes = kDefaultStackBytes, size_t keep = 64);
  ~FiberStackPool();
  FiberStackPool(const FiberStackPool&) = delete;
  FiberStackPool& operator=(const FiberStackPool&) = delete;

  FiberStack take();  // throws std::bad_alloc
  void give_back(FiberStack stack) noexcept;
  // For a stack whose fiber never ended: frees it, or keeps it reachable for the leak checker.
  void abandon(FiberStack stack) noexcept;

 private:
  size_t stack_bytes_;
  size_t keep_;
  std::vector<FiberStack> unused_;
};

// One flow of control. The thread's own flow is a default constructed context that is filled by switching away from it.
class FiberContext {
 public:
  FiberContext() = default;
  ~FiberContext();
  FiberContext(const FiberContext&) = delete;
  FiberContext& operator=(const FiberContext&) = delete;

  // Prepares it to run entry(argument) on `stack`; entry must never return.
  void prepare(FiberStack stack, void (*entry)(void*), void* argument);
  // Stops `from`, which is running, and goes on with `to`. `from_ends`: it will never be resumed.
  static void switch_to(FiberContext& from, FiberContext& to, bool from_ends);

 private:
  struct ExceptionState {  // layout of the C++ ABI's __cxa_eh_globals
    void* caught = nullptr;
    unsigned int uncaught = 0;
  };
  static void start(FiberContext* self);
  void after_switch(void* fake_stack);

  [[maybe_unused]] void* stack_pointer_ = nullptr;
  void (*entry_)(void*) = nullptr;
  void* argument_ = nullptr;
  ExceptionState exceptions_;
  FiberContext* came_from_ = nullptr;
  FiberStack stack_;  // also of the thread's own flow, once the sanitizer has told it
  [[maybe_unused]] void* sanitizer_ = nullptr;  // ASan's fake stack, or TSan's fiber
  [[maybe_unused]] void* fallback_ = nullptr;   // ucontext_t where there is no switch of our own
};

}  // namespace ddb
