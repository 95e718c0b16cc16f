// salvage: all pages, newest leaves first.
#include "btree/salvage.h"

#include <algorithm>
#include <new>
#include <optional>
#include <unordered_set>

#include "btree/leaf_kernels.h"
#include "btree/leaf_read.h"
#include "btree/overflow.h"
#include "btree/table_leaf.h"
#include "btree/table_reader.h"
#include "btree/tree_page.h"
#include "record/vector_value.h"

namespace ddb {
namespace {

constexpr uint64_t kRowBytesMax = uint64_t{1} << 20;  // of vectors of one value

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
    mark_overlaps();
    std::sort(leaves_.begin(), leaves_.end(), [](const Leaf& a, const Leaf& b) {
      return a.lsn != b.lsn ? a.lsn > b.lsn : a.page.value > b.page.value;
    });
    for (const Leaf& leaf : leaves_) DDB_RETURN_IF_ERROR(take_leaf(leaf, row));
    return Status::ok();
  }

 private:
  struct Leaf {
    uint64_t lsn;
    int64_t first, last;  // row ids
    PageNo page;
    bool overlaps = false;  // another leaf may hold rows of the same ids
  };

  void note(std::vector<std::pair<PageNo, std::string>>& list, PageNo page, std::string why) const {
    if (list.size() < skipped_max_) list.emplace_back(page, std::move(why));
  }
  void skip(PageNo page, const Status& why) {
    ++report_.skipped_count;
    note(report_.skipped, page, std::string(why.message()));
  }
  void lose(const TableLeaf& leaf, int64_t row_id, uint32_t column, std::string_view why) {
    ++report_.lost_values;
    note(report_.lost, page_number_of(leaf.page()),
         "row " + std::to_string(row_id) + ", column " + std::to_string(schema_.columns[column].id) + ": " +
             std::string(why));
  }

  Status consider(PageNo page) {
    Result<bool> used = session_.is_allocated(page);
    if (used.is_ok() && !*used) return Status::ok();
    if (!used.is_ok() && !is_page_trouble(used.status())) return used.status();
    {
      Result<PageRef> ref = session_.read(page);
      if (!ref.is_ok()) {
        if (!is_page_trouble(ref.status())) return ref.status();
        skip(page, ref.status());
        return Status::ok();
      }
      if (page_owner(ref->data()) != tree_ || page_type(ref->data()) != kTableLeaf) return Status::ok();
    }
    DDB_TRY(const std::optional<PageRef> held, read_leaf(page));
    if (!held) return Status::ok();
    const TableLeaf leaf(held->data());
    if (leaf.rows() == 0) return Status::ok();
    leaves_.push_back(
        {page_lsn(held->data()).value, leaf.row_id(0), leaf.row_id(leaf.rows() - 1), page, false});
    return Status::ok();
  }

  // The leaf, its structure judged; nothing if it cannot be read: then the page is noted as skipped.
  Result<std::optional<PageRef>> read_leaf(PageNo page) {
    Result<PageRef> ref = read_tree_page(session_, tree_, page, 0);
    if (ref.is_ok()) return std::optional<PageRef>(std::move(*ref));
    if (!is_page_trouble(ref.status())) return ref.status();
    skip(page, ref.status());
    return std::optional<PageRef>();
  }

  // By first row id, a leaf overlaps others if it begins before all that lie ahead of it have ended.
  void mark_overlaps() {
    std::sort(leaves_.begin(), leaves_.end(), [](const Leaf& a, const Leaf& b) { return a.first < b.first; });
    size_t furthest = 0;  // ends last of those seen
    for (size_t i = 1; i < leaves_.size(); ++i) {
      if (leaves_[i].first <= leaves_[furthest].last) leaves_[i].overlaps = leaves_[furthest].overlaps = true;
      if (leaves_[i].last > leaves_[furthest].last) furthest = i;
    }
  }

  Status take_leaf(const Leaf& from, const std::function<Status(int64_t, std::span<const Value>)>& row) {
    DDB_TRY(const std::optional<PageRef> held, read_leaf(from.page));
    if (!held) return Status::ok();
    const TableLeaf leaf(held->data());
    ++report_.leaves;
    values_.resize(schema_.columns.size());
    for (uint32_t position = 0; position < leaf.rows(); ++position) {
      const int64_t id = leaf.row_id(position);
      if (from.overlaps && !seen_.insert(id).second) {
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

  // A long value into text_, whatever its length.
  Status read_long(const TableLeaf& leaf, const LeafEntry& entry, uint32_t slot, int64_t row_id) {
    DDB_TRY(const OverflowRef ref, overflow_ref_at(leaf, entry, slot));
    DDB_RETURN_IF_ERROR(check_overflow_owner(session_, tree_, ref, row_id, entry.column_id));
    return read_overflow(session_, tree_, ref, text_, scratch_);
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
      if (!integer_in_kind(row_id, wanted.kind)) {
        lose(leaf, row_id, column, "the row id is not of the key's type");
        return Status::ok();
      }
      set_row_id(row_id, wanted.kind, &one, 0);
    } else {
      const LeafEntry entry = leaf.column(index);
      if (!suits_kind(entry, wanted.kind)) {
        lose(leaf, row_id, column, "its array is of another type");
        return Status::ok();
      }
      if (entry.encoding == LeafEncoding::kNarrow && leaf.is_valid(entry, slot) &&
          !integer_in_kind(leaf.integer(entry, slot), wanted.kind)) {
        lose(leaf, row_id, column, "its value is not of the column's type");
        return Status::ok();
      }
      read_cell(leaf, index, wanted.kind, slot, &one, 0);
      if (entry.encoding == LeafEncoding::kHeap && is_overflow_cell(leaf, entry, slot)) {
        if (const Status read = read_long(leaf, entry, slot, row_id); !read.is_ok()) {
          if (!is_page_trouble(read)) return read;
          lose(leaf, row_id, column, read.message());
          return Status::ok();
        }
        one.set<StringView16>(0, StringView16(text_));
      }
    }
    if (one.is_null(0)) return Status::ok();
    Result<Value> got = value_at(one, wanted.type, 0);
    if (got.is_ok()) {
      value = std::move(*got);
    } else {
      lose(leaf, row_id, column, got.status().message());
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
