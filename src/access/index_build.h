// index_build: fills a new index from the rows of its table.
#pragma once

#include "access/table_rules.h"
#include "base/status.h"
#include "btree/index_builder.h"
#include "txn/session.h"

namespace ddb {

// Within the session's write transaction. REQUIRES: the index's tree is new and empty. 23505 "could not create unique index" naming the key
// that two rows have; 53200, 53400, 53100, 58030; 57014 and errors of the watch; errors of conditions and of the session. An
// error fails the transaction; no temp file is left. `rows`, if given, gets how many entries there are. Throws std::bad_alloc.
Status build_index(Session& session, const TableRules& table, const IndexRules& index, IndexBuildMeans& means,
                   uint64_t* rows = nullptr);

}  // namespace ddb
