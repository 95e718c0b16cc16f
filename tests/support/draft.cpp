// draft: copy on write of images, whole page tables as savepoints.
#include "support/draft.h"

namespace ddb::sim {

Draft::Draft(ImageStore& store, const DbState& base)
    : store_(store), base_(base), now_(base), generation_(ImageStore::next_generation()) {}

std::byte* Draft::change(size_t page) {
  const PageImage*& entry = now_.pages[page];
  if (entry->generation != generation_) {
    PageImage* copy = store_.copy_image(*entry);
    copy->generation = generation_;
    entry = copy;
  }
  return entry->bytes;
}

size_t Draft::next_allocation() const {
  size_t page = 0;
  while (page < now_.pages.size() && now_.pages[page] != nullptr) ++page;
  return page;
}

void Draft::allocate(size_t page, TreeId owner, PageType type) {
  if (page >= now_.pages.size()) now_.pages.resize(page + 1, nullptr);
  PageImage* image = store_.make_image();
  image->generation = generation_;
  format_page(image->bytes, store_.page_bytes(), PageNo(static_cast<uint32_t>(page)), owner, type);
  now_.pages[page] = image;
}

void Draft::free(size_t page) { now_.pages[page] = nullptr; }

uint32_t Draft::trimmable(uint32_t pages_max) const {
  uint32_t count = 0;
  while (count < pages_max && now_.pages[now_.pages.size() - 1 - count] == nullptr) ++count;
  return count;
}

void Draft::trim(uint32_t pages) { now_.pages.resize(now_.pages.size() - pages); }

bool Draft::allocated_here(size_t page) const { return now_.in_use(page) && !base_.in_use(page); }

uint32_t Draft::savepoint() {
  saved_.push_back(now_);
  generation_ = ImageStore::next_generation();
  return depth();
}

void Draft::rollback_to(uint32_t depth) {
  saved_.resize(depth);
  now_ = saved_.back();
  generation_ = ImageStore::next_generation();
}

void Draft::release(uint32_t depth) { saved_.resize(depth - 1); }

DbState Draft::finished(uint64_t lsn) {
  const size_t page_bytes = store_.page_bytes();
  for (size_t i = 0; i < now_.pages.size(); ++i) {
    const PageImage* before = base_.in_use(i) ? base_.pages[i] : nullptr;
    const PageImage*& after = now_.pages[i];
    if (after == before || after == nullptr) continue;
    if (same_content(after, before, page_bytes)) {
      after = before;
      continue;
    }
    const_cast<PageImage*>(after)->changed_lsn = lsn;
  }
  return now_;
}

}  // namespace ddb::sim
