// verify: the walk over tables, and over everything.
#include "btree/verify.h"

#include <algorithm>
#include <limits>
#include <new>
#include <optional>

#include "btree/leaf_kernels.h"
#include "btree/leaf_read.h"
#include "btree/overflow.h"
#include "btree/verify_claims.h"

namespace ddb {
namespace {

struct Range {
  std::optional<int64_t> low;   // ids are ≥
  std::optional<int64_t> high;  // and <
  bool holds(int64_t id) const { return (!low || id >= *low) && (!high || id < *high); }
};

class TableWalk {
 public:
  TableWalk(VerifyClaims& claims, const VerifiedTable& table)
      : claims_(claims), session_(claims.session()), report_(claims.report()), table_(&table) {}

  Status run() { return walk_page(table_->tree.root, std::nullopt, Range{}, 0); }

 private:
  // `level`: nothing for the root, whose page tells it. Depth is bounded although levels may lie.
  Status walk_page(PageNo page, std::optional<uint32_t> level, const Range& range, uint32_t depth) {
    const TreeId tree = table_->tree.tree;
    if (!claims_.claim(page, tree)) return Status::ok();
    DDB_TRY(std::optional<PageRef> ref, claims_.read(page, tree));
    if (!ref) return Status::ok();
    const std::byte* data = ref->data();
    if (page_owner(data) != tree || (page_type(data) != kTableLeaf && page_type(data) != kTableInner)) {
      claims_.find(VerifyRule::kOwner, page, tree,
                   "has type " + std::to_string(static_cast<int>(page_type(data))) + " and owner " +
                       std::to_string(page_owner(data).value) + " where a page of the tree hangs");
      claims_.disown(page);
      return Status::ok();
    }
    const std::span<const std::byte> bytes(data, session_.page_bytes());
    const bool is_leaf = page_type(data) == kTableLeaf;
    const Status good = is_leaf ? check_table_leaf(bytes, session_.content_bytes())
                                : check_table_inner(bytes, session_.content_bytes());
    if (!good.is_ok()) {
      claims_.find(VerifyRule::kStructure, page, tree, std::string(good.message()));
      return Status::ok();
    }
    const uint32_t found = is_leaf ? 0 : load_le<uint16_t>(data + 32);
    if (level && *level != found) {
      claims_.find(VerifyRule::kLevel, page, tree,
                   "has level " + std::to_string(found) + " where " + std::to_string(*level) + " belongs");
      return Status::ok();
    }
    if (is_leaf) return walk_leaf(page, TableLeaf(data), range);
    if (depth > kTreeLevelsMax) return Status::ok();
    ++report_.inner_pages;
    // Children are read with this page let go: a session holds few.
    std::vector<std::byte> copy(data, data + session_.page_bytes());
    ref.reset();
    return walk_inner(page, TableInner(copy.data(), session_.content_bytes()), range, depth);
  }

  Status walk_inner(PageNo page, const TableInner& inner, const Range& range, uint32_t depth) {
    const uint32_t count = inner.count();
    if (depth == 0 && count < 2)
      claims_.find(VerifyRule::kShape, page, table_->tree.tree, "is a root with a single child");
    for (uint32_t i = 0; i < count; ++i) {
      if (i > 0 && !range.holds(inner.separator(i))) {
        claims_.find(VerifyRule::kOrder, page, table_->tree.tree,
                     "separator " + std::to_string(inner.separator(i)) + " lies outside the page's range");
      }
      const Range below{i > 0 ? std::optional(inner.separator(i)) : range.low,
                        i + 1 < count ? std::optional(inner.separator(i + 1)) : range.high};
      DDB_RETURN_IF_ERROR(walk_page(inner.child(i), inner.level() - 1, below, depth + 1));
    }
    return Status::ok();
  }

