// external_sort: sorting records in memory and over temp files, against std::sort of pointers to the same records.
#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "spill/external_sort.h"
#include "support/arguments.h"
#include "support/clock.h"
#include "support/report.h"
#include "vfs/vfs.h"

using namespace bench;
using namespace ddb;

namespace {

void must(const Status& status, const char* what) {
  if (status.is_ok()) return;
  std::fprintf(stderr, "%s: %s\n", what, status.to_string().c_str());
  std::exit(1);
}

enum class Shape { kRandom, kSharedPrefix, kFewDistinct, kAscending };

// Keys of one length, one after the other.
struct Keys {
  Keys(Shape shape, uint64_t count, size_t key_bytes)
      : bytes_each(key_bytes), bytes(count * key_bytes, '\0') {
    Random random(7);
    for (uint64_t i = 0; i < count; ++i) {
      char* const key = bytes.data() + i * key_bytes;
      if (shape == Shape::kAscending) {
        const uint64_t big_endian = __builtin_bswap64(i);
        std::memcpy(key, &big_endian, 8);
        continue;
      }
      const uint64_t same = shape == Shape::kFewDistinct ? random.below(1000) : 0;
      const size_t from = shape == Shape::kSharedPrefix ? key_bytes / 2 : 0;
      Random few(same);
      for (size_t b = from; b < key_bytes; ++b)
        key[b] = static_cast<char>(shape == Shape::kFewDistinct ? few.next() : random.next());
    }
  }
  std::string_view operator[](uint64_t i) const { return {bytes.data() + i * bytes_each, bytes_each}; }

  size_t bytes_each;
  std::string bytes;
};

struct Bench {
  uint64_t rows, rounds;
  std::string directory;
  Report& report;

  void sort(const std::string& name, const Keys& keys, uint64_t memory_bytes, double target_s) const {
    Figure whole{name, "s", {}, {}, {}, {}};
    if (target_s > 0) whole.target = Target::value_at_most(target_s);
    Figure adding{name + ".add", "s", {}, {}, {}, {}};
    Figure finishing{name + ".finish", "s", {}, {}, {}, {}};
    Figure reading{name + ".next", "s", {}, {}, {}, {}};
    ExternalSort::Statistics statistics;
    uint64_t memory_most = 0, temp_most = 0;
    for (uint64_t round = 0; round < rounds; ++round) {
      TempSpace temp(&Vfs::posix(), directory, uint64_t{1} << 40);
      MemoryTracker memory({"sort", "work_mem"}, memory_bytes, nullptr);
      ExternalSort sort(memory, temp);
      const uint64_t begin = now_ns();
      for (uint64_t i = 0; i < rows; ++i)
        must(sort.add(keys[i], {reinterpret_cast<const char*>(&i), sizeof i}), "add");
      const uint64_t added = now_ns();
      must(sort.finish(), "finish");
      const uint64_t finished = now_ns();
      statistics = sort.statistics();
      uint64_t sum = 0, seen = 0;
      for (;;) {
        auto record = sort.next();
        must(record.status(), "next");
        if (*record == nullptr) break;
        sum += static_cast<unsigned char>((*record)->key.back());
        ++seen;
      }
      keep(sum);
      const uint64_t end = now_ns();
      if (seen != rows) must(Status::corruption("rows are missing"), "next");
      whole.rounds.push_back(static_cast<double>(end - begin) / 1e9);
      adding.rounds.push_back(static_cast<double>(added - begin) / 1e9);
      finishing.rounds.push_back(static_cast<double>(finished - added) / 1e9);
      reading.rounds.push_back(static_cast<double>(end - finished) / 1e9);
      memory_most = memory.most();
      temp_most = temp.most();
    }
    report.figure(whole);
    report.figure(adding);
    report.figure(finishing);
    report.figure(reading);
    report.figure(name + ".runs", static_cast<double>(statistics.runs), "runs");
    report.figure(name + ".merges", static_cast<double>(statistics.merges), "merges");
    report.figure(name + ".memory_most", static_cast<double>(memory_most) / 1048576.0, "MiB");
    report.figure(name + ".temp_most", static_cast<double>(temp_most) / 1048576.0, "MiB");
  }

  // What a program would do that had the memory: views of the keys, sorted by std::sort.
  void floor(const Keys& keys) const {
    Figure figure{"std_sort_of_views", "s", {}, {}, {}, {}};
    for (uint64_t round = 0; round < rounds; ++round) {
      const uint64_t begin = now_ns();
      std::vector<std::string_view> views;
      views.reserve(rows);
      for (uint64_t i = 0; i < rows; ++i) views.push_back(keys[i]);
      std::sort(views.begin(), views.end());
      keep(views.front().data());
      figure.rounds.push_back(static_cast<double>(now_ns() - begin) / 1e9);
    }
    report.figure(figure);
  }
};

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments(argc, argv);
  const uint64_t rounds = arguments.number("rounds", 5, "rounds, of which the median counts");
  const uint64_t rows = arguments.number("rows", 1'000'000, "records");
  const uint64_t key_bytes = arguments.number("key-bytes", 27, "bytes of a key, at least 8");
  const uint64_t ample = arguments.number("memory", 64 << 20, "bytes of memory in which all records fit");
  const uint64_t scarce = arguments.number("scarce-memory", 8 << 20, "bytes of memory in which they do not");
  arguments.finish(true);
  Report report("micro.external_sort", arguments.command());
  report.setting("rows", rows);
  report.setting("key_bytes", key_bytes);
  report.setting("memory", ample);
  report.setting("scarce_memory", scarce);
  const Bench bench{rows, rounds, arguments.directory(), report};
  const Keys random(Shape::kRandom, rows, key_bytes);
  bench.floor(random);
  bench.sort("random", random, ample, 0.25);
  bench.sort("random_spilled", random, scarce, 0.6);
  bench.sort("random_many_runs", random, scarce / 32, 0);
  const Keys shared(Shape::kSharedPrefix, rows, key_bytes);
  bench.sort("shared_prefix", shared, ample, 0);
  bench.sort("shared_prefix_spilled", shared, scarce, 0);
  const Keys few(Shape::kFewDistinct, rows, key_bytes);
  bench.sort("few_distinct", few, ample, 0);
  const Keys ascending(Shape::kAscending, rows, key_bytes);
  bench.sort("ascending", ascending, ample, 0);
  return 0;
}
