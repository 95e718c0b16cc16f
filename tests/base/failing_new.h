// failing_new: lets a chosen allocation of this thread fail, to show what a lack of memory does. Replaces the global
// operator new, so exactly one file of a test binary includes it.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <new>

namespace ddb {

// While it lives, the n-th operator new of this thread from now (1 = the next) throws std::bad_alloc, and all later ones
// do unless `once`.
class FailingNew {
 public:
  explicit FailingNew(uint64_t nth, bool once = false) {
    left() = nth - 1;
    only_once() = once;
    failures() = 0;
  }
  ~FailingNew() { left() = ~uint64_t{0}; }
  // How many allocations of this thread have failed since the last FailingNew was made.
  static uint64_t& failures() {
    static thread_local uint64_t count = 0;
    return count;
  }
  FailingNew(const FailingNew&) = delete;
  FailingNew& operator=(const FailingNew&) = delete;

  static uint64_t& left() {
    static thread_local uint64_t allocations_left = ~uint64_t{0};
    return allocations_left;
  }
  static bool& only_once() {
    static thread_local bool once = false;
    return once;
  }
  static void count_one() {
    if (left() == 0) {
      ++failures();
      if (only_once()) left() = ~uint64_t{0};
      throw std::bad_alloc();
    }
    if (left() != ~uint64_t{0}) --left();
  }
};

}  // namespace ddb

// Not inlined: gcc would see free() meet operator new and warn.
__attribute__((noinline)) void* operator new(std::size_t bytes) {
  ddb::FailingNew::count_one();
  void* memory = std::malloc(bytes == 0 ? 1 : bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
__attribute__((noinline)) void operator delete(void* memory) noexcept { std::free(memory); }
__attribute__((noinline)) void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
__attribute__((noinline)) void* operator new(std::size_t bytes, std::align_val_t align) {
  ddb::FailingNew::count_one();
  const auto step = static_cast<std::size_t>(align);
  void* memory = std::aligned_alloc(step, (bytes + step - 1) / step * step);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
__attribute__((noinline)) void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
__attribute__((noinline)) void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
