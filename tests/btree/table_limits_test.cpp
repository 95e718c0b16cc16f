// table_limits_test: what a table tree refuses, and that a lack of memory anywhere loses nothing that was committed.
#include <gtest/gtest.h>

#include "base/failing_new.h"
#include "base/seeded_random.h"
#include "btree/table_cursor.h"
#include "btree/table_writer.h"
#include "btree/verify.h"
#include "txn/database.h"
#include "vfs/memory_vfs.h"

namespace ddb {
namespace {

TableColumn column_of(uint16_t id, SqlTypeId type) {
  TableColumn column;
  column.id = id;
  column.type = {type, kNoTypmod};
  column.kind = physical_kind(column.type);
  column.missing = {column.type, Null{}};
  return column;
}

class TableLimits : public testing::Test {
 protected:
  void open(uint16_t texts) {
    Options options;
    options.vfs = &vfs_;
    options.page_bytes = 4096;
    options.background_threads = false;
    database_ = Database::open("/t.ddb", options).value();
    session_ = database_->new_session().value();
    schema_.columns.push_back(column_of(1, SqlTypeId::kBigint));
    for (uint16_t i = 0; i < texts; ++i)
      schema_.columns.push_back(column_of(static_cast<uint16_t>(2 + i), SqlTypeId::kText));
    schema_.row_id_column = 0;
    ASSERT_TRUE(session_->begin_write().is_ok());
    Result<TableTree> made = create_table_tree(*session_, TreeId(3), schema_);
    ASSERT_TRUE(made.is_ok()) << made.status().to_string();
    tree_ = *made;
    ASSERT_TRUE(session_->commit().is_ok());
  }
  // A row whose texts are all `text`.
  Result<uint32_t> insert(TableWriter& writer, int64_t id, std::string_view text) {
    BatchArena arena(1 << 16);
    Vector values;
    DDB_RETURN_IF_ERROR(values.allocate(PhysicalKind::kString, 1, arena));
    values.set<StringView16>(0, StringView16(text));
    std::vector<const Vector*> columns(schema_.columns.size(), &values);
    return writer.insert({1, &id, columns});
  }
  VerifyReport verify() {
    VerifyReport report;
    EXPECT_TRUE(session_->begin_read().is_ok());
    const VerifiedTable table{tree_, &schema_};
    EXPECT_TRUE(verify_pages(*session_, {&table, 1}, {}, 10, &report).is_ok());
    EXPECT_TRUE(session_->rollback().is_ok());
    EXPECT_EQ(report.findings_count, 0u) << report.findings[0].text;
    return report;
  }

