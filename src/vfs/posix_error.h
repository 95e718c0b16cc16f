// posix_error: turns errno into a Status that says what failed, where, and what to do.
#pragma once

#include <string>

#include "base/status.h"

namespace ddb {

enum class PosixAccess { kReading, kWriting };

// For the call named `call` (as in the manual) that failed with `error` on `path`. ENOSPC and EDQUOT: 53100. ENOENT and
// ENOTDIR: 58P01. EEXIST: 58P02. EROFS, EACCES and EPERM when writing: 25006. ENOMEM: 53200. All else: 58030.
Status posix_error(const char* call, const std::string& path, int error, PosixAccess access) noexcept;

}  // namespace ddb
