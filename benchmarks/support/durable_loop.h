// durable_loop: the bare loop that a durable commit of one thread is judged by: write some bytes at the next 4 KiB
// boundary of a file that is preallocated and written, and wait until they are on the disk.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "support/clock.h"
#include "support/raw_file.h"

namespace bench {

enum class SyncMode {
  kFdatasync,    // pwrite, fdatasync
  kDsync,        // O_DSYNC
  kDirectDsync,  // O_DIRECT | O_DSYNC, bytes rounded up to 512
};

inline const char* sync_mode_name(SyncMode mode) {
  return mode == SyncMode::kFdatasync ? "fdatasync" : mode == SyncMode::kDsync ? "dsync" : "direct_dsync";
}

class DurableLoop {
 public:
  static constexpr uint64_t kSpan = 16 << 20;  // offsets are recycled over this much

  // Creates the file; the loop owns its descriptor.
  DurableLoop(const std::string& path, SyncMode mode, size_t bytes)
      : mode_(mode),
        bytes_(mode == SyncMode::kDirectDsync ? (bytes + 511) / 512 * 512 : bytes),
        stride_((bytes_ + 4095) / 4096 * 4096),
        buffer_(aligned_buffer(bytes_)) {
    make_written_file(path, kSpan);
    const int extra = mode == SyncMode::kFdatasync ? 0
                      : mode == SyncMode::kDsync   ? O_DSYNC
                                                   : O_DSYNC | O_DIRECT;
    file_ = Descriptor::try_open(path, O_RDWR | extra);
    if (!file_.valid() && mode != SyncMode::kDirectDsync) fail_errno("open " + path);
  }

  // False where the file system refuses O_DIRECT.
  bool available() const { return file_.valid(); }
  SyncMode mode() const { return mode_; }
  size_t bytes() const { return bytes_; }

  // One durable write; returns its nanoseconds.
  uint64_t step() {
    ++count_;
    std::memcpy(buffer_.get(), &count_, sizeof count_);
    const uint64_t began = now_ns();
    write_all(file_.fd(), buffer_.get(), bytes_, offset_);
    if (mode_ == SyncMode::kFdatasync) sync_data(file_.fd());
    const uint64_t ended = now_ns();
    offset_ += stride_;
    if (offset_ + stride_ > kSpan) offset_ = 0;
    return ended - began;
  }

 private:
  SyncMode mode_;
  size_t bytes_, stride_;
  AlignedBuffer buffer_;
  Descriptor file_;
  uint64_t offset_ = 0, count_ = 0;
};

}  // namespace bench
