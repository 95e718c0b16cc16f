// fiber_scheduler_test: one seed, one run; deadlocks are named; waiting, joining and stopping do what they say.
#include "base/fiber_scheduler.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/inline_runtime.h"

namespace ddb {
namespace {

std::string trace_of(uint64_t seed) {
  FiberScheduler scheduler(seed);
  std::string trace;
  int key = 0;
  for (char name : {'a', 'b', 'c', 'd'}) {
    scheduler.spawn(std::string(1, name), [&scheduler, &trace, &key, name] {
      for (int i = 0; i < 30; ++i) {
        trace += name;
        switch (scheduler.random64() % 4) {
          case 0:
            scheduler.wait(&key, scheduler.now_ns() + scheduler.random64() % 50'000);
            break;
          case 1:
            scheduler.wake(&key, false);
            [[fallthrough]];
          default:
            scheduler.yield();
        }
      }
    });
  }
  const Status status = scheduler.run();
  EXPECT_TRUE(status.is_ok()) << status.to_string();
  return trace + " " + std::to_string(scheduler.now_ns()) + " " + std::to_string(scheduler.steps());
}

TEST(FiberScheduler, TheSameSeedGivesTheSameRun) {
  std::set<std::string> traces;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const std::string trace = trace_of(seed);
    ASSERT_EQ(trace, trace_of(seed)) << "seed " << seed;
    traces.insert(trace);
  }
  EXPECT_EQ(traces.size(), 100u);
}

TEST(FiberScheduler, FindsEveryOrderOfAFewSteps) {
  // Two fibers of three steps interleave in 20 ways.
  std::set<std::string> orders;
  for (uint64_t seed = 0; seed < 1'000; ++seed) {
    FiberScheduler scheduler(seed);
    std::string order;
    for (char name : {'a', 'b'}) {
      scheduler.spawn(std::string(1, name), [&scheduler, &order, name] {
        for (int i = 0; i < 3; ++i) {
          order += name;
          scheduler.yield();
        }
      });
    }
    ASSERT_TRUE(scheduler.run().is_ok());
    orders.insert(order);
  }
  EXPECT_EQ(orders.size(), 20u);
}

TEST(FiberScheduler, ADeadlockNamesTheFibers) {
  FiberScheduler scheduler(1);
  int key = 0;
  scheduler.spawn("ends", [&] { scheduler.yield(); });
  scheduler.spawn("writer", [&] { scheduler.wait(&key, kNoDeadline); });
  scheduler.spawn("checkpoint", [&] { scheduler.wait(&scheduler, kNoDeadline); });
  const Status status = scheduler.run();
  EXPECT_TRUE(status.is(sqlstate::kInternal));
  const std::string text = status.to_string();
  EXPECT_NE(text.find("deadlock"), std::string::npos) << text;
  EXPECT_NE(text.find("writer waits for"), std::string::npos) << text;
  EXPECT_NE(text.find("checkpoint waits for"), std::string::npos) << text;
  EXPECT_EQ(text.find("ends"), std::string::npos) << text;
  EXPECT_EQ(scheduler.live_fibers(), 2u);
}

TEST(FiberScheduler, DeadlinesEndInOrderWithoutPassingRealTime) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    FiberScheduler scheduler(seed);
    std::vector<int> order;
    const uint64_t start = scheduler.now_ns();
    for (int hours : {5, 1, 4, 2, 3}) {
      scheduler.spawn("sleeper", [&scheduler, &order, start, hours] {
        EXPECT_FALSE(scheduler.wait(&order, start + static_cast<uint64_t>(hours) * 3'600'000'000'000ull));
        order.push_back(hours);
      });
    }
    ASSERT_TRUE(scheduler.run().is_ok());
    ASSERT_EQ(order, (std::vector<int>{1, 2, 3, 4, 5}));
  }
}

