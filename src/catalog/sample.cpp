// sample: rows of the chosen leaves into a reservoir that is bounded in rows and bytes.
#include "catalog/sample.h"

#include <algorithm>
#include <memory>

#include "base/assert.h"
#include "base/seeded_random.h"
#include "btree/column_map.h"
#include "btree/leaf_read.h"
#include "btree/overflow.h"
#include "btree/table_leaf.h"
#include "catalog/sample_leaves.h"
#include "record/batch_arena.h"
#include "record/key_encode.h"
#include "record/vector_value.h"

namespace ddb {
namespace {

// Cells that are made before they are put into the reservoir: bounds what is held beside it.
constexpr uint32_t kCellsAtOnce = 16384;
constexpr uint32_t kRowsMinPart = 100;  // the smallest sample, as a part of the largest

bool is_text(SqlTypeId type) {
  return type == SqlTypeId::kText || type == SqlTypeId::kVarchar || type == SqlTypeId::kChar;
}

class Reservoir {
 public:
  explicit Reservoir(const SampleOptions& options)
      : rows_max_(options.rows_max),
        bytes_max_(options.memory_bytes_max),
        rows_min_(std::max<uint64_t>(1, options.rows_max / kRowsMinPart)),
        random_(~options.seed) {}

  // Whether the next row is taken (algorithm R of Vitter 1985), and at which place.
  bool choose(uint64_t* place) {
    const uint64_t seen = seen_++;
    if (next_ < rows_max_) {
      *place = next_++;
      return true;
    }
    *place = random_.below(seen + 1);
    return *place < rows_max_;
  }
  uint64_t seen() const { return seen_; }
  void put(uint64_t place, uint64_t ordinal, std::string_view cells) {
    DDB_ASSERT(place < rows_max_ && place <= rows_.size());
    if (place == rows_.size()) {
      rows_.resize(place + 1);
      bytes_ += sizeof(SampledRow);
    }
    SampledRow& row = rows_[place];
    bytes_ -= row.cells.capacity();
    row.ordinal = ordinal;
    row.cells = cells;
    bytes_ += row.cells.capacity();
  }
  // REQUIRES: every chosen place was put.
  Status stay_within_bytes() {
    while (bytes_ > bytes_max_) {
      const uint64_t half = rows_.size() / 2;
      if (half < rows_min_) {
        return Status::error(sqlstate::kOutOfMemory,
                             "the sample of a table's rows does not fit into its bound of " +
                                 std::to_string(bytes_max_) + " bytes");
      }
      // A uniform choice of a uniform choice is one.
      for (uint64_t i = 0; i < half; ++i) std::swap(rows_[i], rows_[i + random_.below(rows_.size() - i)]);
      rows_.resize(half);
      rows_.shrink_to_fit();
      rows_max_ = next_ = half;
      bytes_ = rows_.size() * sizeof(SampledRow);
      for (const SampledRow& row : rows_) bytes_ += row.cells.capacity();
    }
    return Status::ok();
  }
  std::vector<SampledRow> take() {
    std::sort(rows_.begin(), rows_.end(),
              [](const SampledRow& a, const SampledRow& b) { return a.ordinal < b.ordinal; });
    return std::move(rows_);
  }

 private:
  uint64_t rows_max_;
  const uint64_t bytes_max_;
  const uint64_t rows_min_;
  SeededRandom random_;
  std::vector<SampledRow> rows_;
  uint64_t next_ = 0;  // places given out while the reservoir fills
  uint64_t seen_ = 0;
  uint64_t bytes_ = 0;
};

// Makes cells of chosen rows of a leaf.
class RowExtractor {
 public:
  RowExtractor(Session& session, const TableTree& tree, const TableSchema& schema,
               const SampleOptions& options)
      : session_(session),
        tree_(tree),
        schema_(schema),
        options_(options),
        map_(schema),
        buffers_(uint64_t{4} << 20) {}

