// damaged_leaf_test: leaves that pass their own check but do not have the columns of their table: readers stay inside the page, writers
// refuse.
#include <gtest/gtest.h>

#include "btree/table_cursor.h"
#include "btree/table_writer.h"
#include "record/vector_value.h"
#include "txn/database.h"

namespace ddb {
namespace {

class DamagedLeaf : public testing::Test {
 protected:
  void SetUp() override {
    for (uint16_t id = 1; id <= 3; ++id) {
      TableColumn column;
      column.id = id;
      column.type = {SqlTypeId::kBigint, kNoTypmod};
      column.kind = PhysicalKind::kInt64;
      column.missing = {column.type, Null{}};
      schema_.columns.push_back(column);
    }
    schema_.row_id_column = 0;
    Options options;
    options.page_bytes = 4096;
    database_ = Database::open(":memory:", options).value();
    session_ = database_->new_session().value();
    ASSERT_TRUE(session_->begin_write().is_ok());
    tree_ = create_table_tree(*session_, TreeId(5), schema_).value();
    TableWriter writer(*session_, tree_, schema_);
    for (int64_t id = 1; id <= 1000; ++id) {
      ASSERT_TRUE(insert(writer, id).is_ok());
    }
    TreePath path;
    ASSERT_TRUE(find_leaf(*session_, tree_, 1000, &path).is_ok());
    ASSERT_NE(path.leaf, tree_.root);
    leaf_ = path.leaf;
    const TableLeaf view(session_->read(leaf_)->data());
    inside_ = view.row_id(view.rows() / 2);
  }
  Result<uint32_t> insert(TableWriter& writer, int64_t id) {
    BatchArena arena(1 << 16);
    Vector values;
    DDB_RETURN_IF_ERROR(values.allocate(PhysicalKind::kInt64, 1, arena));
    values.set<int64_t>(0, id * 7);
    const Vector* columns[] = {nullptr, &values, &values};
    return writer.insert({1, &id, columns});
  }
  // Leaves as the engine finds them after a damage with a right checksum: the check at load has passed.
  void damage(size_t offset, uint16_t value) {
    PageWriter page = session_->change(leaf_).value();
    store_le<uint16_t>(page.change(offset, 2), value);
    ASSERT_TRUE(check_table_leaf({page.data(), session_->page_bytes()}, session_->content_bytes()).is_ok());
  }

  TableSchema schema_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Session> session_;
  TableTree tree_;
  PageNo leaf_;
  int64_t inside_ = 0;
};

TEST_F(DamagedLeaf, AMissingColumnIsNotReadFromOutsideThePage) {
  damage(48, 1);  // columns in the directory
  // What is behind the directory now says that the second array lies far outside of the page.
  PageWriter page = session_->change(leaf_).value();
  store_le<uint16_t>(page.change(kLeafDirectory + 2 * kLeafEntryBytes + 8, 2), 60000);
  page.release();
  TableReader reader(tree_, schema_);
  BatchArena arena(1 << 16);
  Vector value;
  ASSERT_TRUE(value.allocate(PhysicalKind::kInt64, 1, arena).is_ok());
  Vector* outs[] = {&value};
  const uint32_t columns[] = {2};
  for (const int64_t id : {int64_t{1}, inside_}) {  // first a sound leaf of the same version
    FoundRow row;
    ASSERT_TRUE(reader.find(*session_, id, &row).value());
    ASSERT_TRUE(reader.read(*session_, row, columns, outs, 0, arena).is_ok());
    EXPECT_EQ(value.is_null(0), id == inside_);
    if (id == 1) {
      EXPECT_EQ(value.value<int64_t>(0), 7);
    }
  }
  TableCursor cursor(tree_, schema_);
  ScanRequest request;
  request.columns = columns;
  ASSERT_TRUE(cursor.open(*session_, request).is_ok());
  uint64_t rows = 0;
  uint64_t nulls = 0;
  for (uint32_t got = 1; got > 0; rows += got) {
    got = cursor.next_batch().value();
    for (uint32_t i = 0; i < got; ++i) nulls += cursor.column(0).is_null(i) ? 1 : 0;
  }
  EXPECT_EQ(rows, 1000u);
  EXPECT_GT(nulls, 0u);
}

TEST_F(DamagedLeaf, WritersRefuseALeafWithoutItsColumns) {
  damage(48, 1);
  TableWriter writer(*session_, tree_, schema_);
  const Result<bool> erased = writer.erase(inside_);
  ASSERT_FALSE(erased.is_ok());
  EXPECT_TRUE(erased.status().is(sqlstate::kCorrupted)) << erased.status().to_string();
  EXPECT_NE(erased.status().message().find("page " + std::to_string(leaf_.value)), std::string_view::npos);
  EXPECT_TRUE(session_->failed());
}

TEST_F(DamagedLeaf, WritersRefuseANewerSchemaVersion) {
  damage(32, 9);
  TableWriter writer(*session_, tree_, schema_);
  const Result<bool> erased = writer.erase(inside_);
  ASSERT_FALSE(erased.is_ok());
  EXPECT_TRUE(erased.status().is(sqlstate::kCorrupted)) << erased.status().to_string();
}

}  // namespace
}  // namespace ddb
