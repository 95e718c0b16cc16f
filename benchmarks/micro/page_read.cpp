// page_read: a cached page through a snapshot, beginning and ending a read transaction, and how two readers scale, each
// beside the bare loop of the same shape. Counts the allocations of the timed loops.
#include "support/allocation_count.h"
#include "support/arguments.h"
#include "support/engine_store.h"
#include "support/page_lookup_loop.h"
#include "support/thread_rate.h"

using namespace bench;
using namespace ddb;

namespace {

struct Plan {
  uint64_t rounds, lookups, transactions, reads_per_transaction;
  double seconds;
};

uint64_t read_pass(Session& session, const std::vector<PageNo>& sequence) {
  uint64_t sum = 0;
  for (const PageNo page : sequence) sum += read_stamp(session, page);
  return sum;
}

void single_reads(Report& report, const Plan& plan, Database& database, const std::vector<PageNo>& pages) {
  const std::vector<uint32_t> places = page_sequence(static_cast<uint32_t>(pages.size()), 4096, 42);
  std::vector<PageNo> sequence;
  uint64_t expected = 0;
  for (const uint32_t place : places) {
    sequence.push_back(pages[place]);
    expected += page_stamp(pages[place].value);
  }
  const PageLookupLoop bare(static_cast<uint32_t>(pages.size()), database.page_bytes(), true);
  const auto session = new_session(database);
  must(session->begin_read(), "begin_read");
  if (read_pass(*session, sequence) != expected) fail("the pages do not hold their stamps");
  keep(bare.pass(places, true));

  Figure figure;
  figure.name = "cached_page";
  figure.unit = "ns";
  figure.floor_name = "array and record walk";
  figure.target = Target::value_at_most(20);
  const size_t passes = std::max<size_t>(1, plan.lookups / sequence.size() / 10);
  const uint64_t misses = database.stats().cache.misses;
  uint64_t allocations = 0;
  for (uint64_t round = 0; round < plan.rounds; ++round) {
    double engine_ns = 0, bare_ns = 0;
    for (int turn = 0; turn < 10; ++turn) {
      const uint64_t before = thread_allocations;
      engine_ns += ns_per_element(passes, sequence.size(), [&] { return read_pass(*session, sequence); });
      allocations += thread_allocations - before;
      bare_ns += ns_per_element(passes, sequence.size(), [&] { return bare.pass(places, true); });
    }
    figure.rounds.push_back(engine_ns / 10);
    figure.floor_rounds.push_back(bare_ns / 10);
  }
  must(session->rollback(), "rollback");
  report.figure(figure);
  if (!kCountsAllocations) report.remark("allocations are not counted in this build");
  Figure none;
  none.name = "cached_page.allocations";
  none.unit = "allocations";
  none.rounds = {static_cast<double>(allocations)};
  none.target = Target::value_at_most(0);
  report.figure(none);
  report.figure("cached_page.misses", static_cast<double>(database.stats().cache.misses - misses), "misses");
}

// Two stores and a fence-free load: what is left of a read transaction without an engine.
uint64_t bare_transactions(uint64_t count) {
  static std::atomic<uint64_t> horizon{1};
  alignas(128) std::atomic<uint64_t> slot{0};
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t seen = horizon.load(std::memory_order_acquire);
    slot.store(seen, std::memory_order_relaxed);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (horizon.load(std::memory_order_acquire) != seen) return 0;
    slot.store(0, std::memory_order_release);
  }
  return count;
}

