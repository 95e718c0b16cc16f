// fence: asymmetric fences. Readers pay a compiler barrier, the reclaimer pays membarrier(2); where the kernel lacks it,
// and under TSan, both are sequentially consistent fences (ADR 0004).
#pragma once

#include <atomic>

#if defined(__SANITIZE_THREAD__)
#define DDB_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define DDB_TSAN 1
#endif
#endif
#ifndef DDB_TSAN
#define DDB_TSAN 0
#endif

namespace ddb {

// True if heavy_fence() makes every running thread of the process pass a full barrier. Decided once per process.
bool asymmetric_fences();

void heavy_fence_slow();

#if DDB_TSAN
// TSan does not model fences: an exchange on one variable orders both sides for it.
inline std::atomic<unsigned> tsan_fence_word{0};
inline void light_fence(bool) { tsan_fence_word.fetch_add(1, std::memory_order_seq_cst); }
inline void heavy_fence(bool) { tsan_fence_word.fetch_add(1, std::memory_order_seq_cst); }
#else
inline void light_fence(bool asymmetric) {
  if (asymmetric) [[likely]] {
    std::atomic_signal_fence(std::memory_order_seq_cst);
  } else {
    std::atomic_thread_fence(std::memory_order_seq_cst);
  }
}
inline void heavy_fence(bool asymmetric) {
  if (asymmetric) {
    heavy_fence_slow();
  } else {
    std::atomic_thread_fence(std::memory_order_seq_cst);
  }
}
#endif

}  // namespace ddb
