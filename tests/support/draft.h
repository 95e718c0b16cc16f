// draft: the model of a running write transaction: private pages, savepoints, and what the allocator must answer.
#pragma once

#include <optional>
#include <vector>

#include "support/page_image.h"

namespace ddb::sim {

class Draft {
 public:
  // `store` and `base` outlive it.
  Draft(ImageStore& store, const DbState& base);

  const DbState& now() const { return now_; }
  const DbState& base() const { return base_; }

  // The bytes of a page in use, for changing.
  std::byte* change(size_t page);
  // The number that allocate() must hand out: the lowest free one.
  size_t next_allocation() const;
  void allocate(size_t page, TreeId owner, PageType type);
  void free(size_t page);
  // How far trim(pages_max) must lower the page count.
  uint32_t trimmable(uint32_t pages_max) const;
  void trim(uint32_t pages);
  void set_catalog_root(PageNo page) { now_.catalog_root = page; }
  void set_schema_version(uint64_t version) { now_.schema_version = version; }
  bool allocated_here(size_t page) const;

  uint32_t savepoint();  // the new depth
  uint32_t depth() const { return static_cast<uint32_t>(saved_.size()); }
  void rollback_to(uint32_t depth);
  void release(uint32_t depth);

  // The state that a commit as `lsn` makes: unchanged pages keep their images, changed ones are stamped.
  DbState finished(uint64_t lsn);

 private:
  ImageStore& store_;
  const DbState& base_;
  DbState now_;
  std::vector<DbState> saved_;
  uint64_t generation_;
};

}  // namespace ddb::sim
