// prefetch: asks the processor for a cache line. Keeps: the address is never read, so that any address will do.
#pragma once

namespace ddb {

inline void prefetch(const void* address) {
  __builtin_prefetch(address);
#if defined(__GNUC__)
  // GCC takes a function that only prefetches for one without effects and drops its calls; an assembly statement is an effect.
  asm volatile("");
#endif
}

}  // namespace ddb
