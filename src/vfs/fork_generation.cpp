// fork_generation: a counter that the child side of each fork moves on.
#include "vfs/fork_generation.h"

#include <pthread.h>

namespace ddb {
namespace {
std::atomic<uint32_t> generation{0};
}  // namespace

const std::atomic<uint32_t>& process_fork_generation() {
  static const int registered =
      ::pthread_atfork(nullptr, nullptr, [] { generation.fetch_add(1, std::memory_order_relaxed); });
  (void)registered;
  return generation;
}

}  // namespace ddb
