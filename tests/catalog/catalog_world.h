// catalog_world: a database with a catalog on a memory file system, and definitions in few words.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "btree/index_writer.h"
#include "btree/table_writer.h"
#include "catalog/catalog_cache.h"
#include "catalog/catalog_verify.h"
#include "catalog/catalog_writer.h"
#include "catalog/sequences.h"
#include "txn/database.h"
#include "txn/session.h"
#include "vfs/memory_vfs.h"

#define EXPECT_STATE(state, expr) EXPECT_PRED2(::ddb::is_in_state, expr, std::string(state))
#define ASSERT_OK(expr)                                      \
  do {                                                       \
    const ::ddb::Status ok_status = (expr);                  \
    ASSERT_TRUE(ok_status.is_ok()) << ok_status.to_string(); \
  } while (false)
#define EXPECT_OK(expr)                                      \
  do {                                                       \
    const ::ddb::Status ok_status = (expr);                  \
    EXPECT_TRUE(ok_status.is_ok()) << ok_status.to_string(); \
  } while (false)

namespace ddb {

inline bool is_in_state(const Status& status, const std::string& state) {
  return status.sqlstate().view() == state;
}
inline std::ostream& operator<<(std::ostream& out, const Status& status) { return out << status.to_string(); }

constexpr SqlType plain(SqlTypeId id) { return {id, kNoTypmod}; }

inline ColumnDef column(uint16_t id, std::string name, SqlTypeId type = SqlTypeId::kInteger) {
  ColumnDef made;
  made.id = ColumnId(id);
  made.name = std::move(name);
  made.type = plain(type);
  return made;
}

// `id bigint primary key` as the row id, then a, b, … of type integer.
inline TableDef table_of(std::string name, int columns, SchemaId schema = SchemaId(16)) {
  TableDef table;
  table.schema = schema;
  table.name = std::move(name);
  table.columns.push_back(column(1, "id", SqlTypeId::kBigint));
  table.columns[0].not_null = true;
  table.row_id_column = ColumnId(1);
  for (int i = 0; i < columns; ++i) {
    table.columns.push_back(column(static_cast<uint16_t>(i + 2), std::string(1, static_cast<char>('a' + i))));
  }
  table.next_column_id = static_cast<uint16_t>(columns + 2);
  return table;
}

inline StoredExpression expression(std::vector<ObjectReference> references, std::string text = "e") {
  BoundExpression bound;
  bound.bytes = "bound:" + text;
  bound.text = std::move(text);
  bound.references = std::move(references);
  StoredExpression made;
  made.content = std::move(bound);
  return made;
}

inline StoredExpression constant(int32_t value) {
  StoredExpression made;
  made.content = Value{plain(SqlTypeId::kInteger), value};
  return made;
}

// One open database with what a host keeps beside it.
struct CatalogHost {
  CatalogHost() : cache(Runtime::native()), sequences(Runtime::native()) {}
  std::unique_ptr<Database> database;
  CatalogCache cache;
  Sequences sequences;
};

class CatalogWorld : public testing::Test {
 protected:
  explicit CatalogWorld(uint64_t disk_bytes = ~uint64_t{0}) : vfs_(disk_bytes) {}
  void SetUp() override {
    open();
    ASSERT_OK(session_->begin_write());
    ASSERT_OK(create_catalog(host_->cache, *session_));
    ASSERT_OK(session_->commit().status());
  }
  void TearDown() override {
    writer_.reset();
    session_.reset();
    host_.reset();
  }

  void open() {
    host_ = std::make_unique<CatalogHost>();
    Options options;
    options.vfs = &vfs_;
    options.page_bytes = page_bytes_;
    options.background_threads = false;
    auto opened = Database::open("catalog.ddb", options);
    ASSERT_TRUE(opened.is_ok()) << opened.status().to_string();
    host_->database = std::move(*opened);
    session_ = new_session();
    writer_ = std::make_unique<CatalogWriter>(host_->cache, *session_);
  }
  std::unique_ptr<Session> new_session() { return std::move(host_->database->new_session()).value(); }
  // Without a clean close: what was not committed is lost.
  void reopen() {
    writer_.reset();
    session_.reset();
    host_.reset();
    open();
  }

  std::shared_ptr<const Catalog> now() {
    auto catalog = host_->cache.get(*session_);
    EXPECT_TRUE(catalog.is_ok()) << catalog.status().to_string();
    return catalog.is_ok() ? *catalog : nullptr;
  }
  static constexpr SchemaId kPublic{16};
  TableDef def(TableId id) {
    auto found = now()->table(*session_, id);
    EXPECT_TRUE(found.is_ok()) << found.status().to_string();
    return found.is_ok() ? *found.value() : TableDef();
  }

