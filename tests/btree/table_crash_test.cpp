// table_crash_test: table trees on a simulated disk that loses power at I/O calls: what is recovered is the newest acknowledged transaction
// or the one under way, with every row, and verify finds nothing. Splits, merges, long values, leaves written directly, shrinking, ADD and DROP
// COLUMN are under way at the crashes, and each recovery is crashed once more. DDB_TRACE_COUNT and DDB_TRACE_SEED choose
// more and other seeds.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "base/inline_runtime.h"
#include "base/seeded_random.h"
#include "btree/shrink.h"
#include "btree/table_cursor.h"
#include "btree/table_writer.h"
#include "btree/verify.h"
#include "record/vector_value.h"
#include "txn/database.h"
#include "vfs/sim_disk.h"
#include "vfs/sim_vfs.h"

namespace ddb {
namespace {

constexpr TreeId kTree{9};
constexpr uint64_t kPointsMax = 60;  // a seed

// What a row holds follows from its id and a version, so that a state is a map of versions.
struct State {
  std::map<int64_t, uint32_t> rows;
  std::shared_ptr<const TableSchema> schema;
};

std::string text_of(int64_t id, uint32_t version) {
  SeededRandom random(static_cast<uint64_t>(id) * 1000 + version);
  const size_t bytes = random.chance(60) ? 3000 + random.below(6000) : random.below(40);
  std::string text(bytes, 'x');
  for (char& c : text) c = static_cast<char>('a' + random.below(20));
  return text;
}

TableColumn column_of(uint16_t id, SqlTypeId type) {
  TableColumn column;
  column.id = id;
  column.type = {type, kNoTypmod};
  column.kind = physical_kind(column.type);
  column.missing = {column.type, Null{}};
  if (type == SqlTypeId::kInteger) column.missing = {column.type, int32_t{77}};
  return column;
}

class TableCrash : public testing::Test {
 protected:
  struct Point {
    std::unique_ptr<SimDisk> disk;
    uint64_t acknowledged;
    uint64_t io;
  };

  Options options(SimVfs& vfs, InlineRuntime& runtime) const {
    Options options;
    options.vfs = &vfs;
    options.runtime = &runtime;
    options.page_bytes = 4096;
    options.background_threads = false;
    options.wal_segment_bytes = 32 * 1024;
    options.wal_limit = 256 * 1024;
    options.memory_limit = 2 << 20;
    options.double_write_slots = 4;
    options.temp_directory = "/tmp";
    return options;
  }

  void run_seed(uint64_t seed) {
    SeededRandom random(seed);
    InlineRuntime runtime(seed);
    SimDisk disk(4096);
    SimVfs vfs(disk, runtime);
    points_.clear();
    states_.clear();
    acknowledged_ = 0;
    SeededRandom hook_random(mix64(seed));
    vfs.set_hook([&](uint64_t io) {
      if (acknowledged_ == 0 || points_.size() >= kPointsMax || !hook_random.chance(80)) return;
      points_.push_back({disk.crash(hook_random.next()), acknowledged_, io});
    });
    Result<std::unique_ptr<Database>> opened = Database::open("/t.ddb", options(vfs, runtime));
    ASSERT_TRUE(opened.is_ok()) << opened.status().to_string();
    std::unique_ptr<Session> session = (*opened)->new_session().value();
    auto schema = std::make_shared<TableSchema>();
    schema->columns = {column_of(1, SqlTypeId::kBigint), column_of(2, SqlTypeId::kBigint),
                       column_of(3, SqlTypeId::kText)};
    schema->row_id_column = 0;
    now_ = {{}, schema};
    ASSERT_TRUE(session->begin_write().is_ok());
    Result<TableTree> made = create_table_tree(*session, kTree, *schema);
    ASSERT_TRUE(made.is_ok());
    tree_ = *made;
    for (int transaction = 0; transaction < 25; ++transaction) {
      if (transaction > 0) {
        ASSERT_TRUE(session->begin_write().is_ok());
      }
      const State before = now_;
      if (random.chance(120)) change_schema(random);
      change_rows(*session, random);
      if (HasFatalFailure()) return;
      if (transaction > 0 && random.chance(100)) {
        ASSERT_TRUE(session->rollback().is_ok());
        now_ = before;
        continue;
      }
      // The next LSN is known: one writer.
      states_[states_.empty() ? 2 : states_.rbegin()->first + 1] = now_;
      Result<Lsn> lsn = session->commit();
      ASSERT_TRUE(lsn.is_ok()) << lsn.status().to_string();
      ASSERT_EQ(lsn->value, states_.rbegin()->first) << "seed " << seed;
      acknowledged_ = lsn->value;
      if (random.chance(200)) {
        ASSERT_TRUE((*opened)->checkpoint().is_ok());
      }
    }
    vfs.set_hook({});
    for (const Point& point : points_) check(point, seed);
  }

