// raw_file: files for bare loops: descriptors that close themselves, aligned buffers, and files that are preallocated
// *and written* (a file that is only allocated syncs its extent conversions too).
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "support/bench_directory.h"

namespace bench {

class Descriptor {
 public:
  Descriptor() = default;
  Descriptor(const std::string& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {
    if (fd_ < 0) fail_errno("open " + path);
  }
  // Invalid instead of failing: for flags that a file system may refuse (O_DIRECT).
  static Descriptor try_open(const std::string& path, int flags) {
    Descriptor out;
    out.fd_ = ::open(path.c_str(), flags | O_CLOEXEC, 0644);
    return out;
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int fd() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

struct FreeBuffer {
  void operator()(std::byte* bytes) const { std::free(bytes); }
};
using AlignedBuffer = std::unique_ptr<std::byte[], FreeBuffer>;

// Touched memory, aligned to 4096 bytes, filled with a pattern that no disk takes for zeros.
inline AlignedBuffer aligned_buffer(size_t bytes) {
  auto* memory = static_cast<std::byte*>(std::aligned_alloc(4096, (bytes + 4095) / 4096 * 4096));
  if (memory == nullptr) fail("out of memory");
  for (size_t i = 0; i < bytes; ++i) memory[i] = static_cast<std::byte>(i * 131 + 7);
  return AlignedBuffer(memory);
}

inline void write_all(int fd, const std::byte* from, size_t bytes, uint64_t offset) {
  while (bytes > 0) {
    const ssize_t done = ::pwrite(fd, from, bytes, static_cast<off_t>(offset));
    if (done <= 0) fail_errno("pwrite");
    from += done;
    bytes -= static_cast<size_t>(done);
    offset += static_cast<uint64_t>(done);
  }
}
inline void sync_data(int fd) {
  if (::fdatasync(fd) != 0) fail_errno("fdatasync");
}

// Creates `path` with `bytes` bytes, allocated, written and synced.
inline void make_written_file(const std::string& path, uint64_t bytes) {
  const Descriptor file(path, O_RDWR | O_CREAT | O_TRUNC);
  if (const int error = ::posix_fallocate(file.fd(), 0, static_cast<off_t>(bytes)); error != 0) {
    errno = error;
    fail_errno("allocate " + path);
  }
  const size_t chunk = 1 << 20;
  const AlignedBuffer buffer = aligned_buffer(chunk);
  for (uint64_t at = 0; at < bytes; at += chunk) {
    write_all(file.fd(), buffer.get(), static_cast<size_t>(std::min<uint64_t>(chunk, bytes - at)), at);
  }
  if (::fsync(file.fd()) != 0) fail_errno("fsync " + path);
}

}  // namespace bench
