// table_writer: changes rows of a table tree within a write transaction.
//
// insert: the leaf is found ── it fits in place ──────────────────────────────▶ done
//                            └ rebuild of the leaf has room ────────────────▶ done
//                            └ right edge: a new leaf for the new row ──┐
//                            └ elsewhere: the rows on two (three) leaves ┴▶ the parent takes a child ─ full ─▶ it splits likewise
// erase:  the row goes ── the leaf is empty: it is given back, the parent loses a child
//                      └ it and a neighbour fit one leaf: they are merged, the parent loses a child ─ few left ─▶ inner merge
//         an inner root with one child takes that child's place: the root keeps its page.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "btree/leaf_build.h"
#include "btree/leaf_edit.h"
#include "btree/row_batch.h"
#include "btree/sorted_batch.h"
#include "btree/table_reader.h"
#include "btree/table_schema.h"
#include "btree/tree_page.h"
#include "btree/ways_ahead.h"
#include "record/batch_arena.h"
#include "txn/session.h"

namespace ddb {

// A table tree with no rows: allocates its root. 54000, 54011, 22023 for a schema that leaves cannot hold; the session's errors.
Result<TableTree> create_table_tree(Session& session, TreeId tree, const TableSchema& schema);
// Gives all pages of the tree back, the root too. XX001 for a damaged tree; the session's errors.
Status drop_table_tree(Session& session, const TableTree& tree);

struct WriterOptions {
  // Leaves at the right edge are filled so far; the rest is room for later updates. 50…100.
  uint32_t fill_percent = 100;
  // A leaf that is left behind at the right edge goes to the main file at once (STORAGE 14). For loads of many leaves.
  bool direct = false;
};

// For one session and thread, for as many write transactions as liked; `schema` outlives it. REQUIRES of every call: the session is
// writing. An error from a page change fails the transaction. Keeps no guard between calls. Throws std::bad_alloc.
class TableWriter {
 public:
  TableWriter(Session& session, const TableTree& tree, const TableSchema& schema,
              const WriterOptions& options = {});
  ~TableWriter();

  // Inserts rows from the front of the batch until one exists already. Returns how many: less than batch.rows says that
  // row_ids[returned] exists; neither it nor anything behind it was touched. Ascending ids are fastest; a batch in
  // no order is sorted first. 54000 a row that does
  // not fit a page although its long values are stored elsewhere, a value above kValueBytesMax (nothing of that row was changed).
  Result<uint32_t> insert(const RowBatch& batch);
  // Sets columns (of the schema, not the row id's) of one row to row `row` of the vectors; false if there is no such row.
  Result<bool> update(int64_t row_id, std::span<const uint32_t> columns,
                      std::span<const Vector* const> values, uint32_t row);
  // Removes a row; false if there is none.
  Result<bool> erase(int64_t row_id);

  // Says that this row will be updated or erased soon: with a few rows of look-ahead, changes in no order do not wait for
  // memory. Changes nothing, never fails.
  void expect(int64_t row_id);

  TableReader& reader() { return reader_; }

 private:
  struct RowScratch;  // one row as vectors of one

  // Where an insert stands in its batch.
  struct Progress {
    uint32_t done = 0;    // rows before it are in the tree
    bool exists = false;  // row `done` exists already
  };

  // table_writer.cpp
  Result<uint32_t> insert_any(const RowBatch& batch);
  Result<uint32_t> insert_sorted(const RowBatch& batch);
  Result<uint32_t> insert_all(const RowBatch& batch);
  Status way_to(const RowBatch& batch, uint32_t row, TreePath* path);
  Status insert_run(const RowBatch& batch, uint32_t end, Progress* progress);
  Status append_run(const RowBatch& batch, uint32_t end, TreePath& path, PageWriter& leaf, Progress* progress,
                    bool* moved);
  uint32_t fill_left(const std::byte* page, const TreePath& path) const;
  Result<bool> refresh_schema(TreePath& path, PageWriter& leaf);
  Result<bool> find_row(int64_t row_id, TreePath* path);
  Status check_columns(const TableLeaf& leaf) const;
  Status free_dropped(const TableLeaf& leaf);
  Result<bool> update_row(int64_t row_id, std::span<const uint32_t> columns,
                          std::span<const Vector* const> values, uint32_t row);
  Result<bool> update_in_place(PageWriter& leaf, uint32_t slot, std::span<const uint32_t> columns,
                               std::span<const Vector* const> values, uint32_t row);
  Result<bool> erase_row(int64_t row_id);

  // table_split.cpp: the tree makes room for `rows` rows of a batch from `first` on at `position` of a leaf, `replaced` (0 or 1) rows
  // of which go; returns how many of them are in then (at least one). The path and the guard are dead afterwards.
  Result<uint32_t> make_room(TreePath& path, PageWriter& leaf, uint32_t position, const RowBatch& batch,
                             uint32_t first, uint32_t rows, uint32_t replaced);
  Result<uint32_t> add_leaf_at_edge(TreePath& path, PageWriter& leaf, const RowBatch& batch, uint32_t first,
                                    uint32_t rows);
  Status split_leaf(TreePath& path, PageWriter& leaf, std::span<const LeafSource> sources, bool sparse);
  Status write_pieces(TreePath& path, PageWriter& leaf, std::span<const LeafSource> sources, bool sparse);
  Status write_leaf(PageWriter& leaf, std::span<const LeafSource> sources);
  Status new_leaf(std::span<const LeafSource> sources, PageNo* page);
  Status grow_root(TreePath& path);
  Status add_child(TreePath& path, uint32_t depth, int64_t separator, PageNo child);
  Status split_inner(TreePath& path, uint32_t depth, int64_t separator, PageNo child);
  void keep_old(const PageWriter& leaf);

  // table_merge.cpp
  Status after_erase(TreePath& path, PageWriter leaf);
  Result<bool> merge_leaf(TreePath& path, PageWriter& leaf, uint32_t neighbour);
  Status remove_child(TreePath& path, uint32_t depth, uint32_t index);
  Status merge_inner(TreePath& path, uint32_t depth);
  Status lower_root();

  // row_overflow.cpp
  bool fits_inline(const RowBatch& batch, uint32_t first, uint32_t end) const;
  Status store_long_values();
  Status free_long_values(const TableLeaf& leaf, uint32_t slot);
  Status free_long_value(const TableLeaf& leaf, uint32_t slot, uint32_t column);
  Status load_row(const TableLeaf& leaf, uint32_t position);
  Status load_row(const RowBatch& batch, uint32_t row);
  void load_value(uint32_t column, const Vector& values, uint32_t row);

  Session& session_;
  const TableTree tree_;
  const TableSchema& schema_;
  const WriterOptions options_;
  const uint32_t content_bytes_;
  const uint32_t inline_max_;   // longer strings go to overflow pages
  const uint32_t row_max_;      // longer rows send their longest strings there
  const uint32_t fixed_bytes_;  // of a row in the arrays
  TableReader reader_;
  ColumnMap map_;
  LeafHints hints_;
  LeafBuilder builder_;
  LeafEditor editor_;
  LeafShape shape_;             // of the leaf changed last
  uint64_t shape_changes_ = 0;  // rises with each call of insert and each leaf that it splits or rebuilds
  WaysAhead ways_;
  uint64_t ways_of_ = 0;  // shape_changes_ when they were found
  SortedBatch sorted_;
  std::vector<std::byte> old_page_;  // what a leaf held before it was rebuilt
  std::unique_ptr<RowScratch> one_;
};

}  // namespace ddb
