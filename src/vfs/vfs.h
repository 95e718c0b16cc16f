// vfs: files as the engine sees them. Knows bytes, not pages. Implementations: POSIX, memory, simulated disk.
// Nothing above this interface is POSIX. Errors: 58030 (I/O, with errno), 53100 (no space), 58P01 (no such file),
// 58P02 (exists), 55006 (locked, with the holder's pid), 25006 (read-only file system or directory), 53200 (memory).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/status.h"

namespace ddb {

enum class OpenMode {
  kReadOnly,      // must exist
  kReadWrite,     // must exist
  kCreateNew,     // must not exist (58P02); read and write
  kOpenOrCreate,  // read and write
};

enum class LockMode { kShared, kExclusive };

// One open of a file: in POSIX one file description of its own, so that a write-back error is reported to it once.
// Thread-safe: reads and writes may run beside each other; the caller orders overlapping ones.
class File {
 public:
  virtual ~File() = default;  // closes; drops this open's lock

  // Bytes read, less than asked only at the end of the file.
  virtual Result<size_t> read(uint64_t offset, std::span<std::byte> into) = 0;
  // Writes all of it or fails (then any part may have been written). Grows the file as needed.
  virtual Status write(uint64_t offset, std::span<const std::byte> bytes) = 0;
  // On success everything written to the file before the call, through any open, and the size needed to read it back,
  // survives power loss. After a failure those writes may be lost although they stay readable.
  virtual Status sync() = 0;
  virtual Result<uint64_t> size() = 0;
  // Says that this range will be read soon. May do nothing; never waits for the device, never fails.
  virtual void expect_read(uint64_t offset, uint64_t length) {
    (void)offset;
    (void)length;
  }
  virtual Status truncate(uint64_t size) = 0;
  // Reserves disk space for [offset, offset + length) and grows the size to cover it (new bytes read as zero).
  virtual Status allocate(uint64_t offset, uint64_t length) = 0;
  // Tries to lock the whole file for this open until it is closed; never waits. A lock excludes every other open of
  // the file in this process and in others: shared ones share, anything else is 55006 naming the holder's pid.
  virtual Status try_lock(LockMode mode) = 0;
};

class Vfs {
 public:
  virtual ~Vfs() = default;
  virtual Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) = 0;
  // A nameless file in `directory` (empty: the system's temporary directory), gone when closed. Never synced.
  virtual Result<std::unique_ptr<File>> open_temp(const std::string& directory) = 0;
  virtual Result<bool> exists(const std::string& path) = 0;
  virtual Status unlink(const std::string& path) = 0;  // 58P01 if missing
  // Atomically gives `from` the name `to`, replacing an existing file.
  virtual Status rename(const std::string& from, const std::string& to) = 0;
  // Makes creations, renames and unlinks in the directory of `path` survive power loss.
  virtual Status sync_dir(const std::string& path) = 0;
  // The absolute path without symbolic links; the last component need not exist.
  virtual Result<std::string> resolve(const std::string& path) = 0;
  // Counts the forks this process has been born from: a handle remembers the value and refuses to work when it
  // changed. Lives as long as the Vfs; read without a system call.
  virtual const std::atomic<uint32_t>& fork_generation() const = 0;

  // The operating system's files; lives for ever.
  static Vfs& posix();
};

}  // namespace ddb
