// statement_arena: the memory of one statement's syntax tree. Keeps: what it gave out stays where it is until the arena ends; nothing in it has
// a destructor. For one thread while it fills, for any number once it is only read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

namespace ddb {

class StatementArena {
 public:
  // first_bytes: what the first allocation takes at least.
  explicit StatementArena(size_t first_bytes) : next_block_bytes_(first_bytes) {}
  StatementArena(const StatementArena&) = delete;
  StatementArena& operator=(const StatementArena&) = delete;
  StatementArena(StatementArena&& other) noexcept { swap(other); }
  StatementArena& operator=(StatementArena&& other) noexcept {
    swap(other);
    return *this;
  }
  ~StatementArena();

  // Throws std::bad_alloc. Aligned to 8 bytes.
  void* allocate(size_t bytes) {
    bytes = (bytes + 7) & ~size_t{7};
    if (bytes > static_cast<size_t>(end_ - next_)) [[unlikely]] {
      return allocate_in_new_block(bytes);
    }
    void* memory = next_;
    next_ += bytes;
    return memory;
  }

  template <typename T>
  T* make() {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= 8);
    return new (allocate(sizeof(T))) T();
  }

  // `count` values of T{}.
  template <typename T>
  std::span<T> make_array(size_t count) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= 8);
    if (count == 0) return {};
    T* items = static_cast<T*>(allocate(count * sizeof(T)));
    for (size_t i = 0; i < count; ++i) new (items + i) T();
    return {items, count};
  }

  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    char* memory = static_cast<char*>(allocate(text.size()));
    std::memcpy(memory, text.data(), text.size());
    return {memory, text.size()};
  }

  // Taken from the system.
  uint64_t bytes_held() const { return bytes_held_; }

 private:
  struct Block;
  void* allocate_in_new_block(size_t bytes);
  void swap(StatementArena& other) noexcept;

  char* next_ = nullptr;
  char* end_ = nullptr;
  Block* newest_ = nullptr;
  uint64_t bytes_held_ = 0;
  size_t next_block_bytes_ = 1024;
};

}  // namespace ddb
