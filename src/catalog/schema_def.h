// schema_def: a namespace.
#pragma once

#include <string>

#include "catalog/object_id.h"

namespace ddb {

struct SchemaDef {
  SchemaId id;
  std::string name;
  std::string newer_fields;  // of a newer version of the program: kept as they are
};

}  // namespace ddb
