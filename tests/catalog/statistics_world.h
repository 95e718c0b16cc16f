// statistics_world: a table in memory whose rows a test makes up, and what is to be known of them.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/seeded_random.h"
#include "btree/table_writer.h"
#include "catalog/statistics_build.h"
#include "record/key_encode.h"
#include "record/vector_value.h"
#include "txn/database.h"
#include "txn/session.h"

namespace ddb {

inline std::string key_of(const Value& value) {
  ByteBuffer key;
  append_key(KeyColumn{value.type}, value, key);
  return std::string(key.view());
}

inline Value big_value(int64_t value) { return Value{{SqlTypeId::kBigint, kNoTypmod}, value}; }
inline Value text_value(std::string value) { return Value{{SqlTypeId::kText, kNoTypmod}, std::move(value)}; }

class StatisticsWorld {
 public:
  // The columns get ids 1, 2, …; `keyed`: the first is the row id.
  explicit StatisticsWorld(const std::vector<SqlType>& types, bool keyed = false,
                           uint32_t page_bytes = 4096) {
    for (const SqlType& type : types) add_column(type, Value{type, Null{}});
    if (keyed) schema_.row_id_column = 0;
    Options options;
    options.page_bytes = page_bytes;
    options.background_threads = false;
    auto opened = Database::open(":memory:", options);
    EXPECT_TRUE(opened.is_ok()) << opened.status().to_string();
    database_ = std::move(*opened);
    session_ = std::move(database_->new_session()).value();
    EXPECT_TRUE(session_->begin_write().is_ok());
    auto made = create_table_tree(*session_, TreeId(7), schema_);
    EXPECT_TRUE(made.is_ok()) << made.status().to_string();
    tree_ = *made;
    EXPECT_TRUE(session_->commit().is_ok());
  }

  void add_column(const SqlType& type, const Value& missing) {
    TableColumn column;
    column.id = static_cast<uint16_t>(schema_.columns.size() + 1);
    column.type = type;
    column.kind = physical_kind(type);
    column.missing = missing;
    schema_.columns.push_back(column);
    if (column.id > 1) ++schema_.version;
  }

  // Rows `first`, first + 1, … with the values that `row` gives.
  void insert(uint64_t first, uint64_t rows, const std::function<std::vector<Value>(uint64_t)>& row) {
    ASSERT_TRUE(session_->begin_write().is_ok());
    TableWriter writer(*session_, tree_, schema_);
    BatchArena buffers(uint64_t{1} << 30);
    BatchArena heap(uint64_t{1} << 30);
    const size_t columns = schema_.columns.size();
    auto vectors = std::make_unique<Vector[]>(columns);
    std::vector<const Vector*> pointers;
    for (size_t c = 0; c < columns; ++c) {
      ASSERT_TRUE(vectors[c].allocate(schema_.columns[c].kind, 1024, buffers).is_ok());
      pointers.push_back(c == schema_.row_id_column ? nullptr : &vectors[c]);
    }
    std::vector<int64_t> ids;
    for (uint64_t done = 0; done < rows;) {
      ids.clear();
      heap.reset();
      for (size_t c = 0; c < columns; ++c) vectors[c].reset();
      for (; done < rows && ids.size() < 1024; ++done) {
        const std::vector<Value> values = row(first + done);
        for (size_t c = 0; c < columns; ++c) {
          const Status set = set_value(vectors[c], static_cast<uint32_t>(ids.size()), values[c], heap);
          ASSERT_TRUE(set.is_ok()) << set.to_string();
        }
        ids.push_back(static_cast<int64_t>(first + done));
      }
      const Result<uint32_t> inserted =
          writer.insert({static_cast<uint32_t>(ids.size()), ids.data(), pointers});
      ASSERT_TRUE(inserted.is_ok()) << inserted.status().to_string();
      ASSERT_EQ(inserted.value(), ids.size());
    }
    ASSERT_TRUE(session_->commit().is_ok());
  }
  void erase(const std::function<bool(int64_t)>& chosen, int64_t first, int64_t last) {
    ASSERT_TRUE(session_->begin_write().is_ok());
    TableWriter writer(*session_, tree_, schema_);
    for (int64_t id = first; id <= last; ++id) {
      if (!chosen(id)) continue;
      const Result<bool> erased = writer.erase(id);
      ASSERT_TRUE(erased.is_ok() && erased.value());
    }
    ASSERT_TRUE(session_->commit().is_ok());
  }

  Result<TableStatistics> try_analyze(const SampleOptions& options = {}) {
    EXPECT_TRUE(session_->begin_read().is_ok());
    Result<TableStatistics> found = analyze_table(*session_, tree_, schema_, options);
    EXPECT_TRUE(session_->rollback().is_ok());
    return found;
  }
  TableStatistics analyze(const SampleOptions& options = {}) {
    Result<TableStatistics> found = try_analyze(options);
    EXPECT_TRUE(found.is_ok()) << found.status().to_string();
    return found.is_ok() ? std::move(found).value() : TableStatistics();
  }

  Session& session() { return *session_; }
  Database& database() { return *database_; }
  const TableTree& tree() const { return tree_; }
  TableSchema& schema() { return schema_; }

 private:
  TableSchema schema_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Session> session_;
  TableTree tree_;
};

}  // namespace ddb
