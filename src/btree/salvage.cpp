// salvage: all pages, newest leaves first.
#include "btree/salvage.h"

#include <algorithm>
#include <new>
#include <unordered_set>

#include "btree/leaf_read.h"
#include "btree/overflow.h"
#include "btree/table_leaf.h"
#include "btree/table_reader.h"
#include "record/vector_value.h"

namespace ddb {
namespace {

constexpr uint64_t kRowBytesMax = uint64_t{64} << 20;

bool is_page_trouble(const Status& status) {
  return status.is(sqlstate::kCorrupted) || status.is(sqlstate::kIoError);
}

class Salvage {
 public:
  Salvage(Session& session, TreeId tree, const TableSchema& schema, size_t skipped_max, SalvageReport* report)
      : session_(session),
        tree_(tree),
        schema_(schema),
        skipped_max_(skipped_max),
        report_(*report),
        arena_(kRowBytesMax) {}

  Status run(const std::function<Status(int64_t, std::span<const Value>)>& row) {
    DDB_TRY(const uint32_t count, session_.page_count());
    for (uint32_t page = 2; page < count; ++page) DDB_RETURN_IF_ERROR(consider(PageNo(page)));
    std::sort(leaves_.begin(), leaves_.end(), [](const Leaf& a, const Leaf& b) { return a.lsn > b.lsn; });
    for (const Leaf& leaf : leaves_) {
      DDB_TRY(const PageRef ref, session_.read(leaf.page));
      DDB_RETURN_IF_ERROR(take_rows(TableLeaf(ref.data()), row));
    }
    return Status::ok();
  }

 private:
  struct Leaf {
    uint64_t lsn;
    PageNo page;
  };

  void skip(PageNo page, const Status& why) {
    ++report_.skipped_count;
    if (report_.skipped.size() < skipped_max_) report_.skipped.emplace_back(page, std::string(why.message()));
  }

  Status consider(PageNo page) {
    Result<bool> used = session_.is_allocated(page);
    if (used.is_ok() && !*used) return Status::ok();
    if (!used.is_ok() && !is_page_trouble(used.status())) return used.status();
    Result<PageRef> ref = session_.read(page);
    if (!ref.is_ok()) {
      if (!is_page_trouble(ref.status())) return ref.status();
      skip(page, ref.status());
      return Status::ok();
    }
    if (page_owner(ref->data()) != tree_ || page_type(ref->data()) != kTableLeaf) return Status::ok();
    const Status good = check_table_leaf({ref->data(), session_.page_bytes()}, session_.content_bytes());
    if (good.is_ok()) {
      leaves_.push_back({page_lsn(ref->data()).value, page});
    } else {
      skip(page, good);
    }
    return Status::ok();
  }

  Status take_rows(const TableLeaf& leaf, const std::function<Status(int64_t, std::span<const Value>)>& row) {
    ++report_.leaves;
    values_.resize(schema_.columns.size());
    for (uint32_t position = 0; position < leaf.rows(); ++position) {
      const int64_t id = leaf.row_id(position);
      if (!seen_.insert(id).second) {
        ++report_.duplicate_rows;
        continue;
      }
      arena_.reset();
      for (uint32_t column = 0; column < schema_.columns.size(); ++column) {
        DDB_RETURN_IF_ERROR(take_value(leaf, leaf.slot(position), id, column));
      }
      ++report_.rows;
      DDB_RETURN_IF_ERROR(row(id, values_));
    }
    return Status::ok();
  }

  // An array of another kind than the column's, in a leaf that passed its check all the same.
  bool fits(const LeafEntry& entry, PhysicalKind kind) const {
    switch (kind) {
      case PhysicalKind::kString:
        return entry.encoding == LeafEncoding::kHeap || entry.encoding == LeafEncoding::kEqual;
      case PhysicalKind::kBool:
      case PhysicalKind::kInt16:
      case PhysicalKind::kInt32:
      case PhysicalKind::kInt64:
        return entry.encoding == LeafEncoding::kNarrow;
      default:
        return entry.encoding == LeafEncoding::kFixed && entry.width == bytes_per_value(kind);
    }
  }

  Status take_value(const TableLeaf& leaf, uint32_t slot, int64_t row_id, uint32_t column) {
    const TableColumn& wanted = schema_.columns[column];
    const uint32_t index = leaf_index(leaf, schema_, column);
    Value& value = values_[column];
    value = {wanted.type, Null{}};
    if (index == kLeafMissing) {
      value = wanted.missing;
      return Status::ok();
    }
    Vector one;
    DDB_RETURN_IF_ERROR(one.allocate(wanted.kind, 1, arena_));
    if (index == kLeafRowId) {
      set_row_id(row_id, wanted.kind, &one, 0);
    } else {
      const LeafEntry entry = leaf.column(index);
      if (!fits(entry, wanted.kind)) {
        ++report_.lost_values;
        return Status::ok();
      }
      read_cell(leaf, index, wanted.kind, slot, &one, 0);
      if (entry.encoding == LeafEncoding::kHeap && is_overflow_cell(leaf, entry, slot)) {
        const Status read = resolve_overflow(session_, tree_, &one, 0, arena_, text_, scratch_);
        if (!read.is_ok() && !is_page_trouble(read) && !read.is(sqlstate::kOutOfMemory)) return read;
        if (!read.is_ok()) {
          ++report_.lost_values;
          return Status::ok();
        }
      }
    }
    if (one.is_null(0)) return Status::ok();
    Result<Value> got = value_at(one, wanted.type, 0);
    if (got.is_ok()) {
      value = std::move(*got);
    } else {
      ++report_.lost_values;
    }
    return Status::ok();
  }

  Session& session_;
  const TreeId tree_;
  const TableSchema& schema_;
  const size_t skipped_max_;
  SalvageReport& report_;
  BatchArena arena_;
  std::vector<Leaf> leaves_;
  std::unordered_set<int64_t> seen_;
  std::vector<Value> values_;
  std::string text_;
  std::string scratch_;
};

}  // namespace

Status salvage_table(Session& session, TreeId tree, const TableSchema& schema,
                     const std::function<Status(int64_t row_id, std::span<const Value> values)>& row,
                     size_t skipped_max, SalvageReport* report) try {
  return Salvage(session, tree, schema, skipped_max, report).run(row);
} catch (const std::bad_alloc&) {
  return Status::out_of_memory();
}

}  // namespace ddb