void transactions(Report& report, const Plan& plan, Database& database) {
  const auto session = new_session(database);
  const auto pass = [&](bool by_commit) {
    for (uint64_t i = 0; i < plan.transactions; ++i) {
      must(session->begin_read(), "begin_read");
      if (by_commit) {
        must(session->commit(), "commit");
      } else {
        must(session->rollback(), "rollback");
      }
    }
    return plan.transactions;
  };
  Figure commit, rollback;
  commit.name = "begin_read_and_commit";
  rollback.name = "begin_read_and_rollback";
  commit.target = rollback.target = Target::value_at_most(60);
  commit.unit = rollback.unit = "ns";
  commit.floor_name = "publish and clear a slot";
  pass(true);
  uint64_t allocations = 0;
  const auto timed = [&](bool by_commit) {
    const uint64_t before = thread_allocations;
    const double ns = ns_per_element(1, plan.transactions, [&] { return pass(by_commit); });
    allocations += thread_allocations - before;
    return ns;
  };
  for (uint64_t round = 0; round < plan.rounds; ++round) {
    commit.rounds.push_back(timed(true));
    commit.floor_rounds.push_back(
        ns_per_element(1, plan.transactions, [&] { return bare_transactions(plan.transactions); }));
    rollback.rounds.push_back(timed(false));
  }
  report.figure(commit);
  report.figure(rollback);
  Figure none;
  none.name = "begin_read.allocations";
  none.unit = "allocations";
  none.rounds = {static_cast<double>(allocations)};
  none.target = Target::value_at_most(0);
  report.figure(none);
}

void scaling(Report& report, const Plan& plan, Database& database, const std::vector<PageNo>& pages) {
  std::vector<std::unique_ptr<Session>> sessions;
  for (int i = 0; i < 2; ++i) sessions.push_back(new_session(database));
  const auto readers = [&](unsigned threads, bool per_transaction) {
    return thread_rate(threads, plan.seconds, Placement::kOnePerCpu,
                       [&](unsigned i, const std::atomic<bool>& stop) {
                         Session& session = *sessions[i];
                         Random random(i + 1);
                         uint64_t done = 0;
                         if (!per_transaction) must(session.begin_read(), "begin_read");
                         while (!stop.load(std::memory_order_relaxed)) {
                           if (per_transaction) must(session.begin_read(), "begin_read");
                           for (uint64_t k = 0; k < plan.reads_per_transaction; ++k) {
                             keep(read_stamp(session, pages[random.below(pages.size())]));
                           }
                           if (per_transaction) must(session.commit(), "commit");
                           done += plan.reads_per_transaction;
                         }
                         if (!per_transaction) must(session.commit(), "commit");
                         return done;
                       });
  };
  for (const bool per_transaction : {false, true}) {
    Figure figure;
    figure.name = per_transaction ? "two_readers.short_transactions" : "two_readers.one_snapshot_each";
    figure.unit = "x";
    figure.floor_name = "two cpu loops";
    figure.target = Target::ratio_at_least(0.95);
    for (uint64_t round = 0; round < plan.rounds; ++round) {
      const double one = readers(1, per_transaction), loop = cpu_loop_rate(1, plan.seconds);
      const double two = readers(2, per_transaction), loops = cpu_loop_rate(2, plan.seconds);
      figure.rounds.push_back(two / one);
      figure.floor_rounds.push_back(loops / loop);
    }
    report.figure(figure);
  }
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments(argc, argv);
  Plan plan{};
  const auto hot = static_cast<uint32_t>(arguments.number("pages", 1000, "hot pages"));
  plan.rounds = arguments.number("rounds", 5, "rounds; figures are medians over them");
  plan.lookups = arguments.number("lookups", 4'000'000, "page reads a round");
  plan.transactions = arguments.number("transactions", 1'000'000, "read transactions a round");
  plan.reads_per_transaction =
      arguments.number("reads-per-transaction", 16, "page reads of a short transaction");
  plan.seconds = arguments.seconds("seconds", 0.3, "time of one scaling cell");
  const bool memory_disk = arguments.flag("memory-disk", "accept tmpfs");
  arguments.finish(true);

  Report report("micro.page_read", arguments.command());
  const BenchDirectory directory(arguments.directory(), memory_disk);
  const Options options;
  describe(report, options);
  report.setting("pages", hot);
  const auto database = open_store(directory.file("read.ddb"), options);
  const std::vector<PageNo> pages = fill_store(*database, hot);
  single_reads(report, plan, *database, pages);
  transactions(report, plan, *database);
  scaling(report, plan, *database, pages);
  return 0;
}
