// verify_test: verify finds what is broken, names the page, and always ends; salvage gives the rows that can still be read.
#include "btree/verify.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/seeded_random.h"
#include "btree/salvage.h"
#include "btree/table_writer.h"
#include "record/vector_value.h"
#include "txn/database.h"
#include "vfs/memory_vfs.h"

namespace ddb {
namespace {

constexpr uint32_t kPage = 4096;
constexpr uint64_t kRows = 3000;

class VerifyTest : public testing::Test {
 protected:
  void SetUp() override {
    for (uint16_t id = 1; id <= 3; ++id) {
      TableColumn column;
      column.id = id;
      column.type = {id == 3 ? SqlTypeId::kText : SqlTypeId::kBigint, kNoTypmod};
      column.kind = physical_kind(column.type);
      column.missing = {column.type, Null{}};
      schema_.columns.push_back(column);
    }
    schema_.row_id_column = 0;
    open();
    ASSERT_TRUE(session_->begin_write().is_ok());
    Result<TableTree> made = create_table_tree(*session_, TreeId(5), schema_);
    ASSERT_TRUE(made.is_ok());
    tree_ = *made;
    TableWriter writer(*session_, tree_, schema_);
    for (uint64_t i = 1; i <= kRows; ++i) insert(writer, static_cast<int64_t>(i));
    ASSERT_TRUE(session_->commit().is_ok());
  }
  void open() {
    Options options;
    options.vfs = &vfs_;
    options.page_bytes = kPage;
    database_ = Database::open("/v.ddb", options).value();
    session_ = database_->new_session().value();
  }
  void close() {
    session_.reset();
    EXPECT_TRUE(database_->close().is_ok());
    database_.reset();
  }
  static std::string text_of(int64_t id) {
    return std::string(id % 100 == 7 ? 9000 : 10, static_cast<char>('a' + id % 26));
  }

  void insert(TableWriter& writer, int64_t id) {
    BatchArena arena(1 << 20);
    Vector b;
    Vector text;
    ASSERT_TRUE(b.allocate(PhysicalKind::kInt64, 1, arena).is_ok());
    ASSERT_TRUE(text.allocate(PhysicalKind::kString, 1, arena).is_ok());
    b.set<int64_t>(0, id * 3);
    ASSERT_TRUE(text.set_string(0, text_of(id), arena).is_ok());
    const Vector* columns[] = {nullptr, &b, &text};
    Result<uint32_t> done = writer.insert({1, &id, columns});
    ASSERT_TRUE(done.is_ok()) << done.status().to_string();
    ASSERT_EQ(*done, 1u);
  }

  VerifyReport verify() {
    VerifyReport report;
    const bool begins = !session_->in_transaction();
    if (begins) {
      EXPECT_TRUE(session_->begin_read().is_ok());
    }
    const VerifiedTable table{tree_, &schema_};
    const Status done = verify_pages(*session_, {&table, 1}, {}, 100, &report);
    EXPECT_TRUE(done.is_ok()) << done.to_string();
    if (begins) {
      EXPECT_TRUE(session_->rollback().is_ok());
    }
    return report;
  }
  std::map<int64_t, std::string> salvage(SalvageReport* report) {
    std::map<int64_t, std::string> rows;
    const bool begins = !session_->in_transaction();
    if (begins) {
      EXPECT_TRUE(session_->begin_read().is_ok());
    }
    const Status done = salvage_table(
        *session_, tree_.tree, schema_,
        [&](int64_t id, std::span<const Value> values) {
          rows[id] = values[2].is_null() ? "NULL" : values[2].get<std::string>();
          return Status::ok();
        },
        100, report);
    EXPECT_TRUE(done.is_ok()) << done.to_string();
    if (begins) {
      EXPECT_TRUE(session_->rollback().is_ok());
    }
    return rows;
  }
  // Pages of a type that belong to the tree.
  std::vector<PageNo> pages_of(PageType type) {
    std::vector<PageNo> pages;
    const uint32_t count = session_->page_count().value();
    for (uint32_t page = 2; page < count; ++page) {
      if (!session_->is_allocated(PageNo(page)).value()) continue;
      const PageRef ref = session_->read(PageNo(page)).value();
      if (page_type(ref.data()) == type) pages.push_back(PageNo(page));
    }
    return pages;
  }
  void poke(PageNo page, size_t offset, uint8_t value) {
    Result<PageWriter> writer = session_->change(page);
    ASSERT_TRUE(writer.is_ok());
    *writer->change(offset, 1) = static_cast<std::byte>(value);
  }
  void expect_only(VerifyRule rule, PageNo page) {
    const VerifyReport report = verify();
    ASSERT_GE(report.findings_count, 1u);
    bool found = false;
    for (const VerifyFinding& finding : report.findings)
      found = found || (finding.rule == rule && finding.page == page);
    EXPECT_TRUE(found) << verify_rule_name(report.findings[0].rule) << " page "
                       << report.findings[0].page.value << " " << report.findings[0].text;
    EXPECT_TRUE(session_->rollback().is_ok());
  }

