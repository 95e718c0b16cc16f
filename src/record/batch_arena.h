// batch_arena: memory that lives as long as a batch. Keeps: never holds more than bytes_max; once reset() has seen the
// largest batch, further ones of that size allocate nothing.
//
// For one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ddb {

class BatchArena {
 public:
  static constexpr size_t kFirstChunkBytes = 4096;

  explicit BatchArena(uint64_t bytes_max) : bytes_max_(bytes_max) {}
  BatchArena(const BatchArena&) = delete;
  BatchArena& operator=(const BatchArena&) = delete;
  ~BatchArena() { release(); }

  // Uninitialised; dead after reset(). nullptr when bytes_max would be passed: the caller answers 53200. Throws
  // std::bad_alloc. REQUIRES: align is a power of two up to 64.
  char* allocate(size_t bytes, size_t align = 8) {
    const uintptr_t start = (reinterpret_cast<uintptr_t>(next_) + align - 1) & ~(uintptr_t{align} - 1);
    if (next_ != nullptr && start <= reinterpret_cast<uintptr_t>(end_) &&
        bytes <= reinterpret_cast<uintptr_t>(end_) - start) [[likely]] {
      char* memory = next_ + (start - reinterpret_cast<uintptr_t>(next_));
      next_ = memory + bytes;
      return memory;
    }
    return allocate_in_new_chunk(bytes, align);
  }
  // A copy of `bytes`; its data() is nullptr when bytes_max would be passed. Throws std::bad_alloc.
  std::string_view copy(std::string_view bytes);

  // Ends the life of everything allocated. Several chunks become one of their summed size.
  void reset();
  // As reset(), and gives the memory back.
  void release();

  // Taken from the system at present.
  uint64_t bytes_held() const { return bytes_held_; }
  uint64_t bytes_max() const { return bytes_max_; }

 private:
  struct Chunk;
  char* allocate_in_new_chunk(size_t bytes, size_t align);
  void free_chunks();

  uint64_t bytes_max_;
  uint64_t bytes_held_ = 0;
  uint64_t chunk_bytes_wanted_ = kFirstChunkBytes;
  Chunk* newest_ = nullptr;
  char* next_ = nullptr;
  char* end_ = nullptr;
};

}  // namespace ddb
