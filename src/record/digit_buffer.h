// digit_buffer: the base-10,000 digits of a numeric, up to 12 of them (48 decimal digits) without the heap. Keeps:
// data() points at size() digits; a moved-from buffer is empty.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

namespace ddb {

class DigitBuffer {
 public:
  static constexpr uint32_t kInline = 12;

  DigitBuffer() noexcept = default;
  DigitBuffer(const DigitBuffer& other) { assign(other.data(), other.size_); }
  DigitBuffer(DigitBuffer&& other) noexcept { steal(other); }
  DigitBuffer& operator=(const DigitBuffer& other) {
    if (this != &other) assign(other.data(), other.size_);
    return *this;
  }
  DigitBuffer& operator=(DigitBuffer&& other) noexcept {
    if (this != &other) {
      delete[] heap_;
      steal(other);
    }
    return *this;
  }
  ~DigitBuffer() { delete[] heap_; }

  uint32_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  uint16_t* data() { return heap_ != nullptr ? heap_ : inline_; }
  const uint16_t* data() const { return heap_ != nullptr ? heap_ : inline_; }
  uint16_t operator[](size_t i) const { return data()[i]; }

  // `count` zero digits; what was there is lost. Throws std::bad_alloc.
  void assign_zeros(uint32_t count) {
    reserve_discarding(count);
    size_ = count;
    std::memset(data(), 0, count * sizeof(uint16_t));
  }
  // REQUIRES: `digits` lies outside this buffer. Throws std::bad_alloc.
  void assign(const uint16_t* digits, uint32_t count) {
    reserve_discarding(count);
    size_ = count;
    if (count != 0) std::memcpy(data(), digits, count * sizeof(uint16_t));
  }
  void clear() { size_ = 0; }
  // REQUIRES: count <= size().
  void keep_first(uint32_t count) { size_ = count; }
  void drop_first(uint32_t count) {
    size_ -= count;
    std::memmove(data(), data() + count, size_ * sizeof(uint16_t));
  }
  // Throws std::bad_alloc.
  void push_front(uint16_t digit) {
    DigitBuffer wider;
    wider.reserve_discarding(size_ + 1);
    wider.size_ = size_ + 1;
    wider.data()[0] = digit;
    std::memcpy(wider.data() + 1, data(), size_ * sizeof(uint16_t));
    *this = std::move(wider);
  }

 private:
  void reserve_discarding(uint32_t count) {
    if (count <= capacity_) return;
    uint16_t* wider = new uint16_t[count];
    delete[] heap_;
    heap_ = wider;
    capacity_ = count;
  }
  void steal(DigitBuffer& other) noexcept {
    heap_ = std::exchange(other.heap_, nullptr);
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, kInline);
    std::memcpy(inline_, other.inline_, sizeof(inline_));
  }

  uint16_t* heap_ = nullptr;
  uint32_t size_ = 0;
  uint32_t capacity_ = kInline;
  uint16_t inline_[kInline] = {};
};

}  // namespace ddb
