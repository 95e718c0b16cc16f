// fork_generation: counts the forks this process was born from.
#pragma once

#include <atomic>
#include <cstdint>

namespace ddb {

// The first call registers with pthread_atfork, later ones and reads of the value make no system call. Lives for ever.
const std::atomic<uint32_t>& process_fork_generation();

}  // namespace ddb
