// campaign: the loop over seeds.
#include "support/campaign.h"

#include <algorithm>
#include <cstdio>

namespace ddb::sim {

CampaignPlace campaign_place;

namespace {

std::string describe(const SimConfig& config, const SimulationResult& result) {
  const std::string seed = std::to_string(config.seed);
  const std::string io = std::to_string(std::max<uint64_t>(1, result.failed_io));
  std::string text = "seed " + seed + ", I/O point " + io + ": " + result.failure + "\n  (" +
                     config.to_string() + ")\n  replay: ddb_crash --seed " + seed + " --start " + io;
  // What the running database did wrong needs no check at all.
  text += result.failed_in_check ? " --points 1" : " --points 100";
  return text + " --verbose";
}

}  // namespace

CampaignResult run_campaign(const CampaignRequest& request,
                            const std::function<void(const CampaignResult&)>& progress) {
  CampaignResult total;
  FiberStackPool stacks;
  for (uint64_t seed = request.first_seed;
       total.points < request.points && total.failures < request.failures_max; seed += request.seed_step) {
    campaign_place.seed = seed;
    const SimConfig config = SimConfig::from_seed(seed);
    if (request.verbose)
      std::fprintf(stderr, "seed %llu: %s\n", static_cast<unsigned long long>(seed),
                   config.to_string().c_str());
    SimulationLimits limits;
    limits.first_io = seed == request.first_seed ? request.first_io : 1;
    limits.points_max = request.points - total.points;
    limits.every = request.every;
    limits.verbose = request.verbose;
    limits.trace = request.trace;
    limits.every_header_copy = request.every_header_copy;
    limits.dump_folder = request.dump_folder;
    const SimulationResult result = simulate(config, limits, stacks);
    total.points += result.points;
    total.recoveries += result.recoveries;
    total.commits += result.commits;
    total.io_calls += result.io_calls;
    total.digest = total.digest * 0x9E3779B97F4A7C15ull + result.digest;
    ++total.seeds;
    if (!result.failure.empty()) {
      ++total.failures;
      if (!total.failure_text.empty()) total.failure_text += "\n";
      total.failure_text += describe(config, result);
    }
    progress(total);
    // A replay looks at one seed only.
    if (request.first_io > 1 || request.one_seed) break;
  }
  return total;
}

}  // namespace ddb::sim
