// Changing leaves in place: what fits is changed where it is, what does not fit changes nothing.
#include <algorithm>
#include <cstdlib>

#include "leaf_world.h"

namespace ddb {
namespace {

// A leaf, its model, and what the tree does with it: change in place, else rebuild, else keep half of the rows.
class LeafTrace {
 public:
  LeafTrace(uint64_t seed, uint32_t page_bytes)
      : random_(seed),
        page_(page_bytes, random_.chance(300) ? 40 : 0),
        schema_(std::make_unique<TableSchema>(make_schema())) {
    next_id_ = static_cast<uint16_t>(schema_->columns.back().id + 1);
    for (const TableColumn& column : schema_->columns) shapes_.push_back(random_shape(column, random_));
    id_span_ = random_.chance(500) ? 500 : random_.chance(500) ? 100'000 : ~uint64_t{0};
    open_schema();
    EXPECT_TRUE(page_.build(*builder_, {}, false, 0, hints_));
  }

  void run(uint32_t steps) {
    for (uint32_t i = 0; i < steps; ++i) {
      step();
      if (::testing::Test::HasFatalFailure()) return;
      expect_leaf_is(page_, *schema_, model_, random_);
      if (::testing::Test::HasFatalFailure()) return;
      filter_some();
      if (::testing::Test::HasFatalFailure()) return;
      if (i % 8 == 7) page_.commit();
    }
    page_.commit_and_recover();
  }
  uint64_t in_place() const { return in_place_; }
  uint64_t rebuilds() const { return rebuilds_; }

 private:
  TableSchema make_schema() {
    TableSchema schema = all_kinds_schema(random_.chance(300));
    // Few columns leave room for many rows.
    if (random_.chance(600)) {
      const size_t first = random_.below(schema.columns.size() - 4);
      schema.columns = {schema.columns.begin() + static_cast<ptrdiff_t>(first),
                        schema.columns.begin() + static_cast<ptrdiff_t>(first) + 4};
      schema.row_id_column = kNoColumn;
    }
    return schema;
  }
  void open_schema() {
    builder_ = std::make_unique<LeafBuilder>(*schema_, page_.content_bytes());
    editor_ = std::make_unique<LeafEditor>(*schema_, page_.content_bytes());
    hints_ = {};
  }

  LeafRow random_row(int64_t id) {
    LeafRow row;
    for (size_t c = 0; c < schema_->columns.size(); ++c) {
      row.push_back(random_value(schema_->columns[c], shapes_[c], random_));
      if (c == schema_->row_id_column) row.back() = big(id);
    }
    return row;
  }
  int64_t random_id() {
    const uint64_t id = id_span_ == ~uint64_t{0} ? random_.next() : random_.below(id_span_);
    return static_cast<int64_t>(id);
  }
  uint32_t random_position() const { return static_cast<uint32_t>(random_.below(model_.size())); }

  // The old leaf as sources, with `batch` instead of the rows at [position, position + replaced).
  void rebuild(uint32_t position, const RowBatch* batch, uint32_t replaced, bool sparse) {
    ++rebuilds_;
    const std::vector<std::byte> old_page = page_.copy();
    const TableLeaf old(old_page.data());
    const uint32_t taken = batch == nullptr ? 0 : batch->rows;
    const LeafSource parts[3] = {{&old, nullptr, 0, position},
                                 {nullptr, batch, 0, taken},
                                 {&old, nullptr, position + replaced, old.rows() - position - replaced}};
    if (page_.build(*builder_, parts, sparse, 0, hints_)) return;
    // A split: the rows that fit, from the front, stay.
    const uint32_t fitting =
        builder_->fitting(parts, sparse, 50 + static_cast<uint32_t>(random_.below(51)), hints_);
    ASSERT_GT(fitting, 0u);
    std::vector<LeafSource> kept;
    uint32_t rows = 0;
    for (LeafSource part : parts) {
      part.count = std::min(part.count, fitting - rows);
      rows += part.count;
      kept.push_back(part);
    }
    ASSERT_TRUE(page_.build(*builder_, kept, sparse, 0, hints_)) << "what is fitting can be planned";
    model_.erase(std::next(model_.begin(), fitting), model_.end());
  }

