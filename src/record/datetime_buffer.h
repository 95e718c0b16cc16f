// datetime_buffer: text of a date, time or interval while it is put together. Keeps: no allocation; what does not fit
// is dropped, and no value's text comes near the size.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ddb {

class DateTimeBuffer {
 public:
  std::string_view view() const { return {bytes_.data(), size_}; }

  void put(char c) {
    if (size_ < bytes_.size()) bytes_[size_++] = c;
  }
  void put(std::string_view text) {
    for (const char c : text) put(c);
  }

  // Decimal, with leading zeros up to `width` digits.
  void put_padded(uint64_t value, int width) {
    char digits[20];
    int count = 0;
    do {
      digits[count++] = static_cast<char>('0' + value % 10);
      value /= 10;
    } while (value != 0);
    for (int i = count; i < width; ++i) put('0');
    while (count > 0) put(digits[--count]);
  }
  void put_signed(int64_t value) {
    if (value < 0) put('-');
    put_padded(value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value), 1);
  }

  // ".5" of 500,000 µs; nothing of 0. Without trailing zeros. REQUIRES: 0 <= micros < 1,000,000.
  void put_fraction(int64_t micros) {
    if (micros == 0) return;
    put('.');
    for (int64_t scale = 100'000; micros != 0; scale /= 10) {
      put(static_cast<char>('0' + micros / scale));
      micros %= scale;
    }
  }

 private:
  std::array<char, 128> bytes_;
  size_t size_ = 0;
};

}  // namespace ddb