  // In the session's write transaction, with an empty tree.
  Result<TableId> add_table(TableDef table) {
    DDB_TRY(table.tree.tree, writer_->new_tree_id());
    const TableSchema schema = make_table_schema(table);
    DDB_TRY(table.tree, create_table_tree(*session_, table.tree.tree, schema));
    return writer_->add_table(std::move(table));
  }
  TableId table(const std::string& name, int columns = 3) {
    auto id = add_table(table_of(name, columns));
    EXPECT_TRUE(id.is_ok()) << id.status().to_string();
    return id.is_ok() ? *id : TableId();
  }
  IndexId index(TableId table, const std::string& name, std::vector<uint16_t> columns, bool unique = false) {
    IndexDef index;
    index.table = table;
    index.schema = kPublic;
    index.name = name;
    index.unique = unique;
    for (const uint16_t id : columns) {
      index.key.emplace_back();
      index.key.back().column = ColumnId(id);
    }
    const TreeId tree = std::move(writer_->new_tree_id()).value();
    index.tree = std::move(create_index_tree(*session_, tree, false)).value();
    auto id = writer_->add_index(std::move(index));
    EXPECT_TRUE(id.is_ok()) << id.status().to_string();
    return id.is_ok() ? *id : IndexId();
  }
  Result<ConstraintId> add_key(TableId table, const std::string& name, ConstraintKind kind,
                               std::vector<uint16_t> columns, IndexId index) {
    ConstraintDef key;
    key.table = table;
    key.name = name;
    key.kind = kind;
    for (const uint16_t id : columns) key.columns.emplace_back(id);
    key.index = index;
    return writer_->add_constraint(std::move(key));
  }
  ConstraintId primary_key(TableId table, const std::string& name) {
    auto id = add_key(table, name, ConstraintKind::kPrimaryKey, {1}, IndexId());
    EXPECT_TRUE(id.is_ok()) << id.status().to_string();
    return id.is_ok() ? *id : ConstraintId();
  }
  static ConstraintDef foreign_key(TableId table, const std::string& name, uint16_t column_id, TableId parent,
                                   ConstraintId key) {
    ConstraintDef made;
    made.table = table;
    made.name = name;
    made.kind = ConstraintKind::kForeignKey;
    made.columns = {ColumnId(column_id)};
    made.referenced_table = parent;
    made.referenced_columns = {ColumnId(1)};
    made.referenced_constraint = key;
    return made;
  }
  SequenceId sequence(const std::string& name, ObjectReference owner = {}) {
    SequenceDef made;
    made.schema = kPublic;
    made.name = name;
    made.owner = owner;
    auto id = writer_->add_sequence(std::move(made));
    EXPECT_TRUE(id.is_ok()) << id.status().to_string();
    return id.is_ok() ? *id : SequenceId();
  }
  ViewId view(const std::string& name, std::vector<ObjectReference> references) {
    ViewDef made;
    made.schema = kPublic;
    made.name = name;
    made.columns.push_back({"v", plain(SqlTypeId::kInteger), ""});
    made.query = expression(std::move(references), "SELECT");
    auto id = writer_->add_view(std::move(made));
    EXPECT_TRUE(id.is_ok()) << id.status().to_string();
    return id.is_ok() ? *id : ViewId();
  }

  void begin() { ASSERT_OK(session_->begin_write()); }
  void commit() { ASSERT_OK(session_->commit().status()); }
  void rollback() { ASSERT_OK(session_->rollback()); }

  // In the session's transaction or one of its own.
  void expect_sound() {
    const bool own = !session_->in_transaction();
    if (own) ASSERT_OK(session_->begin_read());
    CatalogReport report;
    EXPECT_OK(verify_catalog(*session_, 5, &report));
    EXPECT_EQ(report.findings_count, 0u);
    for (const CatalogFinding& finding : report.findings) {
      ADD_FAILURE() << finding.object.value << ": " << finding.text;
    }
    if (own) ASSERT_OK(session_->rollback());
  }

  MemoryVfs vfs_;
  uint32_t page_bytes_ = 4096;
  std::unique_ptr<CatalogHost> host_;
  std::unique_ptr<Session> session_;
  std::unique_ptr<CatalogWriter> writer_;
};

}  // namespace ddb
