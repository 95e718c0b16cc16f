// campaign: simulations over successive seeds until enough I/O points have been crashed.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "support/simulation.h"

namespace ddb::sim {

struct CampaignRequest {
  uint64_t points = 20'000;
  uint64_t first_seed = 1;
  uint64_t seed_step = 1;     // each of several processes takes every n-th seed
  uint64_t first_io = 1;      // of the first seed
  uint64_t every = 1;         // only one I/O point in so many: the same points see more seeds
  uint64_t failures_max = 1;  // stop after so many
  bool one_seed = false;      // only the first seed, to its end
  bool verbose = false;
  bool trace = false;
  bool every_header_copy = false;  // at each point, each header copy is lost in turn as well
  std::string dump_folder;         // files of the disks of each check go there; for --points 1
};

struct CampaignResult {
  uint64_t points = 0;
  uint64_t recoveries = 0;
  uint64_t failures = 0;
  uint64_t seeds = 0;
  uint64_t commits = 0;
  uint64_t io_calls = 0;
  uint64_t digest = 0;
  std::string failure_text;  // of each: seed, I/O point, what differs, and how to replay it
};

// `progress` is called after each seed.
CampaignResult run_campaign(const CampaignRequest& request,
                            const std::function<void(const CampaignResult&)>& progress);

// What is being simulated now, for a signal handler.
struct CampaignPlace {
  volatile uint64_t seed = 0;
};
extern CampaignPlace campaign_place;

}  // namespace ddb::sim
