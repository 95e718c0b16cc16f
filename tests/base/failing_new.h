// failing_new: lets a chosen allocation of this thread fail, to show what a lack of memory does. Replaces the global
// operator new, so exactly one file of a test binary includes it.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <new>

namespace ddb {

// While it lives, the n-th operator new of this thread from now (1 = the next) and all later ones throw std::bad_alloc.
class FailingNew {
 public:
  explicit FailingNew(uint64_t nth) { left() = nth - 1; }
  ~FailingNew() { left() = ~uint64_t{0}; }
  FailingNew(const FailingNew&) = delete;
  FailingNew& operator=(const FailingNew&) = delete;

  static uint64_t& left() {
    static thread_local uint64_t allocations_left = ~uint64_t{0};
    return allocations_left;
  }
};

}  // namespace ddb

// Not inlined: gcc would see free() meet operator new and warn.
__attribute__((noinline)) void* operator new(std::size_t bytes) {
  uint64_t& left = ddb::FailingNew::left();
  if (left == 0) throw std::bad_alloc();
  if (left != ~uint64_t{0}) --left;
  void* memory = std::malloc(bytes == 0 ? 1 : bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
__attribute__((noinline)) void operator delete(void* memory) noexcept { std::free(memory); }
__attribute__((noinline)) void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
