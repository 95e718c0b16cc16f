// allocation_count: counts the heap allocations of the calling thread, by standing in front of malloc (which operator new
// calls). Include in exactly one file of a program. Sanitizers bring their own malloc: there the count stays 0.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bench {

inline thread_local uint64_t thread_allocations = 0;

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
inline constexpr bool kCountsAllocations = true;
#else
inline constexpr bool kCountsAllocations = false;
#endif

}  // namespace bench

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// glibc's own names for its allocator, exported for exactly this use.
extern "C" {
void* __libc_malloc(size_t bytes);
void* __libc_calloc(size_t count, size_t bytes);
void* __libc_realloc(void* old, size_t bytes);
void* __libc_memalign(size_t alignment, size_t bytes);

void* malloc(size_t bytes) noexcept {
  ++bench::thread_allocations;
  return __libc_malloc(bytes);
}
void* calloc(size_t count, size_t bytes) noexcept {
  ++bench::thread_allocations;
  return __libc_calloc(count, bytes);
}
void* realloc(void* old, size_t bytes) noexcept {
  ++bench::thread_allocations;
  return __libc_realloc(old, bytes);
}
void* aligned_alloc(size_t alignment, size_t bytes) noexcept {
  ++bench::thread_allocations;
  return __libc_memalign(alignment, bytes);
}
}
#endif