  Status prepare() {
    for (int kind = 0; kind < kPhysicalKinds; ++kind)
      DDB_RETURN_IF_ERROR(vectors_[kind].allocate(static_cast<PhysicalKind>(kind), kVectorRowsMax, buffers_));
    DDB_RETURN_IF_ERROR(long_value_.allocate(PhysicalKind::kString, 1, buffers_));
    for (const TableColumn& column : schema_.columns) {
      missing_.emplace_back();
      DDB_RETURN_IF_ERROR(append_missing(column, missing_.back()));
    }
    return Status::ok();
  }
  // Appends the cells of the rows at `positions` to cells[0 … positions.size()).
  Status extract(const TableLeaf& leaf, std::span<const uint16_t> positions, std::span<std::string> cells) {
    const uint32_t* map = map_.of(leaf);
    for (uint32_t c = 0; c < schema_.columns.size(); ++c) {
      if (map[c] == kLeafMissing) {
        for (size_t i = 0; i < positions.size(); ++i) cells[i] += missing_[c];
        continue;
      }
      DDB_RETURN_IF_ERROR(extract_column(leaf, schema_.columns[c], map[c], positions, cells));
    }
    return Status::ok();
  }

 private:
  Status append_missing(const TableColumn& column, std::string& out) {
    if (column.missing.is_null()) {
      append_null_cell(out);
      return Status::ok();
    }
    BatchArena heap(kValueBytesMax);
    Vector one;
    DDB_RETURN_IF_ERROR(one.allocate(column.kind, 1, heap));
    DDB_RETURN_IF_ERROR(set_value(one, 0, column.missing, heap));
    return append_value(column, one, 0, out);
  }
  Status append_value(const TableColumn& column, const Vector& vector, uint32_t row, std::string& out) {
    auto width = static_cast<uint32_t>(bytes_per_value(column.kind));
    if (column.kind == PhysicalKind::kString) {
      const StringView16& string = vector.value<StringView16>(row);
      width = string.size();
      // Keys of text end at a NUL.
      if (is_text(column.type.id) && string.view().find('\0') != std::string_view::npos) {
        return Status::corruption("tree " + std::to_string(tree_.tree.value) + ", column id " +
                                  std::to_string(column.id) + ": a text with a zero byte");
      }
    }
    key_.clear();
    DDB_RETURN_IF_ERROR(append_key(KeyColumn{column.type}, vector, row, key_));
    append_key_cell(key_.view(), width, out);
    return Status::ok();
  }
  Status append_long_value(const TableColumn& column, const OverflowRef& ref, std::string& out) {
    if (ref.bytes > options_.long_value_bytes_max ||
        ref.bytes > options_.long_values_bytes_max - long_bytes_read_) {
      append_unread_cell(ref.bytes, out);
      return Status::ok();
    }
    long_bytes_read_ += ref.bytes;
    DDB_RETURN_IF_ERROR(read_overflow(session_, tree_.tree, ref, value_, scratch_));
    long_value_.reset();
    long_value_.set<StringView16>(0, StringView16(value_));
    return append_value(column, long_value_, 0, out);
  }
  Status extract_column(const TableLeaf& leaf, const TableColumn& column, uint32_t index,
                        std::span<const uint16_t> positions, std::span<std::string> cells) {
    Vector& vector = vectors_[static_cast<int>(column.kind)];
    vector.reset();
    const auto count = static_cast<uint32_t>(positions.size());
    read_positions(leaf, index, column.kind, positions.data(), count, &vector, 0);
    const LeafEntry entry = index == kLeafRowId ? LeafEntry{} : leaf.column(index);
    for (uint32_t i = 0; i < count; ++i) {
      if (vector.is_null(i)) {
        append_null_cell(cells[i]);
      } else if (entry.encoding == LeafEncoding::kHeap &&
                 is_overflow_cell(leaf, entry, leaf.slot(positions[i]))) {
        DDB_TRY(const OverflowRef ref, overflow_ref_at(leaf, entry, leaf.slot(positions[i])));
        DDB_RETURN_IF_ERROR(check_cancelled(options_));
        DDB_RETURN_IF_ERROR(append_long_value(column, ref, cells[i]));
      } else {
        DDB_RETURN_IF_ERROR(append_value(column, vector, i, cells[i]));
      }
    }
    return Status::ok();
  }

