// fault_test: rules broken on purpose (base/faults.h), one at a time: the campaigns over tables, catalogs and sequences must find each, and
// nothing where none is broken.
#include "base/faults.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "access/schema_campaign.h"
#include "access/statement_trace.h"

namespace ddb {
namespace {

struct Broken {
  explicit Broken(Fault fault) { active_fault = fault; }
  ~Broken() { active_fault = Fault::kNone; }
};

// What is wrong with a seed of the campaign over statements; empty: nothing.
std::string statements(uint64_t seed) {
  access_world::Trace trace(seed);
  MemoryVfs vfs;
  Options options;
  options.page_bytes = 4096;
  options.vfs = &vfs;
  options.background_threads = false;
  return trace.run(options, 80, {});
}

std::string schema_changes(uint64_t seed) {
  schema_world::SchemaCampaign campaign;
  return campaign.run_seed(seed);
}

struct Case {
  Fault fault;
  std::string (*campaign)(uint64_t seed);
};

class TableFaultIsCaught : public testing::TestWithParam<Case> {};

TEST_P(TableFaultIsCaught, WithinFortySeeds) {
  const Broken broken(GetParam().fault);
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    const std::string wrong = GetParam().campaign(seed);
    if (wrong.empty()) continue;
    std::printf("%s: seed %d: %s\n", fault_name(GetParam().fault), static_cast<int>(seed),
                wrong.substr(0, 160).c_str());
    return;
  }
  ADD_FAILURE() << "not caught";
}

INSTANTIATE_TEST_SUITE_P(All, TableFaultIsCaught,
                         testing::Values(Case{Fault::kRollbackKeepsPage, statements},
                                         Case{Fault::kForgetIndexEntry, statements},
                                         Case{Fault::kSkipDeferredChecks, statements},
                                         Case{Fault::kLoseSequenceMark, schema_changes},
                                         Case{Fault::kKeepMark, schema_changes},
                                         Case{Fault::kKeepDependency, schema_changes},
                                         Case{Fault::kKeepSchemaVersion, schema_changes},
                                         Case{Fault::kVersionGoesBack, schema_changes},
                                         Case{Fault::kTreeIdsTwice, schema_changes}),
                         [](const auto& param_info) {
                           std::string name = fault_name(param_info.param.fault);
                           std::erase(name, '-');
                           return name;
                         });

TEST(TableFaults, NothingIsFoundWhereNothingIsBroken) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    EXPECT_EQ(statements(seed), "") << seed;
    EXPECT_EQ(schema_changes(seed), "") << seed;
  }
}

// Every switch above the core has a campaign that must find it.
TEST(TableFaults, EachHasItsCampaign) {
  int cases = 0;
  const auto* suite = testing::UnitTest::GetInstance()->current_test_info();
  ASSERT_NE(suite, nullptr);
  const testing::UnitTest& all = *testing::UnitTest::GetInstance();
  for (int i = 0; i < all.total_test_suite_count(); ++i) {
    if (std::string(all.GetTestSuite(i)->name()) == "All/TableFaultIsCaught")
      cases = all.GetTestSuite(i)->total_test_count();
  }
  EXPECT_EQ(cases, static_cast<int>(Fault::kCount) - static_cast<int>(Fault::kCoreEnd) - 1);
}

}  // namespace
}  // namespace ddb
