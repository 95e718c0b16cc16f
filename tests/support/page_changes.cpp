// page_changes: drawing and applying changes.
#include "support/page_changes.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace ddb::sim {
namespace {

void fill(std::byte* to, uint32_t length, uint64_t seed) {
  if (seed == 0) {
    std::memset(to, 0, length);
    return;
  }
  SeededRandom random(seed);
  uint32_t at = 0;
  for (; at + 8 <= length; at += 8) {
    const uint64_t word = random.next();
    std::memcpy(to + at, &word, 8);
  }
  const uint64_t word = random.next();
  std::memcpy(to + at, &word, length - at);
}

}  // namespace

ByteChange draw_change(SeededRandom& random, uint32_t page_bytes) {
  const uint32_t content = page_bytes - static_cast<uint32_t>(kPageHeaderBytes);
  uint32_t length = 0;
  switch (random.below(10)) {
    case 0:
      length = 1;
      break;
    case 1:
    case 2:
      length = static_cast<uint32_t>(1 + random.below(1500));
      break;
    case 3:
      length = static_cast<uint32_t>(1 + random.below(content));
      break;
    default:
      length = static_cast<uint32_t>(1 + random.below(120));
      break;
  }
  length = std::min(length, content);
  uint32_t offset = static_cast<uint32_t>(random.below(content - length + 1));
  if (random.chance(50)) offset = 0;
  if (random.chance(50)) offset = content - length;
  return {static_cast<uint32_t>(kPageHeaderBytes) + offset, length,
          random.chance(80) ? 0 : random.next() | 1};
}

ByteChange draw_whole(SeededRandom& random, uint32_t page_bytes) {
  return {static_cast<uint32_t>(kPageHeaderBytes), page_bytes - static_cast<uint32_t>(kPageHeaderBytes),
          random.next() | 1};
}

void apply_change(const ByteChange& change, std::byte* page) {
  fill(page + change.offset, change.length, change.fill);
}

void apply_change(const ByteChange& change, PageWriter& writer) {
  if (change.fill % 4 == 3) {
    std::vector<std::byte> bytes(change.length);
    fill(bytes.data(), change.length, change.fill);
    writer.write(change.offset, bytes.data(), bytes.size());
    return;
  }
  fill(writer.change(change.offset, change.length), change.length, change.fill);
}

void apply_difference(const std::byte* target, uint32_t page_bytes, PageWriter& writer) {
  for (uint32_t at = kPageHeaderBytes; at < page_bytes;) {
    if (writer.data()[at] == target[at]) {
      ++at;
      continue;
    }
    uint32_t end = at + 1;
    while (end < page_bytes && writer.data()[end] != target[end]) ++end;
    writer.write(at, target + at, end - at);
    at = end;
  }
}

}  // namespace ddb::sim
