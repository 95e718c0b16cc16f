// index_node: search in an index page, and its check.
#include "btree/index_node.h"

#include <string>

#include "base/prefetch.h"

namespace ddb {
namespace {

constexpr uint32_t kPivots = 16;

Status broken(const std::byte* page, size_t offset, const std::string& rule) {
  return Status::corruption("page " + std::to_string(page_number_of(page).value) + ", offset " +
                            std::to_string(offset) + ": index page: " + rule);
}

// memcmp of as many bytes as both have; empty views may have no data.
int compare_shared(std::string_view a, std::string_view b) {
  const size_t bytes = std::min(a.size(), b.size());
  return bytes == 0 ? 0 : std::memcmp(a.data(), b.data(), bytes);
}

// As memcmp, then by length.
int compare_bytes(std::string_view a, std::string_view b) {
  const int order = compare_shared(a, b);
  if (order != 0) return order;
  return a.size() < b.size() ? -1 : a.size() > b.size() ? 1 : 0;
}

// A head says no more than its key: what lies behind a short key is zero.
bool head_suits(uint32_t head, uint32_t rest_bytes) {
  return rest_bytes >= kIndexHeadBytes || (head << (8 * rest_bytes) == 0) || rest_bytes == 0;
}

}  // namespace

void IndexNode::copy_key(uint32_t i, char* to) const {
  const std::string_view front = prefix();
  const uint32_t rest = rest_bytes(i);
  if (!front.empty()) std::memcpy(to, front.data(), front.size());
  to += front.size();
  const uint32_t first = head(i);
  const char bytes[kIndexHeadBytes] = {static_cast<char>(first >> 24), static_cast<char>(first >> 16),
                                       static_cast<char>(first >> 8), static_cast<char>(first)};
  if (rest != 0) std::memcpy(to, bytes, std::min(rest, kIndexHeadBytes));
  if (rest <= kIndexHeadBytes) return;
  const std::string_view behind = tail(i);
  std::memcpy(to + kIndexHeadBytes, behind.data(), behind.size());
}

// The first slot of [from, to) whose head is ≥ `wanted`; `to` if none.
uint32_t IndexNode::lower_head(uint32_t wanted, uint32_t from, uint32_t to) const {
  if (from == to) return to;
  uint32_t low = from;
  uint32_t entries = to - from;
  if (entries > 4 * kPivots) {
    // Each step of a binary search would wait for memory in turn. Pivots do not depend on each other, nor do the lines between two.
    const uint32_t stride = entries / kPivots;
    uint32_t below = 0;
    for (uint32_t k = 1; k < kPivots; ++k)
      below += static_cast<uint32_t>(head(from + k * stride - 1) < wanted);
    low = from + below * stride;
    entries = below + 1 < kPivots ? stride : to - low;
    for (const std::byte* line = slot(low); line < slot(low + entries); line += 64) prefetch(line);
  }
  for (uint32_t left = entries; left > 1;) {
    const uint32_t half = left / 2;
    // A mask instead of a choice: compilers make branches of choices.
    low += half & (0u - static_cast<uint32_t>(head(low + half - 1) < wanted));
    left -= half;
  }
  return low + static_cast<uint32_t>(head(low) < wanted);
}

int IndexNode::compare(uint32_t i, std::string_view key) const {
  const std::string_view front = prefix();
  const int order = compare_shared(front, key);
  if (order != 0) return order;
  if (key.size() < front.size()) return 1;
  const std::string_view rest = key.substr(front.size());
  const uint32_t mine = head(i);
  const uint32_t wanted = index_head(rest);
  if (mine != wanted) return mine < wanted ? -1 : 1;
  const uint32_t bytes = rest_bytes(i);
  if (bytes <= kIndexHeadBytes || rest.size() <= kIndexHeadBytes) {
    return bytes < rest.size() ? -1 : bytes > rest.size() ? 1 : 0;
  }
  return compare_bytes(tail(i), rest.substr(kIndexHeadBytes));
}

uint32_t IndexNode::lower_bound(std::string_view key, uint32_t from) const {
  const uint32_t entries = count();
  const std::string_view front = prefix();
  const int order = compare_shared(front, key);
  if (order != 0) return order < 0 ? entries : from;
  if (key.size() < front.size()) return from;
  const uint32_t wanted = index_head(key.substr(front.size()));
  uint32_t low = lower_head(wanted, from, entries);
  if (low == entries || head(low) != wanted) return low;
  // Among equal heads the whole keys decide; mostly it is one.
  if (compare(low, key) >= 0) return low;
  ++low;
  uint32_t high = wanted == 0xFFFFFFFFu ? entries : lower_head(wanted + 1, low, entries);
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (compare(middle, key) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

bool IndexNode::starts_with(uint32_t i, std::string_view key) const {
  if (key_bytes(i) < key.size()) return false;
  const std::string_view front = prefix();
  const size_t shared = std::min(front.size(), key.size());
  if (compare_shared(front, key) != 0) return false;
  const std::string_view rest = key.substr(shared);
  if (rest.empty()) return true;
  const auto in_head = static_cast<uint32_t>(std::min<size_t>(rest.size(), kIndexHeadBytes));
  if ((head(i) ^ index_head(rest)) >> (8 * (kIndexHeadBytes - in_head)) != 0) return false;
  return rest.size() <= kIndexHeadBytes || tail(i).starts_with(rest.substr(kIndexHeadBytes));
}

uint32_t IndexNode::find_child(std::string_view key) const {
  const uint32_t at = lower_bound(key, 1);
  return at < count() && compare(at, key) == 0 ? at : at - 1;
}

Status check_index_node(std::span<const std::byte> page, uint32_t content_bytes) {
  const std::byte* data = page.data();
  if (content_bytes > page.size() || content_bytes < kIndexPrefix + 64)
    return broken(data, 0, "the page is too small");
  const IndexNode node(data);
  const bool inner = page_type(data) == kIndexInner;
  const uint32_t count = node.count();
  if (inner == (node.level() == 0) || node.level() > kTreeLevelsMax)
    return broken(data, 32, "level " + std::to_string(node.level()));
  if (inner && count == 0) return broken(data, 34, "no child");
  const uint32_t heap = node.heap_start();
  const uint32_t slots = node.slots();
  if (uint64_t{kIndexSlotBytes} * count + slots > heap || heap > content_bytes)
    return broken(data, 36,
                  std::to_string(count) + " entries, a prefix of " + std::to_string(node.prefix_bytes()) +
                      " bytes and a heap from " + std::to_string(heap) + " on");
  const uint32_t kind = node.payload_kind();
  if (inner ? kind != kIndexChildBytes : kind != kVariablePayload && kind > content_bytes)
    return broken(data, 44, "payloads of kind " + std::to_string(kind));
  if (load_le<uint16_t>(data + 42) != 0 || load_le<uint16_t>(data + 46) != 0)
    return broken(data, 42, "bytes that must be zero are not");
  uint64_t used = node.garbage();
  uint32_t last_head = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const size_t at = slots + size_t{kIndexSlotBytes} * i;
    const uint32_t offset = node.cell_offset(i);
    const uint32_t rest = node.rest_bytes(i);
    uint64_t bytes = kind != kVariablePayload ? kind : 2;
    // A cell without bytes lies nowhere.
    if (bytes == 0 && rest <= kIndexHeadBytes ? offset > content_bytes
                                              : offset < heap || offset + bytes > content_bytes)
      return broken(data, at + 4, "a cell outside the heap");
    if (kind == kVariablePayload) bytes += load_le<uint16_t>(data + offset);
    if (rest > kIndexHeadBytes) bytes += rest - kIndexHeadBytes;
    if (offset + bytes > content_bytes) return broken(data, at + 4, "a cell passes the end of the heap");
    used += bytes;
    const uint32_t head = node.head(i);
    if (head < last_head) return broken(data, at, "heads descend");
    if (!head_suits(head, rest) || (rest == 0 && head != 0))
      return broken(data, at, "a head longer than its key");
    last_head = head;
    if (!inner) continue;
    const PageNo child = node.child(i);
    if (child.value <= 1 || child == page_number_of(data) || child == kNoPage)
      return broken(data, offset, "child " + std::to_string(child.value));
  }
  if (used != content_bytes - heap)
    return broken(data, 38,
                  "cells and garbage take " + std::to_string(used) + " of " +
                      std::to_string(content_bytes - heap) + " bytes of heap");
  return Status::ok();
}

}  // namespace ddb
