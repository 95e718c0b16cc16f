// sample_leaves: leaves of a table tree, each chosen with the same probability, and how many the tree has.
//
// The tree is read from the root down, a level at a time. Where a level has at most as many pages as the bound all are
// taken: then every leaf is counted and the choice is uniform and without repetition (reservoir sampling, Vitter, "Random
// sampling with a reservoir", 1985). A level with more is a uniform sample of it: leaves below the same inner page are
// then chosen together more often than by chance, and the number of leaves is an estimate, but each leaf remains as
// likely as any other, however full it or its parent is. (A descent by random children would favour leaves below parents
// with few children, one by random row ids those before gaps; neither is used.)
#pragma once

#include <cstdint>
#include <vector>

#include "base/status.h"
#include "btree/tree_page.h"
#include "catalog/sample_options.h"
#include "txn/session.h"

namespace ddb {

struct SampledLeaves {
  std::vector<PageNo> leaves;  // in order of row ids
  double leaves_in_tree = 0;
  double inner_pages = 0;
  bool is_counted = true;  // both numbers are exact

  bool is_every_leaf() const { return is_counted && leaves_in_tree == static_cast<double>(leaves.size()); }
};

// As of the session's snapshot. Reads inner pages only (and the root); 4 bytes a chosen page of memory. 57014 cancelled, XX001 damaged; the
// session's errors. Throws std::bad_alloc. REQUIRES: bounds above 0.
Result<SampledLeaves> sample_leaves(Session& session, const TableTree& tree, const SampleOptions& options);

struct RowCountEstimate {
  double rows = 0;
  double leaves = 0;
  double inner_pages = 0;
  bool is_exact = false;  // all leaves were read
};
// Rows from the leaves of sample_leaves(): their mean, times the number of leaves. Same errors. With options of 100 leaves and inner pages
// it is a few hundred page reads for a table of any size.
Result<RowCountEstimate> estimate_row_count(Session& session, const TableTree& tree,
                                            const SampleOptions& options);

// 57014 if options.is_cancelled says so.
Status check_cancelled(const SampleOptions& options);

}  // namespace ddb
