// limits: what the machine allows at this moment: system calls, memory, threads, atomics. No engine code.
#include <linux/membarrier.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <numeric>
#include <thread>

#include "support/arguments.h"
#include "support/bench_directory.h"
#include "support/clock.h"
#include "support/raw_file.h"
#include "support/report.h"
#include "support/thread_rate.h"

using namespace bench;

namespace {

struct Sizes {
  uint64_t rounds, calls, memory_bytes;
};

// Nanoseconds a call of `body`, one value a round.
std::vector<double> timed(const Sizes& sizes, uint64_t calls,
                          const std::function<void(uint64_t calls)>& body) {
  std::vector<double> out;
  body(calls / 10 + 1);
  for (uint64_t round = 0; round < sizes.rounds; ++round) {
    const uint64_t began = now_ns();
    body(calls);
    out.push_back(static_cast<double>(now_ns() - began) / static_cast<double>(calls));
  }
  return out;
}

void report_rounds(Report& report, const char* name, const char* unit, const std::vector<double>& rounds) {
  Figure figure;
  figure.name = name;
  figure.unit = unit;
  figure.rounds = rounds;
  report.figure(figure);
}

void system_calls(Report& report, const Sizes& sizes, const BenchDirectory& directory) {
  report_rounds(report, "syscall", "ns", timed(sizes, sizes.calls, [](uint64_t calls) {
                  for (uint64_t i = 0; i < calls; ++i) keep(::syscall(SYS_getppid));
                }));
  report_rounds(report, "clock_gettime", "ns", timed(sizes, sizes.calls, [](uint64_t calls) {
                  for (uint64_t i = 0; i < calls; ++i) keep(now_ns());
                }));
  const std::string path = directory.file("cached");
  const uint64_t file_bytes = 4 << 20;
  make_written_file(path, file_bytes);
  const Descriptor file(path, O_RDWR);
  const AlignedBuffer buffer = aligned_buffer(16384);
  for (const size_t bytes : {size_t{4096}, size_t{8192}, size_t{16384}}) {
    const auto places = file_bytes / bytes;
    report_rounds(report, ("pread_cached." + std::to_string(bytes)).c_str(), "ns",
                  timed(sizes, sizes.calls / 4, [&](uint64_t calls) {
                    for (uint64_t i = 0; i < calls; ++i) {
                      const auto at = static_cast<off_t>(i * 7919 % places * bytes);
                      if (::pread(file.fd(), buffer.get(), bytes, at) != static_cast<ssize_t>(bytes))
                        fail_errno("pread");
                    }
                  }));
  }
  for (const size_t bytes : {size_t{176}, size_t{4096}}) {
    report_rounds(report, ("pwrite_cached." + std::to_string(bytes)).c_str(), "ns",
                  timed(sizes, sizes.calls / 4, [&](uint64_t calls) {
                    for (uint64_t i = 0; i < calls; ++i) {
                      write_all(file.fd(), buffer.get(), bytes, i % 1024 * 4096);
                    }
                  }));
  }
}

void memory(Report& report, const Sizes& sizes) {
  const size_t bytes = sizes.memory_bytes;
  const AlignedBuffer from = aligned_buffer(bytes), to = aligned_buffer(bytes);
  const auto gigabytes_a_second = [&](const std::vector<double>& ns_a_pass) {
    std::vector<double> out;
    for (const double ns : ns_a_pass) out.push_back(static_cast<double>(bytes) / ns);
    return out;
  };
  report_rounds(report, "copy", "GB/s", gigabytes_a_second(timed(sizes, 3, [&](uint64_t passes) {
                  for (uint64_t i = 0; i < passes; ++i) {
                    std::memcpy(to.get(), from.get(), bytes);
                    keep(to[i]);
                  }
                })));
  report_rounds(report, "scan", "GB/s", gigabytes_a_second(timed(sizes, 3, [&](uint64_t passes) {
                  for (uint64_t i = 0; i < passes; ++i) {
                    const auto* words = reinterpret_cast<const uint64_t*>(from.get());
                    keep(std::accumulate(words, words + bytes / 8, uint64_t{0}));
                  }
                })));
  report_rounds(report, "first_touch.4096", "ns", timed(sizes, 4096, [](uint64_t pages) {
                  void* fresh = ::mmap(nullptr, pages * 4096, PROT_READ | PROT_WRITE,
                                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
                  if (fresh == MAP_FAILED) fail_errno("mmap");
                  for (uint64_t i = 0; i < pages; ++i) static_cast<volatile char*>(fresh)[i * 4096] = 1;
                  ::munmap(fresh, pages * 4096);
                }));
}

// A random cycle through cache lines far apart: each load waits for the one before.
void dram_latency(Report& report, const Sizes& sizes) {
  struct alignas(64) Line {
    Line* next;
  };
  const size_t count = sizes.memory_bytes * 2 / sizeof(Line);
  std::vector<Line> lines(count);
  std::vector<uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0u);
  Random random(7);
  for (size_t i = count - 1; i > 0; --i) std::swap(order[i], order[random.below(i + 1)]);
  for (size_t i = 0; i < count; ++i) lines[order[i]].next = &lines[order[(i + 1) % count]];
  Line* at = lines.data();
  report_rounds(report, "dram_latency", "ns", timed(sizes, sizes.calls, [&](uint64_t calls) {
                  for (uint64_t i = 0; i < calls; ++i) at = at->next;
                  keep(at);
                }));
}

void wake_up(Report& report, const Sizes& sizes) {
  std::mutex mutex;
  std::condition_variable ping, pong;
  bool turn = false, ended = false;
  std::thread other([&] {
    std::unique_lock lock(mutex);
    while (true) {
      ping.wait(lock, [&] { return turn || ended; });
      if (ended) return;
      turn = false;
      pong.notify_one();
    }
  });
  report_rounds(report, "thread_wake_up_round_trip", "ns",
                timed(sizes, sizes.calls / 50, [&](uint64_t calls) {
                  for (uint64_t i = 0; i < calls; ++i) {
                    std::unique_lock lock(mutex);
                    turn = true;
                    ping.notify_one();
                    pong.wait(lock, [&] { return !turn; });
                  }
                }));
  {
    const std::lock_guard lock(mutex);
    ended = true;
  }
  ping.notify_one();
  other.join();
}

void atomics(Report& report, const Sizes& sizes) {
  std::atomic<uint64_t> word{0};
  std::mutex mutex;
  const auto each = [&](const char* name, auto&& body) {
    report_rounds(report, name, "ns", timed(sizes, sizes.calls * 4, [&](uint64_t calls) {
                    for (uint64_t i = 0; i < calls; ++i) body(i);
                  }));
  };
  each("atomic_add", [&](uint64_t) { word.fetch_add(1, std::memory_order_relaxed); });
  each("atomic_store_seq_cst", [&](uint64_t i) { word.store(i, std::memory_order_seq_cst); });
  each("fence_seq_cst", [&](uint64_t) { std::atomic_thread_fence(std::memory_order_seq_cst); });
  each("mutex_lock_unlock", [&](uint64_t) { const std::lock_guard lock(mutex); });
  if (::syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0) {
    std::atomic<bool> stop{false};
    std::thread busy([&] { cpu_loop(stop); });
    report_rounds(report, "membarrier_beside_a_running_thread", "ns",
                  timed(sizes, sizes.calls / 20, [](uint64_t calls) {
                    for (uint64_t i = 0; i < calls; ++i) {
                      keep(::syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0));
                    }
                  }));
    stop = true;
    busy.join();
  }
}

