// index_builder: an index tree out of entries in any order, however many: an external sort, then a load. Keeps: within the memory of its
// tracker, temp files when that is full; cancel and progress by the watch.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/status.h"
#include "btree/index_entry.h"
#include "btree/index_load.h"
#include "btree/index_page.h"
#include "spill/external_sort.h"
#include "spill/memory_tracker.h"
#include "spill/temp_space.h"
#include "spill/work_watch.h"
#include "txn/session.h"

namespace ddb {

struct IndexBuildMeans {
  MemoryTracker* memory = nullptr;  // of the operator
  TempSpace* temp = nullptr;
  WorkWatch watch;
  IndexLoadOptions load;
};

// Two rows with the same columns in an index that is to be unique.
struct RepeatedKey {
  int64_t row_id = 0;  // the second one
  int64_t other_row_id = 0;
};

// For one session and thread within one write transaction. An error fails the transaction; no temp file is left. Throws std::bad_alloc.
class IndexBuilder {
 public:
  // REQUIRES: the tree is new and empty, `payloads` as it was created.
  IndexBuilder(Session& session, const IndexTree& tree, bool payloads, bool unique, IndexBuildMeans& means)
      : session_(session),
        unique_(unique),
        sort_(*means.memory, *means.temp, means.watch),
        loader_(session, tree, payloads, means.load) {}

  // `may_repeat`: another entry may have the same columns although the index is unique (a NULL among them). 53200, 53400, 53100, 58030,
  // 57014 and errors of the watch.
  Status add(const IndexEntry& entry, bool may_repeat);
  // Sorts and loads. A repeated key, and nothing loaded for sure, in a unique index: the transaction is to be rolled back. Errors as add();
  // 54000 for an entry that is too long; the session's errors.
  Result<std::optional<RepeatedKey>> finish();

  uint64_t entries() const { return loader_.entries(); }
  const ExternalSort::Statistics& statistics() const { return sort_.statistics(); }

 private:
  Session& session_;
  const bool unique_;
  ExternalSort sort_;
  IndexLoader loader_;
  std::string scratch_;
  std::string last_;  // columns of the last entry that may not repeat
  int64_t last_row_id_ = 0;
};

}  // namespace ddb
