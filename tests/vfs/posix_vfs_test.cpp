// posix_vfs_test: what only the operating system has: permissions, links, odd files, forks.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>

#include "vfs/bytes.h"
#include "vfs/posix_error.h"
#include "vfs/scratch_directory.h"

namespace ddb {
namespace {

// Runs `body` in a forked child, as a user without privileges if `unprivileged`. Returns what body returned.
int in_child(bool unprivileged, const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr uid_t kNobody = 65534;
    if (unprivileged && ::getuid() == 0 && (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0)) ::_exit(99);
    ::_exit(body());
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

class PosixVfs : public ::testing::Test {
 protected:
  PosixVfs() { ::chmod(scratch_.root().c_str(), 0755); }
  void write_file(const std::string& name, const std::string& content) {
    std::ofstream(scratch_.path(name)) << content;
  }
  ScratchDirectory scratch_;
  Vfs& vfs_ = Vfs::posix();
};

TEST_F(PosixVfs, AReadOnlyDirectoryCanBeReadAndSaysSoWhenWritten) {
  write_file("a", "text");
  const int result = in_child(true, [&] {
    auto file = vfs_.open(scratch_.path("a"), OpenMode::kReadOnly);
    if (!file.is_ok() || content_of(**file) != "text") return 1;
    if (!(*file)->try_lock(LockMode::kShared).is_ok()) return 2;
    if (!vfs_.open(scratch_.path("a"), OpenMode::kReadWrite).status().is(sqlstate::kReadOnly)) return 3;
    const Status create = vfs_.open(scratch_.path("b"), OpenMode::kCreateNew).status();
    if (!create.is(sqlstate::kReadOnly) || create.sys_errno() != EACCES) return 4;
    if (create.message().find(scratch_.path("b")) == std::string_view::npos || create.hint().empty())
      return 5;
    if (!vfs_.unlink(scratch_.path("a")).is(sqlstate::kReadOnly)) return 6;
    if (!vfs_.rename(scratch_.path("a"), scratch_.path("c")).is(sqlstate::kReadOnly)) return 7;
    if (!vfs_.open_temp(scratch_.root()).status().is(sqlstate::kReadOnly)) return 8;
    return 0;
  });
  EXPECT_EQ(result, 0);
}

TEST_F(PosixVfs, AnUnreadableFileIsAnIoError) {
  write_file("a", "secret");
  ::chmod(scratch_.path("a").c_str(), 0);
  EXPECT_EQ(
      in_child(true,
               [&] {
                 return vfs_.open(scratch_.path("a"), OpenMode::kReadOnly).status().is(sqlstate::kIoError)
                            ? 0
                            : 1;
               }),
      0);
}

TEST_F(PosixVfs, ErrnosHaveTheirSqlstate) {
  auto state_of = [](int error, PosixAccess access) {
    return posix_error("call", "/a", error, access).sqlstate();
  };
  EXPECT_EQ(state_of(ENOSPC, PosixAccess::kWriting), sqlstate::kDiskFull);
  EXPECT_EQ(state_of(EDQUOT, PosixAccess::kWriting), sqlstate::kDiskFull);
  EXPECT_EQ(state_of(EROFS, PosixAccess::kWriting), sqlstate::kReadOnly);
  EXPECT_EQ(state_of(EACCES, PosixAccess::kReading), sqlstate::kIoError);
  EXPECT_EQ(state_of(EIO, PosixAccess::kWriting), sqlstate::kIoError);
  EXPECT_EQ(state_of(ENOMEM, PosixAccess::kWriting), sqlstate::kOutOfMemory);
  const Status status = posix_error("pwrite", "/a", ENOSPC, PosixAccess::kWriting);
  EXPECT_EQ(status.message(), "pwrite of \"/a\" failed: No space left on device");
  EXPECT_EQ(status.sys_errno(), ENOSPC);
}

TEST_F(PosixVfs, AWriteThatStopsInTheMiddleIsAnError) {
  auto limited = must_open(vfs_, scratch_.path("a"), OpenMode::kCreateNew);
  EXPECT_EQ(in_child(false,
                     [&] {
                       std::signal(SIGXFSZ, SIG_IGN);
                       const rlimit limit{10'000, 10'000};
                       ::setrlimit(RLIMIT_FSIZE, &limit);
                       const Status status = limited->write(0, as_bytes(std::string(20'000, 'x')));
                       return status.is(sqlstate::kIoError) && status.sys_errno() == EFBIG ? 0 : 1;
                     }),
            0);
  EXPECT_EQ(limited->size().value(), 10'000u);
}

TEST_F(PosixVfs, OnlyRegularFilesAreOpened) {
  EXPECT_FALSE(vfs_.open(scratch_.root(), OpenMode::kReadOnly).is_ok());
  ASSERT_EQ(::mkfifo(scratch_.path("fifo").c_str(), 0600), 0);
  const Status fifo = vfs_.open(scratch_.path("fifo"), OpenMode::kReadOnly).status();  // and does not wait
  EXPECT_NE(fifo.message().find("not a regular file"), std::string_view::npos) << fifo.to_string();
  EXPECT_TRUE(vfs_.open("", OpenMode::kReadOnly).status().is(sqlstate::kUndefinedFile));
  EXPECT_TRUE(vfs_.open(std::string("a\0b", 3), OpenMode::kReadOnly).status().is(sqlstate::kUndefinedFile));
}

TEST_F(PosixVfs, ResolveFollowsLinksAlsoToFilesThatAreNotThereYet) {
  namespace fs = std::filesystem;
  fs::create_directory(scratch_.path("dir"));
  fs::create_symlink("dir", scratch_.path("link"));
  const std::string root = fs::canonical(scratch_.root()).string();
  EXPECT_EQ(vfs_.resolve(scratch_.path("link/a")).value(), root + "/dir/a");
  fs::create_symlink("dir/target", scratch_.path("dangling"));
  EXPECT_EQ(vfs_.resolve(scratch_.path("dangling")).value(), root + "/dir/target");
  must_open(vfs_, scratch_.path("dangling"), OpenMode::kOpenOrCreate);
  EXPECT_TRUE(fs::exists(root + "/dir/target"));
  EXPECT_EQ(vfs_.resolve(scratch_.path("dangling")).value(), root + "/dir/target");
  fs::create_symlink("loop", scratch_.path("loop"));
  EXPECT_FALSE(vfs_.resolve(scratch_.path("loop")).is_ok());
  EXPECT_TRUE(vfs_.resolve(scratch_.path("nowhere/a")).status().is(sqlstate::kUndefinedFile));
}

TEST_F(PosixVfs, DescriptorsAreClosedOnExecAndAboveTheStandardStreams) {
  EXPECT_EQ(in_child(false,
                     [&] {
                       ::close(0);
                       auto file = vfs_.open(scratch_.path("a"), OpenMode::kCreateNew);
                       if (!file.is_ok() || ::fcntl(0, F_GETFD) != -1) return 1;
                       for (int fd = 3; fd < 100; ++fd) {
                         char target[200] = {};
                         const std::string link = "/proc/self/fd/" + std::to_string(fd);
                         if (::readlink(link.c_str(), target, sizeof(target) - 1) <= 0) continue;
                         if (std::string(target).find(scratch_.root()) == std::string::npos) continue;
                         return (::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0 ? 0 : 2;
                       }
                       return 3;
                     }),
            0);
}

TEST_F(PosixVfs, TempFilesLeaveNoName) {
  auto file = vfs_.open_temp(scratch_.root());
  ASSERT_TRUE(file.is_ok());
  EXPECT_TRUE(std::filesystem::is_empty(scratch_.root()));
}

TEST_F(PosixVfs, AForkedChildSeesAnotherGeneration) {
  const std::atomic<uint32_t>& generation = vfs_.fork_generation();
  const uint32_t before = generation.load();
  EXPECT_EQ(in_child(false,
                     [&] {
                       if (generation.load() != before + 1) return 1;
                       return in_child(false, [&] { return generation.load() == before + 2 ? 0 : 2; });
                     }),
            0);
  EXPECT_EQ(generation.load(), before);
}

TEST_F(PosixVfs, AllocateReservesBlocks) {
  auto file = must_open(vfs_, scratch_.path("a"), OpenMode::kCreateNew);
  EXPECT_OK(file->allocate(0, 1 << 20));
  struct stat info {};
  ASSERT_EQ(::stat(scratch_.path("a").c_str(), &info), 0);
  EXPECT_EQ(info.st_size, 1 << 20);
  EXPECT_GE(info.st_blocks * 512, 1 << 20);
}

}  // namespace
}  // namespace ddb
