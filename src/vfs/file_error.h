// file_error: errors about a file, made without throwing when memory is out.
#pragma once

#include <new>
#include <string>
#include <string_view>

#include "base/status.h"

namespace ddb {

// Turns an allocation that failed inside body(), which returns a Status or a Result, into 53200.
template <typename F>
auto without_bad_alloc(F&& body) -> decltype(body()) {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return Status::out_of_memory();
  }
}

// The message is `before "path" after`.
inline Status file_error(SqlState state, int error, std::string_view before, const std::string& path,
                         std::string_view after) noexcept {
  return without_bad_alloc([&] {
    std::string text(before);
    text.append(" \"").append(path).append("\" ").append(after);
    return Status::error(state, text, error);
  });
}

inline Status file_is_read_only(const std::string& path) noexcept {
  return file_error(sqlstate::kReadOnly, 0, "file", path, "is open for reading only");
}

}  // namespace ddb
