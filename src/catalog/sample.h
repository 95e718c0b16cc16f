// sample: a uniform random sample of a table's rows, with the values of all columns as keys.
//
// The leaves are those of sample_leaves(); over their rows runs one reservoir, so that each row of the table is as likely as any
// other, also where leaves are filled differently (a row drawn from each leaf would favour those in sparse ones). A
// table of at most leaves_max leaves is read whole, and one of at most rows_max rows is the sample. What bias remains
// is that rows of one leaf come together once leaves are chosen: where equal values lie side by side, their number of
// different values is underestimated, as by PostgreSQL, whose blocks are chosen in the same way.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/status.h"
#include "btree/table_schema.h"
#include "btree/tree_page.h"
#include "catalog/sample_cell.h"
#include "catalog/sample_options.h"
#include "txn/session.h"

namespace ddb {

struct SampledRow {
  uint64_t ordinal = 0;  // ascends as row ids do
  std::string cells;     // of every column of the schema, in order
};

struct RowSample {
  std::vector<SampledRow> rows;  // in order of row ids
  double table_rows = 0;
  double leaves = 0;
  double inner_pages = 0;
  bool is_complete = false;  // `rows` are all rows of the table
  bool is_counted = false;   // table_rows is exact
};

// As of the session's snapshot (in a write transaction: of its state). Holds at most memory_bytes_max and a few MiB: at the bound the
// sample is halved at random and goes on with half as many rows, down to a hundredth of rows_max; if that does not fit either,
// 53200. Rows from before a column was added have its default. 57014 cancelled; XX001 for damaged pages and for values that no
// column holds; the session's errors. Throws std::bad_alloc. REQUIRES: bounds above 0.
Result<RowSample> sample_rows(Session& session, const TableTree& tree, const TableSchema& schema,
                              const SampleOptions& options);

// Goes through a sample column by column. The sample outlives it.
class SampleColumns {
 public:
  explicit SampleColumns(const RowSample& sample) : sample_(sample), offsets_(sample.rows.size()) {}
  // The cells of the next column of the schema, by row. Views into the sample. REQUIRES: there is a next column.
  void next(std::vector<SampleCell>* cells);

 private:
  const RowSample& sample_;
  std::vector<size_t> offsets_;
};

}  // namespace ddb
