// table_trace_test: traces of random operations on table trees of every page size, with small caches, agree with a std::map.
// DDB_TRACE_SEED and DDB_TRACE_COUNT choose other and more traces.
#include <gtest/gtest.h>

#include <cstdlib>

#include "btree/table_trace.h"

namespace ddb::table_trace {
namespace {

uint64_t number_from(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

class TableTrace : public testing::TestWithParam<uint32_t> {};

TEST_P(TableTrace, AgreesWithTheModel) {
  const uint64_t first = number_from("DDB_TRACE_SEED", 1);
  const uint64_t count = number_from("DDB_TRACE_COUNT", 12);
  uint64_t operations = 0;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    Shape shape;
    shape.page_bytes = GetParam();
    shape.seed = seed * 31 + GetParam();
    // The smallest cache that opens, or one that holds everything.
    shape.memory_limit = seed % 2 == 0 ? uint64_t{64} << 20 : uint64_t{GetParam()} * 140 + (512 << 10);
    shape.rows_target = seed % 3 == 0 ? 300 : 4000;
    const std::vector<Step> steps = make_steps(seed, 120);
    const std::string wrong = run(shape, steps, &operations);
    if (wrong.empty()) continue;
    const std::vector<Step> shortest = shrink(shape, steps);
    FAIL() << "seed " << seed << ", page " << GetParam() << ": " << wrong
           << "\nshortest trace: " << run(shape, shortest, nullptr) << "\n"
           << to_string(shortest);
  }
  RecordProperty("operations", static_cast<int>(operations));
  EXPECT_GT(operations, 1000u * count);
}

INSTANTIATE_TEST_SUITE_P(PageSizes, TableTrace, testing::Values(4096u, 8192u, 16384u, 32768u));

}  // namespace
}  // namespace ddb::table_trace
