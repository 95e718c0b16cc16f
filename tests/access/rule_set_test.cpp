// rule_set_test: the rules that the catalog gives are those that its definitions mean, and rows keep them.
#include "access/rule_set.h"

#include "rule_world.h"

namespace ddb {
namespace {

class RuleSetTest : public RuleWorld {
 protected:
  // parent(id, a, b, c) with UNIQUE (b, a), and child(id, a, b, c).
  void make_family() {
    parent_ = table("parent");
    parent_key_ = primary_key(parent_, "parent_pkey");
    ba_index_ = index(parent_, "parent_ba", {3, 2}, true);
    ba_key_ = std::move(add_key(parent_, "parent_ba", ConstraintKind::kUnique, {3, 2}, ba_index_)).value();
    child_ = table("child");
    primary_key(child_, "child_pkey");
  }
  ConstraintDef pair_key(const std::string& name) {
    ConstraintDef key = foreign_key(child_, name, 2, parent_, ba_key_);
    key.columns = {ColumnId(2), ColumnId(3)};
    key.referenced_columns = {ColumnId(2), ColumnId(3)};  // a, b: the index has b, a
    return key;
  }

  TableId parent_, child_;
  ConstraintId parent_key_, ba_key_;
  IndexId ba_index_;
};

TEST_F(RuleSetTest, ColumnsAreThoseOfTheTreeWhateverTheirOrderInSql) {
  begin();
  TableDef def = table_of("t", 3);
  std::swap(def.columns[1], def.columns[3]);  // id, c, b, a
  def.columns[1].not_null = true;
  def.columns[2].default_value = constant(7);
  const TableId id = std::move(add_table(def)).value();
  primary_key(id, "t_pkey");
  const TableRules& rules = this->rules(id);
  EXPECT_EQ(rules.schema_name, "public");
  EXPECT_EQ(rules.name, "t");
  EXPECT_EQ(rules.schema.row_id_column, 0u);
  EXPECT_EQ(rules.row_id_constraint, "t_pkey");
  ASSERT_EQ(rules.columns.size(), 4u);
  EXPECT_EQ(rules.columns[1].name, "a");
  EXPECT_EQ(rules.columns[3].name, "c");
  EXPECT_TRUE(rules.columns[3].not_null);
  EXPECT_FALSE(rules.columns[1].not_null);
  EXPECT_EQ(rules.columns[2].default_value.get<int32_t>(), 7);
  ASSERT_OK(insert(rules, {{1, 2, {}, 4}}));
  const Status missing = attempt([&] { return insert(rules, {{2, 2, 3, {}}}); });
  EXPECT_STATE("23502", missing);
  EXPECT_EQ(missing.object().column, "c");
  rollback();
}

TEST_F(RuleSetTest, KeysAreByAgeAndDeferredAsDeclared) {
  begin();
  const TableId id = table("t");
  const IndexId first = index(id, "t_a_key", {2}, true);
  primary_key(id, "t_pkey");
  const IndexId second = index(id, "t_b_key", {3}, true);
  ASSERT_OK(add_key(id, "t_a_key", ConstraintKind::kUnique, {2}, first).status());
  ConstraintDef deferrable;
  deferrable.table = id;
  deferrable.name = "t_b_key";
  deferrable.kind = ConstraintKind::kUnique;
  deferrable.columns = {ColumnId(3)};
  deferrable.index = second;
  deferrable.deferrable = deferrable.initially_deferred = true;
  ASSERT_OK(writer_->add_constraint(deferrable).status());
  const TableRules& rules = this->rules(id);
  ASSERT_EQ(rules.indexes.size(), 2u);
  EXPECT_EQ(rules.indexes[0].name, "t_a_key");
  EXPECT_EQ(rules.indexes[0].deferral, Deferral::kNotDeferrable);
  EXPECT_EQ(rules.indexes[1].deferral, Deferral::kInitiallyDeferred);
  EXPECT_EQ(rules.row_id_age, 1u);
  ASSERT_OK(insert(rules, {{1, 1, 1, 1}}));
  // The older key is named first, then the row id, and the deferred one waits.
  EXPECT_EQ(attempt([&] { return insert(rules, {{1, 1, 1, 1}}); }).object().constraint, "t_a_key");
  EXPECT_EQ(attempt([&] { return insert(rules, {{1, 2, 1, 1}}); }).object().constraint, "t_pkey");
  ASSERT_OK(attempt([&] { return insert(rules, {{2, 2, 1, 1}}); }));
  EXPECT_EQ(changes_->before_commit().object().constraint, "t_b_key");
  rollback();
}

TEST_F(RuleSetTest, AForeignKeyTakesTheOrderOfItsParentsIndex) {
  begin();
  make_family();
  index(child_, "child_wide", {3, 2, 4});
  const IndexId narrow = index(child_, "child_narrow", {3, 2});
  index(child_, "child_other", {2, 3});
  ConstraintDef def = pair_key("child_fkey");
  def.on_delete = ReferentialAction::kSetNull;
  def.on_delete_columns = {ColumnId(2)};
  def.on_update = ReferentialAction::kCascade;
  def.match = MatchKind::kFull;
  def.deferrable = true;
  ASSERT_OK(writer_->add_constraint(def).status());
  const TableRules& parent = rules(parent_);
  ASSERT_EQ(parent.referenced_by.size(), 1u);
  const ForeignKeyRules& key = *parent.referenced_by[0];
  EXPECT_EQ(key.parent, &parent);
  EXPECT_EQ(key.columns, (std::vector<uint32_t>{2, 1}));
  EXPECT_EQ(key.parent_columns, (std::vector<uint32_t>{2, 1}));
  ASSERT_LT(key.child_index, key.child->indexes.size());
  EXPECT_EQ(key.child->indexes[key.child_index].id, narrow.value);
  EXPECT_EQ(key.on_delete, KeyAction::kSetNull);
  EXPECT_EQ(key.on_update, KeyAction::kCascade);
  EXPECT_EQ(key.on_delete_columns, std::vector<uint32_t>{1});
  EXPECT_TRUE(key.match_full);
  EXPECT_EQ(key.deferral, Deferral::kInitiallyImmediate);
  // One object per table, whichever of them is asked for.
  EXPECT_EQ(key.child, &rules(child_));
  ASSERT_EQ(key.child->foreign_keys.size(), 1u);
  EXPECT_EQ(key.child->foreign_keys[0], &key);
  rollback();
}

TEST_F(RuleSetTest, OnDeleteSetsOnlyTheColumnsThatItNames) {
  begin();
  make_family();
  ConstraintDef def = pair_key("child_fkey");
  def.on_delete = ReferentialAction::kSetNull;
  def.on_delete_columns = {ColumnId(3)};
  ASSERT_OK(writer_->add_constraint(def).status());
  ASSERT_OK(insert(rules(parent_), {{1, 10, 20, {}}, {2, 11, 21, {}}}));
  ASSERT_OK(insert(rules(child_), {{5, 10, 20, 1}, {6, 11, 21, 2}}));
  EXPECT_STATE("23503", attempt([&] { return insert(rules(child_), {{7, 20, 10, 1}}); }));
  ASSERT_OK(erase(rules(parent_), {1}));
  EXPECT_EQ(row(rules(child_), 5), (Row{5, 10, {}, 1}));
  EXPECT_EQ(row(rules(child_), 6), (Row{6, 11, 21, 2}));
  expect_database_sound();
  rollback();
}

TEST_F(RuleSetTest, SetDefaultRunsTheDefaultsExpressionForEachRow) {
  begin();
  make_family();
  TableDef child = def(child_);
  child.columns[1].default_value = expression({}, "seq");
  ASSERT_OK(writer_->replace(child));
  ConstraintDef key = foreign_key(child_, "child_fkey", 2, parent_, parent_key_);
  key.on_delete = ReferentialAction::kSetDefault;
  ASSERT_OK(writer_->add_constraint(key).status());
  ASSERT_OK(insert(rules(parent_), {{1, 1, 1, 1}, {100, 2, 2, 2}, {101, 3, 3, 3}}));
  ASSERT_OK(insert(rules(child_), {{5, 1, 0, 0}, {6, 1, 0, 0}}));
  ASSERT_OK(erase(rules(parent_), {1}));
  EXPECT_EQ(row(rules(child_), 5), (Row{5, 100, 0, 0}));
  EXPECT_EQ(row(rules(child_), 6), (Row{6, 101, 0, 0}));
  // 102 is nobody: the default needs a parent too.
  EXPECT_STATE("23503", attempt([&] { return erase(rules(parent_), {100}); }));
  expect_database_sound();
  rollback();
}

TEST_F(RuleSetTest, ConditionsAndExpressionsComeFromTheSource) {
  begin();
  const TableId id = table("t");
  primary_key(id, "t_pkey");
  IndexDef partial;
  partial.table = id;
  partial.schema = kPublic;
  partial.name = "t_partial";
  partial.unique = true;
  partial.key.emplace_back();
  partial.key[0].expression = expression({{object_id(id), ColumnId(2)}}, "2*3");
  partial.condition = expression({{object_id(id), ColumnId(3)}}, "3>10");
  partial.tree =
      std::move(create_index_tree(*session_, std::move(writer_->new_tree_id()).value(), false)).value();
  ASSERT_OK(writer_->add_index(partial).status());
  ConstraintDef check;
  check.table = id;
  check.name = "t_check";
  check.columns = {ColumnId(4)};
  check.check = expression({{object_id(id), ColumnId(4)}}, "4>0");
  ASSERT_OK(writer_->add_constraint(check).status());
  ConstraintDef never = check;
  never.id = {};
  never.name = "u_check";
  never.columns = {};
  StoredExpression unknown;
  unknown.content = Value{plain(SqlTypeId::kBoolean), Null{}};
  never.check = unknown;
  ASSERT_OK(writer_->add_constraint(never).status());
  const TableRules& rules = this->rules(id);
  ASSERT_OK(insert(rules, {{1, 5, 11, 1}, {2, 5, 10, {}}, {3, 6, 11, 2}}));
  const Status twice = attempt([&] { return insert(rules, {{4, 5, 12, 1}}); });
  EXPECT_EQ(twice.object().constraint, "t_partial");
  EXPECT_EQ(twice.detail(), "Key (2*3)=(15) already exists.");
  EXPECT_EQ(attempt([&] { return insert(rules, {{4, 9, 12, 0}}); }).object().constraint, "t_check");
  expect_database_sound();
  EXPECT_EQ(verified().entries_count, 2u);
  // What the source cannot read is an error of whoever asks for the rules.
  TableId other = table("other");
  check.table = other;
  check.check = expression({}, "what?");
  check.columns = {};
  check.id = {};
  ASSERT_OK(writer_->add_constraint(check).status());
  EXPECT_STATE("0A000", rules_of(other).status());
  rollback();
}

TEST_F(RuleSetTest, AnIndexThatIsBeingBuiltIsWrittenButNotBelieved) {
  begin();
  make_family();
  IndexDef def;
  def.table = child_;
  def.schema = kPublic;
  def.name = "building";
  def.unique = true;
  def.valid = false;
  def.key.emplace_back();
  def.key[0].column = ColumnId(2);
  def.tree =
      std::move(create_index_tree(*session_, std::move(writer_->new_tree_id()).value(), false)).value();
  ASSERT_OK(writer_->add_index(def).status());
  ASSERT_OK(writer_->add_constraint(foreign_key(child_, "child_fkey", 2, parent_, parent_key_)).status());
  const TableRules& child = rules(child_);
  EXPECT_EQ(child.foreign_keys[0]->child_index, ForeignKeyRules::kNoIndex);
  EXPECT_FALSE(child.indexes[0].unique);
  ASSERT_OK(insert(rules(parent_), {{1, 1, 1, 1}}));
  ASSERT_OK(insert(child, {{1, 1, 1, 1}, {2, 1, 1, 1}}));
  EXPECT_EQ(verified().entries_count, 1u + 2u);
  rollback();
}

// Batches of growing size: the stored row ids have memory of their own.
TEST_F(RuleSetTest, AnIndexMayIncludeTheRowId) {
  begin();
  const TableId id = table("t");
  IndexDef def;
  def.table = id;
  def.schema = kPublic;
  def.name = "covering";
  def.key.emplace_back();
  def.key[0].column = ColumnId(2);
  def.included = {ColumnId(1), ColumnId(3)};
  def.tree = std::move(create_index_tree(*session_, std::move(writer_->new_tree_id()).value(), true)).value();
  ASSERT_OK(writer_->add_index(def).status());
  const TableRules& rules = this->rules(id);
  int64_t next = 1;
  for (const int64_t count : {1, 3, 60, 500, 2000, 2, 2048}) {
    std::vector<Row> rows;
    for (int64_t i = 0; i < count; ++i, ++next) rows.push_back({next, next % 7, -next, {}});
    ASSERT_OK(insert(rules, rows));
  }
  ASSERT_OK(erase(rules, {1, 2, 500, 4000}));
  expect_database_sound();
  EXPECT_EQ(verified().entries_count, static_cast<uint64_t>(next - 1 - 4));
  rollback();
}

TEST_F(RuleSetTest, KeyTypesCompareOrAreRefused) {
  using enum SqlTypeId;
  struct Case {
    SqlType child, parent;
    ReferentialAction on_update;
    std::string state;  // of the resolution
  };
  const auto varchar = [](int length) { return SqlType{kVarchar, length}; };
  constexpr ReferentialAction kNone = ReferentialAction::kNoAction;
  constexpr ReferentialAction kCascade = ReferentialAction::kCascade;
  const std::vector<Case> cases = {
      {plain(kSmallint), plain(kInteger), kCascade, "00000"},
      {varchar(5), plain(kText), kNone, "00000"},
      {varchar(5), plain(kText), kCascade, "0A000"},
      {plain(kText), varchar(5), kCascade, "00000"},
      {plain(kVarchar), varchar(5), kCascade, "00000"},
      {plain(kNumeric), plain(kInteger), kNone, "0A000"},
      {SqlType{kNumeric, numeric_typmod(10, 2)}, SqlType{kNumeric, numeric_typmod(12, 2)}, kNone, "0A000"},
      {plain(kDate), plain(kTimestamp), kNone, "0A000"},
      {plain(kText), plain(kInteger), kNone, "42804"},
      {plain(kUuid), plain(kText), kNone, "42804"},
      {plain(kUuid), plain(kUuid), kCascade, "00000"},
  };
  int number = 0;
  for (const Case& test : cases) {
    SCOPED_TRACE(sql_type_name(test.child) + " → " + sql_type_name(test.parent));
    begin();
    const std::string suffix = std::to_string(number++);
    TableDef parent = table_of("p" + suffix, 1);
    parent.columns[1].type = test.parent;
    TableDef child = table_of("c" + suffix, 1);
    child.columns[1].type = test.child;
    const TableId parent_id = std::move(add_table(parent)).value();
    const TableId child_id = std::move(add_table(child)).value();
    const IndexId unique = index(parent_id, "u" + suffix, {2}, true);
    const ConstraintId key =
        std::move(add_key(parent_id, "u" + suffix, ConstraintKind::kUnique, {2}, unique)).value();
    ConstraintDef made = foreign_key(child_id, "f", 2, parent_id, key);
    made.referenced_columns = {ColumnId(2)};
    made.on_update = test.on_update;
    ASSERT_OK(writer_->add_constraint(made).status());
    const Status resolved = rules_of(child_id).status();
    EXPECT_STATE(test.state, resolved);
    if (test.state == "42804") {
      EXPECT_EQ(resolved.message(), "foreign key constraint \"f\" cannot be implemented");
      EXPECT_EQ(resolved.detail(),
                "Key columns \"a\" and \"a\" are of incompatible types: " + sql_type_name(test.child) +
                    " and " + sql_type_name(test.parent) + ".");
    }
    rollback();
  }
}

TEST_F(RuleSetTest, ActionsOnGeneratedColumnsAreRefused) {
  begin();
  make_family();
  TableDef child = def(child_);
  child.columns[3].default_value = expression({{object_id(child_), ColumnId(2)}}, "2*2");
  child.columns[3].generated = true;
  ASSERT_OK(writer_->replace(child));
  ConstraintDef key = foreign_key(child_, "child_fkey", 2, parent_, parent_key_);
  const ConstraintId id = std::move(writer_->add_constraint(key)).value();
  EXPECT_STATE("00000", rules_of(child_).status());
  key.id = id;
  key.on_delete = ReferentialAction::kSetNull;
  ASSERT_OK(writer_->drop(id).status());
  key.id = {};
  ASSERT_OK(writer_->add_constraint(key).status());
  EXPECT_STATE("0A000", rules_of(child_).status());
  rollback();
}

TEST_F(RuleSetTest, TheCacheKeepsOneSetAVersionAndIsBounded) {
  begin();
  make_family();
  ASSERT_OK(writer_->add_constraint(foreign_key(child_, "child_fkey", 2, parent_, parent_key_)).status());
  const auto first = std::move(rules_of(child_)).value();
  EXPECT_EQ(first->tables().size(), 2u);
  EXPECT_EQ(std::move(rules_of(parent_)).value(), first);
  EXPECT_EQ(rules_->tables(), 2u);
  EXPECT_STATE("42P01", rules_of(TableId(999999)).status());
  RuleCache small(Runtime::native(), source_, 8);
  std::vector<TableId> alone;
  for (int i = 0; i < 20; ++i) alone.push_back(table("alone" + std::to_string(i)));
  for (const TableId id : alone) {
    ASSERT_OK(small.get(*session_, *now(), id).status());
    EXPECT_LE(small.tables(), 8u);
  }
  // Those of older versions go first.
  ASSERT_OK(small.get(*session_, *now(), parent_).status());
  const auto kept = std::move(small.get(*session_, *now(), alone[19])).value();
  table("newer");
  for (int i = 0; i < 6; ++i) ASSERT_OK(small.get(*session_, *now(), alone[i]).status());
  EXPECT_LE(small.tables(), 8u);
  EXPECT_NE(std::move(small.get(*session_, *now(), alone[19])).value(), kept);
  rollback();
}

TEST_F(RuleSetTest, VerifyFindsTreesOfNobodyAndTablesWithoutTheirTree) {
  begin();
  make_family();
  ASSERT_OK(insert(rules(parent_), {{1, 10, 20, {}}, {2, 11, 21, {}}}));
  expect_database_sound();
  {
    const DatabaseReport report = verified();
    EXPECT_EQ(report.tables, 2u);
    EXPECT_EQ(report.rows_count, 2u);
    EXPECT_EQ(report.entries_count, 2u);
  }
  // An entry of a row that is not there.
  const IndexRules& index = rules(parent_).indexes[0];
  const uint32_t depth = std::move(session_->savepoint()).value();
  ASSERT_OK(drop_index_tree(*session_, index.tree));
  {
    const DatabaseReport report = verified();
    EXPECT_GT(report.findings_count, 0u);
  }
  ASSERT_OK(session_->rollback_to(depth));
  expect_database_sound();
  // A tree that no definition names.
  const TreeId leaked = std::move(writer_->new_tree_id()).value();
  ASSERT_OK(create_table_tree(*session_, leaked, rules(parent_).schema).status());
  {
    const DatabaseReport report = verified();
    ASSERT_EQ(report.pages.findings_count, 1u);
    EXPECT_EQ(report.pages.findings[0].rule, VerifyRule::kUnreachable);
  }
  rollback();
}

TEST_F(RuleSetTest, ATableAndItsIndexesGoWithoutLeavingPages) {
  begin();
  make_family();
  std::vector<Row> rows;
  for (int64_t id = 1; id <= 2000; ++id) rows.push_back({id, id, -id, {}});
  ASSERT_OK(insert(rules(parent_), rows));
  commit();
  begin();
  Dropped dropped = std::move(writer_->drop(parent_, DropBehavior::kCascade)).value();
  for (const CatalogObject& object : dropped.objects) {
    if (const auto* table = std::get_if<TableDef>(&object)) {
      ASSERT_OK(drop_table_tree(*session_, table->tree));
    } else if (const auto* gone = std::get_if<IndexDef>(&object)) {
      ASSERT_OK(drop_index_tree(*session_, gone->tree));
    }
  }
  EXPECT_STATE("42P01", rules_of(parent_).status());
  expect_database_sound();
  commit();
  begin();
  expect_database_sound();
  EXPECT_EQ(verified().tables, 1u);
  rollback();
}

}  // namespace
}  // namespace ddb
