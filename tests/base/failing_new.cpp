// failing_new: replaces the global operator new of the test binary.
#include "base/failing_new.h"

#include <cstdlib>
#include <new>

namespace {
thread_local uint64_t allocations_left = ~uint64_t{0};
}  // namespace

namespace ddb {
FailingNew::FailingNew(uint64_t nth) { allocations_left = nth - 1; }
FailingNew::~FailingNew() { allocations_left = ~uint64_t{0}; }
}  // namespace ddb

void* operator new(std::size_t bytes) {
  if (allocations_left == 0) throw std::bad_alloc();
  if (allocations_left != ~uint64_t{0}) --allocations_left;
  void* memory = std::malloc(bytes == 0 ? 1 : bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
