// commit_latency: a durable commit of one thread that changed one row-sized range of one page, against the bare loop that
// writes the same bytes at the same alignment; and the same commit where syncs cost nothing, on files in memory.
#include <optional>

#include "support/arguments.h"
#include "support/durable_loop.h"
#include "support/engine_store.h"
#include "vfs/memory_vfs.h"

using namespace bench;
using namespace ddb;

namespace {

struct Plan {
  uint64_t rounds, commits, memory_commits, burst, change_bytes, pages;
  bool all_flags;
};

struct LogCost {
  uint64_t bytes = 0, padding = 0;
};

// Log bytes of one commit, from the counters, over a few commits that also warm everything up.
LogCost log_cost(Database& database, Session& session, RowChanges& changes, uint64_t commits) {
  const LogStats before = database.stats().log;
  for (uint64_t i = 0; i < commits; ++i) changes.commit(session, Durability::kFull);
  const LogStats after = database.stats().log;
  return {(after.bytes_written - before.bytes_written) / commits,
          (after.padding_bytes - before.padding_bytes) / commits};
}

Figure figure_of(const std::string& name, const std::vector<double>& rounds) {
  Figure figure;
  figure.name = name;
  figure.unit = "us";
  figure.rounds = rounds;
  return figure;
}

void on_disk(Report& report, const Plan& plan, Options options, const BenchDirectory& directory) {
  const std::string size = std::to_string(options.page_bytes);
  const auto database = open_store(directory.file("disk-" + size + ".ddb"), options);
  const auto session = new_session(*database);
  RowChanges changes(fill_store(*database, static_cast<uint32_t>(plan.pages)), options.page_bytes,
                     plan.change_bytes, 1);
  const LogCost cost = log_cost(*database, *session, changes, 50);
  report.remark("page " + size + ": log bytes a commit " + std::to_string(cost.bytes) + " (padding " +
                std::to_string(cost.padding) + "), flags of the log's descriptors " + log_descriptor_flags());

  struct Floor {
    std::unique_ptr<DurableLoop> loop;
    std::vector<double> p50, p99;
  };
  const uint64_t bytes = std::max<uint64_t>(16, cost.bytes);
  std::vector<Floor> floors;
  for (const SyncMode mode : {SyncMode::kFdatasync, SyncMode::kDsync, SyncMode::kDirectDsync}) {
    if (mode != SyncMode::kFdatasync && !plan.all_flags) continue;
    const std::string path = directory.file(std::string("floor-") + sync_mode_name(mode) + "-" + size);
    Floor floor{std::make_unique<DurableLoop>(path, mode, bytes), {}, {}};
    if (floor.loop->available()) floors.push_back(std::move(floor));
  }
  std::vector<double> p50, p95, p99;
  for (uint64_t round = 0; round < plan.rounds; ++round) {
    must(database->checkpoint(), "checkpoint");  // so that none runs beside the commits
    Samples engine;
    std::vector<Samples> floor_samples(floors.size());
    for (uint64_t done = 0; done < plan.commits; done += plan.burst) {
      const uint64_t burst = std::min(plan.burst, plan.commits - done);
      for (uint64_t i = 0; i < burst; ++i) engine.add(changes.commit(*session, Durability::kFull));
      for (size_t f = 0; f < floors.size(); ++f) {
        for (uint64_t i = 0; i < burst; ++i) floor_samples[f].add(floors[f].loop->step());
      }
    }
    p50.push_back(engine.percentile_us(50));
    p95.push_back(engine.percentile_us(95));
    p99.push_back(engine.percentile_us(99));
    for (size_t f = 0; f < floors.size(); ++f) {
      floors[f].p50.push_back(floor_samples[f].percentile_us(50));
      floors[f].p99.push_back(floor_samples[f].percentile_us(99));
    }
  }
  report.judge_disk(median(floors[0].p50));
  for (const Floor& floor : floors) {
    const std::string mode = sync_mode_name(floor.loop->mode());
    Figure figure = figure_of("disk." + size + ".p50_by_" + mode, p50);
    figure.floor_name = mode + " " + std::to_string(floor.loop->bytes()) + " bytes";
    figure.floor_rounds = floor.p50;
    // The engine's own flags decide; the other two show what other flags would buy.
    if (floor.loop->mode() == SyncMode::kFdatasync) figure.target = Target::ratio_at_most(1.10);
    report.figure(figure);
  }
  report.figure(figure_of("disk." + size + ".p95", p95));
  Figure tail = figure_of("disk." + size + ".p99", p99);
  tail.floor_name = "fdatasync p99";
  tail.floor_rounds = floors[0].p99;
  report.figure(tail);
}

// The same bytes through the same interface: what a File costs without an engine.
struct MemoryFloor {
  MemoryFloor(MemoryVfs& vfs, size_t bytes) : bytes_(bytes) {
    file_ = must(vfs.open("/floor", OpenMode::kOpenOrCreate), "open floor");
    must(file_->allocate(0, DurableLoop::kSpan), "allocate floor");
  }
  uint64_t step() {
    const uint64_t began = now_ns();
    must(file_->write(offset_, {buffer_.get(), bytes_}), "write floor");
    must(file_->sync(), "sync floor");
    const uint64_t took = now_ns() - began;
    offset_ = (offset_ + 4096) % DurableLoop::kSpan;
    return took;
  }

