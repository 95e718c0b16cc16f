// posix_lock_holder: finds the holder of an OFD lock through /proc, when it does not show its pid by itself. Linux lists
// the locks of each descriptor in /proc/<pid>/fdinfo/<fd>; readable for processes of the same user.
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "vfs/posix_lock.h"

namespace ddb {
namespace {

class Directory {
 public:
  explicit Directory(const std::string& path) : dir_(::opendir(path.c_str())) {}
  ~Directory() {
    if (dir_ != nullptr) ::closedir(dir_);
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  // The next entry that is a number, or null.
  const char* next_number() {
    while (dirent* entry = dir_ != nullptr ? ::readdir(dir_) : nullptr) {
      if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9') return entry->d_name;
    }
    return nullptr;
  }

 private:
  DIR* dir_;
};

bool is_same_file(const std::string& path, const PosixFileId& id) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && info.st_dev == id.device && info.st_ino == id.inode;
}

bool lists_our_lock(const std::string& path) {
  std::ifstream lines(path);
  const std::string place = " " + std::to_string(kLockByte) + " ";
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("lock:") && line.find("OFDLCK") != std::string::npos &&
        line.find(place) != std::string::npos) {
      return true;
    }
  }
  return false;
}

}  // namespace

pid_t find_ofd_holder(const PosixFileId& id) {
  // A forked child has copies of its parent's descriptors, so it may find itself: then the parent is the one to name.
  bool found_ourselves = false;
  Directory processes("/proc");
  while (const char* name = processes.next_number()) {
    const std::string process = std::string("/proc/") + name;
    Directory descriptors(process + "/fd");
    while (const char* fd = descriptors.next_number()) {
      if (!is_same_file(process + "/fd/" + fd, id) || !lists_our_lock(process + "/fdinfo/" + fd)) continue;
      const auto pid = static_cast<pid_t>(std::strtol(name, nullptr, 10));
      if (pid != ::getpid()) return pid;
      found_ourselves = true;
    }
  }
  return found_ourselves ? ::getpid() : 0;
}

}  // namespace ddb
