// sort_world: a sort's surroundings (trackers, temp space, a disk that can fail), seeded records, and the naive model.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/seeded_random.h"
#include "flaky_vfs.h"
#include "spill/external_sort.h"

namespace ddb {

using Row = std::pair<std::string, std::string>;
using Rows = std::vector<Row>;

struct SortWorld {
  explicit SortWorld(uint64_t memory_bytes, uint64_t temp_bytes = uint64_t{1} << 40)
      : temp(&vfs, "", temp_bytes),
        database({"database", "memory_limit"}, uint64_t{1} << 40, nullptr),
        statement({"statement", ""}, MemoryTracker::kNoLimit, database),
        memory({"sort", "work_mem"}, memory_bytes, statement) {}

  // Nothing is held by anybody.
  void expect_nothing_held() const {
    EXPECT_EQ(memory.used(), 0u);
    EXPECT_EQ(statement.used(), 0u);
    EXPECT_EQ(database.used(), 0u);
    EXPECT_EQ(temp.used(), 0u);
    EXPECT_EQ(temp.files(), 0u);
    EXPECT_EQ(vfs.open_files, 0u);
    EXPECT_LE(memory.most(), memory.limit());
  }

  FlakyVfs vfs;
  TempSpace temp;
  MemoryTracker database, statement, memory;
};

inline Status add_all(ExternalSort& sort, const Rows& rows) {
  for (const Row& row : rows) DDB_RETURN_IF_ERROR(sort.add(row.first, row.second));
  return Status::ok();
}

inline Status read_all(ExternalSort& sort, Rows& rows) {
  for (;;) {
    DDB_TRY(const SortRecord* record, sort.next());
    if (record == nullptr) return Status::ok();
    rows.emplace_back(record->key, record->payload);
  }
}

// The whole of a sort; what was delivered before an error stays in `out`.
inline Status sort_rows(ExternalSort& sort, const Rows& rows, Rows& out) {
  DDB_RETURN_IF_ERROR(add_all(sort, rows));
  DDB_RETURN_IF_ERROR(sort.finish());
  return read_all(sort, out);
}

// std::string compares as memcmp does.
inline Rows model_of(Rows rows) {
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.first < b.first; });
  return rows;
}

enum class KeyShape {
  kRandom,
  kFewBytes,
  kSharedPrefix,
  kEqual,
  kStaircase,
  kLong,
  kAscending,
  kDescending,
  kMixed,
  kCount
};

inline std::string random_bytes(SeededRandom& random, size_t size, unsigned letters = 256) {
  std::string bytes(size, '\0');
  // Few letters: 0, 1, 255 and so on, which padding and signs get wrong.
  for (char& byte : bytes) {
    const auto letter = static_cast<unsigned>(random.below(letters));
    byte = static_cast<char>(letter % 2 == 0 ? letter / 2 : 255 - letter / 2);
  }
  return bytes;
}

inline std::string number_key(uint64_t number) {
  std::string key(8, '\0');
  for (size_t i = 0; i < 8; ++i) key[i] = static_cast<char>(number >> (56 - 8 * i));
  return key;
}

inline std::string random_key(SeededRandom& random, KeyShape shape, uint64_t at) {
  switch (shape) {
    case KeyShape::kRandom:
      return random_bytes(random, random.below(40));
    case KeyShape::kFewBytes:
      return random_bytes(random, random.below(20), 3);
    case KeyShape::kSharedPrefix:
      return std::string(3 + random.below(2) * 61, 'p') + random_bytes(random, random.below(12), 5);
    case KeyShape::kEqual:
      return "the same key for all";
    case KeyShape::kStaircase:
      return std::string(random.below(300), '\0');
    case KeyShape::kLong:
      return std::string(random.below(3) * 200, 'x') + random_bytes(random, random.below(900), 4);
    case KeyShape::kAscending:
      return number_key(at);
    case KeyShape::kDescending:
      return number_key(1'000'000'000 - at / 2);
    default:
      return random_key(random, static_cast<KeyShape>(random.below(8)), at);
  }
}

// The payload tells the arrival, so that a comparison of all rows shows whether equal keys kept it.
inline Rows random_rows(SeededRandom& random, KeyShape shape, uint64_t count, size_t payload_max = 20) {
  Rows rows;
  rows.reserve(count);
  for (uint64_t i = 0; i < count; ++i) {
    rows.emplace_back(random_key(random, shape, i),
                      std::to_string(i) + std::string(random.below(payload_max + 1), '.'));
  }
  return rows;
}

}  // namespace ddb
