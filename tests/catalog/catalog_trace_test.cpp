// catalog_trace_test: seeded sequences of changes with savepoints, rollbacks, readers of old snapshots and reopening, against plain maps.
#include <algorithm>
#include <map>
#include <set>

#include "base/seeded_random.h"
#include "catalog/dependents.h"
#include "catalog/object_encoding.h"
#include "catalog_world.h"

namespace ddb {
namespace {

// What an object depends on and whether it goes silently with it, said anew from its definition.
struct Edge {
  ObjectId on;
  bool silent;
};
std::vector<Edge> edges_of(const CatalogObject& object) {
  std::vector<Edge> edges;
  if (const auto* index = std::get_if<IndexDef>(&object)) edges.push_back({object_id(index->table), true});
  if (const auto* constraint = std::get_if<ConstraintDef>(&object)) {
    edges.push_back({object_id(constraint->table), true});
    edges.push_back({object_id(constraint->referenced_table), false});
    edges.push_back({object_id(constraint->referenced_constraint), false});
  }
  if (const auto* view = std::get_if<ViewDef>(&object)) {
    for (const ObjectReference& reference : view->query.bound()->references)
      edges.push_back({reference.object, false});
  }
  return edges;
}

using Model = std::map<ObjectId, CatalogObject>;

std::string record_of(const CatalogObject& object) {
  std::string record;
  encode_object(object, record);
  return record;
}

class CatalogTrace : public CatalogWorld {
 protected:
  void run(uint64_t seed, int steps) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    random_ = SeededRandom(seed);
    begin();
    compare(model_);
    for (int step = 0; step < steps && !HasFatalFailure(); ++step) {
      SCOPED_TRACE("step " + std::to_string(step));
      random_step();
    }
    commit();
    committed_ = model_;
    reopen();
    begin();
    compare(committed_);
    rollback();
    expect_sound();
  }

  void random_step() {
    switch (random_.below(14)) {
      case 0:
      case 1:
      case 2:
        return create_table();
      case 3:
        return create_view();
      case 4:
        return create_index();
      case 5:
        return create_foreign_key();
      case 6:
        return create_sequence();
      case 7:
        return rename();
      case 8:
      case 9:
        return drop();
      case 10:
        return savepoint();
      case 11:
        return roll_back_to();
      case 12:
        return end_transaction();
      default:
        return compare(model_);
    }
  }

  // Few names, so that they are often taken.
  std::string random_name() { return "n" + std::to_string(random_.below(25)); }
  bool relation_exists(const std::string& name) const {
    return std::any_of(model_.begin(), model_.end(), [&](const auto& object) {
      return is_relation(kind_of(object.second)) && name_of(object.second) == name;
    });
  }
  template <typename Def>
  const Def* random_def() {
    std::vector<const Def*> all;
    for (const auto& [id, object] : model_) {
      if (const Def* def = std::get_if<Def>(&object)) all.push_back(def);
    }
    return all.empty() ? nullptr : all[random_.below(all.size())];
  }
  // After an attempt to add it under a name that may be taken.
  void added(Result<ObjectId> id, CatalogObject object, bool taken) {
    if (taken) {
      EXPECT_STATE("42P07", id.status());
      return;
    }
    ASSERT_OK(id.status());
    set_id(object, *id);
    EXPECT_TRUE(ids_.insert(*id).second) << "id " << id->value << " comes twice";
    model_.insert_or_assign(*id, std::move(object));
  }

