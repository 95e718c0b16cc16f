// page_lookup_loop: the bare loop that a cached page read is judged by: page number → two-level array → page, and one
// word of the page is read. No snapshot, no pin, no check.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "support/clock.h"
#include "support/raw_file.h"

namespace bench {

// A random order of page numbers that fits the first-level cache. Both loops walk the same one.
inline std::vector<uint32_t> page_sequence(uint32_t pages, size_t length, uint64_t seed,
                                           uint32_t first_page = 0) {
  Random random(seed);
  std::vector<uint32_t> out(length);
  for (uint32_t& page : out) page = first_page + static_cast<uint32_t>(random.below(pages));
  return out;
}

// Where the word lies in its page. Spread: pages are aligned, so that one fixed offset would put all words into a few
// sets of the first-level cache.
inline size_t word_offset(uint32_t page, bool spread) { return spread ? 64 + page % 61 * 64 : 32; }

class PageLookupLoop {
 public:
  PageLookupLoop(uint32_t pages, size_t page_bytes, bool through_record)
      : through_record_(through_record), memory_(aligned_buffer(pages * page_bytes)) {
    const size_t leaves = (pages + kLeaf - 1) / kLeaf;
    for (size_t i = 0; i < leaves; ++i) leaves_.push_back(std::make_unique<std::atomic<void*>[]>(kLeaf));
    for (auto& leaf : leaves_) root_.push_back(leaf.get());
    records_.resize(pages);
    for (uint32_t i = 0; i < pages; ++i) {
      std::byte* page = memory_.get() + i * page_bytes;
      records_[i].data = page;
      root_[i / kLeaf][i % kLeaf].store(through_record ? static_cast<void*>(&records_[i]) : page);
    }
  }

  // One pass over the sequence; returns a sum that must be kept.
  uint64_t pass(const std::vector<uint32_t>& sequence, bool spread) const {
    return through_record_ ? walk<true>(sequence, spread) : walk<false>(sequence, spread);
  }

 private:
  static constexpr uint32_t kLeaf = 1024;
  struct alignas(64) Record {  // as large as a page version's header
    uint64_t lsn = 0;
    Record* older = nullptr;
    std::byte* data = nullptr;
  };

  template <bool kThroughRecord>
  uint64_t walk(const std::vector<uint32_t>& sequence, bool spread) const {
    uint64_t sum = 0;
    std::atomic<void*>* const* root = root_.data();
    for (const uint32_t page : sequence) {
      void* entry = root[page / kLeaf][page % kLeaf].load(std::memory_order_acquire);
      const std::byte* data =
          kThroughRecord ? static_cast<Record*>(entry)->data : static_cast<std::byte*>(entry);
      uint64_t word;
      std::memcpy(&word, data + word_offset(page, spread), sizeof word);
      sum += word;
    }
    return sum;
  }

  const bool through_record_;
  AlignedBuffer memory_;
  std::vector<Record> records_;
  std::vector<std::unique_ptr<std::atomic<void*>[]>> leaves_;
  std::vector<std::atomic<void*>*> root_;
};

// Nanoseconds per element of `passes` calls of pass(), which handles `length` elements.
template <typename Pass>
double ns_per_element(size_t passes, size_t length, Pass&& pass) {
  const uint64_t began = now_ns();
  for (size_t i = 0; i < passes; ++i) keep(pass());
  return static_cast<double>(now_ns() - began) / static_cast<double>(passes * length);
}

}  // namespace bench
