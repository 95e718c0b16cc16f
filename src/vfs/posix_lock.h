// posix_lock: who has a file, in this process and in others.
//
// Truth is an OFD lock (F_OFD_SETLK): it belongs to one open, and closing other opens of the file does not drop it.
// Beside it a registry by (device, inode) says which opens of this process hold the file, so that they get a clear error.
// A classic record lock on the next byte tells other processes our pid (F_GETLK), which an OFD lock cannot. The kernel
// drops a process's classic locks whenever *any* descriptor of the file is closed, so each close here takes it again.
// A close by foreign code in the host can still lose it; then the pid comes from /proc/<pid>/fdinfo, else is not named.
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "vfs/in_process_lock.h"

namespace ddb {

// Far above any data: mandatory locks on other systems hinder reads and writes of the locked bytes.
inline constexpr off_t kLockByte = off_t{1} << 62;
inline constexpr off_t kPidByte = kLockByte + 1;

struct PosixFileId {
  dev_t device = 0;
  ino_t inode = 0;
  auto operator<=>(const PosixFileId&) const = default;
};

// One open of a file.
struct PosixOpen {
  int fd = -1;
  PosixFileId id;
  std::string path;
  uint32_t fork_generation = 0;
  std::optional<LockMode> held;
};

// The pid of a process whose OFD lock on our lock byte stands in the way, from /proc; 0 if it cannot be told.
pid_t find_ofd_holder(const PosixFileId& id);

// Thread-safe. Lives for ever. The registry is empty in a forked child, whose inherited opens are useless.
class PosixLockRegistry {
 public:
  static PosixLockRegistry& instance();

  Status try_lock(PosixOpen& open, LockMode mode) DDB_EXCLUDES(mutex_);
  // Closes the descriptor and drops its lock, other opens keep theirs.
  void close(PosixOpen& open) DDB_EXCLUDES(mutex_);

 private:
  struct Entry {
    InProcessLock opens;
    std::vector<int> holders;  // descriptors
  };
  PosixLockRegistry();
  // True: got it. False: another process stands in the way.
  Result<bool> try_lock_once(PosixOpen& open, LockMode mode) DDB_EXCLUDES(mutex_);

  Mutex mutex_;
  std::map<PosixFileId, Entry> entries_ DDB_GUARDED_BY(mutex_);
};

}  // namespace ddb
