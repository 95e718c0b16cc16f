// schema_campaign: traces of schema changes on a simulated disk, crashed at I/O calls, recovered, compared and gone on with.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/inline_runtime.h"
#include "schema_trace.h"
#include "vfs/sim_disk.h"
#include "vfs/sim_vfs.h"

namespace ddb::schema_world {

class SchemaCampaign {
 public:
  // Empty if every point of the seed was recovered as it must be.
  std::string run_seed(uint64_t seed) {
    InlineRuntime runtime(seed);
    SimDisk disk(4096);
    SimVfs vfs(disk, runtime);
    std::vector<Point> points;
    std::map<uint64_t, State> states;  // by LSN
    uint64_t acknowledged = 0;
    SeededRandom hook_random(mix64(seed));
    vfs.set_hook([&](uint64_t io) {
      if (acknowledged == 0 || points.size() >= kPointsMax || !hook_random.chance(60)) return;
      points.push_back({disk.crash(hook_random.next()), acknowledged, io});
    });
    SchemaTrace trace(seed);
    SchemaTrace::Watch watch;
    // The next LSN is known: one writer.
    watch.before_commit = [&](const State& state) {
      states.insert_or_assign(states.empty() ? 2 : states.rbegin()->first + 1, state);
    };
    watch.after_commit = [&](uint64_t lsn) {
      if (lsn < states.rbegin()->first) states.erase(states.rbegin()->first);  // it changed nothing
      acknowledged = lsn;
    };
    std::string wrong = first_run(vfs, runtime, trace, watch);
    vfs.set_hook({});
    if (!wrong.empty()) return wrong;
    statements_ += trace.statements();
    points_ += points.size();
    for (const Point& point : points) {
      wrong = recover_twice(seed, point, states);
      if (!wrong.empty()) return wrong + " (I/O call " + std::to_string(point.io) + ")";
    }
    return "";
  }

  uint64_t points() const { return points_; }
  uint64_t recoveries() const { return recoveries_; }
  uint64_t statements() const { return statements_; }

 private:
  static constexpr uint64_t kPointsMax = 40;  // a seed
  struct Point {
    std::unique_ptr<SimDisk> disk;
    uint64_t acknowledged;
    uint64_t io;
  };

  static Options options(SimVfs& vfs, InlineRuntime& runtime) {
    Options options;
    options.vfs = &vfs;
    options.runtime = &runtime;
    options.page_bytes = 4096;
    options.background_threads = false;
    options.wal_segment_bytes = 32 * 1024;
    options.wal_limit = 256 * 1024;
    options.memory_limit = 2 << 20;
    options.double_write_slots = 4;
    options.temp_directory = "/tmp";
    return options;
  }

  static std::string first_run(SimVfs& vfs, InlineRuntime& runtime, SchemaTrace& trace,
                               const SchemaTrace::Watch& watch) {
    Result<std::unique_ptr<Database>> opened = Database::open("/s.ddb", options(vfs, runtime));
    if (!opened.is_ok()) return opened.status().to_string();
    SchemaHost host(std::move(*opened), runtime);
    return trace.run(host, nullptr, 60, watch);
  }

  std::string recover_twice(uint64_t seed, const Point& point, const std::map<uint64_t, State>& states) {
    SeededRandom random(mix64(seed) + point.io);
    std::unique_ptr<SimDisk> second;
    uint64_t calls_left = random.below(60);
    std::string wrong = recover(*point.disk, states, point.acknowledged, seed + point.io, [&](SimDisk& now) {
      if (second == nullptr && calls_left-- == 0) second = now.crash(random.next());
    });
    if (!wrong.empty() || second == nullptr) return wrong;
    wrong = recover(*second, states, point.acknowledged, seed + point.io + 1, {});
    return wrong.empty() ? "" : wrong + ", crashed again";
  }

  std::string recover(SimDisk& disk, const std::map<uint64_t, State>& states, uint64_t acknowledged,
                      uint64_t seed, const std::function<void(SimDisk&)>& at_io) {
    InlineRuntime runtime(seed);
    SimVfs vfs(disk, runtime);
    if (at_io) vfs.set_hook([&](uint64_t) { at_io(disk); });
    Result<std::unique_ptr<Database>> opened = Database::open("/s.ddb", options(vfs, runtime));
    if (!opened.is_ok()) return "recovery: " + opened.status().to_string();
    SchemaHost host(std::move(*opened), runtime);
    ++recoveries_;
    if (const Status began = host.session->begin_read(); !began.is_ok()) return began.to_string();
    const uint64_t lsn = host.session->snapshot().value;
    if (lsn < acknowledged) return "an acknowledged transaction is lost: " + std::to_string(lsn);
    const auto state = states.find(lsn);
    if (state == states.end()) return "LSN " + std::to_string(lsn) + " was never committed";
    std::string wrong = differs(host, state->second);
    (void)host.session->rollback().is_ok();
    if (!wrong.empty()) return "after recovery: " + wrong;
    vfs.set_hook({});
    if (at_io) {
      if (const Status done = host.database->checkpoint(); !done.is_ok())
        return "checkpoint: " + done.to_string();
      return "";
    }
    // The database works: more of the same, from here.
    SchemaTrace more(seed);
    State from = state->second;
    for (auto& [id, last] : from.handed)
      last = 0;  // values since the recovery were asked for by the comparison
    wrong = more.run(host, &from, 4, {});
    return wrong.empty() ? "" : "going on: " + wrong;
  }

  uint64_t points_ = 0, recoveries_ = 0, statements_ = 0;
};

}  // namespace ddb::schema_world
