// table_trace: seeded operations on one table tree beside a std::map, in one database. A trace is a list of operations, each with a
// seed of its own, so that any part of it can be left out; a failing one is shrunk to the shortest that still fails.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ddb::table_trace {

enum class Kind : uint8_t {
  kAppend,
  kInsertRandom,
  kInsertExisting,
  kUpdate,
  kErase,
  kEraseRange,
  kFetch,
  kScan,
  kFilter,
  kAddColumn,
  kDropColumn,
  kSavepoint,
  kRollbackTo,
  kCommit,
  kRollback,
  kCheckpoint,
  kReopen,
  kVerify,
  kShrink,
};

struct Step {
  Kind kind;
  uint64_t seed;
};

struct Shape {
  uint32_t page_bytes = 4096;
  uint64_t memory_limit = 1 << 20;
  uint64_t seed = 1;  // of columns and their values
  uint32_t rows_target = 2000;
};

std::vector<Step> make_steps(uint64_t seed, uint32_t count);

// "" when tree and model agree after every step; else what differs, and at which step. *operations += row operations done.
std::string run(const Shape& shape, const std::vector<Step>& steps, uint64_t* operations);

// The shortest list found (by leaving out parts) that still fails.
std::vector<Step> shrink(const Shape& shape, std::vector<Step> steps);
std::string to_string(const std::vector<Step>& steps);

}  // namespace ddb::table_trace
