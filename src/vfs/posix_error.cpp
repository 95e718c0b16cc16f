// posix_error: the table from errno to SQLSTATE.
#include "vfs/posix_error.h"

#include <cerrno>
#include <cstring>

#include "vfs/file_error.h"

namespace ddb {
namespace {

// strerror_r comes in two shapes: glibc's returns the text, POSIX's fills the buffer.
[[maybe_unused]] const char* text_of(const char* returned, const char*) { return returned; }
[[maybe_unused]] const char* text_of(int, const char* buffer) { return buffer; }

}  // namespace

Status posix_error(const char* call, const std::string& path, int error, PosixAccess access) noexcept {
  return without_bad_alloc([&]() -> Status {
    char buffer[128] = "";
    const std::string reason = text_of(::strerror_r(error, buffer, sizeof(buffer)), buffer);
    const std::string what = std::string(call) + " of \"" + path + "\" failed: " + reason;
    switch (error) {
      case ENOSPC:
      case EDQUOT:
        return Status::error(sqlstate::kDiskFull, what, error)
            .with_hint("free some disk space, then try again");
      case ENOENT:
      case ENOTDIR:
        return Status::error(sqlstate::kUndefinedFile, what, error);
      case EEXIST:
        return Status::error(sqlstate::kDuplicateFile, what, error);
      case ENOMEM:
        return Status::error(sqlstate::kOutOfMemory, what, error);
      case EROFS:
      case EACCES:
      case EPERM:
        if (access == PosixAccess::kWriting) {
          return Status::error(sqlstate::kReadOnly, what + " (writing is not allowed)", error)
              .with_hint("open read-only, or allow this user to write the file and its directory");
        }
        return Status::error(sqlstate::kIoError, what, error);
      case EMFILE:
      case ENFILE:
        return Status::error(sqlstate::kIoError, what, error).with_hint("raise the limit of open files");
      default:
        return Status::error(sqlstate::kIoError, what, error);
    }
  });
}

}  // namespace ddb
