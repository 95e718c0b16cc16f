// vfs_path: names of files as text. No file system is asked.
#pragma once

#include <string>

namespace ddb {

// The directory part: "/a/b" -> "/a", "/a" -> "/", "a" -> ".".
std::string parent_directory(const std::string& path);

// An absolute path below "/" without ".", ".." and doubled slashes, as far as text alone can tell.
std::string lexically_absolute(const std::string& path);

}  // namespace ddb
