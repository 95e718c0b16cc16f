// posix_vfs: names and directories of the operating system. All descriptors are O_CLOEXEC.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "vfs/file_error.h"
#include "vfs/fork_generation.h"
#include "vfs/posix_error.h"
#include "vfs/posix_file.h"
#include "vfs/vfs.h"
#include "vfs/vfs_path.h"

namespace ddb {
namespace {

constexpr mode_t kPermissions = 0644;  // before the umask

int open_retrying(const char* path, int flags, mode_t permissions) {
  int fd = -1;
  do {
    fd = ::open(path, flags | O_CLOEXEC, permissions);
  } while (fd < 0 && errno == EINTR);
  return fd;
}

int open_flags(OpenMode mode) {
  // O_NONBLOCK: opening a FIFO must not wait for its other end. It means nothing for regular files.
  constexpr int kAlways = O_NOCTTY | O_NONBLOCK;
  switch (mode) {
    case OpenMode::kReadOnly:
      return kAlways | O_RDONLY;
    case OpenMode::kReadWrite:
      return kAlways | O_RDWR;
    case OpenMode::kCreateNew:
      return kAlways | O_RDWR | O_CREAT | O_EXCL;
    case OpenMode::kOpenOrCreate:
      break;
  }
  return kAlways | O_RDWR | O_CREAT;
}

Status check_path(const std::string& path) {
  if (!path.empty() && path.find('\0') == std::string::npos) return Status::ok();
  return Status::error(sqlstate::kUndefinedFile,
                       path.empty() ? "the path is empty" : "the path contains a zero byte");
}

// The file without a name in one directory, or errno.
Result<std::unique_ptr<File>> open_temp_in(const std::string& directory) {
  int fd = open_retrying(directory.c_str(), O_TMPFILE | O_RDWR | O_EXCL, 0600);
  // Old kernels and file systems without O_TMPFILE see the open of a directory for writing, or an unknown flag.
  if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
    std::string name = directory + "/ddb-temp-XXXXXX";
    fd = ::mkostemp(name.data(), O_CLOEXEC);
    if (fd >= 0) ::unlink(name.c_str());
  }
  if (fd < 0)
    return posix_error("open of a temporary file in the directory", directory, errno, PosixAccess::kWriting);
  return PosixFile::adopt(fd, directory + "/(temporary)", true);
}

Result<std::string> real_path(const std::string& path) {
  char* found = ::realpath(path.c_str(), nullptr);
  if (found == nullptr) return posix_error("realpath", path, errno, PosixAccess::kReading);
  struct Free {
    void operator()(char* text) const { std::free(text); }
  };
  std::unique_ptr<char, Free> owner(found);
  return std::string(found);
}

// The target of a symbolic link as a path from here; empty if `path` is no link.
std::string link_target(const std::string& path) {
  char target[4096];
  const ssize_t length = ::readlink(path.c_str(), target, sizeof(target));
  if (length <= 0 || length == static_cast<ssize_t>(sizeof(target))) return {};
  std::string text(target, static_cast<size_t>(length));
  return text.front() == '/' ? text : parent_directory(path) + "/" + text;
}

class PosixVfs final : public Vfs {
 public:
  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override {
    DDB_RETURN_IF_ERROR(check_path(path));
    const bool writable = mode != OpenMode::kReadOnly;
    const int fd = open_retrying(path.c_str(), open_flags(mode), kPermissions);
    if (fd < 0)
      return posix_error("open", path, errno, writable ? PosixAccess::kWriting : PosixAccess::kReading);
    return PosixFile::adopt(fd, path, writable);
  }

  Result<std::unique_ptr<File>> open_temp(const std::string& directory) override {
    return without_bad_alloc([&]() -> Result<std::unique_ptr<File>> {
      if (!directory.empty()) return open_temp_in(directory);
      const char* wanted = std::getenv("TMPDIR");
      if (wanted != nullptr && *wanted != '\0') return open_temp_in(wanted);
      // /tmp is often memory; a spill exists because memory is short.
      auto made = open_temp_in("/var/tmp");
      if (made.is_ok()) return made;
      return open_temp_in("/tmp");
    });
  }

  Result<bool> exists(const std::string& path) override {
    DDB_RETURN_IF_ERROR(check_path(path));
    struct stat info {};
    if (::stat(path.c_str(), &info) == 0) return true;
    if (errno == ENOENT || errno == ENOTDIR) return false;
    return posix_error("stat", path, errno, PosixAccess::kReading);
  }

  Status unlink(const std::string& path) override {
    DDB_RETURN_IF_ERROR(check_path(path));
    if (::unlink(path.c_str()) == 0) return Status::ok();
    return posix_error("unlink", path, errno, PosixAccess::kWriting);
  }

  Status rename(const std::string& from, const std::string& to) override {
    DDB_RETURN_IF_ERROR(check_path(from));
    DDB_RETURN_IF_ERROR(check_path(to));
    if (::rename(from.c_str(), to.c_str()) == 0) return Status::ok();
    return posix_error("rename", from, errno, PosixAccess::kWriting);
  }

  Status sync_dir(const std::string& path) override {
    DDB_RETURN_IF_ERROR(check_path(path));
    return without_bad_alloc([&]() -> Status {
      const std::string directory = parent_directory(path);
      const int fd = open_retrying(directory.c_str(), O_RDONLY | O_DIRECTORY, 0);
      if (fd < 0) return posix_error("open", directory, errno, PosixAccess::kWriting);
      const int error = ::fsync(fd) == 0 ? 0 : errno;
      ::close(fd);
      // EINVAL: the file system keeps names durable in other ways and cannot sync a directory.
      if (error == 0 || error == EINVAL) return Status::ok();
      return posix_error("fsync", directory, error, PosixAccess::kWriting);
    });
  }

  Result<std::string> resolve(const std::string& path) override {
    DDB_RETURN_IF_ERROR(check_path(path));
    return without_bad_alloc([&] { return resolve_links(path); });
  }

  const std::atomic<uint32_t>& fork_generation() const override { return process_fork_generation(); }

 private:
  static Result<std::string> resolve_links(std::string path) {
    constexpr int kLinksMax = 40;  // as the kernel
    for (int links = 0; links < kLinksMax; ++links) {
      auto whole = real_path(path);
      if (whole.is_ok() || !whole.status().is(sqlstate::kUndefinedFile)) return whole;
      // A link to a file that does not exist yet: creating it through the link creates the target.
      std::string target = link_target(path);
      if (!target.empty()) {
        path = std::move(target);
        continue;
      }
      DDB_TRY(std::string directory, real_path(parent_directory(path)));
      const size_t slash = path.rfind('/');
      const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
      if (name.empty() || name == "." || name == "..") return whole;
      return (directory == "/" ? "" : directory) + "/" + name;
    }
    return posix_error("realpath", path, ELOOP, PosixAccess::kReading);
  }
};

}  // namespace

Vfs& Vfs::posix() {
  static PosixVfs vfs;
  return vfs;
}

}  // namespace ddb
