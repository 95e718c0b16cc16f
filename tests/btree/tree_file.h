// tree_file: a table tree in a file on a memory file system, whose pages a test damages where they lie.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/seeded_random.h"
#include "btree/overflow.h"
#include "btree/table_inner.h"
#include "btree/table_schema.h"
#include "btree/table_writer.h"
#include "format/file_header.h"
#include "format/page.h"
#include "record/vector_value.h"
#include "txn/database.h"
#include "txn/session.h"
#include "vfs/memory_vfs.h"

namespace ddb {

// Rows 1, 2, …: text (column 2) that makes leaves of about a dozen rows, and smallint (column 3) = id % 1000.
class TreeFile : public testing::Test {
 protected:
  static constexpr uint32_t kPage = 4096;
  static constexpr TreeId kTree{7};
  struct Leaf {
    PageNo page, parent;  // parent kNoPage: the leaf is the root
    uint32_t index = 0;   // in the parent
    int64_t first = 0, last = 0;
    bool has_long = false;
  };

  void SetUp() override {
    for (uint16_t id = 1; id <= 3; ++id) {
      TableColumn column;
      column.id = id;
      column.type = {id == 1   ? SqlTypeId::kBigint
                     : id == 2 ? SqlTypeId::kText
                               : SqlTypeId::kSmallint,
                     kNoTypmod};
      column.kind = physical_kind(column.type);
      column.missing = {column.type, Null{}};
      schema_.columns.push_back(column);
    }
    schema_.row_id_column = 0;
    open();
    ASSERT_TRUE(session_->begin_write().is_ok());
    auto made = create_table_tree(*session_, kTree, schema_);
    ASSERT_TRUE(made.is_ok()) << made.status().to_string();
    tree_ = *made;
    ASSERT_TRUE(session_->commit().is_ok());
  }
  void TearDown() override {
    session_.reset();
    database_.reset();
  }

  void open() {
    Options options;
    options.vfs = &vfs_;
    options.page_bytes = kPage;
    options.background_threads = false;
    auto opened = Database::open("tree.ddb", options);
    ASSERT_TRUE(opened.is_ok()) << opened.status().to_string();
    database_ = std::move(*opened);
    session_ = std::move(database_->new_session()).value();
  }
  void close() {
    session_.reset();
    const Status closed = database_->close();
    EXPECT_TRUE(closed.is_ok()) << closed.to_string();
    database_.reset();
  }

  static bool is_random_long(int64_t id) { return id % 100 == 50; }  // three pages, as they are
  static bool is_packed_long(int64_t id) { return id % 100 == 70; }  // one page, compressed
  static std::string text_of(int64_t id) {
    if (is_packed_long(id)) return std::string(9000, static_cast<char>('a' + id % 7));
    SeededRandom random(static_cast<uint64_t>(id));
    std::string text(is_random_long(id) ? 9000 : 300, ' ');
    for (char& c : text) c = static_cast<char>(random.next());
    return text;
  }
  // Within the session's write transaction.
  void insert(int64_t id, const std::string& text) {
    TableWriter writer(*session_, tree_, schema_);
    insert(writer, id, text);
  }
  void insert(TableWriter& writer, int64_t id, const std::string& text) {
    BatchArena arena(1 << 20);
    Vector texts;
    Vector number;
    ASSERT_TRUE(texts.allocate(PhysicalKind::kString, 1, arena).is_ok());
    ASSERT_TRUE(number.allocate(PhysicalKind::kInt16, 1, arena).is_ok());
    texts.set<StringView16>(0, StringView16(text));
    number.set<int16_t>(0, static_cast<int16_t>(id % 1000));
    const Vector* columns[] = {nullptr, &texts, &number};
    auto done = writer.insert({1, &id, columns});
    ASSERT_TRUE(done.is_ok()) << done.status().to_string();
    ASSERT_EQ(*done, 1u);
  }
  void fill(int64_t rows) {
    ASSERT_TRUE(session_->begin_write().is_ok());
    TableWriter writer(*session_, tree_, schema_);
    for (int64_t id = 1; id <= rows; ++id) insert(writer, id, text_of(id));
    ASSERT_TRUE(session_->commit().is_ok());
  }

