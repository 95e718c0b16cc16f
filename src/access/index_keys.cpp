// index_keys: building and sorting.
#include "access/index_keys.h"

#include <algorithm>

#include "record/key_encode.h"
#include "record/key_row_id.h"
#include "record/row_codec.h"

namespace ddb {
namespace {

// The first eight bytes, highest first, filled up with zeros.
uint64_t head_of(std::string_view key) {
  if (key.empty()) return 0;
  unsigned char bytes[8] = {};
  std::memcpy(bytes, key.data(), std::min<size_t>(key.size(), 8));
  uint64_t head = 0;
  for (const unsigned char byte : bytes) head = head << 8 | byte;
  return head;
}

void append_row_id_key(const KeyColumn& order, int64_t row_id, ByteBuffer& out) {
  switch (physical_kind(order.type)) {
    case PhysicalKind::kInt16:
      return append_key_integer(order, static_cast<int16_t>(row_id), out);
    case PhysicalKind::kInt32:
      return append_key_integer(order, static_cast<int32_t>(row_id), out);
    default:
      return append_key_integer(order, row_id, out);
  }
}

}  // namespace

bool is_null_in(const TableSchema& schema, uint32_t column, const RowBatch& rows, uint32_t row) {
  return column != schema.row_id_column && rows.columns[column]->is_null(row);
}

Status append_column_key(const TableSchema& schema, uint32_t column, const KeyColumn& order,
                         const RowBatch& rows, uint32_t row, ByteBuffer& out) {
  if (column != schema.row_id_column) return append_key(order, *rows.columns[column], row, out);
  append_row_id_key(order, rows.row_ids[row], out);
  return Status::ok();
}

Status IndexKeys::append_key(const TableRules& table, const IndexRules& index, const RowBatch& rows,
                             uint32_t row, Key* key) {
  key->begin = static_cast<uint32_t>(bytes_.size());
  for (size_t part = 0; part < index.key.size(); ++part) {
    const IndexKeyPart& what = index.key[part];
    if (what.expression != nullptr) {
      key->has_null |= parts_[part]->is_null(row);
      DDB_RETURN_IF_ERROR(ddb::append_key(what.order, *parts_[part], row, bytes_));
    } else {
      key->has_null |= is_null_in(table.schema, what.column, rows, row);
      DDB_RETURN_IF_ERROR(append_column_key(table.schema, what.column, what.order, rows, row, bytes_));
    }
  }
  key->columns_end = static_cast<uint32_t>(bytes_.size());
  append_key_row_id(static_cast<uint64_t>(rows.row_ids[row]), bytes_);
  if (bytes_.size() > UINT32_MAX)
    return Status::error(sqlstate::kProgramLimit, "the keys of a batch for index \"" + index.name +
                                                      "\" take more than 4 GiB: change fewer rows at a time");
  key->end = static_cast<uint32_t>(bytes_.size());
  return Status::ok();
}

Status IndexKeys::append_payload(const RowLayout& layout, uint32_t row, Key* key) {
  key->payload_begin = static_cast<uint32_t>(payloads_.size());
  DDB_RETURN_IF_ERROR(encode_row(layout, stored_, row, payloads_));
  if (payloads_.size() > UINT32_MAX)
    return Status::error(
        sqlstate::kProgramLimit,
        "the stored values of a batch for an index take more than 4 GiB: change fewer rows at a time");
  key->payload_end = static_cast<uint32_t>(payloads_.size());
  return Status::ok();
}

// A batch has no vector of them.
Status IndexKeys::fill_row_ids(PhysicalKind kind, const RowBatch& rows) {
  DDB_RETURN_IF_ERROR(row_ids_.allocate(kind, kVectorRowsMax, row_ids_memory_));
  for (uint32_t row = 0; row < rows.rows; ++row) {
    row_ids_.set_valid(row);
    if (kind == PhysicalKind::kInt16) {
      row_ids_.set(row, static_cast<int16_t>(rows.row_ids[row]));
    } else if (kind == PhysicalKind::kInt32) {
      row_ids_.set(row, static_cast<int32_t>(rows.row_ids[row]));
    } else {
      row_ids_.set(row, rows.row_ids[row]);
    }
  }
  return Status::ok();
}

Status IndexKeys::build(const TableRules& table, const IndexRules& index, const RowBatch& rows, Order order) {
  keys_.clear();
  bytes_.clear();
  payloads_.clear();
  memory_.reset();
  uint64_t taken[kValidityWordsMax];
  std::fill_n(taken, kValidityWordsMax, ~uint64_t{0});
  if (index.where != nullptr) DDB_RETURN_IF_ERROR(index.where->evaluate(rows, taken));
  parts_.assign(index.key.size(), nullptr);
  for (size_t part = 0; part < index.key.size(); ++part) {
    if (index.key[part].expression == nullptr) continue;
    DDB_TRY(parts_[part], index.key[part].expression->evaluate(rows, memory_));
  }
  stored_.clear();
  std::vector<PhysicalKind> kinds;
  for (const uint32_t column : index.stored) {
    kinds.push_back(table.schema.columns[column].kind);
    stored_.push_back(column == table.schema.row_id_column ? &row_ids_ : rows.columns[column]);
    if (stored_.back() == &row_ids_) DDB_RETURN_IF_ERROR(fill_row_ids(kinds.back(), rows));
  }
  DDB_TRY(const RowLayout layout, RowLayout::create(kinds));
  for (uint32_t row = 0; row < rows.rows; ++row) {
    if ((taken[row / 64] >> (row % 64) & 1) == 0) continue;
    Key key;
    key.row = row;
    DDB_RETURN_IF_ERROR(append_key(table, index, rows, row, &key));
    if (!index.stored.empty()) DDB_RETURN_IF_ERROR(append_payload(layout, row, &key));
    keys_.push_back(key);
  }
  if (order == Order::kOfRows) return Status::ok();
  for (Key& key : keys_) key.head = head_of(whole(key));
  std::sort(keys_.begin(), keys_.end(), [this](const Key& a, const Key& b) {
    return a.head != b.head ? a.head < b.head : whole(a) < whole(b);
  });
  return Status::ok();
}

void IndexKeys::keep(const uint64_t* rows_wanted) {
  std::erase_if(keys_,
                [&](const Key& key) { return (rows_wanted[key.row / 64] >> (key.row % 64) & 1) == 0; });
}

}  // namespace ddb
