// vfs_path_test: directories and absolute names as text.
#include "vfs/vfs_path.h"

#include <gtest/gtest.h>

namespace ddb {
namespace {

TEST(VfsPath, ParentDirectory) {
  EXPECT_EQ(parent_directory("/a/b"), "/a");
  EXPECT_EQ(parent_directory("/a"), "/");
  EXPECT_EQ(parent_directory("a"), ".");
  EXPECT_EQ(parent_directory("a/b"), "a");
}

TEST(VfsPath, LexicallyAbsolute) {
  EXPECT_EQ(lexically_absolute("a"), "/a");
  EXPECT_EQ(lexically_absolute("//a/./b//c"), "/a/b/c");
  EXPECT_EQ(lexically_absolute("/a/../b"), "/b");
  EXPECT_EQ(lexically_absolute("/../.."), "/");
  EXPECT_EQ(lexically_absolute(""), "/");
}

}  // namespace
}  // namespace ddb