TEST(FiberScheduler, WakeOneWakesOneAndAnyOfThem) {
  std::set<int> first;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    FiberScheduler scheduler(seed);
    int key = 0;
    std::vector<int> woken;
    for (int f = 0; f < 3; ++f) {
      scheduler.spawn("waiter", [&scheduler, &key, &woken, f] {
        if (scheduler.wait(&key, scheduler.now_ns() + 1'000'000'000)) woken.push_back(f);
      });
    }
    scheduler.spawn("waker", [&] {
      scheduler.wait(&scheduler, scheduler.now_ns() + 500'000'000);
      scheduler.wake(&key, false);
    });
    ASSERT_TRUE(scheduler.run().is_ok());
    ASSERT_EQ(woken.size(), 1u) << "seed " << seed;
    first.insert(woken.front());
  }
  EXPECT_EQ(first.size(), 3u);
}

TEST(FiberScheduler, EachFiberIsAThreadOfItsOwn) {
  FiberScheduler scheduler(9);
  EXPECT_EQ(scheduler.current_thread(), FiberScheduler::kOutside);
  std::set<uint64_t> threads;
  for (int f = 0; f < 3; ++f) {
    scheduler.spawn("f", [&] {
      const uint64_t id = scheduler.current_thread();
      scheduler.yield();
      EXPECT_EQ(scheduler.current_thread(), id);
      threads.insert(id);
    });
  }
  EXPECT_TRUE(scheduler.run().is_ok());
  EXPECT_EQ(threads, (std::set<uint64_t>{1, 2, 3}));
}

TEST(FiberScheduler, BackgroundThreadsJoinInTheirDestructor) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    FiberScheduler scheduler(seed);
    bool ended = false;
    scheduler.spawn("owner", [&] {
      auto thread = scheduler.start_thread("background", [&] {
        for (int i = 0; i < 10; ++i) scheduler.yield();
        ended = true;
      });
      ASSERT_TRUE(thread.is_ok());
      thread.value().reset();
      ASSERT_TRUE(ended);
    });
    ASSERT_TRUE(scheduler.run().is_ok());
  }
}

TEST(FiberScheduler, CodeOutsideCanWaitForFibers) {
  FiberScheduler scheduler(4);
  bool ended = false;
  auto thread = scheduler.start_thread("background", [&] {
    scheduler.wait(&ended, scheduler.now_ns() + 1'000);
    ended = true;
  });
  ASSERT_TRUE(thread.is_ok());
  scheduler.yield();  // a no-op here
  EXPECT_FALSE(ended);
  thread.value().reset();
  EXPECT_TRUE(ended);
  const uint64_t deadline = scheduler.now_ns() + 1'000'000;
  EXPECT_FALSE(scheduler.wait(&ended, deadline));
  EXPECT_GE(scheduler.now_ns(), deadline);
  EXPECT_THROW(scheduler.wait(&ended, kNoDeadline), std::logic_error);
}

TEST(FiberScheduler, StartsNoThreadsWhereTheyAreForbidden) {
  FiberScheduler scheduler(1);
  scheduler.set_allows_threads(false);
  EXPECT_FALSE(scheduler.allows_threads());
  EXPECT_TRUE(scheduler.start_thread("x", [] {}).status().is(sqlstate::kFeatureNotSupported));
}

TEST(FiberScheduler, StopReturnsAndRunGoesOn) {
  FiberScheduler scheduler(2);
  int steps = 0;
  scheduler.spawn("f", [&] {
    for (int i = 0; i < 10; ++i) {
      if (++steps == 5) scheduler.stop();
      scheduler.yield();
    }
  });
  EXPECT_TRUE(scheduler.run().is_ok());
  EXPECT_EQ(steps, 5);
  EXPECT_EQ(scheduler.live_fibers(), 1u);
  EXPECT_TRUE(scheduler.run().is_ok());
  EXPECT_EQ(steps, 10);
}

TEST(FiberScheduler, RunUntilAsksBeforeEachStep) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    FiberScheduler scheduler(seed);
    int steps = 0;
    for (int f = 0; f < 2; ++f) {
      scheduler.spawn("f", [&] {
        for (int i = 0; i < 50; ++i) {
          ++steps;
          scheduler.yield();
        }
      });
    }
    EXPECT_TRUE(scheduler.run_until([&] { return steps == 7; }).is_ok());
    EXPECT_EQ(steps, 7) << "seed " << seed;
  }
}

