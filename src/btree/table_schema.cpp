// table_schema: what a schema must be so that leaves can hold it.
#include "btree/table_schema.h"

#include <algorithm>
#include <string>

#include "btree/missing_cell.h"
#include "btree/table_leaf.h"

namespace ddb {
namespace {

Status wrong(const TableColumn& column, const std::string& what) {
  return Status::error(sqlstate::kInvalidParameter, "column " + std::to_string(column.id) + ": " + what);
}

size_t slot_bytes(PhysicalKind kind) { return kind == PhysicalKind::kString ? 4 : bytes_per_value(kind); }

}  // namespace

Status TableSchema::check(uint32_t content_bytes) const {
  if (columns.size() > kColumnsMax) {
    return Status::error(sqlstate::kTooManyColumns,
                         "tables can have at most " + std::to_string(kColumnsMax) + " columns");
  }
  uint32_t last = 0;
  size_t defaults = 0;
  size_t inline_most = 0;  // of a row: its slots, and strings too short for overflow pages
  // Per array: its slots and a validity word, both padded to 16 bytes.
  size_t least = kLeafDirectory + kLeafEntryBytes + 16;
  for (const TableColumn& column : columns) {
    if (column.id <= last) return wrong(column, "column ids must ascend from 1");
    last = column.id;
    if (column.kind != physical_kind(column.type)) return wrong(column, "the kind is not that of its type");
    if (!column.missing.is_null() && !(column.missing.type == column.type)) {
      return wrong(column, "its default has another type");
    }
    least += kLeafEntryBytes + 16 + (2 * slot_bytes(column.kind) + 15) / 16 * 16;
    if (column.kind == PhysicalKind::kString) least += 2 * kOverflowRefBytes;
    inline_most +=
        slot_bytes(column.kind) + (column.kind == PhysicalKind::kString ? 4 * kOverflowRefBytes : 0);
    defaults += missing_cell(column).text.size();
  }
  if (row_id_column != kNoColumn) {
    if (row_id_column >= columns.size()) {
      return Status::error(sqlstate::kInvalidParameter, "the row id column does not exist");
    }
    const SqlTypeId type = columns[row_id_column].type.id;
    if (type != SqlTypeId::kSmallint && type != SqlTypeId::kInteger && type != SqlTypeId::kBigint) {
      return wrong(columns[row_id_column], "only an integer can be the row id");
    }
  }
  if (least > content_bytes) {
    return Status::error(sqlstate::kProgramLimit, "a row of this table can take " + std::to_string(least) +
                                                      " bytes without its long values, a page holds " +
                                                      std::to_string(content_bytes))
        .with_hint("use fewer columns or a larger page size");
  }
  // Of a leaf with one row: entries, alignment and validity of each array, the row's place in a permutation.
  const size_t directory = kLeafDirectory + 16 + (columns.size() + 1) * (kLeafEntryBytes + 15 + 16);
  const size_t most = directory + std::max<size_t>(inline_most, content_bytes / 3) + defaults;
  if (defaults > 0 && most > content_bytes) {
    return Status::error(sqlstate::kProgramLimit,
                         "the defaults of columns that older rows lack take " + std::to_string(defaults) +
                             " bytes: with them a row might need " + std::to_string(most) +
                             " bytes, a page holds " + std::to_string(content_bytes))
        .with_hint("add the column without a default and update the rows, or use a larger page size");
  }
  return Status::ok();
}

}  // namespace ddb
