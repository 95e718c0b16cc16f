// sequence_def: what a sequence may return. Where it stands is no part of it: sequences.h.
#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include "catalog/object_id.h"
#include "record/sql_type.h"

namespace ddb {

struct SequenceDef {
  SequenceId id;
  SchemaId schema;
  std::string name;
  SqlType type{SqlTypeId::kBigint, kNoTypmod};  // smallint, integer or bigint
  int64_t start = 1;
  int64_t increment = 1;  // not 0
  int64_t min = 1;
  int64_t max = std::numeric_limits<int64_t>::max();
  bool cycle = false;
  ObjectReference owner;  // OWNED BY a column of a table: goes with it; object 0: nobody
  bool identity = false;  // the owner's identity: cannot be dropped alone
  std::string newer_fields;
};

}  // namespace ddb