  MemoryVfs vfs_;
  TableSchema schema_;
  TableTree tree_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Session> session_;
};

TEST_F(VerifyTest, ASoundTreeHasNoFindings) {
  const VerifyReport report = verify();
  EXPECT_EQ(report.findings_count, 0u) << report.findings[0].text;
  EXPECT_EQ(report.rows, kRows);
  EXPECT_GT(report.leaves, 10u);
  EXPECT_GE(report.overflow_pages, kRows / 100);
  SalvageReport saved;
  const auto rows = salvage(&saved);
  ASSERT_EQ(rows.size(), kRows);
  for (const auto& [id, text] : rows) ASSERT_EQ(text, text_of(id));
}

TEST_F(VerifyTest, EachBrokenRuleIsNamedWithItsPage) {
  ASSERT_TRUE(session_->begin_write().is_ok());
  const std::vector<PageNo> leaves = pages_of(kTableLeaf);
  const std::vector<PageNo> chains = pages_of(kOverflow);
  ASSERT_GT(leaves.size(), 4u);
  ASSERT_GT(chains.size(), 4u);
  const uint32_t content = session_->content_bytes();
  poke(leaves[2], 38, 0);  // capacity 0
  expect_only(VerifyRule::kStructure, leaves[2]);
  ASSERT_TRUE(session_->begin_write().is_ok());
  poke(leaves[1], 16, 9);  // owner
  expect_only(VerifyRule::kOwner, leaves[1]);
  ASSERT_TRUE(session_->begin_write().is_ok());
  poke(leaves[1], 32, 77);  // schema version
  expect_only(VerifyRule::kColumns, leaves[1]);
  ASSERT_TRUE(session_->begin_write().is_ok());
  poke(chains[1], 40, 0xEE);  // row id of an overflow page
  expect_only(VerifyRule::kLongValue, chains[1]);
  ASSERT_TRUE(session_->begin_write().is_ok());
  ASSERT_TRUE(session_->free(leaves[3]).is_ok());
  const VerifyReport freed = verify();
  EXPECT_GE(freed.findings_count, 1u);
  EXPECT_TRUE(session_->rollback().is_ok());
  ASSERT_TRUE(session_->begin_write().is_ok());
  PageNo stray = kNoPage;
  ASSERT_TRUE(session_->allocate(TreeId(5), kTableLeaf, &stray).is_ok());
  expect_only(VerifyRule::kUnreachable, stray);
  ASSERT_TRUE(session_->begin_write().is_ok());
  const PageNo root = tree_.root;
  const size_t children = kInnerKeys + size_t{8} * inner_capacity(content);
  PageNo first;
  {
    const PageRef ref = session_->read(root).value();
    first = TableInner(ref.data(), content).child(0);
  }
  {
    Result<PageWriter> writer = session_->change(root);
    store_le<uint32_t>(writer->change(children + 4, 4), first.value);  // two children are the same page
  }
  expect_only(VerifyRule::kReachedTwice, first);
  ASSERT_TRUE(session_->begin_write().is_ok());
  {
    Result<PageWriter> writer = session_->change(root);
    store_le<uint64_t>(writer->change(kInnerKeys + 8, 8),
                       2);  // the separator of child 1: rows of child 0 lie beyond it
  }
  expect_only(VerifyRule::kOrder, first);
}

// The first leaf's rows, wherever it lies: damage of other pages must not touch them.
TEST_F(VerifyTest, RandomDamageNeitherCrashesNorHangsAndSoundLeavesAreSaved) {
  close();
  Result<std::unique_ptr<File>> file = vfs_.open("/v.ddb", OpenMode::kReadWrite);
  ASSERT_TRUE(file.is_ok());
  const uint64_t size = (*file)->size().value();
  std::string sound(size, '\0');
  ASSERT_TRUE((*file)->read(0, std::as_writable_bytes(std::span(sound))).is_ok());
  for (uint64_t seed = 1; seed <= 120; ++seed) {
    SeededRandom random(seed);
    std::string content = sound;
    std::set<uint64_t> damaged;
    const bool reseals = seed % 2 == 0;
    for (uint64_t i = 1 + random.below(60); i > 0; --i) {
      // Tree pages only: the store's own are tested elsewhere.
      const uint64_t page_at = size - kPage * (1 + random.below(size / kPage - 80));
      const uint64_t at = page_at / kPage * kPage;
      auto* bytes = reinterpret_cast<std::byte*>(content.data() + at);
      if (page_owner(bytes) != TreeId(5)) continue;
      content[at + 20 + random.below(kPage - 20)] = static_cast<char>(random.next());
      if (reseals) seal_page(bytes, kPage);
      damaged.insert(at);
    }
    ASSERT_TRUE((*file)->write(0, std::as_bytes(std::span(content))).is_ok());
    open();
    VerifyReport report = verify();
    SalvageReport saved;
    const auto rows = salvage(&saved);
    EXPECT_LE(rows.size(), kRows * 4) << "seed " << seed;
    if (!reseals) {
      uint64_t whole = 0;
      for (const auto& [id, text] : rows) whole += text == text_of(id) ? 1 : 0;
      EXPECT_EQ(whole + saved.lost_values, rows.size()) << "seed " << seed;
      EXPECT_GE(saved.skipped_count + saved.lost_values + report.findings_count, damaged.empty() ? 0u : 1u)
          << "seed " << seed;
    }
    session_.reset();
    database_.reset();
    // Nothing was written: the next round starts from sound bytes.
  }
}

}  // namespace
}  // namespace ddb
