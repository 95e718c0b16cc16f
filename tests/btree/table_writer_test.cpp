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

}  // namespace
}  // namespace ddb
