// external_sort: first words.
#include "spill/external_sort.h"

#include <gtest/gtest.h>

#include "vfs/memory_vfs.h"

namespace ddb {
namespace {

TEST(ExternalSort, OrdersAFewRecords) {
  MemoryVfs vfs;
  TempSpace temp(&vfs, "", 1 << 30);
  MemoryTracker memory({"database", "memory_limit"}, 1 << 20, nullptr);
  ExternalSort sort(memory, temp);
  ASSERT_TRUE(sort.add("b", "1").is_ok());
  ASSERT_TRUE(sort.add("a", "2").is_ok());
  ASSERT_TRUE(sort.finish().is_ok());
  auto record = sort.next();
  ASSERT_TRUE(record.is_ok());
  EXPECT_EQ((*record)->key, "a");
}

}  // namespace
}  // namespace ddb
