// What reviews found in corners: direct pages under savepoints, limits of large transactions, refused opens, closed and
// forked handles, sessions after an unknown outcome.
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "fixture.h"
#include "vfs/sim_disk.h"
#include "vfs/sim_vfs.h"

namespace ddb {
namespace {

class EdgeTest : public StoreFixture {
 protected:
  static void fill(PageWriter& w, int byte) { std::memset(w.change(64, 4000), byte, 4000); }
  std::string content(const std::string& path) {
    auto file = vfs_.open(path, OpenMode::kReadOnly);
    EXPECT_TRUE(file.is_ok());
    std::string bytes((*file)->size().value(), '\0');
    EXPECT_TRUE((*file)->read(0, std::as_writable_bytes(std::span(bytes.data(), bytes.size()))).is_ok());
    return bytes;
  }
};

TEST_F(EdgeTest, ADirectPageOfAnOuterSavepointIsNotOverwritten) {
  open(options());
  auto s = session();
  ASSERT_OK(s->begin_write());
  PageNo first;
  {
    auto w = s->allocate(TreeId(1), PageType::kFirstTree, &first);
    ASSERT_OK(w.status());
    fill(*w, 'A');
  }
  ASSERT_TRUE(s->write_direct(first).value());
  ASSERT_EQ(s->savepoint().value(), 1u);
  ASSERT_OK(s->free(first));
  PageNo second;
  {
    auto w = s->allocate(TreeId(1), PageType::kFirstTree, &second);
    ASSERT_OK(w.status());
    fill(*w, 'B');
  }
  ASSERT_EQ(second, first);
  EXPECT_FALSE(s->write_direct(second).value());
  ASSERT_OK(s->rollback_to(1));
  ASSERT_OK(s->commit().status());
  ASSERT_OK(s->begin_read());
  EXPECT_EQ(static_cast<char>(s->read(first)->data()[64]), 'A');
}

TEST_F(EdgeTest, TransactionsAboveHalfTheLogLimitWaitForTheCheckpoint) {
  Options o = options();
  o.memory_limit = 32 << 20;
  o.wal_limit = 4 << 20;
  open(o);
  const std::vector<PageNo> pages = make_pages(600, 50);
  auto s = session();
  uint64_t largest = 0;
  for (int round = 0; round < 12; ++round) {
    ASSERT_OK(s->begin_write());
    for (const PageNo page : pages) {
      auto w = s->change(page);
      ASSERT_OK(w.status());
      fill(*w, round + 1);
    }
    ASSERT_OK(s->commit(Durability::kRelaxed).status());
    largest = std::max(largest, db_->stats().log.file_bytes);
  }
  EXPECT_LE(largest, o.wal_limit);
}

TEST_F(EdgeTest, ARefusedOpenOfAnUncleanFileChangesNothing) {
  open(options());
  auto s = session();
  const std::vector<PageNo> pages = make_pages(4);
  ASSERT_OK(db_->checkpoint());
  ASSERT_OK(commit_one(*s, pages[0], 7));
  s.reset();
  db_.reset();
  {
    auto file = vfs_.open("test.ddb", OpenMode::kReadWrite);
    ASSERT_OK(file.status());
    auto header = decode_header(std::as_bytes(std::span(content("test.ddb").data(), kHeaderCopyBytes)));
    ASSERT_OK(header.status());
    const std::byte junk[16] = {};
    ASSERT_OK((*file)->write(header->page_offset(kRootPage) + 40, junk));
    const std::byte more[8] = {std::byte{1}, std::byte{2}};
    ASSERT_OK((*file)->write(header->page_offset(kRootPage), more));
  }
  const std::string main = content("test.ddb");
  const std::string log = content("test.ddb-wal");
  EXPECT_TRUE(Database::open("test.ddb", options()).status().is(sqlstate::kCorrupted));
  EXPECT_EQ(content("test.ddb"), main);
  EXPECT_EQ(content("test.ddb-wal"), log);
}

TEST_F(EdgeTest, ImpossibleLimitsCreateNoFile) {
  Options o = options();
  o.memory_limit = 70 * o.page_bytes;
  o.double_write_slots = 60;
  EXPECT_TRUE(Database::open("new.ddb", o).status().is(sqlstate::kInvalidParameter));
  o = options();
  o.wal_segment_bytes = 32 << 20;
  o.wal_limit = 1 << 30;
  EXPECT_TRUE(Database::open("new.ddb", o).status().is(sqlstate::kInvalidParameter));
  EXPECT_FALSE(vfs_.exists("new.ddb").value());
}

TEST_F(EdgeTest, AClosedHandleGives08003) {
  open(options());
  make_pages(2);
  ASSERT_OK(db_->close());
  EXPECT_TRUE(db_->new_session().status().is(sqlstate::kConnectionDoesNotExist));
  EXPECT_TRUE(db_->checkpoint().is(sqlstate::kConnectionDoesNotExist));
}

TEST_F(EdgeTest, ACachedPageIsNotReadInAForkedChild) {
  std::string folder = (std::filesystem::temp_directory_path() / "ddb_edge_XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  Options o;
  o.page_bytes = 4096;
  open(o, folder + "/a.ddb");
  const std::vector<PageNo> pages = make_pages(2);
  auto s = session();
  ASSERT_OK(s->begin_read());
  ASSERT_OK(s->read(pages[0]).status());
  const pid_t child = ::fork();
  if (child == 0) ::_exit(s->read(pages[0]).status().is(sqlstate::kInvalidState) ? 0 : 1);
  int outcome = -1;
  ASSERT_EQ(::waitpid(child, &outcome, 0), child);
  EXPECT_EQ(outcome, 0);
  s.reset();
  db_.reset();
  std::filesystem::remove_all(folder);
}

TEST_F(EdgeTest, AfterAnUnknownOutcomeTheSessionReadsOn) {
  SimDisk disk;
  Runtime& runtime = Runtime::native_without_threads();
  SimVfs vfs(disk, runtime);
  Options o = options();
  o.vfs = &vfs;
  o.runtime = &runtime;
  open(o);
  const std::vector<PageNo> pages = make_pages(2);
  auto s = session();
  vfs.set_faults([](IoCall call, const std::string&, uint64_t) {
    return call == IoCall::kSync ? InjectedFault::kIoError : InjectedFault::kNone;
  });
  EXPECT_TRUE(commit_one(*s, pages[1], 77).is(sqlstate::kOutcomeUnknown));
  ASSERT_OK(s->begin_read());
  EXPECT_EQ(get(*s, pages[1]).value(), 1u);
  ASSERT_OK(s->rollback());
  s.reset();
  db_.reset();
}

}  // namespace
}  // namespace ddb
