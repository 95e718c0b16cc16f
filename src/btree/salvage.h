// salvage: the rows of one table that can still be read, found by the owner that each page names, without the tree's inner pages.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "btree/table_schema.h"
#include "record/value.h"
#include "txn/session.h"

namespace ddb {

struct SalvageReport {
  uint64_t leaves = 0, rows = 0;
  uint64_t lost_values = 0;     // values that could not be read: NULL
  uint64_t duplicate_rows = 0;  // older copies of a row id, left out
  uint64_t skipped_count = 0;   // pages
  // The first ones, and why: pages left out, and of lost values the leaf and whose they are.
  std::vector<std::pair<PageNo, std::string>> skipped, lost;
};

// Calls `row` for each readable row of the tree, by leaf, newest leaf first; of two copies of a row id the one in the page with the newer LSN
// counts. Columns as the schema has them; values that cannot be read, or whose pages belong to another row by now, are NULL.
// A page that the free map (where it can be read) calls free is no candidate. `row` may refuse with an error, which ends the
// walk. 53200; the session's errors other than those of single pages. Memory: 32 bytes a leaf, a row's values, and the row ids
// of leaves whose ranges overlap (there are none in a tree that is whole). Keeps at most `skipped_max` of each list.
Status salvage_table(Session& session, TreeId tree, const TableSchema& schema,
                     const std::function<Status(int64_t row_id, std::span<const Value> values)>& row,
                     size_t skipped_max, SalvageReport* report);

}  // namespace ddb
