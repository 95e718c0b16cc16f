// access_verify: a table against its constraints: each row in each index and back, uniqueness, NOT NULL, CHECK, foreign keys. Pages are
// judged by verify_pages (btree/verify.h); this reads through them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "access/table_rules.h"
#include "base/status.h"
#include "txn/session.h"

namespace ddb {

enum class AccessRule : uint8_t {
  kIndexEntry,  // an entry that no row has, or with other bytes than its row gives
  kIndexRow,    // a row without its entry
  kUnique,
  kNotNull,
  kCheck,
  kForeignKey,
};
const char* access_rule_name(AccessRule rule);

struct AccessFinding {
  AccessRule rule;
  std::string name;  // of the index, column or constraint
  int64_t row_id = 0;
  std::string text;
};

struct AccessReport {
  uint64_t findings_count = 0;
  std::vector<AccessFinding> findings;  // the first ones
  uint64_t rows = 0, entries = 0;
};

// Judges a table in the session's snapshot (or write transaction, between statements). Ok also when there are findings. XX001 for pages that
// cannot be read: verify_pages says which; errors of conditions and of the session. Throws std::bad_alloc.
Status verify_table(Session& session, const TableRules& table, size_t findings_max, AccessReport* report);

}  // namespace ddb
