// dependents_test: what goes along with a DROP, what stands in its way, and that nothing dangles afterwards.
#include "catalog/dependents.h"

#include <algorithm>

#include "catalog_world.h"

namespace ddb {
namespace {

class DependentsTest : public CatalogWorld {
 protected:
  std::vector<ObjectId> dropped_ids(Result<Dropped> dropped) {
    EXPECT_TRUE(dropped.is_ok()) << dropped.status().to_string();
    std::vector<ObjectId> ids;
    if (dropped.is_ok()) {
      for (const CatalogObject& object : dropped->objects) ids.push_back(id_of(object));
    }
    return ids;
  }
};

TEST_F(DependentsTest, ATableTakesItsIndexesConstraintsAndOwnedSequences) {
  begin();
  const TableId t = table("t");
  const ConstraintId key = primary_key(t, "pkey");
  const IndexId i = index(t, "i", {2}, true);
  const ConstraintId unique = add_key(t, "u", ConstraintKind::kUnique, {2}, i).value();
  const SequenceId owned = sequence("owned", {object_id(t), ColumnId(1)});
  const SequenceId free_one = sequence("free");
  // A foreign key of the table to itself goes too.
  const ConstraintId self = writer_->add_constraint(foreign_key(t, "self", 2, t, key)).value();
  EXPECT_EQ(dropped_ids(writer_->drop(t)),
            (std::vector<ObjectId>{object_id(t), object_id(key), object_id(i), object_id(unique),
                                   object_id(owned), object_id(self)}));
  EXPECT_NE(now()->find(object_id(free_one)), nullptr);
  EXPECT_EQ(now()->in_schema(kPublic).size(), 1u);
  commit();
  expect_sound();
}

TEST_F(DependentsTest, AViewAndAForeignKeyNeedCascade) {
  begin();
  const TableId parent = table("parent");
  const ConstraintId key = primary_key(parent, "pkey");
  const TableId child = table("child");
  const ConstraintId foreign = writer_->add_constraint(foreign_key(child, "fk", 2, parent, key)).value();
  const ViewId first = view("first", {{object_id(parent), ColumnId(2)}});
  const ViewId second = view("second", {{object_id(first), ColumnId(1)}});
  const Result<Dropped> refused = writer_->drop(parent);
  EXPECT_STATE("2BP01", refused.status());
  EXPECT_EQ(refused.status().message(), "cannot drop table \"parent\" because other objects depend on it");
  const std::string detail(refused.status().detail());
  EXPECT_NE(detail.find("view \"first\" depends on column \"a\" of table \"parent\""), std::string::npos)
      << detail;
  EXPECT_NE(detail.find("view \"second\" depends on column 1 of view \"first\""), std::string::npos)
      << detail;
  EXPECT_NE(detail.find("constraint \"fk\" on table \"child\" depends on"), std::string::npos) << detail;
  EXPECT_FALSE(session_->failed());
  EXPECT_STATE("2BP01", writer_->drop(key).status()) << "a foreign key references it";
  EXPECT_STATE("2BP01", writer_->drop(first).status());
  EXPECT_EQ(dropped_ids(writer_->drop(parent, DropBehavior::kCascade)),
            (std::vector<ObjectId>{object_id(parent), object_id(key), object_id(foreign), object_id(first),
                                   object_id(second)}));
  EXPECT_NE(now()->find(object_id(child)), nullptr);
  commit();
  expect_sound();
}

TEST_F(DependentsTest, AColumnTakesItsIndexesAndConstraints) {
  begin();
  const TableId t = table("t");
  const IndexId on_a = index(t, "on_a", {2});
  const IndexId on_b = index(t, "on_b", {3});
  ConstraintDef check;
  check.table = t;
  check.name = "positive";
  check.check = expression({{object_id(t), ColumnId(2)}});
  const ConstraintId positive = writer_->add_constraint(check).value();
  const ViewId shown = view("shown", {{object_id(t), ColumnId(3)}});
  EXPECT_EQ(dropped_ids(writer_->drop_column(t, ColumnId(2))),
            (std::vector<ObjectId>{object_id(on_a), object_id(positive)}));
  EXPECT_EQ(def(t).position_of("a"), kNoColumn);
  EXPECT_EQ(def(t).version, 2u);
  EXPECT_STATE("2BP01", writer_->drop_column(t, ColumnId(3)).status()) << "the view reads it";
  TableDef without = def(t);
  without.columns.erase(without.columns.begin() + 1);
  EXPECT_STATE("2BP01", writer_->replace(without));
  EXPECT_EQ(dropped_ids(writer_->drop_column(t, ColumnId(3), DropBehavior::kCascade)),
            (std::vector<ObjectId>{object_id(on_b), object_id(shown)}));
  EXPECT_STATE("42703", writer_->drop_column(t, ColumnId(3)).status());
  commit();
  expect_sound();
}

TEST_F(DependentsTest, AGeneratedColumnGoesOnlyWithCascade) {
  begin();
  const TableId t = table("t");
  TableDef changed = def(t);
  ColumnDef sum = column(5, "sum");
  sum.generated = true;
  sum.default_value = expression({{object_id(t), ColumnId(2)}}, "a + 1");
  changed.columns.push_back(sum);
  changed.next_column_id = 6;
  ASSERT_OK(writer_->replace(changed));
  EXPECT_STATE("2BP01", writer_->drop_column(t, ColumnId(2)).status());
  auto dropped = writer_->drop_column(t, ColumnId(2), DropBehavior::kCascade);
  ASSERT_OK(dropped.status());
  EXPECT_EQ(dropped->tables, std::vector<TableId>{t});
  EXPECT_EQ(def(t).columns.size(), 3u);
  EXPECT_EQ(def(t).position_of("sum"), kNoColumn);
  commit();
  expect_sound();
}

TEST_F(DependentsTest, ADefaultIsLostWithTheSequenceItNames) {
  begin();
  const TableId t = table("t");
  const SequenceId s = sequence("s");
  TableDef changed = def(t);
  changed.columns[1].default_value = expression({{object_id(s), ColumnId()}}, "nextval('s')");
  ASSERT_OK(writer_->replace(changed));
  EXPECT_STATE("2BP01", writer_->drop(s).status());
  auto dropped = writer_->drop(s, DropBehavior::kCascade);
  ASSERT_OK(dropped.status());
  EXPECT_EQ(dropped->objects.size(), 1u);
  EXPECT_EQ(dropped->tables, std::vector<TableId>{t});
  EXPECT_FALSE(def(t).columns[1].default_value.has_value());
  EXPECT_EQ(def(t).columns.size(), 4u);
  commit();
  expect_sound();
  // And without the default there is nothing in its way.
  begin();
  const SequenceId again = sequence("s");
  TableDef second = def(t);
  second.columns[1].default_value = expression({{object_id(again), ColumnId()}});
  ASSERT_OK(writer_->replace(second));
  second.columns[1].default_value.reset();
  ASSERT_OK(writer_->replace(second));
  EXPECT_OK(writer_->drop(again).status());
  commit();
  expect_sound();
}

TEST_F(DependentsTest, WhatBelongsToAnotherObjectCannotBeDroppedAlone) {
  begin();
  const TableId t = table("t");
  const IndexId i = index(t, "i", {2}, true);
  const ConstraintId unique = add_key(t, "u", ConstraintKind::kUnique, {2}, i).value();
  for (const DropBehavior behavior : {DropBehavior::kRestrict, DropBehavior::kCascade}) {
    const Status refused = writer_->drop(i, behavior).status();
    EXPECT_STATE("2BP01", refused);
    EXPECT_EQ(refused.message(),
              "cannot drop index \"i\" because constraint \"u\" on table \"t\" requires it");
  }
  EXPECT_EQ(dropped_ids(writer_->drop(unique)), (std::vector<ObjectId>{object_id(i), object_id(unique)}));
  SequenceDef identity;
  identity.schema = kPublic;
  identity.name = "t_id_seq";
  identity.owner = {object_id(t), ColumnId(1)};
  identity.identity = true;
  const SequenceId s = writer_->add_sequence(identity).value();
  TableDef changed = def(t);
  changed.columns[0].identity = ColumnIdentity::kAlways;
  changed.columns[0].sequence = s;
  ASSERT_OK(writer_->replace(changed));
  EXPECT_STATE("2BP01", writer_->drop(s).status());
  EXPECT_EQ(dropped_ids(writer_->drop(t)), (std::vector<ObjectId>{object_id(t), object_id(s)}));
  commit();
  expect_sound();
}

// The crash campaign's seeds 2 and 7: only the default went.
TEST_F(DependentsTest, ASerialColumnGoesWithTheSequenceThatItOwnsAndDrawsFrom) {
  begin();
  const TableId t = table("t");
  const SequenceId s = sequence("s", {object_id(t), ColumnId(2)});
  TableDef changed = def(t);
  changed.columns[1].default_value = expression({{object_id(s), ColumnId()}}, "nextval('s')");
  changed.columns[2].default_value = changed.columns[1].default_value;
  ASSERT_OK(writer_->replace(changed));
  EXPECT_STATE("2BP01", writer_->drop_column(t, ColumnId(2)).status()) << "another column draws from it";
  changed.columns[2].default_value.reset();
  ASSERT_OK(writer_->replace(changed));
  EXPECT_EQ(dropped_ids(writer_->drop_column(t, ColumnId(2))), (std::vector<ObjectId>{object_id(s)}));
  EXPECT_EQ(def(t).position_of(ColumnId(2)), kNoColumn);
  EXPECT_EQ(def(t).columns.size(), 3u);
  commit();
  expect_sound();
}

TEST_F(DependentsTest, ASchemaGoesWithCascadeAndTakesEverything) {
  begin();
  const SchemaId other = writer_->add_schema({{}, "other", ""}).value();
  const TableId t = add_table(table_of("t", 2, other)).value();
  const ViewId outside = view("outside", {{object_id(t), ColumnId(2)}});
  EXPECT_STATE("2BP01", writer_->drop(other).status());
  EXPECT_EQ(dropped_ids(writer_->drop(other, DropBehavior::kCascade)),
            (std::vector<ObjectId>{object_id(other), object_id(t), object_id(outside)}));
  EXPECT_EQ(now()->find_schema("other"), std::nullopt);
  EXPECT_STATE("42704", writer_->drop(other).status());
  commit();
  expect_sound();
}

TEST_F(DependentsTest, IndexesFollowTheirTableToAnotherSchema) {
  begin();
  const SchemaId other = writer_->add_schema({{}, "other", ""}).value();
  const TableId t = table("t");
  const IndexId i = index(t, "i", {2});
  TableDef moved = def(t);
  moved.schema = other;
  ASSERT_OK(writer_->replace(moved));
  EXPECT_EQ(now()->find_index(other, "i"), i);
  EXPECT_EQ(now()->find_index(kPublic, "i"), std::nullopt);
  EXPECT_EQ(now()->find_table(other, "t"), t);
  commit();
  expect_sound();
}

TEST_F(DependentsTest, KeysDoNotChangeUnderForeignKeys) {
  begin();
  const TableId t = table("t");
  const ConstraintId key = primary_key(t, "pkey");
  auto found = now()->constraint(*session_, key);
  ASSERT_OK(found.status());
  ConstraintDef changed = *found.value();
  changed.columns = {ColumnId(2)};
  EXPECT_STATE("42P16", writer_->replace(changed));
  changed = *found.value();
  changed.name = "renamed";
  EXPECT_OK(writer_->replace(changed));
  EXPECT_EQ(now()->find_constraint(t, "renamed"), key);
  commit();
  expect_sound();
}

}  // namespace
}  // namespace ddb
