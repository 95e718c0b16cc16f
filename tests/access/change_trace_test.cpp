// change_trace_test: random statements over three tables with every kind of constraint agree with the naive model, errors included; batches
// of any size give the same. DDB_TRACE_SEED and DDB_TRACE_COUNT choose other and more traces.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "statement_trace.h"

namespace ddb::access_world {
namespace {

uint64_t number_from(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

TEST(ChangeTrace, AgreesWithTheModel) {
  const uint64_t first = number_from("DDB_TRACE_SEED", 1);
  const uint64_t count = number_from("DDB_TRACE_COUNT", 60);
  uint64_t statements = 0, errors = 0, cascaded = 0, rows = 0;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    Trace trace(seed);
    MemoryVfs vfs;
    Options options;
    options.page_bytes = 4096;
    options.vfs = &vfs;
    options.background_threads = false;
    options.memory_limit = seed % 2 == 0 ? uint64_t{64} << 20 : 4096 * 200 + (512 << 10);
    const std::string wrong = trace.run(options, 80, {});
    ASSERT_EQ(wrong, "") << "seed " << seed;
    statements += trace.statements();
    rows += trace.rows();
    errors += trace.errors();
    cascaded += trace.cascaded();
  }
  printf(
      "change trace: seeds %llu from %llu, statements %llu, errors %llu, rows by cascades %llu, rows at the "
      "end %llu\n",
      static_cast<unsigned long long>(count), static_cast<unsigned long long>(first),
      static_cast<unsigned long long>(statements), static_cast<unsigned long long>(errors),
      static_cast<unsigned long long>(cascaded), static_cast<unsigned long long>(rows));
  EXPECT_GT(statements, 100 * count);
  EXPECT_GT(errors, count);
  EXPECT_GT(cascaded, count);
}

// The same where next to nothing may wait: whole tables are judged instead, and only actions can be refused.
TEST(ChangeTrace, AgreesWithTheModelWhereLittleMayWait) {
  const uint64_t first = number_from("DDB_TRACE_SEED", 1);
  const uint64_t count = number_from("DDB_TRACE_COUNT", 40);
  uint64_t statements = 0, errors = 0, overflows = 0, refused = 0;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    ChangeLimits limits;
    limits.queue_bytes_max = 16 << (seed % 8);
    Trace trace(seed, 1, limits);
    MemoryVfs vfs;
    Options options;
    options.page_bytes = 4096;
    options.vfs = &vfs;
    options.background_threads = false;
    const std::string wrong = trace.run(options, 80, {});
    ASSERT_EQ(wrong, "") << "seed " << seed;
    statements += trace.statements();
    errors += trace.errors();
    overflows += trace.overflows();
    refused += trace.refused();
  }
  printf("change trace: statements %llu, errors %llu, overflows %llu, refused %llu\n",
         static_cast<unsigned long long>(statements), static_cast<unsigned long long>(errors),
         static_cast<unsigned long long>(overflows), static_cast<unsigned long long>(refused));
  EXPECT_GT(errors, count);
  EXPECT_GT(overflows, count);
  EXPECT_LT(refused * 2, statements);
}

}  // namespace
}  // namespace ddb::access_world
