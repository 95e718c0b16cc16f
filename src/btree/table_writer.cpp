// table_writer: finding the leaf, changing it in place where that is possible.
#include "btree/table_writer.h"

#include <algorithm>
#include <new>

#include "btree/leaf_kernels.h"
#include "btree/overflow.h"
#include "btree/row_scratch.h"

namespace ddb {
namespace {

// What a row may need besides: its own long values are elsewhere.
constexpr uint64_t kScratchBytesMax = uint64_t{64} << 20;

uint32_t array_bytes(const TableSchema& schema) {
  uint32_t bytes = 8;
  for (uint32_t i = 0; i < schema.columns.size(); ++i) {
    if (i == schema.row_id_column) continue;
    const PhysicalKind kind = schema.columns[i].kind;
    bytes += kind == PhysicalKind::kString ? 4 : static_cast<uint32_t>(bytes_per_value(kind));
  }
  return bytes;
}

}  // namespace

TableWriter::TableWriter(Session& session, const TableTree& tree, const TableSchema& schema,
                         const WriterOptions& options)
    : session_(session),
      tree_(tree),
      schema_(schema),
      options_(options),
      content_bytes_(session.content_bytes()),
      inline_max_(content_bytes_ / 8),
      row_max_(content_bytes_ / 3),
      fixed_bytes_(array_bytes(schema)),
      reader_(tree, schema),
      map_(schema),
      builder_(schema, content_bytes_),
      editor_(schema, content_bytes_),
      sorted_(schema),
      old_page_(session.page_bytes()),
      one_(std::make_unique<RowScratch>(schema, kScratchBytesMax)) {
  hints_.columns.resize(schema.columns.size());
}

TableWriter::~TableWriter() = default;

// --- Insert ------------------------------------------------------------------------------------------------------------

Result<uint32_t> TableWriter::insert(const RowBatch& batch) {
  try {
    Result<uint32_t> done = insert_any(batch);
    if (!done.is_ok()) return session_.fail_transaction(done.status());
    return done;
  } catch (const std::bad_alloc&) {
    return session_.fail_transaction(Status::out_of_memory());
  }
}

Result<uint32_t> TableWriter::insert_any(const RowBatch& batch) {
  // Rows with long values go in one by one; where one of them fails the batch's own order says which.
  if (sorted_.wants(batch) && fits_inline(batch, 0, batch.rows) && sorted_.sort(batch))
    return insert_sorted(batch);
  return insert_all(batch);
}

Result<uint32_t> TableWriter::insert_sorted(const RowBatch& batch) {
  DDB_TRY(const uint32_t done, insert_all(sorted_.rows()));
  if (done == batch.rows) return done;
  // Which of the rows that exist comes first is a matter of the batch's own order: what went in goes out again.
  for (uint32_t i = 0; i < done; ++i) {
    DDB_TRY(const bool was_there, erase_row(sorted_.rows().row_ids[i]));
    if (!was_there) return Status::corruption("a row that was inserted is gone");
  }
  return insert_all(batch);
}

// As find_leaf(), for a row of the batch being inserted.
Status TableWriter::way_to(const RowBatch& batch, uint32_t row, TreePath* path) {
  if (ways_of_ != shape_changes_) {
    ways_.clear();
    ways_of_ = shape_changes_;
  }
  if (const TreePath* known = ways_.find(row); known != nullptr) {
    *path = *known;
    return Status::ok();
  }
  return find_leaf(session_, tree_, batch.row_ids[row], path);
}

Result<uint32_t> TableWriter::insert_all(const RowBatch& batch) {
  Progress progress;
  ++shape_changes_;  // others may have changed the tree since the last call
  if (fits_inline(batch, 0, batch.rows)) {
    while (progress.done < batch.rows && !progress.exists)
      DDB_RETURN_IF_ERROR(insert_run(batch, batch.rows, &progress));
    return progress.done;
  }
  while (progress.done < batch.rows && !progress.exists) {
    const uint32_t row = progress.done;
    if (fits_inline(batch, row, row + 1)) {
      DDB_RETURN_IF_ERROR(insert_run(batch, row + 1, &progress));
      continue;
    }
    FoundRow found;
    DDB_TRY(const bool exists, reader_.find(session_, batch.row_ids[row], &found));
    if (exists) break;
    DDB_RETURN_IF_ERROR(load_row(batch, row));
    DDB_RETURN_IF_ERROR(store_long_values());
    // A leaf of an older schema may split first, and the row comes in only then.
    for (Progress alone; alone.done == 0;) {
      DDB_RETURN_IF_ERROR(insert_run(one_->batch(), 1, &alone));
      if (alone.exists)
        return session_.fail_transaction(Status::corruption("a row that was not found exists"));
    }
    ++progress.done;
  }
  return progress.done;
}

// Rows that may still be appended to this leaf before it counts as full.
uint32_t TableWriter::fill_left(const std::byte* page, const TreePath& path) const {
  if (options_.fill_percent >= 100 || !path.is_last()) return ~uint32_t{0};
  const TableLeaf leaf(page);
  const uint32_t room = content_bytes_ - leaf.arrays_end();
  const uint32_t used = content_bytes_ - leaf.heap_start();
  if (uint64_t{used} * 100 > uint64_t{room} * options_.fill_percent) return 0;
  const uint32_t rows = std::max<uint32_t>(1, leaf.capacity() * options_.fill_percent / 100);
  return rows > leaf.rows() ? rows - leaf.rows() : 0;
}

// Inserts rows from progress->done on while they belong to one leaf that has room; then that leaf gets room.
Status TableWriter::insert_run(const RowBatch& batch, uint32_t end, Progress* progress) {
  TreePath path;
  DDB_RETURN_IF_ERROR(way_to(batch, progress->done, &path));
  DDB_TRY(PageWriter leaf, change_tree_page(session_, tree_.tree, path.leaf, 0));
  DDB_TRY(const bool is_current, refresh_schema(path, leaf));
  bool moved = !is_current;
  if (is_current) {
    shape_ = LeafShape::of(TableLeaf(leaf.data()));
    ways_.extend(session_, tree_, batch, progress->done, end, path, shape_);
  }
  while (!moved && progress->done < end && path.covers(batch.row_ids[progress->done])) {
    const uint32_t row = progress->done;
    const int64_t row_id = batch.row_ids[row];
    const TableLeaf view(leaf.data());
    const uint32_t rows = view.rows();
    if (rows == 0 || row_id > view.row_id(rows - 1)) {
      DDB_RETURN_IF_ERROR(append_run(batch, end, path, leaf, progress, &moved));
      continue;
    }
    const uint32_t position = view.lower_bound(row_id);
    if (view.row_id(position) == row_id) {
      progress->exists = true;
      return Status::ok();
    }
    if (editor_.insert(leaf, position, batch, row) == LeafChange::kRebuild) {
      DDB_RETURN_IF_ERROR(make_room(path, leaf, position, batch, row, 1, 0).status());
      moved = true;
    }
    ++progress->done;
  }
  return Status::ok();
}

Status TableWriter::append_run(const RowBatch& batch, uint32_t end, TreePath& path, PageWriter& leaf,
                               Progress* progress, bool* moved) {
  const uint32_t first = progress->done;
  uint32_t run = 1;
  while (first + run < end && batch.row_ids[first + run] > batch.row_ids[first + run - 1] &&
         path.covers(batch.row_ids[first + run])) {
    ++run;
  }
  const uint32_t left = fill_left(leaf.data(), path);
  const uint32_t appended = left == 0 ? 0 : editor_.append(leaf, batch, first, std::min(run, left));
  progress->done += appended;
  if (appended == run) return Status::ok();
  const uint32_t position = TableLeaf(leaf.data()).rows();
  DDB_TRY(const uint32_t more, make_room(path, leaf, position, batch, first + appended, run - appended, 0));
  progress->done += more;
  *moved = true;
  return Status::ok();
}

// Nothing is written to a leaf whose arrays are not those of the schema: rebuilding it would make NULLs of what is there.
Status TableWriter::check_columns(const TableLeaf& leaf) const {
  const PageNo page = page_number_of(leaf.page());
  const auto damaged = [&](const std::string& what) {
    return Status::corruption("page " + std::to_string(page.value) + ": leaf: " + what);
  };
  const uint32_t version = leaf.schema_version();
  if (version > schema_.version)
    return damaged("schema version " + std::to_string(version) + " is newer than the table's");
  uint32_t index = 0;
  for (uint32_t i = 0; i < schema_.columns.size(); ++i) {
    const TableColumn& column = schema_.columns[i];
    if (i == schema_.row_id_column) continue;
    if (version < schema_.version) {
      index = leaf.find_column(column.id);
      if (index == leaf.columns()) continue;  // added since
    } else if (index >= leaf.columns() || leaf.column(index).column_id != column.id) {
      return damaged("column " + std::to_string(column.id) + " is missing");
    }
    if (!suits_kind(leaf.column(index), column.kind)) {
      return damaged("column " + std::to_string(column.id) + " is stored as another type");
    }
    ++index;
  }
  return Status::ok();
}

// A leaf takes the current schema version at its first change. False: with the added columns its rows needed several leaves, path
// and guard are dead.
Result<bool> TableWriter::refresh_schema(TreePath& path, PageWriter& leaf) {
  DDB_RETURN_IF_ERROR(check_columns(TableLeaf(leaf.data())));
  if (TableLeaf(leaf.data()).schema_version() == schema_.version) return true;
  keep_old(leaf);
  const TableLeaf old(old_page_.data());
  DDB_RETURN_IF_ERROR(free_dropped(old));
  const LeafSource all{&old, nullptr, 0, old.rows()};
  const bool sparse = old.permutation() != 0;
  if (builder_.plan({&all, 1}, sparse, 0, hints_)) {
    DDB_RETURN_IF_ERROR(write_leaf(leaf, {&all, 1}));
    return true;
  }
  DDB_RETURN_IF_ERROR(split_leaf(path, leaf, {&all, 1}, sparse));
  return false;
}

// Long values of columns that the schema has no more.
Status TableWriter::free_dropped(const TableLeaf& leaf) {
  for (uint32_t index = 0; index < leaf.columns(); ++index) {
    const LeafEntry entry = leaf.column(index);
    const auto has_id = [&](const TableColumn& column) { return column.id == entry.column_id; };
    if (entry.encoding != LeafEncoding::kHeap ||
        std::any_of(schema_.columns.begin(), schema_.columns.end(), has_id))
      continue;
    for (uint32_t position = 0; position < leaf.rows(); ++position) {
      DDB_RETURN_IF_ERROR(free_overflow_cell(session_, tree_.tree, leaf, entry, leaf.slot(position)));
    }
  }
  return Status::ok();
}

// Only reads: a row that is not there dirties no page.
Result<bool> TableWriter::find_row(int64_t row_id, TreePath* path) {
  DDB_RETURN_IF_ERROR(find_leaf(session_, tree_, row_id, path));
  DDB_TRY(const PageRef ref, read_tree_page(session_, tree_.tree, path->leaf, 0));
  const TableLeaf view(ref.data());
  const uint32_t at = view.lower_bound(row_id);
  return at < view.rows() && view.row_id(at) == row_id;
}

void TableWriter::expect(int64_t row_id) {
  if (session_.writing()) expect_leaf(session_, tree_, row_id, shape_);
}

// --- Update ------------------------------------------------------------------------------------------------------------

Result<bool> TableWriter::update(int64_t row_id, std::span<const uint32_t> columns,
                                 std::span<const Vector* const> values, uint32_t row) {
  try {
    Result<bool> done = update_row(row_id, columns, values, row);
    if (!done.is_ok()) return session_.fail_transaction(done.status());
    return done;
  } catch (const std::bad_alloc&) {
    return session_.fail_transaction(Status::out_of_memory());
  }
}

Result<bool> TableWriter::update_row(int64_t row_id, std::span<const uint32_t> columns,
                                     std::span<const Vector* const> values, uint32_t row) {
  TreePath path;
  DDB_TRY(const bool exists, find_row(row_id, &path));
  if (!exists) return false;
  DDB_TRY(PageWriter leaf, change_tree_page(session_, tree_.tree, path.leaf, 0));
  DDB_TRY(const bool is_current, refresh_schema(path, leaf));
  if (!is_current) return update_row(row_id, columns, values, row);  // now its leaf has the current version
  const TableLeaf view(leaf.data());
  shape_ = LeafShape::of(view);
  const uint32_t position = view.lower_bound(row_id);
  const uint32_t slot = view.slot(position);
  for (const uint32_t column : columns) {
    if (schema_.columns[column].kind == PhysicalKind::kString)
      DDB_RETURN_IF_ERROR(free_long_value(view, slot, column));
  }
  DDB_TRY(const bool in_place, update_in_place(leaf, slot, columns, values, row));
  if (in_place) return true;
  keep_old(leaf);
  DDB_RETURN_IF_ERROR(load_row(TableLeaf(old_page_.data()), position));
  for (size_t i = 0; i < columns.size(); ++i) load_value(columns[i], *values[i], row);
  DDB_RETURN_IF_ERROR(store_long_values());
  DDB_RETURN_IF_ERROR(make_room(path, leaf, position, one_->batch(), 0, 1, 1).status());
  return true;
}

// False: at least one value needs a rebuild; others may have been set.
Result<bool> TableWriter::update_in_place(PageWriter& leaf, uint32_t slot, std::span<const uint32_t> columns,
                                          std::span<const Vector* const> values, uint32_t row) {
  for (size_t i = 0; i < columns.size(); ++i) {
    const Vector& vector = *values[i];
    if (vector.kind() == PhysicalKind::kString && vector.is_valid(row) &&
        vector.value<StringView16>(row).size() > inline_max_) {
      return false;
    }
    if (editor_.update(leaf, slot, columns[i], vector, row, false) == LeafChange::kRebuild) return false;
  }
  return true;
}

// --- Erase -------------------------------------------------------------------------------------------------------------

Result<bool> TableWriter::erase(int64_t row_id) {
  try {
    Result<bool> done = erase_row(row_id);
    if (!done.is_ok()) return session_.fail_transaction(done.status());
    return done;
  } catch (const std::bad_alloc&) {
    return session_.fail_transaction(Status::out_of_memory());
  }
}

Result<bool> TableWriter::erase_row(int64_t row_id) {
  TreePath path;
  DDB_TRY(const bool exists, find_row(row_id, &path));
  if (!exists) return false;
  DDB_TRY(PageWriter leaf, change_tree_page(session_, tree_.tree, path.leaf, 0));
  DDB_TRY(const bool is_current, refresh_schema(path, leaf));
  if (!is_current) return erase_row(row_id);
  shape_ = LeafShape::of(TableLeaf(leaf.data()));
  const uint32_t position = TableLeaf(leaf.data()).lower_bound(row_id);
  DDB_RETURN_IF_ERROR(free_long_values(TableLeaf(leaf.data()), TableLeaf(leaf.data()).slot(position)));
  if (editor_.erase(leaf, position) == LeafChange::kRebuild) {
    keep_old(leaf);
    const TableLeaf old(old_page_.data());
    const LeafSource parts[2] = {{&old, nullptr, 0, position},
                                 {&old, nullptr, position + 1, old.rows() - position - 1}};
    if (builder_.plan(parts, true, 0, hints_)) {
      DDB_RETURN_IF_ERROR(write_leaf(leaf, parts));
    } else {
      // The permutation takes more than the row gave.
      DDB_RETURN_IF_ERROR(split_leaf(path, leaf, parts, true));
      return true;
    }
  }
  DDB_RETURN_IF_ERROR(after_erase(path, std::move(leaf)));
  return true;
}

}  // namespace ddb
