// access_rules_test: messages in PostgreSQL's words, foreign keys of several columns, MATCH FULL, conflicts, index builds, limits, and what
// verify finds.
#include <gtest/gtest.h>

#include <atomic>

#include "access/access_verify.h"
#include "access/index_build.h"
#include "access_world.h"
#include "btree/index_cursor.h"

namespace ddb::access_world {
namespace {

class AccessRules : public testing::Test {
 protected:
  void SetUp() override {
    Options options;
    options.vfs = &vfs_;
    options.background_threads = false;
    database_ = std::move(Database::open("/r.ddb", options)).value();
    session_ = std::move(database_->new_session()).value();
    ASSERT_TRUE(session_->begin_write().is_ok());
    for (const auto& key : world_.foreign_keys) {
      key->deferral = Deferral::kNotDeferrable;
      key->on_delete = key->on_update = KeyAction::kNoAction;
    }
    world_.tables[kChild]->indexes[0].deferral = Deferral::kNotDeferrable;
    world_.tables[kChild]->indexes[0].nulls_distinct = true;
    world_.create(*session_);
    changes_ = std::make_unique<ChangeSet>(*session_);
  }
  Status insert(uint32_t table, const std::vector<Row>& rows) {
    Batch batch(world_, table);
    DDB_RETURN_IF_ERROR(changes_->insert(*world_.tables[table], batch.rows(rows)));
    return changes_->end_statement();
  }
  Status update(uint32_t table, const std::vector<int64_t>& ids, const std::vector<uint32_t>& columns,
                const std::vector<Row>& values) {
    Batch batch(world_, table);
    DDB_RETURN_IF_ERROR(changes_->update(*world_.tables[table], ids, columns, batch.values(columns, values)));
    return changes_->end_statement();
  }
  Status erase(uint32_t table, const std::vector<int64_t>& ids) {
    DDB_RETURN_IF_ERROR(changes_->erase(*world_.tables[table], ids).status());
    return changes_->end_statement();
  }
  // Undoes a statement that failed.
  void expect_error(const Status& status, std::string_view state, std::string_view message,
                    std::string_view detail) {
    EXPECT_EQ(status.sqlstate().view(), state);
    EXPECT_EQ(status.message(), message);
    EXPECT_EQ(status.detail(), detail);
    EXPECT_TRUE(session_->failed());
  }
  template <typename Statement>
  Status attempt(Statement&& statement) {
    const uint32_t depth = session_->savepoint().value();
    const ChangeSet::Mark mark = changes_->mark();
    Status status = statement();
    if (!status.is_ok()) {
      EXPECT_TRUE(session_->failed());
      EXPECT_TRUE(session_->rollback_to(depth).is_ok());
      changes_->rollback_to(mark);
    }
    return status;
  }

