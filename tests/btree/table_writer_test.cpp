// table_writer_test: changes that meet the tree in an unusual state, each on its own.
#include "btree/table_writer.h"

#include "btree/verify.h"
#include "tree_file.h"

namespace ddb {
namespace {

class TableWriterTest : public TreeFile {
 protected:
  void expect_sound(uint64_t rows) {
    VerifyReport report;
    const VerifiedTable table{tree_, &schema_};
    ASSERT_TRUE(verify_pages(*session_, {&table, 1}, {}, 3, &report).is_ok());
    EXPECT_EQ(report.findings_count, 0u) << report.findings[0].page.value << " " << report.findings[0].text;
    EXPECT_EQ(report.rows, rows);
  }
};

// Every leaf is full, and the new column's default does not fit any: the leaf splits before the row comes in.
TEST_F(TableWriterTest, ALongValueIntoALeafThatSplitsForItsSchema) {
  ASSERT_TRUE(session_->begin_write().is_ok());
  {
    TableWriter writer(*session_, tree_, schema_);
    for (int64_t id = 2; id <= 400; id += 2) insert(writer, id, std::string(300, 'x'));
  }
  TableColumn added;
  added.id = 4;
  added.type = {SqlTypeId::kText, kNoTypmod};
  added.kind = physical_kind(added.type);
  added.missing = {added.type, std::string(200, 'd')};
  schema_.columns.push_back(added);
  ++schema_.version;
  uint64_t rows = 200;
  for (const int64_t id : {101, 11, 399, 201}) {
    BatchArena arena(1 << 20);
    const std::string text = text_of(50);  // three pages
    Vector texts;
    Vector number;
    Vector last;
    ASSERT_TRUE(texts.allocate(PhysicalKind::kString, 1, arena).is_ok());
    ASSERT_TRUE(number.allocate(PhysicalKind::kInt16, 1, arena).is_ok());
    ASSERT_TRUE(last.allocate(PhysicalKind::kString, 1, arena).is_ok());
    texts.set<StringView16>(0, StringView16(text));
    number.set<int16_t>(0, 7);
    last.set_null(0);
    const Vector* columns[] = {nullptr, &texts, &number, &last};
    TableWriter writer(*session_, tree_, schema_);
    Result<uint32_t> done = writer.insert({1, &id, columns});
    ASSERT_TRUE(done.is_ok()) << done.status().to_string();
    ASSERT_EQ(*done, 1u);
    FoundRow row;
    ASSERT_TRUE(writer.reader().find(*session_, id, &row).value()) << id;
    expect_sound(++rows);
  }
  ASSERT_TRUE(session_->commit().is_ok());
}

// The new row is wide in the upper half: with what that teaches, the lower half does not fit one leaf any more, and its plan is made
// anew. The page that the upper half had got already must not be left behind.
TEST_F(TableWriterTest, AHalfThatDoesNotFitAfterAllLeavesNoPageBehind) {
  constexpr TreeId kWide{8};
  constexpr uint16_t kNumbers = 24;
  TableSchema schema;
  for (uint16_t id = 1; id <= kNumbers + 2; ++id) {
    TableColumn column;
    column.id = id;
    column.type = {id == 2 ? SqlTypeId::kText : SqlTypeId::kBigint, kNoTypmod};
    column.kind = physical_kind(column.type);
    column.missing = {column.type, Null{}};
    schema.columns.push_back(column);
  }
  schema.row_id_column = 0;
  ASSERT_TRUE(session_->begin_write().is_ok());
  Result<TableTree> tree = create_table_tree(*session_, kWide, schema);
  ASSERT_TRUE(tree.is_ok());
  TableWriter writer(*session_, *tree, schema);
  const auto put = [&](int64_t id, size_t bytes, int64_t number) {
    BatchArena arena(1 << 20);
    const std::string text(bytes, 'x');
    std::vector<Vector> vectors(kNumbers + 1);
    std::vector<const Vector*> columns{nullptr};
    for (Vector& vector : vectors) {
      const bool is_text = &vector == vectors.data();
      ASSERT_TRUE(vector.allocate(is_text ? PhysicalKind::kString : PhysicalKind::kInt64, 1, arena).is_ok());
      if (is_text) {
        vector.set<StringView16>(0, StringView16(text));
      } else {
        vector.set<int64_t>(0, number);
      }
      columns.push_back(&vector);
    }
    Result<uint32_t> done = writer.insert({1, &id, columns});
    ASSERT_TRUE(done.is_ok() && *done == 1) << done.status().to_string();
  };
  for (int64_t id = 1; id <= 20; ++id) put(id * 10, id <= 10 ? 200 + static_cast<size_t>(id) : 1, id);
  ASSERT_EQ(session_->read(tree->root).is_ok(), true);
  ASSERT_EQ(page_type(session_->read(tree->root)->data()), kTableLeaf) << "one leaf holds them all so far";
  put(195, 1, int64_t{1} << 60);
  VerifyReport report;
  const VerifiedTable tables[] = {{*tree, &schema}, {tree_, &schema_}};
  ASSERT_TRUE(verify_pages(*session_, tables, {}, 3, &report).is_ok());
  EXPECT_EQ(report.findings_count, 0u) << report.findings[0].page.value << " " << report.findings[0].text;
  EXPECT_EQ(report.rows, 21u);
}

}  // namespace
}  // namespace ddb
