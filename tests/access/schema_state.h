// schema_state: what a database with tables, indexes, views and sequences holds, as plain values: the model of the campaign over catalog
// changes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "catalog/catalog.h"
#include "catalog/object_encoding.h"
#include "txn/session.h"

namespace ddb::schema_world {

using Cell = std::optional<int64_t>;
using Row = std::map<uint16_t, Cell>;  // by column id, the row id (column 1) too
using Rows = std::map<int64_t, Row>;

// An object: where it is, and its definition as stored.
struct Object {
  int kind = 0;
  uint64_t schema = 0, parent = 0, target = 0;
  uint32_t tree = 0, root = 0;
  std::string name, record;
  bool operator==(const Object&) const = default;
};
using Objects = std::map<uint64_t, Object>;

struct State {
  Objects objects;
  std::map<uint64_t, Rows> rows;       // by table
  std::map<uint64_t, int64_t> handed;  // by sequence: the last value that anybody got before the commit
  uint64_t schema_version = 0;
};

// Everything that the catalog says, definitions included.
inline Result<Objects> objects_of(Session& session, const Catalog& catalog) {
  Objects objects;
  for (const CatalogEntry* entry : catalog.all()) {
    Object object{static_cast<int>(entry->kind),
                  entry->schema.value,
                  entry->parent.value,
                  entry->target.value,
                  entry->tree.value,
                  entry->root.value,
                  std::string(entry->name),
                  ""};
    if (has_record(entry->kind)) {
      DDB_TRY(const CatalogObject* definition, catalog.definition(session, entry->id));
      encode_object(*definition, object.record);
    }
    objects.emplace(entry->id.value, std::move(object));
  }
  return objects;
}

}  // namespace ddb::schema_world
