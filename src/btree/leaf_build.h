// leaf_build: writes a whole table leaf from rows that lie in other leaves and in batches. Used for first leaves, rebuilds
// (wider integers, full heap, holes, older schema versions), splits, merges and bulk load.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "btree/row_batch.h"
#include "btree/table_leaf.h"
#include "btree/table_schema.h"

namespace ddb {

// What leaves of this table turned out to need, so that the next one need not be rebuilt for it at once. Only a hint: it
// may be lost or wrong. One per writer of a table.
struct LeafHints {
  struct Column {
    uint8_t width_min = 0;  // of a kNarrow array
    bool nullable = false;  // NULLs were seen
    bool varying = false;   // strings of different lengths, or overflow references, were seen
  };
  std::vector<Column> columns;  // by schema column
  uint32_t heap_bytes = 0;      // mean of heap bytes per row, of the newest leaf built
};

// Consecutive rows, in row id order, of a leaf (positions) or of a batch (rows). REQUIRES: ids ascend over all sources.
struct LeafSource {
  const TableLeaf* leaf = nullptr;
  const RowBatch* batch = nullptr;
  uint32_t first = 0;
  uint32_t count = 0;
};

struct ColumnStats;
struct MissingCell;
struct RowIdStats;

struct LeafPlan {
  // One per directory entry to be (row ids first, then schema columns but the row id column, ids ascending).
  std::vector<LeafEntry> entries;
  std::vector<uint32_t> schema_columns;  // of each entry but the first: index in the schema
  uint32_t rows = 0;
  uint32_t capacity = 0;
  uint32_t heap_bytes = 0;
};

// Working memory of one writer, so that builds allocate nothing once warm.
class LeafBuilder {
 public:
  LeafBuilder(const TableSchema& schema, uint32_t content_bytes);  // `schema` outlives this
  ~LeafBuilder();

  // Decides the layout for these rows: encodings, widths (never below the hints'), validity, and a capacity as large as
  // the page and the mean heap bytes per row allow. `sparse`: with a permutation, for leaves that rows are inserted into or
  // deleted from at random. False if the rows, and `room` more of the mean size, do not fit. Updates the hints.
  bool plan(std::span<const LeafSource> sources, bool sparse, uint32_t room, LeafHints& hints);
  // Writes the content from byte 32 of a page as planned. The sources must not lie in `page`. REQUIRES: plan() was true.
  void write(std::span<const LeafSource> sources, std::byte* page);

  // How many of these rows, from the front, fit one leaf filled up to `fill_percent`: at least 1 if any fits. For bulk load
  // and splits.
  uint32_t fitting(std::span<const LeafSource> sources, bool sparse, uint32_t fill_percent, LeafHints& hints);

  // Bytes a row takes in a leaf of its own, without directory: what the tree compares with limits. Strings of `external`
  // columns count kOverflowRefBytes.
  size_t row_bytes(const RowBatch& batch, uint32_t row) const;

  const LeafPlan& planned() const { return plan_; }

 private:
  void clear_stats();
  void add_to_stats(const LeafSource& source, uint32_t from, uint32_t count, RowIdStats* ids);
  void choose_arrays(const RowIdStats& ids, bool sparse, const LeafHints& hints);
  void choose_row_ids(const RowIdStats& ids, bool sparse, uint64_t reach);
  void widen_row_ids(const RowIdStats& ids, uint64_t mean_heap, uint64_t rows_wanted);
  uint64_t heap_bytes() const;
  uint64_t bytes_for(uint64_t capacity) const;
  uint64_t capacity_for(uint64_t rows, uint64_t mean_heap) const;
  void place_arrays();
  void note_hints(LeafHints& hints) const;
  void write_directory(std::byte* page) const;
  void write_row_ids(std::span<const LeafSource> sources, std::byte* page) const;
  void write_column(std::span<const LeafSource> sources, size_t index, std::byte* page, uint32_t* heap) const;

  const TableSchema& schema_;
  const uint32_t content_bytes_;
  LeafPlan plan_;
  bool sparse_ = false;       // of the plan
  uint32_t permutation_ = 0;  // where the plan puts these
  uint32_t arrays_end_ = 0;
  std::vector<ColumnStats> stats_;    // of each entry but the first
  std::vector<ColumnStats> before_;   // of fitting(): before the rows that may be too many
  std::vector<MissingCell> missing_;  // by schema column
};

}  // namespace ddb
