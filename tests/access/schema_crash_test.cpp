// schema_crash_test: changes of the catalog, of tables with rows and of sequences on a simulated disk that loses power at I/O calls: what is
// recovered is the newest acknowledged transaction or the one under way, whole: every definition, every row, every page accounted for, and
// no value of a sequence comes twice. Then work goes on. DDB_TRACE_COUNT and DDB_TRACE_SEED choose more and other seeds.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "schema_campaign.h"

namespace ddb::schema_world {
namespace {

TEST(SchemaCrash, EveryRecoveredStateIsWhole) {
  const auto number = [](const char* name, uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
  };
  const uint64_t count = number("DDB_TRACE_COUNT", 12);
  const uint64_t first = number("DDB_TRACE_SEED", 1);
  SchemaCampaign campaign;
  for (uint64_t seed = first; seed < first + count; ++seed)
    ASSERT_EQ(campaign.run_seed(seed), "") << "seed " << seed;
  EXPECT_GT(campaign.points(), count * 5);
  EXPECT_GT(campaign.recoveries(), campaign.points());
  const auto shown = [](uint64_t n) { return static_cast<unsigned long long>(n); };
  std::printf("schema campaign: seeds %llu from %llu, statements %llu, points %llu, recoveries %llu\n",
              shown(count), shown(first), shown(campaign.statements()), shown(campaign.points()),
              shown(campaign.recoveries()));
}

}  // namespace
}  // namespace ddb::schema_world
