// posix_file: one open regular file of the operating system.
#pragma once

#include "vfs/posix_lock.h"
#include "vfs/vfs.h"

namespace ddb {

// Thread-safe as File demands.
class PosixFile final : public File {
 public:
  // Takes over `fd`, a descriptor of `path`; closes it also when it fails. 58030 if it is not a regular file.
  static Result<std::unique_ptr<File>> adopt(int fd, const std::string& path, bool writable);
  ~PosixFile() override;

  Result<size_t> read(uint64_t offset, std::span<std::byte> into) override;
  Status write(uint64_t offset, std::span<const std::byte> bytes) override;
  Status sync() override;
  Result<uint64_t> size() override;
  void expect_read(uint64_t offset, uint64_t length) override;
  Status truncate(uint64_t size) override;
  Status allocate(uint64_t offset, uint64_t length) override;
  Status try_lock(LockMode mode) override;

 private:
  PosixFile(PosixOpen open, bool writable) : open_(std::move(open)), writable_(writable) {}
  Status check(uint64_t offset, uint64_t length) const;
  Status error(const char* call, int number) const;
  Status write_zeros(uint64_t from, uint64_t to);

  PosixOpen open_;
  const bool writable_;
};

}  // namespace ddb
