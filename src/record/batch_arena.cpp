// batch_arena: the chunks. Keeps: bytes_held_ is the sum of all chunks, headers included.
#include "record/batch_arena.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "base/assert.h"

namespace ddb {

struct BatchArena::Chunk {
  Chunk* older;
  uint64_t bytes;  // with this header
};

namespace {

constexpr size_t kAlignMax = 64;

}  // namespace

char* BatchArena::allocate_in_new_chunk(size_t bytes, size_t align) {
  DDB_ASSERT(align <= kAlignMax && (align & (align - 1)) == 0);
  constexpr uint64_t kOverhead = sizeof(Chunk) + kAlignMax;
  const uint64_t room = bytes_max_ - bytes_held_;
  if (room < kOverhead || bytes > room - kOverhead) return nullptr;
  const uint64_t chunk_bytes = std::min(room, std::max<uint64_t>(chunk_bytes_wanted_, bytes + kOverhead));
  char* memory = static_cast<char*>(::operator new(chunk_bytes));
  newest_ = new (memory) Chunk{newest_, chunk_bytes};
  bytes_held_ += chunk_bytes;
  chunk_bytes_wanted_ = chunk_bytes * 2;
  next_ = memory + sizeof(Chunk);
  end_ = memory + chunk_bytes;
  return allocate(bytes, align);
}

std::string_view BatchArena::copy(std::string_view bytes) {
  char* memory = allocate(bytes.size(), 1);
  if (memory == nullptr) return {};
  if (!bytes.empty()) std::memcpy(memory, bytes.data(), bytes.size());
  return std::string_view(memory, bytes.size());
}

void BatchArena::free_chunks() {
  while (newest_ != nullptr) {
    Chunk* older = newest_->older;
    ::operator delete(static_cast<void*>(newest_));
    newest_ = older;
  }
  bytes_held_ = 0;
  next_ = nullptr;
  end_ = nullptr;
}

void BatchArena::reset() {
  if (newest_ == nullptr) return;
  if (newest_->older == nullptr) {
    next_ = reinterpret_cast<char*>(newest_) + sizeof(Chunk);
    return;
  }
  chunk_bytes_wanted_ = bytes_held_;
  free_chunks();
}

void BatchArena::release() {
  free_chunks();
  chunk_bytes_wanted_ = kFirstChunkBytes;
}

}  // namespace ddb