void scaling(Report& report, const Sizes& sizes, double seconds) {
  Figure figure;
  figure.name = "two_cpu_loops";
  figure.unit = "loops/s";
  figure.floor_name = "one loop";
  for (uint64_t round = 0; round < sizes.rounds; ++round) {
    figure.floor_rounds.push_back(cpu_loop_rate(1, seconds));
    figure.rounds.push_back(cpu_loop_rate(2, seconds));
  }
  report.figure(figure);
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments(argc, argv);
  Sizes sizes{};
  sizes.rounds = arguments.number("rounds", 5, "rounds; figures are medians over them");
  sizes.calls = arguments.number("calls", 1'000'000, "repetitions of a cheap call a round");
  sizes.memory_bytes = arguments.number("memory", 128 << 20, "bytes of the memory figures");
  const double seconds = arguments.seconds("seconds", 0.3, "time of a scaling loop");
  const bool memory_disk = arguments.flag("memory-disk", "accept tmpfs");
  arguments.finish(true);

  Report report("floor.limits", arguments.command());
  const BenchDirectory directory(arguments.directory(), memory_disk);
  report.setting("cpus", std::thread::hardware_concurrency());
  system_calls(report, sizes, directory);
  memory(report, sizes);
  dram_latency(report, sizes);
  wake_up(report, sizes);
  atomics(report, sizes);
  scaling(report, sizes, seconds);
  return 0;
}