  Status walk_leaf(PageNo page, const TableLeaf& leaf, const Range& range) {
    const TreeId tree = table_->tree.tree;
    const uint32_t rows = leaf.rows();
    ++report_.leaves;
    report_.rows += rows;
    if (rows == 0 && page != table_->tree.root)
      claims_.find(VerifyRule::kShape, page, tree, "is an empty leaf");
    if (rows > 0) {
      // Inside the leaf they ascend: that was checked. Ranges of leaves do not overlap.
      const int64_t first = leaf.row_id(0);
      const int64_t last = leaf.row_id(rows - 1);
      if (!range.holds(first) || !range.holds(last)) {
        claims_.find(VerifyRule::kOrder, page, tree,
                     "row ids " + std::to_string(first) + " to " + std::to_string(last) +
                         " lie outside the leaf's range");
      }
      check_key_type(page, first, last);
    }
    check_columns(page, leaf);
    for (uint32_t index = 0; index < leaf.columns(); ++index) {
      const LeafEntry entry = leaf.column(index);
      if (entry.encoding != LeafEncoding::kHeap) continue;
      for (uint32_t position = 0; position < rows; ++position) {
        const uint32_t slot = leaf.slot(position);
        if (!is_overflow_cell(leaf, entry, slot)) continue;
        DDB_RETURN_IF_ERROR(walk_chain(page, leaf, entry, slot));
      }
    }
    return Status::ok();
  }

  // The integer primary key is the row id.
  void check_key_type(PageNo page, int64_t first, int64_t last) {
    const TableSchema& schema = *table_->schema;
    if (schema.row_id_column >= schema.columns.size()) return;
    const PhysicalKind kind = schema.columns[schema.row_id_column].kind;
    for (const int64_t id : {first, last}) {
      if (integer_in_kind(id, kind)) continue;
      claims_.find(VerifyRule::kColumns, page, table_->tree.tree,
                   "row id " + std::to_string(id) + " is not of the key's type");
      return;
    }
  }

  void check_columns(PageNo page, const TableLeaf& leaf) {
    const TableSchema& schema = *table_->schema;
    if (leaf.schema_version() > schema.version) {
      claims_.find(VerifyRule::kColumns, page, table_->tree.tree,
                   "has schema version " + std::to_string(leaf.schema_version()) + ", the table has " +
                       std::to_string(schema.version));
      return;
    }
    for (uint32_t index = 0; index < leaf.columns(); ++index) {
      const LeafEntry entry = leaf.column(index);
      const auto same = [&](const TableColumn& column) { return column.id == entry.column_id; };
      const auto at = std::find_if(schema.columns.begin(), schema.columns.end(), same);
      if (at != schema.columns.end()) {
        check_values(page, leaf, entry, at->kind);
      } else if (leaf.schema_version() == schema.version) {
        claims_.find(VerifyRule::kColumns, page, table_->tree.tree,
                     "has column " + std::to_string(entry.column_id) + ", which the table has not");
      }
    }
    if (leaf.schema_version() != schema.version) return;
    for (uint32_t column = 0; column < schema.columns.size(); ++column) {
      if (leaf_index(leaf, schema, column) != kLeafMissing) continue;
      claims_.find(VerifyRule::kColumns, page, table_->tree.tree,
                   "lacks column " + std::to_string(schema.columns[column].id) + " of its schema version");
    }
  }

  // The array may be one of this kind, and its values lie within the kind (L5).
  void check_values(PageNo page, const TableLeaf& leaf, const LeafEntry& entry, PhysicalKind kind) {
    if (!suits_kind(entry, kind)) {
      claims_.find(VerifyRule::kColumns, page, table_->tree.tree,
                   "holds column " + std::to_string(entry.column_id) + " in an encoding of another type");
      return;
    }

    if (kind != PhysicalKind::kBool && kind != PhysicalKind::kInt16 && kind != PhysicalKind::kInt32) return;
    for (uint32_t position = 0; position < leaf.rows(); ++position) {
      const uint32_t slot = leaf.slot(position);
      if (!leaf.is_valid(entry, slot)) continue;
      const int64_t value = leaf.integer(entry, slot);
      if (integer_in_kind(value, kind)) continue;
      claims_.find(VerifyRule::kColumns, page, table_->tree.tree,
                   "row " + std::to_string(leaf.row_id(position)) + ", column " +
                       std::to_string(entry.column_id) + ": " + std::to_string(value) +
                       " is not of the column's type");
      return;
    }
  }

