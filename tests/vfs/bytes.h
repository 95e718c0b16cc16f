// bytes: text as bytes and back, for tests of files.
#pragma once

#include <gtest/gtest.h>

#include <span>
#include <string>

#include "vfs/vfs.h"

namespace ddb {

inline std::span<const std::byte> as_bytes(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

inline std::string read_text(File& file, uint64_t offset, size_t length) {
  std::string text(length, '?');
  auto got = file.read(offset, std::as_writable_bytes(std::span(text.data(), text.size())));
  EXPECT_TRUE(got.is_ok()) << got.status().to_string();
  text.resize(got.is_ok() ? *got : 0);
  return text;
}

inline std::string content_of(File& file) {
  auto size = file.size();
  EXPECT_TRUE(size.is_ok());
  return read_text(file, 0, static_cast<size_t>(*size));
}

// The open file; a test that cannot open it ends with the reason.
inline std::unique_ptr<File> must_open(Vfs& vfs, const std::string& path, OpenMode mode) {
  auto file = vfs.open(path, mode);
  EXPECT_TRUE(file.is_ok()) << file.status().to_string();
  return file.is_ok() ? std::move(file).value() : nullptr;
}

}  // namespace ddb

#define EXPECT_OK(expression)                                               \
  do {                                                                      \
    if (const ::ddb::Status ok_status = (expression); !ok_status.is_ok()) { \
      ADD_FAILURE() << #expression << " gave " << ok_status.to_string();    \
    }                                                                       \
  } while (false)
