// thread_rate: runs a loop on n threads for a time and adds up their rates. Also the CPU loop that tells how two
// independent threads scale on this machine at this moment.
#pragma once

#include <pthread.h>
#include <sched.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

#include "support/clock.h"

namespace bench {

inline void pin_to_cpu(unsigned index) {
  const unsigned cpus = std::thread::hardware_concurrency();
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(index % (cpus == 0 ? 1 : cpus), &set);
  pthread_setaffinity_np(pthread_self(), sizeof set, &set);  // best effort
}

enum class Placement { kAnywhere, kOnePerCpu };

// body(thread index, stop) works until `stop` is true and returns how much it did. Returns the sum of the threads' rates
// per second; each thread's time is its own, so that a late start or stop of one does not count against it.
template <typename Body>
double thread_rate(unsigned threads, double seconds, Placement placement, Body&& body) {
  std::atomic<unsigned> ready{0};
  std::atomic<bool> go{false}, stop{false};
  std::vector<double> rates(threads);
  std::vector<std::thread> running;
  for (unsigned i = 0; i < threads; ++i) {
    running.emplace_back([&, i] {
      if (placement == Placement::kOnePerCpu) pin_to_cpu(i);
      ready.fetch_add(1);
      while (!go.load(std::memory_order_acquire)) std::this_thread::yield();
      const uint64_t began = now_ns();
      const auto done = static_cast<double>(body(i, static_cast<const std::atomic<bool>&>(stop)));
      rates[i] = done * 1e9 / static_cast<double>(now_ns() - began);
    });
  }
  while (ready.load() != threads) std::this_thread::yield();
  go.store(true, std::memory_order_release);
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  stop.store(true);
  double sum = 0;
  for (std::thread& thread : running) thread.join();
  for (const double rate : rates) sum += rate;
  return sum;
}

// Arithmetic in registers only.
inline uint64_t cpu_loop(const std::atomic<bool>& stop) {
  uint64_t done = 0;
  Random random(1);
  while (!stop.load(std::memory_order_relaxed)) {
    for (int i = 0; i < 1000; ++i) keep(random.next());
    done += 1000;
  }
  return done;
}
inline double cpu_loop_rate(unsigned threads, double seconds) {
  return thread_rate(threads, seconds, Placement::kOnePerCpu,
                     [](unsigned, const std::atomic<bool>& stop) { return cpu_loop(stop); });
}

}  // namespace bench
