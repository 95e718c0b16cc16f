// measure: what is measured of an engine with the bench table, and what it must have read. One shape for all engines, so that figures
// of one run compare.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "peers/peer.h"
#include "support/bench_directory.h"
#include "support/clock.h"
#include "support/report.h"
#include "support/samples.h"

namespace bench {

struct Plan {
  BenchTable table{0};
  uint64_t rounds = 0, fetches = 0, ranges = 0, updates = 0, deletes = 0;
  uint32_t range_rows = 0;
};

// What a peer must have read, made from the table itself.
struct Expected {
  explicit Expected(const Plan& plan) {
    for (const int64_t id : plan.table.random_ids(plan.fetches, 1)) {
      fetched.add(plan.table.row(static_cast<uint64_t>(id) - 1));
    }
    for (const int64_t first : plan.table.random_ids(plan.ranges, 2)) {
      const auto begin = static_cast<uint64_t>(first) - 1;
      for (uint64_t i = begin; i < std::min(begin + plan.range_rows, plan.table.rows()); ++i) {
        ranged.add(plan.table.row(i));
      }
    }
    for (uint64_t i = 0; i < plan.table.rows(); ++i) {
      const BenchRow row = plan.table.row(i);
      all.add(row);
      b.add_b(row.b);
    }
    const std::vector<int64_t> order = plan.table.shuffled_ids(3);
    // Updated rows, then deleted ones, are both the first of the same order.
    for (uint64_t i = plan.deletes; i < order.size(); ++i) {
      const int64_t id = order[i];
      BenchRow row = plan.table.row(static_cast<uint64_t>(id) - 1);
      if (i < plan.updates) row.b = plan.table.b_of(id, plan.rounds);
      remaining.add(row);
    }
  }
  ReadSum fetched, ranged, all, b, remaining;
};

inline void require_equal(const Peer& peer, const char* what, const ReadSum& read, const ReadSum& expected) {
  if (read == expected) return;
  fail(peer.version() + " read other values: " + what);
}

inline double ns_since(uint64_t began, uint64_t count) {
  return static_cast<double>(now_ns() - began) / static_cast<double>(count);
}

inline void read_figures(Peer& peer, const std::string& name, const Plan& plan, const Expected& expected,
                         Report& report) {
  const std::vector<int64_t> ids = plan.table.random_ids(plan.fetches, 1);
  const std::vector<int64_t> firsts = plan.table.random_ids(plan.ranges, 2);
  Samples samples;
  samples.reserve(ids.size());
  Figure fetch{.name = name + ".fetch.p50",
               .unit = "ns",
               .rounds = {},
               .floor_name = {},
               .floor_rounds = {},
               .target = {}};
  Figure fetch_each = fetch, range = fetch, scan_b = fetch, scan_all = fetch;
  fetch_each.name = name + ".fetch.each";
  range.name = name + ".range_" + std::to_string(plan.range_rows);
  scan_b.name = name + ".scan_b";
  scan_all.name = name + ".scan_all";
  range.unit = "us";
  scan_b.unit = scan_all.unit = "ms";
  peer.begin_read();
  for (uint64_t round = 0; round <= plan.rounds; ++round) {  // the first round warms up
    ReadSum fetched, ranged, b, all;
    samples.clear();
    for (const int64_t id : ids) {
      const uint64_t began = now_ns();
      const bool found = peer.fetch(id, &fetched);
      samples.add(now_ns() - began);
      if (!found) fail(peer.version() + ": a row is missing");
    }
    // The same keys without a clock between them: they do not depend on each other, as those of a list or a join.
    ReadSum together;
    uint64_t began = now_ns();
    for (const int64_t id : ids) {
      if (!peer.fetch(id, &together)) fail(peer.version() + ": a row is missing");
    }
    const double each_ns = ns_since(began, ids.size());
    require_equal(peer, "fetch in a row", together, expected.fetched);
    began = now_ns();
    for (const int64_t first : firsts) peer.range(first, plan.range_rows, &ranged);
    const double range_us = ns_since(began, firsts.size()) / 1e3;
    began = now_ns();
    peer.scan_b(&b);
    const double scan_b_ms = ns_since(began, 1) / 1e6;
    began = now_ns();
    peer.scan_all(&all);
    const double scan_all_ms = ns_since(began, 1) / 1e6;
    require_equal(peer, "fetch", fetched, expected.fetched);
    require_equal(peer, "range", ranged, expected.ranged);
    require_equal(peer, "scan of b", b, expected.b);
    require_equal(peer, "scan of all", all, expected.all);
    if (round == 0) continue;
    fetch.rounds.push_back(samples.percentile(50));
    fetch_each.rounds.push_back(each_ns);
    range.rounds.push_back(range_us);
    scan_b.rounds.push_back(scan_b_ms);
    scan_all.rounds.push_back(scan_all_ms);
  }
  peer.end_read();
  for (const Figure& figure : {fetch, fetch_each, range, scan_b, scan_all}) report.figure(figure);
}

inline void measure(Peer& peer, const std::string& name, const Plan& plan, const Expected& expected,
                    Report& report) {
  report.setting(name, peer.version() + ", " + peer.settings());
  uint64_t began = now_ns();
  peer.load(plan.table);
  report.figure(name + ".load", 1e9 / ns_since(began, plan.table.rows()), "rows/s");
  report.figure(name + ".file",
                static_cast<double>(peer.file_bytes()) / static_cast<double>(plan.table.rows()), "bytes/row");
  read_figures(peer, name, plan, expected, report);

  const std::vector<int64_t> order = plan.table.shuffled_ids(3);
  const std::span<const int64_t> updated(order.data(), plan.updates);
  Figure update{.name = name + ".update_b",
                .unit = "rows/s",
                .rounds = {},
                .floor_name = {},
                .floor_rounds = {},
                .target = {}};
  for (uint64_t round = 1; round <= plan.rounds; ++round) {
    began = now_ns();
    peer.update_b(plan.table, updated, round);
    update.rounds.push_back(1e9 / ns_since(began, updated.size()));
  }
  report.figure(update);
  began = now_ns();
  peer.erase(std::span(order).first(plan.deletes));
  report.figure(name + ".delete", 1e9 / ns_since(began, plan.deletes), "rows/s");
  ReadSum remaining;
  peer.begin_read();
  peer.scan_all(&remaining);
  for (uint64_t i = 0; i < std::min<uint64_t>(plan.deletes, 100); ++i) {
    if (peer.fetch(order[i], &remaining)) fail(peer.version() + ": a deleted row is there");
  }
  peer.end_read();
  require_equal(peer, "scan after updates and deletes", remaining, expected.remaining);
}

}  // namespace bench
