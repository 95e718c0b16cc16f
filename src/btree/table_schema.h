// table_schema: what a table tree knows of its columns. Immutable once in use; made by the catalog (or a test).
//
// Column ids are never reused within a table, so that a leaf written under an older schema version says which of its
// arrays are which columns: a column that the leaf lacks has its default there, an array that no column has any more is
// skipped. A leaf takes the current version at its first change.
#pragma once

#include <cstdint>
#include <vector>

#include "base/ids.h"
#include "base/status.h"
#include "record/physical_kind.h"
#include "record/sql_type.h"
#include "record/value.h"

namespace ddb {

inline constexpr uint32_t kNoColumn = ~uint32_t{0};

struct TableColumn {
  uint16_t id = 0;  // 1…65535
  SqlType type;
  PhysicalKind kind = PhysicalKind::kInt64;  // physical_kind(type)
  Value
      missing;  // what rows hold that were written before the column was added: a constant of `type`, or NULL
};

struct TableSchema {
  static constexpr uint32_t kColumnsMax = 1600;  // as PostgreSQL

  uint32_t version = 1;  // grows with every ADD or DROP COLUMN
  std::vector<TableColumn> columns;
  uint32_t row_id_column =
      kNoColumn;  // the integer-family primary key: it is the row id and has no array of its own

  // 54011 too many columns; 54000 a row of NULLs and empty values alone does not fit a leaf of `content_bytes`, or
  // one with all `missing` strings might not (they come into a row when its leaf is next changed; longer ones need a rewrite of the table); 22023 a
  // column id twice or 0, a kind that is not the type's, a default of another type, a row id column that is no integer. Throws
  // std::bad_alloc.
  Status check(uint32_t content_bytes) const;
};

}  // namespace ddb
