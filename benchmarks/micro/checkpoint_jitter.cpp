// checkpoint_jitter: durable commits under sustained random updates, sorted into those that a checkpoint ran beside and
// those that had the disk for themselves. The bare figure: durable writes beside a thread that writes and syncs slices.
#include <thread>

#include "support/arguments.h"
#include "support/durable_loop.h"
#include "support/engine_store.h"

using namespace bench;
using namespace ddb;

namespace {

struct Plan {
  uint64_t rounds, commits, change_bytes, floor_writes;
};

struct Phases {
  Samples with, without;
  uint64_t log_file_bytes_max = 0;
};

// A commit belongs to `with` if a checkpoint ran at its start or end or wrote a slice in between.
void run_commits(Database& database, Session& session, RowChanges& changes, uint64_t commits,
                 Phases* phases) {
  CheckpointStats before = database.stats().checkpoint;
  for (uint64_t i = 0; i < commits; ++i) {
    const uint64_t ns = changes.commit(session, Durability::kFull);
    const Stats after = database.stats();
    const bool with = before.running || after.checkpoint.running || before.slices != after.checkpoint.slices;
    (with ? phases->with : phases->without).add(ns);
    phases->log_file_bytes_max = std::max(phases->log_file_bytes_max, after.log.file_bytes);
    before = after.checkpoint;
  }
}

// What checkpoint slices do to a durable write when nobody paces them: 256 KiB written and synced, then the same bytes
// as single pages at random places, synced.
class SliceWriter {
 public:
  SliceWriter(const std::string& path, uint64_t page_bytes)
      : page_bytes_(page_bytes), buffer_(aligned_buffer(kSlice)) {
    make_written_file(path, kSpan);
    file_ = Descriptor(path, O_RDWR);
  }
  void slice() {
    write_all(file_.fd(), buffer_.get(), kSlice, 0);
    sync_data(file_.fd());
    for (uint64_t at = 0; at < kSlice; at += page_bytes_) {
      write_all(file_.fd(), buffer_.get() + at, page_bytes_,
                random_.below(kSpan / page_bytes_) * page_bytes_);
    }
    sync_data(file_.fd());
  }

 private:
  static constexpr uint64_t kSlice = 256 << 10, kSpan = 128 << 20;
  uint64_t page_bytes_;
  AlignedBuffer buffer_;
  Descriptor file_;
  Random random_{3};
};

struct Rounds {
  std::vector<double> with_p50, with_p99, without_p50, without_p99;

  void add(Samples with, Samples without) {
    with_p50.push_back(with.percentile_us(50));
    with_p99.push_back(with.percentile_us(99));
    without_p50.push_back(without.percentile_us(50));
    without_p99.push_back(without.percentile_us(99));
  }
};

void bare_round(DurableLoop& loop, SliceWriter& slices, uint64_t writes, Rounds* rounds) {
  Samples with, without;
  for (uint64_t i = 0; i < writes; ++i) without.add(loop.step());
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    while (!stop.load(std::memory_order_relaxed)) slices.slice();
  });
  for (uint64_t i = 0; i < writes; ++i) with.add(loop.step());
  stop = true;
  writer.join();
  rounds->add(with, without);
}

void compare(Report& report, const std::string& name, const std::vector<double>& with,
             const std::vector<double>& without, std::optional<Target> target) {
  Figure figure;
  figure.name = name;
  figure.unit = "us";
  figure.rounds = with;
  figure.floor_name = "without";
  figure.floor_rounds = without;
  figure.target = target;
  report.figure(figure);
}

