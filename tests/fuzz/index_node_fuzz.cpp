// index_node_fuzz: any bytes as a page of an index tree: it is refused, or every search and every copy stays inside of the page and gives
// what the obvious way gives.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "btree/index_lookup.h"
#include "btree/index_node.h"

namespace {

using namespace ddb;

constexpr uint32_t kPage = 1024;

void require(bool holds) {
  if (!holds) __builtin_trap();
}

struct Free {
  void operator()(std::byte* page) const { std::free(page); }
};
// Of its own, so that a read behind the page is seen.
using Page = std::unique_ptr<std::byte, Free>;

std::string key_of(const IndexNode& node, uint32_t i) {
  std::string key(node.key_bytes(i), '\0');
  node.copy_key(i, key.data());
  return key;
}

void search(const IndexNode& node, const std::vector<std::string>& keys, std::string_view key) {
  const auto slowly = static_cast<uint32_t>(std::lower_bound(keys.begin(), keys.end(), key) - keys.begin());
  require(node.lower_bound(key) == slowly);
  for (uint32_t i = 0; i < node.count(); ++i) {
    const int order = keys[i].compare(key);
    const int given = node.compare(i, key);
    require((order < 0) == (given < 0) && (order > 0) == (given > 0));
    require(node.starts_with(i, key) == keys[i].starts_with(key));
  }
  if (node.level() == 0) return;
  uint32_t child = 0;
  for (uint32_t i = 1; i < node.count(); ++i) child = keys[i] <= key ? i : child;
  require(node.find_child(key) == child);
}

}  // namespace

// Input: whether an inner page (one byte), how many trailing bytes are the heap's (two), then the page from byte 32 on: front, and heap at
// its end.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 8) return 0;
  const bool inner = (data[0] & 1) != 0;
  const bool mend = (data[0] & 2) != 0;
  const size_t heap = std::min<size_t>(data[1] | data[2] << 8, size - 3);
  const std::string_view rest(reinterpret_cast<const char*>(data) + 3, size - 3);
  const Page page(static_cast<std::byte*>(std::aligned_alloc(64, kPage)));
  std::memset(page.get(), 0, kPage);
  store_le<uint32_t>(page.get() + 4, 77);
  page.get()[20] = static_cast<std::byte>(inner ? kIndexInner : kIndexLeaf);
  const size_t back = std::min<size_t>(heap, kPage - 32);
  const size_t front = std::min<size_t>(rest.size() - back, kPage - 32 - back);
  std::memcpy(page.get() + 32, rest.data(), front);
  std::memcpy(page.get() + kPage - back, rest.data() + rest.size() - back, back);
  if (mend) {
    // The sum over the heap, which bytes drawn at random hardly hit.
    store_le<uint16_t>(page.get() + 36, static_cast<uint16_t>(kPage - back));
    const IndexNode node(page.get());
    uint64_t used = 0;
    for (uint32_t i = 0; node.slots() + uint64_t{8} * node.count() <= kPage - back && i < node.count(); ++i) {
      if (node.cell_offset(i) + 2u > kPage) return 0;
      used += node.cell_bytes(i);
    }
    store_le<uint16_t>(page.get() + 38, static_cast<uint16_t>(back - used));
  }
  if (!check_index_node({page.get(), kPage}, kPage).is_ok()) return 0;
  const IndexNode node(page.get());
  std::vector<std::string> keys;
  ByteBuffer scratch;
  for (uint32_t i = 0; i < node.count(); ++i) {
    keys.push_back(key_of(node, i));
    require(node.payload(i).size() <= kPage);
    (void)index_row_id(node, i, scratch).is_ok();
    if (inner) require(node.child(i).value > 1);
  }
  if (!std::is_sorted(keys.begin(), keys.end())) {
    // Searches end all the same.
    for (const std::string& key : keys) require(node.lower_bound(key) <= node.count());
    return 0;
  }
  for (const std::string& key : keys) {
    search(node, keys, key);
    search(node, keys, key + '\0');
    search(node, keys, std::string_view(key).substr(0, key.size() / 2));
  }
  search(node, keys, rest.substr(0, 12));
  search(node, keys, {});
  return 0;
}
