// alone: the peers on the bench table, without the engine: what they do on this machine at this moment, and that
// all of them read the same values. Every figure is of the last settings line above it.
#include <algorithm>

#include "peers/duckdb_peer.h"
#include "peers/lmdb_peer.h"
#include "peers/measure.h"
#include "peers/sqlite_peer.h"
#include "support/arguments.h"
#include "support/bench_directory.h"
#include "support/report.h"

using namespace bench;

int main(int argc, char** argv) {
  Arguments arguments(argc, argv);
  const uint64_t rows = arguments.number("rows", 1'000'000, "rows of the table");
  const std::string peers = arguments.text("peers", "sqlite,lmdb,duckdb", "which of them");
  Plan plan;
  plan.table = BenchTable(rows);
  plan.rounds = arguments.number("rounds", 3, "rounds; figures are medians over them");
  plan.fetches = arguments.number("fetches", 100'000, "point reads a round; a hundredth for DuckDB");
  plan.ranges = arguments.number("ranges", 10'000, "ranges a round; a hundredth for DuckDB");
  plan.range_rows = static_cast<uint32_t>(arguments.number("range-rows", 101, "rows of a range"));
  plan.updates = arguments.number("updates", 100'000, "updates in one transaction; a hundredth for DuckDB");
  plan.deletes = arguments.number("deletes", 100'000, "deletes in one transaction; a hundredth for DuckDB");
  const bool no_sync = arguments.flag("no-sync", "commits do not wait for the disk (not DuckDB)");
  const bool memory_disk = arguments.flag("memory-disk", "accept tmpfs");
  arguments.finish(true);
  if (rows == 0 || plan.updates > rows || plan.deletes > rows) fail("more updates or deletes than rows");

  Report report("peers.alone", arguments.command());
  const BenchDirectory directory(arguments.directory(), memory_disk);
  report.setting("rows", rows);
  const PeerSync sync = no_sync ? PeerSync::kNone : PeerSync::kFull;
  const Expected expected(plan);
  const auto asked = [&](const char* name) {
    return ("," + peers + ",").find("," + std::string(name) + ",") != std::string::npos;
  };
  if (asked("sqlite")) {
    SqlitePeer peer(directory.file("sqlite"), sync);
    measure(peer, "sqlite", plan, expected, report);
  }
  if (asked("lmdb")) {
    LmdbPeer peer(directory.file("lmdb"), sync);
    measure(peer, "lmdb", plan, expected, report);
  }
  if (asked("duckdb")) {
    Plan fewer = plan;
    for (uint64_t* count : {&fewer.fetches, &fewer.ranges, &fewer.updates, &fewer.deletes}) {
      *count = std::max<uint64_t>(1, *count / 100);
    }
    DuckdbPeer peer(directory.file("duckdb"));
    measure(peer, "duckdb", fewer, Expected(fewer), report);
  }
  return 0;
}
