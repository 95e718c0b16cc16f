// full_disk_test: a disk that becomes full, and a cancel, in the middle of an index build: an error that says so, nothing half done, no page
// lost, and with room again all goes on.
#include "rule_world.h"

namespace ddb {
namespace {

constexpr uint64_t kDiskBytes = uint64_t{64} << 20;

class FullDiskTest : public RuleWorld {
 protected:
  FullDiskTest() : RuleWorld(kDiskBytes) {}

  // Leaves so much room on the disk.
  void fill_disk(uint64_t room) {
    Result<std::unique_ptr<File>> file = vfs_.open("/ballast", OpenMode::kCreateNew);
    ASSERT_TRUE(file.is_ok()) << file.status().to_string();
    const uint64_t used = vfs_.used_bytes();
    if (used + room < kDiskBytes) {
      ASSERT_OK((*file)->allocate(0, kDiskBytes - used - room));
    }
  }
  void empty_disk() { ASSERT_OK(vfs_.unlink("/ballast")); }

  void make_rows(int64_t count) {
    begin();
    table_ = table("t", 2);
    primary_key(table_, "t_pkey");
    for (int64_t id = 1; id <= count;) {
      std::vector<Row> rows;
      for (; rows.size() < 2000 && id <= count; ++id) rows.push_back({id, id * 7919 % 1'000'003, id});
      ASSERT_OK(insert(rules(table_), rows));
    }
    commit();
    ASSERT_OK(host_->database->checkpoint());
  }
  // CREATE INDEX with its commit.
  Status create_index(const std::string& name, bool direct, WorkWatch watch = WorkWatch()) {
    DDB_RETURN_IF_ERROR(session_->begin_write());
    Status done = build(name, direct, std::move(watch));
    if (done.is_ok()) done = session_->commit().status();
    if (!done.is_ok() && session_->in_transaction()) DDB_RETURN_IF_ERROR(session_->rollback());
    return done;
  }
  Status build(const std::string& name, bool direct, WorkWatch watch) {
    IndexDef def;
    def.table = table_;
    def.schema = kPublic;
    def.name = name;
    def.key.resize(1);
    def.key[0].column = ColumnId(2);
    DDB_TRY(const TreeId tree, writer_->new_tree_id());
    DDB_TRY(def.tree, create_index_tree(*session_, tree, false));
    DDB_TRY(const IndexId id, writer_->add_index(def));
    const TableRules& with_index = rules(table_);
    const auto index = std::ranges::find(with_index.indexes, id.value, &IndexRules::id);
    TempSpace temp(&vfs_, "/tmp", uint64_t{256} << 20);
    // Little memory: the sort goes to temp files.
    MemoryTracker memory({"index build", "maintenance_work_mem"}, 512 << 10, nullptr);
    IndexBuildMeans means;
    means.memory = &memory;
    means.temp = &temp;
    means.watch = std::move(watch);
    means.load.direct = direct;
    return build_index(*session_, with_index, *index, means);
  }
  void expect_state(uint64_t entries) {
    begin();
    expect_database_sound();
    EXPECT_EQ(verified().entries_count, entries);
    rollback();
  }

  TableId table_;
};

TEST_F(FullDiskTest, AnIndexBuildFailsWholeAndSucceedsWithRoom) {
  constexpr int64_t kRows = 30'000;
  make_rows(kRows);
  const uint64_t before = vfs_.used_bytes();
  int failed = 0;
  for (const bool direct : {false, true}) {
    const std::string name = direct ? "direct" : "plain";
    uint64_t room = 0;
    for (;; room += 128 << 10) {
      SCOPED_TRACE(name + ", room for " + std::to_string(room) + " bytes");
      fill_disk(room);
      const Status done = create_index(name, direct);
      empty_disk();
      if (done.is_ok()) break;
      ++failed;
      ASSERT_STREQ(std::string(done.sqlstate().view()).c_str(), "53100") << done.to_string();
      expect_state(direct ? kRows : 0);
      if (HasFailure()) return;
    }
    EXPECT_GT(room, 0u);
    expect_state(direct ? 2 * kRows : kRows);
  }
  EXPECT_GT(failed, 6);
  EXPECT_GT(vfs_.used_bytes(), before);
  // What was refused before a reopen is refused for good, what was committed is there.
  reopen();
  rules_ = std::make_unique<RuleCache>(Runtime::native(), source_);
  changes_ = std::make_unique<ChangeSet>(*session_);
  expect_state(2 * kRows);
}

TEST_F(FullDiskTest, ACancelledBuildLeavesNothing) {
  make_rows(30'000);
  const uint64_t temp_free = vfs_.used_bytes();
  for (int polls = 0;; polls = polls * 2 + 1) {
    SCOPED_TRACE(std::to_string(polls) + " polls");
    int left = polls;
    std::atomic<bool> cancel = polls == 0;
    const WorkWatch watch(&cancel, [&](const SortProgress&) {
      if (--left <= 0) cancel = true;
      return Status::ok();
    });
    const Status done = create_index("t_index", true, watch);
    if (done.is_ok()) break;
    ASSERT_STREQ(std::string(done.sqlstate().view()).c_str(), "57014") << done.to_string();
    expect_state(0);
    ASSERT_LT(polls, 1'000'000);
  }
  expect_state(30'000);
  EXPECT_LT(vfs_.used_bytes(), temp_free + (uint64_t{16} << 20));
}

}  // namespace
}  // namespace ddb
