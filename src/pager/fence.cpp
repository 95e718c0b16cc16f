// fence: membarrier(2) where the kernel has the private expedited form.
#include "pager/fence.h"

#if defined(__linux__)
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace ddb {

#if defined(__linux__)
namespace {
bool register_membarrier() {
  const long commands = syscall(__NR_membarrier, MEMBARRIER_CMD_QUERY, 0, 0);
  if (commands < 0 || (commands & MEMBARRIER_CMD_PRIVATE_EXPEDITED) == 0) return false;
  return syscall(__NR_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
}
}  // namespace

bool asymmetric_fences() {
  static const bool available = register_membarrier();
  return available;
}

void heavy_fence_slow() { syscall(__NR_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0); }
#else
bool asymmetric_fences() { return false; }
void heavy_fence_slow() { std::atomic_thread_fence(std::memory_order_seq_cst); }
#endif

}  // namespace ddb
