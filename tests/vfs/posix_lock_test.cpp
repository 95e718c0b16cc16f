// posix_lock_test: locks between processes, and the pid in the message.
#include "vfs/posix_lock.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <functional>
#include <iostream>
#include <thread>

#include "vfs/bytes.h"
#include "vfs/scratch_directory.h"

namespace ddb {
namespace {

// Another process that holds a lock until told to end. `ready` runs in it with the open file.
class Holder {
 public:
  Holder(const std::string& path, LockMode mode, const std::function<void(File&)>& ready = nullptr) {
    int to_parent[2];
    EXPECT_EQ(::pipe(to_parent), 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      auto file = Vfs::posix().open(path, OpenMode::kReadWrite);
      if (!file.is_ok() || !(*file)->try_lock(mode).is_ok()) ::_exit(1);
      if (ready) ready(**file);
      (void)!::write(to_parent[1], "x", 1);
      while (true) ::pause();
    }
    char byte = 0;
    EXPECT_EQ(::read(to_parent[0], &byte, 1), 1);
    ::close(to_parent[0]);
    ::close(to_parent[1]);
  }
  ~Holder() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = 0;
};

class PosixLock : public ::testing::Test {
 protected:
  PosixLock() : path_(scratch_.path("a")) { must_open(vfs_, path_, OpenMode::kCreateNew); }
  std::unique_ptr<File> open(OpenMode mode = OpenMode::kReadWrite) { return must_open(vfs_, path_, mode); }
  static void expect_in_use_by(const Status& status, pid_t pid) {
    EXPECT_TRUE(status.is(sqlstate::kObjectInUse)) << status.to_string();
    const std::string who = "in use by process " + std::to_string(pid);
    EXPECT_NE(status.message().find(who), std::string_view::npos) << status.to_string() << ", wanted " << pid;
  }
  // What another process gets that tries now: 0 the lock, 1 refused naming our pid, 2 refused naming nobody.
  int outcome_in_child(LockMode mode) {
    const std::string us = "process " + std::to_string(::getpid());
    const pid_t child = ::fork();
    if (child == 0) {
      auto file = vfs_.open(path_, OpenMode::kReadWrite);
      const Status status = (*file)->try_lock(mode);
      if (status.is_ok()) ::_exit(0);
      if (status.message().find(us) != std::string_view::npos) ::_exit(1);
      std::cerr << "wanted " << us << ": " << status.to_string() << std::endl;
      ::_exit(2);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  ScratchDirectory scratch_;
  Vfs& vfs_ = Vfs::posix();
  std::string path_;
};

TEST_F(PosixLock, ConflictsNameTheOtherProcess) {
  Holder holder(path_, LockMode::kExclusive);
  expect_in_use_by(open()->try_lock(LockMode::kExclusive), holder.pid());
  expect_in_use_by(open(OpenMode::kReadOnly)->try_lock(LockMode::kShared), holder.pid());
}

TEST_F(PosixLock, ConflictsInsideTheProcessNameItself) {
  auto holder = open();
  EXPECT_OK(holder->try_lock(LockMode::kExclusive));
  expect_in_use_by(open()->try_lock(LockMode::kShared), ::getpid());
}

TEST_F(PosixLock, ReadersOfManyProcessesShare) {
  Holder first(path_, LockMode::kShared);
  Holder second(path_, LockMode::kShared);
  auto mine = open(OpenMode::kReadOnly);
  EXPECT_OK(mine->try_lock(LockMode::kShared));
  const Status refused = open()->try_lock(LockMode::kExclusive);
  EXPECT_TRUE(refused.is(sqlstate::kObjectInUse)) << refused.to_string();
  EXPECT_TRUE(mine->write(0, as_bytes("x")).is(sqlstate::kReadOnly));
}

TEST_F(PosixLock, TheLockEndsWithTheProcess) {
  { Holder holder(path_, LockMode::kExclusive); }
  EXPECT_OK(open()->try_lock(LockMode::kExclusive));
}

TEST_F(PosixLock, ClosingAnotherDescriptorKeepsTheLockAndThePid) {
  auto holder = open();
  EXPECT_OK(holder->try_lock(LockMode::kExclusive));
  EXPECT_EQ(outcome_in_child(LockMode::kShared), 1);
  for (int i = 0; i < 3; ++i) {
    open();                                                                // closes at once
    expect_in_use_by(open()->try_lock(LockMode::kExclusive), ::getpid());  // refused and closed
    EXPECT_EQ(outcome_in_child(LockMode::kExclusive), 1);
  }
  holder.reset();
  EXPECT_EQ(outcome_in_child(LockMode::kExclusive), 0);
}

TEST_F(PosixLock, OneOfTwoSharersMayClose) {
  auto first = open(OpenMode::kReadOnly);
  auto second = open(OpenMode::kReadOnly);
  EXPECT_OK(first->try_lock(LockMode::kShared));
  EXPECT_OK(second->try_lock(LockMode::kShared));
  first.reset();
  EXPECT_EQ(outcome_in_child(LockMode::kExclusive), 1);
  EXPECT_EQ(outcome_in_child(LockMode::kShared), 0);
  second.reset();
  EXPECT_EQ(outcome_in_child(LockMode::kExclusive), 0);
}

TEST_F(PosixLock, AForeignCloseInTheHolderKeepsTheLockAndThePid) {
  // The host reads the database file by itself, say for a copy: the kernel drops the classic lock.
  Holder holder(path_, LockMode::kExclusive, [this](File&) { ::close(::open(path_.c_str(), O_RDONLY)); });
  expect_in_use_by(open()->try_lock(LockMode::kExclusive), holder.pid());
}

TEST_F(PosixLock, AForkedChildNeitherHoldsNorDropsTheLock) {
  auto holder = open();
  EXPECT_OK(holder->try_lock(LockMode::kExclusive));
  int to_child[2];
  int to_parent[2];
  ASSERT_EQ(::pipe(to_child), 0);
  ASSERT_EQ(::pipe(to_parent), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(to_child[1]);
    auto mine = vfs_.open(path_, OpenMode::kReadWrite);
    const bool refused = (*mine)->try_lock(LockMode::kExclusive).is(sqlstate::kObjectInUse);
    char byte = 0;
    (void)!::write(to_parent[1], "x", 1);
    (void)!::read(to_child[0], &byte, 1);  // keeps its copy of the descriptor open meanwhile
    ::_exit(refused ? 0 : 1);
  }
  char byte = 0;
  EXPECT_EQ(::read(to_parent[0], &byte, 1), 1);
  ::close(to_parent[0]);
  ::close(to_parent[1]);
  ::close(to_child[0]);
  const pid_t closer = ::fork();
  if (closer == 0) {
    holder.reset();
    ::_exit(0);
  }
  ::waitpid(closer, nullptr, 0);
  EXPECT_EQ(outcome_in_child(LockMode::kExclusive), 1);
  holder.reset();  // frees the lock although the child still has a copy
  EXPECT_OK(open()->try_lock(LockMode::kExclusive));
  ::close(to_child[1]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST_F(PosixLock, ThreadsThatOpenAndCloseNeverLoseThePidForLong) {
  auto holder = open();
  EXPECT_OK(holder->try_lock(LockMode::kExclusive));
  std::atomic<bool> stop{false};
  std::thread closer([&] {
    while (!stop) {
      auto file = Vfs::posix().open(path_, OpenMode::kReadWrite);
      ASSERT_TRUE((*file)->try_lock(LockMode::kExclusive).is(sqlstate::kObjectInUse));
    }
  });
  for (int i = 0; i < 100; ++i) EXPECT_EQ(outcome_in_child(LockMode::kExclusive), 1);
  stop = true;
  closer.join();
}

TEST_F(PosixLock, OnlyOneOfManyThreadsGetsIt) {
  for (int round = 0; round < 50; ++round) {
    std::vector<std::unique_ptr<File>> files;
    std::atomic<int> winners{0};
    for (int t = 0; t < 4; ++t) files.push_back(open());
    std::vector<std::thread> threads;
    for (auto& file : files) {
      threads.emplace_back([&] { winners += file->try_lock(LockMode::kExclusive).is_ok() ? 1 : 0; });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(winners, 1);
  }
}

}  // namespace
}  // namespace ddb
