// memory_vfs_test: the byte limit, threads, and files that outlive their Vfs.
#include "vfs/memory_vfs.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "vfs/bytes.h"

namespace ddb {
namespace {

constexpr size_t kChunk = 64 * 1024;

TEST(MemoryVfs, TheLimitIsADiskThatIsFull) {
  MemoryVfs vfs(2 * kChunk);
  auto first = must_open(vfs, "a", OpenMode::kCreateNew);
  auto second = must_open(vfs, "b", OpenMode::kCreateNew);
  EXPECT_OK(first->write(0, as_bytes(std::string(kChunk, 'x'))));
  EXPECT_OK(second->write(0, as_bytes("y")));
  EXPECT_EQ(vfs.used_bytes(), 2 * kChunk);
  EXPECT_TRUE(first->write(kChunk, as_bytes("x")).is(sqlstate::kDiskFull));
  EXPECT_TRUE(first->allocate(0, 2 * kChunk).is(sqlstate::kDiskFull));
  EXPECT_EQ(first->size().value(), kChunk);
  second.reset();
  EXPECT_OK(vfs.unlink("b"));
  EXPECT_OK(first->write(kChunk, as_bytes("x")));
  EXPECT_OK(first->truncate(0));
  EXPECT_EQ(vfs.used_bytes(), 0u);
}

TEST(MemoryVfs, TruncateToABigSizeTakesNoMemory) {
  MemoryVfs vfs(kChunk);
  auto file = must_open(vfs, "a", OpenMode::kCreateNew);
  EXPECT_OK(file->truncate(uint64_t{1} << 30));
  EXPECT_EQ(vfs.used_bytes(), 0u);
  EXPECT_EQ(read_text(*file, 1'000'000, 3), std::string(3, '\0'));
}

TEST(MemoryVfs, FilesMayOutliveIt) {
  auto vfs = std::make_unique<MemoryVfs>();
  auto file = must_open(*vfs, "a", OpenMode::kCreateNew);
  vfs.reset();
  EXPECT_OK(file->write(0, as_bytes("text")));
  EXPECT_EQ(content_of(*file), "text");
}

TEST(MemoryVfs, ThreadsWriteAndReadBesideEachOther) {
  MemoryVfs vfs;
  auto file = must_open(vfs, "a", OpenMode::kCreateNew);
  constexpr int kThreads = 4;
  constexpr int kBlocks = 200;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      const std::string block(3'000, static_cast<char>('a' + t));
      for (int i = 0; i < kBlocks; ++i) {
        const uint64_t offset = static_cast<uint64_t>(i * kThreads + t) * block.size();
        ASSERT_TRUE(file->write(offset, as_bytes(block)).is_ok());
        ASSERT_EQ(read_text(*file, offset, block.size()), block);
        auto other = vfs.open("b" + std::to_string(t), OpenMode::kOpenOrCreate);
        ASSERT_TRUE(other.is_ok());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(file->size().value(), 3'000u * kThreads * kBlocks);
}

}  // namespace
}  // namespace ddb