  World world_{1};
  MemoryVfs vfs_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Session> session_;
  std::unique_ptr<ChangeSet> changes_;
};

TEST_F(AccessRules, MessagesAreThoseOfPostgres) {
  ASSERT_TRUE(insert(kParent, {{1, 10, 5, 3}, {2, {}, 6, {}}}).is_ok());
  ASSERT_TRUE(insert(kChild, {{1, 1, 10, 7, 1}}).is_ok());
  const auto expect = [&](const Status& status, std::string_view state, std::string_view message,
                          std::string_view detail, std::string_view constraint) {
    EXPECT_EQ(status.sqlstate().view(), state);
    EXPECT_EQ(status.message(), message);
    EXPECT_EQ(status.detail(), detail);
    EXPECT_EQ(status.object().constraint, constraint);
    EXPECT_EQ(status.object().schema, "public");
  };
  expect(attempt([&] {
           return insert(kParent, {{3, 1, {}, 2}});
         }),
         "23502", "null value in column \"a\" of relation \"parent\" violates not-null constraint",
         "Failing row contains (3, 1, null, t2).", "");
  expect(attempt([&] {
           return insert(kParent, {{3, 1, 901, 2}});
         }),
         "23514", "new row for relation \"parent\" violates check constraint \"parent_a_check\"",
         "Failing row contains (3, 1, 901, t2).", "parent_a_check");
  expect(attempt([&] { return update(kParent, {2}, {2}, {{950}}); }), "23514",
         "new row for relation \"parent\" violates check constraint \"parent_a_check\"",
         "Failing row contains (2, null, 950, null).", "parent_a_check");
  expect(attempt([&] {
           return insert(kParent, {{1, 1, 5, 2}});
         }),
         "23505", "duplicate key value violates unique constraint \"parent_pkey\"",
         "Key (id)=(1) already exists.", "parent_pkey");
  expect(attempt([&] {
           return insert(kParent, {{3, 10, 5, 2}});
         }),
         "23505", "duplicate key value violates unique constraint \"parent_u_key\"",
         "Key (u)=(10) already exists.", "parent_u_key");
  expect(attempt([&] {
           return insert(kChild, {{2, {}, {}, 7, 1}});
         }),
         "23505", "duplicate key value violates unique constraint \"child_xs_key\"",
         "Key (x, s)=(7, t1) already exists.", "child_xs_key");
  expect(attempt([&] {
           return insert(kChild, {{2, 99, {}, {}, {}}});
         }),
         "23503", "insert or update on table \"child\" violates foreign key constraint \"child_p_fkey\"",
         "Key (p)=(99) is not present in table \"parent\".", "child_p_fkey");
  expect(attempt([&] { return update(kChild, {1}, {2}, {{11}}); }), "23503",
         "insert or update on table \"child\" violates foreign key constraint \"child_u_fkey\"",
         "Key (u)=(11) is not present in table \"parent\".", "child_u_fkey");
  expect(attempt([&] { return erase(kParent, {1}); }), "23503",
         "update or delete on table \"parent\" violates foreign key constraint \"child_p_fkey\" on table "
         "\"child\"",
         "Key (id)=(1) is still referenced from table \"child\".", "child_p_fkey");
  EXPECT_TRUE(attempt([&] { return erase(kParent, {2}); }).is_ok());
}

TEST_F(AccessRules, TheLowestRowsErrorIsReported) {
  ASSERT_TRUE(insert(kParent, {{1, 10, 5, 3}}).is_ok());
  // Row 2 repeats the key that is the row id, row 3 has a NULL, row 4 a unique key that is there.
  const Status status = attempt([&] {
    return insert(kParent, {{5, 1, 5, 1}, {1, 2, 5, 1}, {6, 3, {}, 1}, {7, 10, 5, 1}});
  });
  EXPECT_EQ(status.object().constraint, "parent_pkey");
  const Status other = attempt([&] { return insert(kParent, {{5, 1, 5, 1}, {8, 2, {}, 1}, {1, 3, 5, 1}}); });
  EXPECT_TRUE(other.is(sqlstate::kNotNullViolation));
}

TEST_F(AccessRules, ConflictsAreFoundWithoutChangingAnything) {
  ASSERT_TRUE(insert(kParent, {{1, 10, 5, 3}, {2, 20, 5, 3}}).is_ok());
  Batch batch(world_, kParent);
  const RowBatch rows =
      batch.rows({{3, 20, 1, 1}, {1, 30, 1, 1}, {4, 40, 1, 1}, {5, 40, 1, 1}, {6, {}, 1, 1}, {4, 50, 1, 1}});
  std::vector<int64_t> met(rows.rows);
  uint64_t exists[1], repeats[1];
  const uint32_t indexes[] = {0, TableChanger::kRowId};
  ASSERT_TRUE(changes_->changer(*world_.tables[kParent])
                  .find_conflicts(rows, indexes, met.data(), exists, repeats)
                  .is_ok());
  EXPECT_EQ(exists[0], 0b000011u);
  EXPECT_EQ(repeats[0], 0b101000u);
  EXPECT_EQ(met[0], 2);
  EXPECT_EQ(met[1], 1);
  EXPECT_FALSE(session_->failed());
}

// Two columns, one of them narrower than the parent's.
TEST_F(AccessRules, ForeignKeysOfSeveralColumnsMatchSimpleAndFull) {
  TableRules& parent = *world_.tables[kParent];
  TableRules& child = *world_.tables[kChild];
  IndexRules pair = parent.indexes[0];
  pair.id = 77;
  pair.name = "parent_u_a_key";
  pair.key.push_back({2, nullptr, {}, {parent.schema.columns[2].type, true, false}});
  pair.tree = create_index_tree(*session_, TreeId(90), false).value();
  parent.indexes.push_back(pair);
  ForeignKeyRules key;
  key.id = 99;
  key.name = "child_u_x_fkey";
  key.child = &child;
  key.columns = {2, 3};
  key.parent = &parent;
  key.parent_columns = {1, 2};
  key.parent_index = static_cast<uint32_t>(parent.indexes.size() - 1);
  key.on_update = KeyAction::kCascade;
  key.on_delete = KeyAction::kSetNull;
  child.foreign_keys = {&key};
  parent.referenced_by = {&key};
  ASSERT_TRUE(insert(kParent, {{1, 10, 5, 3}, {2, 20, 900, 3}}).is_ok());
  ASSERT_TRUE(insert(kChild, {{1, {}, 10, 5, 1}, {2, {}, 10, {}, 1}, {3, {}, {}, {}, 2}}).is_ok());
  EXPECT_EQ(attempt([&] {
              return insert(kChild, {{4, {}, 10, 6, 9}});
            }).detail(),
            "Key (u, x)=(10, 6) is not present in table \"parent\".");
  key.match_full = true;
  EXPECT_EQ(attempt([&] {
              return insert(kChild, {{4, {}, 10, {}, 9}});
            }).detail(),
            "MATCH FULL does not allow mixing of null and nonnull key values.");
  ASSERT_TRUE(update(kParent, {1}, {1, 2}, {{11, 7}}).is_ok());
  RowBuffer rows(child.schema);
  const std::vector<uint32_t> columns{2, 3};
  const std::vector<int64_t> ids{1};
  TableReader reader(child.tree, child.schema);
  ASSERT_TRUE(rows.load(*session_, reader, ids, columns).is_ok());
  EXPECT_EQ(rows.column(2).value<int32_t>(0), 11);
  EXPECT_EQ(rows.column(3).value<int16_t>(0), 7);
  // A number that the child's column cannot hold.
  EXPECT_TRUE(
      attempt([&] { return update(kParent, {1}, {2}, {{-40000}}); }).is(sqlstate::kNumericOutOfRange));
  ASSERT_TRUE(erase(kParent, {1}).is_ok());
  ASSERT_TRUE(rows.load(*session_, reader, ids, columns).is_ok());
  EXPECT_TRUE(rows.column(2).is_null(0) && rows.column(3).is_null(0));
  parent.referenced_by.clear();
  child.foreign_keys.clear();
}

TEST_F(AccessRules, MoreThanMayWaitIsJudgedWhole) {
  ForeignKeyRules& key = *world_.foreign_keys[2];  // tree.up
  key.deferral = Deferral::kInitiallyDeferred;
  key.on_delete = KeyAction::kNoAction;
  IndexRules& unique = world_.tables[kChild]->indexes[0];
  unique.deferral = Deferral::kInitiallyDeferred;
  changes_ = std::make_unique<ChangeSet>(*session_, ChangeLimits{4096, 8});
  std::vector<Row> orphans, parents;
  for (int64_t i = 0; i < 1000; ++i) orphans.push_back({i, 100000 + i, {}});
  for (int64_t i = 0; i < 999; ++i) parents.push_back({100000 + i, {}, {}});
  ASSERT_TRUE(insert(kTree, orphans).is_ok());
  EXPECT_GT(changes_->overflows(), 0u);
  ASSERT_TRUE(insert(kTree, parents).is_ok());
  // One is left, and told as the row that has no parent.
  const Status orphan = attempt([&] { return changes_->before_commit(); });
  EXPECT_EQ(orphan.message(),
            "insert or update on table \"tree\" violates foreign key constraint \"tree_up_fkey\"");
  EXPECT_EQ(orphan.detail(), "Key (up)=(100999) is not present in table \"tree\".");
  ASSERT_TRUE(insert(kTree, {{100999, {}, {}}}).is_ok());
  ASSERT_TRUE(changes_->before_commit().is_ok());
  // Parents that go: told from their side.
  std::vector<int64_t> gone;
  for (int64_t i = 1; i < 1000; ++i) gone.push_back(100000 + i);
  ASSERT_TRUE(erase(kTree, gone).is_ok());
  const Status children = attempt([&] { return changes_->before_commit(); });
  EXPECT_EQ(children.message(),
            "update or delete on table \"tree\" violates foreign key constraint \"tree_up_fkey\" on table "
            "\"tree\"");
  EXPECT_EQ(children.detail(), "Key (id)=(100001) is still referenced from table \"tree\".");
  gone.clear();
  for (int64_t i = 1; i < 1000; ++i) gone.push_back(i);
  ASSERT_TRUE(erase(kTree, gone).is_ok());
  ASSERT_TRUE(changes_->before_commit().is_ok());
  // Keys that may repeat until the commit.
  std::vector<Row> twice;
  for (int64_t i = 0; i < 600; ++i) twice.push_back({i, {}, {}, i / 2, 1});
  const uint64_t before = changes_->overflows();
  ASSERT_TRUE(insert(kChild, twice).is_ok());
  EXPECT_GT(changes_->overflows(), before);
  EXPECT_EQ(attempt([&] { return changes_->before_commit(); }).detail(),
            "Key (x, s)=(0, t1) already exists.");
  gone.clear();
  for (int64_t i = 0; i < 600; i += 2) gone.push_back(i);
  ASSERT_TRUE(erase(kChild, gone).is_ok());
  EXPECT_TRUE(changes_->before_commit().is_ok());
}

TEST_F(AccessRules, ActionsAreBoundedInBytesAndDepth) {
  ForeignKeyRules& key = *world_.foreign_keys[2];  // tree.up
  changes_ = std::make_unique<ChangeSet>(*session_, ChangeLimits{4096, 8});
  key.on_delete = KeyAction::kCascade;
  std::vector<Row> chain{{0, {}, {}}};
  for (int64_t i = 1; i < 20; ++i) chain.push_back({i, i - 1, {}});
  ASSERT_TRUE(insert(kTree, chain).is_ok());
  EXPECT_TRUE(attempt([&] { return erase(kTree, {0}); }).is(sqlstate::kProgramLimit));
  EXPECT_TRUE(attempt([&] { return erase(kTree, {13}); }).is_ok());
  std::vector<Row> many;
  std::vector<int64_t> ids;
  for (int64_t i = 1000; i < 2000; ++i) {
    many.push_back({i, {}, {}});
    ids.push_back(i);
  }
  ASSERT_TRUE(insert(kTree, many).is_ok());
  EXPECT_TRUE(attempt([&] { return erase(kTree, ids); }).is(sqlstate::kOutOfMemory));
  ids.resize(100);
  EXPECT_TRUE(attempt([&] { return erase(kTree, ids); }).is_ok());
}

TEST_F(AccessRules, SetConstraintsGoesBackWithItsSavepoint) {
  ForeignKeyRules& key = *world_.foreign_keys[0];  // child.p
  key.deferral = Deferral::kInitiallyImmediate;
  (void)attempt([&]() -> Status {
    EXPECT_TRUE(changes_->set_deferred(key.id, true).is_ok());
    EXPECT_TRUE(insert(kChild, {{1, 5, {}, {}, {}}}).is_ok());
    return session_->fail_transaction(Status::error(sqlstate::kProgramLimit, "enough"));
  });
  EXPECT_TRUE(attempt([&] {
                return insert(kChild, {{1, 5, {}, {}, {}}});
              }).is(sqlstate::kForeignKeyViolation));
}

TEST_F(AccessRules, DeferredConstraintsWaitForCommitAndSetConstraints) {
  ForeignKeyRules& key = *world_.foreign_keys[0];  // child.p
  key.deferral = Deferral::kInitiallyDeferred;
  ASSERT_TRUE(insert(kChild, {{1, 5, {}, {}, {}}}).is_ok());
  EXPECT_TRUE(
      attempt([&] { return changes_->set_deferred(key.id, false); }).is(sqlstate::kForeignKeyViolation));
}

TEST_F(AccessRules, DeferredKeysAreJudgedAtCommit) {
  ForeignKeyRules& key = *world_.foreign_keys[0];
  key.deferral = Deferral::kInitiallyDeferred;
  ASSERT_TRUE(insert(kChild, {{1, 5, {}, {}, {}}}).is_ok());
  ASSERT_TRUE(insert(kParent, {{5, {}, 5, {}}}).is_ok());
  ASSERT_TRUE(changes_->before_commit().is_ok());
  ASSERT_TRUE(erase(kParent, {5}).is_ok());
  EXPECT_TRUE(changes_->before_commit().is(sqlstate::kForeignKeyViolation));
}

TEST_F(AccessRules, ARowThatIsNamedTwiceGoesOnce) {
  ASSERT_TRUE(insert(kParent, {{1, 10, 5, 3}, {2, 20, 5, 3}}).is_ok());
  const std::vector<int64_t> ids{2, 1, 2, 7};
  EXPECT_EQ(changes_->erase(*world_.tables[kParent], ids).value(), 2u);
  ASSERT_TRUE(changes_->end_statement().is_ok());
}

TEST_F(AccessRules, DeferredKeysFollowARowThatGetsAnotherId) {
  world_.foreign_keys[0]->deferral = Deferral::kInitiallyDeferred;
  ASSERT_TRUE(insert(kChild, {{1, 5, {}, {}, {}}}).is_ok());
  ASSERT_TRUE(update(kChild, {1}, {0}, {{2}}).is_ok());
  EXPECT_TRUE(changes_->before_commit().is(sqlstate::kForeignKeyViolation));
}

// An index over rows that are there: the same as one kept from the start; repeated keys are named; cancel, no memory, no disk leave nothing.
TEST_F(AccessRules, IndexesAreBuiltOverRowsThatAreThere) {
  std::vector<Row> rows;
  SeededRandom random(5);
  for (int64_t i = 0; i < 20000; ++i)
    rows.push_back({i, random.chance(100) ? Cell() : Cell(i), static_cast<int64_t>(random.below(900)),
                    static_cast<int64_t>(random.below(50))});
  for (size_t at = 0; at < rows.size(); at += 1000) {
    ASSERT_TRUE(insert(kParent, {rows.begin() + static_cast<ptrdiff_t>(at),
                                 rows.begin() + static_cast<ptrdiff_t>(at + 1000)})
                    .is_ok());
  }
  TableRules& parent = *world_.tables[kParent];
  TempSpace temp(&vfs_, "", uint64_t{1} << 30);
  for (size_t number = 0; number < 3; ++number) {
    IndexRules& index = parent.indexes[number];
    ASSERT_TRUE(drop_index_tree(*session_, index.tree).is_ok());
    index.tree = create_index_tree(*session_, index.tree.tree, !index.stored.empty()).value();
    MemoryTracker memory({"index build", "maintenance_work_mem"}, number == 1 ? 128 * 1024 : 64 << 20,
                         nullptr);
    IndexBuildMeans means;
    means.memory = &memory;
    means.temp = &temp;
    means.load.fill_percent = 90;
    uint64_t entries = 0;
    const Status built = build_index(*session_, parent, index, means, &entries);
    ASSERT_TRUE(built.is_ok()) << built.to_string();
    EXPECT_LE(memory.most(), memory.limit());
    EXPECT_GT(entries, number == 2 ? 1000u : 19999u);
    EXPECT_EQ(temp.used(), 0u);
  }
  EXPECT_GT(temp.written(), 0u);
  AccessReport report;
  ASSERT_TRUE(verify_table(*session_, parent, 3, &report).is_ok());
  EXPECT_EQ(report.findings_count, 0u) << report.findings[0].text;
  EXPECT_EQ(report.rows, 20000u);
  // One that is to be unique over values that repeat.
  IndexRules repeated = parent.indexes[1];
  repeated.name = "parent_s_key";
  repeated.unique = true;
  const auto build_repeated = [&](TempSpace& space, uint64_t memory_bytes, const std::atomic<bool>* cancel,
                                  std::function<Status(const SortProgress&)> poll) {
    return attempt([&] {
      repeated.tree = create_index_tree(*session_, TreeId(95), true).value();
      MemoryTracker memory({"index build", "maintenance_work_mem"}, memory_bytes, nullptr);
      IndexBuildMeans means;
      means.memory = &memory;
      means.temp = &space;
      means.watch = WorkWatch(cancel, std::move(poll));
      return build_index(*session_, parent, repeated, means);
    });
  };
  Status failed = build_repeated(temp, 64 << 20, nullptr, nullptr);
  EXPECT_TRUE(failed.is(sqlstate::kUniqueViolation)) << failed.to_string();
  EXPECT_EQ(failed.message(), "could not create unique index \"parent_s_key\"");
  EXPECT_TRUE(failed.detail().starts_with("Key (s)=(t")) << failed.detail();
  repeated.unique = false;
  const std::atomic<bool> cancelled{true};
  EXPECT_TRUE(build_repeated(temp, 64 << 20, &cancelled, nullptr).is(sqlstate::kQueryCanceled));
  // In the middle: after so many polls.
  for (int polls = 0; polls < 40; polls += 3) {
    int left = polls;
    failed = build_repeated(temp, 128 * 1024, nullptr, [&](const SortProgress&) {
      return left-- > 0 ? Status::ok() : Status::error(sqlstate::kQueryCanceled, "enough");
    });
    EXPECT_TRUE(failed.is_ok() || failed.is(sqlstate::kQueryCanceled)) << failed.to_string();
    EXPECT_EQ(temp.used(), 0u);
    if (failed.is_ok()) {
      ASSERT_TRUE(drop_index_tree(*session_, repeated.tree).is_ok());
    }
  }
  TempSpace little(&vfs_, "", 64 * 1024);
  EXPECT_TRUE(build_repeated(little, 128 * 1024, nullptr, nullptr).is(sqlstate::kLimitExceeded));
  EXPECT_EQ(little.used(), 0u);
  // And nothing is left behind by any of it.
  VerifyReport pages;
  const auto tables = world_.verified_tables();
  const auto indexes = world_.verified_indexes();
  ASSERT_TRUE(verify_pages(*session_, {tables, indexes, {}}, 3, &pages).is_ok());
  EXPECT_EQ(pages.findings_count, 0u) << pages.findings[0].text;
}

// The catalog's crash campaign, seed 1: INCLUDE of the column that is the row id.
TEST_F(AccessRules, AnIndexStoresTheColumnThatIsTheRowId) {
  TableRules& tree = *world_.tables[kTree];
  ASSERT_EQ(tree.schema.columns[0].kind, PhysicalKind::kInt32);
  IndexRules& index = tree.indexes[0];
  ASSERT_TRUE(drop_index_tree(*session_, index.tree).is_ok());
  index.stored = {1, 0};
  index.tree = create_index_tree(*session_, index.tree.tree, true).value();
  ASSERT_TRUE(insert(kTree, {{7, {}, 70}, {8, 7, 80}, {9, 7, 90}}).is_ok());
  ASSERT_TRUE(update(kTree, {8}, {0}, {{18}}).is_ok());
  ASSERT_TRUE(erase(kTree, {9}).is_ok());
  AccessReport report;
  ASSERT_TRUE(verify_table(*session_, tree, 3, &report).is_ok());
  EXPECT_EQ(report.findings_count, 0u);
  IndexCursor cursor(index.tree);
  cursor.open(*session_, {}, {.backwards = false, .keys = true, .payloads = true});
  ASSERT_EQ(cursor.next_batch().value(), 2u);
  // 1 byte of NULLs, 8 of `up`, 4 of `id`.
  EXPECT_EQ(cursor.payload(0), std::string_view("\x01\0\0\0\0\0\0\0\0\x07\0\0\0", 13));
  EXPECT_EQ(cursor.payload(1), std::string_view("\0\x07\0\0\0\0\0\0\0\x12\0\0\0", 13));
  cursor.release();
  // Built anew it is the same.
  ASSERT_TRUE(drop_index_tree(*session_, index.tree).is_ok());
  index.tree = create_index_tree(*session_, index.tree.tree, true).value();
  TempSpace temp(nullptr, "", 0);
  MemoryTracker memory({"index build", "maintenance_work_mem"}, 16 << 20, nullptr);
  IndexBuildMeans means;
  means.memory = &memory;
  means.temp = &temp;
  ASSERT_TRUE(build_index(*session_, tree, index, means).is_ok());
  ASSERT_TRUE(verify_table(*session_, tree, 3, &report).is_ok());
  EXPECT_EQ(report.findings_count, 0u);
}

TEST_F(AccessRules, VerifyFindsWhatDoesNotFit) {
  ASSERT_TRUE(insert(kParent, {{1, 10, 5, 3}, {2, 20, 600, 4}, {3, 30, 7, 5}}).is_ok());
  ASSERT_TRUE(insert(kChild, {{1, 1, 10, 7, 1}}).is_ok());
  const TableRules& parent = *world_.tables[kParent];
  const auto findings = [&](uint32_t table) {
    AccessReport report;
    EXPECT_TRUE(verify_table(*session_, *world_.tables[table], 10, &report).is_ok());
    return report;
  };
  EXPECT_EQ(findings(kParent).findings_count + findings(kChild).findings_count, 0u);
  const auto only = [&](const AccessReport& report, AccessRule rule, const std::string& name,
                        int64_t row_id) {
    ASSERT_EQ(report.findings_count, 1u);
    EXPECT_EQ(report.findings[0].rule, rule);
    EXPECT_EQ(report.findings[0].name, name);
    EXPECT_EQ(report.findings[0].row_id, row_id);
  };
  // The table alone loses a row: its entries are too many, and a child has no parent.
  uint32_t depth = session_->savepoint().value();
  TableWriter writer(*session_, parent.tree, parent.schema);
  ASSERT_TRUE(writer.erase(1).value());
  AccessReport report = findings(kParent);
  EXPECT_EQ(report.findings_count, 2u);
  EXPECT_EQ(report.findings[0].rule, AccessRule::kIndexEntry);
  only(findings(kChild), AccessRule::kForeignKey, "child_p_fkey", 1);
  ASSERT_TRUE(session_->rollback_to(depth).is_ok());
  // An index alone loses an entry.
  depth = session_->savepoint().value();
  IndexCursor cursor(parent.indexes[0].tree);
  cursor.open(*session_, {}, {.backwards = false, .keys = true, .payloads = false});
  ASSERT_EQ(cursor.next_batch().value(), 3u);
  const std::string key(cursor.key(1));
  const std::string_view view = key;
  IndexWriter entries(*session_, parent.indexes[0].tree);
  ASSERT_TRUE(entries.erase({&view, 1}).is_ok());
  only(findings(kParent), AccessRule::kIndexRow, "parent_u_key", 2);
  ASSERT_TRUE(session_->rollback_to(depth).is_ok());
  // A value changes behind everybody's back.
  depth = session_->savepoint().value();
  Batch batch(world_, kParent);
  const std::vector<uint32_t> column{2};
  ASSERT_TRUE(writer.update(3, column, batch.values(column, {{{}}}), 0).value());
  only(findings(kParent), AccessRule::kNotNull, "a", 3);
  ASSERT_TRUE(session_->rollback_to(depth).is_ok());
  EXPECT_EQ(findings(kParent).findings_count, 0u);
}

}  // namespace
}  // namespace ddb::access_world