  void change_schema(SeededRandom& random) {
    auto next = std::make_shared<TableSchema>(*now_.schema);
    next->version = ++version_;
    if (next->columns.size() == 3) {
      next->columns.push_back(
          column_of(next_id_++, random.chance(500) ? SqlTypeId::kInteger : SqlTypeId::kText));
    } else {
      next->columns.pop_back();
    }
    now_.schema = next;
  }

  void change_rows(Session& session, SeededRandom& random) {
    const bool bulk = random.chance(300);
    TableWriter writer(session, tree_, *now_.schema, WriterOptions{90, bulk});
    const int64_t top = now_.rows.empty() ? 0 : now_.rows.rbegin()->first;
    for (uint64_t i = 1 + random.below(bulk ? 300 : 60); i > 0; --i) {
      const auto id = bulk ? top + static_cast<int64_t>(400 - i) : static_cast<int64_t>(random.below(600));
      const auto at = now_.rows.find(id);
      if (at == now_.rows.end()) {
        put(writer, id, 0, false);
      } else if (random.chance(600)) {
        Result<bool> erased = writer.erase(id);
        ASSERT_TRUE(erased.is_ok() && *erased) << erased.status().to_string();
        now_.rows.erase(at);
      } else {
        put(writer, id, at->second + 1, true);
      }
      if (testing::Test::HasFatalFailure()) return;
    }
    if (random.chance(250)) {
      Result<ShrinkStep> step =
          shrink_file(session, {&tree_, 1}, 1 + static_cast<uint32_t>(random.below(12)));
      ASSERT_TRUE(step.is_ok()) << step.status().to_string();
      moved_ += step->moved;
    }
    if (random.chance(150)) {
      std::vector<int64_t> ids;
      for (const auto& [id, version] : now_.rows) ids.push_back(id);
      for (const int64_t id : ids) {
        if (random.chance(100)) continue;
        ASSERT_TRUE(writer.erase(id).value());
        now_.rows.erase(id);
      }
    }
  }

  void put(TableWriter& writer, int64_t id, uint32_t version, bool update) {
    BatchArena arena(1 << 20);
    Vector number;
    Vector text;
    ASSERT_TRUE(number.allocate(PhysicalKind::kInt64, 1, arena).is_ok());
    ASSERT_TRUE(text.allocate(PhysicalKind::kString, 1, arena).is_ok());
    number.set<int64_t>(0, id * 1000 + version);
    ASSERT_TRUE(text.set_string(0, text_of(id, version), arena).is_ok());
    Vector added;
    std::vector<const Vector*> columns{nullptr, &number, &text};
    if (now_.schema->columns.size() == 4) {
      const TableColumn& last = now_.schema->columns[3];
      ASSERT_TRUE(added.allocate(last.kind, 1, arena).is_ok());
      added.set_null(0);
      columns.push_back(&added);
    }
    if (update) {
      const uint32_t which[] = {1, 2};
      Result<bool> done = writer.update(id, which, std::span(columns).subspan(1, 2), 0);
      ASSERT_TRUE(done.is_ok() && *done) << done.status().to_string();
    } else {
      Result<uint32_t> done = writer.insert({1, &id, columns});
      ASSERT_TRUE(done.is_ok() && *done == 1) << done.status().to_string();
    }
    now_.rows[id] = version;
  }

  // Recovers, crashes once more inside that recovery or the checkpoint after it, and recovers what is left.
  void check(const Point& point, uint64_t seed) {
    SeededRandom random(mix64(seed) + point.io);
    std::unique_ptr<SimDisk> second;
    uint64_t calls_left = random.below(60);
    const std::string where = "seed " + std::to_string(seed) + ", I/O call " + std::to_string(point.io);
    recover(*point.disk, point.acknowledged, seed + point.io, where, [&](SimDisk& disk) {
      if (second == nullptr && calls_left-- == 0) second = disk.crash(random.next());
    });
    if (HasFatalFailure() || second == nullptr) return;
    recover(*second, point.acknowledged, seed + point.io + 1, where + ", crashed again", {});
    ++checked_again_;
  }

