// failing_new: lets a chosen allocation of this thread fail, to show what a lack of memory does.
#pragma once

#include <cstdint>

namespace ddb {

// While it lives, the n-th operator new of this thread from now (1 = the next) and all later ones throw std::bad_alloc.
class FailingNew {
 public:
  explicit FailingNew(uint64_t nth);
  ~FailingNew();
  FailingNew(const FailingNew&) = delete;
  FailingNew& operator=(const FailingNew&) = delete;
};

}  // namespace ddb