  void insert_one() {
    const int64_t id = random_id();
    if (model_.count(id) != 0) return;
    LeafModel one;
    one[id] = random_row(id);
    const LeafRows rows(*schema_, one);
    const uint32_t position = page_.leaf().lower_bound(id);
    model_[id] = one[id];
    if (unchanged_unless_done([&] { return editor_->insert(page_.writer(), position, rows.batch(), 0); })) {
      return;
    }
    rebuild(position, &rows.batch(), 0, position != page_.leaf().rows() || random_.chance(500));
  }

  // True if done in place; a rebuild must find the page as it was.
  template <typename Change>
  bool unchanged_unless_done(Change&& change) {
    const std::vector<std::byte> before = page_.copy();
    const LeafChange done = change();
    if (done == LeafChange::kDone) {
      ++in_place_;
      return true;
    }
    EXPECT_EQ(page_.copy(), before);
    return false;
  }

  void append_some() {
    int64_t id = model_.empty() ? random_id() : model_.rbegin()->first;
    const auto count = static_cast<uint32_t>(1 + random_.below(random_.chance(300) ? 600 : 20));
    const uint64_t gap = random_.chance(700) ? 1 : 1 + random_.below(1000);
    LeafModel more;
    for (uint32_t i = 0; i < count; ++i) {
      if (id > INT64_MAX - 2000) break;
      id += static_cast<int64_t>(1 + random_.below(gap));
      more[id] = random_row(id);
    }
    if (more.empty()) return;
    const LeafRows rows(*schema_, more);
    const uint32_t appended = editor_->append(page_.writer(), rows.batch(), 0, rows.batch().rows);
    ASSERT_LE(appended, rows.batch().rows);
    in_place_ += appended;
    auto row = more.begin();
    for (uint32_t i = 0; i < appended; ++i, ++row) model_.insert(*row);
    if (appended == rows.batch().rows) return;
    // The next one needs a rebuild.
    const LeafModel one{{row->first, row->second}};
    const LeafRows next(*schema_, one);
    const uint32_t at = page_.leaf().rows();
    EXPECT_EQ(editor_->append(page_.writer(), next.batch(), 0, 1), 0u);
    EXPECT_EQ(page_.leaf().rows(), at);
    model_.insert(*row);
    rebuild(at, &next.batch(), 0, page_.leaf().permutation() != 0);
  }

  void update_one() {
    if (model_.empty()) return;
    const uint32_t position = random_position();
    const auto column = static_cast<uint32_t>(random_.below(schema_->columns.size()));
    if (column == schema_->row_id_column) return;
    auto row = std::next(model_.begin(), position);
    LeafModel one{{row->first, row->second}};
    ValueShape shape = shapes_[column];
    if (random_.chance(100)) shape = random_shape(schema_->columns[column], random_);
    one.begin()->second[column] = random_value(schema_->columns[column], shape, random_);
    const LeafRows rows(*schema_, one);
    row->second = one.begin()->second;
    const bool overflow = row->second[column].overflow;
    if (unchanged_unless_done([&] {
          return editor_->update(page_.writer(), page_.leaf().slot(position), column,
                                 *rows.batch().columns[column], 0, overflow);
        })) {
      return;
    }
    rebuild(position, &rows.batch(), 1, page_.leaf().permutation() != 0);
  }

  void erase_one() {
    if (model_.empty()) return;
    const uint32_t position =
        random_.chance(200) ? static_cast<uint32_t>(model_.size()) - 1 : random_position();
    model_.erase(std::next(model_.begin(), position));
    const bool only_last = page_.leaf().permutation() == 0;
    const bool is_last = position + 1 == page_.leaf().rows();
    if (unchanged_unless_done([&] { return editor_->erase(page_.writer(), position); })) return;
    EXPECT_TRUE(only_last && !is_last);
    rebuild(position, nullptr, 1, true);
  }

