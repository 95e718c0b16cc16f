// group_commit: commits a second that bare loops reach: one log with a leader who syncs for all, and independent syncs on
// separate descriptors. No engine code.
#include <map>
#include <memory>

#include "support/arguments.h"
#include "support/bench_directory.h"
#include "support/group_commit_loop.h"
#include "support/report.h"

using namespace bench;

int main(int argc, char** argv) {
  Arguments arguments(argc, argv);
  const auto threads = arguments.numbers("threads", "1,2,4,16,64", "thread counts");
  const uint64_t bytes = arguments.number("bytes", 176, "bytes a record");
  const uint64_t rounds = arguments.number("rounds", 5, "rounds; figures are medians over them");
  const double seconds = arguments.seconds("seconds", 0.5, "time of one cell in one round");
  const uint64_t gather_us = arguments.number("gather-us", 50, "longest wait of a gathering leader");
  const bool memory_disk = arguments.flag("memory-disk", "accept tmpfs");
  arguments.finish(true);

  Report report("floor.group_commit", arguments.command());
  const BenchDirectory directory(arguments.directory(), memory_disk);
  report.setting("bytes", bytes);
  report.setting("file", "preallocated and written, 16 MiB recycled");

  struct Shape {
    const char* name;
    GroupCommitShape shape;
    std::unique_ptr<BareGroupCommit> log;
  };
  std::vector<Shape> shapes;
  shapes.push_back({"packed.two_syncs", {bytes, 2, true}, nullptr});
  shapes.push_back({"packed.one_sync", {bytes, 1, true}, nullptr});
  shapes.push_back({"sector.two_syncs", {bytes, 2, false}, nullptr});
  shapes.push_back({"sector.one_sync", {bytes, 1, false}, nullptr});
  shapes.push_back({"gathering.two_syncs", {bytes, 2, true, gather_us * 1000}, nullptr});
  shapes.push_back({"gathering.one_sync", {bytes, 1, true, gather_us * 1000}, nullptr});
  for (Shape& shape : shapes)
    shape.log = std::make_unique<BareGroupCommit>(directory.file(shape.name), shape.shape);
  const auto most = static_cast<unsigned>(*std::max_element(threads.begin(), threads.end()));
  IndependentSyncs independent(directory.file("independent"), most, bytes);

  std::map<std::string, std::vector<double>> rates;
  for (uint64_t round = 0; round < rounds; ++round) {
    for (const uint64_t n : threads) {
      const auto count = static_cast<unsigned>(n);
      for (Shape& shape : shapes) {
        rates[std::string(shape.name) + "." + std::to_string(n)].push_back(
            bare_group_commit_rate(*shape.log, count, seconds));
      }
      rates["independent." + std::to_string(n)].push_back(independent.rate(count, seconds));
    }
  }
  for (const uint64_t n : threads) {
    std::vector<std::string> names;
    for (const Shape& shape : shapes) names.emplace_back(shape.name);
    names.emplace_back("independent");
    for (const std::string& name : names) {
      Figure figure;
      figure.name = name + "." + std::to_string(n);
      figure.unit = "commits/s";
      figure.rounds = rates[figure.name];
      report.figure(figure);
    }
  }
  return 0;
}
