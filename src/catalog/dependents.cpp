// dependents: edges from rows and from the definitions near a table, and their closure.
//
// PostgreSQL's rule: what hangs on something dropped by an auto or internal dependency goes silently; what hangs on it by a
// normal one goes with CASCADE only, unless it goes silently for another reason.
#include "catalog/dependents.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

namespace ddb {
namespace {

bool covers(ObjectReference target, ObjectReference what) {
  return target.object == what.object && (target.column.value == 0 || target.column == what.column);
}

// Dependencies that definitions around a table have on something in it.
Status add_near(Session& session, const Catalog& catalog, ObjectId table, ObjectReference target,
                std::vector<Dependency>* found) {
  std::vector<ObjectId> around{table};
  for (const CatalogEntry* child : catalog.children_of(table)) {
    if (has_record(child->kind)) around.push_back(child->id);
  }
  for (const ConstraintId key : catalog.foreign_keys_to(TableId(table.value)))
    around.push_back(object_id(key));
  for (const ObjectId id : around) {
    DDB_TRY(const CatalogObject* object, catalog.definition(session, id));
    for (const Dependency& need : dependencies_of(*object).near) {
      if (covers(target, need.target) && !covers(target, need.object)) found->push_back(need);
    }
  }
  return Status::ok();
}

Dependency dependency_of(const CatalogEntry& row) {
  return {{row.parent, ColumnId(static_cast<uint16_t>(row.detail >> 16))},
          {row.target, ColumnId(static_cast<uint16_t>(row.detail & 0xFFFF))},
          row.kind};
}

class Closure {
 public:
  Closure(Session& session, const Catalog& catalog) : session_(session), catalog_(catalog) {}

  Status add_roots(std::span<const ObjectReference> roots) {
    for (const ObjectReference& root : roots) {
      const CatalogEntry* entry = catalog_.find(root.object);
      if (entry == nullptr || !has_record(entry->kind)) {
        return Status::error(sqlstate::kUndefinedObject,
                             "object " + std::to_string(root.object.value) + " does not exist");
      }
      reach(root, true);
    }
    while (!queue_.empty()) {
      const ObjectReference next = queue_.front();
      queue_.pop_front();
      DDB_RETURN_IF_ERROR(follow(next));
    }
    return check_owners(roots);
  }

  Result<DropPlan> plan() {
    DropPlan plan;
    for (const auto& [object, silent] : reached_) {
      if (object.column.value == 0) {
        plan.objects.push_back(object.object);
      } else if (goes(object.object)) {
        continue;
      } else if (defaults_.contains(object)) {
        plan.defaults.push_back(object);
      } else {
        plan.columns.push_back(object);
      }
      if (!silent) plan.needs_cascade.push_back(why_.at(object));
    }
    return plan;
  }

 private:
  bool goes(ObjectId object) const { return reached_.contains({object, ColumnId()}); }

  // What is reached silently is followed again if it was not before.
  bool reach(ObjectReference object, bool silent) {
    const auto [at, added] = reached_.try_emplace(object, silent);
    if (!added && (at->second || !silent)) return false;
    at->second = silent;
    queue_.push_back(object);
    return true;
  }

  Status follow(ObjectReference object) {
    // Nothing depends on a default.
    if (defaults_.contains(object)) return Status::ok();
    const bool silent = reached_.at(object);
    DDB_TRY(const std::vector<Dependency> dependents, dependents_of(session_, catalog_, object));
    for (const Dependency& dependent : dependents) {
      const bool goes_silently = silent && dependent.kind != ObjectKind::kDependencyNormal;
      DDB_RETURN_IF_ERROR(note_default(dependent.object));
      why_.try_emplace(dependent.object, dependent);
      reach(dependent.object, goes_silently);
    }
    return Status::ok();
  }

  // A column that depends on something by its default loses that; a generated one goes, as does one that goes anyway (with the sequence
  // that it owns and draws from).
  Status note_default(ObjectReference object) {
    if (object.column.value == 0) return Status::ok();
    if (reached_.contains(object) && !defaults_.contains(object)) return Status::ok();
    DDB_TRY(const TableDef* table, catalog_.table(session_, TableId(object.object.value)));
    const uint32_t position = table->position_of(object.column);
    if (position == kNoColumn) {
      return Status::corruption("a dependency of column " + std::to_string(object.column.value) +
                                " of table " + std::to_string(object.object.value) +
                                ", which does not exist");
    }
    if (!table->columns[position].generated) defaults_.insert(object);
    return Status::ok();
  }

