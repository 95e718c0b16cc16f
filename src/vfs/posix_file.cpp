// posix_file: loops around pread and pwrite, fdatasync, fallocate.
#include "vfs/posix_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "vfs/file_error.h"
#include "vfs/fork_generation.h"
#include "vfs/posix_error.h"

namespace ddb {
namespace {

constexpr uint64_t kOffsetMax = static_cast<uint64_t>(kLockByte) - 1;

// Descriptors 0 to 2 are what the host's prints go to; a database must not be there.
int above_standard_streams(int fd) {
  if (fd > 2) return fd;
  const int moved = ::fcntl(fd, F_DUPFD_CLOEXEC, 3);
  const int error = errno;
  ::close(fd);
  errno = error;
  return moved;
}

}  // namespace

Result<std::unique_ptr<File>> PosixFile::adopt(int fd, const std::string& path, bool writable) {
  PosixOpen open;
  open.fd = above_standard_streams(fd);
  const PosixAccess access = writable ? PosixAccess::kWriting : PosixAccess::kReading;
  if (open.fd < 0) return posix_error("fcntl(F_DUPFD)", path, errno, access);
  auto made = without_bad_alloc([&]() -> Result<std::unique_ptr<File>> {
    struct stat info {};
    if (::fstat(open.fd, &info) != 0) return posix_error("fstat", path, errno, access);
    if (!S_ISREG(info.st_mode))
      return file_error(sqlstate::kIoError, 0, "file", path, "is not a regular file");
    open.id = {info.st_dev, info.st_ino};
    open.path = path;
    open.fork_generation = process_fork_generation().load(std::memory_order_relaxed);
    return std::unique_ptr<File>(new PosixFile(open, writable));
  });
  if (!made.is_ok()) PosixLockRegistry::instance().close(open);
  return made;
}

PosixFile::~PosixFile() { PosixLockRegistry::instance().close(open_); }

Status PosixFile::error(const char* call, int number) const {
  return posix_error(call, open_.path, number, writable_ ? PosixAccess::kWriting : PosixAccess::kReading);
}

Status PosixFile::check(uint64_t offset, uint64_t length) const {
  if (!writable_) return file_is_read_only(open_.path);
  if (offset > kOffsetMax || length > kOffsetMax - offset) return error("write", EFBIG);
  return Status::ok();
}

Result<size_t> PosixFile::read(uint64_t offset, std::span<std::byte> into) {
  size_t done = 0;
  while (done < into.size() && offset + done <= kOffsetMax) {
    const ssize_t got =
        ::pread(open_.fd, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return error("pread", errno);
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  return done;
}

Status PosixFile::write(uint64_t offset, std::span<const std::byte> bytes) {
  DDB_RETURN_IF_ERROR(check(offset, bytes.size()));
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t put =
        ::pwrite(open_.fd, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return error("pwrite", errno);
    if (put == 0) return error("pwrite", EIO);
    done += static_cast<size_t>(put);
  }
  return Status::ok();
}

// fdatasync also flushes the size if reading the data back needs it. A failure is final: the kernel has marked the pages
// clean, so trying again would report success for bytes that are lost.
Status PosixFile::sync() {
  int result = 0;
  do {
    result = ::fdatasync(open_.fd);
  } while (result != 0 && errno == EINTR);
  return result == 0 ? Status::ok() : error("fdatasync", errno);
}

Result<uint64_t> PosixFile::size() {
  struct stat info {};
  if (::fstat(open_.fd, &info) != 0) return error("fstat", errno);
  return static_cast<uint64_t>(info.st_size);
}

void PosixFile::expect_read(uint64_t offset, uint64_t length) {
#ifdef POSIX_FADV_WILLNEED
  (void)::posix_fadvise(open_.fd, static_cast<off_t>(offset), static_cast<off_t>(length),
                        POSIX_FADV_WILLNEED);
#endif
}

Status PosixFile::truncate(uint64_t size) {
  DDB_RETURN_IF_ERROR(check(size, 0));
  int result = 0;
  do {
    result = ::ftruncate(open_.fd, static_cast<off_t>(size));
  } while (result != 0 && errno == EINTR);
  return result == 0 ? Status::ok() : error("ftruncate", errno);
}

Status PosixFile::allocate(uint64_t offset, uint64_t length) {
  DDB_RETURN_IF_ERROR(check(offset, length));
  if (length == 0) return Status::ok();
  int result = 0;
  do {
    result = ::fallocate(open_.fd, 0, static_cast<off_t>(offset), static_cast<off_t>(length));
  } while (result != 0 && errno == EINTR);
  if (result == 0) return Status::ok();
  if (errno != EOPNOTSUPP && errno != ENOSYS) return error("fallocate", errno);
  // The file system cannot reserve: write what is new. Holes inside the file stay holes.
  DDB_TRY(const uint64_t old_size, size());
  return write_zeros(old_size, offset + length);
}

Status PosixFile::write_zeros(uint64_t from, uint64_t to) {
  static constexpr size_t kStep = 64 * 1024;
  static const std::byte zeros[kStep] = {};
  while (from < to) {
    const auto step = static_cast<size_t>(std::min<uint64_t>(kStep, to - from));
    DDB_RETURN_IF_ERROR(write(from, std::span(zeros, step)));
    from += step;
  }
  return Status::ok();
}

Status PosixFile::try_lock(LockMode mode) {
  if (mode == LockMode::kExclusive) DDB_RETURN_IF_ERROR(check(0, 0));
  return PosixLockRegistry::instance().try_lock(open_, mode);
}

}  // namespace ddb
