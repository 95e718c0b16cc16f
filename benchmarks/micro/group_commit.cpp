// group_commit: durable commits a second of 1 to 16 threads, against a bare group-commit loop and against independent
// syncs on separate descriptors of one preallocated file. The three take turns in every round.
#include <map>

#include "support/arguments.h"
#include "support/engine_store.h"
#include "support/group_commit_loop.h"

using namespace bench;
using namespace ddb;

namespace {

// Every thread has a session and a page of its own, and changes a row-sized range of it in each commit.
class EngineCommits {
 public:
  EngineCommits(const std::string& path, const Options& options, unsigned threads_max, size_t change_bytes)
      : database_(open_store(path, options)) {
    const std::vector<PageNo> pages = fill_store(*database_, threads_max);
    for (unsigned i = 0; i < threads_max; ++i) {
      sessions_.push_back(new_session(*database_));
      changes_.emplace_back(std::vector<PageNo>{pages[i]}, options.page_bytes, change_bytes, i);
    }
  }
  double rate(unsigned threads, double seconds) {
    return thread_rate(threads, seconds, Placement::kAnywhere,
                       [&](unsigned i, const std::atomic<bool>& stop) {
                         uint64_t done = 0;
                         for (; !stop.load(std::memory_order_relaxed); ++done)
                           changes_[i].commit(*sessions_[i], Durability::kFull);
                         return done;
                       });
  }
  Database& database() { return *database_; }
  // Log bytes of a commit of one thread.
  uint64_t log_bytes() {
    const uint64_t before = database_->stats().log.bytes_written;
    for (int i = 0; i < 20; ++i) changes_[0].commit(*sessions_[0], Durability::kFull);
    return (database_->stats().log.bytes_written - before) / 20;
  }

 private:
  std::unique_ptr<Database> database_;
  std::vector<std::unique_ptr<Session>> sessions_;
  std::vector<RowChanges> changes_;
};

using Rates = std::map<std::string, std::vector<double>>;

Figure against(const std::string& threads, const Rates& rates, const char* floor) {
  Figure figure;
  figure.name = threads + "_threads_by_" + floor;
  figure.unit = "commits/s";
  figure.rounds = rates.at("engine");
  figure.floor_name = floor;
  figure.floor_rounds = rates.at(floor);
  return figure;
}

void report_threads(Report& report, uint64_t threads, const Rates& rates) {
  const std::string name = std::to_string(threads);
  // The better of the two plain loops is the bare loop.
  const bool two = median(rates.at("bare_two_syncs")) >= median(rates.at("bare_one_sync"));
  for (const char* floor : {"bare_two_syncs", "bare_one_sync", "bare_gathering"}) {
    Figure figure = against(name, rates, floor);
    if (threads == 16 && std::string(floor) == (two ? "bare_two_syncs" : "bare_one_sync")) {
      figure.target = Target::ratio_at_least(0.80);
    }
    report.figure(figure);
  }
  Figure figure = against(name, rates, "independent");
  if (threads <= 2) figure.target = Target::ratio_at_least(0.95);
  report.figure(figure);
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments(argc, argv);
  const auto thread_counts = arguments.numbers("threads", "1,2,4,16", "thread counts");
  const uint64_t rounds = arguments.number("rounds", 5, "rounds; figures are medians over them");
  const double seconds = arguments.seconds("seconds", 0.5, "time of one cell in one round");
  const uint64_t change_bytes = arguments.number("change-bytes", 100, "bytes changed by a commit");
  const uint64_t gather_us =
      arguments.number("gather-us", 50, "longest wait of the gathering floor's leader");
  const bool memory_disk = arguments.flag("memory-disk", "accept tmpfs");
  arguments.finish(true);

  Report report("micro.group_commit", arguments.command());
  const BenchDirectory directory(arguments.directory(), memory_disk);
  const Options options;
  describe(report, options);
  report.setting("change_bytes", change_bytes);
  const auto most = static_cast<unsigned>(*std::max_element(thread_counts.begin(), thread_counts.end()));
  EngineCommits engine(directory.file("engine.ddb"), options, most, change_bytes);
  const uint64_t bytes = std::max<uint64_t>(16, engine.log_bytes());
  report.setting("log_bytes_a_commit", bytes);

  BareGroupCommit two_syncs(directory.file("two"), {bytes, 2, true});
  BareGroupCommit one_sync(directory.file("one"), {bytes, 1, true});
  BareGroupCommit gathering(directory.file("gathering"), {bytes, 1, true, gather_us * 1000});
  IndependentSyncs independent(directory.file("independent"), most, bytes);
  std::map<uint64_t, Rates> rates;
  for (uint64_t round = 0; round < rounds; ++round) {
    for (const uint64_t n : thread_counts) {
      const auto threads = static_cast<unsigned>(n);
      must(engine.database().checkpoint(), "checkpoint");  // so that none runs beside the commits
      const Stats before = engine.database().stats();
      rates[n]["engine"].push_back(engine.rate(threads, seconds));
      const Stats after = engine.database().stats();
      rates[n]["group_size"].push_back(
          static_cast<double>(after.log.synced_commits - before.log.synced_commits) /
          std::max<double>(1, static_cast<double>(after.log.syncs - before.log.syncs)));
      rates[n]["bare_two_syncs"].push_back(bare_group_commit_rate(two_syncs, threads, seconds));
      rates[n]["bare_one_sync"].push_back(bare_group_commit_rate(one_sync, threads, seconds));
      rates[n]["bare_gathering"].push_back(bare_group_commit_rate(gathering, threads, seconds));
      rates[n]["independent"].push_back(independent.rate(threads, seconds));
    }
  }
  if (const auto one = rates.find(1); one != rates.end()) {
    report.judge_disk(1e6 / std::max(1.0, median(one->second.at("independent"))));
  }
  for (const uint64_t n : thread_counts) {
    report_threads(report, n, rates[n]);
    Figure group;
    group.name = std::to_string(n) + "_threads.commits_a_sync";
    group.unit = "commits";
    group.rounds = rates[n]["group_size"];
    report.figure(group);
  }
  return 0;
}
