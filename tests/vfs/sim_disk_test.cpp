// sim_disk_test: what crash() may and may not leave, told example by example. The random proof is in
// sim_crash_property_test.cpp.
#include "vfs/sim_disk.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "base/inline_runtime.h"
#include "vfs/bytes.h"
#include "vfs/sim_vfs.h"

namespace ddb {
namespace {

constexpr uint64_t kSeeds = 2'000;

class SimDiskTest : public ::testing::Test {
 protected:
  std::unique_ptr<File> open(const std::string& path, OpenMode mode = OpenMode::kOpenOrCreate) {
    return must_open(vfs_, path, mode);
  }
  // A file whose name and content are durable.
  std::unique_ptr<File> durable(const std::string& path, const std::string& content) {
    auto file = open(path);
    EXPECT_OK(file->write(0, as_bytes(content)));
    EXPECT_OK(file->sync());
    EXPECT_OK(vfs_.sync_dir(path));
    return file;
  }
  // What crashes of many seeds leave of a file; "-" where it is missing.
  std::set<std::string> outcomes(const std::string& path, CrashMode mode) const {
    std::set<std::string> all;
    for (uint64_t seed = 0; seed < kSeeds; ++seed)
      all.insert(disk_.crash(seed, mode)->visible_content(path).value_or("-"));
    return all;
  }
  std::set<std::string> outcomes(const std::string& path) const {
    std::set<std::string> all;
    for (uint64_t seed = 0; seed < kSeeds; ++seed)
      all.insert(disk_.crash(seed)->visible_content(path).value_or("-"));
    return all;
  }
  // The next sync on this Vfs fails.
  void fail_next_sync() {
    vfs_.set_faults([this](IoCall call, const std::string&, uint64_t) {
      if (call != IoCall::kSync) return InjectedFault::kNone;
      vfs_.set_faults(nullptr);
      return InjectedFault::kIoError;
    });
  }
  using Strings = std::set<std::string>;
  SimDisk disk_{512};
  InlineRuntime runtime_{1};
  SimVfs vfs_{disk_, runtime_};
};

TEST_F(SimDiskTest, SyncedContentAndNamesSurvive) {
  durable("/db", "content");
  EXPECT_EQ(disk_.pending_changes(), 0u);
  EXPECT_EQ(outcomes("/db"), Strings{"content"});
}

TEST_F(SimDiskTest, ASyncedFileWhoseDirectoryWasNotMayVanish) {
  auto file = open("/db");
  EXPECT_OK(file->write(0, as_bytes("content")));
  EXPECT_OK(file->sync());
  EXPECT_EQ(outcomes("/db"), (Strings{"-", "content"}));
}

TEST_F(SimDiskTest, AnUnsyncedWriteIsLostKeptOrTorn) {
  auto file = durable("/db", std::string(1'024, 'a'));
  EXPECT_OK(file->write(0, as_bytes(std::string(1'024, 'b'))));
  const std::string a(512, 'a');
  const std::string b(512, 'b');
  EXPECT_EQ(outcomes("/db", CrashMode::kAllLost), Strings{a + a});
  EXPECT_EQ(outcomes("/db", CrashMode::kAllKept), Strings{b + b});
  EXPECT_EQ(outcomes("/db", CrashMode::kSectors), (Strings{a + a, a + b, b + a, b + b}));
  const Strings torn = outcomes("/db", CrashMode::kPrefix);
  EXPECT_GT(torn.size(), 100u);
  for (const std::string& content : torn) {
    const size_t cut = content.find('a');
    EXPECT_EQ(content.find_last_not_of('a') + 1, cut == std::string::npos ? 1'024 : cut);  // b...b a...a
  }
  const Strings garbled = outcomes("/db", CrashMode::kGarble);
  EXPECT_GT(garbled.size(), 100u);
}

TEST_F(SimDiskTest, OnlyUnsyncedSectorsAreGarbled) {
  auto file = durable("/db", std::string(5'120, 'a'));
  EXPECT_OK(file->write(1'000, as_bytes("b")));  // in the second sector
  for (const std::string& content : outcomes("/db", CrashMode::kGarble)) {
    ASSERT_EQ(content.substr(0, 512), std::string(512, 'a'));
    ASSERT_EQ(content.substr(1'024), std::string(4'096, 'a'));
  }
}

TEST_F(SimDiskTest, BigSectorsGoAsOne) {
  SimDisk disk(4'096);
  SimVfs vfs(disk, runtime_);
  disk.put_file("/db", as_bytes(std::string(8'192, 'a')));
  auto file = must_open(vfs, "/db", OpenMode::kReadWrite);
  EXPECT_OK(file->write(100, as_bytes(std::string(8'000, 'b'))));
  const std::string first = std::string(100, 'a') + std::string(3'996, 'b');
  const std::string second = std::string(4'004, 'b') + std::string(92, 'a');
  const std::string old(4'096, 'a');
  Strings all;
  for (uint64_t seed = 0; seed < kSeeds; ++seed)
    all.insert(*disk.crash(seed, CrashMode::kSectors)->visible_content("/db"));
  EXPECT_EQ(all, (Strings{old + old, first + old, old + second, first + second}));
}

TEST_F(SimDiskTest, ASectorIsOneOfItsVersionsNeverAMixture) {
  auto file = durable("/db", std::string(512, '0'));
  EXPECT_OK(file->write(0, as_bytes("1")));
  EXPECT_OK(file->write(1, as_bytes("2")));
  const std::string rest(510, '0');
  EXPECT_EQ(outcomes("/db", CrashMode::kSectors), (Strings{"00" + rest, "10" + rest, "12" + rest}));
}

TEST_F(SimDiskTest, SizeAndDataAreKeptIndependently) {
  auto file = durable("/db", "");
  EXPECT_OK(file->write(0, as_bytes(std::string(600, 'b'))));
  EXPECT_EQ(outcomes("/db", CrashMode::kSizesOnly), Strings{std::string(600, '\0')});
  EXPECT_EQ(outcomes("/db", CrashMode::kDataOnly), Strings{""});
  const Strings all = outcomes("/db", CrashMode::kSectors);
  EXPECT_TRUE(all.contains(""));
  EXPECT_TRUE(all.contains(std::string(600, 'b')));
  EXPECT_TRUE(all.contains(std::string(600, '\0')));
  EXPECT_TRUE(all.contains(std::string(512, '\0') + std::string(88, 'b')));
}

TEST_F(SimDiskTest, DataBeyondALostSizeIsGoneForEver) {
  auto file = durable("/db", "");
  EXPECT_OK(file->write(0, as_bytes(std::string(600, 'b'))));
  auto after = disk_.crash(1, CrashMode::kDataOnly);
  SimVfs vfs(*after, runtime_);
  auto again = must_open(vfs, "/db", OpenMode::kReadWrite);
  EXPECT_OK(again->truncate(600));
  EXPECT_EQ(content_of(*again), std::string(600, '\0'));
}

TEST_F(SimDiskTest, AnAllocationIsPendingUntilTheSync) {
  auto file = durable("/db", "x");
  EXPECT_OK(file->allocate(0, 1'000));
  const std::string grown = "x" + std::string(999, '\0');
  EXPECT_EQ(outcomes("/db"), (Strings{"x", grown}));
  EXPECT_OK(file->sync());
  EXPECT_EQ(outcomes("/db"), Strings{grown});
}

TEST_F(SimDiskTest, ATruncationIsPendingUntilTheSync) {
  auto file = durable("/db", std::string(600, 'a'));
  EXPECT_OK(file->truncate(0));
  EXPECT_EQ(outcomes("/db"), (Strings{"", std::string(600, 'a')}));
  EXPECT_OK(file->write(0, as_bytes("b")));
  // The new byte hangs on the truncation: without it the old content is untouched.
  for (const std::string& content : outcomes("/db", CrashMode::kSectors)) {
    EXPECT_TRUE(content.empty() || content == "b" || content == std::string(1, '\0') ||
                content == std::string(600, 'a'))
        << content.size();
  }
  EXPECT_OK(file->sync());
  EXPECT_EQ(outcomes("/db"), Strings{"b"});
}

TEST_F(SimDiskTest, CutBytesStayCutWhenTheFileGrowsAgain) {
  auto file = durable("/db", std::string(2'000, 'a'));
  EXPECT_OK(file->truncate(700));
  EXPECT_OK(file->truncate(2'000));
  EXPECT_OK(file->sync());
  EXPECT_EQ(outcomes("/db"), Strings{std::string(700, 'a') + std::string(1'300, '\0')});
}

TEST_F(SimDiskTest, AFailedSyncLosesWhatStaysReadable) {
  auto file = durable("/db", std::string(512, 'a') + std::string(512, 'a'));
  EXPECT_OK(file->write(0, as_bytes(std::string(512, 'b'))));
  fail_next_sync();
  EXPECT_TRUE(file->sync().is(sqlstate::kIoError));
  const std::string lost = std::string(1'024, 'a');
  EXPECT_EQ(read_text(*file, 0, 1), "b");
  EXPECT_EQ(outcomes("/db"), Strings{lost});
  // A later sync succeeds, and makes durable only what was written since.
  EXPECT_OK(file->write(600, as_bytes("c")));
  EXPECT_OK(file->sync());
  const std::string later = std::string(600, 'a') + "c" + std::string(423, 'a');
  EXPECT_EQ(outcomes("/db"), Strings{later});
  // So after a reopen in the same boot, by another process.
  auto killed = disk_.clone_as_is();
  SimVfs vfs(*killed, runtime_);
  auto again = must_open(vfs, "/db", OpenMode::kReadWrite);
  EXPECT_EQ(read_text(*again, 0, 1), "b");
  EXPECT_OK(again->sync());
  EXPECT_EQ(*killed->crash(1)->visible_content("/db"), later);
}

TEST_F(SimDiskTest, RewritingADoomedSectorSavesIt) {
  auto file = durable("/db", std::string(512, 'a'));
  EXPECT_OK(file->write(0, as_bytes("bb")));
  fail_next_sync();
  EXPECT_FALSE(file->sync().is_ok());
  EXPECT_OK(file->write(1, as_bytes("c")));
  EXPECT_OK(file->sync());
  EXPECT_EQ(outcomes("/db"), Strings{"bc" + std::string(510, 'a')});
}

TEST_F(SimDiskTest, AGrowthWhoseSyncFailedIsZerosOnceALaterSyncSucceeds) {
  auto file = durable("/db", "");
  EXPECT_OK(file->write(0, as_bytes(std::string(1'024, 'b'))));
  fail_next_sync();
  EXPECT_FALSE(file->sync().is_ok());
  EXPECT_EQ(outcomes("/db"), (Strings{"", std::string(1'024, '\0')}));
  EXPECT_OK(file->sync());
  EXPECT_EQ(outcomes("/db"), Strings{std::string(1'024, '\0')});
}

TEST_F(SimDiskTest, EachOpenIsToldOnceOfAFailedSync) {
  auto first = durable("/db", "a");
  auto second = open("/db");
  EXPECT_OK(first->write(0, as_bytes("b")));
  fail_next_sync();
  EXPECT_FALSE(first->sync().is_ok());
  auto third = open("/db");
  EXPECT_OK(first->sync());
  EXPECT_TRUE(second->sync().is(sqlstate::kIoError));
  EXPECT_OK(second->sync());
  EXPECT_OK(third->sync());
}

TEST_F(SimDiskTest, ASyncCoversOnlyItsFile) {
  auto first = durable("/a", "");
  auto second = durable("/b", "");
  EXPECT_OK(first->write(0, as_bytes("1")));
  EXPECT_OK(second->write(0, as_bytes("2")));
  EXPECT_OK(first->sync());
  EXPECT_EQ(outcomes("/a"), Strings{"1"});
  EXPECT_TRUE(outcomes("/b").contains(""));
}

TEST_F(SimDiskTest, ASyncCoversWritesOfOtherOpens) {
  auto first = durable("/a", "");
  EXPECT_OK(open("/a")->write(0, as_bytes("1")));
  EXPECT_OK(first->sync());
  EXPECT_EQ(outcomes("/a"), Strings{"1"});
}

TEST_F(SimDiskTest, AnUnlinkMayRevert) {
  durable("/db", "content");
  EXPECT_OK(vfs_.unlink("/db"));
  EXPECT_EQ(outcomes("/db"), (Strings{"-", "content"}));
  EXPECT_OK(vfs_.sync_dir("/db"));
  EXPECT_EQ(outcomes("/db"), Strings{"-"});
}

TEST_F(SimDiskTest, ARenameIsAtomic) {
  durable("/db", "old");
  durable("/new", "new");
  EXPECT_OK(vfs_.rename("/new", "/db"));
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    auto after = disk_.crash(seed);
    const bool renamed = !after->visible_content("/new").has_value();
    ASSERT_EQ(after->visible_content("/db").value(), renamed ? "new" : "old") << "seed " << seed;
  }
  EXPECT_OK(vfs_.sync_dir("/db"));
  EXPECT_EQ(outcomes("/db"), Strings{"new"});
}

TEST_F(SimDiskTest, DirectoryChangesThatDependOnLostOnesAreLost) {
  durable("/log", "old");
  EXPECT_OK(vfs_.unlink("/log"));
  auto file = open("/log", OpenMode::kCreateNew);
  EXPECT_OK(file->write(0, as_bytes("new")));
  EXPECT_OK(file->sync());
  EXPECT_OK(vfs_.rename("/log", "/log2"));
  EXPECT_EQ(outcomes("/log"), (Strings{"-", "old", "new"}));
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    auto after = disk_.crash(seed);
    if (after->visible_content("/log2").has_value()) {
      ASSERT_EQ(*after->visible_content("/log2"), "new");
      ASSERT_FALSE(after->visible_content("/log").has_value()) << "seed " << seed;
    }
  }
}

TEST_F(SimDiskTest, SyncDirCoversItsDirectoryOnly) {
  open("/a/x");
  open("/b/y");
  EXPECT_OK(vfs_.sync_dir("/a/anything"));
  EXPECT_EQ(outcomes("/a/x"), Strings{""});
  EXPECT_EQ(outcomes("/b/y"), (Strings{"", "-"}));
}

TEST_F(SimDiskTest, ARenameAcrossDirectoriesIsMadeDurableByEither) {
  durable("/a/x", "1");
  EXPECT_OK(vfs_.rename("/a/x", "/b/x"));
  auto clone = disk_.clone_as_is();
  EXPECT_OK(vfs_.sync_dir("/b/x"));
  EXPECT_EQ(outcomes("/a/x"), Strings{"-"});
  EXPECT_EQ(outcomes("/b/x"), Strings{"1"});
  SimVfs vfs(*clone, runtime_);
  EXPECT_OK(vfs.sync_dir("/a/x"));
  EXPECT_EQ(*clone->crash(1)->visible_content("/b/x"), "1");
}

TEST_F(SimDiskTest, AKilledProcessLosesNothingButItsNamelessFiles) {
  auto file = open("/db");
  EXPECT_OK(file->write(0, as_bytes("unsynced")));
  auto temporary = vfs_.open_temp("/tmp");
  EXPECT_OK((*temporary)->write(0, as_bytes("x")));
  EXPECT_OK(file->try_lock(LockMode::kExclusive));
  auto killed = disk_.clone_as_is();
  EXPECT_EQ(killed->file_names(), std::vector<std::string>{"/db"});
  EXPECT_EQ(*killed->visible_content("/db"), "unsynced");
  SimVfs vfs(*killed, runtime_);
  auto again = must_open(vfs, "/db", OpenMode::kReadWrite);
  EXPECT_OK(again->try_lock(LockMode::kExclusive));
  // The clone is a disk of its own: still unsynced there, and writes do not mix.
  EXPECT_OK(again->write(0, as_bytes("U")));
  EXPECT_EQ(content_of(*file), "unsynced");
  EXPECT_TRUE(killed->crash(0, CrashMode::kAllLost)->file_names().empty());
}

TEST_F(SimDiskTest, CrashingChangesNothingAndTheSameSeedGivesTheSameDisk) {
  auto file = durable("/db", std::string(20'000, 'a'));
  for (uint64_t i = 0; i < 30; ++i)
    EXPECT_OK(file->write(i * 700, as_bytes(std::string(1'500, static_cast<char>('b' + i)))));
  open("/other");
  const size_t pending = disk_.pending_changes();
  Strings all;
  for (uint64_t seed = 0; seed < 500; ++seed) {
    auto first = disk_.crash(seed);
    auto second = disk_.crash(seed);
    ASSERT_EQ(first->file_names(), second->file_names());
    ASSERT_EQ(first->visible_content("/db"), second->visible_content("/db")) << "seed " << seed;
    ASSERT_EQ(first->visible_content("/db"), first->durable_content("/db"));
    ASSERT_EQ(first->pending_changes(), 0u);
    all.insert(*first->visible_content("/db"));
  }
  EXPECT_GT(all.size(), 200u);
  EXPECT_EQ(disk_.pending_changes(), pending);
  EXPECT_EQ(*disk_.durable_content("/db"), std::string(20'000, 'a'));
}

TEST_F(SimDiskTest, VersionTellsWhetherAnythingChanged) {
  auto file = durable("/db", "a");
  const uint64_t version = disk_.version();
  EXPECT_EQ(content_of(*file), "a");
  EXPECT_EQ(disk_.version(), version);
  EXPECT_OK(file->write(0, as_bytes("b")));
  EXPECT_NE(disk_.version(), version);
}

}  // namespace
}  // namespace ddb