  void create_table() {
    TableDef table = table_of(random_name(), 1 + static_cast<int>(random_.below(5)));
    const bool taken = relation_exists(table.name);
    table.tree.tree = std::move(writer_->new_tree_id()).value();
    EXPECT_TRUE(trees_.insert(table.tree.tree).second);
    table.tree = std::move(create_table_tree(*session_, table.tree.tree, make_table_schema(table))).value();
    const Result<TableId> id = writer_->add_table(table);
    if (!id.is_ok()) return added(id.status(), table, taken);
    added(object_id(id.value()), table, taken);
    if (HasFatalFailure() || taken) return;
    ConstraintDef key;
    key.table = id.value();
    key.name = "pkey";
    key.kind = ConstraintKind::kPrimaryKey;
    key.columns = {ColumnId(1)};
    added(writer_->add(key), key, false);
  }
  void create_view() {
    ViewDef made;
    made.schema = kPublic;
    made.name = random_name();
    made.columns.push_back({"v", plain(SqlTypeId::kInteger), ""});
    std::vector<ObjectReference> references;
    const auto* table = random_def<TableDef>();
    const auto* view = random_def<ViewDef>();
    if (table != nullptr) references.push_back({object_id(table->id), table->columns.back().id});
    if (view != nullptr && random_.chance(500)) references.push_back({object_id(view->id), ColumnId(1)});
    made.query = expression(references);
    added(writer_->add(made), made, relation_exists(made.name));
  }
  void create_index() {
    const auto* table = random_def<TableDef>();
    if (table == nullptr) return;
    IndexDef made;
    made.table = table->id;
    made.schema = kPublic;
    made.name = random_name();
    made.key.resize(1);
    made.key[0].column = table->columns.back().id;
    const TreeId tree = std::move(writer_->new_tree_id()).value();
    EXPECT_TRUE(trees_.insert(tree).second);
    made.tree = std::move(create_index_tree(*session_, tree, false)).value();
    added(writer_->add(made), made, relation_exists(made.name));
  }
  void create_foreign_key() {
    const auto* table = random_def<TableDef>();
    const auto* key = random_def<ConstraintDef>();
    if (table == nullptr || key == nullptr || key->kind != ConstraintKind::kPrimaryKey) return;
    const std::string name = "fk" + std::to_string(random_.below(1'000'000));
    const ConstraintDef made = foreign_key(table->id, name, 1, key->table, key->id);
    added(writer_->add(made), made, false);
  }
  void create_sequence() {
    SequenceDef made;
    made.schema = kPublic;
    made.name = random_name();
    added(writer_->add(made), made, relation_exists(made.name));
  }

  void rename() {
    if (model_.empty()) return;
    auto at = std::next(model_.begin(), static_cast<ptrdiff_t>(random_.below(model_.size())));
    CatalogObject changed = at->second;
    if (!is_relation(kind_of(changed))) return;
    const std::string name = random_name();
    const bool taken = relation_exists(name) && name != name_of(changed);
    std::visit([&](auto& def) { def.name = name; }, changed);
    const Status done = writer_->replace(changed);
    if (taken) {
      EXPECT_STATE("42P07", done);
      return;
    }
    ASSERT_OK(done);
    at->second = changed;
  }

  void drop() {
    if (model_.empty()) return;
    const ObjectId root =
        std::next(model_.begin(), static_cast<ptrdiff_t>(random_.below(model_.size())))->first;
    std::set<ObjectId> silent{root};
    std::set<ObjectId> all{root};
    for (size_t before = 0; before != silent.size() + all.size();) {
      before = silent.size() + all.size();
      for (const auto& [id, object] : model_) {
        for (const Edge& edge : edges_of(object)) {
          if (edge.silent && silent.contains(edge.on)) silent.insert(id);
          if (all.contains(edge.on)) all.insert(id);
        }
      }
    }
    const bool cascade = random_.chance(500);
    Result<Dropped> dropped = writer_->drop(root, cascade ? DropBehavior::kCascade : DropBehavior::kRestrict);
    if (!cascade && silent != all) {
      EXPECT_STATE("2BP01", dropped.status());
      return;
    }
    ASSERT_OK(dropped.status());
    std::set<ObjectId> gone;
    for (const CatalogObject& object : dropped->objects) gone.insert(id_of(object));
    EXPECT_EQ(gone, all);
    for (const ObjectId id : all) model_.erase(id);
  }