TEST(FiberScheduler, AbandonedFibersAreFreedWithoutRunning) {
  bool ran_on = false;
  {
    FiberScheduler scheduler(2);
    scheduler.spawn("waits", [&] {
      const std::string owned(1'000, 'x');
      scheduler.wait(&scheduler, kNoDeadline);
      ran_on = !owned.empty();
    });
    scheduler.spawn("stops", [&] {
      scheduler.yield();
      scheduler.stop();
      scheduler.yield();
    });
    EXPECT_TRUE(scheduler.run().is_ok());
  }
  EXPECT_FALSE(ran_on);
}

TEST(FiberScheduler, AFiberThatSpinsStarvesNobodyForEver) {
  SchedulePolicy policy;
  policy.priorities = true;
  policy.reprioritise_per_mille = 20;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    FiberScheduler scheduler(seed, policy);
    scheduler.set_step_limit(100'000);
    bool ready = false;
    scheduler.spawn("spins", [&] {
      while (!ready) scheduler.yield();
    });
    scheduler.spawn("works", [&] {
      for (int i = 0; i < 10; ++i) scheduler.yield();
      ready = true;
    });
    const Status status = scheduler.run();
    ASSERT_TRUE(status.is_ok()) << "seed " << seed << ": " << status.to_string();
  }
}

TEST(FiberScheduler, ALivelockEndsAtTheStepLimit) {
  FiberScheduler scheduler(2);
  scheduler.set_step_limit(1'000);
  scheduler.spawn("spins", [&] {
    while (true) scheduler.yield();
  });
  const Status status = scheduler.run();
  EXPECT_NE(status.to_string().find("step limit"), std::string::npos) << status.to_string();
}

TEST(FiberScheduler, AnExceptionEndsTheRunWithTheFibersName) {
  FiberScheduler scheduler(2);
  scheduler.spawn("thrower", [] { throw std::runtime_error("why"); });
  const Status status = scheduler.run();
  EXPECT_EQ(status.detail(), "thrower");
  EXPECT_EQ(status.hint(), "why");
}

TEST(FiberScheduler, ExceptionsInFlightBelongToTheirFiber) {
  FiberScheduler scheduler(7);
  int caught = 0;
  for (int f = 0; f < 4; ++f) {
    scheduler.spawn("f", [&scheduler, &caught, f] {
      for (int i = 0; i < 20; ++i) {
        try {
          throw f * 100 + i;
        } catch (int number) {
          scheduler.yield();  // others throw and catch meanwhile
          EXPECT_EQ(number, f * 100 + i);
          try {
            throw;
          } catch (int again) {
            EXPECT_EQ(again, number);
            ++caught;
          }
        }
      }
    });
  }
  EXPECT_TRUE(scheduler.run().is_ok());
  EXPECT_EQ(caught, 80);
}

// Deep enough to overrun a fiber's stack. volatile: no tail call.
uint64_t deep(int levels) {
  volatile char frame[1'024] = {};
  frame[0] = static_cast<char>(levels);
  return levels == 0 ? 0 : deep(levels - 1) + static_cast<uint64_t>(frame[0] != 0 || levels % 256 == 0);
}

TEST(FiberScheduler, CallOutsideUsesTheBigStack) {
  FiberScheduler scheduler(7);
  int calls = 0;
  for (int f = 0; f < 2; ++f) {
    scheduler.spawn("f", [&] {
      const uint64_t id = scheduler.current_thread();
      for (int i = 0; i < 3; ++i) {
        scheduler.call_outside([&] {
          EXPECT_EQ(scheduler.current_thread(), FiberScheduler::kOutside);
          scheduler.yield();
          EXPECT_EQ(deep(1'000), 1'000u);
          ++calls;
        });
        EXPECT_EQ(scheduler.current_thread(), id);
        scheduler.yield();
      }
      EXPECT_THROW(scheduler.call_outside([] { throw std::bad_alloc(); }), std::bad_alloc);
      EXPECT_THROW(scheduler.call_outside([&] { scheduler.wait(&calls, 0); }), std::logic_error);
    });
  }
  EXPECT_TRUE(scheduler.run().is_ok());
  EXPECT_EQ(calls, 6);
}

TEST(FiberScheduler, SchedulersNestAndShareStacks) {
  FiberStackPool stacks;
  FiberScheduler outer(1, &stacks);
  int inner_runs = 0;
  for (int f = 0; f < 3; ++f) {
    outer.spawn("outer", [&] {
      for (uint64_t seed = 0; seed < 5; ++seed) {
        FiberScheduler inner(seed, &stacks);
        for (int g = 0; g < 3; ++g) inner.spawn("inner", [&] { inner.yield(); });
        outer.yield();
        ASSERT_TRUE(inner.run().is_ok());
        ++inner_runs;
      }
    });
  }
  EXPECT_TRUE(outer.run().is_ok());
  EXPECT_EQ(inner_runs, 15);
}

TEST(FiberScheduler, FloatingPointAndManyFibersSurviveSwitches) {
  FiberScheduler scheduler(12);
  double total = 0;
  for (int f = 0; f < 200; ++f) {
    scheduler.spawn("f", [&scheduler, &total, f] {
      double mine = f;
      for (int i = 0; i < 20; ++i) {
        mine = std::sqrt(mine * mine + 1) + 0.5;
        scheduler.yield();
      }
      total += mine;
    });
  }
  EXPECT_TRUE(scheduler.run().is_ok());
  EXPECT_GT(total, 200 * 10.0);
}

TEST(InlineRuntime, ClockAndNumbersComeFromTheSeed) {
  InlineRuntime first(3);
  InlineRuntime second(3);
  InlineRuntime third(4);
  const uint64_t start = first.now_ns();
  EXPECT_EQ(start, second.now_ns());
  EXPECT_LT(start, first.now_ns());
  EXPECT_EQ(first.random64(), second.random64());
  EXPECT_NE(first.random64(), third.random64());
  EXPECT_FALSE(first.allows_threads());
  EXPECT_EQ(first.coop(), nullptr);
}

}  // namespace
}  // namespace ddb