void report_counters(Report& report, const Stats& before, const Stats& after, uint64_t log_file_bytes_max,
                     const Options& options) {
  Figure log;
  log.name = "log_file_bytes_max";
  log.unit = "bytes";
  log.rounds = {static_cast<double>(log_file_bytes_max)};
  log.target = Target::value_at_most(static_cast<double>(options.wal_limit));
  report.figure(log);
  const auto count = [&](const char* name, uint64_t from, uint64_t to) {
    report.figure(name, static_cast<double>(to - from), "");
  };
  count("checkpoints", before.checkpoint.completed, after.checkpoint.completed);
  count("checkpoint_slices", before.checkpoint.slices, after.checkpoint.slices);
  count("checkpoint_pages", before.checkpoint.pages_written, after.checkpoint.pages_written);
  count("checkpoint_ns", before.checkpoint.total_ns, after.checkpoint.total_ns);
  count("throttled_commits", before.throttled_commits, after.throttled_commits);
  count("throttle_ns", before.throttle_ns, after.throttle_ns);
  count("cache_misses", before.cache.misses, after.cache.misses);
  count("spilled_pages", before.cache.spilled_pages, after.cache.spilled_pages);
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments(argc, argv);
  Plan plan{};
  const auto page_count = static_cast<uint32_t>(arguments.number("pages", 20'000, "pages that are changed"));
  plan.rounds = arguments.number("rounds", 5, "rounds; figures are medians over them");
  plan.commits = arguments.number("commits", 12'000, "durable commits a round");
  plan.floor_writes = arguments.number("floor-writes", 1000, "bare durable writes of each kind a round");
  plan.change_bytes = arguments.number("change-bytes", 100, "bytes changed by a commit");
  Options options;
  options.memory_limit = arguments.number("memory-limit", options.memory_limit, "of the database");
  options.wal_limit = arguments.number("wal-limit", options.wal_limit, "of the database");
  const bool old_reader = arguments.flag("old-reader", "hold one snapshot during all of it");
  const bool memory_disk = arguments.flag("memory-disk", "accept tmpfs");
  arguments.finish(true);

  Report report("micro.checkpoint_jitter", arguments.command());
  const BenchDirectory directory(arguments.directory(), memory_disk);
  describe(report, options);
  report.setting("pages", page_count);
  const auto database = open_store(directory.file("jitter.ddb"), options);
  const auto session = new_session(*database);
  const auto reader = new_session(*database);
  RowChanges changes(fill_store(*database, page_count), options.page_bytes, plan.change_bytes, 1);
  if (old_reader) must(reader->begin_read(), "begin_read");
  DurableLoop loop(directory.file("floor"), SyncMode::kFdatasync, 176);
  SliceWriter slices(directory.file("slices"), options.page_bytes);

  Phases all;
  Rounds engine, bare;
  const Stats before = database->stats();
  for (uint64_t round = 0; round < plan.rounds; ++round) {
    Phases phases;
    run_commits(*database, *session, changes, plan.commits, &phases);
    // A phase of a few commits has no 99th percentile.
    if (phases.with.count() >= 200 && phases.without.count() >= 200) engine.add(phases.with, phases.without);
    all.with.add(phases.with);
    all.without.add(phases.without);
    all.log_file_bytes_max = std::max(all.log_file_bytes_max, phases.log_file_bytes_max);
    bare_round(loop, slices, plan.floor_writes, &bare);
  }
  const Stats after = database->stats();
  if (engine.with_p99.empty()) {
    report.remark("no round had 200 commits of each kind; the figures pool all rounds");
    engine.add(all.with, all.without);
  }
  report.judge_disk(median(bare.without_p50));
  compare(report, "commit.p50_with_checkpoint", engine.with_p50, engine.without_p50, std::nullopt);
  compare(report, "commit.p99_with_checkpoint", engine.with_p99, engine.without_p99,
          Target::ratio_at_most(3));
  compare(report, "bare.p50_beside_unpaced_slices", bare.with_p50, bare.without_p50, std::nullopt);
  compare(report, "bare.p99_beside_unpaced_slices", bare.with_p99, bare.without_p99, std::nullopt);
  report.figure("commits_with", static_cast<double>(all.with.count()), "");
  report.figure("commits_without", static_cast<double>(all.without.count()), "");
  report.figure("commit.max_with", all.with.max_us(), "us");
  report.figure("commit.max_without", all.without.max_us(), "us");
  report_counters(report, before, after, all.log_file_bytes_max, options);
  if (old_reader) must(reader->rollback(), "rollback");
  return 0;
}