  MemoryVfs vfs_;
  TableSchema schema_;
  TableTree tree_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Session> session_;
};

TEST_F(TableLimits, WritersNeedAWriteTransaction) {
  open(1);
  TableWriter writer(*session_, tree_, schema_);
  EXPECT_TRUE(insert(writer, 1, "a").status().is(sqlstate::kInvalidState));
  EXPECT_TRUE(writer.erase(1).status().is(sqlstate::kInvalidState));
  ASSERT_TRUE(session_->begin_read().is_ok());
  EXPECT_TRUE(insert(writer, 1, "a").status().is(sqlstate::kInvalidState));
  EXPECT_FALSE(writer.erase(1).value());  // there is no such row: nothing to write
  ASSERT_TRUE(session_->rollback().is_ok());
}

TEST_F(TableLimits, ARowThatDoesNotFitAPageIsRefusedWithoutATrace) {
  open(45);
  ASSERT_TRUE(session_->begin_write().is_ok());
  TableWriter writer(*session_, tree_, schema_);
  ASSERT_TRUE(insert(writer, 1, "short").is_ok());
  // Too short to go elsewhere, too long together.
  const Result<uint32_t> refused = insert(writer, 2, std::string(60, 'x'));
  ASSERT_FALSE(refused.is_ok());
  EXPECT_TRUE(refused.status().is(sqlstate::kProgramLimit)) << refused.status().to_string();
  EXPECT_NE(refused.status().message().find("too big"), std::string_view::npos);
  ASSERT_TRUE(session_->rollback().is_ok());
  EXPECT_EQ(verify().rows, 0u);
  // Long ones go to overflow pages, and the row fits.
  ASSERT_TRUE(session_->begin_write().is_ok());
  ASSERT_TRUE(insert(writer, 3, std::string(5000, 'y')).is_ok());
  ASSERT_TRUE(session_->commit().is_ok());
  EXPECT_EQ(verify().rows, 1u);
}

TEST_F(TableLimits, SchemasThatLeavesCannotHold) {
  open(1);
  TableSchema schema;
  for (uint16_t id = 1; id <= 90; ++id) schema.columns.push_back(column_of(id, SqlTypeId::kText));
  EXPECT_TRUE(schema.check(session_->content_bytes()).is(sqlstate::kProgramLimit));
  EXPECT_TRUE(schema.check(32768).is_ok());
  while (schema.columns.size() <= TableSchema::kColumnsMax) {
    schema.columns.push_back(
        column_of(static_cast<uint16_t>(schema.columns.size() + 1), SqlTypeId::kBoolean));
  }
  EXPECT_TRUE(schema.check(32768).is(sqlstate::kTooManyColumns));
  // A default comes into every older row of a leaf that is changed.
  TableSchema defaults;
  defaults.columns = {column_of(1, SqlTypeId::kText), column_of(2, SqlTypeId::kText)};
  defaults.columns[1].missing = {defaults.columns[1].type, std::string(2400, 'd')};
  EXPECT_TRUE(defaults.check(4096).is_ok());
  defaults.columns[1].missing = {defaults.columns[1].type, std::string(2800, 'd')};
  EXPECT_TRUE(defaults.check(4096).is(sqlstate::kProgramLimit));
  EXPECT_TRUE(defaults.check(8192).is_ok());
  TableSchema twice;
  twice.columns = {column_of(4, SqlTypeId::kText), column_of(4, SqlTypeId::kText)};
  EXPECT_TRUE(twice.check(4096).is(sqlstate::kInvalidParameter));
  TableSchema key;
  key.columns = {column_of(1, SqlTypeId::kText)};
  key.row_id_column = 0;
  EXPECT_TRUE(key.check(4096).is(sqlstate::kInvalidParameter));
  key.row_id_column = 5;
  EXPECT_TRUE(key.check(4096).is(sqlstate::kInvalidParameter));
}

// Every allocation in turn, for good and only once: the change is made or refused with 53200, and what was committed stays.
TEST_F(TableLimits, AFailedAllocationAnywhereLosesNothing) {
  open(2);
  ASSERT_TRUE(session_->begin_write().is_ok());
  {
    TableWriter writer(*session_, tree_, schema_);
    for (int64_t id = 0; id < 400; id += 2) {
      ASSERT_TRUE(insert(writer, id, std::string(40, 'z')).is_ok());
    }
  }
  ASSERT_TRUE(session_->commit().is_ok());
  for (const bool once : {false, true}) {
    bool failed = true;
    for (uint64_t nth = 1; failed; ++nth) {
      ASSERT_LT(nth, 2000u);
      ASSERT_TRUE(session_->begin_write().is_ok());
      TableWriter writer(*session_, tree_, schema_);
      const std::string text(5000, 'q');
      Status outcome;
      {
        FailingNew fail(nth, once);
        for (int64_t id = 1; id < 60 && outcome.is_ok(); id += 2) {
          try {
            outcome =
                insert(writer, id, id % 7 == 0 ? std::string_view(text) : std::string_view("new")).status();
            if (outcome.is_ok() && id % 3 == 0) outcome = writer.erase(id + 1).status();
          } catch (const std::bad_alloc&) {
            outcome = Status::out_of_memory();  // of the test's own vectors
          }
        }
        failed = FailingNew::failures() > 0;
      }
      if (!outcome.is_ok()) {
        ASSERT_TRUE(outcome.is(sqlstate::kOutOfMemory)) << outcome.to_string();
      }
      ASSERT_TRUE(session_->rollback().is_ok());
      if (nth % 16 == 1 || !failed) {
        ASSERT_EQ(verify().rows, 200u) << nth;
      }
    }
  }
}

}  // namespace
}  // namespace ddb
