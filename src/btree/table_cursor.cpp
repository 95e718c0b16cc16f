// table_cursor: from leaf to leaf, and batches out of them.
#include "btree/table_cursor.h"

#include <algorithm>

#include "base/prefetch.h"
#include "btree/overflow.h"
#include "record/vector_value.h"

namespace ddb {
namespace {

constexpr uint64_t kBuffersMax = uint64_t{256} << 20;
// Survivors are gathered until a batch is at least so full.
constexpr uint32_t kGatherRows = kVectorRowsMax / 2;
// Lines of an array that are asked for ahead: those of 320 rows of eight bytes.
constexpr uint32_t kLinesAhead = 40;

// Asks for the lines of `rows` values of an array, at most kLinesAhead of them: the processor streams on by itself.
inline void expect_values(const std::byte* first, size_t width, uint64_t rows) {
  const size_t bytes = std::min<size_t>(width * rows, size_t{64} * kLinesAhead);
  for (size_t byte = 0; byte < bytes; byte += 64) prefetch(first + byte);
}

}  // namespace

TableCursor::TableCursor(const TableTree& tree, const TableSchema& schema, uint64_t heap_bytes_max)
    : tree_(tree), schema_(schema), map_(schema), buffers_(kBuffersMax), heap_(heap_bytes_max) {}

Status TableCursor::open(Session& session, const ScanRequest& request) {
  release();
  session_ = &session;
  done_ = true;
  for (const uint32_t column : request.columns) {
    if (column >= schema_.columns.size()) {
      return Status::error(sqlstate::kInvalidParameter,
                           "column " + std::to_string(column) + " does not exist");
    }
  }
  for (const ScanPredicate& predicate : request.predicates) {
    if (predicate.column >= schema_.columns.size() || !is_leaf_predicate(schema_, predicate)) {
      return Status::error(sqlstate::kInvalidParameter, "leaves cannot evaluate the predicate on column " +
                                                            std::to_string(predicate.column));
    }
  }
  const bool same = vectors_ != nullptr && std::ranges::equal(columns_, request.columns);
  columns_.assign(request.columns.begin(), request.columns.end());
  predicates_.assign(request.predicates.begin(), request.predicates.end());
  texts_.clear();
  texts_.reserve(predicates_.size());
  for (ScanPredicate& predicate : predicates_) {
    predicate.string = StringView16(texts_.emplace_back(predicate.string.view()));
  }
  low_ = request.low;
  high_ = request.high;
  backwards_ = request.backwards;
  wants_row_ids_ = request.row_ids;
  if (!same) DDB_RETURN_IF_ERROR(make_vectors());
  done_ = low_ > high_;
  started_ = false;
  first_ = end_ = 0;
  return Status::ok();
}

// Buffers for the columns; opening again for the same ones keeps them.
Status TableCursor::make_vectors() {
  vectors_.reset();
  defaults_.reset();
  buffers_.release();
  auto vectors = std::make_unique<Vector[]>(columns_.size());
  auto defaults = std::make_unique<Vector[]>(columns_.size());
  row_ids_.resize(kVectorRowsMax);
  positions_.resize(kVectorRowsMax);
  for (uint32_t i = 0; i < columns_.size(); ++i) {
    const TableColumn& column = schema_.columns[columns_[i]];
    DDB_RETURN_IF_ERROR(vectors[i].allocate(column.kind, kVectorRowsMax, buffers_));
    DDB_RETURN_IF_ERROR(defaults[i].allocate(column.kind, 1, buffers_));
    if (column.missing.is_null()) {
      defaults[i].set_null(0);
    } else {
      DDB_RETURN_IF_ERROR(set_value(defaults[i], 0, column.missing, buffers_));
    }
  }
  vectors_ = std::move(vectors);
  defaults_ = std::move(defaults);
  return Status::ok();
}

void TableCursor::release() {
  // What is left of the leaf is found again by its bounds.
  if (leaf_.valid() && first_ < end_) {
    const TableLeaf leaf(leaf_.data());
    if (backwards_) {
      high_ = leaf.row_id(end_ - 1);
    } else {
      low_ = leaf.row_id(first_);
    }
    started_ = false;
  }
  first_ = end_ = 0;
  leaf_.release();
  parent_.release();
}

// --- From leaf to leaf -------------------------------------------------------------------------------------------------

void TableCursor::bound_leaf(const TableInner& parent) {
  leaf_low_ = child_ > 0 ? std::optional(parent.separator(child_)) : parent_low_;
  leaf_high_ = child_ + 1 < parent.count() ? std::optional(parent.separator(child_ + 1)) : parent_high_;
}

// To the leaf that holds `row_id` if any does.
Status TableCursor::descend(int64_t row_id) {
  parent_.release();
  children_ = 0;
  leaf_low_.reset();
  leaf_high_.reset();
  uint32_t level = 0;
  DDB_TRY(PageRef ref, read_root_page(*session_, tree_, &level));
  if (level == 0) {
    ref.release();
    return enter_leaf(tree_.root, false);
  }
  for (;;) {
    const TableInner inner(ref.data(), session_->content_bytes());
    parent_low_ = leaf_low_;
    parent_high_ = leaf_high_;
    child_ = inner.find(row_id);
    children_ = inner.count();
    bound_leaf(inner);
    const PageNo page = inner.child(child_);
    if (level == 1) {
      // In a write transaction pages move: the way is found anew each time.
      if (!session_->writing()) parent_ = std::move(ref);
      ref.release();
      return enter_leaf(page, false);
    }
    --level;
    DDB_TRY(ref, read_tree_page(*session_, tree_.tree, page, level));
  }
}

// `expected`: expect_next() has asked for it.
Status TableCursor::enter_leaf(PageNo page, bool expected) {
  DDB_TRY(leaf_, read_tree_page(*session_, tree_.tree, page, 0));
  const TableLeaf leaf(leaf_.data());
  const uint32_t rows = leaf.rows();
  first_ = rows == 0 || leaf.row_id(0) >= low_ ? 0 : leaf.lower_bound(low_);
  end_ = rows;
  if (rows > 0 && leaf.row_id(rows - 1) > high_) end_ = leaf.lower_bound(high_ + 1);
  if (first_ > end_) first_ = end_;
  const uint32_t wanted = std::min(end_ - first_, kVectorRowsMax);
  if (!expected || backwards_) expect_rows(leaf_.data(), backwards_ ? end_ - wanted : first_, wanted);
  expect_next();
  return Status::ok();
}

// Has the values of `rows` rows from `from` on on their way to the processor, of a leaf at `page` laid out like leaf_: its arrays lie
// apart, and each would be waited for in turn. Values that are read for survivors only are not asked for.
void TableCursor::expect_rows(const std::byte* page, uint32_t from, uint64_t rows) {
  const TableLeaf leaf(leaf_.data());
  const uint32_t* map = map_.of(leaf);
  const auto expect = [&](uint32_t column) {
    if (map[column] == kLeafMissing) return;
    const LeafEntry entry = map[column] == kLeafRowId ? leaf.row_ids() : leaf.column(map[column]);
    expect_values(page + entry.offset + size_t{entry.width} * from, entry.width, rows);
  };
  if (predicates_.empty()) {
    for (const uint32_t column : columns_) expect(column);
  } else {
    for (const ScanPredicate& predicate : predicates_) expect(predicate.column);
  }
}

// Has the next leaf on its way to the processor, or to memory, if the range goes on there.
void TableCursor::expect_next() {
  if (!parent_.valid()) return;
  if (backwards_ ? !leaf_low_ || *leaf_low_ <= low_ : !leaf_high_ || *leaf_high_ > high_) return;
  const uint32_t next = backwards_ ? child_ - 1 : child_ + 1;
  if (next >= children_) return;  // also where child_ is 0
  const PageNo page = TableInner(parent_.data(), session_->content_bytes()).child(next);
  const std::byte* address = session_->expect_read(page);
  if (address == nullptr) return;
  prefetch(address);
  prefetch(address + 64);
  prefetch(address + 128);
  // Row ids are unique: so many rows are left at most. Of a leaf that is read from its end the rows are not known.
  const uint64_t ids = backwards_ ? 0 : static_cast<uint64_t>(high_) - static_cast<uint64_t>(*leaf_high_) + 1;
  expect_rows(address, 0, std::min<uint64_t>(ids, kVectorRowsMax));
}

// Moves to the next leaf that may have rows, or sets done_.
Status TableCursor::step() {
  if (!started_) {
    started_ = true;
    return descend(backwards_ ? high_ : low_);
  }
  if (backwards_) {
    if (!leaf_low_ || *leaf_low_ <= low_) {
      done_ = true;
      return Status::ok();
    }
    const int64_t target = *leaf_low_ - 1;
    if (!parent_.valid() || child_ == 0) return descend(target);
    --child_;
  } else {
    if (!leaf_high_ || *leaf_high_ > high_) {
      done_ = true;
      return Status::ok();
    }
    if (!parent_.valid() || child_ + 1 >= children_) return descend(*leaf_high_);
    ++child_;
  }
  const TableInner parent(parent_.data(), session_->content_bytes());
  bound_leaf(parent);
  return enter_leaf(parent.child(child_), true);
}

// --- Batches -----------------------------------------------------------------------------------------------------------

Result<uint32_t> TableCursor::next_batch() {
  heap_.reset();
  for (uint32_t i = 0; i < columns_.size(); ++i) vectors_[i].reset();
  attached_ = 0;
  uint32_t rows = 0;
  while (!done_) {
    if (first_ >= end_) {
      DDB_RETURN_IF_ERROR(detach_strings(rows));
      DDB_RETURN_IF_ERROR(step());
      continue;
    }
    if (predicates_.empty() && !backwards_) return take_range();
    DDB_RETURN_IF_ERROR(take_survivors(&rows));
    if (rows >= (predicates_.empty() ? 1 : kGatherRows)) return rows;
  }
  return rows;
}

// The next rows of the leaf as they lie there.
Result<uint32_t> TableCursor::take_range() {
  const TableLeaf leaf(leaf_.data());
  const uint32_t* map = map_.of(leaf);
  const uint32_t count = std::min(end_ - first_, kVectorRowsMax);
  bool has_row_ids = wants_row_ids_;
  if (has_row_ids) read_row_ids(leaf, first_, count, row_ids_.data());
  for (uint32_t i = 0; i < columns_.size(); ++i) {
    const uint32_t index = map[columns_[i]];
    const PhysicalKind kind = schema_.columns[columns_[i]].kind;
    if (index == kLeafMissing) {
      vectors_[i].set_view(defaults_[i]);
      fill_default(i, 0, count);
    } else if (index == kLeafRowId) {
      if (!has_row_ids) read_row_ids(leaf, first_, count, row_ids_.data());
      has_row_ids = true;
      if (kind == PhysicalKind::kInt64) {
        vectors_[i].set_view(row_ids_.data(), nullptr);
      } else {
        for (uint32_t row = 0; row < count; ++row) set_row_id(row_ids_[row], kind, &vectors_[i], row);
      }
    } else {
      read_column(leaf, index, kind, first_, count, &vectors_[i]);
      const LeafEntry entry = leaf.column(index);
      if (entry.encoding == LeafEncoding::kHeap) {
        DDB_RETURN_IF_ERROR(resolve(i, entry, nullptr, first_, count, 0));
      }
    }
  }
  first_ += count;
  return count;
}

// Rows [to, to + count) become the column's default.
void TableCursor::fill_default(uint32_t i, uint32_t to, uint32_t count) {
  Vector& out = vectors_[i];
  const Vector& value = defaults_[i];
  if (to == 0) out.reset();
  visit_kind(out.kind(), [&](auto type) {
    using T = typename decltype(type)::type;
    for (uint32_t row = to; row < to + count; ++row) {
      if (value.is_null(0)) {
        out.set_null(row);
      } else {
        out.set_valid(row);
        out.set<T>(row, value.value<T>(0));
      }
    }
  });
}

// Positions of the next rows in the cursor's order, predicates applied within the leaf.
uint32_t TableCursor::next_positions(uint16_t* out) {
  const uint32_t count = std::min(end_ - first_, kVectorRowsMax);
  const uint32_t from = backwards_ ? end_ - count : first_;
  for (uint32_t i = 0; i < count; ++i) out[i] = static_cast<uint16_t>(from + i);
  if (backwards_) {
    end_ = from;
  } else {
    first_ += count;
  }
  return count;
}

// Appends the survivors of a part of the leaf to the batch.
Status TableCursor::take_survivors(uint32_t* rows) {
  const TableLeaf leaf(leaf_.data());
  const uint32_t* map = map_.of(leaf);
  const uint32_t old_first = first_;
  const uint32_t old_end = end_;
  uint16_t* positions = positions_.data();
  uint32_t count = next_positions(positions);
  bool unsure = false;
  for (const ScanPredicate& predicate : predicates_) {
    if (count == 0) break;
    count = filter_positions(leaf, schema_, predicate, map[predicate.column], positions, count, positions,
                             &unsure);
  }
  if (unsure) {
    DDB_TRY(count, recheck(positions, count));
  }
  if (count == 0) return Status::ok();
  if (backwards_) std::reverse(positions, positions + count);
  const uint32_t room = kVectorRowsMax - *rows;
  if (count > room) {
    // The rest comes with the next batch.
    count = room;
    first_ = backwards_ ? old_first : positions[count - 1] + 1u;
    end_ = backwards_ ? positions[count - 1] : old_end;
  }
  DDB_RETURN_IF_ERROR(gather(positions, count, *rows));
  *rows += count;
  return Status::ok();
}

// Predicates on strings in overflow pages, which the leaf could not decide.
Result<uint32_t> TableCursor::recheck(uint16_t* positions, uint32_t count) {
  const TableLeaf leaf(leaf_.data());
  const uint32_t* map = map_.of(leaf);
  uint32_t kept = 0;
  for (uint32_t i = 0; i < count; ++i) {
    bool keep = true;
    for (const ScanPredicate& predicate : predicates_) {
      const uint32_t index = map[predicate.column];
      if (!keep || index >= leaf.columns()) continue;
      const LeafEntry entry = leaf.column(index);
      const uint32_t slot = leaf.slot(positions[i]);
      if (entry.encoding != LeafEncoding::kHeap || !is_overflow_cell(leaf, entry, slot)) continue;
      DDB_TRY(const OverflowRef ref, overflow_ref_at(leaf, entry, slot));
      DDB_RETURN_IF_ERROR(read_overflow(*session_, tree_.tree, ref, value_, scratch_));
      const int order = value_.compare(predicate.string.view());
      switch (predicate.op) {
        case CompareOp::kEqual:
          keep = order == 0;
          break;
        case CompareOp::kNotEqual:
          keep = order != 0;
          break;
        case CompareOp::kLess:
          keep = order < 0;
          break;
        case CompareOp::kLessEqual:
          keep = order <= 0;
          break;
        case CompareOp::kGreater:
          keep = order > 0;
          break;
        case CompareOp::kGreaterEqual:
          keep = order >= 0;
          break;
        case CompareOp::kIsNull:
          keep = false;
          break;
        case CompareOp::kIsNotNull:
          break;
      }
    }
    positions[kept] = positions[i];
    kept += keep ? 1 : 0;
  }
  return kept;
}

Status TableCursor::gather(const uint16_t* positions, uint32_t count, uint32_t to) {
  const TableLeaf leaf(leaf_.data());
  const uint32_t* map = map_.of(leaf);
  if (wants_row_ids_) {
    for (uint32_t i = 0; i < count; ++i) row_ids_[to + i] = leaf.row_id(positions[i]);
  }
  for (uint32_t i = 0; i < columns_.size(); ++i) {
    const uint32_t index = map[columns_[i]];
    const PhysicalKind kind = schema_.columns[columns_[i]].kind;
    if (index == kLeafMissing) {
      fill_default(i, to, count);
    } else if (index == kLeafRowId) {
      for (uint32_t row = 0; row < count; ++row)
        set_row_id(leaf.row_id(positions[row]), kind, &vectors_[i], to + row);
    } else {
      read_positions(leaf, index, kind, positions, count, &vectors_[i], to);
      const LeafEntry entry = leaf.column(index);
      if (entry.encoding == LeafEncoding::kHeap) {
        DDB_RETURN_IF_ERROR(resolve(i, entry, positions, 0, count, to));
      }
    }
  }
  return Status::ok();
}

// Puts the values of overflow references into rows [to, to + count) of a string column. `positions` null: first, first + 1, …
Status TableCursor::resolve(uint32_t i, const LeafEntry& entry, const uint16_t* positions, uint32_t first,
                            uint32_t count, uint32_t to) {
  const TableLeaf leaf(leaf_.data());
  for (uint32_t row = 0; row < count; ++row) {
    const uint32_t slot = leaf.slot(positions != nullptr ? positions[row] : first + row);
    if (load_le<uint16_t>(leaf.page() + entry.offset + size_t{4} * slot + 2) != kOverflowLength) continue;
    if (!leaf.is_valid(entry, slot)) continue;
    DDB_RETURN_IF_ERROR(
        resolve_overflow(*session_, tree_.tree, &vectors_[i], to + row, heap_, value_, scratch_));
  }
  return Status::ok();
}

// The leaf is about to go: strings of gathered rows move to the heap.
Status TableCursor::detach_strings(uint32_t rows) {
  if (attached_ < rows) {
    for (uint32_t i = 0; i < columns_.size(); ++i) {
      Vector& vector = vectors_[i];
      if (vector.kind() != PhysicalKind::kString) continue;
      for (uint32_t row = attached_; row < rows; ++row) {
        if (vector.is_null(row)) continue;
        const StringView16 text = vector.value<StringView16>(row);
        if (!text.is_inline()) DDB_RETURN_IF_ERROR(vector.set_string(row, text.view(), heap_));
      }
    }
  }
  attached_ = rows;
  return Status::ok();
}

}  // namespace ddb
