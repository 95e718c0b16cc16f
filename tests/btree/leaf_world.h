// leaf_world: one table leaf in a private page, rows of values for it, and a slow, obvious model that it is compared with.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/seeded_random.h"
#include "btree/leaf_build.h"
#include "btree/leaf_edit.h"
#include "btree/leaf_read.h"
#include "btree/row_batch.h"
#include "btree/table_leaf.h"
#include "btree/table_schema.h"
#include "record/batch_arena.h"
#include "record/physical_kind.h"
#include "record/vector.h"
#include "record/vector_value.h"
#include "txn/database.h"
#include "txn/session.h"
#include "vfs/memory_vfs.h"

namespace ddb {

// A value on its way into a leaf; `overflow`: its text is the bytes of a reference.
struct LeafValue {
  Value value;
  bool overflow = false;
};
using LeafRow = std::vector<LeafValue>;  // by schema column
using LeafModel = std::map<int64_t, LeafRow>;

inline TableColumn leaf_column(uint16_t id, SqlType type) {
  TableColumn column;
  column.id = id;
  column.type = type;
  column.kind = physical_kind(type);
  column.missing = Value{type, Null{}};
  return column;
}
inline TableColumn leaf_column(uint16_t id, SqlTypeId type) {
  return leaf_column(id, SqlType{type, kNoTypmod});
}

inline LeafValue null_of(const SqlType& type) { return {Value{type, Null{}}, false}; }
inline LeafValue big(int64_t value) { return {Value{{SqlTypeId::kBigint, kNoTypmod}, value}, false}; }
inline LeafValue text(std::string value) {
  return {Value{{SqlTypeId::kText, kNoTypmod}, std::move(value)}, false};
}

// Rows as a batch.
class LeafRows {
 public:
  LeafRows(const TableSchema& schema, const LeafModel& rows) : buffers_(1 << 26), heap_(1 << 26) {
    const size_t columns = schema.columns.size();
    vectors_ = std::make_unique<Vector[]>(columns);
    words_.assign(columns, std::vector<uint64_t>(kValidityWordsMax));
    for (const auto& entry : rows) ids_.push_back(entry.first);
    for (size_t c = 0; c < columns; ++c) {
      EXPECT_TRUE(vectors_[c].allocate(schema.columns[c].kind, kVectorRowsMax, buffers_).is_ok());
      uint32_t row = 0;
      for (const auto& [id, values] : rows) set(static_cast<uint32_t>(c), row++, values[c]);
      pointers_.push_back(c == schema.row_id_column ? nullptr : &vectors_[c]);
      bitmaps_.push_back(words_[c].data());
    }
    batch_ = {static_cast<uint32_t>(ids_.size()), ids_.data(), pointers_, bitmaps_.data()};
  }
  const RowBatch& batch() const { return batch_; }

 private:
  void set(uint32_t column, uint32_t row, const LeafValue& value) {
    if (value.value.is_null()) {
      vectors_[column].set_null(row);
    } else {
      EXPECT_TRUE(set_value(vectors_[column], row, value.value, heap_).is_ok());
    }
    if (value.overflow) words_[column][row / 64] |= uint64_t{1} << (row % 64);
  }

