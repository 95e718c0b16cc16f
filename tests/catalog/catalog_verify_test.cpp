// catalog_verify_test: each kind of damage to the catalog is found, and none of it crashes a lookup.
#include "catalog/catalog_verify.h"

#include <functional>

#include "catalog/catalog_trees.h"
#include "catalog/dependents.h"
#include "catalog/object_encoding.h"
#include "catalog_world.h"

namespace ddb {
namespace {

class CatalogVerifyTest : public CatalogWorld {
 protected:
  void SetUp() override {
    CatalogWorld::SetUp();
    begin();
    parent_ = table("parent");
    key_ = primary_key(parent_, "pkey");
    child_ = table("child");
    index_ = index(child_, "i", {2}, true);
    foreign_ = writer_->add_constraint(foreign_key(child_, "fk", 2, parent_, key_)).value();
    view_ = view("v", {{object_id(child_), ColumnId(2)}});
    sequence_ = sequence("s", {object_id(child_), ColumnId(2)});
    commit();
    expect_sound();
  }

  // Damages the stored catalog, expects the finding, and takes the damage back.
  void expect_found(const std::string& text, const std::function<void(const Catalog::Roots&)>& damage) {
    SCOPED_TRACE(text);
    begin();
    const Catalog::Roots roots = now()->roots();
    damage(roots);
    // Catalogs in memory do not see it: a version of its own.
    ASSERT_OK(session_->set_schema_version(host_->cache.next_version(0)));
    CatalogReport report;
    ASSERT_OK(verify_catalog(*session_, 20, &report));
    EXPECT_GT(report.findings_count, 0u);
    bool found = false;
    std::string all;
    for (const CatalogFinding& finding : report.findings) {
      const std::string line = std::to_string(finding.object.value) + ": " + finding.text;
      found |= line.find(text) != std::string::npos;
      all += line + "\n";
    }
    EXPECT_TRUE(found) << all;
    look_at_everything();
    rollback();
    expect_sound();
  }
  void look_at_everything() {
    auto catalog = Catalog::load(*session_);
    if (!catalog.is_ok()) {
      EXPECT_TRUE(catalog.status().is(sqlstate::kCorrupted) ||
                  catalog.status().is(sqlstate::kFeatureNotSupported))
          << catalog.status().to_string();
      return;
    }
    for (const CatalogEntry* entry : (*catalog)->all()) {
      const Result<const CatalogObject*> object = (*catalog)->definition(*session_, entry->id);
      (void)object;
      (void)plan(**catalog, entry->id);
    }
  }
  Status plan(const Catalog& catalog, ObjectId id);

  CatalogEntry row(ObjectId id) { return *now()->find(id); }
  void put(const Catalog::Roots& roots, const CatalogEntry& entry) {
    ASSERT_OK(put_object(*session_, roots.objects, entry));
  }
  template <typename Id>
  void change(const std::string& text, Id id, const std::function<void(CatalogEntry&)>& how) {
    expect_found(text, [&](const Catalog::Roots& roots) {
      CatalogEntry entry = row(object_id(id));
      how(entry);
      put(roots, entry);
    });
  }

