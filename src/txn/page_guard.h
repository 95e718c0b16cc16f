// page_guard: pages as a session hands them out, and the pins that keep them in place.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

namespace ddb {

class Session;

// A hazard pin of a session: keeps one frame in place. Movable; belongs to the session's thread.
class FramePin {
 public:
  FramePin() = default;
  FramePin(std::atomic<uintptr_t>* word, uint32_t* free_pins, uint32_t index)
      : word_(word), free_pins_(free_pins), index_(index) {}
  FramePin(FramePin&& other) noexcept
      : word_(std::exchange(other.word_, nullptr)), free_pins_(other.free_pins_), index_(other.index_) {}
  FramePin& operator=(FramePin&& other) noexcept {
    if (this != &other) {
      release();
      word_ = std::exchange(other.word_, nullptr);
      free_pins_ = other.free_pins_;
      index_ = other.index_;
    }
    return *this;
  }
  ~FramePin() { release(); }
  bool held() const { return word_ != nullptr; }
  void release() {
    if (word_ == nullptr) return;
    std::exchange(word_, nullptr)->store(0, std::memory_order_release);
    *free_pins_ |= uint32_t{1} << index_;
  }

 private:
  std::atomic<uintptr_t>* word_ = nullptr;
  uint32_t* free_pins_ = nullptr;
  uint32_t index_ = 0;
};

// A page that stays valid and unchanged while the guard lives. Movable. At most 32 guards per session.
class PageRef {
 public:
  PageRef() = default;
  // The whole page, header included: Database::page_bytes() bytes.
  const std::byte* data() const { return data_; }
  bool valid() const { return pin_.held(); }
  void release() { pin_.release(); }

 private:
  friend class Session;
  PageRef(const std::byte* data, FramePin pin) : data_(data), pin_(std::move(pin)) {}
  const std::byte* data_ = nullptr;
  FramePin pin_;
};

// The private copy of a page in the session's write transaction. Dead after commit, rollback, rollback to a savepoint,
// or free of the page. A page may have several writers of one session at a time, but no writer may be used while a PageRef
// taken after it is alive, and change() of a page with a live PageRef moves the page: older writers must be gone (XX000).
class PageWriter {
 public:
  PageWriter() = default;
  const std::byte* data() const { return data_; }
  // Bytes [offset, offset + length) for changing; marks their 64-byte lines as changed. REQUIRES: length > 0, 16 ≤ offset,
  // offset + length ≤ page bytes. The page number, LSN and checksum are not the caller's.
  std::byte* change(size_t offset, size_t length) {
    for (size_t line = offset / 64; line <= (offset + length - 1) / 64; ++line) {
      marks_[line / 64] |= uint64_t{1} << (line % 64);
    }
    return data_ + offset;
  }
  void write(size_t offset, const void* bytes, size_t length) {
    if (length != 0) std::memcpy(change(offset, length), bytes, length);
  }
  bool valid() const { return pin_.held(); }
  void release() { pin_.release(); }

 private:
  friend class Session;
  PageWriter(std::byte* data, uint64_t* marks, FramePin pin)
      : data_(data), marks_(marks), pin_(std::move(pin)) {}
  std::byte* data_ = nullptr;
  uint64_t* marks_ = nullptr;  // of the private page's entry
  FramePin pin_;
};

}  // namespace ddb
