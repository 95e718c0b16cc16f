// Opening and closing: clean and unclean files, read-only, locks, and every kind of file that must be refused untouched.
#include "fixture.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "format/file_header.h"
#include "txn/database.h"
#include "txn/session.h"

namespace ddb {
namespace {

namespace fs = std::filesystem;

class OpenTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "ddb-open-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    path_ = (folder_ / "a.ddb").string();
    log_ = path_ + "-wal";
  }
  void TearDown() override {
    fs::permissions(folder_, fs::perms::owner_all);
    fs::remove_all(folder_);
  }
  static std::unique_ptr<Database> open(const std::string& path, Options o = {}) {
    auto db = Database::open(path, o);
    EXPECT_TRUE(db.is_ok()) << db.status().to_string();
    return db.is_ok() ? std::move(db).value() : nullptr;
  }
  static Status open_status(const std::string& path, Options o = {}) {
    return Database::open(path, o).status();
  }
  static Options read_only() {
    Options o;
    o.read_only = true;
    return o;
  }
  // Commits `value` into page 2, which is made if needed.
  static void put(Database& db, uint64_t value, Durability durability = Durability::kFull) {
    auto s = std::move(db.new_session()).value();
    ASSERT_OK(s->begin_write());
    PageNo page(2);
    if (s->page_count().value() == 2) {
      ASSERT_OK(s->allocate(TreeId(1), PageType::kFirstTree, &page).status());
    }
    auto w = s->change(page);
    ASSERT_OK(w.status());
    w->write(64, &value, 8);
    w->release();
    ASSERT_OK(s->commit(durability).status());
  }
  static uint64_t get(Database& db) {
    auto s = std::move(db.new_session()).value();
    EXPECT_TRUE(s->begin_read().is_ok());
    auto r = s->read(PageNo(2));
    EXPECT_TRUE(r.is_ok()) << r.status().to_string();
    uint64_t value = 0;
    if (r.is_ok()) std::memcpy(&value, r->data() + 64, 8);
    return value;
  }
  static std::string bytes_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static void write_bytes(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
  }
  // A file and log as a killed process leaves them.
  void make_unclean(uint64_t commits = 3) {
    auto db = open(path_);
    for (uint64_t i = 1; i <= commits; ++i) put(*db, i);
  }

  fs::path folder_;
  std::string path_;
  std::string log_;
};

TEST_F(OpenTest, ACleanCloseLeavesOneFile) {
  auto db = open(path_);
  put(*db, 41);
  EXPECT_TRUE(fs::exists(log_));
  ASSERT_OK(db->close());
  db.reset();
  EXPECT_FALSE(fs::exists(log_));
  db = open(path_);
  EXPECT_EQ(get(*db), 41u);
  EXPECT_FALSE(fs::exists(log_)) << "reading a clean database writes nothing";
}

TEST_F(OpenTest, AnUncleanEndIsRecovered) {
  make_unclean(5);
  auto db = open(path_);
  EXPECT_EQ(get(*db), 5u);
  put(*db, 6);
  db.reset();
  db = open(path_);
  EXPECT_EQ(get(*db), 6u);
  ASSERT_OK(db->close());
  db.reset();
  EXPECT_EQ(get(*open(path_)), 6u);
}

TEST_F(OpenTest, ReadOnlyRecoversInMemoryAndWritesNothing) {
  make_unclean(4);
  const std::string file = bytes_of(path_);
  const std::string log = bytes_of(log_);
  fs::permissions(folder_, fs::perms::owner_read | fs::perms::owner_exec);
  auto a = open(path_, read_only());
  auto b = open(path_, read_only());  // several share
  EXPECT_EQ(get(*a), 4u);
  EXPECT_EQ(get(*b), 4u);
  auto s = std::move(a->new_session()).value();
  EXPECT_TRUE(s->begin_write().is(sqlstate::kReadOnly));
  s.reset();
  ASSERT_OK(a->close());
  EXPECT_TRUE(open_status(path_).is(sqlstate::kObjectInUse)) << "a writer while readers hold the file";
  a.reset();
  b.reset();
  fs::permissions(folder_, fs::perms::owner_all);
  EXPECT_EQ(bytes_of(path_), file);
  EXPECT_EQ(bytes_of(log_), log);
}

