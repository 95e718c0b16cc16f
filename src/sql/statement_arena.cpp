// statement_arena: blocks that double up to a bound, freed together.
#include "sql/statement_arena.h"

#include <algorithm>
#include <new>
#include <utility>

namespace ddb {

struct StatementArena::Block {
  Block* older;
};

namespace {
constexpr size_t kBlockBytesMin = 256;
// Below what malloc takes from the system each time (128 KiB): fresh pages cost more than the parse.
constexpr size_t kBlockBytesMax = size_t{64} << 10;
constexpr size_t kHeaderBytes = 16;
}  // namespace

void* StatementArena::allocate_in_new_block(size_t bytes) {
  const size_t usable = std::max(bytes, std::clamp(next_block_bytes_, kBlockBytesMin, kBlockBytesMax));
  auto* block = static_cast<Block*>(::operator new(kHeaderBytes + usable));
  block->older = newest_;
  newest_ = block;
  next_ = reinterpret_cast<char*>(block) + kHeaderBytes;
  end_ = next_ + usable;
  bytes_held_ += kHeaderBytes + usable;
  next_block_bytes_ = std::min(usable * 2, kBlockBytesMax);
  void* memory = next_;
  next_ += bytes;
  return memory;
}

StatementArena::~StatementArena() {
  while (newest_ != nullptr) ::operator delete(std::exchange(newest_, newest_->older));
}

void StatementArena::swap(StatementArena& other) noexcept {
  std::swap(next_, other.next_);
  std::swap(end_, other.end_);
  std::swap(newest_, other.newest_);
  std::swap(bytes_held_, other.bytes_held_);
  std::swap(next_block_bytes_, other.next_block_bytes_);
}

}  // namespace ddb