  // A root that exists for the sake of something that stays.
  Status check_owners(std::span<const ObjectReference> roots) {
    for (const ObjectReference& root : roots) {
      if (root.column.value != 0) continue;
      DDB_TRY(const CatalogObject* object, catalog_.definition(session_, root.object));
      for (const Dependency& need : dependencies_of(*object).stored) {
        if (need.kind == ObjectKind::kDependencyInternal) DDB_RETURN_IF_ERROR(check_owner(root, need.target));
      }
      const auto* index = std::get_if<IndexDef>(object);
      if (index == nullptr) continue;
      for (const ConstraintId id : catalog_.keys_of(index->table)) {
        DDB_TRY(const ConstraintDef* key, catalog_.constraint(session_, id));
        if (key->index == index->id) DDB_RETURN_IF_ERROR(check_owner(root, {object_id(id), ColumnId()}));
      }
    }
    return Status::ok();
  }

  Status check_owner(ObjectReference root, ObjectReference owner) {
    if (goes(owner.object) || reached_.contains(owner)) return Status::ok();
    const std::string of = describe(session_, catalog_, owner);
    return Status::error(sqlstate::kDependentObjects, "cannot drop " + describe(session_, catalog_, root) +
                                                          " because " + of + " requires it")
        .with_hint("You can drop " + of + " instead.");
  }

  Session& session_;
  const Catalog& catalog_;
  std::map<ObjectReference, bool> reached_;  // and whether silently
  std::map<ObjectReference, Dependency> why_;
  std::set<ObjectReference> defaults_;
  std::deque<ObjectReference> queue_;
};

}  // namespace

Result<std::vector<Dependency>> dependents_of(Session& session, const Catalog& catalog,
                                              ObjectReference target) {
  std::vector<Dependency> found;
  const CatalogEntry* entry = catalog.find(target.object);
  if (entry == nullptr) return found;
  const bool whole = target.column.value == 0;
  const auto add = [&](ObjectId object, ObjectKind kind) {
    found.push_back({{object, ColumnId()}, {target.object, ColumnId()}, kind});
  };
  for (const CatalogEntry* row : catalog.referrers_of(target.object)) {
    if (!is_dependency(row->kind)) {
      if (whole) add(row->id, ObjectKind::kDependencyNormal);
      continue;
    }
    const Dependency dependency = dependency_of(*row);
    if (covers(target, dependency.target)) found.push_back(dependency);
  }
  if (whole) {
    for (const CatalogEntry* child : catalog.children_of(target.object)) {
      if (has_record(child->kind)) add(child->id, ObjectKind::kDependencyAuto);
    }
    if (entry->kind == ObjectKind::kSchema) {
      for (const CatalogEntry* relation : catalog.in_schema(SchemaId(entry->id.value))) {
        // An index goes with its table.
        if (relation->kind != ObjectKind::kIndex) add(relation->id, ObjectKind::kDependencyNormal);
      }
    }
  }
  if (entry->kind == ObjectKind::kIndex || is_constraint(entry->kind)) {
    DDB_RETURN_IF_ERROR(add_near(session, catalog, entry->parent, target, &found));
  } else if (entry->kind == ObjectKind::kTable && !whole) {
    DDB_RETURN_IF_ERROR(add_near(session, catalog, entry->id, target, &found));
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

Result<DropPlan> plan_drop(Session& session, const Catalog& catalog, std::span<const ObjectReference> roots) {
  Closure closure(session, catalog);
  DDB_RETURN_IF_ERROR(closure.add_roots(roots));
  return closure.plan();
}

std::string describe(Session& session, const Catalog& catalog, ObjectReference object) {
  const CatalogEntry* entry = catalog.find(object.object);
  if (entry == nullptr) return "object " + std::to_string(object.object.value);
  const auto named = [](const char* kind, std::string_view name) {
    return std::string(kind) + " \"" + std::string(name) + '"';
  };
  if (is_constraint(entry->kind)) {
    const CatalogEntry* table = catalog.find(entry->parent);
    return named("constraint", entry->name) + " on " + named("table", table != nullptr ? table->name : "?");
  }
  std::string text = named(object_kind_name(entry->kind), entry->name);
  if (object.column.value == 0) return text;
  std::string column = "column " + std::to_string(object.column.value);
  if (entry->kind == ObjectKind::kTable) {
    Result<const TableDef*> table = catalog.table(session, TableId(entry->id.value));
    const uint32_t position = table.is_ok() ? (*table)->position_of(object.column) : kNoColumn;
    if (position != kNoColumn) column = named("column", (*table)->columns[position].name);
  }
  return column + " of " + text;
}

}  // namespace ddb
