// whole_checks: constraints of which more rows wait to be judged than may be remembered. All rows of the table are judged then: nothing else
// can be wrong, and no memory is needed for what waits.
#pragma once

#include <cstdint>

#include "access/table_changer.h"
#include "access/table_rules.h"
#include "base/status.h"

namespace ddb {

// What waited: rows of the child that had no parent, keys that parents lost, or both. Decides only how a violation is told.
struct WaitingSides {
  bool children = false;
  bool parents = false;
};

// 23503 for the first row of the child, by row ids, that needs a parent and has none. XX001; the session's errors. Throws std::bad_alloc.
Status judge_all_children(TableChanger& child, TableChanger& parent, const ForeignKeyRules& key,
                          WaitingSides sides);
// 23505 for the first key of the unique index, in its order, that two rows have. As above.
Status judge_all_keys(TableChanger& table, uint32_t index);

}  // namespace ddb