  // The leaf stays as it is until its next change; reads convert.
  void change_schema() {
    auto next = std::make_unique<TableSchema>(*schema_);
    ++next->version;
    if (random_.chance(500) && next->columns.size() > 2) {
      const auto column = static_cast<uint32_t>(random_.below(next->columns.size()));
      if (column == next->row_id_column) return;
      next->columns.erase(next->columns.begin() + column);
      if (next->row_id_column != kNoColumn && column < next->row_id_column) --next->row_id_column;
      shapes_.erase(shapes_.begin() + column);
      for (auto& [id, row] : model_) row.erase(row.begin() + column);
    } else if (next->columns.size() < 20) {
      const TableSchema kinds = all_kinds_schema(false);
      TableColumn added = kinds.columns[random_.below(kinds.columns.size())];
      added.id = next_id_++;
      ValueShape shape = random_shape(added, random_);
      shape.overflows = 0;
      const LeafValue missing = random_value(added, shape, random_);
      added.missing = missing.value;
      next->columns.push_back(added);
      shapes_.push_back(random_shape(added, random_));
      for (auto& [id, row] : model_) row.push_back(missing);
    }
    schema_ = std::move(next);
    open_schema();
    expect_leaf_is(page_, *schema_, model_, random_);
    if (::testing::Test::HasFatalFailure()) return;
    filter_some();
    rebuild(0, nullptr, 0, page_.leaf().permutation() != 0);
  }

  void step() {
    const uint64_t kind = random_.below(100);
    if (kind < 35) {
      insert_one();
    } else if (kind < 50) {
      append_some();
    } else if (kind < 75) {
      update_one();
    } else if (kind < 94) {
      erase_one();
    } else if (kind < 97) {
      rebuild(0, nullptr, 0, random_.chance(500));
    } else {
      change_schema();
    }
  }

  void filter_some() {
    for (int i = 0; i < 4; ++i) {
      const auto column = static_cast<uint32_t>(random_.below(schema_->columns.size()));
      const auto op = static_cast<CompareOp>(random_.below(8));
      LeafValue constant = random_value(schema_->columns[column], shapes_[column], random_);
      if (!model_.empty() && random_.chance(700))
        constant = std::next(model_.begin(), random_position())->second[column];
      expect_filter(page_, *schema_, model_, column, op, constant.value, random_);
      if (::testing::Test::HasFatalFailure()) return;
    }
  }