  void recover(SimDisk& disk, uint64_t acknowledged, uint64_t seed, const std::string& where,
               const std::function<void(SimDisk&)>& at_io) {
    InlineRuntime runtime(seed);
    SimVfs vfs(disk, runtime);
    if (at_io) vfs.set_hook([&](uint64_t) { at_io(disk); });
    Result<std::unique_ptr<Database>> opened = Database::open("/t.ddb", options(vfs, runtime));
    ASSERT_TRUE(opened.is_ok()) << where << ": " << opened.status().to_string();
    std::unique_ptr<Session> session = (*opened)->new_session().value();
    ASSERT_TRUE(session->begin_read().is_ok());
    const uint64_t lsn = session->snapshot().value;
    ASSERT_GE(lsn, acknowledged) << where;
    const auto at = states_.find(lsn);
    ASSERT_NE(at, states_.end()) << where << ", LSN " << lsn;
    const State& state = at->second;
    VerifyReport report;
    const VerifiedTable table{tree_, state.schema.get()};
    const Status walked = verify_pages(*session, {&table, 1}, {}, 3, &report);
    ASSERT_TRUE(walked.is_ok()) << where << ": " << walked.to_string();
    ASSERT_EQ(report.findings_count, 0u)
        << where << ": page " << report.findings[0].page.value << " " << report.findings[0].text;
    ASSERT_EQ(report.rows, state.rows.size()) << where;
    TableCursor cursor(tree_, *state.schema);
    const uint32_t columns[] = {1, 2};
    ScanRequest request;
    request.columns = columns;
    request.row_ids = true;
    ASSERT_TRUE(cursor.open(*session, request).is_ok());
    auto expected = state.rows.begin();
    for (;;) {
      Result<uint32_t> rows = cursor.next_batch();
      ASSERT_TRUE(rows.is_ok()) << where << ": " << rows.status().to_string();
      if (*rows == 0) break;
      for (uint32_t i = 0; i < *rows; ++i, ++expected) {
        ASSERT_NE(expected, state.rows.end()) << where;
        ASSERT_EQ(cursor.row_ids()[i], expected->first) << where;
        ASSERT_EQ(cursor.column(0).value<int64_t>(i), expected->first * 1000 + expected->second) << where;
        ASSERT_EQ(cursor.column(1).value<StringView16>(i).view(), text_of(expected->first, expected->second))
            << where;
      }
    }
    ASSERT_EQ(expected, state.rows.end()) << where;
    cursor.release();
    session.reset();
    if (at_io) {
      ASSERT_TRUE((*opened)->checkpoint().is_ok()) << where;
    }
    ++checked_;
  }

  std::vector<Point> points_;
  std::map<uint64_t, State> states_;  // by LSN
  State now_;
  TableTree tree_;
  uint64_t acknowledged_ = 0;
  uint32_t version_ = 1;
  uint16_t next_id_ = 4;
  uint64_t checked_ = 0;
  uint64_t checked_again_ = 0;
  uint64_t moved_ = 0;
};

TEST_F(TableCrash, EveryRecoveredStateIsWhole) {
  const auto number = [](const char* name, uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
  };
  const uint64_t count = number("DDB_TRACE_COUNT", 20);
  const uint64_t first = number("DDB_TRACE_SEED", 1);
  for (uint64_t seed = first; seed < first + count; ++seed) {
    version_ = 1;
    next_id_ = 4;
    run_seed(seed);
    ASSERT_FALSE(HasFatalFailure()) << "seed " << seed;
  }
  EXPECT_GT(checked_, 0u);
  if (count >= 20) {  // of a seed alone it need not hold
    EXPECT_GT(checked_, count * 10);
    EXPECT_GT(checked_again_, count * 3);
    EXPECT_GT(moved_, count);
  }
  const auto shown = [](uint64_t n) { return static_cast<unsigned long long>(n); };
  std::printf("table campaign: seeds %llu from %llu, points %llu, recoveries %llu, pages moved %llu\n",
              shown(count), shown(first), shown(checked_ - checked_again_), shown(checked_), shown(moved_));
}

}  // namespace
}  // namespace ddb
