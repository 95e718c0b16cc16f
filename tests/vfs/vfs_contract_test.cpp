// vfs_contract_test: what every Vfs promises, over the three of them.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/inline_runtime.h"
#include "base/seeded_random.h"
#include "vfs/bytes.h"
#include "vfs/memory_vfs.h"
#include "vfs/scratch_directory.h"
#include "vfs/sim_vfs.h"

namespace ddb {
namespace {

struct PosixKind {
  ScratchDirectory scratch;
  Vfs& vfs() { return Vfs::posix(); }
  std::string path(const std::string& name) { return scratch.path(name); }
};
struct MemoryKind {
  MemoryVfs memory;
  Vfs& vfs() { return memory; }
  std::string path(const std::string& name) { return "/data/" + name; }
};
struct SimKind {
  SimDisk disk;
  InlineRuntime runtime{1};
  SimVfs sim{disk, runtime};
  Vfs& vfs() { return sim; }
  std::string path(const std::string& name) { return "/data/" + name; }
};

template <typename Kind>
class VfsContract : public ::testing::Test {
 protected:
  Vfs& vfs() { return kind_.vfs(); }
  std::string path(const std::string& name) { return kind_.path(name); }
  std::unique_ptr<File> create(const std::string& name, const std::string& content = {}) {
    auto file = must_open(vfs(), path(name), OpenMode::kCreateNew);
    EXPECT_OK(file->write(0, as_bytes(content)));
    return file;
  }
  SqlState open_error(const std::string& name, OpenMode mode) {
    auto file = vfs().open(path(name), mode);
    EXPECT_FALSE(file.is_ok());
    return file.status().sqlstate();
  }
  Kind kind_;
};

using Kinds = ::testing::Types<PosixKind, MemoryKind, SimKind>;
TYPED_TEST_SUITE(VfsContract, Kinds);

TYPED_TEST(VfsContract, OpenModesDemandWhatTheySay) {
  EXPECT_EQ(this->open_error("a", OpenMode::kReadOnly), sqlstate::kUndefinedFile);
  EXPECT_EQ(this->open_error("a", OpenMode::kReadWrite), sqlstate::kUndefinedFile);
  EXPECT_FALSE(this->vfs().exists(this->path("a")).value());
  this->create("a", "text");
  EXPECT_TRUE(this->vfs().exists(this->path("a")).value());
  EXPECT_EQ(this->open_error("a", OpenMode::kCreateNew), sqlstate::kDuplicateFile);
  EXPECT_EQ(content_of(*must_open(this->vfs(), this->path("a"), OpenMode::kReadOnly)), "text");
  EXPECT_EQ(content_of(*must_open(this->vfs(), this->path("a"), OpenMode::kReadWrite)), "text");
  EXPECT_EQ(content_of(*must_open(this->vfs(), this->path("a"), OpenMode::kOpenOrCreate)), "text");
  EXPECT_EQ(content_of(*must_open(this->vfs(), this->path("b"), OpenMode::kOpenOrCreate)), "");
}

TYPED_TEST(VfsContract, ErrorsNameTheFile) {
  auto file = this->vfs().open(this->path("missing"), OpenMode::kReadOnly);
  EXPECT_NE(file.status().message().find("missing"), std::string_view::npos) << file.status().to_string();
}

TYPED_TEST(VfsContract, AReadOnlyOpenWritesNothing) {
  this->create("a", "text");
  auto file = must_open(this->vfs(), this->path("a"), OpenMode::kReadOnly);
  EXPECT_TRUE(file->write(0, as_bytes("x")).is(sqlstate::kReadOnly));
  EXPECT_TRUE(file->truncate(0).is(sqlstate::kReadOnly));
  EXPECT_TRUE(file->allocate(0, 100).is(sqlstate::kReadOnly));
  EXPECT_TRUE(file->try_lock(LockMode::kExclusive).is(sqlstate::kReadOnly));
  EXPECT_EQ(content_of(*file), "text");
}

TYPED_TEST(VfsContract, ReadsEndWithTheFile) {
  auto file = this->create("a", "0123456789");
  EXPECT_EQ(read_text(*file, 0, 4), "0123");
  EXPECT_EQ(read_text(*file, 7, 100), "789");
  EXPECT_EQ(read_text(*file, 10, 5), "");
  EXPECT_EQ(read_text(*file, 1'000'000, 5), "");
  EXPECT_EQ(read_text(*file, 3, 0), "");
}

TYPED_TEST(VfsContract, WritesPastTheEndLeaveZeros) {
  auto file = this->create("a", "abc");
  EXPECT_OK(file->write(70'000, as_bytes("end")));
  EXPECT_EQ(file->size().value(), 70'003u);
  const std::string content = content_of(*file);
  EXPECT_EQ(content.substr(0, 3), "abc");
  EXPECT_EQ(content.substr(3, 69'997), std::string(69'997, '\0'));
  EXPECT_EQ(content.substr(70'000), "end");
}

TYPED_TEST(VfsContract, TruncateCutsAndGrowsWithZeros) {
  auto file = this->create("a", std::string(10'000, 'x'));
  EXPECT_OK(file->truncate(100));
  EXPECT_EQ(content_of(*file), std::string(100, 'x'));
  EXPECT_OK(file->truncate(9'000));
  EXPECT_EQ(content_of(*file), std::string(100, 'x') + std::string(8'900, '\0'));
  EXPECT_OK(file->truncate(0));
  EXPECT_EQ(file->size().value(), 0u);
  EXPECT_OK(file->write(10, as_bytes("y")));
  EXPECT_EQ(content_of(*file), std::string(10, '\0') + "y");
}

TYPED_TEST(VfsContract, AllocateGrowsButKeepsContent) {
  auto file = this->create("a", "abc");
  EXPECT_OK(file->allocate(0, 2));
  EXPECT_EQ(content_of(*file), "abc");
  EXPECT_OK(file->allocate(1, 200'000));
  EXPECT_EQ(file->size().value(), 200'001u);
  EXPECT_EQ(content_of(*file), "abc" + std::string(199'998, '\0'));
  EXPECT_OK(file->allocate(5, 0));
  EXPECT_EQ(file->size().value(), 200'001u);
}

TYPED_TEST(VfsContract, TooLargeOffsetsAreRefused) {
  auto file = this->create("a", "abc");
  EXPECT_FALSE(file->write(~uint64_t{0} - 1, as_bytes("xyz")).is_ok());
  EXPECT_FALSE(file->allocate(~uint64_t{0} - 1, 100).is_ok());
  EXPECT_FALSE(file->truncate(~uint64_t{0}).is_ok());
  EXPECT_EQ(content_of(*file), "abc");
}

TYPED_TEST(VfsContract, RandomWritesMatchAModel) {
  SeededRandom random(42);
  auto file = this->create("a");
  std::string model;
  for (int step = 0; step < 2'000; ++step) {
    const uint64_t offset = random.below(300'000);
    switch (random.below(10)) {
      case 0: {
        EXPECT_OK(file->truncate(offset));
        model.resize(offset);
        break;
      }
      case 1:
        EXPECT_OK(file->allocate(offset, 5'000));
        model.resize(std::max<size_t>(model.size(), offset + 5'000));
        break;
      case 2:
        EXPECT_OK(file->sync());
        break;
      case 3:
      case 4: {
        const size_t length = random.below(10'000);
        const std::string expected = offset < model.size() ? model.substr(offset, length) : std::string();
        ASSERT_EQ(read_text(*file, offset, length), expected) << "step " << step;
        break;
      }
      default: {
        const std::string text(random.below(9'000), static_cast<char>('a' + step % 26));
        EXPECT_OK(file->write(offset, as_bytes(text)));
        if (text.empty()) break;
        model.resize(std::max(model.size(), offset + text.size()));
        model.replace(offset, text.size(), text);
      }
    }
  }
  EXPECT_EQ(content_of(*file), model);
}

TYPED_TEST(VfsContract, TwoOpensSeeTheSameFile) {
  auto first = this->create("a", "one");
  auto second = must_open(this->vfs(), this->path("a"), OpenMode::kReadWrite);
  EXPECT_OK(second->write(0, as_bytes("two")));
  EXPECT_EQ(content_of(*first), "two");
  EXPECT_OK(first->sync());
  EXPECT_OK(second->sync());
}

TYPED_TEST(VfsContract, AnUnlinkedFileLivesUntilItIsClosed) {
  auto file = this->create("a", "alive");
  EXPECT_OK(this->vfs().unlink(this->path("a")));
  EXPECT_FALSE(this->vfs().exists(this->path("a")).value());
  EXPECT_TRUE(this->vfs().unlink(this->path("a")).is(sqlstate::kUndefinedFile));
  EXPECT_EQ(content_of(*file), "alive");
  EXPECT_OK(file->write(5, as_bytes("!")));
  this->create("a", "other");
  EXPECT_EQ(content_of(*file), "alive!");
}

TYPED_TEST(VfsContract, RenameReplaces) {
  this->create("from", "new");
  auto old = this->create("to", "old");
  EXPECT_OK(this->vfs().rename(this->path("from"), this->path("to")));
  EXPECT_FALSE(this->vfs().exists(this->path("from")).value());
  EXPECT_EQ(content_of(*must_open(this->vfs(), this->path("to"), OpenMode::kReadOnly)), "new");
  EXPECT_EQ(content_of(*old), "old");
  EXPECT_TRUE(this->vfs().rename(this->path("from"), this->path("x")).is(sqlstate::kUndefinedFile));
  EXPECT_OK(this->vfs().rename(this->path("to"), this->path("to")));
  EXPECT_TRUE(this->vfs().exists(this->path("to")).value());
  EXPECT_OK(this->vfs().sync_dir(this->path("to")));
}

TYPED_TEST(VfsContract, TempFilesHaveNoName) {
  const std::string directory = this->path("a").substr(0, this->path("a").size() - 2);
  auto first = this->vfs().open_temp(directory);
  auto second = this->vfs().open_temp(directory);
  auto third = this->vfs().open_temp("");
  ASSERT_TRUE(first.is_ok()) << first.status().to_string();
  ASSERT_TRUE(second.is_ok());
  ASSERT_TRUE(third.is_ok()) << third.status().to_string();
  EXPECT_OK((*first)->write(0, as_bytes("one")));
  EXPECT_OK((*second)->write(0, as_bytes("two")));
  EXPECT_EQ(content_of(**first), "one");
  EXPECT_EQ(content_of(**second), "two");
}

TYPED_TEST(VfsContract, AnExclusiveLockShutsOutEveryOtherOpen) {
  auto holder = this->create("a");
  EXPECT_OK(holder->try_lock(LockMode::kExclusive));
  EXPECT_OK(holder->try_lock(LockMode::kExclusive));
  auto writer = must_open(this->vfs(), this->path("a"), OpenMode::kReadWrite);
  auto reader = must_open(this->vfs(), this->path("a"), OpenMode::kReadOnly);
  const Status refused = writer->try_lock(LockMode::kExclusive);
  EXPECT_TRUE(refused.is(sqlstate::kObjectInUse)) << refused.to_string();
  EXPECT_NE(refused.message().find("in use by process "), std::string_view::npos) << refused.to_string();
  EXPECT_TRUE(reader->try_lock(LockMode::kShared).is(sqlstate::kObjectInUse));
  holder.reset();
  EXPECT_OK(reader->try_lock(LockMode::kShared));
}

TYPED_TEST(VfsContract, SharedLocksShareAndShutOutAWriter) {
  this->create("a");
  auto first = must_open(this->vfs(), this->path("a"), OpenMode::kReadOnly);
  auto second = must_open(this->vfs(), this->path("a"), OpenMode::kReadOnly);
  auto writer = must_open(this->vfs(), this->path("a"), OpenMode::kReadWrite);
  EXPECT_OK(first->try_lock(LockMode::kShared));
  EXPECT_OK(second->try_lock(LockMode::kShared));
  EXPECT_TRUE(writer->try_lock(LockMode::kExclusive).is(sqlstate::kObjectInUse));
  first.reset();
  EXPECT_TRUE(writer->try_lock(LockMode::kExclusive).is(sqlstate::kObjectInUse));
  second.reset();
  EXPECT_OK(writer->try_lock(LockMode::kExclusive));
}

TYPED_TEST(VfsContract, ALockCanChangeItsMode) {
  auto first = this->create("a");
  EXPECT_OK(first->try_lock(LockMode::kShared));
  EXPECT_OK(first->try_lock(LockMode::kExclusive));
  auto second = must_open(this->vfs(), this->path("a"), OpenMode::kReadWrite);
  EXPECT_TRUE(second->try_lock(LockMode::kShared).is(sqlstate::kObjectInUse));
  EXPECT_OK(first->try_lock(LockMode::kShared));
  EXPECT_OK(second->try_lock(LockMode::kShared));
  EXPECT_TRUE(first->try_lock(LockMode::kExclusive).is(sqlstate::kObjectInUse));
  second.reset();
  EXPECT_OK(first->try_lock(LockMode::kExclusive));
}

TYPED_TEST(VfsContract, LocksBelongToTheFileNotToItsName) {
  auto holder = this->create("a");
  EXPECT_OK(holder->try_lock(LockMode::kExclusive));
  EXPECT_OK(this->vfs().rename(this->path("a"), this->path("b")));
  EXPECT_OK(this->create("a")->try_lock(LockMode::kExclusive));
  EXPECT_TRUE(must_open(this->vfs(), this->path("b"), OpenMode::kReadWrite)
                  ->try_lock(LockMode::kExclusive)
                  .is(sqlstate::kObjectInUse));
}

TYPED_TEST(VfsContract, ResolveGivesOneNameToOneFile) {
  this->create("a");
  const std::string resolved = this->vfs().resolve(this->path("a")).value();
  EXPECT_EQ(resolved.front(), '/');
  EXPECT_EQ(this->vfs().resolve(this->path("./a")).value(), resolved);
  EXPECT_EQ(this->vfs().resolve(resolved).value(), resolved);
  EXPECT_EQ(this->vfs().resolve(this->path("new")).value(), resolved.substr(0, resolved.size() - 1) + "new");
}

TYPED_TEST(VfsContract, TheForkGenerationStays) {
  const std::atomic<uint32_t>& generation = this->vfs().fork_generation();
  EXPECT_EQ(generation.load(), this->vfs().fork_generation().load());
}

}  // namespace
}  // namespace ddb
