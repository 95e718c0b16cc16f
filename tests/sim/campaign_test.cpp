// campaign_test: a small crash campaign with fixed seeds, its determinism, and that it notices broken rules at all. The
// large campaigns are those of ddb_crash.
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/faults.h"
#include "support/campaign.h"

namespace ddb::sim {
namespace {

CampaignResult run(uint64_t points, uint64_t first_seed, uint64_t first_io = 1) {
  CampaignRequest request;
  request.points = points;
  request.first_seed = first_seed;
  request.first_io = first_io;
  return run_campaign(request, [](const CampaignResult&) {});
}

TEST(Campaign, ThousandPointsRecover) {
  const CampaignResult result = run(1'000, 70'001);
  EXPECT_EQ(result.failures, 0u) << result.failure_text;
  EXPECT_EQ(result.points, 1'000u);
  EXPECT_GT(result.recoveries, 1'000u);
  EXPECT_GT(result.commits, 5u);
}

TEST(Campaign, EitherHeaderCopyIsEnoughAtEveryPoint) {
  CampaignRequest request;
  request.points = 3'000;
  request.first_seed = 90'001;
  request.every_header_copy = true;
  const CampaignResult result = run_campaign(request, [](const CampaignResult&) {});
  EXPECT_EQ(result.failures, 0u) << result.failure_text;
  EXPECT_GT(result.recoveries, 3 * result.points);
}

TEST(Campaign, SeedReplaysExactly) {
  const CampaignResult first = run(200, 80'011);
  const CampaignResult second = run(200, 80'011);
  EXPECT_EQ(first.digest, second.digest);
  EXPECT_EQ(first.io_calls, second.io_calls);
  EXPECT_EQ(first.recoveries, second.recoveries);
  EXPECT_NE(first.digest, run(200, 80'012).digest);
}

TEST(Campaign, PointCanBeLookedAtAlone) {
  const CampaignResult alone = run(1, 80'011, 40);
  const CampaignResult again = run(1, 80'011, 40);
  EXPECT_EQ(alone.points, 1u);
  EXPECT_EQ(alone.digest, again.digest);
}

class FaultIsCaught : public testing::TestWithParam<Fault> {};

TEST_P(FaultIsCaught, Within20000Points) {
  active_fault = GetParam();
  const CampaignResult result = run(20'000, 1);
  active_fault = Fault::kNone;
  EXPECT_EQ(result.failures, 1u) << "not caught";
  RecordProperty("points", static_cast<int>(result.points));
}

// Those that fail by wrong results rather than by wild memory; ddb_crash --all-faults runs every one, each in a process
// of its own.
INSTANTIATE_TEST_SUITE_P(Some, FaultIsCaught,
                         testing::Values(Fault::kSkipSync, Fault::kAcknowledgeEarly,
                                         Fault::kPublishBeforeDurable),
                         [](const auto& param_info) {
                           std::string name = fault_name(param_info.param);
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace ddb::sim
