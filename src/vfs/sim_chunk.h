// sim_chunk: 4 KiB of file content shared by reference count, and the table of them that is a file's content. A chunk is
// never changed while more than one table refers to it. Keeps: bytes at and past a table's size are zero.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace ddb {

inline constexpr uint32_t kSimChunkBytes = 4096;

// Counts with atomics, since clones of a disk may be recovered on other threads. Null stands for zeros.
class SimChunk {
 public:
  SimChunk() = default;
  SimChunk(const SimChunk& other) noexcept : body_(other.body_) {
    if (body_ != nullptr) body_->refs.fetch_add(1, std::memory_order_relaxed);
  }
  SimChunk(SimChunk&& other) noexcept : body_(std::exchange(other.body_, nullptr)) {}
  SimChunk& operator=(SimChunk other) noexcept {
    std::swap(body_, other.body_);
    return *this;
  }
  ~SimChunk() {
    if (body_ != nullptr && body_->refs.fetch_sub(1, std::memory_order_acq_rel) == 1) delete body_;
  }

  bool is_zero() const { return body_ == nullptr; }
  const std::byte* bytes() const;  // of zeros when null
  std::byte* bytes_to_change();    // makes it ours alone first; throws std::bad_alloc
  bool same_as(const SimChunk& other) const { return body_ == other.body_; }

 private:
  struct Body {
    std::atomic<uint32_t> refs{1};
    std::byte bytes[kSimChunkBytes];
  };
  Body* body_ = nullptr;
};

// The content of a file. Copying copies references only.
class SimContent {
 public:
  uint64_t size() const { return size_; }
  size_t chunk_count() const { return chunks_.size(); }
  const SimChunk& chunk(size_t index) const;  // zeros past the end
  SimChunk& chunk_to_change(size_t index);    // grows the table; throws std::bad_alloc
  size_t read(uint64_t offset, std::span<std::byte> into) const;
  // Makes the chunks of the range ours alone, so that write_owned() cannot fail. Throws std::bad_alloc; content is the same.
  void own(uint64_t offset, uint64_t length);
  // REQUIRES: own() of the range. Does not change the size, which must cover the range in the end.
  void write_owned(uint64_t offset, std::span<const std::byte> bytes);
  // Cuts or adds zeros. Throws std::bad_alloc only when it cuts, then nothing has changed.
  void set_size(uint64_t size);
  std::string to_string() const;

 private:
  std::vector<SimChunk> chunks_;  // may end before size_: the rest is zeros
  uint64_t size_ = 0;
};

}  // namespace ddb