  mutable SeededRandom random_;
  LeafPage page_;
  std::unique_ptr<TableSchema> schema_;
  std::unique_ptr<LeafBuilder> builder_;
  std::unique_ptr<LeafEditor> editor_;
  LeafHints hints_;
  std::vector<ValueShape> shapes_;
  LeafModel model_;
  uint16_t next_id_ = 0;
  uint64_t id_span_ = 500;
  uint64_t in_place_ = 0;
  uint64_t rebuilds_ = 0;
};

// The six columns of the measurement table, more or less.
class LeafEditTest : public ::testing::Test {
 protected:
  void SetUp() override {
    schema_.columns = {leaf_column(1, SqlTypeId::kBigint),  leaf_column(2, SqlTypeId::kInteger),
                       leaf_column(3, SqlTypeId::kText),    leaf_column(4, SqlTypeId::kText),
                       leaf_column(5, SqlTypeId::kBoolean), leaf_column(6, SqlTypeId::kDoublePrecision)};
    builder_ = std::make_unique<LeafBuilder>(schema_, page_.content_bytes());
    editor_ = std::make_unique<LeafEditor>(schema_, page_.content_bytes());
  }
  LeafRow row(int64_t i) {
    return {big(i * 7919 % 100'000),
            {Value{schema_.columns[1].type, static_cast<int32_t>(i % 1000)}},
            text("name" + std::to_string(i % 997)),
            text("0123456789"),
            {Value{schema_.columns[4].type, i % 3 == 0}},
            {Value{schema_.columns[5].type, 0.25 * static_cast<double>(i)}}};
  }
  void build(const LeafModel& model, bool sparse, uint32_t room = 0) {
    const LeafRows rows(schema_, model);
    const LeafSource source{nullptr, &rows.batch(), 0, rows.batch().rows};
    ASSERT_TRUE(page_.build(*builder_, {&source, 1}, sparse, room, hints_));
  }
  LeafChange insert(int64_t id, const LeafRow& values) {
    const LeafRows rows(schema_, {{id, values}});
    return editor_->insert(page_.writer(), page_.leaf().lower_bound(id), rows.batch(), 0);
  }
  LeafChange update(uint32_t position, uint32_t column, const LeafValue& value) {
    LeafRow values = row(1);
    values[column] = value;
    const LeafRows rows(schema_, {{1, values}});
    return editor_->update(page_.writer(), page_.leaf().slot(position), column, *rows.batch().columns[column],
                           0, value.overflow);
  }

  TableSchema schema_;
  LeafPage page_{16384};
  std::unique_ptr<LeafBuilder> builder_;
  std::unique_ptr<LeafEditor> editor_;
  LeafHints hints_;
  SeededRandom random_{7};
};

// Bytes that a delta of the page carries, as txn counts them: differing bytes, gaps under 8 joined, 4 bytes a range.
size_t delta_bytes(const std::vector<std::byte>& before, const std::vector<std::byte>& after) {
  size_t bytes = 0;
  size_t end = 0;
  for (size_t i = kPageHeaderBytes; i < before.size(); ++i) {
    if (before[i] == after[i]) continue;
    bytes += end != 0 && i - end < 8 ? i - end + 1 : 5;
    end = i + 1;
  }
  return bytes;
}

TEST_F(LeafEditTest, RandomRowsLogAtMost600BytesInTheMedian) {
  LeafModel model;
  for (int64_t i = 0; i < 100; ++i) model[static_cast<int64_t>(random_.below(10'000'000))] = row(i * 10 + 9);
  build(model, true);
  std::vector<size_t> inserts;
  std::vector<size_t> deletes;
  while (page_.leaf().used() < page_.leaf().capacity()) {
    const auto id = static_cast<int64_t>(random_.below(10'000'000));
    if (model.count(id) != 0) continue;
    const std::vector<std::byte> before = page_.copy();
    if (insert(id, row(id % 1000)) == LeafChange::kRebuild) break;
    model[id] = row(id % 1000);
    inserts.push_back(delta_bytes(before, page_.copy()));
  }
  ASSERT_GT(inserts.size(), 100u);
  expect_leaf_is(page_, schema_, model, random_);
  while (model.size() > 50) {
    const auto position = static_cast<uint32_t>(random_.below(model.size()));
    const std::vector<std::byte> before = page_.copy();
    ASSERT_EQ(editor_->erase(page_.writer(), position), LeafChange::kDone);
    model.erase(std::next(model.begin(), position));
    deletes.push_back(delta_bytes(before, page_.copy()));
  }
  std::sort(inserts.begin(), inserts.end());
  std::sort(deletes.begin(), deletes.end());
  EXPECT_LE(inserts[inserts.size() / 2], 600u);
  EXPECT_LE(deletes[deletes.size() / 2], 600u);
  RecordProperty("insert_bytes", static_cast<int>(inserts[inserts.size() / 2]));
  RecordProperty("delete_bytes", static_cast<int>(deletes[deletes.size() / 2]));
}

TEST_F(LeafEditTest, ShorterTextShrinksInPlaceAndLongerIsAppended) {
  LeafModel model;
  for (int64_t i = 1; i <= 50; ++i) model[i] = row(i * 13);
  build(model, false);
  const uint32_t heap = page_.leaf().heap_start();
  ASSERT_EQ(update(10, 2, text("x")), LeafChange::kDone);
  model[11][2] = text("x");
  EXPECT_EQ(page_.leaf().heap_start(), heap);
  const uint32_t garbage = page_.leaf().heap_garbage();
  EXPECT_GT(garbage, 0u);
  ASSERT_EQ(update(10, 2, text("longer again")), LeafChange::kDone);
  model[11][2] = text("longer again");
  EXPECT_EQ(page_.leaf().heap_start(), heap - 12);
  EXPECT_EQ(page_.leaf().heap_garbage(), garbage + 1);
  // At the heap's edge: nothing is lost.
  ASSERT_EQ(update(10, 2, text("longer once more")), LeafChange::kDone);
  model[11][2] = text("longer once more");
  EXPECT_EQ(page_.leaf().heap_start(), heap - 16);
  EXPECT_EQ(page_.leaf().heap_garbage(), garbage + 1);
  expect_leaf_is(page_, schema_, model, random_);
}

TEST_F(LeafEditTest, WhatDoesNotFitIsARebuild) {
  LeafModel model;
  for (int64_t i = 1; i <= 20; ++i) model[i] = row(i * 13);
  build(model, false);
  EXPECT_EQ(update(3, 1, {Value{schema_.columns[1].type, 1 << 20}}), LeafChange::kRebuild);
  EXPECT_EQ(update(3, 3, text("other length")), LeafChange::kRebuild);
  EXPECT_EQ(update(3, 0, null_of(schema_.columns[0].type)), LeafChange::kRebuild);
  EXPECT_EQ(insert(-5, row(1)), LeafChange::kRebuild);
  EXPECT_EQ(insert(20 + (1 << 16), row(1)), LeafChange::kRebuild);
  EXPECT_EQ(insert(21, row(20 * 13)), LeafChange::kDone);
  model[21] = row(20 * 13);
  EXPECT_EQ(editor_->erase(page_.writer(), 20), LeafChange::kDone);
  model.erase(21);
  expect_leaf_is(page_, schema_, model, random_);
}

TEST_F(LeafEditTest, AnAppendedLeafHasRoomForAPermutation) {
  LeafModel model;
  for (int64_t i = 1; i <= 20; ++i) model[i * 2] = row(i * 13);
  build(model, false);
  // Appends leave the room free.
  for (int64_t i = 21; insert(i * 2, row(20 * 13)) == LeafChange::kDone; ++i) model[i * 2] = row(20 * 13);
  ASSERT_GT(model.size(), 21u);
  ASSERT_EQ(page_.leaf().permutation(), 0u);
  const uint32_t end = page_.leaf().arrays_end();
  const uint32_t heap = page_.leaf().heap_start();
  ASSERT_GE(heap - end, 2 * page_.leaf().capacity());
  ASSERT_EQ(editor_->erase(page_.writer(), 3), LeafChange::kDone);
  model.erase(8);
  EXPECT_EQ(page_.leaf().permutation(), end);
  EXPECT_EQ(page_.leaf().heap_start(), heap);
  expect_leaf_is(page_, schema_, model, random_);
  // Without the room it is a rebuild, and nothing changes.
  build(model, false);
  store_le<uint16_t>(page_.writer().change(50, 2),
                     static_cast<uint16_t>(page_.leaf().heap_start() - page_.leaf().heap_start() % 2));
  ASSERT_EQ(page_.leaf().permutation(), 0u);
  EXPECT_EQ(editor_->erase(page_.writer(), 3), LeafChange::kRebuild);
  EXPECT_EQ(insert(9, row(1)), LeafChange::kRebuild);
  expect_leaf_is(page_, schema_, model, random_);
}

TEST_F(LeafEditTest, TheLastRowGivesItsHeapBytesBack) {
  LeafModel model;
  for (int64_t i = 1; i <= 20; ++i) model[i * 10] = row(i * 13);
  build(model, true);
  const uint32_t heap = page_.leaf().heap_start();
  ASSERT_EQ(insert(55, row(5 * 13)), LeafChange::kDone);
  ASSERT_EQ(editor_->erase(page_.writer(), page_.leaf().lower_bound(55)), LeafChange::kDone);
  EXPECT_EQ(page_.leaf().heap_start(), heap);
  EXPECT_EQ(page_.leaf().heap_garbage(), 0u);
  EXPECT_EQ(page_.leaf().used(), 20u);
  expect_leaf_is(page_, schema_, model, random_);
}

class LeafEditPropertyTest : public ::testing::TestWithParam<uint32_t> {};

TEST_P(LeafEditPropertyTest, LeavesHoldWhatTheirModelHolds) {
  // DDB_SEED: that one alone.
  const char* given = std::getenv("DDB_SEED");
  const uint64_t first = given != nullptr ? std::strtoull(given, nullptr, 10) : 1;
  const uint64_t seeds = given != nullptr ? 1 : 30;
  uint64_t in_place = 0;
  uint64_t rebuilds = 0;
  for (uint64_t seed = first; seed < first + seeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", page bytes " + std::to_string(GetParam()));
    LeafTrace trace(seed * 100'003 + GetParam(), GetParam());
    trace.run(60);
    if (::testing::Test::HasFatalFailure() || ::testing::Test::HasNonfatalFailure()) return;
    in_place += trace.in_place();
    rebuilds += trace.rebuilds();
  }
  // Of one seed alone it need not hold.
  if (seeds > 1) {
    EXPECT_GT(in_place, rebuilds);
  }
}

INSTANTIATE_TEST_SUITE_P(PageBytes, LeafEditPropertyTest, ::testing::Values(4096u, 8192u, 16384u, 32768u));

}  // namespace
}  // namespace ddb
