// sample_leaves: level by level, a reservoir of children each.
#include "catalog/sample_leaves.h"

#include <algorithm>

#include "base/assert.h"
#include "base/seeded_random.h"
#include "btree/table_inner.h"
#include "btree/table_leaf.h"

namespace ddb {
namespace {

// A uniform sample of the pages that are offered.
class PageReservoir {
 public:
  PageReservoir(uint32_t pages_max, SeededRandom& random) : pages_max_(pages_max), random_(random) {}

  void offer(PageNo page) {
    const uint64_t ordinal = offered_++;
    if (kept_.size() < pages_max_) {
      kept_.push_back({ordinal, page});
      return;
    }
    const uint64_t place = random_.below(offered_);
    if (place < pages_max_) kept_[place] = {ordinal, page};
  }
  uint64_t offered() const { return offered_; }
  // In the order in which they were offered.
  std::vector<PageNo> take() {
    std::sort(kept_.begin(), kept_.end(), [](const Kept& a, const Kept& b) { return a.ordinal < b.ordinal; });
    std::vector<PageNo> pages;
    pages.reserve(kept_.size());
    for (const Kept& kept : kept_) pages.push_back(kept.page);
    return pages;
  }

 private:
  struct Kept {
    uint64_t ordinal;
    PageNo page;
  };
  const uint32_t pages_max_;
  SeededRandom& random_;
  std::vector<Kept> kept_;
  uint64_t offered_ = 0;
};

}  // namespace

Status check_cancelled(const SampleOptions& options) {
  if (!options.is_cancelled || !options.is_cancelled()) return Status::ok();
  return Status::error(sqlstate::kQueryCanceled, "canceling statement due to user request");
}

Result<SampledLeaves> sample_leaves(Session& session, const TableTree& tree, const SampleOptions& options) {
  DDB_ASSERT(options.leaves_max > 0 && options.inner_pages_max > 0);
  DDB_RETURN_IF_ERROR(check_cancelled(options));
  SeededRandom random(options.seed);
  uint32_t level = 0;
  { DDB_TRY(const PageRef root, read_root_page(session, tree, &level)); }
  SampledLeaves sampled;
  sampled.leaves = {tree.root};
  sampled.leaves_in_tree = 1;  // of the level at hand: pages in the tree
  for (; level > 0; --level) {
    sampled.inner_pages += sampled.leaves_in_tree;
    PageReservoir children(level == 1 ? options.leaves_max : options.inner_pages_max, random);
    for (size_t i = 0; i < sampled.leaves.size(); ++i) {
      DDB_RETURN_IF_ERROR(check_cancelled(options));
      if (i + 1 < sampled.leaves.size()) session.expect_read(sampled.leaves[i + 1]);
      DDB_TRY(const PageRef page, read_tree_page(session, tree.tree, sampled.leaves[i], level));
      const TableInner inner(page.data(), session.content_bytes());
      for (uint32_t child = 0; child < inner.count(); ++child) children.offer(inner.child(child));
    }
    const double share = sampled.leaves_in_tree / static_cast<double>(sampled.leaves.size());
    if (share > 1) sampled.is_counted = false;
    sampled.leaves_in_tree = share * static_cast<double>(children.offered());
    sampled.leaves = children.take();
  }
  return sampled;
}

Result<RowCountEstimate> estimate_row_count(Session& session, const TableTree& tree,
                                            const SampleOptions& options) {
  DDB_TRY(const SampledLeaves sampled, sample_leaves(session, tree, options));
  double rows = 0;
  for (size_t i = 0; i < sampled.leaves.size(); ++i) {
    DDB_RETURN_IF_ERROR(check_cancelled(options));
    if (i + 1 < sampled.leaves.size()) session.expect_read(sampled.leaves[i + 1]);
    DDB_TRY(const PageRef page, read_tree_page(session, tree.tree, sampled.leaves[i], 0));
    rows += TableLeaf(page.data()).rows();
  }
  RowCountEstimate estimate;
  estimate.is_exact = sampled.is_every_leaf();
  estimate.rows =
      estimate.is_exact ? rows : rows / static_cast<double>(sampled.leaves.size()) * sampled.leaves_in_tree;
  estimate.leaves = sampled.leaves_in_tree;
  estimate.inner_pages = sampled.inner_pages;
  return estimate;
}

}  // namespace ddb
