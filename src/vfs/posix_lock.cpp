// posix_lock: the order is always registry, then kernel, under the registry's mutex, so that opens of one process race
// with nobody. All fcntl calls here return at once.
#include "vfs/posix_lock.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>

#include "vfs/file_error.h"
#include "vfs/fork_generation.h"
#include "vfs/posix_error.h"

namespace ddb {
namespace {

struct flock lock_of(short type, off_t byte) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = byte;
  lock.l_len = 1;
  return lock;
}

int set_ofd_lock(int fd, short type) {
  struct flock lock = lock_of(type, kLockByte);
  return ::fcntl(fd, F_OFD_SETLK, &lock) == 0 ? 0 : errno;
}

// A read lock whatever the mode: any descriptor can take it, and several holders do not hinder each other.
void show_pid(int fd) {
  struct flock lock = lock_of(F_RDLCK, kPidByte);
  (void)::fcntl(fd, F_SETLK, &lock);
}

void hide_pid(int fd) {
  struct flock lock = lock_of(F_UNLCK, kPidByte);
  (void)::fcntl(fd, F_SETLK, &lock);
}

// > 0: the pid; 0: nobody shows one; -1: shown by a process that has no number here (another container or host).
pid_t shown_pid(int fd) {
  struct flock lock = lock_of(F_WRLCK, kPidByte);
  if (::fcntl(fd, F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK) return 0;
  return lock.l_pid > 0 ? lock.l_pid : -1;
}

Status in_use(const std::string& path, pid_t pid) {
  std::string who = "another process";
  if (pid > 0) who = "process " + std::to_string(pid);
  if (pid < 0) who = "a process of another container or host";
  if (pid == ::getpid()) who += " (this process)";
  return file_error(sqlstate::kObjectInUse, 0, "database", path, "is in use by " + who);
}

PosixLockRegistry* registry_of_forks = nullptr;

}  // namespace

PosixLockRegistry::PosixLockRegistry() : mutex_(Runtime::native()) {}

PosixLockRegistry& PosixLockRegistry::instance() {
  // Never destroyed: files may be closed by destructors of static objects. No thread holds the mutex across a fork.
  struct Access {
    static void lock() DDB_NO_THREAD_SAFETY_ANALYSIS { registry_of_forks->mutex_.lock(); }
    static void unlock() DDB_NO_THREAD_SAFETY_ANALYSIS { registry_of_forks->mutex_.unlock(); }
    static void unlock_empty() DDB_NO_THREAD_SAFETY_ANALYSIS {
      registry_of_forks->entries_.clear();
      registry_of_forks->mutex_.unlock();
    }
    static PosixLockRegistry* create() {
      registry_of_forks = new PosixLockRegistry;
      ::pthread_atfork(&lock, &unlock, &unlock_empty);
      return registry_of_forks;
    }
  };
  static PosixLockRegistry* const registry = Access::create();
  return *registry;
}

Result<bool> PosixLockRegistry::try_lock_once(PosixOpen& open, LockMode mode) {
  MutexLock lock(mutex_);
  Entry& entry = entries_[open.id];
  entry.holders.reserve(entry.holders.size() + 1);
  const InProcessLock before = entry.opens;
  const std::optional<LockMode> held_before = open.held;
  if (!entry.opens.try_take(mode, open.held)) return in_use(open.path, ::getpid());
  const int error = set_ofd_lock(open.fd, mode == LockMode::kExclusive ? F_WRLCK : F_RDLCK);
  if (error == 0) {
    if (!held_before.has_value()) entry.holders.push_back(open.fd);
    show_pid(open.fd);
    return true;
  }
  entry.opens = before;
  open.held = held_before;
  if (entry.holders.empty()) entries_.erase(open.id);
  if (error == EAGAIN || error == EACCES) return false;
  return posix_error("fcntl(F_OFD_SETLK)", open.path, error, PosixAccess::kReading);
}

Status PosixLockRegistry::try_lock(PosixOpen& open, LockMode mode) {
  return without_bad_alloc([&]() -> Status {
    // A holder shows its pid a moment after it has the lock, and again a moment after it closed another descriptor.
    constexpr int kAttempts = 10;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      DDB_TRY(const bool locked, try_lock_once(open, mode));
      if (locked) return Status::ok();
      const pid_t pid = shown_pid(open.fd);
      if (pid != 0) return in_use(open.path, pid);
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    return in_use(open.path, find_ofd_holder(open.id));
  });
}

void PosixLockRegistry::close(PosixOpen& open) {
  if (open.fd < 0) return;
  if (open.fork_generation != process_fork_generation().load(std::memory_order_relaxed)) {
    // A child's copy: the lock belongs to the parent's copy too and must stay.
    ::close(open.fd);
    open.fd = -1;
    return;
  }
  MutexLock lock(mutex_);
  auto entry = entries_.find(open.id);
  if (entry != entries_.end() && open.held.has_value()) {
    std::erase(entry->second.holders, open.fd);
    entry->second.opens.release(open.held);
    if (entry->second.holders.empty()) hide_pid(open.fd);
    // Not left to close(): a forked child may hold a copy of the descriptor.
    (void)set_ofd_lock(open.fd, F_UNLCK);
  }
  ::close(open.fd);
  open.fd = -1;
  if (entry == entries_.end()) return;
  if (entry->second.holders.empty()) {
    entries_.erase(entry);
  } else {
    show_pid(entry->second.holders.front());
  }
}

}  // namespace ddb
