// reference_check: whether everything that a definition refers to is there and fits it.
#pragma once

#include "base/status.h"
#include "catalog/catalog.h"
#include "catalog/catalog_object.h"
#include "txn/session.h"

namespace ddb {

// REQUIRES: check_definition(object) is ok, and the session sees the catalog's version. 3F000 schema, 42P01 table or sequence, 42703
// column, 42704 index, constraint or what an expression names; 42830 a foreign key whose key is none of its parent's; 42P16 an object
// of another table. XX001 of records that it reads; the session's errors. Throws std::bad_alloc.
Status check_references(Session& session, const Catalog& catalog, const CatalogObject& object);

}  // namespace ddb
