// huge_pages: madvise on Linux, nothing elsewhere.
#include "pager/huge_pages.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace ddb {

void prefer_huge_pages(void* region, size_t bytes) {
#if defined(__linux__)
  // The last, partial huge page stays small: no memory is touched beyond what the region needs.
  (void)::madvise(region, bytes / kHugePageBytes * kHugePageBytes, MADV_HUGEPAGE);
#else
  (void)region;
  (void)bytes;
#endif
}

}  // namespace ddb