 private:
  size_t bytes_;
  AlignedBuffer buffer_ = aligned_buffer(65536);
  std::unique_ptr<File> file_;
  uint64_t offset_ = 0;
};

void in_memory(Report& report, const Plan& plan, Options options) {
  const std::string size = std::to_string(options.page_bytes);
  MemoryVfs vfs;
  options.vfs = &vfs;
  const auto database = open_store("/bench.ddb", options);
  const auto session = new_session(*database);
  RowChanges changes(fill_store(*database, static_cast<uint32_t>(plan.pages)), options.page_bytes,
                     plan.change_bytes, 2);
  const LogCost cost = log_cost(*database, *session, changes, 2000);
  MemoryFloor floor(vfs, std::min<size_t>(65536, std::max<uint64_t>(16, cost.bytes)));

  std::vector<double> p50, p99, floor_p50;
  for (uint64_t round = 0; round < plan.rounds; ++round) {
    Samples engine, bare;
    for (uint64_t done = 0; done < plan.memory_commits; done += 1000) {
      for (uint64_t i = 0; i < 1000; ++i) engine.add(changes.commit(*session, Durability::kFull));
      for (uint64_t i = 0; i < 1000; ++i) bare.add(floor.step());
    }
    p50.push_back(engine.percentile_us(50));
    p99.push_back(engine.percentile_us(99));
    floor_p50.push_back(bare.percentile_us(50));
  }
  Figure figure = figure_of("memory." + size + ".p50", p50);
  figure.floor_name = "File::write + sync";
  figure.floor_rounds = floor_p50;
  if (options.page_bytes == kDefaultPageBytes) figure.target = Target::value_at_most(3.0);
  report.figure(figure);
  report.figure(figure_of("memory." + size + ".p99", p99));
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments(argc, argv);
  Plan plan{};
  const auto page_sizes = arguments.numbers("page-bytes", "8192,4096,16384,32768", "page sizes");
  plan.rounds = arguments.number("rounds", 5, "rounds; figures are medians over them");
  plan.commits = arguments.number("commits", 400, "durable commits on disk a round and page size");
  plan.memory_commits =
      arguments.number("memory-commits", 20'000, "durable commits in memory a round and page size");
  plan.burst = arguments.number("burst", 20, "commits before the floor has its turn");
  plan.change_bytes = arguments.number("change-bytes", 100, "bytes changed by a commit");
  plan.pages = arguments.number("pages", 64, "pages that are changed");
  plan.all_flags = !arguments.flag("fdatasync-only", "no floors with O_DSYNC and O_DIRECT");
  const bool skip_disk = arguments.flag("skip-disk", "only files in memory");
  const bool memory_disk = arguments.flag("memory-disk", "accept tmpfs");
  arguments.finish(true);

  Report report("micro.commit_latency", arguments.command());
  Options options;
  describe(report, options);
  report.setting("change_bytes", plan.change_bytes);
  std::optional<BenchDirectory> directory;
  if (!skip_disk) directory.emplace(arguments.directory(), memory_disk);
  for (const uint64_t page_bytes : page_sizes) {
    options.page_bytes = static_cast<uint32_t>(page_bytes);
    if (!skip_disk) on_disk(report, plan, options, *directory);
    in_memory(report, plan, options);
  }
  return 0;
}
