// durable_write: what a durable write of one thread costs here, by size and by how it is made durable. No engine code.
#include <memory>

#include "support/arguments.h"
#include "support/bench_directory.h"
#include "support/durable_loop.h"
#include "support/report.h"

using namespace bench;

namespace {

struct Variant {
  std::unique_ptr<DurableLoop> loop;
  std::vector<double> p50, p95, p99;
};

void report_size(Report& report, size_t bytes, const std::vector<Variant*>& variants) {
  const Variant* best = nullptr;
  for (const Variant* variant : variants) {
    const std::string name = std::string(sync_mode_name(variant->loop->mode())) + "." + std::to_string(bytes);
    const auto figure = [&](const char* which, const std::vector<double>& rounds) {
      Figure out;
      out.name = name + "." + which;
      out.unit = "us";
      out.rounds = rounds;
      report.figure(out);
    };
    figure("p50", variant->p50);
    figure("p95", variant->p95);
    figure("p99", variant->p99);
    if (best == nullptr || median(variant->p50) < median(best->p50)) best = variant;
  }
  if (best == nullptr) return;
  report.remark("best for " + std::to_string(bytes) + " bytes: " + sync_mode_name(best->loop->mode()));
  report.figure("best." + std::to_string(bytes) + ".p50", median(best->p50), "us");
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments(argc, argv);
  const auto sizes = arguments.numbers("bytes", "176,512,4096,16384", "bytes a write");
  const uint64_t rounds = arguments.number("rounds", 5, "rounds; figures are medians over them");
  const uint64_t writes = arguments.number("writes", 400, "writes of each variant a round");
  const uint64_t burst = arguments.number("burst", 20, "writes before the next variant has its turn");
  const bool memory_disk = arguments.flag("memory-disk", "accept tmpfs");
  arguments.finish(true);

  Report report("floor.durable_write", arguments.command());
  const BenchDirectory directory(arguments.directory(), memory_disk);
  report.setting("file", "preallocated and written, 16 MiB recycled, 4 KiB-aligned offsets");

  std::vector<Variant> variants;
  for (const uint64_t bytes : sizes) {
    for (const SyncMode mode : {SyncMode::kFdatasync, SyncMode::kDsync, SyncMode::kDirectDsync}) {
      const std::string path = directory.file(std::to_string(variants.size()));
      Variant variant{std::make_unique<DurableLoop>(path, mode, bytes), {}, {}, {}};
      if (!variant.loop->available()) report.remark("O_DIRECT is refused here");
      variants.push_back(std::move(variant));
    }
  }
  for (uint64_t round = 0; round < rounds; ++round) {
    std::vector<Samples> samples(variants.size());
    for (uint64_t done = 0; done < writes; done += burst) {
      for (size_t i = 0; i < variants.size(); ++i) {
        if (!variants[i].loop->available()) continue;
        for (uint64_t k = 0; k < std::min(burst, writes - done); ++k)
          samples[i].add(variants[i].loop->step());
      }
    }
    for (size_t i = 0; i < variants.size(); ++i) {
      variants[i].p50.push_back(samples[i].percentile_us(50));
      variants[i].p95.push_back(samples[i].percentile_us(95));
      variants[i].p99.push_back(samples[i].percentile_us(99));
    }
  }
  report.judge_disk(median(variants[0].p50));
  for (size_t size = 0; size < sizes.size(); ++size) {
    std::vector<Variant*> of_size;
    for (size_t k = 0; k < 3; ++k) {
      if (variants[size * 3 + k].loop->available()) of_size.push_back(&variants[size * 3 + k]);
    }
    report_size(report, sizes[size], of_size);
  }
  return 0;
}
