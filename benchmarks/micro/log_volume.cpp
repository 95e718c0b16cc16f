// log_volume: log bytes and time of random row-sized changes, each its own relaxed transaction, over more pages than the
// cache holds. Counted after one checkpoint, so that every page's first image is behind.
#include <sys/stat.h>

#include "support/arguments.h"
#include "support/engine_store.h"
#include "support/raw_file.h"

using namespace bench;
using namespace ddb;

namespace {

struct Plan {
  uint64_t rounds, changes;
};

// The same number of bytes appended by bare writes, without syncs: the least a transaction can take.
double bare_append_us(const Descriptor& file, const AlignedBuffer& buffer, uint64_t count, uint64_t bytes) {
  constexpr uint64_t kSpan = 16 << 20;
  const uint64_t began = now_ns();
  uint64_t at = 0;
  for (uint64_t i = 0; i < count; ++i) {
    if (at + bytes > kSpan) at = 0;
    write_all(file.fd(), buffer.get(), bytes, at);
    at += bytes;
  }
  return static_cast<double>(now_ns() - began) / 1000.0 / static_cast<double>(count);
}

void run_size(Report& report, const Plan& plan, Database& database, const std::vector<PageNo>& pages,
              uint64_t length, const std::string& floor_path) {
  const auto session = new_session(database);
  RowChanges changes(pages, database.page_bytes(), length, length);
  make_written_file(floor_path, 16 << 20);
  const Descriptor floor(floor_path, O_RDWR);
  const AlignedBuffer buffer = aligned_buffer(4096);
  must(database.checkpoint(), "checkpoint");

  const std::string name = "change_" + std::to_string(length);
  Figure bytes, padding, micros;
  bytes.name = name + ".log_bytes_a_transaction";
  padding.name = name + ".padding_a_transaction";
  bytes.unit = padding.unit = "bytes";
  bytes.target = Target::value_at_most(2.0 * static_cast<double>(length) + 96);
  micros.name = name + ".time_a_transaction";
  micros.unit = "us";
  micros.floor_name = "bare append";
  const auto each = [&](uint64_t count) {
    return static_cast<double>(count) / static_cast<double>(plan.changes);
  };
  for (uint64_t round = 0; round < plan.rounds; ++round) {
    const Stats before = database.stats();
    Lsn last;
    const uint64_t began = now_ns();
    for (uint64_t i = 0; i < plan.changes; ++i) {
      changes.draw();
      must(session->begin_write(), "begin_write");
      changes.apply(*session);
      last = must(session->commit(Durability::kRelaxed), "commit");
    }
    micros.rounds.push_back(each(now_ns() - began) / 1000.0);
    must(database.wait_durable(last), "wait_durable");
    const Stats after = database.stats();
    bytes.rounds.push_back(each(after.log.bytes_written - before.log.bytes_written));
    padding.rounds.push_back(each(after.log.padding_bytes - before.log.padding_bytes));
    const auto record = static_cast<uint64_t>(bytes.rounds.back());
    micros.floor_rounds.push_back(
        bare_append_us(floor, buffer, plan.changes, std::min<uint64_t>(4096, record)));
  }
  report.figure(bytes);
  report.figure(padding);
  report.figure(micros);
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments(argc, argv);
  Plan plan{};
  const auto page_count = static_cast<uint32_t>(arguments.number("pages", 50'000, "pages that are changed"));
  plan.changes = arguments.number("changes", 100'000, "transactions a round");
  plan.rounds = arguments.number("rounds", 1, "rounds; figures are medians over them");
  const auto sizes = arguments.numbers("change-bytes", "100,40", "bytes changed by a transaction");
  Options options;
  options.memory_limit = arguments.number("memory-limit", options.memory_limit, "of the database");
  const bool memory_disk = arguments.flag("memory-disk", "accept tmpfs");
  arguments.finish(true);

  Report report("micro.log_volume", arguments.command());
  const BenchDirectory directory(arguments.directory(), memory_disk);
  describe(report, options);
  report.setting("pages", page_count);
  report.setting("changes", plan.changes);
  const auto database = open_store(directory.file("volume.ddb"), options);
  const std::vector<PageNo> pages = fill_store(*database, page_count);
  for (const uint64_t length : sizes)
    run_size(report, plan, *database, pages, length, directory.file("floor"));
  const Stats stats = database->stats();
  report.figure("checkpoints", static_cast<double>(stats.checkpoint.completed), "");
  report.figure("throttled_commits", static_cast<double>(stats.throttled_commits), "");
  report.figure("cache_misses", static_cast<double>(stats.cache.misses), "");
  return 0;
}
