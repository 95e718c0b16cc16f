// bench_directory: a fresh folder for one run's files, on a real disk. A sync of tmpfs costs nothing, so tmpfs is refused
// unless asked for. The folder and its files go when the object goes.
#pragma once

#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

namespace bench {

[[noreturn]] inline void fail(const std::string& what) {
  std::fprintf(stderr, "benchmark cannot go on: %s\n", what.c_str());
  std::exit(1);
}
[[noreturn]] inline void fail_errno(const std::string& what) { fail(what + ": " + std::strerror(errno)); }

class BenchDirectory {
 public:
  // `asked`: empty means $TMPDIR/bench-data, or ./bench-data where TMPDIR is not set.
  BenchDirectory(const std::string& asked, bool memory_disk) {
    const char* tmpdir = std::getenv("TMPDIR");
    base_ = !asked.empty()                           ? asked
            : tmpdir != nullptr && tmpdir[0] != '\0' ? std::string(tmpdir) + "/bench-data"
                                                     : "bench-data";
    std::error_code error;
    std::filesystem::create_directories(base_, error);
    if (error) fail(base_ + ": " + error.message());
    struct statfs fs;
    if (::statfs(base_.c_str(), &fs) != 0) fail_errno(base_);
    const auto type = static_cast<unsigned long>(fs.f_type);
    if ((type == TMPFS_MAGIC || type == RAMFS_MAGIC) && !memory_disk) {
      fail(base_ +
           " lies in memory (tmpfs), where a sync costs nothing: name a folder on a disk, or say "
           "--memory-disk");
    }
    std::string unique = base_ + "/run-XXXXXX";
    if (::mkdtemp(unique.data()) == nullptr) fail_errno(unique);
    path_ = unique;
  }
  ~BenchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
    std::filesystem::remove(base_, ignored);  // only if nobody else uses it
  }
  BenchDirectory(const BenchDirectory&) = delete;
  BenchDirectory& operator=(const BenchDirectory&) = delete;

  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string base_, path_;
};

}  // namespace bench
