// fiber_context: the switch of stacks, with the sanitizers' and the C++ runtime's bookkeeping around it.
#include "base/fiber_context.h"

#include <cxxabi.h>
#include <sys/mman.h>

#include <cstring>
#include <new>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define DDB_FIBER_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define DDB_FIBER_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(DDB_FIBER_ASAN)
#define DDB_FIBER_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__) && !defined(DDB_FIBER_TSAN)
#define DDB_FIBER_TSAN 1
#endif
#if DDB_FIBER_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/lsan_interface.h>
#endif
#if DDB_FIBER_TSAN
extern "C" {
void* __tsan_get_current_fiber(void);
void* __tsan_create_fiber(unsigned flags);
void __tsan_destroy_fiber(void* fiber);
void __tsan_switch_to_fiber(void* fiber, unsigned flags);
}
#endif

#if !defined(__x86_64__) || defined(DDB_FIBER_UCONTEXT)
#include <ucontext.h>
#define DDB_FIBER_FALLBACK 1
#endif

namespace ddb {
namespace {
constexpr size_t kGuardBytes = 4096;

void unmap(FiberStack stack) { ::munmap(stack.base - kGuardBytes, stack.bytes + kGuardBytes); }
}  // namespace

FiberStackPool::FiberStackPool(size_t stack_bytes, size_t keep)
    : stack_bytes_((stack_bytes + 4095) & ~size_t{4095}), keep_(keep) {
  unused_.reserve(keep_);
}

FiberStackPool::~FiberStackPool() {
  for (const FiberStack& stack : unused_) unmap(stack);
}

FiberStack FiberStackPool::take() {
  FiberStack stack;
  if (!unused_.empty()) {
    stack = unused_.back();
    unused_.pop_back();
  } else {
    void* memory = ::mmap(nullptr, stack_bytes_ + kGuardBytes, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    ::mprotect(memory, kGuardBytes, PROT_NONE);
    stack = {static_cast<std::byte*>(memory) + kGuardBytes, stack_bytes_};
  }
#if DDB_FIBER_ASAN
  // The frames of the last user were left without returning, their red zones are still marked.
  __asan_unpoison_memory_region(stack.base, stack.bytes);
#endif
  return stack;
}

void FiberStackPool::give_back(FiberStack stack) noexcept {
  if (stack.base == nullptr) return;
  if (unused_.size() < keep_) {
    unused_.push_back(stack);
  } else {
    unmap(stack);
  }
}

void FiberStackPool::abandon(FiberStack stack) noexcept {
  if (stack.base == nullptr) return;
#if DDB_FIBER_ASAN
  __lsan_register_root_region(stack.base, stack.bytes);
#else
  give_back(stack);
#endif
}

#if DDB_FIBER_FALLBACK
namespace {
void switch_stacks(void* from, void* to) {
  ::swapcontext(static_cast<ucontext_t*>(from), static_cast<ucontext_t*>(to));
}
}  // namespace
#else
// Saves what the ABI wants preserved on the old stack, takes the new one and returns there. The first time that is
// ddb_fiber_first, which calls r13(r12).
extern "C" void ddb_fiber_switch(void** save_stack_pointer, void* load_stack_pointer);
extern "C" void ddb_fiber_first();
asm(R"(
  .text
  .p2align 4
  .globl ddb_fiber_switch
  .type ddb_fiber_switch, @function
ddb_fiber_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
  .size ddb_fiber_switch, .-ddb_fiber_switch
  .globl ddb_fiber_first
  .type ddb_fiber_first, @function
ddb_fiber_first:
  .cfi_startproc
  .cfi_undefined rip
  movq %r12, %rdi
  call *%r13
  ud2
  .cfi_endproc
  .size ddb_fiber_first, .-ddb_fiber_first
)");
#endif

FiberContext::~FiberContext() {
#if DDB_FIBER_TSAN
  if (entry_ != nullptr && sanitizer_ != nullptr) __tsan_destroy_fiber(sanitizer_);
#endif
#if DDB_FIBER_FALLBACK
  delete static_cast<ucontext_t*>(fallback_);
#endif
}

void FiberContext::prepare(FiberStack stack, void (*entry)(void*), void* argument) {
  stack_ = stack;
  entry_ = entry;
  argument_ = argument;
#if DDB_FIBER_TSAN
  sanitizer_ = __tsan_create_fiber(0);
#endif
#if DDB_FIBER_FALLBACK
  auto* context = new ucontext_t;
  fallback_ = context;
  ::getcontext(context);
  context->uc_stack.ss_sp = stack.base;
  context->uc_stack.ss_size = stack.bytes;
  context->uc_link = nullptr;
  const auto self = reinterpret_cast<uintptr_t>(this);
  auto low_high = +[](unsigned low, unsigned high) {
    start(reinterpret_cast<FiberContext*>(static_cast<uintptr_t>(high) << 32 | low));
  };
  ::makecontext(context, reinterpret_cast<void (*)()>(low_high), 2, static_cast<unsigned>(self),
                static_cast<unsigned>(static_cast<uint64_t>(self) >> 32));
#else
  // rsp is 16-byte aligned in ddb_fiber_first, as a call demands. Below its address lie rbp, rbx, r12 to r15.
  auto top = reinterpret_cast<uintptr_t>(stack.base + stack.bytes) & ~uintptr_t{15};
  auto* words = reinterpret_cast<uintptr_t*>(top) - 7;
  std::memset(words, 0, 7 * sizeof(uintptr_t));
  words[2] = reinterpret_cast<uintptr_t>(&FiberContext::start);  // r13
  words[3] = reinterpret_cast<uintptr_t>(this);                  // r12
  words[6] = reinterpret_cast<uintptr_t>(&ddb_fiber_first);
  stack_pointer_ = words;
#endif
}

void FiberContext::start(FiberContext* self) {
  self->after_switch(nullptr);
  self->entry_(self->argument_);
  __builtin_unreachable();
}

// On the new stack. Learns where the stack of a thread's own flow lies, to tell it again on the way back.
void FiberContext::after_switch([[maybe_unused]] void* fake_stack) {
#if DDB_FIBER_ASAN
  const void* bottom = nullptr;
  size_t bytes = 0;
  __sanitizer_finish_switch_fiber(fake_stack, &bottom, &bytes);
  if (came_from_->entry_ == nullptr) {
    came_from_->stack_ = {static_cast<std::byte*>(const_cast<void*>(bottom)), bytes};
  }
#endif
}

void FiberContext::switch_to(FiberContext& from, FiberContext& to, [[maybe_unused]] bool from_ends) {
  auto* exceptions = reinterpret_cast<ExceptionState*>(abi::__cxa_get_globals());
  from.exceptions_ = *exceptions;
  *exceptions = to.exceptions_;
  to.came_from_ = &from;
#if DDB_FIBER_ASAN
  __sanitizer_start_switch_fiber(from_ends ? nullptr : &from.sanitizer_, to.stack_.base, to.stack_.bytes);
#endif
#if DDB_FIBER_TSAN
  if (from.entry_ == nullptr) from.sanitizer_ = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(to.sanitizer_, 0);
#endif
#if DDB_FIBER_FALLBACK
  if (from.fallback_ == nullptr) from.fallback_ = new ucontext_t;
  switch_stacks(from.fallback_, to.fallback_);
#else
  ddb_fiber_switch(&from.stack_pointer_, to.stack_pointer_);
#endif
  from.after_switch(from.sanitizer_);
}

}  // namespace ddb
