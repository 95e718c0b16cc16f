// dependents: who depends on an object or column, and what has to go when it goes.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "catalog/catalog.h"
#include "catalog/catalog_object.h"
#include "txn/session.h"

namespace ddb {

// Everything that depends on `target` directly: on the object and any of its columns, or on one column. Sorted. XX001; the session's
// errors. Throws std::bad_alloc.
Result<std::vector<Dependency>> dependents_of(Session& session, const Catalog& catalog,
                                              ObjectReference target);

// What dropping some objects and columns takes along, transitively.
struct DropPlan {
  std::vector<ObjectId> objects;          // that go, sorted
  std::vector<ObjectReference> columns;   // that go from tables that stay, sorted
  std::vector<ObjectReference> defaults;  // columns that stay and lose their default, sorted
  std::vector<Dependency> needs_cascade;  // why CASCADE is needed; empty: it is not
};
// 42704 for roots that do not exist; 2BP01 for one that belongs to something that stays (the index of a constraint, the sequence of an
// identity column), also with CASCADE; XX001; the session's errors. Throws std::bad_alloc.
Result<DropPlan> plan_drop(Session& session, const Catalog& catalog, std::span<const ObjectReference> roots);

// `table "t"`, `column "c" of table "t"`, `constraint "k" on table "t"`.
std::string describe(Session& session, const Catalog& catalog, ObjectReference object);

}  // namespace ddb