  TableId parent_, child_;
  ConstraintId key_, foreign_;
  IndexId index_;
  ViewId view_;
  SequenceId sequence_;
};

Status CatalogVerifyTest::plan(const Catalog& catalog, ObjectId id) {
  const ObjectReference root{id, ColumnId()};
  return plan_drop(*session_, catalog, {&root, 1}).status();
}

TEST_F(CatalogVerifyTest, RowsThatAreNoObjects) {
  change("has a wrong parent", index_, [](CatalogEntry& entry) { entry.parent = ObjectId(); });
  change("has a wrong target", parent_, [](CatalogEntry& entry) { entry.target = ObjectId(5); });
  change("has a wrong tree", view_, [](CatalogEntry& entry) { entry.tree = TreeId(70); });
  change("has a bad name", parent_, [](CatalogEntry& entry) { entry.name = ""; });
  change("only a newer version knows", view_,
         [](CatalogEntry& entry) { entry.kind = static_cast<ObjectKind>(77); });
  change("has no kind", view_, [](CatalogEntry& entry) { entry.kind = static_cast<ObjectKind>(0); });
  change("has a number out of range", view_, [](CatalogEntry& entry) { entry.changed = ~uint64_t{0}; });
}

TEST_F(CatalogVerifyTest, LinksToNobody) {
  change("is in schema 4000", parent_, [](CatalogEntry& entry) { entry.schema = SchemaId(4000); });
  change("belongs to table 4000", index_, [](CatalogEntry& entry) { entry.parent = ObjectId(4000); });
  change("belongs to table 16", index_, [](CatalogEntry& entry) { entry.parent = ObjectId(16); });
  change("references table 4000", foreign_, [](CatalogEntry& entry) { entry.target = ObjectId(4000); });
  expect_found("does not exist", [&](const Catalog::Roots& roots) {
    ASSERT_OK(erase_object(*session_, roots.objects, object_id(parent_)));
  });
}

TEST_F(CatalogVerifyTest, NamesTreesAndRootsOfTwo) {
  change("has the name of object", child_, [](CatalogEntry& entry) { entry.name = "parent"; });
  const CatalogEntry parent = [&] {
    begin();
    CatalogEntry entry = row(object_id(parent_));
    rollback();
    return entry;
  }();
  change("which another one has", child_, [&](CatalogEntry& entry) { entry.tree = parent.tree; });
  change("which another one has", child_, [&](CatalogEntry& entry) { entry.root = parent.root; });
  change("which belongs to tree 1", child_,
         [&](CatalogEntry& entry) { entry.root = now()->roots().objects; });
  change("has a tree that was not given out", child_, [](CatalogEntry& entry) { entry.tree = TreeId(999); });
  change("of the other kind", child_, [](CatalogEntry& entry) { entry.tree = TreeId(10); });
  change("the database is at", child_, [](CatalogEntry& entry) { entry.changed = 1 << 30; });
}

TEST_F(CatalogVerifyTest, RecordsThatAreMissingTooManyOrDamaged) {
  expect_found("has no record", [&](const Catalog::Roots& roots) {
    ASSERT_OK(erase_record(*session_, roots.records, object_id(view_)));
  });
  expect_found("a record of no object", [&](const Catalog::Roots& roots) {
    ASSERT_OK(put_record(*session_, roots.records, ObjectId(4000), "\x01"));
  });
  expect_found("catalog record of view", [&](const Catalog::Roots& roots) {
    ASSERT_OK(put_record(*session_, roots.records, object_id(view_), "\x01\x02\x7f"));
  });
  expect_found("reads 1", [&](const Catalog::Roots& roots) {
    ASSERT_OK(put_record(*session_, roots.records, object_id(view_), "\x09"));
  });
  expect_found("has no header", [&](const Catalog::Roots& roots) {
    ASSERT_OK(erase_record(*session_, roots.records, kHeaderId));
  });
  expect_found("an id that was not given out", [&](const Catalog::Roots& roots) {
    std::string header;
    encode_header({kFirstObjectId, 1000, ""}, header);
    ASSERT_OK(put_record(*session_, roots.records, kHeaderId, header));
  });
  expect_found("a mark of no sequence", [&](const Catalog::Roots& roots) {
    ASSERT_OK(put_mark(*session_, roots.marks, SequenceId(object_id(view_).value), {5, true}));
  });
  expect_found("there is no internal tree 2", [&](const Catalog::Roots& roots) {
    ASSERT_OK(erase_object(*session_, roots.objects, kRecordTreeId));
  });
}

TEST_F(CatalogVerifyTest, DefinitionsThatReferToNobody) {
  expect_found("other dependencies", [&](const Catalog::Roots& roots) {
    for (const CatalogEntry* child : now()->children_of(object_id(view_))) {
      ASSERT_OK(erase_object(*session_, roots.objects, child->id));
    }
  });
  expect_found("no unique constraint matching", [&](const Catalog::Roots& roots) {
    ConstraintDef bad = *now()->constraint(*session_, foreign_).value();
    bad.referenced_columns = {ColumnId(2)};
    std::string record;
    encode_object(bad, record);
    ASSERT_OK(put_record(*session_, roots.records, object_id(foreign_), record));
  });
  expect_found("column 3 of table \"child\" does not exist", [&](const Catalog::Roots& roots) {
    TableDef bad = def(child_);
    bad.columns.erase(bad.columns.begin() + 2);
    std::string record;
    encode_object(bad, record);
    ASSERT_OK(put_record(*session_, roots.records, object_id(child_), record));
    IndexDef wants = *now()->index(*session_, index_).value();
    wants.included = {ColumnId(3)};
    record.clear();
    encode_object(wants, record);
    ASSERT_OK(put_record(*session_, roots.records, object_id(index_), record));
  });
}

TEST_F(CatalogVerifyTest, FindingsAreCountedAndBounded) {
  begin();
  const Catalog::Roots roots = now()->roots();
  for (uint64_t id = 5000; id < 5100; ++id)
    ASSERT_OK(put_record(*session_, roots.records, ObjectId(id), "x"));
  CatalogReport report;
  ASSERT_OK(verify_catalog(*session_, 7, &report));
  EXPECT_EQ(report.findings_count, 100u);
  EXPECT_EQ(report.findings.size(), 7u);
  rollback();
}

}  // namespace
}  // namespace ddb
