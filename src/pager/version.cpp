// version: the slab of version structs.
#include "pager/version.h"

#include <new>

namespace ddb {

Version* VersionSlab::take() {
  if (free_ == nullptr) {
    try {
      chunks_.reserve(chunks_.size() + 1);
      chunks_.push_back(std::make_unique<Version[]>(kChunkVersions));
    } catch (const std::bad_alloc&) {
      return nullptr;
    }
    budget_.take(kChunkVersions * sizeof(Version));
    Version* chunk = chunks_.back().get();
    for (size_t i = kChunkVersions; i-- > 0;) {
      chunk[i].next = free_;
      free_ = &chunk[i];
    }
  }
  Version* version = free_;
  free_ = version->next;
  version->next = nullptr;
  ++in_use_;
  return version;
}

void VersionSlab::give_back(Version* version) {
  version->lsn = 0;
  version->older.store(nullptr, std::memory_order_relaxed);
  version->data.store(nullptr, std::memory_order_relaxed);
  version->newer = version->previous = nullptr;
  version->temp_slot = kNoTempSlot;
  version->referenced.store(0, std::memory_order_relaxed);
  version->backed = version->busy = false;
  version->list = VersionList::kNone;
  version->next = free_;
  free_ = version;
  --in_use_;
}

}  // namespace ddb