  // In order of row ids.
  std::vector<Leaf> leaves() {
    std::vector<Leaf> found;
    EXPECT_TRUE(session_->begin_read().is_ok());
    collect(tree_.root, kNoPage, 0, &found);
    EXPECT_TRUE(session_->rollback().is_ok());
    return found;
  }
  // A leaf in mid-tree without long values, not its parent's first.
  Leaf plain_leaf() {
    const std::vector<Leaf> all = leaves();
    for (size_t i = all.size() / 2; i < all.size(); ++i) {
      if (!all[i].has_long && all[i].index > 0) return all[i];
    }
    ADD_FAILURE();
    return {};
  }
  // The pages of a row's long value.
  std::vector<PageNo> chain_of(int64_t id) {
    std::vector<PageNo> pages;
    EXPECT_TRUE(session_->begin_read().is_ok());
    TableReader reader(tree_, schema_);
    {
      FoundRow row;
      EXPECT_TRUE(reader.find(*session_, id, &row).value());
      const TableLeaf leaf(row.page.data());
      auto ref = overflow_ref_at(leaf, leaf.column(0), row.slot);
      EXPECT_TRUE(ref.is_ok()) << ref.status().to_string();
      EXPECT_TRUE(list_overflow_pages(*session_, kTree, *ref, &pages).is_ok());
    }
    EXPECT_TRUE(session_->rollback().is_ok());
    return pages;
  }
  Leaf leaf_of(int64_t id) {
    for (const Leaf& leaf : leaves()) {
      if (leaf.first <= id && id <= leaf.last) return leaf;
    }
    ADD_FAILURE();
    return {};
  }

  // Changes a page in the closed file; its checksum is made right again, or not.
  void patch(PageNo page, const std::function<void(std::byte*)>& change, bool seal = true) {
    close();
    FileHeader header;
    header.page_bytes = kPage;
    header.double_write_slots = default_double_write_slots(kPage);
    auto file = std::move(vfs_.open("tree.ddb", OpenMode::kReadWrite)).value();
    std::vector<std::byte> bytes(kPage);
    ASSERT_TRUE(file->read(header.page_offset(page), bytes).is_ok());
    ASSERT_TRUE(page_valid(bytes.data(), kPage, page));
    change(bytes.data());
    if (seal) seal_page(bytes.data(), kPage);
    ASSERT_TRUE(file->write(header.page_offset(page), bytes).is_ok());
    file.reset();
    open();
  }
  void break_checksum(PageNo page) {
    patch(
        page, [](std::byte* bytes) { bytes[1000] ^= std::byte{1}; }, false);
  }
  static void put32(std::byte* at, uint32_t value) { store_le<uint32_t>(at, value); }
  static void put16(std::byte* at, uint16_t value) { store_le<uint16_t>(at, value); }
  static size_t separator_at(uint32_t index) { return kInnerKeys + size_t{8} * index; }
  static size_t child_at(uint32_t index) {
    return kInnerKeys + size_t{8} * inner_capacity(kPage) + size_t{4} * index;
  }

  MemoryVfs vfs_;
  TableSchema schema_;
  TableTree tree_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Session> session_;

 private:
  void collect(PageNo page, PageNo parent, uint32_t index, std::vector<Leaf>* found) {
    auto ref = session_->read(page);
    ASSERT_TRUE(ref.is_ok()) << ref.status().to_string();
    if (page_type(ref->data()) == kTableInner) {
      const TableInner inner(ref->data(), kPage);
      for (uint32_t i = 0; i < inner.count(); ++i) collect(inner.child(i), page, i, found);
      return;
    }
    const TableLeaf leaf(ref->data());
    if (leaf.rows() == 0) return;
    found->push_back({page, parent, index, leaf.row_id(0), leaf.row_id(leaf.rows() - 1), false});
    for (int64_t id = found->back().first; id <= found->back().last; ++id)
      found->back().has_long |= is_random_long(id) || is_packed_long(id);
  }
};

}  // namespace ddb
