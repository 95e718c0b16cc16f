// sim_chunk: copy on write of 4 KiB chunks.
#include "vfs/sim_chunk.h"

#include <algorithm>
#include <cstring>

namespace ddb {
namespace {
constexpr std::byte kZeros[kSimChunkBytes] = {};
}  // namespace

const std::byte* SimChunk::bytes() const { return body_ != nullptr ? body_->bytes : kZeros; }

std::byte* SimChunk::bytes_to_change() {
  if (body_ == nullptr || body_->refs.load(std::memory_order_acquire) != 1) {
    Body* own = new Body;
    std::memcpy(own->bytes, bytes(), kSimChunkBytes);
    SimChunk old;
    std::swap(old.body_, body_);
    body_ = own;
  }
  return body_->bytes;
}

const SimChunk& SimContent::chunk(size_t index) const {
  static const SimChunk zeros;
  return index < chunks_.size() ? chunks_[index] : zeros;
}

SimChunk& SimContent::chunk_to_change(size_t index) {
  if (index >= chunks_.size()) chunks_.resize(index + 1);
  return chunks_[index];
}

size_t SimContent::read(uint64_t offset, std::span<std::byte> into) const {
  if (offset >= size_) return 0;
  const size_t total = static_cast<size_t>(std::min<uint64_t>(into.size(), size_ - offset));
  for (size_t done = 0; done < total;) {
    const uint64_t at = offset + done;
    const size_t inside = at % kSimChunkBytes;
    const size_t step = std::min(total - done, kSimChunkBytes - inside);
    std::memcpy(into.data() + done, chunk(at / kSimChunkBytes).bytes() + inside, step);
    done += step;
  }
  return total;
}

void SimContent::own(uint64_t offset, uint64_t length) {
  if (length == 0) return;
  const size_t first = offset / kSimChunkBytes;
  const size_t last = (offset + length - 1) / kSimChunkBytes;
  chunk_to_change(last);
  for (size_t i = first; i <= last; ++i) chunks_[i].bytes_to_change();
}

void SimContent::write_owned(uint64_t offset, std::span<const std::byte> bytes) {
  for (size_t done = 0; done < bytes.size();) {
    const uint64_t at = offset + done;
    const size_t inside = at % kSimChunkBytes;
    const size_t step = std::min(bytes.size() - done, kSimChunkBytes - inside);
    std::memcpy(chunks_[at / kSimChunkBytes].bytes_to_change() + inside, bytes.data() + done, step);
    done += step;
  }
}

void SimContent::set_size(uint64_t size) {
  const size_t inside = size % kSimChunkBytes;
  const size_t whole = size / kSimChunkBytes;
  if (size < size_ && whole < chunks_.size()) {
    const bool cuts_chunk = inside != 0 && !chunks_[whole].is_zero();
    if (cuts_chunk) std::memset(chunks_[whole].bytes_to_change() + inside, 0, kSimChunkBytes - inside);
    chunks_.resize(cuts_chunk ? whole + 1 : whole);
  }
  size_ = size;
}

std::string SimContent::to_string() const {
  std::string text(size_, '\0');
  read(0, std::as_writable_bytes(std::span(text.data(), text.size())));
  return text;
}

}  // namespace ddb