  Session& session_;
  const TableTree tree_;
  const TableSchema& schema_;
  const SampleOptions& options_;
  ColumnMap map_;
  BatchArena buffers_;
  Vector vectors_[kPhysicalKinds];
  Vector long_value_;
  std::vector<std::string> missing_;  // cells, by column
  uint64_t long_bytes_read_ = 0;
  ByteBuffer key_;
  std::string value_;
  std::string scratch_;
};

// The rows of one leaf that the reservoir takes.
Status sample_leaf(const TableLeaf& leaf, uint32_t rows_at_once, RowExtractor& extractor,
                   Reservoir& reservoir) {
  std::vector<uint16_t> positions;
  std::vector<uint64_t> places;
  std::vector<std::string> cells;
  const uint64_t first = reservoir.seen();
  for (uint32_t position = 0; position < leaf.rows();) {
    positions.clear();
    places.clear();
    for (; position < leaf.rows() && positions.size() < rows_at_once; ++position) {
      uint64_t place = 0;
      if (!reservoir.choose(&place)) continue;
      positions.push_back(static_cast<uint16_t>(position));
      places.push_back(place);
    }
    if (positions.empty()) continue;
    cells.assign(positions.size(), std::string());
    DDB_RETURN_IF_ERROR(extractor.extract(leaf, positions, cells));
    for (size_t i = 0; i < places.size(); ++i) reservoir.put(places[i], first + positions[i], cells[i]);
    DDB_RETURN_IF_ERROR(reservoir.stay_within_bytes());
  }
  return Status::ok();
}

}  // namespace

Result<RowSample> sample_rows(Session& session, const TableTree& tree, const TableSchema& schema,
                              const SampleOptions& options) {
  DDB_ASSERT(options.rows_max > 0 && options.memory_bytes_max > 0);
  DDB_TRY(const SampledLeaves leaves, sample_leaves(session, tree, options));
  Reservoir reservoir(options);
  RowExtractor extractor(session, tree, schema, options);
  DDB_RETURN_IF_ERROR(extractor.prepare());
  const auto columns = static_cast<uint32_t>(std::max<size_t>(1, schema.columns.size()));
  const uint32_t rows_at_once = std::clamp(kCellsAtOnce / columns, uint32_t{1}, kVectorRowsMax);
  for (size_t i = 0; i < leaves.leaves.size(); ++i) {
    DDB_RETURN_IF_ERROR(check_cancelled(options));
    if (i + 1 < leaves.leaves.size()) session.expect_read(leaves.leaves[i + 1]);
    DDB_TRY(const PageRef page, read_tree_page(session, tree.tree, leaves.leaves[i], 0));
    DDB_RETURN_IF_ERROR(sample_leaf(TableLeaf(page.data()), rows_at_once, extractor, reservoir));
  }
  RowSample sample;
  const auto seen = static_cast<double>(reservoir.seen());
  sample.is_counted = leaves.is_every_leaf();
  sample.table_rows =
      sample.is_counted ? seen : seen / static_cast<double>(leaves.leaves.size()) * leaves.leaves_in_tree;
  sample.leaves = leaves.leaves_in_tree;
  sample.inner_pages = leaves.inner_pages;
  sample.rows = reservoir.take();
  sample.is_complete = sample.is_counted && static_cast<double>(sample.rows.size()) == seen;
  return sample;
}

void SampleColumns::next(std::vector<SampleCell>* cells) {
  cells->clear();
  for (size_t i = 0; i < offsets_.size(); ++i)
    cells->push_back(take_cell(sample_.rows[i].cells, &offsets_[i]));
}

}  // namespace ddb
