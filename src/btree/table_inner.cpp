// table_inner: the check of inner pages and their changes.
#include "btree/table_inner.h"

#include <cstring>
#include <string>

#include "base/assert.h"

namespace ddb {
namespace {

size_t key_at(uint32_t index) { return kInnerKeys + size_t{8} * index; }
size_t child_at(uint32_t content_bytes, uint32_t index) {
  return kInnerKeys + size_t{8} * inner_capacity(content_bytes) + size_t{4} * index;
}

Status broken(const std::byte* page, size_t offset, const std::string& rule) {
  return Status::corruption("page " + std::to_string(page_number_of(page).value) + ", offset " +
                            std::to_string(offset) + ": inner page: " + rule);
}

void set_count(PageWriter& page, uint32_t count) {
  store_le<uint16_t>(page.change(34, 2), static_cast<uint16_t>(count));
}

// Moves `length` bytes within the page; marks where they go.
void move_bytes(PageWriter& page, size_t to, size_t from, size_t length) {
  if (length != 0) std::memmove(page.change(to, length), page.data() + from, length);
}

}  // namespace

Status check_table_inner(std::span<const std::byte> page, uint32_t content_bytes) {
  const std::byte* data = page.data();
  if (content_bytes > page.size() || content_bytes < kInnerKeys + 24)
    return broken(data, 0, "the page is too small");
  const uint32_t level = load_le<uint16_t>(data + 32);
  const uint32_t count = load_le<uint16_t>(data + 34);
  if (level == 0 || level > kTreeLevelsMax) return broken(data, 32, "level " + std::to_string(level));
  if (count == 0 || count > inner_capacity(content_bytes))
    return broken(data, 34, std::to_string(count) + " children");
  if (load_le<uint32_t>(data + 36) != 0 || load_le<uint64_t>(data + 40) != 0) {
    return broken(data, 36, "bytes that must be zero are not");
  }
  for (uint32_t i = 2; i < count; ++i) {
    const auto before = static_cast<int64_t>(load_le<uint64_t>(data + key_at(i - 1)));
    if (static_cast<int64_t>(load_le<uint64_t>(data + key_at(i))) <= before) {
      return broken(data, key_at(i), "separators do not ascend");
    }
  }
  const uint32_t self = page_number_of(data).value;
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t child = load_le<uint32_t>(data + child_at(content_bytes, i));
    if (child <= 1 || child == self || child == kNoPage.value) {
      return broken(data, child_at(content_bytes, i), "child " + std::to_string(child));
    }
  }
  return Status::ok();
}

void build_inner(PageWriter& page, uint32_t content_bytes, uint32_t level,
                 std::span<const int64_t> separators, std::span<const PageNo> children) {
  DDB_ASSERT(!children.empty() && children.size() <= inner_capacity(content_bytes));
  const size_t count = children.size();
  std::byte* head = page.change(kPageHeaderBytes, kInnerKeys - kPageHeaderBytes);
  std::memset(head, 0, kInnerKeys - kPageHeaderBytes);
  store_le<uint16_t>(head, static_cast<uint16_t>(level));
  store_le<uint16_t>(head + 2, static_cast<uint16_t>(count));
  std::byte* keys = page.change(kInnerKeys, 8 * count);
  std::byte* pages = page.change(child_at(content_bytes, 0), 4 * count);
  for (size_t i = 0; i < count; ++i) {
    store_le<uint64_t>(keys + 8 * i, i == 0 ? 0 : static_cast<uint64_t>(separators[i]));
    store_le<uint32_t>(pages + 4 * i, children[i].value);
  }
}

bool insert_child(PageWriter& page, uint32_t content_bytes, uint32_t index, int64_t separator, PageNo child) {
  const uint32_t count = TableInner(page.data(), content_bytes).count();
  DDB_ASSERT(index > 0 && index <= count);
  if (count >= inner_capacity(content_bytes)) return false;
  move_bytes(page, key_at(index + 1), key_at(index), size_t{8} * (count - index));
  move_bytes(page, child_at(content_bytes, index + 1), child_at(content_bytes, index),
             size_t{4} * (count - index));
  set_separator(page, index, separator);
  set_child(page, content_bytes, index, child);
  set_count(page, count + 1);
  return true;
}

void erase_child(PageWriter& page, uint32_t content_bytes, uint32_t index) {
  const uint32_t count = TableInner(page.data(), content_bytes).count();
  DDB_ASSERT(count > 1 && index < count);
  move_bytes(page, key_at(index), key_at(index + 1), size_t{8} * (count - index - 1));
  move_bytes(page, child_at(content_bytes, index), child_at(content_bytes, index + 1),
             size_t{4} * (count - index - 1));
  if (index == 0) set_separator(page, 0, 0);
  set_count(page, count - 1);
}

void set_child(PageWriter& page, uint32_t content_bytes, uint32_t index, PageNo child) {
  store_le<uint32_t>(page.change(child_at(content_bytes, index), 4), child.value);
}

void set_separator(PageWriter& page, uint32_t index, int64_t separator) {
  store_le<uint64_t>(page.change(key_at(index), 8), static_cast<uint64_t>(separator));
}

}  // namespace ddb