TEST_F(OpenTest, ASecondOpenerIsToldWhoHoldsTheFile) {
  auto db = open(path_);
  put(*db, 1);
  for (const Options& o : {Options{}, read_only()}) {
    const Status status = open_status(path_, o);
    EXPECT_TRUE(status.is(sqlstate::kObjectInUse)) << status.to_string();
    EXPECT_NE(status.to_string().find(std::to_string(getpid())), std::string::npos) << status.to_string();
  }
  const pid_t child = fork();
  if (child == 0) {
    const Status status = open_status(path_);
    const bool named = status.is(sqlstate::kObjectInUse) &&
                       status.to_string().find(std::to_string(getppid())) != std::string::npos;
    _exit(named ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(OpenTest, AHandleInAForkedChildGivesAnError) {
  auto db = open(path_);
  put(*db, 1);
  auto s = std::move(db->new_session()).value();
  const pid_t child = fork();
  if (child == 0) {
    const bool refused = s->begin_read().is(sqlstate::kInvalidState) &&
                         s->begin_write().is(sqlstate::kInvalidState) &&
                         db->checkpoint().is(sqlstate::kInvalidState) && !db->new_session().is_ok();
    _exit(refused ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  put(*db, 2);
}

TEST_F(OpenTest, FilesThatAreNotOursAreRefusedUntouched) {
  for (const size_t size : {size_t{1}, size_t{100}, size_t{20000}}) {
    const std::string junk(size, 'x');
    write_bytes(path_, junk);
    const Status status = open_status(path_);
    EXPECT_TRUE(status.is(sqlstate::kCorrupted)) << status.to_string();
    EXPECT_NE(status.to_string().find("not a DecentDB file"), std::string::npos) << status.to_string();
    EXPECT_EQ(bytes_of(path_), junk);
    EXPECT_FALSE(fs::exists(log_));
  }
}

TEST_F(OpenTest, AnEmptyFileBecomesADatabase) {
  write_bytes(path_, "");
  auto db = open(path_);
  put(*db, 3);
  EXPECT_EQ(get(*db), 3u);
}

TEST_F(OpenTest, AMissingFileIsMadeOnlyIfAsked) {
  Options o;
  o.create_if_missing = false;
  EXPECT_TRUE(open_status(path_, o).is(sqlstate::kUndefinedFile));
  EXPECT_TRUE(open_status(path_, read_only()).is(sqlstate::kUndefinedFile));
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(OpenTest, EitherHeaderCopyIsEnough) {
  { ASSERT_OK(open(path_)->close()); }
  {
    auto db = open(path_);
    put(*db, 8);
    ASSERT_OK(db->close());
  }
  const std::string good = bytes_of(path_);
  for (const size_t at : {size_t{70}, size_t{4096 + 70}}) {
    std::string bad = good;
    bad[at] ^= 0x55;
    write_bytes(path_, bad);
    EXPECT_EQ(get(*open(path_)), 8u);
  }
  std::string both = good;
  both[70] ^= 0x55;
  both[4096 + 70] ^= 0x55;
  write_bytes(path_, both);
  const Status status = open_status(path_);
  EXPECT_TRUE(status.is(sqlstate::kCorrupted)) << status.to_string();
  EXPECT_EQ(bytes_of(path_), both);
}

TEST_F(OpenTest, ANewerFormatAndUnknownFeaturesAreNamed) {
  { ASSERT_OK(open(path_)->close()); }
  const std::string good = bytes_of(path_);
  const auto with = [&](auto&& change) {
    std::string bytes = good;
    FileHeader header = std::move(decode_header(std::as_bytes(std::span(bytes.data(), 4096)))).value();
    change(header);
    std::array<std::byte, kHeaderCopyBytes> copy;
    encode_header(header, copy);
    for (const uint64_t at : kHeaderCopyOffset) std::memcpy(bytes.data() + at, copy.data(), copy.size());
    write_bytes(path_, bytes);
  };
  with([](FileHeader& h) { h.format_version = 2; });
  EXPECT_TRUE(open_status(path_).is(sqlstate::kFeatureNotSupported));
  with([](FileHeader& h) { h.read_features = 1; });
  EXPECT_TRUE(open_status(path_, read_only()).is(sqlstate::kFeatureNotSupported));
  with([](FileHeader& h) { h.write_features = 1; });
  EXPECT_TRUE(open_status(path_).is(sqlstate::kFeatureNotSupported));
  ASSERT_OK(open_status(path_, read_only()));
}

TEST_F(OpenTest, ATruncatedFileIsNamed) {
  {
    auto db = open(path_);
    put(*db, 8);
    ASSERT_OK(db->close());
  }
  const std::string good = bytes_of(path_);
  for (const size_t size : {size_t{300}, size_t{5000}, size_t{9000}, good.size() - 1, good.size() - 8192}) {
    write_bytes(path_, good.substr(0, size));
    const Status status = open_status(path_);
    EXPECT_TRUE(status.is(sqlstate::kCorrupted)) << size << ": " << status.to_string();
    EXPECT_NE(status.to_string().find("truncated"), std::string::npos) << size << ": " << status.to_string();
    EXPECT_EQ(bytes_of(path_).size(), size);
  }
}

TEST_F(OpenTest, AMissingForeignOrStaleLogIsNamed) {
  make_unclean(3);
  const std::string file = bytes_of(path_);
  const std::string log = bytes_of(log_);
  const auto expect = [&](const char* word) {
    const Status status = open_status(path_);
    EXPECT_TRUE(status.is(sqlstate::kCorrupted)) << word << ": " << status.to_string();
    EXPECT_NE(status.to_string().find(word), std::string::npos) << status.to_string();
    EXPECT_EQ(bytes_of(path_), file);
  };
  fs::remove(log_);
  expect("missing");
  write_bytes(log_, "");
  expect("missing");
  write_bytes(log_, std::string(100000, '\0'));
  expect("missing");
  // Another database's log.
  const std::string other = (folder_ / "b.ddb").string();
  {
    auto db = open(other);
    put(*db, 1);
  }
  write_bytes(log_, bytes_of(other + "-wal"));
  expect("foreign");
  // The log of an earlier time: the header says how far it must reach.
  write_bytes(log_, log);
  {
    auto db = open(path_);
    put(*db, 50);
    ASSERT_OK(db->checkpoint());
    put(*db, 51);
  }
  const std::string newer = bytes_of(path_);
  write_bytes(log_, log);
  const Status stale = open_status(path_);
  EXPECT_TRUE(stale.is(sqlstate::kCorrupted)) << stale.to_string();
  EXPECT_EQ(bytes_of(path_), newer);
}

TEST_F(OpenTest, ALogBesideACleanFileIsIgnoredOrRefused) {
  std::string log;
  {
    auto db = open(path_);
    put(*db, 1);
    log = bytes_of(log_);
    ASSERT_OK(db->close());
  }
  write_bytes(log_, log);  // as if the crash came before the unlink: it ends at the checkpoint LSN
  {
    auto db = open(path_);
    EXPECT_EQ(get(*db), 1u);
    put(*db, 2);
  }
  {
    auto db = open(path_);
    EXPECT_EQ(get(*db), 2u);
    log = bytes_of(log_);
    ASSERT_OK(db->close());
  }
  {
    const std::string older = bytes_of(path_);
    auto db = open(path_);
    put(*db, 3);
    put(*db, 4);
    log = bytes_of(log_);
    db.reset();
    write_bytes(path_, older);
  }
  const Status status = open_status(path_);
  EXPECT_TRUE(status.is(sqlstate::kCorrupted)) << "commits beyond a clean file: " << status.to_string();
  EXPECT_EQ(bytes_of(log_), log);
}

TEST_F(OpenTest, ADamagedLogIsRefusedWithItsOffsetAndCanBeSalvaged) {
  make_unclean(40);
  std::string log = bytes_of(log_);
  log[4096 * 20 + 60] ^=
      0x11;  // the block of the 20th commit: each lone commit starts on a sector, behind the header's
  write_bytes(log_, log);
  const Status status = open_status(path_);
  EXPECT_TRUE(status.is(sqlstate::kCorrupted)) << status.to_string();
  // The offset is the end of the block before it.
  EXPECT_NE(status.to_string().find("byte offset 77904"), std::string::npos) << status.to_string();
  Options salvage = read_only();
  salvage.salvage = true;
  auto db = open(path_, salvage);
  ASSERT_NE(db, nullptr);
  EXPECT_EQ(get(*db), 19u);
  EXPECT_EQ(bytes_of(log_), log);
}

TEST_F(OpenTest, ImpossibleOptionsAre22023) {
  Options o;
  o.page_bytes = 5000;
  EXPECT_TRUE(open_status(path_, o).is(sqlstate::kInvalidParameter));
  o = {};
  o.memory_limit = 1000;
  EXPECT_TRUE(open_status(path_, o).is(sqlstate::kInvalidParameter));
  o = {};
  o.salvage = true;
  EXPECT_TRUE(open_status(path_, o).is(sqlstate::kInvalidParameter));
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(OpenTest, CloseWithOpenSessionsIsRefused) {
  auto db = open(path_);
  put(*db, 1);
  auto s = std::move(db->new_session()).value();
  EXPECT_TRUE(db->close().is(sqlstate::kObjectInUse));
  s.reset();
  ASSERT_OK(db->close());
}

}  // namespace
}  // namespace ddb
