// missing_cell: the value that a column has in leaves written before it was added, in the form of a cell.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "btree/table_schema.h"

namespace ddb {

struct MissingCell {
  bool is_null = true;
  int64_t integer = 0;       // kBool … kInt64
  std::byte fixed[16] = {};  // kFloat, kDouble, kInt128, kUuid, kInterval
  std::string text;          // kString
};

// Of TableColumn::missing; NULL if that is not a value of the column's kind. Throws std::bad_alloc.
MissingCell missing_cell(const TableColumn& column);

}  // namespace ddb
