// catalog_test: who sees which catalog, and what is refused.
#include "catalog/catalog.h"

#include <set>
#include <thread>

#include "catalog/catalog_trees.h"
#include "catalog_world.h"

namespace ddb {
namespace {

using CatalogTest = CatalogWorld;

TEST_F(CatalogTest, ANewDatabaseHasSchemaPublic) {
  ASSERT_OK(session_->begin_read());
  const auto catalog = now();
  EXPECT_EQ(catalog->find_schema("public"), kPublic);
  auto schema = catalog->schema(*session_, kPublic);
  ASSERT_OK(schema.status());
  EXPECT_EQ((*schema)->name, "public");
  EXPECT_EQ(catalog->find_schema("nobody"), std::nullopt);
  EXPECT_STATE("3F000", catalog->schema(*session_, SchemaId(99)).status());
  EXPECT_STATE("42P01", catalog->table(*session_, TableId(99)).status());
  EXPECT_STATE("42P01", catalog->table(*session_, TableId(16)).status());
  EXPECT_STATE("42704", catalog->index(*session_, IndexId(99)).status());
  rollback();
  expect_sound();
  begin();
  EXPECT_STATE("42P06", create_catalog(host_->cache, *session_));
  rollback();
}

TEST_F(CatalogTest, ADatabaseWithoutACatalogReadsAsEmpty) {
  MemoryVfs other;
  Options options;
  options.vfs = &other;
  auto database = std::move(Database::open("empty.ddb", options)).value();
  CatalogCache cache(Runtime::native());
  auto session = std::move(database->new_session()).value();
  EXPECT_STATE("25000", cache.get(*session).status());
  ASSERT_OK(session->begin_read());
  auto catalog = std::move(cache.get(*session)).value();
  EXPECT_FALSE(catalog->exists());
  EXPECT_EQ(catalog->find_schema("public"), std::nullopt);
  CatalogWriter writer(cache, *session);
  EXPECT_STATE("25000", writer.add_schema({{}, "s", ""}).status());
  ASSERT_OK(session->rollback());
  ASSERT_OK(session->begin_write());
  EXPECT_STATE("3F000", writer.new_object_id().status());
  ASSERT_OK(session->rollback());
}

TEST_F(CatalogTest, ObjectsAreFoundByNameAndById) {
  begin();
  const TableId parent = table("parent");
  const ConstraintId key = primary_key(parent, "parent_pkey");
  const TableId child = table("child", 2);
  const IndexId second = index(child, "child_b", {3});
  const IndexId third = index(child, "child_a", {2}, true);
  const auto unique = add_key(child, "u", ConstraintKind::kUnique, {2}, third);
  ASSERT_OK(unique.status());
  auto reference = writer_->add_constraint(foreign_key(child, "fk", 3, parent, key));
  ASSERT_OK(reference.status());
  std::vector<ConstraintId> checks;
  for (const char* name : {"z_positive", "a_positive", "m_positive"}) {
    ConstraintDef check;
    check.table = child;
    check.name = name;
    check.check = expression({{object_id(child), ColumnId(2)}}, name);
    check.columns = {ColumnId(2)};
    checks.push_back(std::move(writer_->add_constraint(check)).value());
  }
  const ViewId shown = view("shown", {{object_id(child), ColumnId(2)}, {object_id(parent), ColumnId()}});
  const SequenceId counter = sequence("counter", {object_id(child), ColumnId(2)});
  commit();
  for (const bool anew : {false, true}) {
    if (anew) reopen();
    ASSERT_OK(session_->begin_read());
    const auto catalog = now();
    EXPECT_EQ(catalog->find_table(kPublic, "child"), child);
    EXPECT_EQ(catalog->find_table(kPublic, "shown"), std::nullopt);
    EXPECT_EQ(catalog->find_view(kPublic, "shown"), shown);
    EXPECT_EQ(catalog->find_index(kPublic, "child_b"), second);
    EXPECT_EQ(catalog->find_sequence(kPublic, "counter"), counter);
    EXPECT_EQ(catalog->find_constraint(child, "fk"), *reference);
    EXPECT_EQ(catalog->find_constraint(parent, "fk"), std::nullopt);
    EXPECT_EQ(catalog->indexes_of(child), (std::vector<IndexId>{second, third}));
    EXPECT_EQ(catalog->checks_of(child), (std::vector<ConstraintId>{checks[1], checks[2], checks[0]}));
    EXPECT_EQ(catalog->keys_of(child), std::vector<ConstraintId>{unique.value()});
    EXPECT_EQ(catalog->foreign_keys_of(child), std::vector<ConstraintId>{*reference});
    EXPECT_EQ(catalog->foreign_keys_to(parent), std::vector<ConstraintId>{*reference});
    EXPECT_TRUE(catalog->foreign_keys_to(child).empty());
    auto found = catalog->table(*session_, child);
    ASSERT_OK(found.status());
    EXPECT_EQ((*found)->columns[2].name, "b");
    const TableSchema schema = make_table_schema(**found);
    EXPECT_OK(schema.check(4000));
    EXPECT_EQ(schema.row_id_column, 0u);
    auto foreign = catalog->constraint(*session_, *reference);
    ASSERT_OK(foreign.status());
    EXPECT_EQ((*foreign)->referenced_constraint, key);
    EXPECT_EQ(catalog->table(*session_, child).value(), *found) << "decoded once";
    rollback();
    expect_sound();
  }
}

TEST_F(CatalogTest, ChangesAreTheWritersUntilTheyAreCommitted) {
  auto other = new_session();
  ASSERT_OK(other->begin_read(Isolation::kRepeatableRead));
  const auto before = std::move(host_->cache.get(*other)).value();
  begin();
  const TableId id = table("t");
  EXPECT_EQ(now()->find_table(kPublic, "t"), id);
  auto late = new_session();
  ASSERT_OK(late->begin_read());
  EXPECT_EQ(std::move(host_->cache.get(*late)).value(), before);
  ASSERT_OK(late->rollback());
  commit();
  ASSERT_OK(late->begin_read());
  EXPECT_EQ(std::move(host_->cache.get(*late)).value()->find_table(kPublic, "t"), id);
  ASSERT_OK(late->rollback());
  const auto old = std::move(host_->cache.get(*other)).value();
  EXPECT_EQ(old->find_table(kPublic, "t"), std::nullopt) << "an older snapshot has its own catalog";
  ASSERT_OK(late->begin_read());
  CatalogCache anew(Runtime::native());
  const auto fresh = std::move(anew.get(*late)).value();
  EXPECT_STATE("XX000", fresh->table(*other, id).status()) << "a session of another version must not decode";
  ASSERT_OK(late->rollback());
  ASSERT_OK(other->rollback());
}

TEST_F(CatalogTest, AnOldSnapshotLoadsItsOwnCatalogAgain) {
  begin();
  const TableId id = table("old");
  commit();
  auto other = new_session();
  ASSERT_OK(other->begin_read(Isolation::kRepeatableRead));
  for (int i = 0; i < 20; ++i) {
    begin();
    if (i == 0) {
      ASSERT_OK(writer_->drop(id).status());
    }
    table("t" + std::to_string(i));
    commit();
  }
  const auto old = std::move(host_->cache.get(*other)).value();
  auto table = old->table(*other, id);
  ASSERT_OK(table.status());
  EXPECT_EQ((*table)->name, "old");
  EXPECT_EQ(old->in_schema(kPublic).size(), 1u);
  ASSERT_OK(other->rollback());
}

TEST_F(CatalogTest, RollbackAndSavepointsTakeChangesBackAndVersionsNeverReturn) {
  std::set<uint64_t> seen;
  begin();
  table("kept");
  EXPECT_TRUE(seen.insert(now()->version()).second);
  ASSERT_OK(session_->savepoint().status());
  const auto saved = now();
  const TableId first = table("undone");
  EXPECT_TRUE(seen.insert(now()->version()).second);
  ASSERT_OK(session_->rollback_to(1));
  EXPECT_EQ(now(), saved);
  const TableId second = table("undone");
  EXPECT_NE(first, second) << "an id that was rolled back is not used again";
  EXPECT_TRUE(seen.insert(now()->version()).second);
  commit();
  begin();
  table("gone");
  EXPECT_TRUE(seen.insert(now()->version()).second);
  rollback();
  begin();
  EXPECT_EQ(now()->find_table(kPublic, "gone"), std::nullopt);
  EXPECT_EQ(now()->find_table(kPublic, "undone"), second);
  table("next");
  EXPECT_TRUE(seen.insert(now()->version()).second);
  EXPECT_EQ(now()->version(), *seen.rbegin());
  commit();
  expect_sound();
  const uint64_t last = *seen.rbegin();
  reopen();
  begin();
  table("after");
  EXPECT_GT(now()->version(), last);
  commit();
  expect_sound();
}

TEST_F(CatalogTest, NamesAreTakenOnceInTheirSpace) {
  begin();
  const TableId t = table("t");
  const TableId u = table("u");
  EXPECT_STATE("42P07", add_table(table_of("t", 1)).status());
  ViewDef taken;
  taken.schema = kPublic;
  taken.name = "u";
  taken.query = constant(1);
  EXPECT_STATE("42P07", writer_->add_view(taken).status());
  EXPECT_STATE("42P06", writer_->add_schema({{}, "public", ""}).status());
  primary_key(t, "k");
  EXPECT_STATE("42710", add_key(t, "k", ConstraintKind::kPrimaryKey, {1}, IndexId()).status());
  primary_key(u, "k");
  const auto other = writer_->add_schema({{}, "other", ""});
  ASSERT_OK(other.status());
  EXPECT_OK(add_table(table_of("t", 1, other.value())).status());
  // A relation that takes the name of another.
  TableDef renamed = def(t);
  renamed.name = "u";
  EXPECT_STATE("42P07", writer_->replace(renamed));
  renamed.name = "w";
  EXPECT_OK(writer_->replace(renamed));
  EXPECT_EQ(now()->find_table(kPublic, "t"), std::nullopt);
  EXPECT_EQ(now()->find_table(kPublic, "w"), t);
  table("t");
  commit();
  expect_sound();
}

TEST_F(CatalogTest, DefinitionsThatCannotBeAreRefused) {
  begin();
  const TableId t = table("t");
  const auto refused = [&](const char* state, auto change) {
    TableDef bad = table_of("bad", 3);
    bad.tree = {TreeId(99), PageNo(5)};
    change(bad);
    EXPECT_STATE(state, writer_->add_table(bad).status());
  };
  refused("42622", [](TableDef& bad) { bad.name = std::string(64, 'x'); });
  refused("42P16", [](TableDef& bad) { bad.name = ""; });
  refused("22021", [](TableDef& bad) { bad.name = "\xff"; });
  refused("42701", [](TableDef& bad) { bad.columns[2].name = "a"; });
  refused("42P16", [](TableDef& bad) { bad.columns[2].id = ColumnId(1); });
  refused("42P16", [](TableDef& bad) { bad.next_column_id = 3; });
  refused("42P16", [](TableDef& bad) { bad.row_id_column = ColumnId(2); });
  refused("22023", [](TableDef& bad) { bad.columns[1].type = {SqlTypeId::kVarchar, -5}; });
  refused("42P16", [](TableDef& bad) { bad.columns[1].missing = Value{plain(SqlTypeId::kText), "x"}; });
  refused("42P16", [](TableDef& bad) { bad.columns[1].identity = ColumnIdentity::kAlways; });
  refused("3F000", [](TableDef& bad) { bad.schema = SchemaId(77); });
  refused("42P16", [](TableDef& bad) { bad.id = TableId(1u << 20); });
  refused("42704", [](TableDef& bad) { bad.columns[1].default_value = expression({{ObjectId(5555), {}}}); });
  refused("42703", [t](TableDef& bad) {
    bad.columns[1].default_value = expression({{object_id(t), ColumnId(40)}});
  });
  refused("54011", [](TableDef& bad) {
    for (uint16_t i = 10; i < 1610; ++i) bad.columns.push_back(column(i, "c" + std::to_string(i)));
    bad.next_column_id = 1610;
  });
  EXPECT_FALSE(session_->failed()) << "nothing was changed";

  const ConstraintId key = primary_key(t, "t_pkey");
  const TableId u = table("u");
  const auto foreign = [&](auto change) {
    ConstraintDef bad = foreign_key(u, "fk", 2, t, key);
    change(bad);
    return writer_->add_constraint(bad).status();
  };
  EXPECT_STATE("42830", foreign([](ConstraintDef& bad) { bad.referenced_columns = {ColumnId(2)}; }));
  EXPECT_STATE("42830", foreign([](ConstraintDef& bad) { bad.referenced_columns.clear(); }));
  EXPECT_STATE("42703", foreign([](ConstraintDef& bad) { bad.columns = {ColumnId(50)}; }));
  EXPECT_STATE("42P01", foreign([](ConstraintDef& bad) { bad.referenced_table = TableId(4444); }));
  EXPECT_STATE("42704", foreign([](ConstraintDef& bad) { bad.referenced_constraint = ConstraintId(4444); }));
  EXPECT_STATE("42P16", foreign([](ConstraintDef& bad) { bad.initially_deferred = true; }));
  EXPECT_OK(foreign([](ConstraintDef& /*good*/) {}));
  EXPECT_STATE("42P16", add_key(u, "k", ConstraintKind::kPrimaryKey, {2}, IndexId()).status());
  EXPECT_STATE("42P16", add_key(u, "k", ConstraintKind::kUnique, {2}, index(u, "ui", {3}, true)).status());
  std::vector<uint16_t> many(33);
  for (uint16_t i = 0; i < 33; ++i) many[i] = static_cast<uint16_t>(i + 1);
  EXPECT_STATE("54011", add_key(u, "k", ConstraintKind::kUnique, many, IndexId(1)).status());
  commit();
  expect_sound();
}

TEST_F(CatalogTest, ColumnsComeAndGoWithoutReusingIds) {
  begin();
  const TableId t = table("t", 2);
  TableDef changed = def(t);
  EXPECT_EQ(changed.version, 1u);
  changed.columns.push_back(column(4, "c"));
  changed.columns.back().missing = Value{plain(SqlTypeId::kInteger), int32_t{7}};
  changed.next_column_id = 5;
  ASSERT_OK(writer_->replace(changed));
  ASSERT_OK(writer_->drop_column(t, ColumnId(2)).status());
  TableDef after = def(t);
  EXPECT_EQ(after.version, 3u);
  ASSERT_EQ(after.columns.size(), 3u);
  EXPECT_EQ(after.next_column_id, 5);
  TableDef again = after;
  again.columns.push_back(column(2, "a"));
  EXPECT_STATE("42P16", writer_->replace(again)) << "an id of a dropped column";
  TableDef wider = after;
  wider.columns[1].type = plain(SqlTypeId::kBigint);
  EXPECT_STATE("42P16", writer_->replace(wider)) << "stored rows would read otherwise";
  TableDef lower = after;
  lower.next_column_id = 4;
  EXPECT_STATE("42P16", writer_->replace(lower));
  TableDef renamed = after;
  renamed.columns[1].name = "bb";
  EXPECT_OK(writer_->replace(renamed));
  EXPECT_EQ(def(t).version, 3u) << "a name is not stored in leaves";
  EXPECT_STATE("42703", writer_->drop_column(t, ColumnId(2)).status());
  commit();
  expect_sound();
}

TEST_F(CatalogTest, ManyChangesInOneTransactionStayFindable) {
  begin();
  std::vector<TableId> ids;
  for (int i = 0; i < 300; ++i) {
    SequenceDef made;
    made.schema = kPublic;
    made.name = "s" + std::to_string(i);
    ids.emplace_back(std::move(writer_->add_sequence(made)).value().value);
    if (i % 3 == 0) {
      // Some are gone already.
      const Status dropped = writer_->drop(ids[static_cast<size_t>(i) / 2]).status();
      ASSERT_TRUE(dropped.is_ok() || dropped.is(sqlstate::kUndefinedObject)) << dropped.to_string();
    }
  }
  const auto catalog = now();
  for (const CatalogEntry* entry : catalog->in_schema(kPublic)) {
    EXPECT_EQ(catalog->find_relation(kPublic, entry->name), entry);
  }
  const size_t count = catalog->in_schema(kPublic).size();
  commit();
  reopen();
  ASSERT_OK(session_->begin_read());
  EXPECT_EQ(now()->in_schema(kPublic).size(), count);
  rollback();
  expect_sound();
}

TEST_F(CatalogTest, ManyThreadsDecodeOneCatalog) {
  begin();
  for (int i = 0; i < 50; ++i) table("t" + std::to_string(i));
  commit();
  reopen();
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([this] {
      auto session = new_session();
      for (int round = 0; round < 20; ++round) {
        EXPECT_TRUE(session->begin_read().is_ok());
        const auto catalog = std::move(host_->cache.get(*session)).value();
        for (int i = 0; i < 50; ++i) {
          const auto id = catalog->find_table(kPublic, "t" + std::to_string(i));
          auto def = catalog->table(*session, *id);
          EXPECT_TRUE(def.is_ok() && (*def)->name == "t" + std::to_string(i));
        }
        EXPECT_TRUE(session->rollback().is_ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(CatalogTest, ALongDefinitionIsKeptAndATooLongOneRefused) {
  begin();
  ViewDef made;
  made.schema = kPublic;
  made.name = "long";
  made.query = expression({}, std::string(300'000, 'q'));
  const auto id = writer_->add_view(made);
  ASSERT_OK(id.status());
  made.name = "longer";
  made.query = expression({}, std::string((16u << 20) + 1, 'q'));
  EXPECT_STATE("54000", writer_->add_view(made).status());
  EXPECT_FALSE(session_->failed());
  commit();
  reopen();
  ASSERT_OK(session_->begin_read());
  auto view = now()->view(*session_, id.value());
  ASSERT_OK(view.status());
  EXPECT_EQ((*view)->query.bound()->text.size(), 300'000u);
  rollback();
}

}  // namespace
}  // namespace ddb
