// statistics_build: a table's statistics from a sample of its rows, by the rules of PostgreSQL's ANALYZE.
#pragma once

#include <span>

#include "base/status.h"
#include "btree/table_schema.h"
#include "btree/tree_page.h"
#include "catalog/sample.h"
#include "catalog/sample_options.h"
#include "catalog/statistics.h"
#include "txn/session.h"

namespace ddb {

// Of the session's snapshot; writes nothing. Beside the sample it takes about 100 bytes a sampled row. sample_rows()'s errors: 57014, 53200, XX001,
// XX001 also for values that no column holds. Throws std::bad_alloc.
Result<TableStatistics> analyze_table(Session& session, const TableTree& tree, const TableSchema& schema,
                                      const SampleOptions& options = {});

// The same from a sample: without rows no column is known. Columns keep their lists of values while all fit kStatisticsListsBytesMax. 57014; XX001
// as above. Throws std::bad_alloc.
Result<TableStatistics> statistics_of_sample(const RowSample& sample, const TableSchema& schema,
                                             const SampleOptions& options = {});

// One column. `cells`: its sampled values in order of row ids.
ColumnStatistics column_statistics(const TableColumn& column, std::span<const SampleCell> cells,
                                   const RowSample& sample);

}  // namespace ddb
