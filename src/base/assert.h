// assert: DDB_ASSERT states what we promise in debug builds; DDB_CHECK is always on and gives an XX000 status instead of
// ending the host. Bytes from disk and input from users are never asserted.
#pragma once

#include <string>

#include "base/status.h"

#if defined(NDEBUG)
#define DDB_ASSERT(cond) \
  do {                   \
  } while (false && (cond))
#else
#define DDB_ASSERT(cond)           \
  do {                             \
    if (!(cond)) __builtin_trap(); \
  } while (false)
#endif

// Returns XX000 from the function when a promise at a commit, checkpoint or ownership edge is broken.
#define DDB_CHECK(cond)                                                                                \
  do {                                                                                                 \
    if (!(cond)) [[unlikely]]                                                                          \
      return ::ddb::Status::error(::ddb::sqlstate::kInternal,                                          \
                                  std::string("internal check failed: " #cond " (") + __FILE__ + ")"); \
  } while (false)