  void savepoint() {
    ASSERT_OK(session_->savepoint().status());
    saved_.push_back(model_);
  }
  void roll_back_to() {
    if (saved_.empty()) return;
    const size_t depth = 1 + random_.below(saved_.size());
    ASSERT_OK(session_->rollback_to(static_cast<uint32_t>(depth)));
    model_ = saved_[depth - 1];
    saved_.resize(depth);
    compare(model_);
  }
  void end_transaction() {
    // A reader that begins now sees what is committed, also after what comes next.
    auto reader = new_session();
    ASSERT_OK(reader->begin_read(Isolation::kRepeatableRead));
    const Model old = committed_;
    if (random_.chance(700)) {
      commit();
      committed_ = model_;
    } else {
      rollback();
      model_ = committed_;
    }
    saved_.clear();
    auto catalog = host_->cache.get(*reader);
    ASSERT_OK(catalog.status());
    compare(old, **catalog, *reader);
    ASSERT_OK(reader->rollback());
    reader.reset();
    expect_sound();
    if (random_.chance(200)) {
      reopen();
      // Ids of what was rolled back were known to that process only.
      ids_.clear();
      trees_.clear();
    }
    begin();
    compare(model_);
  }

  void compare(const Model& model) { compare(model, *now(), *session_); }
  void compare(const Model& model, const Catalog& catalog, Session& session) {
    size_t count = 0;
    for (const CatalogEntry* entry : catalog.all()) {
      count += has_record(entry->kind) && entry->kind != ObjectKind::kSchema ? 1 : 0;
    }
    EXPECT_EQ(count, model.size());
    std::map<ObjectId, std::vector<ConstraintId>> references;
    std::map<ObjectId, std::vector<IndexId>> indexes;
    for (const auto& [id, object] : model) {
      auto found = catalog.definition(session, id);
      ASSERT_OK(found.status());
      EXPECT_EQ(record_of(*found.value()), record_of(object));
      EXPECT_EQ(name_of(*found.value()), name_of(object));
      if (is_relation(kind_of(object))) {
        const CatalogEntry* entry = catalog.find_relation(kPublic, name_of(object));
        ASSERT_NE(entry, nullptr) << name_of(object);
        EXPECT_EQ(entry->id, id);
      }
      if (const auto* constraint = std::get_if<ConstraintDef>(&object)) {
        EXPECT_EQ(catalog.find_constraint(constraint->table, constraint->name), constraint->id);
        if (constraint->kind == ConstraintKind::kForeignKey) {
          references[object_id(constraint->referenced_table)].push_back(constraint->id);
        }
      }
      if (const auto* index = std::get_if<IndexDef>(&object))
        indexes[object_id(index->table)].push_back(index->id);
    }
    for (const auto& [id, object] : model) {
      if (kind_of(object) != ObjectKind::kTable) continue;
      EXPECT_EQ(catalog.foreign_keys_to(TableId(id.value)), references[id]);
      EXPECT_EQ(catalog.indexes_of(TableId(id.value)), indexes[id]);
    }
    for (int i = 0; i < 25; ++i) {
      const std::string name = "n" + std::to_string(i);
      const bool there = std::any_of(model.begin(), model.end(), [&](const auto& object) {
        return is_relation(kind_of(object.second)) && name_of(object.second) == name;
      });
      EXPECT_EQ(catalog.find_relation(kPublic, name) != nullptr, there) << name;
    }
  }

  SeededRandom random_{0};
  Model model_;
  Model committed_;
  std::vector<Model> saved_;
  std::set<ObjectId> ids_;  // ever given out, rolled back or not
  std::set<TreeId> trees_;
};

class CatalogTraces : public CatalogTrace, public testing::WithParamInterface<uint64_t> {};

TEST_P(CatalogTraces, AgreeWithPlainMaps) { run(GetParam(), GetParam() == 1 ? 3000 : 400); }
INSTANTIATE_TEST_SUITE_P(Seeds, CatalogTraces, testing::Range<uint64_t>(1, 25));

}  // namespace
}  // namespace ddb
