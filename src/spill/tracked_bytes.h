// tracked_bytes: a block of memory that is charged to a tracker for as long as it lives. Keeps: charged before it is
// allocated, freed before it is given back.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <utility>

#include "spill/memory_tracker.h"

namespace ddb {

// Uninitialised and aligned for any scalar. For one thread.
class TrackedBytes {
 public:
  TrackedBytes() = default;
  TrackedBytes(TrackedBytes&& other) noexcept { swap(other); }
  TrackedBytes& operator=(TrackedBytes&& other) noexcept {
    TrackedBytes(std::move(other)).swap(*this);
    return *this;
  }
  ~TrackedBytes() { release(); }

  // REQUIRES: empty. False (and nothing taken) when the tracker refuses or the allocator has nothing.
  bool try_allocate(MemoryTracker& memory, size_t bytes) {
    DDB_ASSERT(data_ == nullptr);
    if (!memory.try_take(bytes)) return false;
    return allocate_taken(memory, bytes);
  }
  // REQUIRES: empty. 53200 naming the full level.
  Status allocate(MemoryTracker& memory, size_t bytes) {
    DDB_ASSERT(data_ == nullptr);
    DDB_RETURN_IF_ERROR(memory.take(bytes));
    return allocate_taken(memory, bytes) ? Status::ok() : Status::out_of_memory();
  }
  // The same for bytes that were taken from `memory` before; they are given back when this fails.
  // REQUIRES: empty.
  bool allocate_taken(MemoryTracker& memory, size_t bytes) {
    DDB_ASSERT(data_ == nullptr);
    data_.reset(new (std::nothrow) std::byte[bytes]);
    if (data_ == nullptr) {
      memory.give_back(bytes);
      return false;
    }
    memory_ = &memory;
    bytes_ = bytes;
    return true;
  }
  void release() {
    data_.reset();
    if (memory_ != nullptr) memory_->give_back(bytes_);
    memory_ = nullptr;
    bytes_ = 0;
  }

  std::byte* data() { return data_.get(); }
  const std::byte* data() const { return data_.get(); }
  size_t size() const { return bytes_; }
  bool empty() const { return data_ == nullptr; }

 private:
  void swap(TrackedBytes& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    std::swap(memory_, other.memory_);
  }

  std::unique_ptr<std::byte[]> data_;
  size_t bytes_ = 0;
  MemoryTracker* memory_ = nullptr;
};

}  // namespace ddb
