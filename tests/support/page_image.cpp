// page_image: comparing pages and states of the model.
#include "support/page_image.h"

#include <algorithm>
#include <atomic>

#include "format/log_format.h"

namespace ddb::sim {

PageImage* ImageStore::make_image() {
  if (used_in_chunk_ == kImagesPerChunk) {
    chunks_.push_back(std::unique_ptr<std::byte[]>(new std::byte[kImagesPerChunk * page_bytes_]));
    used_in_chunk_ = 0;
  }
  PageImage& image = images_.emplace_back();
  image.bytes = chunks_.back().get() + used_in_chunk_++ * page_bytes_;
  return &image;
}

PageImage* ImageStore::copy_image(const PageImage& from) {
  PageImage* image = make_image();
  image->changed_lsn = from.changed_lsn;
  std::memcpy(image->bytes, from.bytes, page_bytes_);
  return image;
}

DbState* ImageStore::make_state(DbState from) { return &states_.emplace_back(std::move(from)); }

uint64_t ImageStore::next_generation() {
  static std::atomic<uint64_t> newest{0};
  return newest.fetch_add(1, std::memory_order_relaxed) + 1;
}

const PageImage* ImageStore::store_page() {
  static const PageImage image;
  return &image;
}

bool same_state(const DbState& a, const DbState& b, size_t page_bytes) {
  if (&a == &b) return true;
  if (a.pages.size() != b.pages.size() || a.catalog_root != b.catalog_root ||
      a.schema_version != b.schema_version) {
    return false;
  }
  for (size_t i = 0; i < a.pages.size(); ++i) {
    if (!same_content(a.pages[i], b.pages[i], page_bytes)) return false;
  }
  return true;
}

std::string page_difference(const std::byte* actual, const PageImage& expected, size_t page_bytes) {
  if (same_content(actual, expected.bytes, page_bytes)) return {};
  size_t first = kPageLoggedFrom;
  while (actual[first] == expected.bytes[first]) ++first;
  size_t last = page_bytes - 1;
  while (actual[last] == expected.bytes[last]) --last;
  size_t differing = 0;
  std::string ranges;  // the first few, for whoever looks for the cause
  for (size_t i = first, shown = 0; i <= last; ++i) {
    if (actual[i] == expected.bytes[i]) continue;
    ++differing;
    if (actual[i - 1] != expected.bytes[i - 1] || ++shown > 4) continue;
    size_t end = i + 1;
    while (end <= last && actual[end] != expected.bytes[end]) ++end;
    ranges += " [" + std::to_string(i) + ", " + std::to_string(end) + ")";
  }
  return std::to_string(differing) + " bytes differ in [" + std::to_string(first) + ", " +
         std::to_string(last) + "]," + ranges + " …: at " + std::to_string(first) + " found " +
         std::to_string(static_cast<int>(actual[first])) + ", expected " +
         std::to_string(static_cast<int>(expected.bytes[first])) + "; page says LSN " +
         std::to_string(page_lsn(actual).value) + ", number " + std::to_string(page_number_of(actual).value) +
         ", expected changed by LSN " + std::to_string(expected.changed_lsn);
}

uint64_t log_bytes_at_least(const DbState& from, const DbState& to, size_t page_bytes) {
  uint64_t bytes = kBlockHeaderBytes;
  for (size_t i = 0; i < to.pages.size(); ++i) {
    const PageImage* after = to.pages[i];
    const PageImage* before = i < from.pages.size() ? from.pages[i] : nullptr;
    if (after == before || after == nullptr || after->bytes == nullptr) continue;
    bytes += kFrameHeaderBytes;
    // A page that was written directly costs no more than its frame; only pages that were in use before surely do.
    if (before == nullptr || before->bytes == nullptr) continue;
    uint64_t differing = 0;
    uint64_t nonzero = 0;
    for (size_t at = kPageLoggedFrom; at < page_bytes; ++at) {
      differing += after->bytes[at] != before->bytes[at] ? 1 : 0;
      nonzero += after->bytes[at] != std::byte{0} ? 1 : 0;
    }
    bytes += std::min(differing, nonzero);
  }
  return bytes;
}

}  // namespace ddb::sim
