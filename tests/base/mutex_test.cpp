// mutex_test: lock and condition, over threads and over fibers.
#include "base/mutex.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "base/fiber_scheduler.h"

namespace ddb {
namespace {

TEST(NativeMutex, ExcludesThreads) {
  Mutex mutex(Runtime::native());
  int counter = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5'000; ++i) {
        MutexLock lock(mutex);
        ++counter;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(counter, 20'000);
}

TEST(NativeCondVar, WaitsForTheCondition) {
  Mutex mutex(Runtime::native());
  CondVar changed(Runtime::native());
  int turn = 0;
  std::thread other([&] {
    for (int i = 1; i < 200; i += 2) {
      MutexLock lock(mutex);
      while (turn != i) changed.wait(mutex);
      ++turn;
      changed.notify_all();
    }
  });
  for (int i = 0; i < 200; i += 2) {
    MutexLock lock(mutex);
    while (turn != i) changed.wait(mutex);
    ++turn;
    changed.notify_all();
  }
  other.join();
  EXPECT_EQ(turn, 200);
}

TEST(NativeCondVar, DeadlinePasses) {
  Mutex mutex(Runtime::native());
  CondVar changed(Runtime::native());
  MutexLock lock(mutex);
  const uint64_t deadline = Runtime::native().now_ns() + 2'000'000;
  while (changed.wait_until(mutex, deadline)) {
  }
  EXPECT_GE(Runtime::native().now_ns(), deadline);
  EXPECT_FALSE(changed.wait_until(mutex, 0));
}

TEST(CoopMutex, ExcludesFibersAcrossSwitches) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    FiberScheduler scheduler(seed);
    Mutex mutex(scheduler);
    int inside = 0;
    int rounds = 0;
    for (int f = 0; f < 4; ++f) {
      scheduler.spawn("worker", [&] {
        for (int i = 0; i < 20; ++i) {
          MutexLock lock(mutex);
          ASSERT_EQ(++inside, 1);
          scheduler.yield();
          --inside;
          ++rounds;
        }
      });
    }
    const Status status = scheduler.run();
    ASSERT_TRUE(status.is_ok()) << status.to_string();
    ASSERT_EQ(rounds, 80) << "seed " << seed;
  }
}

TEST(CoopMutex, LockObjectsCanBeReleasedInBetween) {
  FiberScheduler scheduler(3);
  Mutex mutex(scheduler);
  bool other_ran = false;
  scheduler.spawn("first", [&] {
    MutexLock lock(mutex);
    lock.unlock();
    while (!other_ran) scheduler.yield();
    lock.lock();
  });
  scheduler.spawn("second", [&] {
    MutexLock lock(mutex);
    other_ran = true;
  });
  EXPECT_TRUE(scheduler.run().is_ok());
}

TEST(CoopCondVar, NoNotificationIsLost) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    FiberScheduler scheduler(seed);
    Mutex mutex(scheduler);
    CondVar changed(scheduler);
    int queued = 0;
    int taken = 0;
    for (int f = 0; f < 3; ++f) {
      scheduler.spawn("consumer", [&] {
        for (int i = 0; i < 10; ++i) {
          MutexLock lock(mutex);
          while (queued == 0) changed.wait(mutex);
          --queued;
          ++taken;
        }
      });
    }
    scheduler.spawn("producer", [&] {
      for (int i = 0; i < 30; ++i) {
        MutexLock lock(mutex);
        ++queued;
        changed.notify_one();
      }
    });
    const Status status = scheduler.run();
    ASSERT_TRUE(status.is_ok()) << "seed " << seed << ": " << status.to_string();
    ASSERT_EQ(taken, 30);
  }
}

TEST(CoopCondVar, DeadlineIsOnTheSimulatedClock) {
  FiberScheduler scheduler(5);
  Mutex mutex(scheduler);
  CondVar changed(scheduler);
  bool woken = true;
  const uint64_t start = scheduler.now_ns();
  const uint64_t hour = 3'600'000'000'000ull;
  scheduler.spawn("waiter", [&] {
    MutexLock lock(mutex);
    woken = changed.wait_until(mutex, start + hour);
  });
  EXPECT_TRUE(scheduler.run().is_ok());
  EXPECT_FALSE(woken);
  EXPECT_GE(scheduler.now_ns(), start + hour);
  EXPECT_LT(scheduler.now_ns(), start + hour + 1'000'000'000);
}

}  // namespace
}  // namespace ddb
