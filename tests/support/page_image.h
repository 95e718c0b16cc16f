// page_image: what the model knows of a page and of a whole database, apart from the engine's own structures.
// Images are never changed once a state holds them; states share images, so a state costs a pointer a page.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/ids.h"
#include "format/page.h"

namespace ddb::sim {

// A page as a transaction left it: all of its bytes, of which 0..15 (checksum, number, LSN) are not compared.
struct PageImage {
  uint64_t changed_lsn = 0;  // the engine's page LSN is at least this
  uint64_t generation = 0;   // of the draft level that may still change it
  std::byte* bytes = nullptr;
};

// The database after one transaction.
struct DbState {
  std::vector<const PageImage*> pages;  // null: not in use; one entry for each page below the page count
  PageNo catalog_root = kNoPage;
  uint64_t schema_version = 0;

  bool in_use(size_t page) const { return page < pages.size() && pages[page] != nullptr; }
};

// Owns images and states; frees all of them at once.
class ImageStore {
 public:
  explicit ImageStore(uint32_t page_bytes) : page_bytes_(page_bytes) {}
  ImageStore(const ImageStore&) = delete;
  ImageStore& operator=(const ImageStore&) = delete;

  PageImage* make_image();  // bytes are not set
  PageImage* copy_image(const PageImage& from);
  DbState* make_state(DbState from);
  // Unique in the process: a store's states are continued by drafts of other stores.
  static uint64_t next_generation();
  uint32_t page_bytes() const { return page_bytes_; }
  // Stands for pages of the store itself (root page, free map), whose content is compared through the API.
  static const PageImage* store_page();

 private:
  static constexpr size_t kImagesPerChunk = 16;
  uint32_t page_bytes_;
  size_t used_in_chunk_ = kImagesPerChunk;
  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  std::deque<PageImage> images_;
  std::deque<DbState> states_;
};

inline bool same_content(const std::byte* a, const std::byte* b, size_t page_bytes) {
  return std::memcmp(a + kPageLoggedFrom, b + kPageLoggedFrom, page_bytes - kPageLoggedFrom) == 0;
}
inline bool same_content(const PageImage* a, const PageImage* b, size_t page_bytes) {
  return a == b || (a != nullptr && b != nullptr && a->bytes != nullptr && b->bytes != nullptr &&
                    same_content(a->bytes, b->bytes, page_bytes));
}
bool same_state(const DbState& a, const DbState& b, size_t page_bytes);
// Empty if equal, else the first difference in words.
std::string page_difference(const std::byte* actual, const PageImage& expected, size_t page_bytes);
// Bytes a log cannot do without to bring `from` to `to`: headers of one block and of each frame, and the changed bytes.
uint64_t log_bytes_at_least(const DbState& from, const DbState& to, size_t page_bytes);

}  // namespace ddb::sim
