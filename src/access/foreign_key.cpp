// foreign_key: keys from one side to the other.
#include "access/foreign_key.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "access/violation.h"
#include "btree/index_cursor.h"
#include "btree/table_cursor.h"
#include "record/key_decode.h"
#include "record/key_encode.h"
#include "record/vector_value.h"

namespace ddb {
namespace {

bool is_integer(const SqlType& type) {
  return type.id == SqlTypeId::kSmallint || type.id == SqlTypeId::kInteger || type.id == SqlTypeId::kBigint;
}

bool fits(int64_t value, PhysicalKind kind) {
  switch (kind) {
    case PhysicalKind::kInt16:
      return value == static_cast<int16_t>(value);
    case PhysicalKind::kInt32:
      return value == static_cast<int32_t>(value);
    default:
      return true;
  }
}

int64_t integer_at(const TableSchema& schema, uint32_t column, const RowBatch& rows, uint32_t row) {
  if (column == schema.row_id_column) return rows.row_ids[row];
  const Vector& vector = *rows.columns[column];
  switch (vector.kind()) {
    case PhysicalKind::kInt16:
      return vector.value<int16_t>(row);
    case PhysicalKind::kInt32:
      return vector.value<int32_t>(row);
    default:
      return vector.value<int64_t>(row);
  }
}

void append_integer(const KeyColumn& order, int64_t value, ByteBuffer& out) {
  switch (physical_kind(order.type)) {
    case PhysicalKind::kInt16:
      return append_key_integer(order, static_cast<int16_t>(value), out);
    case PhysicalKind::kInt32:
      return append_key_integer(order, static_cast<int32_t>(value), out);
    default:
      return append_key_integer(order, value, out);
  }
}

// A column's value as `order` has it, whose type may be an integer of another width. False: it cannot be one of that type.
Result<bool> append_as(const TableSchema& schema, uint32_t column, const RowBatch& rows, uint32_t row,
                       const KeyColumn& order, ByteBuffer& out) {
  if (!is_integer(schema.columns[column].type) || !is_integer(order.type)) {
    DDB_RETURN_IF_ERROR(append_column_key(schema, column, order, rows, row, out));
    return true;
  }
  const int64_t value = integer_at(schema, column, rows, row);
  if (!fits(value, physical_kind(order.type))) return false;
  append_integer(order, value, out);
  return true;
}

bool is_row_id(const TableRules& table, std::span<const uint32_t> columns) {
  return columns.size() == 1 && columns[0] == table.schema.row_id_column;
}

// How keys of the child's columns are written.
KeyColumn child_order(const ForeignKeyRules& key, size_t i) {
  if (key.child_index != ForeignKeyRules::kNoIndex) return key.child->indexes[key.child_index].key[i].order;
  return {key.child->schema.columns[key.columns[i]].type};
}
const KeyColumn& parent_order(const ForeignKeyRules& key, size_t i) {
  return key.parent->indexes[key.parent_index].key[i].order;
}

// MATCH SIMPLE: a NULL anywhere needs no parent. MATCH FULL: all or none.
Result<bool> needs_parent(const ForeignKeyRules& key, const RowBatch& children, uint32_t row) {
  size_t nulls = 0;
  for (const uint32_t column : key.columns)
    nulls += is_null_in(key.child->schema, column, children, row) ? 1 : 0;
  if (nulls == 0) return true;
  if (key.match_full && nulls < key.columns.size()) return match_full_violation(key);
  return false;
}

// One integer of the child's key, taken back from its bytes.
Result<int64_t> take_integer(const KeyColumn& order, std::string_view& bytes) {
  DDB_TRY(const bool has_value, take_key_marker(order, bytes));
  if (!has_value) return Status::corruption("a key of a parent is NULL");
  switch (physical_kind(order.type)) {
    case PhysicalKind::kInt16: {
      DDB_TRY(const int16_t value, take_key_integer<int16_t>(order, bytes));
      return int64_t{value};
    }
    case PhysicalKind::kInt32: {
      DDB_TRY(const int32_t value, take_key_integer<int32_t>(order, bytes));
      return int64_t{value};
    }
    default:
      return take_key_integer<int64_t>(order, bytes);
  }
}

Status mark_missing_by_id(TableChanger& parent, const ForeignKeyRules& key, const RowBatch& children,
                          uint64_t* missing) {
  std::optional<int64_t> last;  // that exists: children of one parent often come together
  for (uint32_t row = 0; row < children.rows; ++row) {
    DDB_TRY(const bool needed, needs_parent(key, children, row));
    if (!needed) continue;
    const int64_t wanted = integer_at(key.child->schema, key.columns[0], children, row);
    if (last == wanted) continue;
    FoundRow found;
    DDB_TRY(const bool exists, parent.reader().find(parent.session(), wanted, &found));
    if (exists) {
      last = wanted;
    } else {
      missing[row / 64] |= uint64_t{1} << (row % 64);
    }
  }
  return Status::ok();
}

Status find_children_by_scan(TableChanger& child, const ForeignKeyRules& key, const ForeignKeyList& parents,
                             bool first_only, std::vector<ChildRow>* children) {
  std::vector<std::pair<std::string_view, uint32_t>> sorted;
  for (uint32_t i = 0; i < parents.size(); ++i) sorted.push_back({parents.key(i), i});
  std::sort(sorted.begin(), sorted.end());
  const TableSchema& schema = key.child->schema;
  TableCursor cursor(key.child->tree, schema);
  ScanRequest request;
  request.columns = key.columns;
  request.row_ids = true;
  DDB_RETURN_IF_ERROR(cursor.open(child.session(), request));
  std::vector<const Vector*> columns(schema.columns.size());
  for (uint32_t i = 0; i < key.columns.size(); ++i) columns[key.columns[i]] = &cursor.column(i);
  ByteBuffer bytes;
  for (;;) {
    DDB_TRY(const uint32_t rows, cursor.next_batch());
    if (rows == 0) return Status::ok();
    const RowBatch batch{rows, cursor.row_ids(), columns};
    for (uint32_t row = 0; row < rows; ++row) {
      bytes.clear();
      for (size_t i = 0; i < key.columns.size(); ++i) {
        DDB_RETURN_IF_ERROR(
            append_column_key(schema, key.columns[i], child_order(key, i), batch, row, bytes));
      }
      auto at = std::lower_bound(sorted.begin(), sorted.end(), std::pair(bytes.view(), uint32_t{0}));
      for (; at != sorted.end() && at->first == bytes.view(); ++at) {
        children->push_back({batch.row_ids[row], at->second});
        if (first_only) return Status::ok();
      }
    }
  }
}

Status find_children_by_index(TableChanger& child, const ForeignKeyRules& key, const ForeignKeyList& parents,
                              bool first_only, std::vector<ChildRow>* children) {
  std::vector<std::pair<std::string_view, uint32_t>> sorted;
  for (uint32_t i = 0; i < parents.size(); ++i) sorted.push_back({parents.key(i), i});
  std::sort(sorted.begin(), sorted.end());
  IndexCursor cursor(key.child->indexes[key.child_index].tree);
  std::string high;
  bool is_open = false;
  for (const auto& [low, position] : sorted) {
    high.assign(low);
    high.push_back(static_cast<char>(kAboveEveryColumn));
    if (!is_open) {
      cursor.open(child.session(), {low, high}, {});
    } else {
      cursor.seek({low, high});
    }
    is_open = true;
    for (;;) {
      DDB_TRY(const uint32_t rows, cursor.next_batch(first_only ? 1 : kVectorRowsMax));
      if (rows == 0) break;
      for (uint32_t i = 0; i < rows; ++i) children->push_back({cursor.row_ids()[i], position});
      if (first_only) return Status::ok();
    }
  }
  return Status::ok();
}

Status find_children_by_id(TableChanger& child, const ForeignKeyRules& key, const ForeignKeyList& parents,
                           bool first_only, std::vector<ChildRow>* children) {
  for (uint32_t i = 0; i < parents.size(); ++i) {
    std::string_view bytes = parents.key(i);
    DDB_TRY(const int64_t row_id, take_integer(child_order(key, 0), bytes));
    FoundRow found;
    DDB_TRY(const bool exists, child.reader().find(child.session(), row_id, &found));
    if (!exists) continue;
    children->push_back({row_id, i});
    if (first_only) break;
  }
  return Status::ok();
}

}  // namespace

Result<bool> ForeignKeyList::add(const ForeignKeyRules& key, const RowBatch& parents, uint32_t row) {
  const size_t begin = bytes_.size();
  for (size_t i = 0; i < key.columns.size(); ++i) {
    const uint32_t column = key.parent_columns[i];
    bool possible = !is_null_in(key.parent->schema, column, parents, row);
    if (possible) {
      DDB_TRY(possible, append_as(key.parent->schema, column, parents, row, child_order(key, i), bytes_));
    }
    if (possible) continue;
    bytes_.truncate(begin);
    return false;
  }
  ends_.push_back(bytes_.size());
  return true;
}

Status find_orphans(TableChanger& parent, const ForeignKeyRules& key, const RowBatch& children,
                    uint64_t* missing) {
  std::fill_n(missing, validity_words(children.rows), uint64_t{0});
  if (key.parent_index == ForeignKeyRules::kNoIndex)
    return mark_missing_by_id(parent, key, children, missing);
  const auto set_missing = [&](uint32_t row) { missing[row / 64] |= uint64_t{1} << (row % 64); };
  ByteBuffer bytes;
  struct Wanted {
    size_t begin, end;
    uint32_t row;
  };
  std::vector<Wanted> wanted;
  for (uint32_t row = 0; row < children.rows; ++row) {
    DDB_TRY(const bool needed, needs_parent(key, children, row));
    if (!needed) continue;
    const size_t begin = bytes.size();
    bool possible = true;
    for (size_t i = 0; possible && i < key.columns.size(); ++i) {
      DDB_TRY(possible,
              append_as(key.child->schema, key.columns[i], children, row, parent_order(key, i), bytes));
    }
    if (possible) {
      wanted.push_back({begin, bytes.size(), row});
    } else {
      set_missing(row);
    }
  }
  const auto view = [&](const Wanted& w) { return bytes.view().substr(w.begin, w.end - w.begin); };
  std::sort(wanted.begin(), wanted.end(),
            [&](const Wanted& a, const Wanted& b) { return view(a) < view(b); });
  std::vector<std::string_view> keys;
  for (const Wanted& w : wanted) {
    if (keys.empty() || keys.back() != view(w)) keys.push_back(view(w));
  }
  std::vector<int64_t> ids(keys.size());
  std::vector<uint64_t> found((keys.size() + 63) / 64);
  DDB_RETURN_IF_ERROR(
      parent.index_reader(key.parent_index).find_each(parent.session(), keys, ids.data(), found.data()));
  size_t at = 0;
  for (const Wanted& w : wanted) {
    while (keys[at] != view(w)) ++at;
    if ((found[at / 64] >> (at % 64) & 1) == 0) set_missing(w.row);
  }
  return Status::ok();
}

Status find_children(TableChanger& child, const ForeignKeyRules& key, const ForeignKeyList& parents,
                     bool first_only, std::vector<ChildRow>* children) {
  children->clear();
  if (parents.size() == 0) return Status::ok();
  if (key.child_index != ForeignKeyRules::kNoIndex) {
    DDB_RETURN_IF_ERROR(find_children_by_index(child, key, parents, first_only, children));
  } else if (is_row_id(*key.child, key.columns)) {
    DDB_RETURN_IF_ERROR(find_children_by_id(child, key, parents, first_only, children));
  } else {
    DDB_RETURN_IF_ERROR(find_children_by_scan(child, key, parents, first_only, children));
  }
  std::sort(children->begin(), children->end(), [](const ChildRow& a, const ChildRow& b) {
    return a.row_id != b.row_id ? a.row_id < b.row_id : a.key < b.key;
  });
  const auto same = [](const ChildRow& a, const ChildRow& b) { return a.row_id == b.row_id; };
  children->erase(std::unique(children->begin(), children->end(), same), children->end());
  return Status::ok();
}

Value integer_value(const SqlType& type, int64_t value) {
  switch (physical_kind(type)) {
    case PhysicalKind::kInt16:
      return {type, static_cast<int16_t>(value)};
    case PhysicalKind::kInt32:
      return {type, static_cast<int32_t>(value)};
    default:
      return {type, value};
  }
}

Status convert_integer(Value* value, const SqlType& type) {
  const PhysicalKind from = physical_kind(value->type);
  if (!is_integer(value->type) || !is_integer(type)) {
    value->type = type;
    return Status::ok();
  }
  const int64_t number = from == PhysicalKind::kInt16   ? value->get<int16_t>()
                         : from == PhysicalKind::kInt32 ? value->get<int32_t>()
                                                        : value->get<int64_t>();
  if (!fits(number, physical_kind(type)))
    return Status::error(sqlstate::kNumericOutOfRange,
                         std::to_string(number) + " is out of range for the foreign key's column");
  *value = integer_value(type, number);
  return Status::ok();
}

Result<bool> has_parent(TableChanger& parent, const ForeignKeyRules& key, std::string_view child_key) {
  ByteBuffer bytes;
  for (size_t i = 0; i < key.columns.size(); ++i) {
    const KeyColumn order = child_order(key, i);
    if (is_integer(order.type)) {
      DDB_TRY(const int64_t value, take_integer(order, child_key));
      if (key.parent_index == ForeignKeyRules::kNoIndex) {
        FoundRow found;
        return parent.reader().find(parent.session(), value, &found);
      }
      if (!fits(value, physical_kind(parent_order(key, i).type))) return false;
      append_integer(parent_order(key, i), value, bytes);
    } else {
      DDB_TRY(Value value, take_key(order, child_key));
      value.type = parent_order(key, i).type;
      append_key(parent_order(key, i), value, bytes);
    }
  }
  int64_t row_id = 0;
  return parent.index_reader(key.parent_index).find_first(parent.session(), bytes.view(), &row_id);
}

std::string describe_parent(const ForeignKeyRules& key, std::string_view child_key) {
  std::string names = "(";
  std::string values = "(";
  for (size_t i = 0; i < key.columns.size(); ++i) {
    if (i > 0) {
      names += ", ";
      values += ", ";
    }
    names += key.parent->columns[key.parent_columns[i]].name;
    const Result<Value> value = take_key(child_order(key, i), child_key);
    if (!value.is_ok() || !append_value_text(value.value(), values).is_ok()) values += "?";
  }
  return names + ")=" + values + ")";
}

}  // namespace ddb
