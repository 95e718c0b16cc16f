// sim_vfs_test: I/O points, hooks, faults, capacity, syncs in two phases, and a lack of memory.
#include "vfs/sim_vfs.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "base/failing_new.h"
#include "base/fiber_scheduler.h"
#include "base/inline_runtime.h"
#include "vfs/bytes.h"
#include "vfs/memory_vfs.h"

namespace ddb {
namespace {

class SimVfsTest : public ::testing::Test {
 protected:
  SimDisk disk_;
  InlineRuntime runtime_{1};
  SimVfs vfs_{disk_, runtime_};
  void inject(IoCall wanted, InjectedFault fault) {
    vfs_.set_faults([=](IoCall call, const std::string&, uint64_t) {
      return call == wanted ? fault : InjectedFault::kNone;
    });
  }
};

TEST_F(SimVfsTest, EveryCallThatReachesTheDiskIsAPoint) {
  std::vector<uint64_t> points;
  vfs_.set_hook([&](uint64_t index) { points.push_back(index); });
  auto file = must_open(vfs_, "/a", OpenMode::kCreateNew);
  EXPECT_OK(file->write(0, as_bytes("x")));
  EXPECT_EQ(content_of(*file), "x");
  EXPECT_OK(file->truncate(0));
  EXPECT_OK(file->allocate(0, 10));
  EXPECT_OK(vfs_.rename("/a", "/b"));
  EXPECT_OK(vfs_.unlink("/b"));
  EXPECT_EQ(points, (std::vector<uint64_t>{1, 2, 3, 4, 5, 6, 7}));
  EXPECT_OK(file->sync());
  EXPECT_OK(vfs_.sync_dir("/b"));
  EXPECT_EQ(vfs_.io_count(), 11u);  // two points each
  ASSERT_TRUE(vfs_.open_temp("").is_ok());
  EXPECT_EQ(vfs_.io_count(), 12u);
  EXPECT_TRUE(vfs_.exists("/b").is_ok());
  EXPECT_TRUE(file->size().is_ok());
  EXPECT_OK(file->try_lock(LockMode::kExclusive));
  EXPECT_EQ(vfs_.io_count(), 12u);
}

TEST_F(SimVfsTest, TheHookSeesTheDiskBeforeTheEffect) {
  std::vector<std::string> seen;
  auto file = must_open(vfs_, "/a", OpenMode::kCreateNew);
  EXPECT_OK(vfs_.sync_dir("/a"));
  vfs_.set_hook(
      [&](uint64_t) { seen.push_back(*disk_.visible_content("/a") + "|" + *disk_.durable_content("/a")); });
  EXPECT_OK(file->write(0, as_bytes("x")));
  EXPECT_OK(file->sync());
  EXPECT_OK(file->write(0, as_bytes("y")));
  EXPECT_EQ(seen, (std::vector<std::string>{"|", "x|", "x|", "x|x"}));
}

TEST_F(SimVfsTest, EachCallCanFail) {
  auto file = must_open(vfs_, "/a", OpenMode::kCreateNew);
  EXPECT_OK(file->write(0, as_bytes("x")));
  const std::vector<std::pair<IoCall, std::function<Status()>>> calls = {
      {IoCall::kRead,
       [&] {
         std::byte byte;
         return file->read(0, {&byte, 1}).status();
       }},
      {IoCall::kWrite, [&] { return file->write(0, as_bytes("y")); }},
      {IoCall::kSync, [&] { return file->sync(); }},
      {IoCall::kTruncate, [&] { return file->truncate(0); }},
      {IoCall::kAllocate, [&] { return file->allocate(0, 100); }},
      {IoCall::kOpen, [&] { return vfs_.open("/b", OpenMode::kOpenOrCreate).status(); }},
      {IoCall::kOpen, [&] { return vfs_.open_temp("").status(); }},
      {IoCall::kUnlink, [&] { return vfs_.unlink("/a"); }},
      {IoCall::kRename, [&] { return vfs_.rename("/a", "/b"); }},
      {IoCall::kSyncDir, [&] { return vfs_.sync_dir("/a"); }},
  };
  for (const auto& [kind, call] : calls) {
    inject(kind, InjectedFault::kIoError);
    EXPECT_TRUE(call().is(sqlstate::kIoError)) << io_call_name(kind);
    inject(kind, InjectedFault::kNoSpace);
    EXPECT_TRUE(call().is(sqlstate::kDiskFull)) << io_call_name(kind);
  }
  vfs_.set_faults(nullptr);
  EXPECT_EQ(content_of(*file), "x");
  EXPECT_EQ(disk_.file_names(), std::vector<std::string>{"/a"});
}

TEST_F(SimVfsTest, AShortWriteDoesItsFirstPart) {
  auto file = must_open(vfs_, "/a", OpenMode::kCreateNew);
  std::set<size_t> lengths;
  for (int i = 0; i < 50; ++i) {
    inject(IoCall::kWrite, i % 2 == 0 ? InjectedFault::kShortIoError : InjectedFault::kShortNoSpace);
    const Status status = file->write(0, as_bytes("0123456789"));
    EXPECT_TRUE(status.is(i % 2 == 0 ? sqlstate::kIoError : sqlstate::kDiskFull));
    vfs_.set_faults(nullptr);
    const std::string content = content_of(*file);
    EXPECT_EQ(content, std::string("0123456789").substr(0, content.size()));
    EXPECT_LT(content.size(), 10u);
    lengths.insert(content.size());
    EXPECT_OK(file->truncate(0));
  }
  EXPECT_GT(lengths.size(), 5u);
}

TEST_F(SimVfsTest, AFullDiskRefusesGrowthOnly) {
  disk_.set_capacity(8'192);
  auto file = must_open(vfs_, "/a", OpenMode::kCreateNew);
  EXPECT_OK(file->write(0, as_bytes(std::string(8'192, 'x'))));
  EXPECT_TRUE(file->write(8'192, as_bytes("x")).is(sqlstate::kDiskFull));
  EXPECT_TRUE(file->allocate(0, 9'000).is(sqlstate::kDiskFull));
  EXPECT_OK(file->write(100, as_bytes("y")));
  auto other = must_open(vfs_, "/b", OpenMode::kCreateNew);
  EXPECT_TRUE(other->write(0, as_bytes("x")).is(sqlstate::kDiskFull));
  EXPECT_OK(vfs_.unlink("/a"));
  EXPECT_OK(vfs_.sync_dir("/a"));
  EXPECT_TRUE(other->write(0, as_bytes("x")).is(sqlstate::kDiskFull));  // still open
  file.reset();
  EXPECT_OK(other->write(0, as_bytes("x")));
}

// Two fibers write and sync one file. What a sync covers was written before it began, whoever wrote it.
TEST(SimVfsFibers, ASyncDoesNotCoverWritesDuringIt) {
  int excluded = 0;
  for (uint64_t seed = 0; seed < 500; ++seed) {
    FiberScheduler scheduler(seed);
    SimDisk disk;
    SimVfs vfs(disk, scheduler);
    auto file = must_open(vfs, "/a", OpenMode::kCreateNew);
    EXPECT_OK(vfs.sync_dir("/a"));
    EXPECT_OK(file->write(0, as_bytes(std::string(1'024, '0'))));
    EXPECT_OK(file->sync());
    bool syncing = false;
    bool began_before_write = false;
    bool written_before_end = false;
    scheduler.spawn("syncer", [&] {
      EXPECT_OK(file->write(0, as_bytes("1")));
      bool first_point = true;
      vfs.set_hook([&](uint64_t) {
        if (scheduler.current_thread() != 1) return;
        if (!first_point) syncing = true;  // the point between begin and end
        first_point = false;
      });
      EXPECT_OK(file->sync());
      syncing = false;
      auto after = disk.crash(seed, CrashMode::kAllLost);
      const std::string left = *after->visible_content("/a");
      ASSERT_EQ(left[0], '1') << "seed " << seed;
      if (began_before_write && written_before_end) {
        ASSERT_EQ(left[600], '0') << "seed " << seed;
        ++excluded;
      }
    });
    scheduler.spawn("writer", [&] {
      scheduler.yield();
      const bool before = syncing;
      EXPECT_OK(file->write(600, as_bytes("2")));
      began_before_write = before;
      written_before_end = syncing;
    });
    const Status status = scheduler.run();
    ASSERT_TRUE(status.is_ok()) << status.to_string();
  }
  EXPECT_GT(excluded, 10);
}

TEST(SimVfsFibers, OverlappingSyncsEachCoverTheirBeginning) {
  for (uint64_t seed = 0; seed < 1'000; ++seed) {
    FiberScheduler scheduler(seed);
    SimDisk disk;
    SimVfs vfs(disk, scheduler);
    must_open(vfs, "/a", OpenMode::kCreateNew);
    EXPECT_OK(vfs.sync_dir("/a"));
    std::vector<std::unique_ptr<File>> files;
    for (uint64_t f = 0; f < 3; ++f) files.push_back(must_open(vfs, "/a", OpenMode::kReadWrite));
    for (uint64_t f = 0; f < 3; ++f) {
      scheduler.spawn("leader", [&, f] {
        for (uint64_t i = 0; i < 4; ++i) {
          const uint64_t place = (i * 3 + f) * 512;
          EXPECT_OK(files[f]->write(place, as_bytes(std::string(512, static_cast<char>('a' + f)))));
          EXPECT_OK(files[f]->sync());
          const std::string left = *disk.crash(seed * 16 + i)->visible_content("/a");
          for (uint64_t mine = f; mine <= i * 3 + f; mine += 3) {
            ASSERT_EQ(left.substr(mine * 512, 512), std::string(512, static_cast<char>('a' + f)))
                << "seed " << seed;
          }
        }
      });
    }
    const Status status = scheduler.run();
    ASSERT_TRUE(status.is_ok()) << status.to_string();
  }
}

// A sync that runs beside a failing one must not report success for bytes that the other has lost.
TEST(SimVfsFibers, ASyncBesideAFailingOneNeverLies) {
  int failures = 0;
  for (uint64_t seed = 0; seed < 1'000; ++seed) {
    FiberScheduler scheduler(seed);
    SimDisk disk;
    SimVfs vfs(disk, scheduler);
    must_open(vfs, "/a", OpenMode::kCreateNew);
    EXPECT_OK(vfs.sync_dir("/a"));
    vfs.set_faults([&](IoCall call, const std::string&, uint64_t index) {
      return call == IoCall::kSync && mix64(seed ^ index) % 4 == 0 ? InjectedFault::kIoError
                                                                   : InjectedFault::kNone;
    });
    for (uint64_t f = 0; f < 3; ++f) {
      scheduler.spawn("leader", [&, f] {
        auto mine = must_open(vfs, "/a", OpenMode::kReadWrite);
        EXPECT_OK(mine->write(f * 512, as_bytes(std::string(512, 'x'))));
        if (!mine->sync().is_ok()) {
          ++failures;
          return;
        }
        const std::string left = *disk.crash(seed)->visible_content("/a");
        ASSERT_EQ(left.substr(f * 512, 512), std::string(512, 'x')) << "seed " << seed;
      });
    }
    ASSERT_TRUE(scheduler.run().is_ok());
  }
  EXPECT_GT(failures, 100);
}

// So also on one descriptor. A failure before the sync began is told to whoever asked then, and to nobody after: that
// is why each activity needs a descriptor of its own.
TEST(SimVfsFibers, ASyncThatBeganBeforeAFailureFailsOnTheSameOpen) {
  int met = 0;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    FiberScheduler scheduler(seed);
    SimDisk disk;
    SimVfs vfs(disk, scheduler);
    auto file = must_open(vfs, "/a", OpenMode::kCreateNew);
    int points = 0;
    bool ended = false;
    bool failed_meanwhile = false;
    vfs.set_hook([&](uint64_t) { points += scheduler.current_thread() == 1 ? 1 : 0; });
    vfs.set_faults([&](IoCall call, const std::string&, uint64_t) {
      return call == IoCall::kSync && scheduler.current_thread() == 2 ? InjectedFault::kIoError
                                                                      : InjectedFault::kNone;
    });
    scheduler.spawn("good", [&] {
      EXPECT_OK(file->write(0, as_bytes("x")));
      const Status status = file->sync();
      ended = true;
      EXPECT_EQ(status.is_ok(), !failed_meanwhile) << "seed " << seed;
    });
    scheduler.spawn("bad", [&] {
      while (points < 3) scheduler.yield();  // write, begin, between begin and end
      EXPECT_FALSE(file->sync().is_ok());
      failed_meanwhile = !ended;
      met += ended ? 0 : 1;
    });
    ASSERT_TRUE(scheduler.run().is_ok());
  }
  EXPECT_GT(met, 10);
}

TEST(SimVfsFibers, TheSameSeedGivesTheSamePointsAndDisk) {
  auto run = [](uint64_t seed) {
    FiberScheduler scheduler(seed);
    SimDisk disk;
    SimVfs vfs(disk, scheduler);
    for (int f = 0; f < 3; ++f) {
      scheduler.spawn("f", [&, f] {
        auto file = must_open(vfs, "/a", OpenMode::kOpenOrCreate);
        for (int i = 0; i < 10; ++i) {
          EXPECT_OK(file->write(scheduler.random64() % 5'000,
                                as_bytes(std::string(300, static_cast<char>('a' + f)))));
          if (i % 4 == 0) EXPECT_OK(file->sync());
        }
      });
    }
    EXPECT_TRUE(scheduler.run().is_ok());
    return disk.crash(seed)->visible_content("/a").value_or("-") + *disk.visible_content("/a") +
           std::to_string(vfs.io_count()) + "," + std::to_string(disk.version());
  };
  for (uint64_t seed = 0; seed < 50; ++seed) ASSERT_EQ(run(seed), run(seed)) << "seed " << seed;
}

// Every allocation of every call fails in turn: the call says 53200 or succeeds, and the file is as before or as after.
template <typename V>
void fail_each_allocation(V& vfs) {
  auto file = must_open(vfs, "/a", OpenMode::kCreateNew);
  const std::string old_content(10'000, 'a');
  const std::string bytes(9'000, 'b');
  const std::string path = "/a";
  const std::string other = "/a-name-that-is-too-long-for-the-small-string";
  const std::string third = "/another-name-that-is-too-long-for-the-small-string";
  const std::string directory = "/tmp";
  std::vector<std::function<Status()>> calls = {
      [&] { return file->write(0, as_bytes(bytes)); },
      [&] { return file->write(200'000, as_bytes(bytes)); },
      [&] { return file->truncate(5'001); },
      [&] { return file->allocate(0, 300'000); },
      [&] { return file->sync(); },
      [&] { return vfs.open(other, OpenMode::kOpenOrCreate).status(); },
      [&] { return vfs.open_temp(directory).status(); },
      [&] { return vfs.rename(other, third); },
      [&] { return vfs.sync_dir(path); },
      [&] { return vfs.unlink(third); },
      [&] { return vfs.resolve(other).status(); },
  };
  for (size_t c = 0; c < calls.size(); ++c) {
    EXPECT_OK(file->truncate(0));
    EXPECT_OK(file->write(0, as_bytes(old_content)));
    for (uint64_t nth = 1;; ++nth) {
      ASSERT_LT(nth, 1'000u);
      Status status;
      {
        FailingNew fail(nth);
        status = calls[c]();
      }
      if (status.is_ok()) break;
      ASSERT_TRUE(status.is(sqlstate::kOutOfMemory))
          << "call " << c << " allocation " << nth << ": " << status.to_string();
      ASSERT_EQ(content_of(*file), old_content) << "call " << c << " allocation " << nth;
    }
  }
}

TEST_F(SimVfsTest, EachAllocationMayFail) { fail_each_allocation(vfs_); }

TEST(MemoryVfsMemory, EachAllocationMayFail) {
  MemoryVfs vfs;
  fail_each_allocation(vfs);
}

}  // namespace
}  // namespace ddb
