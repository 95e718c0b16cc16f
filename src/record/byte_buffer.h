// byte_buffer: bytes that are appended to, first in memory the caller lends, on the heap when that is full. Keeps: no
// allocation while everything fits what is there; clear() gives nothing back, so a reused buffer stops allocating.
//
// For one thread. Whatever grows throws std::bad_alloc and leaves the content as it was.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "base/assert.h"

namespace ddb {

class ByteBuffer {
 public:
  ByteBuffer() = default;
  // `storage` must outlive this; its content is lost.
  explicit ByteBuffer(std::span<char> storage) : data_(storage.data()), capacity_(storage.size()) {}
  ByteBuffer(const ByteBuffer&) = delete;
  ByteBuffer& operator=(const ByteBuffer&) = delete;
  ~ByteBuffer() { delete[] heap_; }

  size_t size() const { return size_; }
  size_t capacity() const { return capacity_; }
  bool empty() const { return size_ == 0; }
  char* data() { return data_; }
  const char* data() const { return data_; }
  // Dead when this grows.
  std::string_view view() const { return std::string_view(data_, size_); }

  void clear() { size_ = 0; }
  // REQUIRES: size <= size().
  void truncate(size_t size) {
    DDB_ASSERT(size <= size_);
    size_ = size;
  }

  // Adds `bytes` bytes of any content and returns the first of them; dead when this grows.
  char* extend(size_t bytes) {
    if (bytes > capacity_ - size_) [[unlikely]]
      grow(bytes);
    char* added = data_ + size_;
    size_ += bytes;
    return added;
  }
  void append(char byte) { *extend(1) = byte; }
  void append(std::string_view bytes) {
    char* added = extend(bytes.size());
    if (!bytes.empty()) std::memcpy(added, bytes.data(), bytes.size());
  }

 private:
  void grow(size_t bytes) {
    const size_t doubled = capacity_ < 32 ? 64 : capacity_ * 2;
    const size_t wanted = size_ + bytes < doubled ? doubled : size_ + bytes;
    char* wider = new char[wanted];
    if (size_ != 0) std::memcpy(wider, data_, size_);
    delete[] heap_;
    heap_ = wider;
    data_ = wider;
    capacity_ = wanted;
  }

  char* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
  char* heap_ = nullptr;
};

}  // namespace ddb
