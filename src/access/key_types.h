// key_types: which types of columns a foreign key may join.
#pragma once

#include <cstddef>

#include "access/table_rules.h"
#include "base/status.h"

namespace ddb {

// Whether column i of the key's child and parent have types whose keys compare: the same type; integers of any width; text and varchar. 42804
// with PostgreSQL's message for types that do not compare at all; 0A000 for those that PostgreSQL compares through a conversion, and for
// ON UPDATE CASCADE into a column whose modifier may not hold the parent's values.
Status check_key_types(const ForeignKeyRules& key, size_t i);

}  // namespace ddb
