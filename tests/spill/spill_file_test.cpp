// spill_file: chains come back as written, blocks are used again, limits and damage are errors.
#include "spill/spill_file.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sort_world.h"
#include "vfs/scratch_directory.h"

namespace ddb {
namespace {

struct FileWorld : SortWorld {
  explicit FileWorld(uint64_t temp_bytes = uint64_t{1} << 40) : SortWorld(1 << 20, temp_bytes) {}
};

std::unique_ptr<SpillFile> must_open(TempSpace& space, MemoryTracker& memory, uint32_t block_bytes) {
  auto file = SpillFile::open(space, memory, block_bytes);
  EXPECT_TRUE(file.is_ok()) << file.status().to_string();
  return file.is_ok() ? std::move(file).value() : nullptr;
}

SpillChain must_write(SpillFile& file, const std::string& text) {
  std::vector<std::byte> buffer(file.block_bytes());
  ChainWriter writer(file, buffer.data());
  EXPECT_TRUE(writer.append(text.data(), text.size()).is_ok());
  auto chain = writer.finish();
  EXPECT_TRUE(chain.is_ok());
  EXPECT_EQ(chain->bytes, text.size());
  return *chain;
}

std::string must_read(SpillFile& file, const SpillChain& chain, bool recycle) {
  std::vector<std::byte> buffer(file.block_bytes());
  ChainReader reader(file, chain, buffer.data(), recycle);
  std::string text(static_cast<size_t>(chain.bytes), '?');
  const Status outcome = reader.read(text.data(), text.size());
  EXPECT_TRUE(outcome.is_ok()) << outcome.to_string();
  EXPECT_EQ(reader.left(), 0u);
  return text;
}

TEST(SpillFile, ChainsWrittenInTurnsComeBack) {
  ScratchDirectory scratch;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SeededRandom random(seed);
    MemoryTracker memory({"sort", ""}, 1 << 20, nullptr);
    TempSpace space(&Vfs::posix(), scratch.root(), uint64_t{1} << 30);
    const auto block_bytes = static_cast<uint32_t>(64 + random.below(500));
    auto file = must_open(space, memory, block_bytes);
    constexpr size_t kChains = 5;
    std::vector<std::vector<std::byte>> buffers(kChains, std::vector<std::byte>(block_bytes));
    std::vector<ChainWriter> writers;
    std::vector<std::string> texts(kChains);
    for (size_t c = 0; c < kChains; ++c) writers.emplace_back(*file, buffers[c].data());
    for (int i = 0; i < 300; ++i) {
      const size_t c = random.below(kChains);
      const std::string piece = random_bytes(random, random.below(random.chance(50) ? 3000 : 40));
      texts[c] += piece;
      ASSERT_TRUE(writers[c].append(piece.data(), piece.size()).is_ok());
    }
    std::vector<SpillChain> chains;
    for (ChainWriter& writer : writers) {
      auto chain = writer.finish();
      ASSERT_TRUE(chain.is_ok());
      chains.push_back(*chain);
    }
    for (size_t c = 0; c < kChains; ++c) {
      EXPECT_EQ(must_read(*file, chains[c], false), texts[c]);
      EXPECT_EQ(must_read(*file, chains[c], false), texts[c]) << "a chain can be read again";
    }
    EXPECT_EQ(space.used(), file->bytes_on_disk());
    file.reset();
    EXPECT_EQ(space.used(), 0u);
    EXPECT_EQ(memory.used(), 0u);
  }
}

TEST(SpillFile, ReadBlocksAreWrittenAgain) {
  FileWorld world;
  auto file = must_open(world.temp, world.memory, 128);
  SeededRandom random(2);
  std::string text = random_bytes(random, 50'000);
  SpillChain chain = must_write(*file, text);
  const uint64_t size = file->bytes_on_disk();
  for (int round = 0; round < 20; ++round) {
    std::vector<std::byte> in(128), out(128);
    ChainReader reader(*file, chain, in.data(), true);
    ChainWriter writer(*file, out.data());
    std::string copy;
    while (reader.left() > 0) {
      char piece[37];
      const size_t some = std::min<size_t>(sizeof piece, static_cast<size_t>(reader.left()));
      ASSERT_TRUE(reader.read(piece, some).is_ok());
      ASSERT_TRUE(writer.append(piece, some).is_ok());
      copy.append(piece, some);
    }
    ASSERT_EQ(copy, text);
    auto copied = writer.finish();
    ASSERT_TRUE(copied.is_ok());
    chain = *copied;
  }
  EXPECT_LE(file->bytes_on_disk(), size + 2 * 128u);
  EXPECT_EQ(must_read(*file, chain, true), text);
}

TEST(SpillFile, EmptyChainNeedsNoBlock) {
  FileWorld world;
  auto file = must_open(world.temp, world.memory, 64);
  const SpillChain chain = must_write(*file, "");
  EXPECT_EQ(must_read(*file, chain, true), "");
  EXPECT_EQ(file->bytes_on_disk(), 0u);
}

TEST(SpillFile, FilesShareTheLimit) {
  FileWorld world(1280);
  auto one = must_open(world.temp, world.memory, 128);
  auto two = must_open(world.temp, world.memory, 128);
  must_write(*one, std::string(104 * 8, 'x'));
  EXPECT_EQ(world.temp.used(), 1024u);
  std::vector<std::byte> buffer(128);
  ChainWriter writer(*two, buffer.data());
  const std::string text(104 * 3, 'y');
  const Status outcome = writer.append(text.data(), text.size());
  EXPECT_TRUE(outcome.is(sqlstate::kLimitExceeded)) << outcome.to_string();
  EXPECT_EQ(outcome.message(), "temp files would pass temp_file_limit, which is 1280 bytes");
  one.reset();
  EXPECT_EQ(world.temp.used(), 256u);
  must_write(*two, std::string(104 * 8, 'z'));
  EXPECT_EQ(world.temp.most(), 1280u);
}

TEST(SpillFile, ReadPastTheEndOfAChainIsXX001) {
  FileWorld world;
  auto file = must_open(world.temp, world.memory, 64);
  const SpillChain chain = must_write(*file, "twelve bytes");
  std::vector<std::byte> buffer(64);
  ChainReader reader(*file, chain, buffer.data(), false);
  char bytes[13];
  EXPECT_TRUE(reader.read(bytes, 13).is(sqlstate::kCorrupted));
}

// A block that was written again is not taken for what it was: a lost write shows.
TEST(SpillFile, BlockOfAnEarlierChainIsXX001) {
  FileWorld world;
  auto file = must_open(world.temp, world.memory, 64);
  const SpillChain before = must_write(*file, "the old content of a block");
  EXPECT_EQ(must_read(*file, before, true), "the old content of a block");
  const SpillChain after = must_write(*file, "the new content of a block");
  ASSERT_EQ(after.first_block, before.first_block);
  std::vector<std::byte> buffer(64);
  ChainReader reader(*file, before, buffer.data(), false);
  EXPECT_TRUE(reader.read_block().is(sqlstate::kCorrupted));
}

// Both are the first block of the first chain of their file.
TEST(SpillFile, BlockOfAnotherFileIsXX001) {
  FileWorld world;
  std::vector<std::byte> other;
  world.vfs.on_read = [&](uint64_t, std::span<std::byte> bytes, size_t& got) {
    if (other.empty()) {
      other.assign(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(got));
    } else {
      std::copy(other.begin(), other.end(), bytes.begin());
    }
  };
  auto one = must_open(world.temp, world.memory, 64);
  auto two = must_open(world.temp, world.memory, 64);
  EXPECT_EQ(must_read(*one, must_write(*one, "of the one file"), false), "of the one file");
  const SpillChain chain = must_write(*two, "of the two file");
  std::vector<std::byte> buffer(64);
  ChainReader reader(*two, chain, buffer.data(), false);
  EXPECT_TRUE(reader.read_block().is(sqlstate::kCorrupted));
}

TEST(SpillFile, FreeListIsLostRatherThanOverTheLimit) {
  SortWorld world(300);
  auto file = must_open(world.temp, world.memory, 64);
  const SpillChain chain = must_write(*file, std::string(40 * 200, 'x'));
  EXPECT_EQ(must_read(*file, chain, true).size(), chain.bytes);
  EXPECT_EQ(world.memory.used(), 256u);
  const uint64_t size = file->bytes_on_disk();
  must_write(*file, std::string(40 * 64, 'y'));
  EXPECT_EQ(file->bytes_on_disk(), size) << "64 of the blocks were remembered";
  must_write(*file, std::string(40, 'y'));
  EXPECT_EQ(file->bytes_on_disk(), size + 64);
}

}  // namespace
}  // namespace ddb