  // Pages are claimed on the way: a chain that was met before ends there, so no bytes make this slow.
  Status walk_chain(PageNo leaf_page, const TableLeaf& leaf, const LeafEntry& entry, uint32_t slot) {
    const TreeId tree = table_->tree.tree;
    const int64_t row_id = leaf.integer(leaf.row_ids(), slot);
    const auto whose = [&] {
      return "row " + std::to_string(row_id) + ", column " + std::to_string(entry.column_id) + ": ";
    };
    Result<OverflowRef> ref = overflow_ref_at(leaf, entry, slot);
    if (!ref.is_ok()) {
      claims_.find(VerifyRule::kLongValue, leaf_page, tree, whose() + std::string(ref.status().message()));
      return Status::ok();
    }
    uint32_t left = ref->stored;
    PageNo page = ref->first;
    for (uint32_t number = 0; left > 0; ++number) {
      if (!claims_.claim(page, tree)) return Status::ok();
      DDB_TRY(const std::optional<PageRef> held, claims_.read(page, tree));
      if (!held) return Status::ok();
      const Result<OverflowPage> found =
          judge_overflow_page(held->data(), page, tree, number, left, session_.content_bytes());
      if (!found.is_ok()) {
        claims_.find(VerifyRule::kLongValue, page, tree, whose() + std::string(found.status().message()));
        if (page_owner(held->data()) != tree || page_type(held->data()) != kOverflow) claims_.disown(page);
        return Status::ok();
      }
      ++report_.overflow_pages;
      if (found.value().row_id != row_id || found.value().column_id != entry.column_id) {
        claims_.find(VerifyRule::kLongValue, page, tree,
                     whose() + "its overflow page names row " + std::to_string(found.value().row_id) +
                         ", column " + std::to_string(found.value().column_id));
      }
      left -= static_cast<uint32_t>(found.value().bytes.size());
      page = found.value().next;
    }
    // Only a chain that holds together is worth unpacking.
    Status unpacked;
    if (ref->compression != Compression::kNone) {
      unpacked = read_overflow(session_, tree, *ref, value_, scratch_);
    }
    if (unpacked.is_ok()) {
      report_.overflow_bytes += ref->bytes;
      return Status::ok();
    }
    if (!unpacked.is(sqlstate::kCorrupted) && !unpacked.is(sqlstate::kIoError)) return unpacked;
    claims_.find(VerifyRule::kLongValue, ref->first, tree, whose() + std::string(unpacked.message()));
    return Status::ok();
  }

  VerifyClaims& claims_;
  Session& session_;
  VerifyReport& report_;
  const VerifiedTable* const table_;
  std::string value_;
  std::string scratch_;
};

}  // namespace

const char* verify_rule_name(VerifyRule rule) {
  static constexpr const char* kNames[] = {"unreadable", "owner",         "structure",    "level",
                                           "order",      "reached twice", "reached free", "unreachable",
                                           "columns",    "overflow",      "shape"};
  return kNames[static_cast<size_t>(rule)];
}

Status verify_pages(Session& session, const VerifiedParts& parts, size_t findings_max,
                    VerifyReport* report) try {
  VerifyClaims claims(session, findings_max, report);
  DDB_RETURN_IF_ERROR(claims.begin(parts.others));
  for (const VerifiedTable& table : parts.tables) DDB_RETURN_IF_ERROR(TableWalk(claims, table).run());
  for (const VerifiedIndex& index : parts.indexes) DDB_RETURN_IF_ERROR(verify_index_pages(claims, index));
  return claims.compare_free_map();
} catch (const std::bad_alloc&) {
  return Status::out_of_memory();
}

}  // namespace ddb
