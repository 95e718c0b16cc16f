// verify_index: the walk over the pages of an index tree: levels, owners, structure, and that keys ascend within and between pages.
#include <optional>

#include "btree/verify_claims.h"
#include "record/key_row_id.h"

namespace ddb {
namespace {

struct KeyRange {
  std::string_view low;                  // keys are ≥
  std::optional<std::string_view> high;  // and <
  bool holds(std::string_view key) const { return key >= low && (!high || key < *high); }
};

class IndexWalk {
 public:
  IndexWalk(VerifyClaims& claims, const VerifiedIndex& index) : claims_(claims), index_(index) {}

  Status run() { return walk_page(index_.tree.root, std::nullopt, KeyRange{}, 0); }

 private:
  void find(VerifyRule rule, PageNo page, std::string text) {
    claims_.find(rule, page, index_.tree.tree, std::move(text));
  }

  // `level`: nothing for the root, whose page tells it. Depth is bounded although levels may lie.
  Status walk_page(PageNo page, std::optional<uint32_t> level, const KeyRange& range, uint32_t depth) {
    const TreeId tree = index_.tree.tree;
    if (!claims_.claim(page, tree)) return Status::ok();
    DDB_TRY(std::optional<PageRef> ref, claims_.read(page, tree));
    if (!ref) return Status::ok();
    const std::byte* data = ref->data();
    if (page_owner(data) != tree || (page_type(data) != kIndexLeaf && page_type(data) != kIndexInner)) {
      find(VerifyRule::kOwner, page,
           "has type " + std::to_string(static_cast<int>(page_type(data))) + " and owner " +
               std::to_string(page_owner(data).value) + " where a page of the index tree hangs");
      claims_.disown(page);
      return Status::ok();
    }
    const Status good =
        check_index_node({data, claims_.session().page_bytes()}, claims_.session().content_bytes());
    if (!good.is_ok()) {
      find(VerifyRule::kStructure, page, std::string(good.message()));
      return Status::ok();
    }
    const IndexNode node(data);
    if (level && *level != node.level()) {
      find(VerifyRule::kLevel, page,
           "has level " + std::to_string(node.level()) + " where " + std::to_string(*level) + " belongs");
      return Status::ok();
    }
    check_keys(page, node, range);
    if (node.level() == 0) {
      ++claims_.report().index_leaves;
      claims_.report().index_entries += node.count();
      if (node.count() == 0 && depth > 0) find(VerifyRule::kShape, page, "is an empty leaf");
      return Status::ok();
    }
    if (depth > kTreeLevelsMax) return Status::ok();
    ++claims_.report().inner_pages;
    if (depth == 0 && node.count() < 2) find(VerifyRule::kShape, page, "is a root with a single child");
    // Children are read with this page let go: a session holds few.
    const std::vector<std::byte> copy(data, data + claims_.session().page_bytes());
    ref.reset();
    return walk_children(IndexNode(copy.data()), range, depth);
  }

  Status walk_children(const IndexNode& inner, const KeyRange& range, uint32_t depth) {
    std::string low;
    std::string high;
    for (uint32_t i = 0; i < inner.count(); ++i) {
      KeyRange below = range;
      if (i > 0) {
        low.resize(inner.key_bytes(i));
        inner.copy_key(i, low.data());
        below.low = low;
      }
      if (i + 1 < inner.count()) {
        high.resize(inner.key_bytes(i + 1));
        inner.copy_key(i + 1, high.data());
        below.high = high;
      }
      DDB_RETURN_IF_ERROR(walk_page(inner.child(i), inner.level() - 1, below, depth + 1));
    }
    return Status::ok();
  }

  void check_keys(PageNo page, const IndexNode& node, const KeyRange& range) {
    const bool is_leaf = node.level() == 0;
    if (is_leaf && node.payload_kind() != (index_.payloads ? kVariablePayload : 0)) {
      find(VerifyRule::kColumns, page, "has payloads of kind " + std::to_string(node.payload_kind()));
    }
    std::string last;
    std::string key;
    for (uint32_t i = is_leaf ? 0 : 1; i < node.count(); ++i) {
      key.resize(node.key_bytes(i));
      node.copy_key(i, key.data());
      const bool is_first = i == (is_leaf ? 0u : 1u);
      if (!range.holds(key)) {
        find(VerifyRule::kOrder, page, "key " + std::to_string(i) + " lies outside the page's range");
        return;
      }
      if (!is_first && key <= last) {
        find(VerifyRule::kOrder, page, "key " + std::to_string(i) + " is not above the one before it");
        return;
      }
      std::string_view end = key;
      if (is_leaf && !take_key_row_id_from_end(end).is_ok()) {
        find(VerifyRule::kColumns, page, "key " + std::to_string(i) + " does not end with a row id");
        return;
      }
      last.swap(key);
    }
  }

  VerifyClaims& claims_;
  const VerifiedIndex& index_;
};

}  // namespace

Status verify_index_pages(VerifyClaims& claims, const VerifiedIndex& index) {
  return IndexWalk(claims, index).run();
}

}  // namespace ddb
