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

// All forms, so that none comes from a sanitizer's library while its counterpart is ours. Not inlined: gcc would see free()
// meet operator new and warn.
namespace ddb {
__attribute__((noinline)) inline void* counted_allocation(std::size_t bytes, std::size_t align) {
  FailingNew::count_one();
  void* memory = align == 0 ? std::malloc(bytes == 0 ? 1 : bytes)
                            : std::aligned_alloc(align, (bytes + align - 1) / align * align);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
__attribute__((noinline)) inline void* counted_or_null(std::size_t bytes, std::size_t align) noexcept {
  try {
    return counted_allocation(bytes, align);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
__attribute__((noinline)) inline void give_memory_back(void* memory) noexcept { std::free(memory); }
}  // namespace ddb

// NOLINTBEGIN
void* operator new(std::size_t n) { return ddb::counted_allocation(n, 0); }
void* operator new[](std::size_t n) { return ddb::counted_allocation(n, 0); }
void* operator new(std::size_t n, const std::nothrow_t&) noexcept { return ddb::counted_or_null(n, 0); }
void* operator new[](std::size_t n, const std::nothrow_t&) noexcept { return ddb::counted_or_null(n, 0); }
void* operator new(std::size_t n, std::align_val_t a) { return ddb::counted_allocation(n, std::size_t(a)); }
void* operator new[](std::size_t n, std::align_val_t a) { return ddb::counted_allocation(n, std::size_t(a)); }
void* operator new(std::size_t n, std::align_val_t a, const std::nothrow_t&) noexcept {
  return ddb::counted_or_null(n, std::size_t(a));
}
void* operator new[](std::size_t n, std::align_val_t a, const std::nothrow_t&) noexcept {
  return ddb::counted_or_null(n, std::size_t(a));
}
void operator delete(void* p) noexcept { ddb::give_memory_back(p); }
void operator delete[](void* p) noexcept { ddb::give_memory_back(p); }
void operator delete(void* p, std::size_t) noexcept { ddb::give_memory_back(p); }
void operator delete[](void* p, std::size_t) noexcept { ddb::give_memory_back(p); }
void operator delete(void* p, const std::nothrow_t&) noexcept { ddb::give_memory_back(p); }
void operator delete[](void* p, const std::nothrow_t&) noexcept { ddb::give_memory_back(p); }
void operator delete(void* p, std::align_val_t) noexcept { ddb::give_memory_back(p); }
void operator delete[](void* p, std::align_val_t) noexcept { ddb::give_memory_back(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { ddb::give_memory_back(p); }
void operator delete[](void* p, std::size_t, std::align_val_t) noexcept { ddb::give_memory_back(p); }
void operator delete(void* p, std::align_val_t, const std::nothrow_t&) noexcept { ddb::give_memory_back(p); }
void operator delete[](void* p, std::align_val_t, const std::nothrow_t&) noexcept {
  ddb::give_memory_back(p);
}
// NOLINTEND