  BatchArena buffers_;
  BatchArena heap_;
  std::unique_ptr<Vector[]> vectors_;
  std::vector<std::vector<uint64_t>> words_;
  std::vector<int64_t> ids_;
  std::vector<const Vector*> pointers_;
  std::vector<const uint64_t*> bitmaps_;
  RowBatch batch_;
};

class LeafPage {
 public:
  explicit LeafPage(uint32_t page_bytes, uint32_t reserved_bytes = 0) {
    options_.vfs = &vfs_;
    options_.page_bytes = page_bytes;
    options_.reserved_bytes = reserved_bytes;
    options_.background_threads = false;
    open();
    EXPECT_TRUE(session_->begin_write().is_ok());
    auto made = session_->allocate(TreeId(7), kTableLeaf, &number_);
    EXPECT_TRUE(made.is_ok()) << made.status().to_string();
    writer_ = std::move(made).value();
  }
  PageWriter& writer() { return writer_; }
  uint32_t page_bytes() const { return db_->page_bytes(); }
  uint32_t content_bytes() const { return db_->content_bytes(); }
  TableLeaf leaf() const { return TableLeaf(writer_.data()); }
  Status check() const {
    return check_table_leaf(std::span(writer_.data(), db_->page_bytes()), db_->content_bytes());
  }
  // Commits and goes on with the page.
  void commit() {
    writer_.release();
    EXPECT_TRUE(session_->commit().is_ok());
    go_on();
  }
  // Commits and recovers the page from the log, which has only what was marked as changed.
  void commit_and_recover() {
    const std::vector<std::byte> before = copy();
    writer_.release();
    EXPECT_TRUE(session_->commit().is_ok());
    session_.reset();
    db_.reset();
    open();
    go_on();
    std::vector<std::byte> after = copy();
    std::copy_n(before.begin(), kPageHeaderBytes, after.begin());
    EXPECT_EQ(after, before);
  }
  std::vector<std::byte> copy() const { return {writer_.data(), writer_.data() + db_->page_bytes()}; }
  // Plans and writes; the old content may be a source.
  bool build(LeafBuilder& builder, std::span<const LeafSource> sources, bool sparse, uint32_t room,
             LeafHints& hints) {
    if (!builder.plan(sources, sparse, room, hints)) return false;
    std::vector<std::byte> page(page_bytes());
    builder.write(sources, page.data());
    writer_.write(kPageHeaderBytes, page.data() + kPageHeaderBytes, content_bytes() - kPageHeaderBytes);
    return true;
  }

 private:
  void open() {
    auto opened = Database::open("leaf.ddb", options_);
    EXPECT_TRUE(opened.is_ok()) << opened.status().to_string();
    db_ = std::move(opened).value();
    session_ = std::move(db_->new_session()).value();
  }
  void go_on() {
    EXPECT_TRUE(session_->begin_write().is_ok());
    auto changed = session_->change(number_);
    EXPECT_TRUE(changed.is_ok()) << changed.status().to_string();
    writer_ = std::move(changed).value();
  }

  MemoryVfs vfs_;
  Options options_;
  std::unique_ptr<Database> db_;
  std::unique_ptr<Session> session_;
  PageNo number_;
  PageWriter writer_;
};

// How the values of a column are drawn.
struct ValueShape {
  int64_t low = 0;
  uint64_t span = 1000;  // of integers
  uint32_t length = 8;   // of strings, at most
  bool same_length = false;
  uint32_t nulls = 0;      // per mille
  uint32_t overflows = 0;  // per mille
};
ValueShape random_shape(const TableColumn& column, SeededRandom& random);
LeafValue random_value(const TableColumn& column, const ValueShape& shape, SeededRandom& random);

// One column of every kind; ids ascend, the second is the row id if `with_key`.
TableSchema all_kinds_schema(bool with_key);

// filter_range() and filter_positions() of this predicate agree with comparing values one by one.
void expect_filter(const LeafPage& page, const TableSchema& schema, const LeafModel& model, uint32_t column,
                   CompareOp op, const Value& constant, SeededRandom& random);

// Bytes of the heap that the rows' cells refer to.
inline uint32_t live_heap_bytes(const TableLeaf& leaf) {
  uint32_t bytes = 0;
  for (uint32_t c = 0; c < leaf.columns(); ++c) {
    const LeafEntry entry = leaf.column(c);
    if (entry.encoding != LeafEncoding::kHeap) continue;
    for (uint32_t i = 0; i < leaf.rows(); ++i) {
      const uint32_t slot = leaf.slot(i);
      if (!leaf.is_valid(entry, slot)) continue;
      const auto length = load_le<uint16_t>(leaf.page() + entry.offset + slot * 4 + 2);
      bytes += length == kOverflowLength ? kOverflowRefBytes : length;
    }
  }
  return bytes;
}

// Reads every cell in every way and compares with the model: read_row_ids, lower_bound, read_column, read_cell, read_positions.
void expect_leaf_is(const LeafPage& page, const TableSchema& schema, const LeafModel& model,
                    SeededRandom& random);

}  // namespace ddb
