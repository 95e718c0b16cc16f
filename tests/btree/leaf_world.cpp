// leaf_world: comparison of a leaf with its model.
#include "leaf_world.h"

#include <algorithm>

namespace ddb {
namespace {

void expect_same(const Vector& vector, uint32_t row, const TableColumn& column, const LeafValue& wanted,
                 const char* how) {
  Result<Value> value = value_at(vector, column.type, row);
  ASSERT_TRUE(value.is_ok()) << value.status().to_string();
  ASSERT_TRUE(identical_values(*value, wanted.value)) << how << ", column " << column.id << ", row " << row;
}

void expect_column(const TableLeaf& leaf, const TableSchema& schema, const LeafModel& model, uint32_t c,
                   uint32_t first, uint32_t count) {
  const TableColumn& column = schema.columns[c];
  const uint32_t index = leaf_index(leaf, schema, c);
  if (index == kLeafMissing) return;
  BatchArena arena(1 << 26);
  Vector out;
  ASSERT_TRUE(out.allocate(column.kind, kVectorRowsMax, arena).is_ok());
  read_column(leaf, index, column.kind, first, count, &out);
  auto row = std::next(model.begin(), first);
  for (uint32_t i = 0; i < count; ++i, ++row) {
    expect_same(out, i, column, row->second[c], "read_column");
    if (::testing::Test::HasFatalFailure()) return;
  }
}

void expect_cells(const TableLeaf& leaf, const TableSchema& schema, const LeafModel& model, uint32_t c,
                  SeededRandom& random) {
  const TableColumn& column = schema.columns[c];
  const uint32_t index = leaf_index(leaf, schema, c);
  if (index == kLeafMissing) return;
  BatchArena arena(1 << 26);
  Vector cells;
  Vector chosen;
  ASSERT_TRUE(cells.allocate(column.kind, kVectorRowsMax, arena).is_ok());
  ASSERT_TRUE(chosen.allocate(column.kind, kVectorRowsMax, arena).is_ok());
  std::vector<uint16_t> positions;
  std::vector<const LeafValue*> wanted;
  auto row = model.begin();
  for (uint32_t position = 0; position < leaf.rows(); ++position, ++row) {
    const uint32_t at = position % kVectorRowsMax;
    read_cell(leaf, index, column.kind, leaf.slot(position), &cells, at);
    expect_same(cells, at, column, row->second[c], "read_cell");
    if (::testing::Test::HasFatalFailure()) return;
    if (index != kLeafRowId && leaf.column(index).encoding == LeafEncoding::kHeap) {
      ASSERT_EQ(is_overflow_cell(leaf, leaf.column(index), leaf.slot(position)), row->second[c].overflow);
    }
    if (random.chance(400) && positions.size() < kVectorRowsMax) {
      positions.push_back(static_cast<uint16_t>(position));
      wanted.push_back(&row->second[c]);
    }
  }
  const auto half = static_cast<uint32_t>(positions.size() / 2);
  const auto rest = static_cast<uint32_t>(positions.size()) - half;
  read_positions(leaf, index, column.kind, positions.data(), half, &chosen, 0);
  read_positions(leaf, index, column.kind, positions.data() + half, rest, &chosen, half);
  for (uint32_t i = 0; i < positions.size(); ++i) {
    expect_same(chosen, i, column, *wanted[i], "read_positions");
    if (::testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace

void expect_leaf_is(const LeafPage& page, const TableSchema& schema, const LeafModel& model,
                    SeededRandom& random) {
  const Status status = page.check();
  ASSERT_TRUE(status.is_ok()) << status.to_string();
  const TableLeaf leaf = page.leaf();
  ASSERT_EQ(leaf.rows(), model.size());
  ASSERT_EQ(page.content_bytes() - leaf.heap_start(), live_heap_bytes(leaf) + leaf.heap_garbage());
  std::vector<int64_t> ids(leaf.rows());
  read_row_ids(leaf, 0, leaf.rows(), ids.data());
  uint32_t position = 0;
  for (const auto& entry : model) {
    ASSERT_EQ(ids[position], entry.first);
    ASSERT_EQ(leaf.row_id(position), entry.first);
    ASSERT_EQ(leaf.lower_bound(entry.first), position);
    if (entry.first < INT64_MAX) {
      ASSERT_EQ(leaf.lower_bound(entry.first + 1), position + 1);
    }
    ++position;
  }
  ASSERT_EQ(leaf.lower_bound(INT64_MIN), 0u);
  for (uint32_t c = 0; c < schema.columns.size(); ++c) {
    for (uint32_t first = 0; first < leaf.rows(); first += kVectorRowsMax) {
      expect_column(leaf, schema, model, c, first, std::min(kVectorRowsMax, leaf.rows() - first));
    }
    const auto first = static_cast<uint32_t>(random.below(leaf.rows() + 1));
    const auto count = static_cast<uint32_t>(random.below(std::min(kVectorRowsMax, leaf.rows() - first) + 1));
    expect_column(leaf, schema, model, c, first, count);
    expect_cells(leaf, schema, model, c, random);
    if (::testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace ddb
